"""From what went out and what came back to samples: the rules, without the session around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.units import NS_PER_S
from netkit.probe.sender.loss_direction import attribute_losses
from netkit.wire.stamp import ReflectorPacket
from netkit.wire.timestamps import decode_timestamp
from netkit.wire.tlv import FollowUpTelemetry, TimestampInformation, TimestampMethod, Tlv, TlvType

_SOURCES: dict[int, StampSource] = {
    TimestampMethod.HARDWARE: StampSource.HARDWARE,
    TimestampMethod.SOFTWARE: StampSource.KERNEL,
}


# Looking up a member of an enumeration costs more than all else of a stamp.
_KERNEL, _USERSPACE = StampSource.KERNEL, StampSource.USERSPACE

SENDING_NS = NS_PER_S
"""No reply takes longer from the program's T3 to the kernel's."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reply says: ``t3`` is the reflector program's own, ``hop_limit`` the reply's."""

    sequence: int
    t2: Stamp
    t3: Stamp
    t4: Stamp
    forward_ttl: int | None
    hop_limit: int | None

    @classmethod
    def of(cls, reply: ReflectorPacket, t4: Stamp, hop_limit: int | None) -> Answer:
        """Keep of a reply what samples need."""
        return cls(
            reply.sequence,
            Stamp(reply.receive_timestamp_ns, receive_source(reply)),
            Stamp(reply.timestamp_ns, _USERSPACE),
            t4,
            reply.sender_ttl or None,
            hop_limit,
        )


@dataclass(slots=True)
class Exchange:
    """One probe and everything that came back for it."""

    sequence: int
    scheduled_ns: int
    sent_ns: int
    t1: Stamp
    kernel_t1_ns: int | None = None
    not_sent: bool = False
    refused: bool = False
    answers: list[Answer] = field(default_factory=list)

    @property
    def first_sent_ns(self) -> int:
        """T1: the kernel's if it is known, else the program's."""
        return self.t1.time_ns if self.kernel_t1_ns is None else self.kernel_t1_ns

    @property
    def open(self) -> bool:
        """Nothing has been heard of it."""
        return not (self.answers or self.refused or self.not_sent)

    def settled(self, now_ns: int, timeout_ns: int) -> bool:
        """Whether its fate is known, or it has timed out."""
        return not self.open or now_ns >= self.sent_ns + timeout_ns


class FollowUps:
    """What the replies tell about the reflector: kernel T3 of earlier ones, and its memory.

    ``stateful`` turns true with the first proof: a stateless reflector copies sequence numbers and
    sends follow-ups of zeros.
    """

    def __init__(self) -> None:
        self.stateful = False
        self._stamps: dict[int, tuple[Stamp, ...]] = {}
        self._given: dict[int, tuple[tuple[int, int], ...]] = {}

    def learn(self, reply: ReflectorPacket) -> None:
        """Keep what ``reply`` says about the reply before it."""
        if reply.sequence != reply.sender_sequence:
            self.stateful = True
        given = self._given.get(reply.sequence, ())
        if reply.sender_sequence not in [probe for probe, _ in given]:
            told_ns = reply.timestamp_ns
            self._given[reply.sequence] = (*given, (reply.sender_sequence, told_ns))
        tlv = understood(reply, TlvType.FOLLOW_UP_TELEMETRY)
        if tlv is None:
            return
        told = FollowUpTelemetry.parse(tlv.value)
        if told.timestamp:
            self.stateful = True
            time_ns = decode_timestamp(told.timestamp, reply.error_estimate.form)
            stamp = Stamp(time_ns, stamp_source(told.method))
            known = self._stamps.get(told.sequence, ())
            if stamp not in known:
                self._stamps[told.sequence] = (*known, stamp)

    def t3(self, probe: int, answer: Answer) -> Stamp:
        """The best T3 known for the answer to ``probe``: its follow-up, else what it said itself.

        A reflector that was started again uses its numbers again. The stamp that belongs to an
        answer follows the program's own T3 soon, and before that of another probe's answer with
        the same number.
        """
        start_ns = answer.t3.time_ns
        others_ns = [
            told_ns
            for other, told_ns in self._given[answer.sequence]
            if other != probe and told_ns > start_ns
        ]
        end_ns = min(others_ns, default=start_ns + SENDING_NS)
        told = (
            stamp
            for stamp in self._stamps.get(answer.sequence, ())
            if start_ns <= stamp.time_ns < end_ns
        )
        return min(told, key=lambda stamp: stamp.time_ns, default=answer.t3)


def build_samples(
    decided: Sequence[Exchange],
    exchanges: Sequence[Exchange],
    follow_ups: FollowUps,
    *,
    timeout_ns: int,
) -> tuple[Sample, ...]:
    """One sample for each of ``decided``; ``exchanges`` also has the closing probe and open ones.

    A probe is late if T4 - T1 is over the timeout, by the stamps and not by when they were read.
    """
    unanswered = {exchange.sequence for exchange in decided if exchange.open}
    replies = {
        exchange.sequence: [answer.sequence for answer in exchange.answers]
        for exchange in exchanges
        if exchange.answers
    }
    lost = attribute_losses(unanswered, replies, stateful=follow_ups.stateful)
    return tuple(
        _answered(exchange, follow_ups, timeout_ns)
        if exchange.answers
        else _unanswered(exchange, lost)
        for exchange in decided
    )


def _unanswered(exchange: Exchange, lost: dict[int, Outcome]) -> Sample:
    send_error_ns = exchange.sent_ns - exchange.scheduled_ns
    if exchange.not_sent:
        return Sample(exchange.sequence, Outcome.NOT_SENT, send_error_ns=send_error_ns)
    outcome = Outcome.REFUSED if exchange.refused else lost[exchange.sequence]
    return Sample(
        exchange.sequence,
        outcome,
        t1=_t1(exchange),
        t1_userspace_ns=exchange.t1.time_ns,
        send_error_ns=send_error_ns,
    )


def _answered(exchange: Exchange, follow_ups: FollowUps, timeout_ns: int) -> Sample:
    first, *repeats = exchange.answers
    t1 = _t1(exchange)
    # The reflector stamped the arrival once: it was its answer that the network copied.
    backward = sum(other.t2.time_ns == first.t2.time_ns for other in repeats)
    outcome = Outcome.DUPLICATE if repeats else Outcome.RECEIVED
    if first.t4.time_ns - t1.time_ns > timeout_ns:
        outcome = Outcome.LATE
    return Sample(
        exchange.sequence,
        outcome,
        t1=t1,
        t2=first.t2,
        t3=follow_ups.t3(exchange.sequence, first),
        t4=first.t4,
        reflector_sequence=first.sequence,
        reply_ttl=first.hop_limit,
        forward_ttl=first.forward_ttl,
        t1_userspace_ns=exchange.t1.time_ns,
        t3_userspace_ns=first.t3.time_ns,
        send_error_ns=exchange.sent_ns - exchange.scheduled_ns,
        forward_duplicates=len(repeats) - backward,
        backward_duplicates=backward,
    )


def _t1(exchange: Exchange) -> Stamp:
    if exchange.kernel_t1_ns is None:
        return exchange.t1
    return Stamp(exchange.kernel_t1_ns, _KERNEL)


def receive_source(reply: ReflectorPacket) -> StampSource:
    """Who took T2, as far as the reflector tells."""
    tlv = understood(reply, TlvType.TIMESTAMP_INFORMATION)
    if tlv is None:
        return StampSource.USERSPACE
    return stamp_source(TimestampInformation.parse(tlv.value).method_in)


def stamp_source(method: int) -> StampSource:
    """Whoever does not say that hardware or kernel stamped it gets no credit for it."""
    return _SOURCES.get(method, _USERSPACE)


def understood(reply: ReflectorPacket, type_: TlvType) -> Tlv | None:
    """The TLV of that type that the reflector has understood and filled in."""
    for tlv in reply.tlvs:
        if tlv.type == type_ and tlv.well_formed and tlv.taken:
            return tlv
    return None
