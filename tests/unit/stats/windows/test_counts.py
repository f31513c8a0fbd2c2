"""Counts of delays: from values and back, and merged without a loss."""

from __future__ import annotations

import numpy as np
import pytest

from netkit.errors import InputError
from netkit.model.measurement.window import DelayCounts
from netkit.stats.windows.counts import (
    count_delays,
    counts_of,
    mean_ns,
    merged_counts,
    sketch_of,
)

RNG = np.random.default_rng(7)
VALUES = np.concatenate(
    [RNG.integers(-(10**6), 10**8, 500), np.array([0, 0, 1, -1, 2**40])]
)  # fmt: skip


def test_merged_parts_are_the_whole_in_any_order():
    parts = [count_delays(some, 0.001) for some in np.array_split(VALUES, 7)]
    whole = count_delays(VALUES, 0.001)
    assert merged_counts(parts) == merged_counts(reversed(parts)) == whole
    assert whole.count == VALUES.size
    assert mean_ns(whole) == pytest.approx(VALUES.mean())


def test_a_sketch_and_its_value_are_the_same():
    counts = count_delays(VALUES, 0.01)
    assert counts_of(sketch_of(counts), counts.sum_ns) == counts
    p99 = sketch_of(counts).percentile(99)
    exact = np.sort(VALUES)[int(np.ceil(0.99 * VALUES.size)) - 1]
    assert abs(p99 - exact) <= 0.01 * abs(exact)


def test_nothing_stays_nothing_and_no_delays_stay_none():
    empty = count_delays(np.zeros(0, np.int64), 0.01)
    assert empty == DelayCounts(0.01)
    assert merged_counts([]) is merged_counts([None, None]) is None
    assert merged_counts([None, empty, empty]) == empty
    assert mean_ns(empty) is mean_ns(None) is None


def test_sums_are_exact_beyond_64_bits():
    year = np.full(1000, 365 * 86_400 * 10**9, np.int64)
    assert count_delays(year, 0.01).sum_ns == 1000 * 365 * 86_400 * 10**9


def test_other_errors_are_not_merged():
    with pytest.raises(InputError, match=r"0\.02.*expected 0\.01"):
        merged_counts([DelayCounts(0.01), DelayCounts(0.02)])
