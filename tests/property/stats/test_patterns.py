"""Loss patterns, reordering and skew against their definitions, computed the slow way."""

from __future__ import annotations

import random
from itertools import combinations, groupby, pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from netkit.stats.loss_patterns import (
    loss_distances,
    loss_gaps,
    loss_periods,
    loss_runs,
    noticeable_loss_rate,
)
from netkit.stats.reordering import extents, free_runs, late_times, n_reordering, reordered
from netkit.stats.skew import estimate_skew, remove_skew

LOST = st.lists(st.booleans(), max_size=60)
ARRIVALS = st.lists(st.integers(0, 80), max_size=60, unique=True)


@given(LOST, st.integers(1, 10))
def test_loss_patterns(lost: list[bool], delta: int) -> None:
    flags = np.array(lost, dtype=bool)
    where = [number for number, gone in enumerate(lost) if gone]
    distances = [0, *(b - a for a, b in pairwise(where))][: len(where)]
    assert list(loss_distances(flags)) == distances
    runs = [len(list(group)) for gone, group in groupby(lost) if gone]
    assert list(loss_runs(flags)) == runs
    numbered = [number for number, length in enumerate(runs, start=1) for _ in range(length)]
    assert list(loss_periods(flags)) == numbered
    inner = [len(list(group)) for gone, group in groupby(lost) if not gone]
    if inner and not lost[0]:
        inner = inner[1:]
    if inner and not lost[-1]:
        inner = inner[:-1]
    assert list(loss_gaps(flags)) == [packets + 1 for packets in inner]
    rate = noticeable_loss_rate(flags, delta)
    noticed = sum(distance <= delta for distance in distances[1:])
    assert rate == (noticed / len(where) if where else None)


@given(ARRIVALS)
def test_reordering(arrivals: list[int]) -> None:
    numbers = np.array(arrivals, dtype=np.int64)
    times = np.arange(len(arrivals)) * 10
    higher = [[j for j in range(i) if arrivals[j] > arrivals[i]] for i in range(len(arrivals))]
    assert list(reordered(numbers)) == [bool(before) for before in higher]
    late = [(i, before[0]) for i, before in enumerate(higher) if before]
    assert list(extents(numbers)) == [i - j for i, j in late]
    assert list(late_times(numbers, times)) == [10 * (i - j) for i, j in late]
    degrees = [
        max(n for n in range(i + 1) if all(arrivals[j] > arrivals[i] for j in range(i - n, i)))
        for i in range(len(arrivals))
    ]
    assert list(n_reordering(numbers)) == degrees
    assert free_runs(numbers).sum() + len(late) == (late[-1][0] + 1 if late else 0)


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(-1000, 1000)), max_size=12))
def test_no_line_under_all_delays_is_nearer(points: list[tuple[int, int]]) -> None:
    """Of all lines through two points with none beneath, none is higher at the mean time."""
    assume(len({time for time, _ in points}) > 1)
    times, delays = (np.array(column, dtype=np.int64) for column in zip(*points, strict=True))
    skew = estimate_skew(times, delays)
    assert skew is not None
    rates = [(d1 - d0) / (t1 - t0) for (t0, d0), (t1, d1) in combinations(points, 2) if t0 != t1]

    def height(rate: float) -> float:
        return min(delay - rate * (time - times.mean()) for time, delay in points)

    assert height(skew.rate) == pytest.approx(max(map(height, rates)), abs=1e-6)


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.floats(-200, 200))
def test_injected_skew_is_found_and_removed(seed: int, ppm: float) -> None:
    """100 s at 10 ms, queues of 50 µs in the mean: to better than 0.5 ppm."""
    rng = random.Random(seed)
    times = 10**18 + np.arange(10_000, dtype=np.int64) * 10_000_000
    queue = np.array([int(rng.weibullvariate(50_000, 0.7)) for _ in range(times.size)])
    drift = np.rint((times - times[0]) * (ppm / 1e6)).astype(np.int64)
    delays = -3_000_000 + queue + drift
    skew = estimate_skew(times, delays)
    assert skew is not None
    assert skew.ppm == pytest.approx(ppm, abs=0.5)
    assert (skew.span_ns, skew.count) == (times[-1] - times[0], times.size)
    assert skew.wander_ns == pytest.approx(abs(ppm) * 1e-6 * skew.span_ns / 2, abs=30_000)
    straight = remove_skew(times, delays, skew)
    assert straight[0] == delays[0]
    assert np.abs(straight - (queue - 3_000_000)).max() < 60_000


def test_one_instant_has_no_skew() -> None:
    assert estimate_skew(np.array([5, 5]), np.array([1, 2])) is None
    assert estimate_skew(np.array([], dtype=np.int64), np.array([], dtype=np.int64)) is None
