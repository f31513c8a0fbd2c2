"""The edge of the domain (RFC 8754 §5.1) and the STAMP reflector, as statements of SR OS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv6Network

from netkit.emit.common.tree import Statement, some
from netkit.emit.common.words import plain_names
from netkit.model.router_state import EdgeFilter, PeerPort, StampReflector

CUSTOMERS = "netkit-edge"
PEER = "netkit-peer-"
FILTER_LENGTH = 64
STEP = 10
"""Entries are numbered in steps, so that an operator's fit between."""


def filters(edge: EdgeFilter | None) -> Statement | None:
    """The filters: one for ports of customers, one for each port to another operator."""
    if edge is None:
        return None
    rules = [("drop", side, one) for one in edge.blocks for side in ("dst-ip", "src-ip")]
    names = peer_filters(edge.peers)
    return some("filter", [
        _filter(CUSTOMERS, rules),
        *(_filter(names[one.interface], list(_admitting(one, edge.blocks))) for one in edge.peers),
    ])  # fmt: skip


def peer_filters(peers: Iterable[PeerPort]) -> dict[str, str]:
    """The name of the filter of each port."""
    short = plain_names([one.interface for one in peers], FILTER_LENGTH - len(PEER))
    return {interface: PEER + name for interface, name in short.items()}


def _admitting(
    port: PeerPort, blocks: Iterable[IPv6Network]
) -> Iterator[tuple[str, str, IPv6Network]]:
    for sid in port.admitted:
        yield "accept", "dst-ip", IPv6Network((int(sid), 128))
    for one in blocks:
        yield "drop", "dst-ip", one


def _filter(name: str, rules: list[tuple[str, str, IPv6Network]]) -> Statement:
    entries = [_entry(number * STEP, *rule) for number, rule in enumerate(rules, start=1)]
    return Statement("ipv6-filter", name, [Statement("default-action", "accept"), *entries])


def _entry(number: int, verdict: str, side: str, prefix: IPv6Network) -> Statement:
    where = Statement(side, inside=[Statement("address", str(prefix))])
    matching = Statement("match", inside=[where])
    return Statement(
        "entry", str(number), [matching, Statement("action", inside=[Statement(verdict)])]
    )


def ports(edge: EdgeFilter | None) -> Iterator[Statement]:
    """Interfaces of the base router with the filter that stands on their ingress."""
    if edge is None:
        return
    names = peer_filters(edge.peers)
    for one in edge.peers:
        on = Statement("filter", inside=[Statement("ipv6", names[one.interface])])
        yield Statement("interface", one.interface, [Statement("ingress", inside=[on])])


def reflectors(found: tuple[StampReflector, ...]) -> Statement | None:
    """The one reflector of the router."""
    if not found:
        return None
    one = found[0]
    return Statement("twamp-light", inside=[Statement("reflector", inside=[
        Statement("admin-state", "enable"),
        Statement("udp-port", str(one.port)),
        Statement("type", "stamp"),
        *(Statement("prefix", f"{sender}/128") for sender in one.senders),
    ])])  # fmt: skip
