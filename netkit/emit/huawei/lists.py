"""Segment lists as VRP has them: SIDs to the endpoint, without the service SID.

netkit's lists end in the service SID of the egress. The VPN routes that VRP steers by color have
one of their own, which stands behind the list (RFC 9252): two of them, and the egress drops what
comes (RFC 8986 §4.6).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import IPv6Address

from netkit.emit.common.sids import home, in_order
from netkit.emit.common.usid import SERVICES
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    Flavor,
    RouterState,
    SegmentState,
    WeightedList,
)
from netkit.model.srv6.encapsulation import overhead


class UnsaidError(ValueError):
    """A list that VRP cannot have."""


@dataclass(frozen=True, slots=True)
class SaidPath:
    """A path as VRP has it, and whether lists of it lost a service SID."""

    path: CandidatePathState
    served: bool


def said_path(path: CandidatePathState, state: RouterState) -> SaidPath:
    """``path`` of a router, as VRP has it.

    Raises:
        UnsaidError: nothing is left of a list.
    """
    served = [one for one in path.lists if _service(one) is not None]
    lists = in_order(replace(one, segments=_segments(one, state)) for one in path.lists)
    largest = path.largest_packet_bytes if lists else None
    said = CandidatePathState(path.preference, lists, largest)
    return SaidPath(said, bool(served))


def path_mtus(path: CandidatePathState, *, bound: bool) -> tuple[int, ...]:
    """What VRP calls the path MTU of each list: the largest packet and the headers that it gets.

    () where no largest packet is known.
    """
    largest = path.largest_packet_bytes
    if largest is None:
        return ()
    return tuple(largest + header_bytes(len(one.segments), bound=bound) for one in path.lists)


def header_bytes(sids: int, *, bound: bool) -> int:
    """What ``encapsulation-mode encaps`` adds with ``reduce-srh enable``.

    Behind the list stands the service SID of a BGP route, except where a binding SID leads into the
    policy.
    """
    return overhead(sids if bound else sids + 1, None).header_bytes


def _service(one: WeightedList) -> SegmentState | None:
    last = one.segments[-1] if one.segments else None
    return last if last is not None and last.behavior in SERVICES else None


def _segments(one: WeightedList, state: RouterState) -> tuple[SegmentState, ...]:
    service = _service(one)
    if service is None:
        return tuple(SegmentState(segment.sid) for segment in one.segments)
    before = tuple(SegmentState(segment.sid) for segment in one.segments[:-1])
    return before or (SegmentState(_end_beside(service, state)),)


def _end_beside(service: SegmentState, state: RouterState) -> IPv6Address:
    """The End of the router that a service SID is of: where this router's own End is in its
    locator, for the Ends of an address plan have one function."""
    for sid in state.sids:
        locator = home(sid.sid, state.locators)
        if sid.behavior is not EndpointBehavior.END or Flavor.USD in sid.flavors or not locator:
            continue
        parts, bits = service.structure, locator.prefix.prefixlen
        if locator.algorithm == 0 and parts and parts.block_bits + parts.node_bits == bits:
            function = int(sid.sid) - int(locator.prefix.network_address)
            return IPv6Address((int(service.sid) >> 128 - bits << 128 - bits) + function)
    raise UnsaidError("a list is its service SID alone, and the End beside that is not known")
