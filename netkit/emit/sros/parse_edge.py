"""The edge filter and the STAMP reflector of SR OS, out of their statements."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv6Address, IPv6Network

from netkit.emit.common.tree import Statement
from netkit.emit.common.values import Values
from netkit.emit.sros.render_edge import CUSTOMERS, PEER, peer_filters
from netkit.errors import Problem
from netkit.model.router_state import EdgeFilter, PeerPort, StampReflector

Rules = dict[tuple[str, str], dict[IPv6Network, Statement]]
"""Prefixes by verdict and side, as ``("drop", "dst-ip")``, each with its entry."""


def read_edge(tree: Statement | None, base: Statement | None, values: Values) -> EdgeFilter | None:
    """netkit's own filters and the ports that they stand on; None where it has none."""
    filters = None if tree is None else tree.take("filter")
    found = {} if filters is None else _filters(filters, values)
    if CUSTOMERS not in found:
        return None
    # A block is closed both ways; half of it is an entry of somebody else's.
    to, away = (found[CUSTOMERS].get(("drop", side), {}) for side in ("dst-ip", "src-ip"))
    blocks = tuple(sorted(to.keys() & away.keys()))
    peers = [] if base is None else _peers(base.take_all("interface"), found)
    edge = EdgeFilter(
        blocks, (), (), (), (), tuple(sorted(peers, key=lambda one: one.interface))
    )  # fmt: skip
    _require_whole(edge, found, values)
    return edge


def _require_whole(edge: EdgeFilter, found: dict[str, Rules], values: Values) -> None:
    """A filter that lets more in than it says is a problem; other entries in it are foreign."""
    both = {("drop", side, one) for side in ("dst-ip", "src-ip") for one in edge.blocks}
    wanted = {CUSTOMERS: both}
    names = peer_filters(edge.peers)
    for port in edge.peers:
        admitted = (IPv6Network((int(sid), 128)) for sid in port.admitted)
        wanted[names[port.interface]] = {
            *(("accept", "dst-ip", one) for one in admitted),
            *(("drop", "dst-ip", one) for one in edge.blocks),
        }
    for name, rules in wanted.items():
        held = {(*key, one): at for key, own in found.get(name, {}).items()
                for one, at in own.items()}  # fmt: skip
        opens = [
            key for key in held.keys() - rules
            if key[0] == "accept" and any(key[2].overlaps(one) for one in edge.blocks)
        ]  # fmt: skip
        if opens or not rules <= held.keys():
            what = f"filter {name} does not keep out what netkit's does"
            values.problems.append(Problem(values.file, None, what, None, "its entries"))
        for key in held.keys() - rules:
            held[key].leave()


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
                rules.setdefault((verdict, side), {})[prefix] = entry
    if not match or not action:
        entry.leave()


def _peers(interfaces: Iterable[Statement], found: dict[str, Rules]) -> list[PeerPort]:
    peers = []
    for one in interfaces:
        name = one.take_value("ingress", "filter", "ipv6") or ""
        if not name.startswith(PEER) or name not in found or one.value is None:
            one.leave()
            continue
        admitted = found[name].get(("accept", "dst-ip"), {})
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
