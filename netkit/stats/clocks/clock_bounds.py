"""What the true one-way delays can be when nobody's clock is trusted: intervals, with proof.

The clock of site i reads true time + θ_i, and θ is unknown. A delay measured from i to j is
m = d + θ_j - θ_i, and the true delay d cannot beat light: d ≥ f. So every measured direction says

    θ_j - θ_i ≤ m_ij - f_ij

and every site that states how far its clock may be from UTC says -e_i ≤ θ_i ≤ e_i. Together these
are difference constraints. The shortest path from i to j over them is the largest θ_j - θ_i that
any set of clocks could explain, so the intervals below are the tightest there are, and each further
direction measured can only narrow them. A cycle of negative length cannot be explained at all: one
of its stamps, floors, positions or stated errors is wrong.

All arithmetic is on whole ns of any size, so nothing is rounded and no clock is too far off. Clocks
also move while they measure: with ``wander_ns`` of a site, θ_i is the middle of where its clock
went, never further than the wander from it, and each constraint is wider by the wanders of both.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netkit.errors import InputError, Problem
from netkit.model.verdict import Verdict
from netkit.stats.clocks.difference_constraints import tightest
from netkit.stats.delay import DelayFigures
from netkit.stats.judgement import MIN_SAMPLES, judged

_NOTHING: Mapping[str, int] = MappingProxyType({})
_UTC = 0
"""The index of true time among the sites."""


@dataclass(frozen=True, slots=True)
class OneWay:
    """What was measured from ``src`` to ``dst`` by their own two clocks.

    ``min_ns`` is the least delay and ``figure_ns`` the one to be judged, over ``count`` probes;
    both contain θ_dst - θ_src and may be negative. ``floor_ns`` is what no packet can beat on this
    way.
    """

    src: str
    dst: str
    min_ns: int
    floor_ns: int
    figure_ns: int
    count: int

    @classmethod
    def of(cls, src: str, dst: str, delay: DelayFigures, floor_ns: int) -> OneWay:
        """Take the minimum, and what a verdict rests on (p99 or maximum), from figures."""
        return cls(src, dst, delay.min_ns, floor_ns, judged(delay)[1], delay.count)


@dataclass(frozen=True, slots=True)
class Interval:
    """All that is possible, ends included; None where nothing bounds that end."""

    low_ns: int | None
    high_ns: int | None

    @property
    def width_ns(self) -> int | None:
        """How much is left open; None if one end is."""
        return None if self.low_ns is None or self.high_ns is None else self.high_ns - self.low_ns

    def __contains__(self, value_ns: int) -> bool:
        above = self.low_ns is None or self.low_ns <= value_ns
        return above and (self.high_ns is None or value_ns <= self.high_ns)


@dataclass(frozen=True, slots=True)
class Step:
    """One constraint: the clock of ``dst`` is at most ``slack_ns`` ahead of that of ``src``.

    None stands for UTC: the constraint is then a stated clock error, else a measured direction.
    """

    src: str | None
    dst: str | None
    slack_ns: int


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A cycle that no clocks explain: going round it, its constraints miss by ``shortfall_ns``."""

    steps: tuple[Step, ...]

    @property
    def shortfall_ns(self) -> int:
        """By how much light would have to be faster, or the minima longer, all round the cycle."""
        return -sum(step.slack_ns for step in self.steps)


@dataclass(frozen=True, slots=True)
class CertifiedDelay:
    """The true value of a judged figure lies in ``delay``, whatever the clocks."""

    src: str
    dst: str
    delay: Interval | None
    bound_ns: int | None
    verdict: Verdict


class ClockBounds:
    """The tightest intervals of all clock differences, or the contradiction found instead.

    With a contradiction nothing is certain: every interval is None, every verdict ``unknown``.
    """

    def __init__(
        self,
        sites: tuple[str, ...],
        farthest: NDArray[Any] | None,
        contradiction: Contradiction | None,
        wander_ns: Mapping[str, int],
    ) -> None:
        self.sites = sites
        self.contradiction = contradiction
        self._farthest = farthest
        self._index = {site: number for number, site in enumerate(sites, start=_UTC + 1)}
        self._wander_ns = wander_ns

    def difference(self, src: str, dst: str) -> Interval | None:
        """θ_dst - θ_src: how far the clock of ``dst`` is ahead; KeyError for an unknown site."""
        return self._between(self._index[src], self._index[dst])

    def offset(self, site: str) -> Interval | None:
        """θ of one site against UTC; open at both ends unless some site states its error."""
        return self._between(_UTC, self._index[site])

    def true_delay(self, way: OneWay) -> Interval | None:
        """Where the true value of ``way.figure_ns`` lies."""
        theta = self.difference(way.src, way.dst)
        if theta is None:
            return None
        wander_ns = self._wander_ns.get(way.src, 0) + self._wander_ns.get(way.dst, 0)
        low_ns, high_ns = way.floor_ns, None
        if theta.high_ns is not None:
            low_ns = max(low_ns, way.figure_ns - theta.high_ns - wander_ns)
        if theta.low_ns is not None:
            high_ns = way.figure_ns - theta.low_ns + wander_ns
        return Interval(low_ns, high_ns)

    def certify(self, way: OneWay, bound_ns: int | None) -> CertifiedDelay:
        """Judge a direction against a bound: by its whole interval or not at all."""
        delay = self.true_delay(way)
        return CertifiedDelay(
            way.src, way.dst, delay, bound_ns, judge_interval(way, delay, bound_ns)
        )

    def _between(self, i: int, j: int) -> Interval | None:
        if self._farthest is None:
            return None
        high, low = self._farthest[i, j], self._farthest[j, i]
        return Interval(None if low == math.inf else -low, None if high == math.inf else high)


def bound_clocks(
    ways: Iterable[OneWay],
    *,
    max_error_ns: Mapping[str, int] = _NOTHING,
    wander_ns: Mapping[str, int] = _NOTHING,
) -> ClockBounds:
    """Bound every clock difference by what was measured and what is stated.

    ``max_error_ns`` holds the sites whose clocks are synchronised, with what they may be off; a
    site that is not there promises nothing. ``wander_ns`` is how far a clock may have moved from
    its middle during the measurement. Raises :class:`InputError` for a direction from a site to
    itself and for negative floors, errors and wanders. O(n³) for n sites.
    """
    known = tuple(ways)
    _check(known, max_error_ns, wander_ns)
    names = {way.src for way in known} | {way.dst for way in known} | set(max_error_ns)
    nodes: tuple[str | None, ...] = (None, *sorted(names))
    slack = _constraints(nodes, known, max_error_ns, wander_ns)
    farthest, cycle = tightest(slack)
    contradiction = None
    if cycle is not None:
        links = zip(cycle, (*cycle[1:], cycle[0]), strict=True)
        steps = tuple(Step(nodes[i], nodes[j], slack[i, j]) for i, j in links)
        contradiction = Contradiction(steps)
    return ClockBounds(tuple(sorted(names)), farthest, contradiction, dict(wander_ns))


def _constraints(
    nodes: tuple[str | None, ...],
    ways: tuple[OneWay, ...],
    max_error_ns: Mapping[str, int],
    wander_ns: Mapping[str, int],
) -> NDArray[Any]:
    """At [i, j] the most that the clock of ``nodes[j]`` can be ahead of that of ``nodes[i]``."""
    index = {node: number for number, node in enumerate(nodes)}
    slack = np.full((len(nodes), len(nodes)), math.inf, dtype=object)
    np.fill_diagonal(slack, 0)

    def constrain(src: str | None, dst: str | None, slack_ns: int) -> None:
        at = index[src], index[dst]
        slack[at] = min(slack[at], slack_ns)

    for way in ways:
        moved_ns = wander_ns.get(way.src, 0) + wander_ns.get(way.dst, 0)
        constrain(way.src, way.dst, way.min_ns - way.floor_ns + moved_ns)
    for site, error_ns in max_error_ns.items():
        constrain(None, site, error_ns)
        constrain(site, None, error_ns)
    return slack


def _check(
    ways: tuple[OneWay, ...], max_error_ns: Mapping[str, int], wander_ns: Mapping[str, int]
) -> None:
    named = [(f"{way.src} → {way.dst}: floor_ns", way.floor_ns) for way in ways]
    named += [(f"{site}: max_error_ns", value) for site, value in max_error_ns.items()]
    named += [(f"{site}: wander_ns", value) for site, value in wander_ns.items()]
    problems = [
        Problem("clock constraints", None, name, str(value), "0 or more ns")
        for name, value in named
        if value < 0
    ]
    problems += [
        Problem("clock constraints", None, "direction from a site to itself", way.src, "two sites")
        for way in ways
        if way.src == way.dst
    ]
    if problems:
        raise InputError(problems)


def judge_interval(way: OneWay, delay: Interval | None, bound_ns: int | None) -> Verdict:
    """The verdict on all that a delay may be: ``unknown`` without an interval or a bound."""
    if delay is None or bound_ns is None:
        return Verdict.UNKNOWN
    if way.count < MIN_SAMPLES:
        return Verdict.INCONCLUSIVE
    if delay.high_ns is not None and delay.high_ns <= bound_ns:
        return Verdict.PASS
    if delay.low_ns is not None and delay.low_ns > bound_ns:
        return Verdict.BREACH
    return Verdict.INCONCLUSIVE
