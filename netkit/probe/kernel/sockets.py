"""UDP sockets that tell when the kernel, and not this program, sent and received a datagram.

A socket is opened in the network namespace of the calling thread and works there for ever, so one
process can hold sockets of many namespaces.

Transmit stamps come back through the socket's error queue under a number that the kernel counts for
each socket, one a datagram. A failed send may or may not have used one up, so after a failure the
count is started again. All stamps are of CLOCK_REALTIME: hardware stamps are not asked for, as they
are on the clock of the network card.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
import time
from collections.abc import Hashable, Sequence
from ipaddress import IPv6Address

from netkit.errors import ProbeError
from netkit.model.measurement.sample import Stamp, StampSource
from netkit.probe.kernel.addresses import Address
from netkit.probe.kernel.control_messages import (
    CONTROL_BYTES,
    OPT_ID,
    ROUTE,
    SO_TIMESTAMPING,
    STAMPING,
    ArrivalReader,
    parse_queued_error,
)
from netkit.probe.kernel.datagrams import AnswerFrom, Datagram, Transmitted, Unreachable
from netkit.probe.kernel.flow_label import leased_label
from netkit.wire.srh import source_route

MAX_DATAGRAM = 9216
"""Longer datagrams are cut there."""

_ANCILLARY_BYTES, _ERROR_BYTES = 512, CONTROL_BYTES
_IP_MTU_DISCOVER, _IPV6_MTU_DISCOVER, _PMTUDISC_DO = 10, 23, 2  # linux/in.h, linux/in6.h
_SO_MEMINFO, _MEMINFO, _DROPS = 55, struct.Struct("=9I"), 8  # linux/sock_diag.h
_MAX_PENDING = 4096
# Looking up a member of an enumeration costs more than all else of a stamp.
_KERNEL, _USERSPACE = StampSource.KERNEL, StampSource.USERSPACE
_ID_MASK = 0xFFFF_FFFF


class StampSocket:
    """A non-blocking UDP socket; open one with :func:`open_stamp_socket`."""

    def __init__(self, udp: socket.socket) -> None:
        self._udp = udp
        self._arrivals = ArrivalReader()
        self._next_id = 0
        self._pending: dict[int, Hashable] = {}
        self._events: list[Transmitted | Unreachable] = []
        self.restart_ids()

    def connect(self, destination: Address) -> None:
        """Send only there and hear only from there; :class:`ProbeError` if there is no route."""
        try:
            self._udp.connect(destination)
        except OSError as error:
            raise ProbeError(f"{destination[0]}: {os.strerror(error.errno or 0)}") from error

    def fileno(self) -> int:
        """The file descriptor, for epoll."""
        return self._udp.fileno()

    def close(self) -> None:
        """Close the socket; may be called twice."""
        self._udp.close()

    @property
    def port(self) -> int:
        """The local port."""
        return int(self._udp.getsockname()[1])

    @property
    def dropped(self) -> int:
        """Datagrams that came for this socket and were dropped here, mostly as it had no room.

        The same count that SO_RXQ_OVFL puts beside each datagram, without the cost of that; 0 from
        kernels that do not tell (before Linux 4.12).
        """
        try:
            told = self._udp.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size)
        except OSError:
            return 0
        return int(_MEMINFO.unpack(told)[_DROPS]) if len(told) == _MEMINFO.size else 0

    def never_fragment(self) -> None:
        """Send whole or not at all: what does not fit the path's MTU is an error of its own."""
        if self.family == socket.AF_INET6:
            self._udp.setsockopt(socket.IPPROTO_IPV6, _IPV6_MTU_DISCOVER, _PMTUDISC_DO)
            self._udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_DONTFRAG, 1)
        else:
            self._udp.setsockopt(socket.IPPROTO_IP, _IP_MTU_DISCOVER, _PMTUDISC_DO)

    def mark(self, traffic_class: int) -> None:
        """Mark all that is sent from now on with DSCP and ECN."""
        if self.family == socket.AF_INET6:
            self._udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, traffic_class)
        else:
            self._udp.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, traffic_class)

    def route_over(self, segments: Sequence[IPv6Address]) -> None:
        """Send all that follows over an SRv6 segment list, in the order visited; none: straight.

        Raises :class:`ProbeError` if the kernel does not do it.
        """
        if self.family != socket.AF_INET6:
            if segments:
                raise ProbeError("a segment list needs IPv6")
            return
        level, option = ROUTE
        try:
            if segments:
                self._udp.setsockopt(level, option, source_route(segments))
            else:
                self._udp.setsockopt(level, option, None, 0)
        except OSError as error:
            raise ProbeError(
                f"this kernel does not send over a segment list: {error.strerror};"
                " it needs CONFIG_IPV6_SEG6_LWTUNNEL"
            ) from error

    def watch_routes(self) -> None:
        """Tell with each datagram over which routing header it came."""
        if self.family == socket.AF_INET6:
            self._udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVRTHDR, 1)

    def labelled(self, destination: Address) -> Address:
        """The destination with a flow label of this socket's own (RFC 6437): what is sent there
        takes its own way where a route has several, also if this host chooses among them.

        Raises :class:`ProbeError` if the kernel gives none.
        """
        host, port, *_ = destination
        return host, port, leased_label(self._udp, IPv6Address(host)), 0

    @property
    def family(self) -> int:
        """AF_INET or AF_INET6."""
        return self._udp.family

    def send(
        self, data: bytes, destination: Address, token: Hashable, answer_from: AnswerFrom = ()
    ) -> str | None:
        """Send; the transmit stamp will come from :meth:`events` under ``token``.

        Returns why the host could not send it, or None. An error that an earlier datagram left
        behind is none of this one's, so it is set aside and the send tried again.
        """
        reason = self._try_send(data, destination, token, answer_from)
        if reason is not None and any(isinstance(event, Unreachable) for event in self._events):
            reason = self._try_send(data, destination, token, answer_from)
        return reason

    def receive(self) -> Datagram | None:
        """The next datagram, or None. One of over 9216 bytes is cut there."""
        try:
            data, ancillary, _, source = self._udp.recvmsg(MAX_DATAGRAM, _ANCILLARY_BYTES)
        except OSError:
            # Nothing there; or an ICMP error, whose details are in the error queue.
            return None
        time_ns, arrival = self._arrivals.read(ancillary)
        stamp = Stamp(time.time_ns(), _USERSPACE) if time_ns is None else Stamp(time_ns, _KERNEL)
        return Datagram(
            data, source, stamp, arrival.hop_limit,
            arrival.answer_from, arrival.traffic_class, arrival.route, arrival.interface,
            arrival.to_many,
        )  # fmt: skip

    def events(self) -> list[Transmitted | Unreachable]:
        """Transmit stamps and ICMP errors; where all stamps have come, errors may be left."""
        self._read_error_queue(stamps_only=True)
        events, self._events = self._events, []
        return events

    def set_errors_aside(self) -> bool:
        """Read the error queue for a later :meth:`events`; whether an :class:`Unreachable` waits.

        The kernel reports an error to whatever call comes next, so that call may be tried again.
        """
        self._read_error_queue()
        return any(isinstance(event, Unreachable) for event in self._events)

    def _try_send(
        self, data: bytes, destination: Address, token: Hashable, answer_from: AnswerFrom
    ) -> str | None:
        try:
            if answer_from:
                self._udp.sendmsg([data], answer_from, 0, destination)
            else:
                self._udp.sendto(data, destination)
        except OSError as error:
            self._read_error_queue()
            self.restart_ids()
            return os.strerror(error.errno or errno.EIO)
        self._pending[self._next_id] = token
        self._next_id = (self._next_id + 1) & _ID_MASK
        if len(self._pending) > _MAX_PENDING:
            # Stamps that never came, for instance of datagrams that a filter dropped.
            del self._pending[next(iter(self._pending))]
        return None

    def _read_error_queue(self, *, stamps_only: bool = False) -> None:
        """Read all of it; with ``stamps_only`` at most to the last stamp that is waited for.

        Whether an error is behind that, epoll will tell.
        """
        while True:
            try:
                data, ancillary, flags, _ = self._udp.recvmsg(
                    MAX_DATAGRAM, _ERROR_BYTES, socket.MSG_ERRQUEUE
                )
            except OSError:
                return
            # The last message is not whole where there was no room for all.
            item = parse_queued_error(ancillary[:-1] if flags & socket.MSG_CTRUNC else ancillary)
            if item.reason is not None:
                self._events.append(Unreachable(data, item.reason))
            elif item.transmit_id in self._pending and item.time_ns is not None:
                token = self._pending.pop(item.transmit_id)
                self._events.append(Transmitted(token, item.time_ns))
                if stamps_only and not self._pending:
                    return

    def restart_ids(self) -> None:
        """Number transmit stamps from 0 again; turning numbering off and on does that."""
        self._udp.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, STAMPING)
        self._udp.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, STAMPING | OPT_ID)
        self._pending.clear()
        self._next_id = 0
