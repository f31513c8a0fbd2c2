"""The edge of the domain (RFC 8754 §5.1) as access lists, for the text and for the XML.

One list keeps customers from sending to the domain's SIDs or from them, one for each port to
another operator lets the SIDs in that certified policies use, and nothing else to the SIDs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network

from netkit.emit.common.tree import Statement
from netkit.emit.common.values import Values
from netkit.emit.common.words import plain_names
from netkit.errors import Problem
from netkit.model.router_state import EdgeFilter, PeerPort

CUSTOMERS = "NETKIT-EDGE"
PEER = "NETKIT-PEER-"
NAME_LENGTH = 64
STEP = 10
"""Rules are numbered in steps, so that an operator's fit between."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: ``permit`` or ``deny`` of what goes from and to prefixes; None is any. ``at`` is
    where it was read."""

    verdict: str
    source: IPv6Network | None = None
    destination: IPv6Network | None = None
    at: Statement | None = field(default=None, compare=False)


PERMIT_ALL = Rule("permit")


def access_lists(edge: EdgeFilter) -> dict[str, tuple[Rule, ...]]:
    """The rules of each list, by its name."""
    found = {CUSTOMERS: (*_no_sids(edge.blocks), PERMIT_ALL)}
    names = peer_lists(edge.peers)
    for port in edge.peers:
        admitted = (Rule("permit", None, IPv6Network((int(sid), 128))) for sid in port.admitted)
        denied = (Rule("deny", None, one) for one in edge.blocks)
        found[names[port.interface]] = (*admitted, *denied, PERMIT_ALL)
    return found


def _no_sids(blocks: Iterable[IPv6Network]) -> Iterator[Rule]:
    for one in blocks:
        yield Rule("deny", None, one)
        yield Rule("deny", one, None)


def peer_lists(peers: Iterable[PeerPort]) -> dict[str, str]:
    """The name of the list of each port."""
    short = plain_names([one.interface for one in peers], NAME_LENGTH - len(PEER))
    return {interface: PEER + name for interface, name in short.items()}


def on_ports(edge: EdgeFilter) -> dict[str, str]:
    """The list on the ingress of each port, by interface."""
    return dict.fromkeys(edge.customers, CUSTOMERS) | peer_lists(edge.peers)


def edge_of(
    lists: dict[str, tuple[Rule, ...]], ports: dict[str, str], values: Values
) -> EdgeFilter | None:
    """The filter that lists and ports make; None where netkit's own list is not there.

    A list that lets more in than it says is a problem; rules of others in it are foreign.
    """
    if CUSTOMERS not in lists:
        return None
    # A block is closed both ways; half of it is an entry of somebody else's.
    denied = {one for one in lists[CUSTOMERS] if one.verdict == "deny"}
    to = {one.destination for one in denied if one.source is None}
    blocks = {one.source for one in denied if one.destination is None} & to
    peers = [
        PeerPort(port, tuple(sorted(_admitted(lists[name]))))
        for port, name in sorted(ports.items())
        if name.startswith(PEER) and name in lists
    ]
    customers = tuple(sorted(port for port, name in ports.items() if name == CUSTOMERS))
    found = tuple(sorted(one for one in blocks if one is not None))
    edge = EdgeFilter(found, (), (), (), customers, tuple(peers))
    wanted = access_lists(edge)
    standing = {CUSTOMERS: CUSTOMERS, **peer_lists(edge.peers)}
    for port, name in standing.items():
        _whole(name, lists[ports.get(port, name)], wanted[name], values)
    return edge


def _whole(name: str, rules: tuple[Rule, ...], wanted: tuple[Rule, ...], values: Values) -> None:
    """All that is wanted stands in the list, in its order, as far as it matters: what is let in
    first; what is not of it is not netkit's."""
    own = [one for one in rules if one in wanted]
    for one in rules:
        if one not in own and one.at is not None:
            one.at.leave()
    if own != list(wanted):
        line = next((one.at.line for one in rules if one.at is not None), None)
        what = f"access list {name} does not keep out what netkit's does"
        values.problems.append(Problem(values.file, line, what, None, "its rules, in their order"))


def _admitted(rules: Iterable[Rule]) -> Iterator[IPv6Address]:
    for one in rules:
        if one.verdict == "permit" and one.destination is not None:
            yield one.destination.network_address


def is_ours(name: str) -> bool:
    """Is an access list of that name netkit's?"""
    return name == CUSTOMERS or name.startswith(PEER)
