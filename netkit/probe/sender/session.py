"""The STAMP Session-Sender without sockets: bytes and stamps in, bytes and samples out.

A probe goes through these states, and only this file moves it on::

    scheduled -> sent -> answered            received, duplicate or late, by its stamps
              |       -> refused             an ICMP error came for it
              |       -> unanswered          lost_forward, lost_backward, lost, by the numbers
              -> not sent                    the sender's own host refused it

T3 in a reply is what the reflector's program read before sending. The kernel's own T3 of reply n is
known only once it has left, so it travels in the Follow-Up Telemetry of reply n + 1 and replaces
the former here. That would leave the last probe without; so one more, the **closing probe**, is
sent after it. It only fetches the follow-up (and shows which way the last losses went): it is in no
sample and no count.

``now_ns`` is the caller's monotonic clock, ``wall_ns`` its UTC clock; neither is read here. The one
is held against the other with each probe and, where a reading comes with it, each reply: a probe
under way while the UTC clock was set is marked, and what waits does so by the monotonic clock.
"""

from __future__ import annotations

from collections import Counter, deque

from netkit.model.measurement.sample import Stamp, StampSource
from netkit.probe.sender.clock_watch import ClockReading, ClockWatch, SharedWatch
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.exchanges import (
    Answer,
    Exchange,
    FollowUps,
    latest_open_ns,
    round_trip_ns,
    under_way,
    waiting,
)
from netkit.probe.sender.packets import ProbePackets, Request, UnreadableError
from netkit.probe.sender.path_report import ReportReader
from netkit.probe.sender.result import SessionResult, Snapshot
from netkit.probe.sender.samples import build_samples
from netkit.wire.stamp import ReflectorPacket
from netkit.wire.timestamps import ErrorEstimate, least_certain

_RECENT = 1000
_USERSPACE = StampSource.USERSPACE


class SenderSession:
    """One Session-Sender. Call :meth:`begin` first; then feed it until :meth:`finished`. ``clock``
    watches this host's clock for all its sessions."""

    def __init__(self, config: SessionConfig, clock: ClockWatch | None = None) -> None:
        self.config = config
        self._offsets = config.schedule()
        self._envelope = ProbePackets(config)
        self._start_ns = 0
        self._exchanges: list[Exchange] = []
        self._follow_ups = FollowUps()
        self._open = 0
        self._reflector_error: ErrorEstimate | None = None
        self._said_last: ErrorEstimate | None = None
        self._notes: Counter[str] = Counter()
        self._reports = ReportReader(self._envelope.tlvs)
        self._answered = 0
        self._recent: deque[Exchange] = deque(maxlen=_RECENT)
        self._clock = SharedWatch(clock or ClockWatch())
        # Since the clocks were looked at: whose answers came, and whose first one did.
        self._heard: list[Exchange] = []
        self._fresh: list[Exchange] = []

    def begin(self, now_ns: int) -> None:
        """Fix the start of the schedule."""
        self._start_ns = now_ns

    @property
    def sent(self) -> int:
        """Probes handed out so far, the closing probe not counted."""
        return min(len(self._exchanges), self.config.count)

    def due_ns(self, now_ns: int) -> int | None:
        """When to look here again: a probe is due, or the last timeout runs out; None at the end.

        May lie in the past.
        """
        if len(self._exchanges) < len(self._offsets):
            return self._start_ns + self._offsets[len(self._exchanges)]
        if self.finished(now_ns):
            return None
        return self._exchanges[-1].sent_ns + self.config.timeout_ns

    def finished(self, now_ns: int) -> bool:
        """Whether every probe has been sent and each has its answer or has timed out."""
        if len(self._exchanges) < len(self._offsets):
            return False
        return self._open == 0 or now_ns >= self._exchanges[-1].sent_ns + self.config.timeout_ns

    @property
    def grace_end_ns(self) -> int | None:
        """Until when an answer that is late may still come in a finished run; None if none can.

        Every probe but the last ones has had a whole timeout more, by the run that went on.
        """
        latest = latest_open_ns(self._exchanges[: self.config.count])
        return None if latest is None else latest + 2 * self.config.timeout_ns

    def next_request(self, now_ns: int, wall_ns: int, read_ns: int | None = None) -> Request | None:
        """The probe that is due, stamped with ``wall_ns``; None if none is due yet.

        ``read_ns`` is the monotonic clock once more, after ``wall_ns`` was read.
        """
        sequence = len(self._exchanges)
        if sequence == len(self._offsets):
            return None
        scheduled_ns = self._start_ns + self._offsets[sequence]
        if now_ns < scheduled_ns:
            return None
        self._look(ClockReading(now_ns, wall_ns, now_ns if read_ns is None else read_ns))
        t1 = Stamp(wall_ns, _USERSPACE)
        exchange = Exchange(sequence, scheduled_ns, now_ns, t1, set_ns=self._clock.set_ns)
        self._exchanges.append(exchange)
        self._open += 1
        return Request(sequence, self._envelope.request(sequence, wall_ns))

    def transmitted(self, sequence: int, time_ns: int) -> None:
        """The kernel says when it handed the probe to the interface: T1.

        A stamp from before the probe was made is that of an earlier datagram, told after the
        numbering was restarted; it is nobody's.
        """
        exchange = self._exchanges[sequence]
        if time_ns >= exchange.t1.time_ns:
            exchange.kernel_t1_ns = time_ns

    def not_sent(self, sequence: int, reason: str) -> None:
        """The host itself could not send the probe."""
        exchange = self._close(self._exchanges[sequence])
        exchange.not_sent = True
        if sequence < self.config.count:
            self._notes[f"not sent: {reason}"] += 1

    def refused(self, quoted: bytes, reason: str) -> None:
        """An ICMP error came back, quoting the beginning of a probe.

        An answer, should one still come for that probe, outweighs it. Noted are probes and not
        errors, of which one probe may cause several: a note says no more than the counts do.
        """
        exchange = self._quoted(quoted)
        if exchange is None:
            self._notes[f"ICMP error that names no probe of this run: {reason}"] += 1
            return
        if exchange.sequence < self.config.count and not exchange.refused:
            self._notes[f"refused: {reason}"] += 1
        self._close(exchange).refused = True

    def received(
        self,
        data: bytes,
        stamp: Stamp,
        hop_limit: int | None,
        *,
        traffic_class: int | None = None,
        route: bytes | None = None,
        reading: ClockReading | None = None,
    ) -> None:
        """A packet came in; ``stamp`` is T4. What is no answer to this session is only counted.

        ``traffic_class`` and the routing header ``route`` are those it arrived with; ``reading`` is
        what the clocks showed once it was read.
        """
        reply = self._read(data)
        if reply is not None:
            self._answer(reply, stamp, hop_limit, traffic_class, route)
        if reading is not None:
            self._look(reading)

    def _answer(
        self,
        reply: ReflectorPacket,
        stamp: Stamp,
        hop_limit: int | None,
        traffic_class: int | None,
        route: bytes | None,
    ) -> None:
        if reply.error_estimate is not self._said_last:
            self._said_last = reply.error_estimate
            said = (self._reflector_error, reply.error_estimate)
            self._reflector_error = least_certain(filter(None, said))
        self._follow_ups.learn(reply)
        self._reports.learn(reply, traffic_class, route)
        exchange = self._close(self._exchanges[reply.sender_sequence])
        answer = Answer.of(reply, stamp, hop_limit)
        if not exchange.answers:
            self._fresh.append(exchange)
            if exchange.sequence < self.config.count:
                self._answered += 1
                self._recent.append(exchange)
        exchange.answers.append(answer)
        self._heard.append(exchange)

    def _look(self, reading: ClockReading) -> None:
        """Hold one clock against the other; if UTC was set, all that was under way is marked.

        So is an answer of a probe that was not waited for any more, when it was.
        """
        stepped = self._clock.look(reading, self.sent) is not None
        marked = [one for one in self._fresh if one.set_ns != self._clock.set_ns]
        if stepped:
            open_ = under_way(self._exchanges, reading.before_ns, self.config.timeout_ns)
            marked += [*self._heard, *open_]
        for exchange in marked:
            exchange.stepped_ns = self._clock.set_ns - exchange.set_ns
        self._heard.clear()
        self._fresh.clear()

    def snapshot(self, now_ns: int) -> Snapshot:
        """How the session stands while it runs; costs what is under way, not what has been."""
        probes = self._exchanges[: self.config.count]
        pending = waiting(probes, now_ns, self.config.timeout_ns)
        overdue = self.sent - self._answered - pending
        recent_ns = tuple(ns for exchange in self._recent for ns in round_trip_ns(exchange))
        return Snapshot(self.sent, self._answered, overdue, recent_ns)

    def result(self, now_ns: int) -> SessionResult:
        """What is known at ``now_ns``; may be asked at any time."""
        probes, timeout_ns = self._exchanges[: self.config.count], self.config.timeout_ns
        decided = [probe for probe in probes if probe.settled(now_ns, timeout_ns)]
        return SessionResult(
            build_samples(decided, self._exchanges, self._follow_ups, timeout_ns=timeout_ns),
            len(probes) - len(decided),
            self._follow_ups.stateful,
            self._reflector_error,
            dict(sorted(self._notes.items())),
            self._reports.report(),
            clock_steps=tuple(self._clock.steps),
        )

    def _read(self, data: bytes) -> ReflectorPacket | None:
        """A reply to one of our probes; None, and a note, if it is none."""
        try:
            reply, believed = self._envelope.reply(data)
        except UnreadableError as reason:
            self._notes[f"ignored: {reason}"] += 1
            return None
        if not self._is_ours(reply.sender_sequence, reply.sender_timestamp):
            self._notes["ignored: not an answer to this session"] += 1
            return None
        if not believed:
            self._notes["TLVs ignored: not authentic"] += 1
        return reply

    def _close(self, exchange: Exchange) -> Exchange:
        if exchange.open:
            self._open -= 1
        return exchange

    def _is_ours(self, sequence: int, timestamp: int) -> bool:
        """A number that was sent, and that probe's own timestamp."""
        if sequence >= len(self._exchanges):
            return False
        return timestamp == self._envelope.timestamp(self._exchanges[sequence].t1.time_ns)

    def _quoted(self, quoted: bytes) -> Exchange | None:
        """The probe that begins so; None if too little is quoted to tell, or it is not ours."""
        found = self._envelope.quoted(quoted)
        if found is None or not self._is_ours(*found):
            return None
        return self._exchanges[found[0]]
