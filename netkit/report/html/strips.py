"""Delays as strips: each pair against its budget, and its probes against the planned delay.

Horizontal positions are percent of the strip's width, so that strips stretch with the page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from netkit.model.planning.plan import PairPlan
from netkit.model.units import us_to_ms
from netkit.report.results import (
    DirectionMeasured,
    LoopResults,
    PairResult,
    planned_us,
    tolerance_ms,
)

CURVE_POINTS = 60
_LEAST_EARLY_MS = 0.1
_LEAST_LATE_MS = 0.35
_SPAN_SHARE = 0.98
_BEYOND_BOUND = 1.04


@dataclass(frozen=True, slots=True)
class Tick:
    """A value on an axis, and where it stands."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class WayStrip:
    """One direction: planned delay and measured figures in percent of the budget axis.

    ``curve`` is the share of probes (0 at the bottom) over measured minus planned delay, as SVG
    path data in a frame of 100 x 100; ``early`` and ``late`` probes lie outside the frame.
    """

    name: str
    planned: float | None
    low: float | None
    median: float | None
    high: float | None
    curve: str
    early: int
    late: int


@dataclass(frozen=True, slots=True)
class Strip:
    """One pair; ``band`` is where a median counts as planned, in percent of the frame."""

    number: int
    pair: PairResult
    floor: float | None
    bound: float
    ways: tuple[WayStrip, ...]
    band: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class StripGroup:
    """The pairs of one tier on a common axis of ``ticks``."""

    bound_ms: float
    tier: str
    ticks: tuple[Tick, ...]
    strips: tuple[Strip, ...]


@dataclass(frozen=True, slots=True)
class Strips:
    """All groups; the axis of deviations, measured minus planned in ms, is common to all."""

    groups: tuple[StripGroup, ...]
    deviation_ticks: tuple[Tick, ...]
    planned_at: float
    measured: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear scale from ``low`` to ``high``, in percent."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Where a value stands; outside 0 to 100 if it lies beyond the axis."""
        return round(100 * (value - self.low) / (self.high - self.low), 2)

    def ticks(self, most: int) -> tuple[Tick, ...]:
        """At most ``most`` + 1 round values."""
        raw = (self.high - self.low) / most
        power = 10.0 ** math.floor(math.log10(raw))
        step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * 0.999)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        digits = max(0, -math.floor(math.log10(step) + 1e-9))
        values = (step * number for number in range(first, last + 1))
        return tuple(
            Tick(self.at(value), f"{value:.{digits}f}".replace("-", "−")) for value in values
        )


def draw_strips(results: LoopResults) -> Strips:
    """Lay out the strips of all pairs that have a plan or a measurement, by tier."""
    deviation = _deviation_axis(results.pairs)
    numbered = [
        (number, pair)
        for number, pair in enumerate(results.pairs)
        if pair.plan.primary is not None or pair.measured is not None
    ]
    tiers = sorted({(p.plan.demand.bound_us, p.plan.demand.tier) for _, p in numbered})
    groups = []
    for bound_us, tier in tiers:
        members = [
            (number, pair)
            for number, pair in numbered
            if (pair.plan.demand.bound_us, pair.plan.demand.tier) == (bound_us, tier)
        ]
        axis = _budget_axis(us_to_ms(bound_us), [pair for _, pair in members])
        strips = tuple(_strip(number, pair, axis, deviation) for number, pair in members)
        groups.append(StripGroup(us_to_ms(bound_us), tier, axis.ticks(8), strips))
    measured = any(pair.measured is not None for pair in results.pairs)
    return Strips(tuple(groups), deviation.ticks(5), deviation.at(0.0), measured)


def _budget_axis(bound_ms: float, pairs: Iterable[PairResult]) -> Axis:
    values = [bound_ms]
    for pair in pairs:
        for plan, way in _ways(pair):
            planned = planned_us(plan)
            values += [] if planned is None else [us_to_ms(planned)]
            values += [] if way is None or way.p50_ms is None else [way.p50_ms]
    return Axis(min(0.0, *values), max(values) * _BEYOND_BOUND)


def _ways(pair: PairResult) -> Iterator[tuple[PairPlan | None, DirectionMeasured | None]]:
    measured = pair.measured
    yield pair.plan, None if measured is None else measured.forward
    yield pair.back, None if measured is None else measured.backward


def _deviation_axis(pairs: Iterable[PairResult]) -> Axis:
    """An axis around 0 that shows nearly all probes; the few stragglers are counted instead."""
    found = sorted(
        delay - us_to_ms(planned)
        for pair in pairs
        for plan, way in _ways(pair)
        if way is not None and (planned := planned_us(plan)) is not None
        for delay in way.delays_ms
    )
    if not found:
        return Axis(-_LEAST_EARLY_MS, _LEAST_LATE_MS)
    low = found[math.floor((1 - _SPAN_SHARE) * (len(found) - 1))]
    high = found[math.ceil(_SPAN_SHARE * (len(found) - 1))]
    return Axis(min(-_LEAST_EARLY_MS, 1.1 * low), max(_LEAST_LATE_MS, 1.1 * high))


def _strip(number: int, pair: PairResult, budget: Axis, deviation: Axis) -> Strip:
    floor_us, planned = pair.plan.floor_us, planned_us(pair.plan)
    band = None
    if planned is not None:
        tolerance = tolerance_ms(us_to_ms(planned))
        band = (max(deviation.at(-tolerance), 0.0), min(deviation.at(tolerance), 100.0))
    src, dst = pair.plan.demand.src, pair.plan.demand.dst
    names = (f"{src} → {dst}", f"{dst} → {src}")
    return Strip(
        number,
        pair,
        None if floor_us is None else budget.at(us_to_ms(floor_us)),
        budget.at(us_to_ms(pair.plan.demand.bound_us)),
        tuple(
            _way(name, plan, way, budget, deviation)
            for name, (plan, way) in zip(names, _ways(pair), strict=True)
        ),
        band,
    )


def _way(
    name: str, plan: PairPlan | None, way: DirectionMeasured | None, budget: Axis, deviation: Axis
) -> WayStrip:
    planned = planned_us(plan)
    planned_ms = None if planned is None else us_to_ms(planned)
    low = median = high = None
    curve, early, late = "", 0, 0
    if way is not None:
        low, median, high = (
            None if value is None else budget.at(value)
            for value in (way.min_ms, way.p50_ms, way.p99_ms)
        )
        if planned_ms is not None:
            deviations = sorted(delay - planned_ms for delay in way.delays_ms)
            early = sum(value < deviation.low for value in deviations)
            late = sum(value > deviation.high for value in deviations)
            curve = _curve(deviations, deviation)
    planned_at = None if planned_ms is None else budget.at(planned_ms)
    return WayStrip(name, planned_at, low, median, high, curve, early, late)


def _curve(ordered: Sequence[float], axis: Axis) -> str:
    """The empirical distribution, thinned to :data:`CURVE_POINTS` quantiles, as steps."""
    if not ordered:
        return ""
    count, steps = len(ordered), min(len(ordered), CURVE_POINTS)
    parts = [f"M{axis.at(ordered[0]):.1f} 100"]
    for step in range(1, steps + 1):
        reached = math.ceil(step * count / steps)
        parts.append(f"H{axis.at(ordered[reached - 1]):.1f}V{100 * (1 - reached / count):.1f}")
    return "".join(parts)
