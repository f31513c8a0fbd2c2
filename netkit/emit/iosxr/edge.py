"""The edge of the domain (RFC 8754 §5.1) as access lists, for the text and for the XML.

One list keeps customers from sending to the domain's SIDs or from them, one for each port to
another operator lets the SIDs in that certified policies use, and nothing else to the SIDs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network

from netkit.emit.common.words import plain_names
from netkit.model.router_state import EdgeFilter, PeerPort

CUSTOMERS = "NETKIT-EDGE"
PEER = "NETKIT-PEER-"
NAME_LENGTH = 64
STEP = 10
"""Rules are numbered in steps, so that an operator's fit between."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: ``permit`` or ``deny`` of what goes from and to prefixes; None is any."""

    verdict: str
    source: IPv6Network | None = None
    destination: IPv6Network | None = None


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


def edge_of(lists: dict[str, tuple[Rule, ...]], ports: dict[str, str]) -> EdgeFilter | None:
    """The filter that lists and ports make; None where netkit's own list is not there."""
    if CUSTOMERS not in lists:
        return None
    blocks = {one.destination for one in lists[CUSTOMERS] if one.verdict == "deny"}
    peers = [
        PeerPort(port, tuple(sorted(_admitted(lists[name]))))
        for port, name in sorted(ports.items())
        if name.startswith(PEER) and name in lists
    ]
    customers = tuple(sorted(port for port, name in ports.items() if name == CUSTOMERS))
    found = tuple(sorted(one for one in blocks if one is not None))
    return EdgeFilter(found, (), (), (), customers, tuple(peers))


def _admitted(rules: Iterable[Rule]) -> Iterator[IPv6Address]:
    for one in rules:
        if one.verdict == "permit" and one.destination is not None:
            yield one.destination.network_address


def is_ours(name: str) -> bool:
    """Is an access list of that name netkit's?"""
    return name == CUSTOMERS or name.startswith(PEER)
