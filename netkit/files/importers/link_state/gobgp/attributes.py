"""The BGP-LS attribute as GoBGP prints it (``LsAttribute`` of ``pkg/packet/bgp/bgp.go``)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from ipaddress import IPv6Address
from typing import Any

from netkit.files.importers.link_state.records import FlexRecord, Traffic
from netkit.files.importers.link_state.skipped import Skipped
from netkit.files.importers.link_state.values import (
    address,
    algorithm,
    capacity_bps,
    code_point,
    delay_us,
    groups_of_masks,
    metric,
    structure,
)
from netkit.model.network.advertised import AdvertisedSid, SidStructure

Object = dict[str, Any]

_END = frozenset((*range(1, 5), *range(28, 32), *range(43, 51)))
_NEXT_CSID = frozenset(range(43, 60))
"""Endpoint behaviors (IANA, RFC 8986 §10.2, RFC 9800 §12): End with its flavors; NEXT-CSID."""

_NO_ALGORITHM = "SIDs of an algorithm that is no byte"
_LINK_READ = {
    "igp_metric", "admin_group", "default_te_metric", "bandwidth", "srlgs", "name",
    "unidirectional_link_delay", "min_max_unidirectional_link_delay",
    "unidirectional_delay_variation", "srv6_end_x_sid", "local_router_id_ipv4",
    "local_router_id_ipv6", "remote_router_id_ipv4", "remote_router_id_ipv6",
}  # fmt: skip
_NODE_READ = {
    "flags", "name", "isis_area", "local_router_id_ipv4", "local_router_id_ipv6", "sr_algorithms",
    "flex_algo_defs",
}  # fmt: skip
_SKIPPED = {
    "reservable_bandwidth": "reservable bandwidths",
    "unreserved_bandwidth": "unreserved bandwidths",
    "adjacency_sid": "adjacency SIDs of SR-MPLS",
    "opaque": "opaque attributes",
    "sr_capabilities": "SR-MPLS global blocks",
    "sr_local_block": "SR-MPLS local blocks",
}


def part(attributes: Object, name: str) -> Object:
    """The part of an attribute that is for nodes, links or SIDs."""
    found = attributes.get(name)
    return found if isinstance(found, dict) else {}


def node_name(attributes: Object, skipped: Skipped) -> str | None:
    """The name of a node."""
    node = part(attributes, "node")
    _count(node, _NODE_READ, skipped)
    name = node.get("name")
    return name if isinstance(name, str) and name else None


def algorithms(attributes: Object) -> frozenset[int]:
    """The algorithms that a node takes part in (RFC 9085 §2.1.3)."""
    return frozenset(_bytes(part(attributes, "node").get("sr_algorithms")))


def flex_algos(attributes: Object) -> Iterator[FlexRecord]:
    """The definitions of Flexible Algorithms that a node advertises (RFC 9351 §3), from 4.8 on."""
    stated = part(attributes, "node").get("flex_algo_defs")
    for item in stated if isinstance(stated, list) else ():
        number = algorithm(item.get("algorithm")) if isinstance(item, dict) else None
        if number is None:
            continue
        risks, flags = item.get("exclude_srlg"), _bytes(item.get("definition_flags"))
        yield FlexRecord(
            number,
            code_point(item.get("metric_type")),
            code_point(item.get("calc_type")),
            code_point(item.get("priority")),
            include_any=_affinity(item, "include_any"),
            include_all=_affinity(item, "include_all"),
            exclude_any=_affinity(item, "exclude_any"),
            exclude_srlgs=frozenset(map(str, risks)) if isinstance(risks, list) else frozenset(),
            unread=("flags",) if any(flags[:1].strip(_M_FLAG) + flags[1:]) else (),
        )


_M_FLAG = b"\x80"
"""Of a definition: metrics of prefixes, which matter between areas only (RFC 9350 §6.4)."""


def _affinity(item: Object, rule: str) -> frozenset[str]:
    """Words of 32 bits, the lowest first."""
    words = item.get(f"{rule}_affinity")
    return groups_of_masks(enumerate(map(str, words if isinstance(words, list) else ())))


def _bytes(word: object) -> bytes:
    """Bytes as Go prints them in JSON."""
    try:
        return b64decode(word, validate=True) if isinstance(word, str) else b""
    except ValueError:
        return b""


def flag(attributes: Object, name: str) -> bool | None:
    """A flag of a node; None where flags are not printed."""
    flags = part(attributes, "node").get("flags")
    return flags.get(name) is True if isinstance(flags, dict) else None


def metric_of(attributes: Object) -> int | None:
    """The IGP metric of a link (RFC 9552 §5.3.2.4)."""
    return metric(part(attributes, "link").get("igp_metric"))


def link_traffic(attributes: Object, skipped: Skipped) -> Traffic:
    """What TE says of a link; bandwidth is in bytes a second."""
    link = part(attributes, "link")
    _count(link, _LINK_READ, skipped)
    both, mean = (
        link.get("min_max_unidirectional_link_delay"),
        link.get("unidirectional_link_delay"),
    )
    bounds = both if isinstance(both, dict) else {}
    average = mean.get("delay") if isinstance(mean, dict) else mean
    te_metric, groups = metric(link.get("default_te_metric")), link.get("admin_group")
    if te_metric is None and link.get("default_te_metric") is not None:
        skipped["TE metrics that are none of 24 bits"] += 1
    srlgs = link.get("srlgs")
    return Traffic(
        delay_min_us=delay_us(bounds.get("min_delay", bounds.get("min"))),
        delay_max_us=delay_us(bounds.get("max_delay", bounds.get("max"))),
        delay_avg_us=delay_us(average),
        anomalous=any(_is_anomalous(one) for one in (both, mean)),
        jitter_us=delay_us(link.get("unidirectional_delay_variation")),
        te_metric=te_metric,
        capacity_bps=capacity_bps(link.get("bandwidth")),
        admin_groups=groups_of_masks([(0, str(groups))]) if groups is not None else frozenset(),
        srlgs=frozenset(str(one) for one in srlgs if isinstance(one, int))
        if isinstance(srlgs, list) else frozenset(),
    )  # fmt: skip


def end_x_sids(attributes: Object, skipped: Skipped) -> tuple[AdvertisedSid, ...]:
    """The End.X of a link; GoBGP prints the last of several."""
    found = part(attributes, "link").get("srv6_end_x_sid")
    if not isinstance(found, dict):
        return ()
    words = found.get("sids")
    sids = [address(word) for word in words] if isinstance(words, list) else []
    csid, number = _code(found) in _NEXT_CSID, algorithm(found.get("algorithm", 0))
    known = [IPv6Address(sid) for sid in sids if sid is not None and ":" in sid]
    if number is None:
        skipped[_NO_ALGORITHM] += len(known)
        return ()
    parts = _structure(found.get("sid_structure"), skipped)
    return tuple(AdvertisedSid(sid, number, csid, parts) for sid in known)


def node_sids(
    attributes: Object, sids: tuple[IPv6Address, ...], skipped: Skipped
) -> tuple[AdvertisedSid, ...]:
    """The ``End`` among the SIDs of a node; others are services, or not printed as what they
    are."""
    sid = part(attributes, "srv6_sid")
    behavior = part(sid, "srv6_endpoint_behavior")
    code = _code(behavior)
    if code not in _END:
        kind = "SIDs whose behavior is not printed" if code is None else "SIDs of services"
        skipped[kind] += len(sids)
        return ()
    parts = _structure(sid.get("srv6_sid_structure"), skipped)
    number = algorithm(behavior.get("algorithm", 0))
    if number is None:
        skipped[_NO_ALGORITHM] += len(sids)
        return ()
    return tuple(AdvertisedSid(one, number, code in _NEXT_CSID, parts) for one in sids)


def _code(behavior: Object) -> int | None:
    found = behavior.get("endpoint_behavior")
    return found if isinstance(found, int) else None


def _structure(found: object, skipped: Skipped) -> SidStructure | None:
    """None where it is all zero, as Go prints what is not there."""
    if not isinstance(found, dict):
        return None
    lengths = [found.get(f"local_{name}") for name in ("block", "node", "func", "arg")]
    return structure(lengths, skipped) if any(lengths) else None


def _is_anomalous(found: object) -> bool:
    flags = found.get("flags") if isinstance(found, dict) else None
    return isinstance(flags, dict) and flags.get("anomalous") is True


def _count(found: Object, read: set[str], skipped: Skipped) -> None:
    for key in found.keys() - read:
        skipped[_SKIPPED.get(key, f"`{key}`")] += 1
