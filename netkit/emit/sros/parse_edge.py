"""The edge filter and the STAMP reflector of SR OS, out of their statements."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv6Address, IPv6Network

from netkit.emit.common.tree import Statement
from netkit.emit.common.values import Values
from netkit.emit.sros.render_edge import CUSTOMERS, PEER
from netkit.model.router_state import EdgeFilter, PeerPort, StampReflector

Rules = dict[tuple[str, str], list[IPv6Network]]
"""Prefixes by verdict and side, as ``("drop", "dst-ip")``."""


def read_edge(tree: Statement | None, base: Statement | None, values: Values) -> EdgeFilter | None:
    """netkit's own filters and the ports that they stand on; None where it has none."""
    filters = None if tree is None else tree.take("filter")
    found = {} if filters is None else _filters(filters, values)
    if CUSTOMERS not in found:
        return None
    blocks = tuple(sorted(found[CUSTOMERS].get(("drop", "dst-ip"), [])))
    peers = [] if base is None else _peers(base.take_all("interface"), found)
    return EdgeFilter(
        blocks, (), (), (), (), tuple(sorted(peers, key=lambda one: one.interface))
    )  # fmt: skip


def _filters(filters: Statement, values: Values) -> dict[str, Rules]:
    found = {}
    for one in filters.take_all("ipv6-filter"):
        name = one.value or ""
        if name != CUSTOMERS and not name.startswith(PEER):
            one.leave()
            continue
        one.take("default-action")
        rules: Rules = {}
        for entry in one.take_all("entry"):
            _entry(entry, rules, values)
        found[name] = rules
    return found


def _entry(entry: Statement, rules: Rules, values: Values) -> None:
    match, action = entry.take("match"), entry.take("action")
    for side in ("dst-ip", "src-ip"):
        prefix = None if match is None else values.network(match.take(side, "address"))
        for verdict in ("drop", "accept"):
            if prefix is not None and action is not None and action.take(verdict) is not None:
                rules.setdefault((verdict, side), []).append(prefix)
    if not match or not action:
        entry.leave()


def _peers(interfaces: Iterable[Statement], found: dict[str, Rules]) -> list[PeerPort]:
    peers = []
    for one in interfaces:
        name = one.take_value("ingress", "filter", "ipv6") or ""
        if not name.startswith(PEER) or name not in found or one.value is None:
            one.leave()
            continue
        admitted = found[name].get(("accept", "dst-ip"), [])
        peers.append(PeerPort(one.value, tuple(sorted(each[0] for each in admitted))))
    return peers


def read_reflectors(
    base: Statement | None, source: IPv6Address | None, values: Values
) -> tuple[StampReflector, ...]:
    """The reflector in force, at the source address: it has none of its own."""
    one = None if base is None else base.take("twamp-light", "reflector")
    if one is None or source is None:
        return ()
    if one.take_value("admin-state") != "enable" or one.take_value("type") != "stamp":
        one.leave()
        return ()
    port = values.number(one.take("udp-port"))
    senders = [values.network(prefix) for prefix in one.take_all("prefix")]
    if port is None:
        return ()
    found = sorted(each[0] for each in senders if each is not None)
    return (StampReflector(source, port, tuple(found)),)
