"""What went out and what came back for it: probes, answers, and what follow-ups add to them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter, itemgetter

from netkit.model.measurement.sample import Stamp, StampSource
from netkit.model.units import NS_PER_S
from netkit.wire.stamp import ReflectorPacket
from netkit.wire.timestamps import decode_timestamp, is_time
from netkit.wire.tlv import FollowUpTelemetry, TimestampInformation, TimestampMethod, Tlv, TlvType

_SOURCES: dict[int, StampSource] = {
    TimestampMethod.HARDWARE: StampSource.HARDWARE,
    TimestampMethod.SOFTWARE: StampSource.KERNEL,
}


# Looking up a member of an enumeration costs more than all else of a stamp.
_KERNEL, _USERSPACE = StampSource.KERNEL, StampSource.USERSPACE

_FIRST, _WHEN = itemgetter(0), attrgetter("time_ns")

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


def round_trip_ns(exchange: Exchange) -> tuple[int, ...]:
    """The round trip of the first answer, without the reflector's time; none of stamps that cannot
    all be true, or over a step of the clock."""
    answer = exchange.answers[0]
    if answer.t2 is None or answer.t3 is None or exchange.stepped_ns is not None:
        return ()
    inside_ns = answer.t3.time_ns - answer.t2.time_ns
    away_ns = answer.t4.time_ns - exchange.first_sent_ns
    return (away_ns - inside_ns,) if 0 <= inside_ns <= away_ns else ()


def latest_open_ns(probes: Sequence[Exchange]) -> int | None:
    """When the last of those was sent that nothing has been heard of; None if there is none."""
    return next((probe.sent_ns for probe in reversed(probes) if probe.open), None)


def waiting(probes: Sequence[Exchange], now_ns: int, timeout_ns: int) -> int:
    """How many may still be answered in time; costs what is under way, not what has been."""
    found = 0
    for probe in reversed(probes):
        if now_ns >= probe.sent_ns + timeout_ns:
            break
        found += probe.open
    return found


def under_way(probes: Sequence[Exchange], now_ns: int, timeout_ns: int) -> Iterator[Exchange]:
    """Those without an answer that could still get one; a later one is late anyhow."""
    for probe in reversed(probes):
        if now_ns >= probe.sent_ns + 2 * timeout_ns:
            return
        if not probe.answers:
            yield probe


class FollowUps:
    """What the replies tell about the reflector: kernel T3 of earlier ones, and its memory.

    ``stateful`` turns true with the first proof: a stateless reflector copies sequence numbers and
    sends follow-ups of zeros.
    """

    def __init__(self) -> None:
        self.stateful = False
        # By the reflector's numbers: of each probe the program's T3, and what follow-ups told.
        self._given: defaultdict[int, dict[int, int]] = defaultdict(dict)
        self._stamps: defaultdict[int, dict[Stamp, None]] = defaultdict(dict)
        self._in_order: dict[int, tuple[list[tuple[int, int]], list[Stamp]]] = {}

    def learn(self, reply: ReflectorPacket) -> None:
        """Keep what ``reply`` says about the reply before it."""
        if reply.sequence != reply.sender_sequence:
            self.stateful = True
        given, told_ns = self._given[reply.sequence], reply.reflected_ns
        if reply.sender_sequence not in given and told_ns is not None:
            given[reply.sender_sequence] = told_ns
            self._in_order.pop(reply.sequence, None)
        tlv = understood(reply, TlvType.FOLLOW_UP_TELEMETRY)
        if tlv is None:
            return
        told = FollowUpTelemetry.parse(tlv.value)
        form = reply.error_estimate.form
        if is_time(told.timestamp, form):
            self.stateful = True
            time_ns = decode_timestamp(told.timestamp, form)
            self._stamps[told.sequence][Stamp(time_ns, stamp_source(told.method))] = None
            self._in_order.pop(told.sequence, None)

    def t3(self, probe: int, answer: Answer) -> Stamp | None:
        """The best T3 known for the answer to ``probe``: its follow-up, else what it said itself.

        A reflector that was started again uses its numbers again. The stamp that belongs to an
        answer follows the program's own T3 soon, and before that of another probe's answer with
        the same number. Without the program's own T3 it is not known which one belongs to it.
        """
        if answer.t3 is None:
            return None
        start_ns = answer.t3.time_ns
        given, told = self._of_number(answer.sequence)
        later = islice(given, bisect_right(given, start_ns, key=_FIRST), None)
        soon_ns = start_ns + SENDING_NS
        end_ns = min(soon_ns, next((at_ns for at_ns, of in later if of != probe), soon_ns))
        at = bisect_left(told, start_ns, key=_WHEN)
        return told[at] if at < len(told) and told[at].time_ns < end_ns else answer.t3

    def _of_number(self, number: int) -> tuple[list[tuple[int, int]], list[Stamp]]:
        """When that number was given, and to which probes; what was told of it; both by time.

        A reflector may give one number to all of its replies.
        """
        known = self._in_order.get(number)
        if known is None:
            given = sorted((told_ns, probe) for probe, told_ns in self._given[number].items())
            known = given, sorted(self._stamps[number], key=_WHEN)
            self._in_order[number] = known
        return known


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
