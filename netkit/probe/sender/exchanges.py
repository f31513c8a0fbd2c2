"""From what went out and what came back to samples: the rules, without the session around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.units import NS_PER_S
from netkit.probe.sender.loss_direction import attribute_losses
from netkit.wire.stamp import ReflectorPacket
from netkit.wire.timestamps import decode_timestamp, is_time
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
    """What a reply says: ``t3`` is the reflector program's own, ``hop_limit`` the reply's.

    A stamp that states no instant is None.
    """

    sequence: int
    t2: Stamp | None
    t3: Stamp | None
    t4: Stamp
    forward_ttl: int | None
    hop_limit: int | None

    @classmethod
    def of(cls, reply: ReflectorPacket, t4: Stamp, hop_limit: int | None) -> Answer:
        """Keep of a reply what samples need."""
        t2_ns, t3_ns = reply.received_ns, reply.reflected_ns
        return cls(
            reply.sequence,
            None if t2_ns is None else Stamp(t2_ns, receive_source(reply)),
            None if t3_ns is None else Stamp(t3_ns, _USERSPACE),
            t4,
            reply.sender_ttl or None,
            hop_limit,
        )


@dataclass(slots=True)
class Exchange:
    """One probe and everything that came back for it.

    ``set_ns`` is by how much this host's clock had been set when it was sent, ``stepped_ns`` by how
    much it was set while the probe was under way, None if it was not.
    """

    sequence: int
    scheduled_ns: int
    sent_ns: int
    t1: Stamp
    kernel_t1_ns: int | None = None
    not_sent: bool = False
    refused: bool = False
    set_ns: int = 0
    stepped_ns: int | None = None
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
            told_ns = reply.reflected_ns
            if told_ns is not None:
                self._given[reply.sequence] = (*given, (reply.sender_sequence, told_ns))
        tlv = understood(reply, TlvType.FOLLOW_UP_TELEMETRY)
        if tlv is None:
            return
        told = FollowUpTelemetry.parse(tlv.value)
        form = reply.error_estimate.form
        if is_time(told.timestamp, form):
            self.stateful = True
            time_ns = decode_timestamp(told.timestamp, form)
            stamp = Stamp(time_ns, stamp_source(told.method))
            known = self._stamps.get(told.sequence, ())
            if stamp not in known:
                self._stamps[told.sequence] = (*known, stamp)

    def t3(self, probe: int, answer: Answer) -> Stamp | None:
        """The best T3 known for the answer to ``probe``: its follow-up, else what it said itself.

        A reflector that was started again uses its numbers again. The stamp that belongs to an
        answer follows the program's own T3 soon, and before that of another probe's answer with
        the same number. Without the program's own T3 it is not known which one belongs to it.
        """
        if answer.t3 is None:
            return None
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

    A probe is late if T4 - T1 is over the timeout, by the stamps and not by when they were read;
    and as if this host's clock had not been set in between.
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
        return Sample(
            exchange.sequence,
            Outcome.NOT_SENT,
            send_error_ns=send_error_ns,
            clock_set_ns=exchange.set_ns,
        )
    outcome = Outcome.REFUSED if exchange.refused else lost[exchange.sequence]
    return Sample(
        exchange.sequence,
        outcome,
        t1=_t1(exchange),
        t1_userspace_ns=exchange.t1.time_ns,
        send_error_ns=send_error_ns,
        clock_set_ns=exchange.set_ns,
        spans_step=exchange.stepped_ns is not None,
    )


def _answered(exchange: Exchange, follow_ups: FollowUps, timeout_ns: int) -> Sample:
    first, *repeats = exchange.answers
    t1 = _t1(exchange)
    # The reflector stamped the arrival once: it was its answer that the network copied.
    backward = sum(_time_ns(other.t2) == _time_ns(first.t2) for other in repeats)
    outcome = Outcome.DUPLICATE if repeats else Outcome.RECEIVED
    if _away_ns(exchange, first.t4.time_ns - t1.time_ns) > timeout_ns:
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
        t3_userspace_ns=_time_ns(first.t3),
        send_error_ns=exchange.sent_ns - exchange.scheduled_ns,
        forward_duplicates=len(repeats) - backward,
        backward_duplicates=backward,
        clock_set_ns=exchange.set_ns,
        spans_step=exchange.stepped_ns is not None,
    )


def _away_ns(exchange: Exchange, stamped_ns: int) -> int:
    """How long the probe was away at least; T4 - T1 of a clock that was set says it in one of two
    ways, by whether the step was before T4 or after.
    """
    if exchange.stepped_ns is None:
        return stamped_ns
    possible = (stamped_ns, stamped_ns - exchange.stepped_ns)
    return min((away_ns for away_ns in possible if away_ns >= 0), default=0)


def _time_ns(stamp: Stamp | None) -> int | None:
    return None if stamp is None else stamp.time_ns


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
