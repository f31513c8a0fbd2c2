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

``now_ns`` is the caller's monotonic clock, ``wall_ns`` its UTC clock; neither is read here.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from netkit.model.sample import Sample, Stamp, StampSource
from netkit.model.units import NS_PER_MS, NS_PER_S
from netkit.probe.request import MIN_REQUEST_BYTES, request_tlvs
from netkit.probe.results import Answer, Exchange, FollowUps, build_samples
from netkit.probe.schedule import periodic, poisson
from netkit.wire.errors import WireError
from netkit.wire.stamp import ReflectorPacket, SenderPacket
from netkit.wire.timestamps import UNSYNCHRONISED, ErrorEstimate, encode_timestamp

CLOSING_GAP_NS = 100 * NS_PER_MS
"""The closing probe follows the last one after this, or after one interval if that is less."""

_QUOTED = struct.Struct("!IQ")


@dataclass(frozen=True, slots=True)
class SessionConfig:
    """What to send. ``ssid`` tells sessions of one address and port apart; draw a new one a run.

    ``request_bytes`` is the UDP payload of each probe and of its reply; a probe unanswered for
    ``timeout_ns`` counts as lost, or as late if an answer still comes during the run.
    """

    count: int
    interval_ns: int
    timeout_ns: int = NS_PER_S
    ssid: int = 1
    seed: int = 0
    request_bytes: int = MIN_REQUEST_BYTES
    error_estimate: ErrorEstimate = UNSYNCHRONISED
    poisson: bool = False

    def schedule(self) -> tuple[int, ...]:
        """Offsets of the probes, then of the closing probe."""
        stream = poisson if self.poisson else periodic
        offsets = stream(self.count, self.interval_ns, self.seed)
        return (*offsets, offsets[-1] + min(self.interval_ns, CLOSING_GAP_NS))


@dataclass(frozen=True, slots=True)
class Request:
    """A probe to be sent now."""

    sequence: int
    data: bytes


@dataclass(frozen=True)
class SessionResult:
    """What a session has found out, whole or not.

    ``undecided`` probes were sent but neither answered nor timed out when the run was broken off;
    they are in no sample. ``stateful``: the reflector has shown that it counts by itself.
    ``reflector_error`` is what the reflector last said of its clock. ``notes`` counts everything
    worth a word: errors of sending, refusals, packets that were no answers.
    """

    samples: tuple[Sample, ...]
    undecided: int = 0
    stateful: bool = False
    reflector_error: ErrorEstimate | None = None
    notes: Mapping[str, int] = field(default_factory=dict)


class SenderSession:
    """One Session-Sender. Call :meth:`begin` first; then feed it until :meth:`finished`."""

    def __init__(self, config: SessionConfig) -> None:
        self.config = config
        self._offsets = config.schedule()
        self._tlvs = request_tlvs(config.request_bytes)
        self._start_ns = 0
        self._exchanges: list[Exchange] = []
        self._follow_ups = FollowUps()
        self._open = 0
        self._reflector_error: ErrorEstimate | None = None
        self._notes: Counter[str] = Counter()

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

    def next_request(self, now_ns: int, wall_ns: int) -> Request | None:
        """The probe that is due, stamped with ``wall_ns``; None if none is due yet."""
        sequence = len(self._exchanges)
        if sequence == len(self._offsets):
            return None
        scheduled_ns = self._start_ns + self._offsets[sequence]
        if now_ns < scheduled_ns:
            return None
        estimate = self.config.error_estimate
        timestamp = encode_timestamp(wall_ns, estimate.form)
        packet = SenderPacket(sequence, timestamp, estimate, self.config.ssid, self._tlvs)
        self._exchanges.append(
            Exchange(sequence, scheduled_ns, now_ns, Stamp(wall_ns, StampSource.USERSPACE))
        )
        self._open += 1
        return Request(sequence, packet.to_bytes())

    def transmitted(self, sequence: int, time_ns: int) -> None:
        """The kernel says when it handed the probe to the interface: T1."""
        self._exchanges[sequence].kernel_t1_ns = time_ns

    def not_sent(self, sequence: int, reason: str) -> None:
        """The host itself could not send the probe."""
        self._notes[f"not sent: {reason}"] += 1
        self._close(self._exchanges[sequence]).not_sent = True

    def refused(self, quoted: bytes, reason: str) -> None:
        """An ICMP error came back, quoting the beginning of a probe.

        An answer, should one still come for that probe, outweighs it.
        """
        self._notes[f"refused: {reason}"] += 1
        exchange = self._quoted(quoted)
        if exchange is not None:
            self._close(exchange).refused = True

    def received(self, data: bytes, stamp: Stamp, hop_limit: int | None) -> None:
        """A packet came in; ``stamp`` is T4. What is no answer to this session is only counted."""
        try:
            reply = ReflectorPacket.parse(data)
        except WireError:
            self._notes["ignored: not a STAMP packet"] += 1
            return
        if not self._is_ours(reply):
            self._notes["ignored: not an answer to this session"] += 1
            return
        self._reflector_error = reply.error_estimate
        self._follow_ups.learn(reply)
        exchange = self._close(self._exchanges[reply.sender_sequence])
        exchange.answers.append(Answer.of(reply, stamp, hop_limit))

    def result(self, now_ns: int) -> SessionResult:
        """What is known at ``now_ns``; may be asked at any time."""
        probes = self._exchanges[: self.config.count]
        decided = [probe for probe in probes if probe.settled(now_ns, self.config.timeout_ns)]
        timeout_ns = self.config.timeout_ns
        return SessionResult(
            build_samples(decided, self._exchanges, self._follow_ups, timeout_ns=timeout_ns),
            len(probes) - len(decided),
            self._follow_ups.stateful,
            self._reflector_error,
            dict(sorted(self._notes.items())),
        )

    def _close(self, exchange: Exchange) -> Exchange:
        if exchange.open:
            self._open -= 1
        return exchange

    def _is_ours(self, reply: ReflectorPacket) -> bool:
        """Our SSID, a number that was sent, and that probe's own timestamp.

        A reflector that knows no SSIDs sends 0 (RFC 8972 §3).
        """
        if reply.ssid not in (self.config.ssid, 0):
            return False
        if reply.sender_sequence >= len(self._exchanges):
            return False
        return reply.sender_timestamp == self._sent_timestamp(reply.sender_sequence)

    def _quoted(self, quoted: bytes) -> Exchange | None:
        """The probe that begins so; None if too little is quoted to tell, or it is not ours."""
        if len(quoted) < _QUOTED.size:
            return None
        sequence: int
        sequence, timestamp = _QUOTED.unpack_from(quoted)
        if sequence >= len(self._exchanges) or timestamp != self._sent_timestamp(sequence):
            return None
        return self._exchanges[sequence]

    def _sent_timestamp(self, sequence: int) -> int:
        sent_ns = self._exchanges[sequence].t1.time_ns
        return encode_timestamp(sent_ns, self.config.error_estimate.form)
