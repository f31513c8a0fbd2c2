"""Meshes with clocks that step and stamps that lie, held against what was true."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from drifting_clocks import MS, DriftingMesh

from netkit.model.measurement.sample import Sample, Stamp, StampSource
from netkit.model.measurement.sample_row import Row
from netkit.model.verdict import Verdict
from netkit.stats.clocks.certify import CertifiedMesh, certify_mesh
from netkit.stats.clocks.clock_readings import passages_of
from netkit.stats.delay import delay_figures
from netkit.stats.judgement import judged

S = 10**9
BOUND_NS = 5 * MS

Change = Callable[[Stamp], Stamp]


def certified(
    mesh: DriftingMesh, ppm: float, max_error_ns: Mapping[str, int] | None = None
) -> CertifiedMesh:
    """What is certified; fails if an interval excludes the truth, or a verdict contradicts it."""
    found = certify_mesh(
        passages_of(mesh.rows),
        lambda src, dst: mesh.floor_ns[src, dst],
        lambda _src, _dst: BOUND_NS,
        drift_ppm=ppm,
        max_error_ns=max_error_ns or {},
    )
    for one in found.ways:
        figures = delay_figures(np.array(mesh.true_ns[one.way.src, one.way.dst]))
        assert figures is not None
        true_ns = judged(figures)[1]
        assert one.certified.delay is None or true_ns in one.certified.delay
        assert one.certified.delay is None or one.certified.delay.low_ns >= one.way.floor_ns
        assert one.certified.verdict is not Verdict.PASS or true_ns <= BOUND_NS
        assert one.certified.verdict is not Verdict.BREACH or true_ns > BOUND_NS
    return found


def at_site(sample: Sample, src: str, dst: str, site: str, change: Change) -> Sample:
    """The sample with ``change`` in all stamps that a site took."""
    t1, t2, t3, t4 = sample.t1, sample.t2, sample.t3, sample.t4
    assert t1
    assert t2
    assert t3
    assert t4
    if site == src:
        return replace(sample, t1=change(t1), t4=change(t4))
    if site == dst:
        return replace(sample, t2=change(t2), t3=change(t3))
    return sample


def stepped(mesh: DriftingMesh, site: str, share: float, step_ns: int, known: bool) -> None:
    """The clock of a site is set in mid-run; with ``known`` its own host has seen it as a sender.

    Unless it is known, not while a probe of its own is under way: to be away for longer by a step
    of the clock or by a slow path looks alike.
    """
    times = sorted(
        stamp.time_ns
        for src, dst, one in mesh.rows
        for end, stamp in ((src, one.t1), (dst, one.t2))
        if end == site and stamp is not None
    )
    away = [
        (one.t1.time_ns, one.t4.time_ns)
        for src, _, one in mesh.rows
        if src == site and one.t1 is not None and one.t4 is not None and not known
    ]
    times = [time for time in times if not any(sent <= time < back for sent, back in away)]
    if not times:
        return
    middle = times[int(share * (len(times) - 1))]

    def change(stamp: Stamp) -> Stamp:
        return replace(stamp, time_ns=stamp.time_ns + step_ns * (stamp.time_ns > middle))

    rows = []
    for src, dst, one in mesh.rows:
        moved = at_site(one, src, dst, site, change)
        if known and src == site:
            assert one.t1
            assert one.t4
            after, back_after = one.t1.time_ns > middle, one.t4.time_ns > middle
            # A host that saw this step saw those before it as well: what it notes of them adds up.
            moved = replace(
                moved,
                clock_set_ns=one.clock_set_ns + step_ns * after,
                spans_step=one.spans_step or after != back_after,
            )
        rows.append((src, dst, moved))
    mesh.rows = rows


def shifted(mesh: DriftingMesh, site: str, by_ns: int) -> None:
    """A clock that is off all the time, such as one in TAI."""

    def change(stamp: Stamp) -> Stamp:
        return replace(stamp, time_ns=stamp.time_ns + by_ns)

    mesh.rows = [(src, dst, at_site(one, src, dst, site, change)) for src, dst, one in mesh.rows]


def coarse_at(mesh: DriftingMesh, site: str, grain_ns: int) -> None:
    """A clock that shows only so much, the rest cut off."""

    def change(stamp: Stamp) -> Stamp:
        return replace(stamp, time_ns=stamp.time_ns - stamp.time_ns % grain_ns)

    mesh.rows = [(src, dst, at_site(one, src, dst, site, change)) for src, dst, one in mesh.rows]


def garbled(mesh: DriftingMesh, site: str, rng: random.Random, share: float) -> None:
    """T3 before T2, or long after it, or T2 alone in TAI, in some of its replies."""
    rows = []
    for src, dst, one in mesh.rows:
        assert one.t2
        assert one.t3
        changed = one
        if dst == site and rng.random() < share:
            off_ns = rng.choice((-rng.randrange(10 * MS, S), rng.randrange(100 * MS, S), 37 * S))
            corner, stamp = rng.choice((("t2", one.t2), ("t3", one.t3)))
            changed = replace(one, **{corner: replace(stamp, time_ns=stamp.time_ns + off_ns)})
        rows.append((src, dst, changed))
    mesh.rows = rows


def by_programs(mesh: DriftingMesh, rng: random.Random, share: float, usual_ns: int) -> None:
    """Some stamps are those of programs: taken before what leaves has left, and after what arrives
    has arrived, by ``usual_ns`` on average; none of the first probe of two sites."""
    early = {"t1": -1, "t2": 1, "t3": -1, "t4": 1}
    rows: list[Row] = []
    seen: set[tuple[str, str]] = set()
    for src, dst, one in mesh.rows:
        changed = one
        for corner in early if (src, dst) in seen else ():
            if rng.random() >= share:
                continue
            assert one.t2
            assert one.t3
            by_ns = int(rng.expovariate(1 / usual_ns))
            if corner in {"t2", "t3"}:  # programs of one host read one clock
                by_ns = min(by_ns, (one.t3.time_ns - one.t2.time_ns) // 2)
            time_ns = getattr(one, corner).time_ns + early[corner] * by_ns
            changed = replace(changed, **{corner: Stamp(time_ns, StampSource.USERSPACE)})
        seen.add((src, dst))
        rows.append((src, dst, changed))
    mesh.rows = rows
