"""One loop that drives many senders and reflectors over their sockets, in one thread.

Reading late does no harm to the figures, as the kernel stamps both ends of every packet; sending
late does none either, and is recorded in each sample. Sockets are handed in, so the caller decides
in which network namespaces they live.

A sender goes through these states, and the run is over when all are finished::

    sending -> waiting      its last probe, the closing one, has been handed to the kernel
               -> finished  its session says so: all answered, or the last timeout has run out

A run ends as ``complete``, at its ``deadline``, or ``interrupted`` by Ctrl-C. However it ends, what
has arrived by then is read, and every session is asked for its result.
"""

from __future__ import annotations

import heapq
import select
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from netkit.model.progress import Progress
from netkit.model.units import NS_PER_MS, NS_PER_S
from netkit.probe.kernel.process import prompt_sleep
from netkit.probe.kernel.sockets import StampSocket
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.server import ReflectorServer
from netkit.probe.run.sender_port import SenderPort, send_due, take_in
from netkit.probe.sender.result import RunEnd, SessionResult

_BATCH = 64
_NAP_S = 0.02
_FOR_EVER_NS = 1 << 63
_LOOK_NS = 250 * NS_PER_MS
"""So often a sender reads what waits for it, and so often progress is told."""

_READ_ALL_NS = NS_PER_S
"""Of processor time; a socket's buffer full of probes takes less."""


@dataclass(frozen=True, slots=True)
class ReflectorPort:
    """A reflector and the socket it listens on."""

    reflector: Reflector
    socket: StampSocket


@dataclass(frozen=True, slots=True)
class RunResult:
    """The results of all sessions, in the order given, whole or as far as they got."""

    sessions: tuple[SessionResult, ...]
    end: RunEnd


def run_sessions(
    senders: Sequence[SenderPort],
    reflectors: Sequence[ReflectorPort] = (),
    *,
    deadline_s: float | None = None,
    on_progress: Progress | None = None,
) -> RunResult:
    """Run until all senders have finished, ``deadline_s`` is over or Ctrl-C comes.

    Without senders it reflects until then. KeyboardInterrupt is not passed on: the result says
    ``interrupted`` and holds what there is. Sockets stay open. Progress is told four times a
    second.
    """
    loop = _Loop(senders, reflectors, on_progress)
    try:
        with prompt_sleep():
            end = loop.run(deadline_s)
    except KeyboardInterrupt:
        end = RunEnd.INTERRUPTED
    except BaseException:
        loop.close()
        raise
    try:
        loop.read_all()
    finally:
        loop.close()
    now_ns = time.monotonic_ns()
    return RunResult(tuple(_result(sender, now_ns) for sender in senders), end)


def _result(sender: SenderPort, now_ns: int) -> SessionResult:
    return replace(sender.session.result(now_ns), dropped_here=sender.socket.dropped)


class _Loop:
    def __init__(
        self,
        senders: Sequence[SenderPort],
        reflectors: Sequence[ReflectorPort],
        on_progress: Progress | None,
    ) -> None:
        self._senders = senders
        self._on_progress = on_progress
        self._look_ns = 0
        self._unread = 0
        self._unfinished = set(range(len(senders)))
        # Those of the unfinished that have probes left to send.
        self._sending = set(self._unfinished)
        self._due: list[tuple[int, int]] = []
        self._sender_at = {port.socket.fileno(): index for index, port in enumerate(senders)}
        self._server_at = {
            port.socket.fileno(): ReflectorServer(port.reflector, port.socket)
            for port in reflectors
        }
        self._sockets = len(senders) + len(reflectors)
        self._epoll = select.epoll()
        for descriptor in (*self._sender_at, *self._server_at):
            # The error queue is reported whether asked for or not.
            self._epoll.register(descriptor, select.EPOLLIN)

    def close(self) -> None:
        self._epoll.close()

    def drain(self) -> None:
        """Take in some of what has arrived: the kernel has stamped it."""
        for _ in range(_BATCH):
            if not self._look(0):
                return

    def read_all(self) -> None:
        """Take in, and answer, all that waits when the run is over: a process that others kept from
        the processor has much of it. More may come meanwhile, so not for ever."""
        end_ns = time.thread_time_ns() + _READ_ALL_NS
        while self._look(0) and time.thread_time_ns() < end_ns:
            pass

    def run(self, deadline_s: float | None) -> RunEnd:
        now_ns = time.monotonic_ns()
        end_ns = None if deadline_s is None else now_ns + int(deadline_s * NS_PER_S)
        for index, sender in enumerate(self._senders):
            sender.session.begin(now_ns + sender.delay_ns)
            self._look_again(index, now_ns)
        while self._unfinished or not self._senders:
            now_ns = time.monotonic_ns()
            if end_ns is not None and now_ns >= end_ns:
                return RunEnd.DEADLINE
            if self._due:
                self._send_due(now_ns)
            if now_ns >= self._look_ns or self._unread >= _BATCH:
                self._catch_up(now_ns)
            self._take_in(end_ns)
        self._wait_for_the_late(end_ns)
        self._report()
        return RunEnd.COMPLETE

    def _wait_for_the_late(self, end_ns: int | None) -> None:
        """Give the last probes the time that all others had, and no more than the deadline."""
        while waiting := [port.session.grace_end_ns for port in self._senders]:
            ends = [grace_ns for grace_ns in waiting if grace_ns is not None]
            left_ns = min(max(ends, default=0), end_ns or _FOR_EVER_NS) - time.monotonic_ns()
            if left_ns <= 0:
                return
            self._look(left_ns / NS_PER_S)

    def _look_again(self, index: int, now_ns: int) -> None:
        session = self._senders[index].session
        due_ns = session.due_ns(now_ns)
        if due_ns is None:
            self._finish(index)
            return
        if session.sent == session.config.count:
            self._sending.discard(index)
        heapq.heappush(self._due, (due_ns, index))

    def _finish(self, index: int) -> None:
        self._unfinished.discard(index)
        self._sending.discard(index)

    def _send_due(self, now_ns: int) -> None:
        while self._due and self._due[0][0] <= now_ns:
            _, index = heapq.heappop(self._due)
            if index in self._unfinished:
                send_due(self._senders[index], fetch=not self._only_sends())
                self._unread += 1
                self._look_again(index, now_ns)

    def _catch_up(self, now_ns: int) -> None:
        """Read what has arrived, and tell how far the run is."""
        self._look_ns, self._unread = now_ns + _LOOK_NS, 0
        self.drain()
        self._report()

    def _take_in(self, end_ns: int | None) -> None:
        """Wait for packets, or sleep until the next probe is due, if that is soon.

        The kernel stamps replies, so they can wait and be read many at a time: waking up for each
        costs more than reading it. And epoll would round up to whole milliseconds.
        """
        if not self._only_sends():
            self._look(self._patience_s(end_ns))
            return
        patience_s = self._patience_s(end_ns) or 0
        if patience_s > _NAP_S:
            self._look(patience_s - _NAP_S / 2)
        else:
            time.sleep(patience_s)

    def _only_sends(self) -> bool:
        """Whether there is nobody to be answered, and every session has probes left to send."""
        if self._server_at:
            return False
        return len(self._sending) == len(self._unfinished)

    def _look(self, patience_s: float | None) -> bool:
        """Serve the sockets that something comes from within that time; whether one did."""
        ready = self._epoll.poll(patience_s, self._sockets)
        for descriptor, events in ready:
            self._serve(descriptor, events)
        return bool(ready)

    def _patience_s(self, end_ns: int | None) -> float | None:
        """How long there is nothing to do but to take in packets; None if for ever."""
        if not self._unfinished and self._senders:
            return 0
        wake_ns = end_ns
        if not self._senders and self._on_progress is not None:
            wake_ns = (
                self._look_ns
            )  # whoever looks after a reflector has to be told without traffic
        if self._due and (wake_ns is None or self._due[0][0] < wake_ns):
            wake_ns = self._due[0][0]
        return None if wake_ns is None else max(0, wake_ns - time.monotonic_ns()) / NS_PER_S

    def _serve(self, descriptor: int, events: int) -> None:
        server = self._server_at.get(descriptor)
        if server is not None:
            server.serve(events)
            return
        index = self._sender_at[descriptor]
        take_in(self._senders[index], events)
        if self._senders[index].session.finished(time.monotonic_ns()):
            self._finish(index)

    def _report(self) -> None:
        if self._on_progress is not None:
            sessions = [sender.session for sender in self._senders]
            total = sum(session.config.count for session in sessions)
            self._on_progress(sum(session.sent for session in sessions), total)
