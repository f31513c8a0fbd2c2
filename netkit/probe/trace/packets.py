"""The packets of a trace: built with Scapy, read back from what ICMP errors quote of them.

The UDP ports tell which trace and which try an ICMP error is about.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address

from scapy.layers.inet import UDP
from scapy.layers.inet6 import IPv6, IPv6ExtHdrSegmentRouting

from netkit.errors import WireError
from netkit.probe.trace.hops import Reaction, TraceAnswer
from netkit.wire.srh import SegmentRoutingHeader

FIRST_PORT, PORTS = 33434, 256
"""Destination ports from here on are those of traceroute: nobody listens there."""

_IPV6_HEADER_BYTES = 40
_ROUTING, _UDP = 43, 17
_UDP_PORTS = struct.Struct("!HH")

_DEST_UNREACHABLE, _TIME_EXCEEDED, _PARAMETER_PROBLEM = 1, 3, 4
_PORT_UNREACHABLE = 4
_ICMP_HEADER_BYTES = 8
_DETAILS = {
    0: "no route", 1: "administratively prohibited", 2: "beyond scope", 3: "address unreachable",
    4: "port unreachable", 5: "source address failed policy", 6: "reject route",
}  # fmt: skip
_PAYLOAD = b"netkit trace"


@dataclass(frozen=True, slots=True)
class TracePorts:
    """The UDP ports of one probe."""

    source: int
    destination: int


def build_probe(
    source: IPv6Address,
    destination: IPv6Address,
    segments: Sequence[IPv6Address],
    hop_limit: int,
    ports: TracePorts,
) -> bytes:
    """An IPv6 packet with a segment routing header, from its IP header on."""
    path = [str(address) for address in (*segments, destination)]
    packet = IPv6(src=str(source), dst=path[0], hlim=hop_limit)
    if segments:
        packet /= IPv6ExtHdrSegmentRouting(
            addresses=path[::-1], segleft=len(segments), lastentry=len(segments)
        )
    packet /= UDP(sport=ports.source, dport=ports.destination) / _PAYLOAD
    return bytes(packet)


def read_answer(icmp: bytes, responder: IPv6Address) -> tuple[TracePorts, TraceAnswer] | None:
    """What an ICMPv6 message says, and about which probe; None if it is about none of a trace."""
    if len(icmp) < _ICMP_HEADER_BYTES:
        return None
    kind, code = icmp[0], icmp[1]
    reaction = _reaction(kind, code)
    if reaction is None:
        return None
    quoted = _quoted(icmp[_ICMP_HEADER_BYTES:])
    if quoted is None:
        return None
    ports, left = quoted
    detail = _DETAILS.get(code, f"code {code}") if kind == _DEST_UNREACHABLE else ""
    return ports, TraceAnswer(responder, reaction, left, detail)


def _quoted(packet: bytes) -> tuple[TracePorts, int | None] | None:
    """Ports and Segments Left of a probe, from as much of it as an ICMP error quotes."""
    if len(packet) < _IPV6_HEADER_BYTES or packet[0] >> 4 != 6:
        return None
    kind, at, left = packet[6], _IPV6_HEADER_BYTES, None
    if kind == _ROUTING:
        try:
            header = SegmentRoutingHeader.parse(packet[at:])
        except WireError:
            return None
        kind, left = header.next_header, header.left
        at += 8 * (packet[at + 1] + 1)
    if kind != _UDP or len(packet) < at + _UDP_PORTS.size:
        return None
    ports = TracePorts(*_UDP_PORTS.unpack_from(packet, at))
    return (ports, left) if FIRST_PORT <= ports.destination < FIRST_PORT + PORTS else None


def _reaction(kind: int, code: int) -> Reaction | None:
    if kind == _TIME_EXCEEDED:
        return Reaction.TIME_EXCEEDED
    if kind == _PARAMETER_PROBLEM:
        return Reaction.PARAMETER_PROBLEM
    if kind == _DEST_UNREACHABLE:
        return Reaction.REACHED if code == _PORT_UNREACHABLE else Reaction.UNREACHABLE
    return None
