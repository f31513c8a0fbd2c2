"""Changes as JSON and back, for the journal and for ``--dry-run --json``."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_network
from typing import Any

from netkit.apply.changes import Change
from netkit.apply.objects import (
    EdgeTable,
    FrrStatement,
    KernelObject,
    NextHop,
    PassPair,
    Route,
    Rule,
    Seg6,
    Seg6Local,
    SidDevice,
    TunnelSource,
)


def change_to_json(change: Change) -> dict[str, object]:
    """``before`` and ``after``, null where the thing is not there."""
    return {"before": object_to_json(change.before), "after": object_to_json(change.after)}


def change_from_json(document: Mapping[str, Any]) -> Change:
    """The inverse of :func:`change_to_json`; raises KeyError and ValueError for what is none."""
    before, after = document["before"], document["after"]
    return Change(
        None if before is None else _object(before), None if after is None else _object(after)
    )


def object_to_json(one: KernelObject | None) -> dict[str, object] | None:
    """An object with its ``kind``; None of None."""
    match one:
        case Route():
            return {"kind": "route", **_route_to_json(one)}
        case Rule():
            return {"kind": "rule", "interface": one.interface, "table": one.table,
                    "priority": one.priority, "family": one.family}  # fmt: skip
        case SidDevice():
            return {"kind": "device", "name": one.name}
        case PassPair():
            return {
                "kind": "pass_pair", "name": one.name, "peer": one.peer, "mac": one.mac,
                "peer_mac": one.peer_mac, "address": str(one.address), "mtu": one.mtu,
            }  # fmt: skip
        case TunnelSource():
            return {"kind": "tunnel_source", "address": str(one.address)}
        case EdgeTable():
            return {"kind": "edge_table", "lines": list(one.lines)}
        case FrrStatement():
            return {"kind": "frr", "nodes": list(one.nodes), "words": one.words,
                    "identity": one.identity, "rank": one.rank, "body": list(one.body),
                    "in_force": one.in_force}  # fmt: skip
    return None


def _route_to_json(route: Route) -> dict[str, object]:
    return {
        "prefix": str(route.prefix), "table": route.table, "metric": route.metric,
        "device": route.device, "encap": _encap_to_json(route.encap),
        "next_hops": [
            {"encap": _encap_to_json(hop.encap), "weight": hop.weight, "device": hop.device,
             "via": None if hop.via is None else str(hop.via)}
            for hop in route.next_hops
        ],
        "blackhole": route.blackhole, "mtu": route.mtu,
        "via": None if route.via is None else str(route.via), "local": route.local,
    }  # fmt: skip


def _encap_to_json(encap: Seg6 | Seg6Local | None) -> dict[str, object] | None:
    if encap is None:
        return None
    if isinstance(encap, Seg6):
        return {"seg6": encap.mode, "segments": [str(one) for one in encap.segments]}
    return {
        "seg6local": encap.action,
        "next_hop": None if encap.next_hop is None else str(encap.next_hop),
        "table": encap.table, "vrf_table": encap.vrf_table,
        "segments": [str(one) for one in encap.segments], "flavors": sorted(encap.flavors),
        "block_bits": encap.block_bits, "node_function_bits": encap.node_function_bits,
    }  # fmt: skip


def _object(own: Mapping[str, Any]) -> KernelObject:
    match own["kind"]:
        case "route":
            return _route(own)
        case "rule":
            return Rule(own["interface"], own["table"], own["priority"], own["family"])
        case "device":
            return SidDevice(own["name"])
        case "pass_pair":
            return PassPair(own["name"], own["peer"], own["mac"], own["peer_mac"],
                            IPv6Address(own["address"]), own["mtu"])  # fmt: skip
        case "tunnel_source":
            return TunnelSource(IPv6Address(own["address"]))
        case "edge_table":
            return EdgeTable(tuple(own["lines"]))
        case "frr":
            return FrrStatement(tuple(own["nodes"]), own["words"], own["identity"], own["rank"],
                                tuple(own["body"]), own["in_force"])  # fmt: skip
    raise ValueError(f"no kind of object: {own['kind']}")


def _route(own: Mapping[str, Any]) -> Route:
    hops = tuple(
        NextHop(_seg6(hop["encap"]), hop["weight"], hop["device"], _address(hop["via"]))
        for hop in own["next_hops"]
    )
    return Route(
        ip_network(own["prefix"]), own["table"], own["metric"], own["device"],
        _encap(own["encap"]), hops, own["blackhole"], own["mtu"],
        _address(own["via"]), own["local"],
    )  # fmt: skip


def _encap(own: Mapping[str, Any] | None) -> Seg6 | Seg6Local | None:
    if own is None:
        return None
    if "seg6" in own:
        return _seg6(own)
    return Seg6Local(
        own["seg6local"], _address(own["next_hop"]), own["table"], own["vrf_table"],
        _addresses(own["segments"]), frozenset(own["flavors"]), own["block_bits"],
        own["node_function_bits"],
    )  # fmt: skip


def _seg6(own: Mapping[str, Any]) -> Seg6:
    return Seg6(_addresses(own["segments"]), own["seg6"])


def _address(text: str | None) -> IPv6Address | None:
    return None if text is None else IPv6Address(text)


def _addresses(texts: list[str]) -> tuple[IPv6Address, ...]:
    return tuple(IPv6Address(text) for text in texts)
