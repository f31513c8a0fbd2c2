"""Policies as IOS XR can be told them: lists of uSIDs that end before the service SID."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv6Address

from netkit.emit.common.lists import Segments, before_service, service_of, unpacked
from netkit.emit.common.sids import in_order
from netkit.emit.common.usid import NEXT, SERVICES, is_usid
from netkit.emit.dialect import LeftOut
from netkit.model.router_state import (
    CandidatePathState,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)

WHY_SERVICE = "the BGP service route that the policy's color steers brings its own service SID"
WHY_MTU = "words that clamp MSS or lower the MTU by policy are not confirmed"


def whole_policy(policy: PolicyState, state: RouterState) -> str | None:
    """Why a policy cannot be told at all; None where it can."""
    lists = [one for path in policy.candidate_paths for one in path.lists]
    if not policy.candidate_paths or any(not path.lists for path in policy.candidate_paths):
        return "a candidate path has no list"
    kinds = {is_usid(each) or each.behavior in SERVICES for one in lists for each in one.segments}
    if False in kinds:
        return "its lists are not of uSIDs of the layout F3216, the one format that lists take"
    return None if all(_entries(one.segments, state) for one in lists) else "a list has no segment"


def project_policy(policy: PolicyState, state: RouterState) -> PolicyState:
    """The policy with what the XML says of it."""
    paths = tuple(_path(one, state) for one in policy.candidate_paths)
    return PolicyState(policy.name, policy.color, policy.endpoint, paths, policy.binding_sid)


def lost(policy: PolicyState) -> Iterator[LeftOut]:
    """What of a policy is not told."""
    name = f"policy {policy.name or policy.color}"
    lists = [one.segments for path in policy.candidate_paths for one in path.lists]
    if any(service_of(unpacked(one)) is not None for one in lists):
        yield LeftOut(f"{name}: the service SID that its lists end in", WHY_SERVICE)
    if policy.steering:
        prefixes = ", ".join(str(one.prefix) for one in policy.steering)
        why = f"IOS XR steers BGP routes of color {policy.color}: the egress router colors them"
        yield LeftOut(f"{name}: steering of {prefixes}", why)
    largest = [path.largest_packet_bytes for path in policy.candidate_paths]
    known = [one for one in largest if one is not None]
    if known:
        yield LeftOut(f"{name}: largest packet {min(known)} bytes", WHY_MTU)


def _path(path: CandidatePathState, state: RouterState) -> CandidatePathState:
    """Lists of one name are one list: their weights add up."""
    lists: dict[tuple[str | int, Segments], int] = {}
    for number, one in enumerate(path.lists):
        key = (one.name or number, _entries(one.segments, state))
        lists[key] = lists.get(key, 0) + one.weight
    return CandidatePathState(path.preference, in_order(
        WeightedList(name if isinstance(name, str) else None, weight, segments)
        for (name, segments), weight in lists.items()
    ))  # fmt: skip


def _entries(segments: Segments, state: RouterState) -> Segments:
    """One uSID an entry; an entry is its address alone, and a uSID since lists take no others."""
    return tuple(usid_entry(one.sid) for one in before_service(unpacked(segments), state))


def usid_entry(sid: IPv6Address) -> SegmentState:
    """An entry of a list."""
    return SegmentState(sid, flavors=NEXT)
