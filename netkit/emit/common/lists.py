"""Segment lists for headends whose BGP brings the service SID.

netkit's lists end in the service SID of the egress (End.DT6, End.DT46). Where a router steers by
the color of a BGP service route, that route's own SID stands behind the policy's list: a list that
had one already would end a packet there, with segments left (RFC 8986 §4.6).
"""

from __future__ import annotations

from ipaddress import IPv6Address

from netkit.emit.common.sids import home
from netkit.emit.common.usid import SERVICES, is_usid, node_of, usids
from netkit.model.router_state import EndpointBehavior, Flavor, RouterState, SegmentState

Segments = tuple[SegmentState, ...]


def unpacked(segments: Segments) -> Segments:
    """The same travel with one uSID an entry: containers as the uSIDs in them."""
    return tuple(
        one for segment in segments for one in (usids(segment) if is_usid(segment) else (segment,))
    )


def service_of(segments: Segments) -> SegmentState | None:
    """The service SID that unpacked ``segments`` end in; None where they end in none."""
    return segments[-1] if segments and segments[-1].behavior in SERVICES else None


def before_service(segments: Segments, state: RouterState) -> Segments:
    """Unpacked ``segments`` of a router's list, without the service SID at their end.

    A list that is nothing but the service SID goes to the End of its node, which is the same way;
    nothing is left where that is not known.
    """
    service = service_of(segments)
    if service is None:
        return segments
    if len(segments) > 1:
        return segments[:-1]
    end = node_of(service) if is_usid(service) else _end_beside(service, state)
    return () if end is None else (end,)


def _end_beside(service: SegmentState, state: RouterState) -> SegmentState | None:
    """The End, or uN, of the router that a service SID is of: in its locator it stands where this
    router's own stands, for in an address plan all have one function."""
    parts = service.structure
    for sid in state.sids:
        locator = home(sid.sid, state.locators)
        if sid.behavior is not EndpointBehavior.END or Flavor.USD in sid.flavors or not locator:
            continue
        bits = locator.prefix.prefixlen
        if locator.algorithm == 0 and parts and parts.block_bits + parts.node_bits == bits:
            function = int(sid.sid) - int(locator.prefix.network_address)
            base = int(service.sid) >> 128 - bits << 128 - bits
            end = SegmentState(IPv6Address(base + function), EndpointBehavior.END)
            return node_of(end) if locator.usid else end
    return None
