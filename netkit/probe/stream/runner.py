"""A stream over its socket, in one thread: bursts out, then stamps and replies in, then a nap.

The kernel stamps every packet where it passes, so neither bursts nor late reading blur a delay.
"""

from __future__ import annotations

import os
import socket as sockets
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from netkit.interrupts import interrupts_held
from netkit.model.progress import Progress
from netkit.model.units import NS_PER_MS, NS_PER_S, NS_PER_US
from netkit.probe.clock.reading import read_clocks
from netkit.probe.kernel.addresses import Address
from netkit.probe.kernel.mmsg import ReceiveRing, SendRing
from netkit.probe.kernel.mmsg_control import parse_arrivals, parse_queued_errors
from netkit.probe.kernel.process import prompt_sleep
from netkit.probe.kernel.sockets import StampSocket
from netkit.probe.sender.result import RunEnd
from netkit.probe.stream.result import StreamResult
from netkit.probe.stream.session import StreamSession
from netkit.stats.sample_arrays import UNKNOWN
from netkit.wire.arrays import SENDER
from netkit.wire.stamp import BASE_BYTES

_SLOTS = 256
_NAP_NS = 300 * NS_PER_US
_LONGEST_NAP_NS = 10 * NS_PER_MS
_PROGRESS_NS = 250 * NS_PER_MS


def run_stream(
    session: StreamSession,
    socket: StampSocket,
    destination: Address,
    *,
    deadline_s: float | None = None,
    on_progress: Progress | None = None,
) -> tuple[StreamResult, RunEnd]:
    """Run until the stream has finished, ``deadline_s`` is over or Ctrl-C comes.

    Probes that are due within the same third of a millisecond leave together. The socket, which
    must have sent nothing yet, is connected to ``destination`` and stays open. KeyboardInterrupt is
    not passed on: the sink and the result then hold what there is.
    """
    loop = StreamLoop(session, socket, destination, on_progress)
    with interrupts_held() as let_in, prompt_sleep():
        try:
            end = loop.run(deadline_s, let_in)
        except KeyboardInterrupt:
            end = RunEnd.INTERRUPTED
        loop.take_in()
        return session.finish(time.monotonic_ns()), end


class StreamLoop:
    """The rounds of a stream, and the parts of one."""

    def __init__(
        self,
        session: StreamSession,
        socket: StampSocket,
        destination: Address,
        on_progress: Progress | None = None,
    ) -> None:
        socket.connect(destination)
        self._session, self._socket = session, socket
        self._on_progress, self._report_ns = on_progress, 0
        size = len(session.template)
        self._requests = SendRing(_SLOTS, size)
        self._requests.data[:] = session.template
        self._requests.shape(size, 0, 0)
        self._packets = self._requests.data[:, :BASE_BYTES].view(SENDER)[:, 0]
        self._replies = ReceiveRing(_SLOTS, size)
        self._errors = ReceiveRing(_SLOTS, size)
        # The sequence number of the datagram that the kernel numbers 0.
        self._id_base = 0
        self.most = _SLOTS
        """No more probes than these leave at once."""

    def take_in(self) -> None:
        """Read what has come: the kernel has stamped it."""
        while self._read_errors():
            pass
        while self._read_replies():
            pass

    def take_in_on_the_way(self) -> bool:
        """The same, sending what falls due after each part; whether more may be due."""
        full = False
        for read in (self._read_errors, partial(self._read_replies, self.send_burst)):
            more = True
            while more:
                more = read()
                full = self.send_burst()
        return full

    def run(self, deadline_s: float | None, between: Callable[[], None]) -> RunEnd:
        """Go round until the end; ``between`` is called between two rounds, and may raise."""
        now_ns = time.monotonic_ns()
        end_ns = None if deadline_s is None else now_ns + int(deadline_s * NS_PER_S)
        self._session.begin(now_ns)
        while not self._session.finished(now_ns):
            between()
            if end_ns is not None and now_ns >= end_ns:
                return RunEnd.DEADLINE
            full = self.send_burst()
            full = self.take_in_on_the_way() or full
            now_ns = time.monotonic_ns()
            for _ in self._session.settling(now_ns):
                full = full or self.send_burst()  # one that is late has stamps to read first
                now_ns = time.monotonic_ns()
            self._report(now_ns)
            if not full:
                self.nap(now_ns)
                now_ns = time.monotonic_ns()
        self._wait_for_the_late(end_ns, between)
        self._report_ns = 0
        self._report(now_ns)
        return RunEnd.COMPLETE

    def _wait_for_the_late(self, end_ns: int | None, between: Callable[[], None]) -> None:
        """Give the last probes the time that all others had, and no more than the deadline."""
        while (grace_ns := self._session.grace_end_ns) is not None:
            between()
            now_ns = time.monotonic_ns()
            if now_ns >= (grace_ns if end_ns is None else min(grace_ns, end_ns)):
                return
            time.sleep(min(grace_ns - now_ns, _LONGEST_NAP_NS) / NS_PER_S)
            self.take_in()

    def send_burst(self) -> bool:
        """Send what is due; whether that was a whole ring, so that more may be due at once."""
        now_ns, wall_ns, read_ns = read_clocks()
        packets = self._packets[: self.most]
        first, count = self._session.next_requests(now_ns, wall_ns, packets, read_ns)
        self._send(first, count)
        return count == _SLOTS

    def _send(self, first: int, count: int) -> None:
        """Send rows 0 to ``count``, which are the probes from ``first`` on."""
        row, tried_again = 0, False
        while row < count:
            sent, error = self._requests.send(self._socket.fileno(), row, count)
            row += sent
            if error and not tried_again:
                tried_again = True  # it may be the error of an earlier datagram
                while self._read_errors():
                    pass
                self._restart_ids(first + row)
            elif error:
                self._session.not_sent(first + row, os.strerror(error))
                row, tried_again = row + 1, False
                self._restart_ids(first + row)
            else:
                tried_again = False

    def _restart_ids(self, sequence: int) -> None:
        """A failed send may or may not have used up a number: count anew from this probe on."""
        self._socket.restart_ids()
        self._id_base = sequence

    def _read_errors(self) -> bool:
        """Transmit stamps, and ICMP errors among them; whether more may wait."""
        ring = self._errors
        count = ring.receive(self._socket.fileno(), sockets.MSG_ERRQUEUE)
        if not count:
            return False
        found = parse_queued_errors(ring.control[:count], ring.control_lengths)
        sent = (found.transmit_id != UNKNOWN) & (found.time_ns != UNKNOWN)
        self._session.transmitted(found.transmit_id[sent] + self._id_base, found.time_ns[sent])
        for row in np.flatnonzero(found.error).tolist():
            quoted = ring.data[row, : ring.lengths[row]].tobytes()
            self._session.refused(quoted, os.strerror(int(found.error[row])))
        return count == _SLOTS

    def _read_replies(self, between: Callable[[], object] = lambda: None) -> bool:
        """Replies; whether more may wait. ``between`` is called when half of the work is done."""
        ring = self._replies
        count = ring.receive(self._socket.fileno())
        if not count:
            return False
        wall_ns = read_clocks().utc_ns
        arrivals = parse_arrivals(ring.control[:count], ring.control_lengths)
        between()
        self._session.received(
            ring.data[:count],
            ring.lengths,
            arrivals.time_ns,
            arrivals.hop_limit,
            wall_ns,
            arrivals.traffic_class,
        )
        self._session.look(read_clocks())
        return count == _SLOTS

    def nap(self, now_ns: int) -> None:
        """Until the next probe is due; not long, as replies fill the socket meanwhile."""
        due_ns = self._session.due_ns(now_ns)
        if due_ns is None:
            return
        nap_ns = min(max(due_ns - now_ns, _NAP_NS), _LONGEST_NAP_NS)
        time.sleep(nap_ns / NS_PER_S)

    def _report(self, now_ns: int) -> None:
        if self._on_progress is not None and now_ns >= self._report_ns:
            self._report_ns = now_ns + _PROGRESS_NS
            self._on_progress(self._session.sent, self._session.config.count)
