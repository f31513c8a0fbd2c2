"""Segment lists as VRP has them: SIDs to the endpoint, without the service SID.

netkit's lists end in the service SID of the egress. The VPN routes that VRP steers by color have
one of their own, which stands behind the list (RFC 9252): two of them, and the egress drops what
comes (RFC 8986 §4.6).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from netkit.emit.common.lists import before_service, service_of
from netkit.emit.common.sids import in_order
from netkit.model.router_state import CandidatePathState, RouterState, SegmentState, WeightedList
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
    served = [one for one in path.lists if service_of(one.segments) is not None]
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


def _segments(one: WeightedList, state: RouterState) -> tuple[SegmentState, ...]:
    left = before_service(one.segments, state)
    if one.segments and not left:
        raise UnsaidError("a list is its service SID alone, and the End beside that is not known")
    return tuple(SegmentState(segment.sid) for segment in left)
