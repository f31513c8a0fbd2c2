"""Segment lists of a candidate path (RFC 9830 §2.4.4): a weight and segments of Type A and B.

Types C to K (RFC 9831) name nodes and adjacencies for the headend to resolve: netkit names SIDs,
and refuses to read what is neither A nor B rather than a list without it.
"""

from __future__ import annotations

import struct
from ipaddress import IPv6Address

from netkit.errors import WireError
from netkit.model.network.advertised import SidStructure
from netkit.wire.bgp_sr_policy.sub_tlvs import exactly, fits, packed, unpacked
from netkit.wire.bgp_sr_policy.values import (
    Behavior,
    LabelSegment,
    Segment,
    SegmentList,
    SidSegment,
)

_TYPE_A, _WEIGHT, _TYPE_B = 1, 9, 13
_HAS_BEHAVIOR = 0x10
"""The B-Flag (RFC 9830 §2.4.4.2.3)."""

_SID_BITS = 128
_BEHAVIOR = struct.Struct("!HHBBBB")
_WITHOUT, _WITH = 18, 26


def list_to_bytes(own: SegmentList) -> bytes:
    """The value of the sub-TLV; :class:`WireError` for what does not fit its fields."""
    weight = b""
    if own.weight is not None:
        weight = packed(_WEIGHT, struct.pack("!HI", 0, fits(own.weight, 32, "weight")))
    return b"\0" + weight + b"".join(_segment_to_bytes(one) for one in own.segments)


def list_from_bytes(value: bytes) -> SegmentList:
    """Read one; :class:`WireError` if it is not whole, or has segments of another type."""
    if not value:
        raise WireError("segment list of 0 bytes")
    weight: int | None = None
    segments: list[Segment] = []
    for kind, inner in unpacked(value[1:], long=False):
        if kind == _WEIGHT:
            if weight is not None:
                raise WireError("two weights in one segment list")
            weight = int.from_bytes(exactly(inner, 6, what="weight")[2:], "big")
        else:
            segments.append(_segment_from_bytes(kind, inner))
    return SegmentList(tuple(segments), weight)


def _segment_to_bytes(segment: Segment) -> bytes:
    if isinstance(segment, LabelSegment):
        entry = fits(segment.label, 20, "label") << 12
        entry |= fits(segment.traffic_class, 3, "traffic class") << 9
        return packed(_TYPE_A, struct.pack("!HI", 0, entry | fits(segment.ttl, 8, "TTL")))
    flags = 0 if segment.behavior is None else _HAS_BEHAVIOR
    return packed(_TYPE_B, bytes([flags, 0]) + sid_to_bytes(segment.sid, segment.behavior))


def _segment_from_bytes(kind: int, value: bytes) -> Segment:
    if kind == _TYPE_A:
        entry = int.from_bytes(exactly(value, 6, what="segment of Type A")[2:], "big")
        return LabelSegment(entry >> 12, entry >> 9 & 7, entry & 0xFF)
    if kind == _TYPE_B:
        exactly(value, _WITHOUT, _WITH, what="segment of Type B")
        return SidSegment(*sid_from_bytes(value[2:]))
    raise WireError(f"segment sub-TLV {kind}; expected Type A ({_TYPE_A}) or B ({_TYPE_B})")


def sid_to_bytes(sid: IPv6Address, behavior: Behavior | None) -> bytes:
    """A SID, with its behavior and structure if known; :class:`WireError` where the parts are
    longer than a SID (RFC 9830 §2.4.4.2.4)."""
    if behavior is None:
        return sid.packed
    parts = behavior.structure
    lengths = (parts.block_bits, parts.node_bits, parts.function_bits, parts.argument_bits)
    if min(lengths) < 0 or sum(lengths) > _SID_BITS:
        raise WireError(f"parts of {sid} are {lengths} bits; expected {_SID_BITS} together")
    number = fits(behavior.code_point, 16, "endpoint behavior")
    return sid.packed + _BEHAVIOR.pack(number, 0, *lengths)


def sid_from_bytes(value: bytes) -> tuple[IPv6Address, Behavior | None]:
    """A SID of 16 bytes, and 8 of behavior and structure where there are as many."""
    sid = IPv6Address(value[:16])
    if len(value) == 16:
        return sid, None
    number, _, *lengths = _BEHAVIOR.unpack(value[16:])
    if sum(lengths) > _SID_BITS:
        raise WireError(f"parts of {sid} are {lengths} bits; expected {_SID_BITS} together")
    return sid, Behavior(number, SidStructure(*lengths))
