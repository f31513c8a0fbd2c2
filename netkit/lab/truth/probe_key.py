"""Finding the STAMP probe inside a frame, and the wire's record of one traversal.

A record is 72 bytes, big-endian: end (u32), flags (u32, 1 = lost, 2 = seen where it left), arrival,
due and release (i64, ns since 1970), then the 40 bytes of the probe's key: source and destination
address, source and destination port, STAMP sequence number.
"""

from __future__ import annotations

import struct
from ipaddress import IPv6Address
from typing import NamedTuple

from netkit.wire.ports import STAMP_PORT

KEY_LENGTH = 40
RECORD = struct.Struct(f">IIqqq{KEY_LENGTH}s")
LOST, LEFT = 1, 2

_ETHERNET = 14
_IPV6_TYPE = b"\x86\xdd"
_IPV6_HEADER = 40
_UDP_HEADER = 8
_EXTENSIONS = frozenset({0, 43, 60})
_IPV6_IN_IPV6 = 41
_UDP = 17
_KEY = struct.Struct(">16s16sHHI")
_PORT_BYTES = STAMP_PORT.to_bytes(2, "big")


class ProbeKey(NamedTuple):
    """What tells one STAMP packet from all others; a reply has source port 862."""

    src: IPv6Address
    dst: IPv6Address
    sport: int
    dport: int
    sequence: int


def find_probe(frame: bytes) -> bytes | None:
    """The key of the STAMP packet inside an Ethernet frame, at any depth of IPv6 in IPv6."""
    if frame[12:14] != _IPV6_TYPE:
        return None
    ip = _ETHERNET
    header, at = _step_into(frame, ip)
    while header == _IPV6_IN_IPV6:
        ip = at
        header, at = _step_into(frame, ip)
    if header != _UDP or len(frame) < at + _UDP_HEADER + 4:
        return None
    ports = frame[at : at + 4]
    if _PORT_BYTES not in (ports[:2], ports[2:]):
        return None
    return frame[ip + 8 : ip + 40] + ports + frame[at + 8 : at + 12]


def _step_into(frame: bytes, ip: int) -> tuple[int, int]:
    """What follows the IPv6 header at ``ip`` and its extension headers, and where it starts."""
    at = ip + _IPV6_HEADER
    if len(frame) < at:
        return -1, at
    header = frame[ip + 6]
    while header in _EXTENSIONS and len(frame) >= at + 2:
        header, at = frame[at], at + 8 * (frame[at + 1] + 1)
    return header, at


def decode_key(key: bytes) -> ProbeKey:
    """The readable form of a key found by :func:`find_probe`."""
    src, dst, sport, dport, sequence = _KEY.unpack(key)
    return ProbeKey(IPv6Address(src), IPv6Address(dst), sport, dport, sequence)
