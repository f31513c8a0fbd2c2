"""The BGP-LS attribute as GoBGP prints it (``LsAttribute`` of ``pkg/packet/bgp/bgp.go``)."""

from __future__ import annotations

from ipaddress import IPv6Address
from typing import Any

from netkit.files.importers.link_state.records import Traffic
from netkit.files.importers.link_state.skipped import Skipped
from netkit.files.importers.link_state.values import (
    address,
    algorithm,
    capacity_bps,
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
_NODE_READ = {"flags", "name", "isis_area", "local_router_id_ipv4", "local_router_id_ipv6"}
_SKIPPED = {
    "reservable_bandwidth": "reservable bandwidths",
    "unreserved_bandwidth": "unreserved bandwidths",
    "adjacency_sid": "adjacency SIDs of SR-MPLS",
    "opaque": "opaque attributes",
    "sr_capabilities": "SR-MPLS global blocks",
    "sr_local_block": "SR-MPLS local blocks",
    "sr_algorithms": "lists of algorithms",
    "flex_algo_defs": "definitions of Flexible Algorithms",
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
    parts = _structure(found.get("sid_structure"))
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
    parts = _structure(sid.get("srv6_sid_structure"))
    number = algorithm(behavior.get("algorithm", 0))
    if number is None:
        skipped[_NO_ALGORITHM] += len(sids)
        return ()
    return tuple(AdvertisedSid(one, number, code in _NEXT_CSID, parts) for one in sids)


def _code(behavior: Object) -> int | None:
    found = behavior.get("endpoint_behavior")
    return found if isinstance(found, int) else None


def _structure(found: object) -> SidStructure | None:
    if not isinstance(found, dict):
        return None
    lengths = [found.get(f"local_{name}") for name in ("block", "node", "func", "arg")]
    return structure(lengths) if lengths[0] else None


def _is_anomalous(found: object) -> bool:
    flags = found.get("flags") if isinstance(found, dict) else None
    return isinstance(flags, dict) and flags.get("anomalous") is True


def _count(found: Object, read: set[str], skipped: Skipped) -> None:
    for key in found.keys() - read:
        skipped[_SKIPPED.get(key, f"`{key}`")] += 1
