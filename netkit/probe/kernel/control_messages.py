"""What Linux says beside a datagram: options to ask for it, and bytes to values. No socket here.

Python 3.11's socket module has none of these numbers; they are of the Linux ABI
(asm-generic/socket.h, linux/net_tstamp.h, linux/errqueue.h, linux/in.h, linux/in6.h).
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from netkit.model.units import NS_PER_S

SO_TIMESTAMPING = 37
_TX_SOFTWARE, _RX_SOFTWARE, _SOFTWARE = 1 << 1, 1 << 3, 1 << 4
_OPT_TSONLY = 1 << 11
OPT_ID = 1 << 7

# Without SOFTWARE the kernel takes transmit stamps on veth and lo but never reports them.
STAMPING = _TX_SOFTWARE | _RX_SOFTWARE | _SOFTWARE | _OPT_TSONLY

_IP_PKTINFO, _IP_RECVERR, _IP_RECVTTL, _IP_RECVTOS = 8, 11, 12, 13
_IPV6_RECVERR, _IPV6_AUTOFLOWLABEL = 25, 70
ORIGIN_TIMESTAMPING = 4
CONTROL_BYTES = 2048
"""Room for all that the options of ``ancillary`` ask for, on one datagram; and for a datagram that
an ICMP error quotes: Linux also gives it as statistics (SCM_TIMESTAMPING_OPT_STATS) where a byte of
its buffer is not zero that whoever held it before, such as a queueing discipline, has left so."""

TRANSMITTED = 0

_TIMESPEC = struct.Struct("@ll")
_EXTENDED_ERROR = struct.Struct("=IBBBBII")
_INT = struct.Struct("@i")
_IPV4_PKTINFO = struct.Struct("=I4s4s")
_IPV6_PKTINFO = struct.Struct("=16sI")

_FAMILY, _SCOPE = struct.Struct("=H"), struct.Struct("=I")
_SOCKADDR_IN = struct.Struct("!2xH4s")
_SOCKADDR_IN6 = struct.Struct("!2xHI16s")

MULTICAST_IPV6 = 0xFF
"""The first byte of an IPv6 multicast address."""

_ON = 1
_HOP_LIMIT = 255

Ancillary = Iterable[tuple[int, int, bytes]]
"""Control messages as Python's socket module has them: level, type, data."""

SOCKET_OPTIONS: dict[int, tuple[tuple[int, int, int], ...]] = {
    socket.AF_INET: (
        (socket.IPPROTO_IP, socket.IP_TTL, _HOP_LIMIT),
        (socket.IPPROTO_IP, _IP_RECVTTL, _ON),
        (socket.IPPROTO_IP, _IP_RECVTOS, _ON),
        (socket.IPPROTO_IP, _IP_PKTINFO, _ON),
        (socket.IPPROTO_IP, _IP_RECVERR, _ON),
    ),
    socket.AF_INET6: (
        (socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, _ON),
        (socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, _HOP_LIMIT),
        (socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, _ON),
        (socket.IPPROTO_IPV6, socket.IPV6_RECVTCLASS, _ON),
        # One flow label for each pair of ports, so that ECMP sees each as a flow of its own.
        (socket.IPPROTO_IPV6, _IPV6_AUTOFLOWLABEL, _ON),
        (socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, _ON),
        (socket.IPPROTO_IPV6, _IPV6_RECVERR, _ON),
    ),
}
"""By address family: hop limit 255 (RFC 8762 §4.1), and everything that a Datagram tells."""


def parse_address(name: bytes) -> tuple[str, int] | tuple[str, int, int, int]:
    """A socket address as Python has it, from struct sockaddr_in or sockaddr_in6."""
    (family,) = _FAMILY.unpack_from(name)
    if family == socket.AF_INET:
        port, address = _SOCKADDR_IN.unpack_from(name)
        return socket.inet_ntop(family, address), port
    port, flow, address = _SOCKADDR_IN6.unpack_from(name)
    (scope,) = _SCOPE.unpack_from(name, _SOCKADDR_IN6.size)
    return socket.inet_ntop(family, address), port, flow, scope


class Arrival(NamedTuple):
    """The kernel's receive stamp, the hop limit left, and how to answer from the same address.

    ``traffic_class`` is DSCP and ECN; ``route`` the routing header, where it is asked for;
    ``interface`` the index of the one that it came in by, 0 if unknown; ``to_many``: it was sent
    to a broadcast or multicast address.
    """

    time_ns: int | None = None
    hop_limit: int | None = None
    answer_from: tuple[tuple[int, int, bytes], ...] = ()
    traffic_class: int | None = None
    route: bytes | None = None
    interface: int = 0
    to_many: bool = False


class QueuedError(NamedTuple):
    """An item of the error queue: a transmit stamp (``transmit_id``) or an error (``reason``)."""

    transmit_id: int | None = None
    time_ns: int | None = None
    reason: str | None = None


class ArrivalReader:
    """Reads what comes beside datagrams; what it has just read, and comes again, not anew.

    Only the stamp changes from datagram to datagram of one session.
    """

    def __init__(self) -> None:
        self._same: list[tuple[int, int, bytes]] = []
        self._read = Arrival()

    def read(self, ancillary: list[tuple[int, int, bytes]]) -> tuple[int | None, Arrival]:
        """The stamp, and the :class:`Arrival`, whose stamp may be that of another datagram."""
        # The kernel puts the stamp first.
        if ancillary and ancillary[0][:2] == STAMPS:
            rest = ancillary[1:]
            if rest != self._same:
                self._same, self._read = rest, parse_arrival(rest)
            return _software_ns(ancillary[0][2]), self._read
        arrival = parse_arrival(ancillary)
        return arrival.time_ns, arrival


def parse_arrival(ancillary: Ancillary) -> Arrival:
    """What came beside a received datagram."""
    time_ns: int | None = None
    hop_limit: int | None = None
    answer_from: tuple[tuple[int, int, bytes], ...] = ()
    traffic_class: int | None = None
    route: bytes | None = None
    interface, to_many = 0, False
    for level, type_, data in ancillary:
        kind = (level, type_)
        if kind == STAMPS:
            time_ns = _software_ns(data)
        elif kind in HOP_LIMITS:
            (hop_limit,) = _INT.unpack_from(data)
        elif kind in LOCAL_ADDRESSES:
            answer_from = ((level, type_, LOCAL_ADDRESSES[kind](data)),)
            interface, to_many = arrival_interface(level, data), sent_to_many(level, data)
        elif kind == IPV4_TRAFFIC_CLASS:
            traffic_class = data[0]
        elif kind == IPV6_TRAFFIC_CLASS:
            (traffic_class,) = _INT.unpack_from(data)
        elif kind == ROUTE:
            route = data
    return Arrival(time_ns, hop_limit, answer_from, traffic_class, route, interface, to_many)


def arrival_interface(level: int, data: bytes) -> int:
    """The index of the interface that a datagram came in by, from its packet information."""
    layout, place = (_IPV6_PKTINFO, 1) if level == socket.IPPROTO_IPV6 else (_IPV4_PKTINFO, 0)
    return int(layout.unpack_from(data)[place])


def sent_to_many(level: int, data: bytes) -> bool:
    """Whether packet information is of a datagram to a broadcast or multicast address.

    In IPv4 such an address is none of this host's own, with which Linux would answer.
    """
    if level == socket.IPPROTO_IPV6:
        return data[0] == MULTICAST_IPV6
    _, local, destination = _IPV4_PKTINFO.unpack_from(data)
    return bool(local != destination)


def leaving(local: str, interface: int = 0) -> tuple[int, int, bytes]:
    """The control message that sends one datagram from ``local``, and out by ``interface``."""
    if ":" in local:
        packed = socket.inet_pton(socket.AF_INET6, local)
        data = _IPV6_PKTINFO.pack(packed, interface)
        return socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, data
    data = _IPV4_PKTINFO.pack(interface, socket.inet_pton(socket.AF_INET, local), bytes(4))
    return socket.IPPROTO_IP, _IP_PKTINFO, data


@lru_cache(maxsize=16)
def local_address(answer_from: tuple[tuple[int, int, bytes], ...]) -> str | None:
    """The address that a datagram was sent to, from how to answer it."""
    for level, _, data in answer_from:
        if level == socket.IPPROTO_IPV6:
            return socket.inet_ntop(socket.AF_INET6, data[:16])
        return socket.inet_ntop(socket.AF_INET, data[4:8])
    return None


def marking(family: int, traffic_class: int) -> tuple[int, int, bytes]:
    """The control message that marks one datagram with DSCP and ECN."""
    level, type_ = IPV6_TRAFFIC_CLASS if family == socket.AF_INET6 else IPV4_TRAFFIC_CLASS
    return level, type_, _INT.pack(traffic_class)


def parse_queued_error(ancillary: Ancillary) -> QueuedError:
    """What an item of the error queue is about."""
    time_ns: int | None = None
    transmit_id: int | None = None
    reason: str | None = None
    for level, type_, data in ancillary:
        if (level, type_) == STAMPS:
            time_ns = _software_ns(data)
        elif (level, type_) in ERROR_MESSAGES:
            number, origin, _, _, _, info, value = _EXTENDED_ERROR.unpack_from(data)
            if origin != ORIGIN_TIMESTAMPING:
                reason = os.strerror(number)
            elif info == TRANSMITTED:
                transmit_id = value
    return QueuedError(transmit_id, time_ns, reason)


def _software_ns(data: bytes) -> int | None:
    """The first of three timespecs; zero means that the kernel took none."""
    seconds, rest_ns = _TIMESPEC.unpack_from(data)
    return (seconds * NS_PER_S + rest_ns) or None


def _answer_ipv6(data: bytes) -> bytes:
    """The same address; the interface is left to routing, except where the address needs it."""
    address, interface = _IPV6_PKTINFO.unpack_from(data)
    link_local = address[:2] == b"\xfe\x80"
    return _IPV6_PKTINFO.pack(address, interface if link_local else 0)


def _answer_ipv4(data: bytes) -> bytes:
    _, local, _ = _IPV4_PKTINFO.unpack_from(data)
    return _IPV4_PKTINFO.pack(0, local, bytes(4))


STAMPS = (socket.SOL_SOCKET, SO_TIMESTAMPING)
IPV4_TRAFFIC_CLASS = (socket.IPPROTO_IP, socket.IP_TOS)
IPV6_TRAFFIC_CLASS = (socket.IPPROTO_IPV6, socket.IPV6_TCLASS)
ROUTE = (socket.IPPROTO_IPV6, socket.IPV6_RTHDR)
HOP_LIMITS = {
    (socket.IPPROTO_IPV6, socket.IPV6_HOPLIMIT),
    (socket.IPPROTO_IP, socket.IP_TTL),
}
LOCAL_ADDRESSES = {
    (socket.IPPROTO_IPV6, socket.IPV6_PKTINFO): _answer_ipv6,
    (socket.IPPROTO_IP, _IP_PKTINFO): _answer_ipv4,
}
ERROR_MESSAGES = {(socket.IPPROTO_IPV6, _IPV6_RECVERR), (socket.IPPROTO_IP, _IP_RECVERR)}
