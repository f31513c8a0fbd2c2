"""Whose clock moved between two spans of windows beyond what it claims: netkit.stats.clocks.moved.

Of a window half the difference of the least delays of both ways moves with the clocks. Half the
change of the least round trip may be a path's, and so may half of what the least delays of both
ways are together short of that round trip: they need not be of one probe.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from netkit.model.measurement.window import Window
from netkit.monitor.changes.compare import FEWEST_BEFORE, FlowKey, Series
from netkit.monitor.changes.figures import MIN_DELAYS, steady
from netkit.monitor.changes.judge import SURE, sigma_of_medians
from netkit.stats.clocks.moved import PairMove, moved_clocks, together

MovedClocks = Mapping[str, int | None]
"""The sites whose clocks moved, with what each gained on those that stood, in ns; None: unknown."""


def moved_between(before: Series, now: Series) -> MovedClocks:
    """The fewest sites whose clocks explain what no path can, by all flows of both spans. Of clocks
    that promise nothing none is told of: no one-way figure rests on them."""
    return moved_clocks(together(_moves(before, now)))


def _moves(before: Series, now: Series) -> Iterator[PairMove]:
    for key in sorted(before.keys() & now.keys()):
        then, current = list(_levels(before[key])), list(_levels(now[key]))
        if len(then) >= FEWEST_BEFORE and current:
            yield _move(key, then, current)


class _Level(NamedTuple):
    """Of a window: half the difference of its least delays, the least round trip, what the least
    delays are short of that, and by how much its delays may be off."""

    half_ns: float
    trip_ns: int
    short_ns: int
    claimed_ns: int


def _levels(windows: Sequence[Window]) -> Iterator[_Level]:
    """Those of windows whose clocks both promise something."""
    for one in steady(windows):
        there, back, trip = one.forward, one.backward, one.round_trip
        if there.delay is None or back.delay is None or trip is None or trip.min_ns is None:
            continue
        least = there.delay.min_ns, back.delay.min_ns
        claimed = there.uncertainty_ns, back.uncertainty_ns
        few = min(there.delay.count, back.delay.count) < MIN_DELAYS
        if few or None in least or None in claimed:
            continue
        there_ns, back_ns = (ns or 0 for ns in least)
        yield _Level(
            (there_ns - back_ns) / 2, trip.min_ns, trip.min_ns - there_ns - back_ns,
            max(ns or 0 for ns in claimed),
        )  # fmt: skip


def _move(key: FlowKey, then: Sequence[_Level], now: Sequence[_Level]) -> PairMove:
    """In the order of the names of its sites, so that flows of both ends come together."""
    halves = [one.half_ns for one in then], [one.half_ns for one in now]
    gained_ns = median(halves[1]) - median(halves[0])
    short_ns = median(one.short_ns for one in now) - median(one.short_ns for one in then)
    claimed_ns = sum(max(one.claimed_ns for one in span) for span in (then, now))
    noise_ns = SURE * sigma_of_medians(_noise(halves), len(then), len(now))
    longer_ns = median(one.trip_ns for one in now) - median(one.trip_ns for one in then)
    doubt_ns = round(claimed_ns + noise_ns + abs(short_ns) / 2)
    src, dst, sign = (key.src, key.dst, 1) if key.src < key.dst else (key.dst, key.src, -1)
    return PairMove(src, dst, round(sign * gained_ns), round(longer_ns), doubt_ns)


def _noise(spans: Iterable[Sequence[float]]) -> list[float]:
    """How far each window is off the one before it, but for a steady drift; over √2 as it is of
    two windows."""
    found: list[float] = []
    for values in spans:
        steps = [after - before for before, after in pairwise(values)]
        drift = median(steps) if steps else 0.0
        found += [(step - drift) / 2**0.5 for step in steps]
    return found
