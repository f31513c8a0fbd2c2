"""Segment lists for headends whose BGP brings the service SID.

netkit's lists end in the service SID of the egress (End.DT6, End.DT46). Where a router steers by
the color of a BGP service route, that route's own SID stands behind the policy's list: a list that
had one already would end a packet there, with segments left (RFC 8986 §4.6).
"""

from __future__ import annotations

from netkit.emit.common.usid import SERVICES, is_usid, node_of, usids
from netkit.model.router_state import SegmentState

Segments = tuple[SegmentState, ...]


def unpacked(segments: Segments) -> Segments:
    """The same travel with one uSID an entry: containers as the uSIDs in them."""
    return tuple(
        one for segment in segments for one in (usids(segment) if is_usid(segment) else (segment,))
    )


def service_of(segments: Segments) -> SegmentState | None:
    """The service SID that unpacked ``segments`` end in; None where they end in none."""
    return segments[-1] if segments and segments[-1].behavior in SERVICES else None


def before_service(segments: Segments) -> Segments:
    """Unpacked ``segments`` without the service SID at their end.

    A list that is nothing but a uSID service goes to the uN of its node: the same way. Of a classic
    SID nobody can tell the End of its node, so that nothing is left.
    """
    service = service_of(segments)
    if service is None:
        return segments
    if len(segments) == 1:
        return (node_of(service),) if is_usid(service) else ()
    return segments[:-1]
