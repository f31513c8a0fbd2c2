"""Policies on Linux: for each prefix that enters one a route of H.Encaps.Red (RFC 8986 §5.2) for
each candidate path, for its binding SID one of End.B6.Encaps; the lowest metric is the active one.
Taking that away moves traffic to the next."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv6Address

from netkit.emit.linux.words import NOBODY, SID_DEVICE, TABLES, metric_of
from netkit.model.router_state import CandidatePathState, PolicyState, RouterState, WeightedList

_ADDRESS_BITS = 128


def policy_lines(policy: PolicyState, state: RouterState) -> Iterator[str]:
    """What policy it is, and its routes."""
    name = "" if policy.name is None else f" {policy.name}"
    yield f"# Policy{name}: color {policy.color}, endpoint {policy.endpoint}."
    for path in policy.candidate_paths:
        if path.largest_packet_bytes is not None:
            packets = f"packets of up to {path.largest_packet_bytes} bytes"
            yield f"# Preference {path.preference}: {packets}."
    if policy.binding_sid is not None:
        bound = f"{policy.binding_sid}/{_sid_bits(policy.binding_sid, state)}"
        for path in policy.candidate_paths:
            yield _bound(bound, path)
    for one in policy.steering:
        for path in policy.candidate_paths:
            yield _route(str(one.prefix), TABLES[one.vrf], path)


def _sid_bits(sid: IPv6Address, state: RouterState) -> int:
    """How long a binding SID is: by the parts of the locator that it is in."""
    for one in state.locators:
        if sid in one.prefix:
            parts = one.structure
            return parts.block_bits + parts.node_bits + parts.function_bits
    return _ADDRESS_BITS


def _bound(sid: str, path: CandidatePathState) -> str:
    (pushed,) = path.lists
    action = f"End.B6.Encaps srh segs {_sids(pushed)}"
    metric = metric_of(path.preference)
    return f"route add {sid} encap seg6local action {action} dev {SID_DEVICE} metric {metric}"


def _route(prefix: str, table: str, path: CandidatePathState) -> str:
    where = f"table {table} metric {metric_of(path.preference)}"
    if len(path.lists) == 1:
        return f"route add {prefix} {_encap(path.lists[0])} dev {SID_DEVICE} {where}"
    ways = (
        f"nexthop {_encap(one)} via {NOBODY} dev {SID_DEVICE} weight {one.weight}"
        for one in path.lists
    )
    return f"route add {prefix} {where} {' '.join(ways)}"


def _encap(pushed: WeightedList) -> str:
    return f"encap seg6 mode encap.red segs {_sids(pushed)}"


def _sids(pushed: WeightedList) -> str:
    return ",".join(str(segment.sid) for segment in pushed.segments)
