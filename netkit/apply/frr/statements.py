"""Configurations of FRR as statements that can be made and taken back: those that are netkit's.

netkit's are the locators that it names (``algo0``, …), static SIDs of these, their place in IS-IS,
the source address, and static routes over ``sr0`` with segments and a tag. Text is read and written
by the room of the target ``frr``, so that one statement has one form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from netkit.apply.objects import FrrStatement
from netkit.emit.common.indented import read_indented
from netkit.emit.common.tree import Statement
from netkit.emit.frr.grammar import Grammar
from netkit.emit.frr.parse import locator_of
from netkit.emit.frr.project import DEFAULT_VRF
from netkit.emit.frr.render import SID_DEVICE, locator_lines, route_words, sid_words
from netkit.emit.frr.statements import static_route, static_sid

SRV6 = ("segment-routing", "srv6")
_LOCATORS, _SIDS = (*SRV6, "locators"), (*SRV6, "static-sids")
_ENCAPSULATION = (*SRV6, "encapsulation")
_OURS = re.compile(r"algo\d+")
SOURCE, LOCATOR, SID, ISIS, ROUTE = range(5)
"""Ranks: what comes first is relied upon by what comes later."""


@dataclass(frozen=True, slots=True)
class Statements:
    """What of a configuration is netkit's, and the identities of what is there of others, by their
    keys, in FRR's own words."""

    own: tuple[FrrStatement, ...]
    foreign: dict[tuple[str, ...], str]

    @property
    def isis_instances(self) -> tuple[str, ...]:
        """Instances of IS-IS, by name."""
        return tuple(key[1] for key in self.foreign if key[0] == "isis")


def read_statements(text: str, grammar: Grammar) -> Statements:
    """The statements of a file of netkit, or of what ``show running-config`` prints.

    Raises ValueError for words of netkit's own statements that are not understood.
    """
    top = read_indented(text)
    own: list[FrrStatement] = []
    foreign: dict[tuple[str, ...], str] = {}
    for one in (*_srv6(top), *_isis(top), *_routes(top, None, grammar)):
        if isinstance(one, FrrStatement):
            own.append(one)
        else:
            foreign[one[0]] = one[1]
    if not any(one.rank != SOURCE for one in own):
        # The source says nothing of who set it: it is netkit's as long as anything else is.
        foreign |= {one.key: one.words for one in own}
        own = []
    return Statements(tuple(own), foreign)


def carried_by(asked: Statements, held: Statements) -> tuple[FrrStatement, ...]:
    """Statements for a router that holds others: the instances of IS-IS that carry netkit's locator
    go on carrying it; where none does, the only one begins to. With none, or several of which none
    does, nobody is told to: :func:`unadvertised`."""
    names = _carriers(held) or held.isis_instances
    chosen = names if len(names) == 1 or _carriers(held) else ()
    found: list[FrrStatement] = []
    for one in asked.own:
        if one.rank == ISIS:
            nodes = ((f"router isis {name}", *one.nodes[1:]) for name in chosen)
            found += (replace(one, nodes=own) for own in nodes)
        else:
            found.append(one)
    return tuple(found)


def unadvertised(asked: Statements, held: Statements) -> str | None:
    """What to do where no instance of IS-IS carries the locator that is asked for; None where one
    does, or is going to."""
    words = next((one.words for one in asked.own if one.rank == ISIS), None)
    if words is None or any(one.rank == ISIS for one in carried_by(asked, held)):
        return None
    instances = held.isis_instances
    if not instances:
        return (
            f"FRR has no instance of IS-IS that could carry {words!r}: no other router learns of"
            " its SIDs, unless something else tells them"
        )
    return (
        f"FRR has {len(instances)} instances of IS-IS ({', '.join(instances)}), and none carries"
        f" {words!r}: no other router learns of its SIDs. State it in the one that is to, below"
        " `segment-routing srv6`; netkit leaves it there"
    )


def _carriers(held: Statements) -> tuple[str, ...]:
    """The instances of IS-IS that carry a locator of netkit's, by name."""
    nodes = (one.nodes[0] for one in held.own if one.rank == ISIS)
    return tuple(node.removeprefix("router isis ") for node in nodes)


def commands(before: FrrStatement | None, after: FrrStatement | None) -> list[str]:
    """What ``vtysh`` is told for one change, from ``configure terminal`` on."""
    if after is None:
        return [] if before is None else [*before.nodes, f"no {before.words}"]
    # Locators and SIDs keep what they were made with: others of the same name take their place.
    gone = before is not None and (before.rank == SID or before.body != after.body)
    removed = [f"no {after.identity}"] if gone else []
    return [*after.nodes, *removed, after.words, *after.body]


def vrfs_of(one: FrrStatement) -> Iterator[str]:
    """The VRFs that a statement names, but for the default one."""
    words = one.words.split()
    named = [node.split()[1] for node in one.nodes if node.startswith("vrf ")]
    named += [name for word, name in pairwise(words) if one.rank == SID and word == "vrf"]
    yield from (name for name in named if name != DEFAULT_VRF)


_Found = FrrStatement | tuple[tuple[str, ...], str]


def _srv6(top: Statement) -> Iterator[_Found]:
    for srv6 in _inside(_inside([top], SRV6[0]), SRV6[1]):
        for node in srv6.inside:
            for one in node.inside:
                if node.head == "encapsulation" and one.name == "source-address":
                    yield FrrStatement(_ENCAPSULATION, one.head, one.name, SOURCE)
                elif node.head == "locators" and one.name == "locator":
                    yield _locator(one)
                elif node.head == "static-sids" and one.name == "sid":
                    yield _sid(one)


def _locator(one: Statement) -> _Found:
    found = FrrStatement(_LOCATORS, one.head, one.head, LOCATOR)
    if not _OURS.fullmatch(one.value or ""):
        return found.key, one.head
    words, *body = locator_lines(locator_of(one))
    return replace(found, words=words, body=tuple(line.strip() for line in body[:-1]))


def _sid(one: Statement) -> _Found:
    words = one.head.split()
    found = FrrStatement(_SIDS, one.head, " ".join(words[:2]), SID)
    sid = static_sid(words)
    if sid is None or not _OURS.fullmatch(words[3]):
        return found.key, one.head
    return replace(found, words=sid_words(sid, words[3]))


def _isis(top: Statement) -> Iterator[_Found]:
    for router in top.inside:
        words = (router.value or "").split()
        # `router isis NAME vrf VRF` carries a VRF's routes: to the locator it is no instance.
        if router.name != "router" or len(words) != 2 or words[0] != "isis":
            continue
        name = words[1]
        yield ("isis", name), router.head
        for node in _inside([router], " ".join(SRV6)):
            for one in node.inside:
                if one.name == "locator":
                    # An instance carries one locator: stating another replaces it (isisd,
                    # isis_instance_segment_routing_srv6_locator_modify).
                    nodes = (router.head, node.head)
                    found = FrrStatement(nodes, one.head, "locator", ISIS)
                    ours = _OURS.fullmatch(one.value or "")
                    yield found if ours else (found.key, one.head)


def _routes(top: Statement, vrf: str | None, grammar: Grammar) -> Iterator[_Found]:
    for one in top.inside:
        words = one.head.split()
        if one.name == "vrf" and vrf is None:
            yield from _routes(one, one.value, grammar)
        elif words[:2] in (["ip", "route"], ["ipv6", "route"]):
            yield _route(words, vrf, grammar)


def _route(words: list[str], vrf: str | None, grammar: Grammar) -> _Found:
    """FRR tells routes of a prefix from each other by their next hop, netkit's by distance too."""
    nodes = () if vrf is None else (f"vrf {vrf}",)
    end = words.index(SID_DEVICE) + 1 if SID_DEVICE in words else 4
    hop = " ".join(words[:end])
    found = FrrStatement(nodes, " ".join(words), hop, ROUTE)
    route = static_route(words, vrf)
    return (found.key, found.words) if route is None else replace(
        found, words=route_words(route, grammar)
    )  # fmt: skip


def _inside(nodes: Iterator[Statement] | list[Statement], head: str) -> Iterator[Statement]:
    for node in nodes:
        yield from (one for one in node.inside if one.head == head)
