"""A reflector on its socket: one request at a time when it is quiet, hundreds when it is busy.

Quiet, every reply's transmit stamp is fetched at once, as the next request may ask for it. Busy,
datagrams are taken many in one system call; runs of base packets without TLVs, which ask for
nothing, are answered as one array, and everything else goes through the engine as before. Either
way the engine decides who is answered and numbers the replies, in order of arrival.
"""

from __future__ import annotations

import select
import time
from dataclasses import replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.sample import Stamp, StampSource
from netkit.model.units import NS_PER_US
from netkit.probe.kernel.control_messages import (
    LOCAL_ADDRESSES,
    arrival_interface,
    parse_address,
    sent_to_many,
)
from netkit.probe.kernel.datagrams import AnswerFrom, Datagram, Transmitted
from netkit.probe.kernel.mmsg import ReceiveRing
from netkit.probe.kernel.mmsg_control import Arrivals, parse_arrivals, read_message
from netkit.probe.kernel.sockets import MAX_DATAGRAM, StampSocket
from netkit.probe.reflector.batch_replies import ReplyRing
from netkit.probe.reflector.egress import send_answer
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.replies import Reply
from netkit.stats.sample_arrays import UNKNOWN
from netkit.wire.arrays import PTP_FLAG, SENDER, encode_timestamps
from netkit.wire.stamp import BASE_BYTES, UNUSED
from netkit.wire.timestamps import TimestampFormat

_BUSY = 16
"""As many requests, each within _SOON_NS of the answer before it, make it busy."""

_SOON_NS = 200 * NS_PER_US
_QUIET = 4
"""A batch of fewer makes it quiet again."""

_SLOTS = 256


class ReflectorServer:
    """Answers what arrives on ``socket`` as ``reflector`` says."""

    def __init__(self, reflector: Reflector, socket: StampSocket) -> None:
        self.reflector = reflector
        self.socket = socket
        self._in_a_row = 0
        self._served_ns = 0
        self._arrived: ReceiveRing | None = None
        self._replies: ReplyRing | None = None

    def serve(self, events: int = select.EPOLLIN | select.EPOLLERR) -> None:
        """Answer one request, or when busy a batch; ``events`` are what epoll tells.

        Returns early rather than look whether more has arrived: epoll will tell.
        """
        if events & select.EPOLLERR:
            self._keep_stamps()
        if not events & select.EPOLLIN:
            return
        now_ns = time.monotonic_ns()
        self._in_a_row = self._in_a_row + 1 if now_ns - self._served_ns < _SOON_NS else 0
        if self._in_a_row < _BUSY:
            datagram = self.socket.receive()
            if datagram is not None:
                self._answer(datagram, now_ns)
        elif self._serve_batch() < _QUIET:
            self._in_a_row = 0
        self._served_ns = time.monotonic_ns()

    def _answer(self, datagram: Datagram, now_ns: int) -> None:
        if datagram.to_many:
            # Every reflector on the link would answer the one source that it names.
            self.reflector.counters["not_unicast"] += 1
            return
        sent_to = datagram.sent_to if len(datagram.data) > BASE_BYTES else None
        reply = self.reflector.reflect(
            datagram.data,
            datagram.source[:2],
            datagram.stamp,
            datagram.hop_limit,
            now_ns=now_ns,
            wall_ns=time.time_ns(),
            traffic_class=datagram.traffic_class,
            local=None if sent_to is None else (sent_to, self.socket.port),
        )
        if reply is not None:
            reason = send_answer(self.reflector, self.socket, reply, datagram)
            if reason is not None:
                self.reflector.not_sent(reason)
            self._keep_stamps()

    def _keep_stamps(self) -> None:
        for event in self.socket.events():
            if isinstance(event, Transmitted):
                reply = cast("Reply", event.token)
                self.reflector.transmitted(reply.key, reply.sequence, event.time_ns)

    def _serve_batch(self) -> int:
        """Runs of base packets at once, what lies between them one by one."""
        if self._arrived is None:
            self._arrived = ReceiveRing(_SLOTS, MAX_DATAGRAM)
        ring, now_ns = self._arrived, time.monotonic_ns()
        count = ring.receive(self.socket.fileno())
        if not count:
            return 0  # an ICMP error came first, such as of a reply that nobody wanted
        arrivals = parse_arrivals(ring.control[:count], ring.control_lengths)
        bare = (ring.lengths == BASE_BYTES) & (arrivals.local >= 0) & ~arrivals.to_many
        bare &= self.reflector.reserves
        # A TWAMP Light sender's padding is no SSID.
        bare &= ~ring.data[:count, UNUSED].any(axis=1)
        edges = np.flatnonzero(bare[1:] != bare[:-1]) + 1
        starts = [0, *edges.tolist()]
        for first, end in zip(starts, [*starts[1:], count], strict=True):
            if bare[first]:
                self._answer_run(ring, arrivals, slice(first, end))
            else:
                for row in range(first, end):
                    self._answer(_datagram(ring, arrivals, row), now_ns)
        return count

    def _answer_run(self, ring: ReceiveRing, arrivals: Arrivals, run: slice) -> None:
        requests = ring.data[run, :BASE_BYTES].view(SENDER)[:, 0]
        names = ring.names[run, : ring.name_lengths[run.start]]
        sequences, admitted = self._number(names, requests)
        rows = np.arange(run.start, run.stop)
        if not admitted.all():
            rows, requests = rows[admitted], requests[admitted]
            sequences = sequences[admitted]
        if not len(rows):
            return
        if self._replies is None:
            self._replies = ReplyRing(_SLOTS)
        ptp = (requests["error"] & PTP_FLAG) != 0
        packets = self._replies.packets(len(rows))
        packets["sequence"] = sequences
        packets["error"] = self._error_estimates(ptp)
        packets["ssid"] = requests["ssid"]
        packets["received"] = encode_timestamps(_times(arrivals, rows), ptp)
        packets["sender_sequence"] = requests["sequence"]
        packets["sender_timestamp"] = requests["timestamp"]
        packets["sender_error"] = requests["error"]
        packets["sender_ttl"] = np.maximum(arrivals.hop_limit[rows], 0)
        self._replies.address(ring, rows, arrivals.local[rows])
        for reason in self._replies.send(self.socket, ptp):
            self.reflector.not_sent(reason)

    def _number(
        self, names: NDArray[np.uint8], requests: NDArray[np.void]
    ) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
        """The reply number of each request, and whether it is answered at all."""
        ssids = requests["ssid"]
        keys = np.hstack([names, ssids.astype(np.uint16).view(np.uint8).reshape(-1, 2)])
        if (keys == keys[0]).all():
            sessions, session_of = [0], np.zeros(len(keys), np.intp)
        else:
            _, firsts, session_of = np.unique(keys, axis=0, return_index=True, return_inverse=True)
            sessions = firsts.tolist()
        # A copy of the requests' own: what a session without a place gets.
        sequences = requests["sequence"].astype(np.uint32)
        admitted = np.zeros(len(keys), np.bool_)
        now_ns = time.monotonic_ns()
        for session, first in enumerate(sessions):
            rows = np.flatnonzero(session_of.reshape(-1) == session)
            source = parse_address(names[first].tobytes())[:2]
            reserved = self.reflector.reserve(
                source, int(ssids[first]), len(rows),
                now_ns=now_ns, sequence=int(requests["sequence"][first]),
            )  # fmt: skip
            rows = rows[: reserved.taken]
            admitted[rows] = True
            if reserved.first is not None:
                numbers = np.arange(reserved.first, reserved.first + len(rows), dtype=np.int64)
                sequences[rows] = numbers.astype(np.uint32)
        return sequences, admitted

    def _error_estimates(self, ptp: NDArray[np.bool_]) -> NDArray[np.int64]:
        ours = self.reflector.error_estimate
        as_ptp = replace(ours, form=TimestampFormat.PTP).to_int()
        return np.where(ptp, as_ptp, replace(ours, form=TimestampFormat.NTP).to_int())


def _times(arrivals: Arrivals, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """T2; the kernel may begin stamping a moment after it was first asked to."""
    time_ns = arrivals.time_ns[rows]
    return np.where(time_ns == UNKNOWN, time.time_ns(), time_ns)


def _datagram(ring: ReceiveRing, arrivals: Arrivals, row: int) -> Datagram:
    """One row, as if it had been received alone."""
    time_ns, hop_limit = int(arrivals.time_ns[row]), int(arrivals.hop_limit[row])
    traffic_class = int(arrivals.traffic_class[row])
    stamp = Stamp(time_ns, StampSource.KERNEL)
    if time_ns == UNKNOWN:
        stamp = Stamp(time.time_ns(), StampSource.USERSPACE)
    answer_from: AnswerFrom = ()
    interface, to_many = 0, False
    if arrivals.local[row] >= 0:
        level, type_, data = read_message(ring.control[row], int(arrivals.local[row]))
        answer_from = ((level, type_, LOCAL_ADDRESSES[level, type_](data)),)
        interface, to_many = arrival_interface(level, data), sent_to_many(level, data)
    return Datagram(
        ring.data[row, : ring.lengths[row]].tobytes(),
        parse_address(ring.names[row].tobytes()),
        stamp,
        None if hop_limit == UNKNOWN else hop_limit,
        answer_from,
        None if traffic_class == UNKNOWN else traffic_class,
        interface=interface,
        to_many=to_many,
    )
