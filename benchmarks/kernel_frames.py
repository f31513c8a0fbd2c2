"""Ethernet frames with UDP in them, written out by hand, for the oracle of the kernel reflector."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, IPv6Address, ip_address

ETHERNET_BYTES = 14
_HERE, _THERE = bytes(6), bytes((2, 0, 0, 0, 0, 9))
"""The addresses of the loopback interface, where test runs arrive, and of a neighbour."""

_UDP = 17
_FLOW_LABEL = 0x12345


def checksum(data: bytes) -> int:
    """The sum of RFC 1071, not yet inverted; 0xffff where data holds its own right checksum."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data[: len(data) & ~1]))
    total += data[-1] << 8 if len(data) & 1 else 0
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def frame(
    source: str, destination: str, ports: tuple[int, int], payload: bytes,
    *, hop_limit: int = 255, marking: int = 0,
) -> bytes:  # fmt: skip
    """A frame to this host, all its checksums right."""
    here, there = ip_address(source), ip_address(destination)
    length = 8 + len(payload)
    pseudo = here.packed + there.packed + struct.pack("!II", length, _UDP)
    bare = struct.pack("!HHHH", *ports, length, 0) + payload
    udp = struct.pack("!HHHH", *ports, length, ~checksum(pseudo + bare) & 0xFFFF or 0xFFFF)
    if isinstance(here, IPv6Address):
        ip = _ipv6(here, there, length, hop_limit, marking)
        kind = 0x86DD
    else:
        ip = _ipv4(here, there, length, hop_limit, marking)
        kind = 0x0800
    return _HERE + _THERE + kind.to_bytes(2, "big") + ip + udp + payload


def returned(reply: bytes, request: bytes) -> bool:
    """Whether a frame goes back to the neighbour that the request came from."""
    return reply[:6] == request[6:12] and reply[6:ETHERNET_BYTES] == request[:6] + request[12:14]


def _ipv6(
    source: IPv6Address, destination: IPv4Address | IPv6Address, length: int, hops: int, mark: int
) -> bytes:
    first = 6 << 28 | mark << 20 | _FLOW_LABEL
    return struct.pack("!IHBB", first, length, _UDP, hops) + source.packed + destination.packed


def _ipv4(
    source: IPv4Address, destination: IPv4Address | IPv6Address, length: int, hops: int, mark: int
) -> bytes:
    fields = struct.pack("!BBHHHBBH", 0x45, mark, 20 + length, 7, 0x4000, hops, _UDP, 0)
    ends = source.packed + destination.packed
    inverted = ~checksum(fields + ends) & 0xFFFF
    return fields[:10] + inverted.to_bytes(2, "big") + ends
