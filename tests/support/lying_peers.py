"""Sessions with peers whose stamps lie and clocks that are set meanwhile, and what was true.

The path, both clocks and every lie are known, so a verdict can be held against the truth.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.probe.sender.clock_watch import ClockReading
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.result import SessionResult
from netkit.probe.sender.session import SenderSession
from netkit.stats.delay import delay_figures
from netkit.stats.judgement import judged
from netkit.wire.timestamps import ErrorEstimate, TimestampFormat, encode_timestamp

EPOCH_NS = 1_763_800_000 * 10**9
MS, S = 1_000_000, 10**9
NTP, PTP = TimestampFormat.NTP, TimestampFormat.PTP
_REPLY = struct.Struct("!IQHHQIQHHB3x")

Corners = tuple[int, int]
"""T2 and T3 as 64 bits."""

Lie = Callable[[random.Random, int, int, int], Corners]
"""Of the number of the probe and the honest T2 and T3 in ns makes what goes on the wire."""


def honest(_rng: random.Random, _number: int, t2: int, t3: int) -> Corners:
    return encode_timestamp(t2, PTP), encode_timestamp(t3, PTP)


def shifted(by_ns: int, since: int = 0) -> Lie:
    """A clock that is off, from some probe on."""

    def lie(rng: random.Random, number: int, t2: int, t3: int) -> Corners:
        off_ns = by_ns if number >= since else 0
        return honest(rng, number, t2 + off_ns, t3 + off_ns)

    return lie


def zeros(share: float, which: int) -> Lie:
    """No T2 (1), no T3 (2) or neither (3) in a share of the replies."""

    def lie(rng: random.Random, number: int, t2: int, t3: int) -> Corners:
        one, other = honest(rng, number, t2, t3)
        gone = rng.random() < share
        return (0 if gone and which & 1 else one), (0 if gone and which & 2 else other)

    return lie


def no_nanoseconds(share: float) -> Lie:
    """Truncated PTP with 10⁹ ns or more."""

    def lie(rng: random.Random, number: int, t2: int, t3: int) -> Corners:
        one, other = honest(rng, number, t2, t3)
        if rng.random() < share:
            one = one >> 32 << 32 | rng.randrange(10**9, 1 << 32)
        return one, other

    return lie


def backwards(share: float) -> Lie:
    """T3 before T2, by far."""

    def lie(rng: random.Random, number: int, t2: int, t3: int) -> Corners:
        back = rng.randrange(20 * MS, 10 * S) if rng.random() < share else 0
        return honest(rng, number, t2, t3 - back)

    return lie


def too_long_inside(share: float) -> Lie:
    """T3 - T2 over T4 - T1, by far."""

    def lie(rng: random.Random, number: int, t2: int, t3: int) -> Corners:
        more = rng.randrange(200 * MS, 10 * S) if rng.random() < share else 0
        return honest(rng, number, t2, t3 + more)

    return lie


def only_one_shifted(by_ns: int, share: float) -> Lie:
    """T2 by another clock than T3."""

    def lie(rng: random.Random, number: int, t2: int, t3: int) -> Corners:
        return honest(rng, number, t2 + (by_ns if rng.random() < share else 0), t3)

    return lie


def ntp_under_ptp(_rng: random.Random, _number: int, t2: int, t3: int) -> Corners:
    return encode_timestamp(t2, NTP), encode_timestamp(t3, NTP)


def ptp_under_ntp(_rng: random.Random, _number: int, t2: int, t3: int) -> Corners:
    """For a session in NTP form, where :attr:`World.form` says so."""
    return encode_timestamp(t2, PTP), encode_timestamp(t3, PTP)


def swapped(share: float) -> Lie:
    """T2 in the place of T3, and T3 in that of T2."""

    def lie(rng: random.Random, number: int, t2: int, t3: int) -> Corners:
        one, other = honest(rng, number, t2, t3)
        return (other, one) if rng.random() < share else (one, other)

    return lie


def stopped(since: int = 0) -> Lie:
    """A clock that stands still from some probe on."""
    held: list[Corners] = []

    def lie(rng: random.Random, number: int, t2: int, t3: int) -> Corners:
        if number < since:
            return honest(rng, number, t2, t3)
        if not held:
            held.append(honest(rng, number, t2, t3))
        return held[0]

    return lie


def coarse(grain_ns: int, form: TimestampFormat = PTP) -> Lie:
    """A clock that shows only so much, the rest cut off."""

    def lie(_rng: random.Random, _number: int, t2: int, t3: int) -> Corners:
        one, other = (encode_timestamp(time - time % grain_ns, form) for time in (t2, t3))
        return one, other

    return lie


def running_away(ppm: float) -> Lie:
    """A clock that gains so much: in a second more than any claim here allows it to be off."""
    begun: list[int] = []

    def lie(rng: random.Random, number: int, t2: int, t3: int) -> Corners:
        begun[:] = begun or [t2]
        gained = [int((one - begun[0]) * ppm / 1e6) for one in (t2, t3)]
        return honest(rng, number, t2 + gained[0], t3 + gained[1])

    return lie


def noise(share: float) -> Lie:
    """64 bits of anything for either stamp."""

    def lie(rng: random.Random, number: int, t2: int, t3: int) -> Corners:
        one, other = honest(rng, number, t2, t3)
        if rng.random() < share:
            one, other = rng.choice(
                ((rng.getrandbits(64), other), (one, rng.getrandbits(64)),
                 (rng.getrandbits(64), rng.getrandbits(64)))
            )  # fmt: skip
        return one, other

    return lie


def stale(share: float) -> Lie:
    """The stamps of the reply before."""
    last: list[Corners] = []

    def lie(rng: random.Random, number: int, t2: int, t3: int) -> Corners:
        now = honest(rng, number, t2, t3)
        told = last[0] if last and rng.random() < share else now
        last[:] = [now]
        return told

    return lie


@dataclass
class World:
    """What is true of a run: delays to come, how far clocks are off, who lies and how."""

    rng: random.Random
    count: int = 60
    interval_ns: int = 100 * MS
    base_ns: tuple[int, int] = (5 * MS, 5 * MS)
    jitter_ns: float = 100_000.0
    offset_ns: int = 0
    error_ns: int = 100_000
    lie: Lie = honest
    form: TimestampFormat = PTP
    sender_steps: dict[int, int] = field(default_factory=dict)
    """At which probe this host's clock is set, while it is under way, and by how much."""
    readings: bool = True
    true_ns: dict[int, tuple[int, int]] = field(default_factory=dict)

    def run(self) -> SessionResult:
        """Live through it; every probe is answered."""
        config = SessionConfig(self.count, self.interval_ns, error_estimate=self._estimate())
        session = SenderSession(config)
        session.begin(0)
        now_ns, set_ns = 0, 0
        while (due := session.due_ns(now_ns)) is not None and session.sent < self.count:
            now_ns = max(now_ns, due)
            request = session.next_request(now_ns, EPOCH_NS + now_ns + set_ns)
            assert request is not None
            number = request.sequence
            t1 = now_ns + 20_000
            session.transmitted(number, EPOCH_NS + t1 + set_ns)
            there, back = (
                base + int(self.rng.expovariate(1 / self.jitter_ns)) for base in self.base_ns
            )
            self.true_ns[number] = there, back
            t2 = t1 + there
            t3 = t2 + 50_000
            t4 = t3 + back
            set_ns += self.sender_steps.get(number, 0)
            reply = self._reply(request.data, number, t2, t3)
            stamp = Stamp(EPOCH_NS + t4 + set_ns, StampSource.KERNEL)
            utc_ns = EPOCH_NS + t4 + set_ns + 10_000
            reading = ClockReading(t4 + 9_000, utc_ns, t4 + 11_000) if self.readings else None
            session.received(reply, stamp, 60, reading=reading)
            now_ns = t4 + 20_000
        closing_ns = max(now_ns, session.due_ns(now_ns) or 0)
        session.next_request(closing_ns, EPOCH_NS + closing_ns + set_ns)
        return session.result(10**15)

    def _estimate(self) -> ErrorEstimate:
        return ErrorEstimate.from_error_ns(self.error_ns, synchronised=True, form=self.form)

    def _reply(self, request: bytes, number: int, t2: int, t3: int) -> bytes:
        clock_ns = EPOCH_NS + self.offset_ns
        bits = self.lie(self.rng, number, clock_ns + t2, clock_ns + t3)
        sequence, t1_bits, _ = struct.unpack_from("!IQH", request)
        error = self._estimate().to_int()
        ssid = int.from_bytes(request[14:16], "big")
        return _REPLY.pack(
            sequence, bits[1], error, ssid, bits[0], sequence, t1_bits, error, 0, 250
        )

    def figure_ns(self, way: int, samples: tuple[Sample, ...]) -> int:
        """What is judged of the true delays of all that arrived; 0 is forward, 1 backward."""
        arrived = [s.sequence for s in samples if s.outcome is Outcome.RECEIVED]
        figures = delay_figures(np.array([self.true_ns[number][way] for number in arrived]))
        assert figures is not None
        return judged(figures)[1]
