"""Whose a SID is that several routers state, or that lies in the locator of another (RFC 9352 §6).

A locator of several routers is anycast: the IGP takes a packet to the nearest of them. What they
all advertise in it is a SID of the group, and no SID of any one of them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

from netkit.errors import counted_of
from netkit.files.importers.drafts import NodeDraft
from netkit.files.importers.link_state.network.arcs import StateArc
from netkit.files.native.sid_owners import LongestMatch
from netkit.files.reading.findings import Findings
from netkit.model.network.advertised import AdvertisedSid
from netkit.model.network.anycast import Anycast

_SEPARATORS = re.compile(r"[:/]+")
Owners = frozenset[str]


def with_own_sids(
    findings: Findings, nodes: Sequence[NodeDraft], arcs: Iterable[StateArc]
) -> tuple[list[NodeDraft], list[Anycast]]:
    """The nodes with what is theirs alone, and the groups that share the rest; members by key.

    ``arcs`` lose the End.X that the IGP takes elsewhere, or that several of them have.
    """
    owners = _owners(_algorithms(nodes))
    routes = LongestMatch(owners)
    names = {node.key: node.label for node in nodes}
    doubts = _Doubts(findings, names)
    stated: dict[IPv6Address, set[str]] = defaultdict(set)
    for node in nodes:
        for one in node.sids:
            stated[one.sid].add(node.key)
    groups = list(_groups(nodes, owners, routes, stated))
    left = [_with_own(node, owners, routes, stated, doubts) for node in nodes]
    _keep_own_end_x(arcs, routes, doubts)
    doubts.note()
    if groups:
        shown = "; ".join(
            f"{group.name} of {' '.join(names[key] for key in group.nodes)}" for group in groups[:5]
        )
        more = "; …" if len(groups) > 5 else ""
        what = f"{len(groups)} anycast: SIDs of the nearest of several routers, in no list"
        findings.note(None, what, shown + more)
    return left, groups


def _owners(algorithms: Mapping[IPv6Network, Mapping[str, set[int]]]) -> dict[IPv6Network, Owners]:
    """The routers of each locator; nobody where it is said to be of several algorithms, as what
    routers then do is not defined."""
    return {
        prefix: frozenset(said) if len(set().union(*said.values())) == 1 else frozenset()
        for prefix, said in algorithms.items()
    }


def _algorithms(nodes: Iterable[NodeDraft]) -> dict[IPv6Network, dict[str, set[int]]]:
    """Who advertises each locator, in which algorithms."""
    found: dict[IPv6Network, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for node in nodes:
        for locator in node.locators:
            found[locator.prefix][node.key].add(locator.algorithm)
    return found


def _groups(
    nodes: Sequence[NodeDraft],
    owners: Mapping[IPv6Network, Owners],
    routes: LongestMatch[Owners],
    stated: Mapping[IPv6Address, set[str]],
) -> Iterator[Anycast]:
    """A group for each locator that several routers have, and for each SID that lies in none."""
    place = {node.key: number for number, node in enumerate(nodes)}
    sids = {one.sid: one for node in nodes for one in node.sids}
    own = {locator.prefix: locator for node in nodes for locator in node.locators}
    inside: dict[IPv6Network, list[AdvertisedSid]] = defaultdict(list)
    for sid, keys in sorted(stated.items()):
        prefix = routes.prefix(sid)
        members = frozenset(keys) if prefix is None else owners[prefix]
        if len(members) > 1 and members <= keys:
            inside[prefix or IPv6Network(sid)].append(sids[sid])
    shared = {prefix for prefix, keys in owners.items() if len(keys) > 1}
    for prefix in sorted(shared | inside.keys()):
        sharing: Iterable[str] = owners.get(prefix) or stated[prefix.network_address]
        members_of = tuple(sorted(sharing, key=place.__getitem__))
        locators = (own[prefix],) if prefix in own else ()
        yield Anycast(_name(prefix), members_of, None, locators, tuple(inside[prefix]))


def _name(prefix: IPv6Network) -> str:
    """A name that stays the same as long as the locator does."""
    words = str(prefix.network_address if prefix.prefixlen == 128 else prefix)
    return "anycast-" + _SEPARATORS.sub("-", words).strip("-")


def _with_own(
    node: NodeDraft,
    owners: Mapping[IPv6Network, Owners],
    routes: LongestMatch[Owners],
    stated: Mapping[IPv6Address, set[str]],
    doubts: _Doubts,
) -> NodeDraft:
    locators = [one for one in node.locators if len(owners[one.prefix]) == 1]
    sids = []
    for one in node.sids:
        routed = routes.owner(one.sid)
        if routed is None:
            routed = frozenset(stated[one.sid])
        if routed == {node.key}:
            sids.append(one)
        elif not routed:
            doubts.add("SIDs in locators of several algorithms", node.key, one.sid)
        elif node.key not in routed:
            doubts.add("SIDs that the IGP takes to another router", node.key, one.sid)
        elif not routed <= stated[one.sid]:
            doubts.add("SIDs that not all routers of their locator have", node.key, one.sid)
    return replace(node, locators=tuple(dict.fromkeys(locators)), sids=tuple(dict.fromkeys(sids)))


def _keep_own_end_x(
    arcs: Iterable[StateArc], routes: LongestMatch[Owners], doubts: _Doubts
) -> None:
    """An End.X of several adjacencies is one of none of them: nobody knows which it takes."""
    counts: Counter[IPv6Address] = Counter()
    with_sids = [arc for arc in arcs if arc.sids]
    for arc in with_sids:
        counts.update({one.sid for one in arc.sids})
    for arc in with_sids:
        kept = []
        for one in dict.fromkeys(arc.sids):
            routed = routes.owner(one.sid)
            if counts[one.sid] > 1:
                doubts.add("End.X SIDs of several adjacencies", arc.src, one.sid)
            elif routed is not None and routed != {arc.src}:
                doubts.add("End.X SIDs that the IGP takes to other routers", arc.src, one.sid)
            else:
                kept.append(one)
        if len(kept) < len(arc.sids):
            arc.sids = tuple(kept)


class _Doubts:
    """SIDs that no list may use, by the reason."""

    def __init__(self, findings: Findings, names: Mapping[str, str]) -> None:
        self._findings, self._names = findings, names
        self._found: dict[str, list[tuple[str, IPv6Address]]] = defaultdict(list)

    def add(self, kind: str, key: str, sid: IPv6Address) -> None:
        """One more of a kind."""
        self._found[kind].append((key, sid))

    def note(self) -> None:
        """One note a kind."""
        for kind, found in sorted(self._found.items()):
            key, sid = found[0]
            what = f"{counted_of(len(found), kind)}, which no list uses"
            self._findings.note(None, what, f"{sid} of {self._names[key]}")
