"""Certified one-way figures of a mesh of sessions, over clocks that drift while they measure.

:mod:`netkit.stats.clocks.clock_bounds` takes clocks to keep their offsets but for a wander. Over a
whole run a crystal wanders far, so the run is also cut into parts, and the clocks of each part are
bounded by that part's own delays. Each passage then lies in an interval of its own; cuts of every
fineness hold at once, so the tightest counts. If each true delay is between its two ends, then so
is each percentile of the true delays between the same percentiles of the ends.

All of that holds for clocks that do not step. What shows one that did, and what is not certain
then, is in :mod:`netkit.stats.clocks.doubts`; what is although some did by less than shows, in
:mod:`netkit.stats.clocks.unseen`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from netkit.model.verdict import Verdict, worst
from netkit.stats.clocks.clock_bounds import (
    CertifiedDelay,
    Contradiction,
    Interval,
    OneWay,
    bound_clocks,
    judge_interval,
)
from netkit.stats.clocks.clock_readings import ClockReadings, Way
from netkit.stats.clocks.doubts import (
    PairDoubt,
    doubted_sites,
    doubtful_pairs,
    inconsistent_pairs,
    without,
    without_unlikely,
)
from netkit.stats.clocks.grain import grains_of_sites, stated_as_shown
from netkit.stats.clocks.unseen import STEPS, either_side, unseen_step_ns
from netkit.stats.delay import Nanoseconds, delay_figures
from netkit.stats.judgement import judged

PARTS = (1, 4, 16, 64)
"""Into how many parts a run is cut, one after the other."""

Flags = NDArray[np.bool_]

_NOTHING: Mapping[str, int] = MappingProxyType({})
_PPM = 1_000_000
_OPEN_NS = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class CertifiedWay:
    """A direction as its clocks had it, and as it certainly is."""

    way: OneWay
    certified: CertifiedDelay


@dataclass(frozen=True)
class CertifiedMesh:
    """All directions; with a ``contradiction`` in any part of the run every verdict is unknown.

    ``doubts`` name the pairs whose own delays no steady clocks explain. Every direction of the
    sites that they have in common is unknown, and bounds no other. ``silent`` directions were
    measured too, and no delay of theirs is known.
    """

    ways: tuple[CertifiedWay, ...]
    contradiction: Contradiction | None
    doubts: tuple[PairDoubt, ...] = ()
    silent: tuple[Way, ...] = ()

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Of each direction; what nothing is known of comes last."""
        known = (one.certified.verdict for one in self.ways)
        return (*known, *(Verdict.UNKNOWN for _ in self.silent))

    @property
    def verdict(self) -> Verdict:
        """The worst of all directions."""
        return worst(self.verdicts)


def certify_mesh(
    passages: Mapping[Way, ClockReadings],
    floor_ns: Callable[[str, str], int],
    bound_ns: Callable[[str, str], int | None],
    *,
    drift_ppm: float,
    max_error_ns: Mapping[str, int] = _NOTHING,
) -> CertifiedMesh:
    """Judge what ``summarize`` would judge (p99 or maximum), by what it certainly is.

    No clock may gain or lose more than ``drift_ppm`` at any time, or step; ``max_error_ns`` holds
    the sites whose clocks are synchronised. A direction whose parts exclude each other is unknown:
    some clock moved by more than that; so are those of a site whose clock shows a step.
    """
    passages = without_unlikely(passages, drift_ppm)
    floors_ns = {way: floor_ns(*way) for way in passages}
    doubts = doubtful_pairs(passages, drift_ppm)
    grains_ns = grains_of_sites(passages)
    stated_ns = stated_as_shown(max_error_ns, passages, grains_ns)
    while True:
        steady = without(passages, doubted_sites(doubts))
        run = _Run(steady, floors_ns, drift_ppm, stated_ns, grains_ns)
        contradiction = run.narrow_all()
        more = () if contradiction else run.inconsistent()
        if not more:
            break
        doubts = (*doubts, *more)
    run.allow_for_steps()
    found = []
    for way, one in passages.items():
        figures = delay_figures(one.delays_ns[one.exact])
        if figures is not None:
            measured = OneWay.of(*way, figures, floors_ns[way])
            delay = None if contradiction or way not in steady else run.figure(way)
            bound = bound_ns(*way)
            verdict = judge_interval(measured, delay, bound)
            found.append(CertifiedWay(measured, CertifiedDelay(*way, delay, bound, verdict)))
    return CertifiedMesh(tuple(found), contradiction, doubts)


class _Run:
    """The ends that each true delay is known to lie between, narrowed part by part."""

    def __init__(
        self,
        passages: Mapping[Way, ClockReadings],
        floor_ns: Mapping[Way, int],
        drift_ppm: float,
        max_error_ns: Mapping[str, int],
        grains_ns: Mapping[str, int] = _NOTHING,
    ) -> None:
        self._grains_ns = grains_ns
        self.floor_ns = floor_ns
        self.low_ns = {way: np.full(len(one), floor_ns[way]) for way, one in passages.items()}
        self.high_ns = {way: np.full(len(one), _OPEN_NS) for way, one in passages.items()}
        self._passages = passages
        self._drift_ppm = drift_ppm
        self._max_error_ns = max_error_ns

    def narrow_all(self) -> Contradiction | None:
        """Cut the run as finely as is of use; the first contradiction found in any part."""
        longest_ns = max((int(one.since_ns.max()) for one in self._passages.values()), default=0)
        contradiction = None
        for parts in PARTS:
            length_ns = longest_ns // parts + 1
            for part in range(parts):
                contradiction = contradiction or self.narrow(length_ns, part)
        return contradiction

    def inconsistent(self) -> tuple[PairDoubt, ...]:
        """The pairs whose intervals exclude their own round trips."""
        return inconsistent_pairs(
            self._passages, self.low_ns, self.high_ns, _OPEN_NS, self._drift_ppm
        )

    def allow_for_steps(self) -> None:
        """Let the ends hold though clocks were set, each time by less than what shows."""
        unseen_ns = STEPS * unseen_step_ns(self._passages, self._drift_ppm)
        alone = {way: np.ones(len(one), np.bool_) for way, one in self._passages.items()}
        sides = either_side(
            self._passages, self.floor_ns, self._drift_ppm, self._max_error_ns, self._grains_ns
        )
        for side in sides:
            low_ns, high_ns = self.low_ns[side.way], self.high_ns[side.way]
            at = side.places
            alone[side.way][at] = False
            least_ns = np.maximum(low_ns[at] - unseen_ns, np.minimum(low_ns[at], side.low_ns))
            low_ns[at] = np.maximum(least_ns, self.floor_ns[side.way])
            most_ns = np.minimum(high_ns[at], _OPEN_NS - unseen_ns) + unseen_ns
            high_ns[at] = np.minimum(most_ns, np.maximum(high_ns[at], side.high_ns))
        for way, flags in alone.items():
            low_ns, high_ns = self.low_ns[way], self.high_ns[way]
            low_ns[flags] = np.maximum(low_ns[flags] - unseen_ns, self.floor_ns[way])
            high_ns[flags] = np.minimum(high_ns[flags], _OPEN_NS - unseen_ns) + unseen_ns

    def figure(self, way: Way) -> Interval | None:
        """Where the judged figure of a direction certainly lies.

        A passage whose stamps are not believed took as long as light at least, and no one knows how
        long at most.
        """
        unknown = self._passages[way].unknown
        least_ns = np.full(unknown, self.floor_ns[way], np.int64)
        return _figure(
            np.concatenate([self.low_ns[way], least_ns]),
            np.concatenate([self.high_ns[way], np.full(unknown, _OPEN_NS, np.int64)]),
        )

    def narrow(self, length_ns: int, part: int) -> Contradiction | None:
        """Bound the clocks of one part by its delays, and its delays by those clocks."""
        chosen = {way: one.since_ns // length_ns == part for way, one in self._passages.items()}
        chosen = {way: flags for way, flags in chosen.items() if flags.any()}
        wander_ns = self._wander_ns(chosen)
        ways = []
        for way, flags in chosen.items():
            delays_ns = self._passages[way].delays_ns[flags]
            least_ns = int(delays_ns.min())
            count = int(delays_ns.size)
            ways.append(OneWay(*way, least_ns, self.floor_ns[way], least_ns, count))
        clocks = bound_clocks(ways, max_error_ns=self._max_error_ns, wander_ns=wander_ns)
        for way, flags in chosen.items():
            theta = clocks.difference(*way)
            delays_ns = self._passages[way].delays_ns[flags]
            moved_ns = wander_ns[way[0]] + wander_ns[way[1]]
            if theta is not None and theta.high_ns is not None:
                # What a program added is not known.
                exact = self._passages[way].exact[flags]
                low_ns = np.where(exact, delays_ns - theta.high_ns - moved_ns, 0)
                self.low_ns[way][flags] = np.maximum(self.low_ns[way][flags], low_ns)
            if theta is not None and theta.low_ns is not None:
                high_ns = delays_ns - theta.low_ns + moved_ns
                self.high_ns[way][flags] = np.minimum(self.high_ns[way][flags], high_ns)
        return clocks.contradiction

    def _wander_ns(self, chosen: Mapping[Way, Flags]) -> dict[str, int]:
        """How far each clock may have gone from its middle while it was read in a part."""
        readings: dict[str, list[int]] = {}
        for way, flags in chosen.items():
            one = self._passages[way]
            for site, times_ns in zip(way, (one.start_ns, one.end_ns), strict=True):
                read_ns = times_ns[flags]
                readings.setdefault(site, []).extend((int(read_ns.min()), int(read_ns.max())))
        wander_ns = {}
        for site, times in readings.items():
            # What a slow clock reads as 1 s was longer by up to the drift.
            rate = self._drift_ppm / (_PPM - self._drift_ppm)
            drift_ns = math.ceil(rate * (max(times) - min(times)) / 2)
            # A clock that stays within its error cannot wander further than that.
            wander_ns[site] = min(drift_ns, self._max_error_ns.get(site, drift_ns))
            # What is cut off its readings differs by up to a grain.
            wander_ns[site] += (self._grains_ns.get(site, 0) + 1) // 2
        return wander_ns


def _figure(low_ns: Nanoseconds, high_ns: Nanoseconds) -> Interval | None:
    """The judged figure of both ends; None if some passage cannot be between its own."""
    least, most = delay_figures(low_ns), delay_figures(high_ns)
    if least is None or most is None or bool((low_ns > high_ns).any()):
        return None
    low, high = judged(least)[1], judged(most)[1]
    return Interval(low, None if high == _OPEN_NS else high)
