"""Certified one-way figures over 1,000 random meshes: is one of them wrong, how tight are they?

Twelve sites over the country with clocks up to 1 s off, each direction on a route of its own.
Beside the mesh's intervals stand those of each pair by itself (what a round trip leaves), and the
verdicts of a tool that takes half the round trip for the one-way delay. And the samples of a lab
that ran, read again by random sets of clocks.
"""

from __future__ import annotations

import random
import statistics
import time
from dataclasses import dataclass, field

import numpy as np
from clock_meshes import BOUNDS_NS, Mesh, random_mesh
from clocked_samples import Recorded
from clocked_samples import Tally as RecordedTally
from drifting_clocks import DriftingMesh, drifting_mesh

from netkit.model.verdict import Verdict
from netkit.stats.clocks.certify import certify_mesh
from netkit.stats.clocks.clock_bounds import ClockBounds, Interval, OneWay, bound_clocks
from netkit.stats.clocks.clock_readings import passages_of
from netkit.stats.delay import delay_figures
from netkit.stats.judgement import judged

MESHES = 1000
DRIFTING = 100
DRIFT_PPM = 50.0
SITES = 12
SETS = 500
PAIRS_FROM = 100
"""So many meshes are enough to tell how wide the intervals of single pairs are."""


@dataclass
class Tally:
    """What came of all meshes."""

    intervals: int = 0
    outside: int = 0
    certified: int = 0
    wrong: int = 0
    undecided: int = 0
    half_round_trip_wrong: int = 0
    seconds: list[float] = field(default_factory=list)
    widths_ns: list[int] = field(default_factory=list)
    pair_widths_ns: list[int] = field(default_factory=list)

    def add(self, mesh: Mesh) -> None:
        """Certify every direction of one mesh against every tier."""
        start = time.perf_counter()
        clocks = bound_clocks(mesh.ways, max_error_ns=mesh.max_error_ns, wander_ns=mesh.wander_ns)
        self.seconds.append(time.perf_counter() - start)
        way_of = {(way.src, way.dst): way for way in mesh.ways}
        for way in mesh.ways:
            back = way_of[way.dst, way.src]
            self.judge(mesh, clocks, way, back)
            if len(self.seconds) <= PAIRS_FROM:
                alone = bound_clocks((way, back), wander_ns=mesh.wander_ns).true_delay(way)
                self.pair_widths_ns.append(alone.width_ns)

    def judge(self, mesh: Mesh, clocks: ClockBounds, way: OneWay, back: OneWay) -> None:
        """One direction, and what half of its round trip says instead."""
        truth_ns = mesh.truth_ns[way.src, way.dst]
        for bound_ns in BOUNDS_NS:
            certified = clocks.certify(way, bound_ns)
            kept = truth_ns <= bound_ns
            self.half_round_trip_wrong += ((way.figure_ns + back.figure_ns) / 2 <= bound_ns) != kept
            if certified.verdict is Verdict.INCONCLUSIVE:
                self.undecided += 1
            else:
                self.certified += 1
                self.wrong += certified.verdict is not (Verdict.PASS if kept else Verdict.BREACH)
        self.intervals += 1
        self.outside += truth_ns not in certified.delay
        self.widths_ns.append(certified.delay.width_ns)


def family(what: str, synchronised: float, straightest: float) -> list[dict[str, object]]:
    """1,000 meshes of one kind."""
    tally = Tally()
    for seed in range(MESHES):
        tally.add(
            random_mesh(
                random.Random(seed), SITES, synchronised=synchronised, straightest=straightest
            )
        )
    return [
        {
            "what": f"{MESHES} meshes of {SITES} sites, {what}: intervals",
            "intervals": tally.intervals,
            "without_the_truth": tally.outside,
            "median_width_ms": round(statistics.median(tally.widths_ns) / 1e6, 3),
            "median_width_pair_alone_ms": round(statistics.median(tally.pair_widths_ns) / 1e6, 3),
            "solve_ms_p50": round(1000 * statistics.median(tally.seconds), 3),
        },
        {
            "what": f"{MESHES} meshes of {SITES} sites, {what}: verdicts on 1, 5 and 20 ms",
            "certified": tally.certified,
            "certified_wrong": tally.wrong,
            "inconclusive": tally.undecided,
            "half_round_trip_wrong": tally.half_round_trip_wrong,
        },
    ]


def drifting() -> dict[str, object]:
    """Whole sessions of probes over clocks that drift."""
    widths, outside, seconds = [], 0, []
    for seed in range(DRIFTING):
        mesh = drifting_mesh(random.Random(seed), 6, DRIFT_PPM)
        start = time.perf_counter()
        intervals = certified_intervals(mesh)
        seconds.append(time.perf_counter() - start)
        for way, interval in intervals.items():
            outside += judged(delay_figures(np.array(mesh.true_ns[way])))[1] not in interval
            widths.append(interval.width_ns)
    return {
        "what": f"{DRIFTING} runs of 20 s, 6 sites, clocks drift by up to {DRIFT_PPM:g} ppm",
        "intervals": len(widths),
        "without_the_truth": outside,
        "median_width_ms": round(statistics.median(widths) / 1e6, 3),
        "certify_ms_p50": round(1000 * statistics.median(seconds), 1),
    }


def certified_intervals(mesh: DriftingMesh) -> dict[tuple[str, str], Interval]:
    """What certainly holds of each direction's judged figure."""
    found = certify_mesh(
        passages_of(mesh.rows),
        lambda src, dst: mesh.floor_ns[src, dst],
        lambda _src, _dst: None,
        drift_ppm=DRIFT_PPM,
    )
    return {(one.way.src, one.way.dst): one.certified.delay for one in found.ways}


def run() -> list[dict[str, object]]:
    """All rows."""
    return [*meshes(), drifting(), recorded("no steps", 0.0), recorded("steps at 3 of 10", 0.3)]


def recorded(what: str, steps: float) -> dict[str, object]:
    """A lab's true samples, read by sets of clocks of which a share ``steps`` is set in mid-run."""
    lab, tally = Recorded.of(), RecordedTally()
    for seed in range(SETS):
        tally.add(lab, seed, steps)
    return {
        "what": f"samples of a lab of {len(lab.sites)} sites by {SETS} sets of clocks, {what}",
        "intervals": tally.intervals,
        "without_the_truth": tally.without_the_truth,
        "certified_wrong": tally.wrong_verdicts,
        "contradictions": tally.contradictions,
        **{str(verdict): tally.verdicts[verdict] for verdict in Verdict},
        "median_width_ms": round(statistics.median(tally.widths_ns) / 1e6, 3),
    }


def meshes() -> list[dict[str, object]]:
    """Single figures of 1,000 meshes of two kinds."""
    return family("no clock synchronised, routes 1.2 times light or more", 0.0, 1.2) + family(
        "a third synchronised, some routes straight", 0.3, 1.0
    )


if __name__ == "__main__":
    for row in run():
        print(row, flush=True)
