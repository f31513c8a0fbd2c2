"""Recorded samples in true time, read again by any clocks: as hosts with those clocks would have
had them, down to what a sender notices of its own steps."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path

from goldens import ROOT

from netkit.api import load_topology
from netkit.model.measurement.host_clock import ClockSet, HostClock
from netkit.model.measurement.sample import Sample, Stamp
from netkit.model.measurement.sample_row import Row
from netkit.model.units import NS_PER_MS, NS_PER_S
from netkit.model.verdict import Verdict
from netkit.probe.sender.clock_watch import ClockReading, ClockWatch
from netkit.stats.clocks.certify import CertifiedMesh, certify_mesh
from netkit.stats.clocks.clock_bounds import CertifiedDelay
from netkit.stats.clocks.clock_readings import passages_of
from netkit.stats.clocks.mesh import light_floors_ns
from netkit.store.samples_csv import read_samples
from netkit.workflows.lab_certified import true_figure_ns

RECORDED = ROOT / "tests" / "golden" / "lab" / "region-true-samples.csv"
"""``true-samples.csv`` of ``netkit lab run probes/clocks/region-wrong-clocks.yaml``, but with 50
probes a pair, 300 ms apart."""

TOPOLOGY = load_topology(ROOT / "topologies" / "lab-region.yaml")
BOUNDS_NS = (NS_PER_MS // 2, NS_PER_MS, 5 * NS_PER_MS // 2, 5 * NS_PER_MS, 20 * NS_PER_MS)
DRIFT_PPM = 50
_READING_NS = 400
_STALL_NS = 5_000_000
_AFTER_NS = 60_000


@dataclass(frozen=True)
class Recorded:
    """True samples of a lab run, and the span of true time that they cover."""

    rows: Sequence[Row]
    start_ns: int
    length_ns: int

    @property
    def sites(self) -> tuple[str, ...]:
        """Everybody who sent or reflected."""
        return tuple(sorted({name for src, dst, _ in self.rows for name in (src, dst)}))

    @cached_property
    def true_ns(self) -> dict[tuple[str, str], int]:
        """What is judged of each direction, in true time."""
        figures = {way: true_figure_ns(one) for way, one in passages_of(self.rows).items()}
        return {way: figure for way, figure in figures.items() if figure is not None}

    @classmethod
    def of(cls, path: Path = RECORDED) -> Recorded:
        """Those of a file that ``netkit lab run`` wrote."""
        rows = read_samples(path)
        sent = [sample.t1.time_ns for _, _, sample in rows if sample.t1 is not None]
        return cls(rows, min(sent), max(sent) - min(sent))


def random_clocks(rng: random.Random, recorded: Recorded, steps: float) -> dict[str, HostClock]:
    """One a site: offsets up to 1 s, drifts up to 50 ppm, in ``steps`` of the sites one or two
    steps up to 1 s; one in four is held, and says a bound that is true."""
    return {site: _random_clock(rng, recorded, steps) for site in recorded.sites}


def _random_clock(rng: random.Random, recorded: Recorded, steps: float) -> HostClock:
    drift_ppb = rng.randint(-1000 * DRIFT_PPM, 1000 * DRIFT_PPM)
    if rng.random() < 0.25:
        most_ns = rng.choice((10_000, NS_PER_MS, 50 * NS_PER_MS))
        offset_ns = rng.randint(-most_ns, most_ns)
        drifts_ns = abs(drift_ppb) * 2 * recorded.length_ns // NS_PER_S
        return HostClock(offset_ns, drift_ppb, (), most_ns + drifts_ns, recorded.start_ns)
    count = rng.choice((1, 1, 2)) if rng.random() < steps else 0
    at_ns = sorted(rng.randrange(recorded.length_ns) for _ in range(count))
    sets = tuple(ClockSet(at, _step_ns(rng)) for at in at_ns)
    return HostClock(rng.randint(-NS_PER_S, NS_PER_S), drift_ppb, sets, None, recorded.start_ns)


def _step_ns(rng: random.Random) -> int:
    """From 50 µs to 1 s, as likely small as large."""
    return rng.choice((-1, 1)) * round(50_000 * 20_000 ** rng.random())


def as_read(rows: Iterable[Row], clocks: Mapping[str, HostClock]) -> list[Row]:
    """The rows as hosts with these clocks have them."""
    by_sender: dict[str, list[Row]] = {}
    for row in rows:
        by_sender.setdefault(row[0], []).append(row)
    return [
        (src, dst, _as_read(sample, clocks[src], clocks[dst], watched[dst, sample.sequence]))
        for src, sent in by_sender.items()
        for watched in [_watched(sent, clocks[src])]
        for _, dst, sample in sent
    ]


@dataclass
class _Noticed:
    """What a sender notices of its own clock, of one probe."""

    set_ns: int = 0
    spans: bool = False


def _as_read(sample: Sample, sender: HostClock, reflector: HostClock, noticed: _Noticed) -> Sample:
    return replace(
        sample,
        t1=_stamp(sender, sample.t1), t2=_stamp(reflector, sample.t2),
        t3=_stamp(reflector, sample.t3), t4=_stamp(sender, sample.t4),
        clock_set_ns=noticed.set_ns, spans_step=noticed.spans,
    )  # fmt: skip


def _stamp(clock: HostClock, true: Stamp | None) -> Stamp | None:
    return None if true is None else Stamp(clock.read(true.time_ns), true.source)


_Probe = tuple[str, int]
"""Of one sender: to whom, and its number."""


def _watched(sent: list[Row], clock: HostClock) -> dict[_Probe, _Noticed]:
    """It reads its clocks with each probe and after each reply, as its sessions do, and marks what
    was under way when they disagree."""
    moments: list[tuple[int, bool, _Probe]] = []
    for _, dst, sample in sent:
        if sample.t1_userspace_ns is not None:
            moments.append((sample.t1_userspace_ns, True, (dst, sample.sequence)))
        if sample.t4 is not None:
            moments.append((sample.t4.time_ns + _AFTER_NS, False, (dst, sample.sequence)))
    watch, away = ClockWatch(), set[_Probe]()
    found = {(dst, sample.sequence): _Noticed() for _, dst, sample in sent}
    for now_ns, sends, probe in sorted(moments):
        reading = _reading(now_ns, clock)
        if watch.look(reading, probe[1]):
            for one in away:
                found[one].spans = True
        if sends:
            found[probe].set_ns = watch.set_ns
            away.add(probe)
        else:
            away.discard(probe)
    return found


def _reading(now_ns: int, clock: HostClock) -> ClockReading:
    before_ns, after_ns = _around_ns(now_ns)
    return ClockReading(now_ns - before_ns, clock.read(now_ns), now_ns + after_ns)


@cache
def _around_ns(now_ns: int) -> tuple[int, int]:
    """Of one in thirty the program was stopped before or after it read the UTC clock."""
    rng = random.Random(now_ns)
    before_ns, after_ns = (
        rng.randrange(_STALL_NS) if rng.random() < 1 / 60 else _READING_NS for _ in range(2)
    )
    return before_ns, after_ns


def certified(rows: Sequence[Row], clocks: Mapping[str, HostClock], bound_ns: int) -> CertifiedMesh:
    """From what hosts know: their samples, their places, what they claim."""
    claimed = {site: clock.claimed_error_ns for site, clock in clocks.items()}
    return certify_mesh(
        passages_of(rows),
        light_floors_ns(TOPOLOGY, 0.0),
        lambda _src, _dst: bound_ns,
        drift_ppm=DRIFT_PPM,
        max_error_ns={site: error for site, error in claimed.items() if error is not None},
    )


@dataclass
class Tally:
    """What came of sets of clocks: directions by verdict, and how many verdicts and intervals the
    truth contradicts."""

    sets: int = 0
    intervals: int = 0
    without_the_truth: int = 0
    wrong_verdicts: int = 0
    contradictions: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    widths_ns: list[int] = field(default_factory=list)

    def add(self, recorded: Recorded, seed: int, steps: float) -> None:
        """Read the samples by one set of clocks, and hold what is certified against the truth."""
        rng = random.Random(seed)
        clocks, bound_ns = random_clocks(rng, recorded, steps), rng.choice(BOUNDS_NS)
        mesh = certified(as_read(recorded.rows, clocks), clocks, bound_ns)
        self.sets += 1
        self.contradictions += mesh.contradiction is not None
        for one in mesh.ways:
            true_ns = recorded.true_ns[one.way.src, one.way.dst]
            self._hold(one.certified, true_ns, bound_ns)

    def _hold(self, found: CertifiedDelay, true_ns: int, bound_ns: int) -> None:
        self.verdicts[found.verdict] += 1
        right = Verdict.PASS if true_ns <= bound_ns else Verdict.BREACH
        decided = found.verdict in (Verdict.PASS, Verdict.BREACH)
        self.wrong_verdicts += decided and found.verdict is not right
        if found.delay is not None:
            self.intervals += 1
            self.without_the_truth += true_ns not in found.delay
            if found.delay.width_ns is not None:
                self.widths_ns.append(found.delay.width_ns)
