"""The segment routing header (RFC 8754 §2), as bytes and as the list of segments it stands for.

In the header segments stand in reverse, the last one first; here they are in the order visited.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address

from netkit.errors import WireError

ROUTING_TYPE = 4
MAX_SEGMENTS = 127
"""More do not fit the 8-bit length of the header."""

_HEADER = struct.Struct("!BBBBBBH")
_SEGMENT_BYTES = 16


@dataclass(frozen=True, slots=True)
class SegmentRoutingHeader:
    """``segments`` in the order visited, the destination last; ``left`` of them are to come."""

    segments: tuple[IPv6Address, ...]
    left: int
    next_header: int = 0
    flags: int = 0
    tag: int = 0

    @classmethod
    def parse(cls, data: bytes) -> SegmentRoutingHeader:
        """Read a header; its TLVs are skipped. :class:`WireError` if it is none or not whole."""
        if len(data) < _HEADER.size:
            raise WireError(f"{len(data)} bytes are no segment routing header")
        next_header, length, type_, left, last, flags, tag = _HEADER.unpack_from(data)
        end = _HEADER.size + (last + 1) * _SEGMENT_BYTES
        whole = 8 * (length + 1)
        if type_ != ROUTING_TYPE or end > whole or whole > len(data) or left > last + 1:
            raise WireError("the bytes are no whole segment routing header")
        found = [
            IPv6Address(data[at : at + _SEGMENT_BYTES])
            for at in range(_HEADER.size, end, _SEGMENT_BYTES)
        ]
        return cls(tuple(reversed(found)), left, next_header, flags, tag)

    def to_bytes(self) -> bytes:
        """The header; :class:`WireError` for no or too many segments."""
        count = len(self.segments)
        if not 0 < count <= MAX_SEGMENTS:
            raise WireError(f"{count} segments; expected 1 to {MAX_SEGMENTS}")
        header = _HEADER.pack(
            self.next_header, 2 * count, ROUTING_TYPE, self.left, count - 1, self.flags, self.tag
        )
        return header + b"".join(segment.packed for segment in reversed(self.segments))


def source_route(segments: Sequence[IPv6Address]) -> bytes:
    """The option IPV6_RTHDR for sending over ``segments``; Linux fills in the destination.

    Slot 0 of the header is left for the destination, so all of ``segments`` are still to come.

    >>> header = source_route([IPv6Address("5f00:0:2:1::"), IPv6Address("5f00:0:3:1::")])
    >>> parsed = SegmentRoutingHeader.parse(header)
    >>> len(header), parsed.left, str(parsed.segments[0])
    (56, 2, '5f00:0:2:1::')
    """
    path = (*segments, IPv6Address(0))
    return SegmentRoutingHeader(path, left=len(segments)).to_bytes()
