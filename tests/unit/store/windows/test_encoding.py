"""Counts of delays as bytes: back as they were, one by one and many at once, and compact."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stored_windows import delays

from netkit.model.measurement.window import DELAY_RELATIVE_ERROR, DelayCounts
from netkit.stats.windows import columns as columns_module
from netkit.stats.windows.columns import DelayColumns, delay_rows
from netkit.stats.windows.counts import count_delays, merged_counts, sketch_of
from netkit.store.windows.encoding import decoded, encoded, unzigzag, zigzag
from netkit.store.windows.history import bulk
from netkit.store.windows.history.bulk import decoded_columns

ERROR = 0.01
LARGEST = 2**62
WIDE = st.lists(st.integers(-LARGEST, LARGEST) | st.integers(-300, 300), max_size=40)
VALUES = WIDE | st.lists(st.integers(0, 20), max_size=40)


def counts(values: list[int]) -> DelayCounts:
    return count_delays(np.array(values, np.int64), ERROR)


@given(VALUES)
def test_bytes_are_read_back_as_they_were(values):
    assert decoded(encoded(counts(values)), ERROR) == counts(values)


@given(st.lists(VALUES, max_size=6), st.integers(1, 3), st.integers(1, 7), st.integers(0, 10**6))
@example([[LARGEST - 1], [-LARGEST - 1]], 1, 1, 0)  # their sum is lost between two floats
def test_many_at_once_are_each_what_they_are_alone(many, groups, at_once, room):
    """However many are read at once, and whether buckets are sorted or there is room for all."""
    with patch.object(bulk, "_AT_ONCE", at_once), patch.object(columns_module, "_ROOM", room):
        are_each_what_they_are_alone(many, groups)


def are_each_what_they_are_alone(many, groups):
    held = [counts(values) for values in many]
    columns = DelayColumns(*decoded_columns([encoded(one) for one in held]))
    assert columns.totals().tolist() == [one.count for one in held]
    group = np.arange(len(held)) % groups
    rows = delay_rows(columns, group, groups, ERROR, (1, 50, 99, 100))
    for number, row in enumerate(rows):
        whole = merged_counts(held[number::groups])
        if whole is None or whole.count == 0:
            assert row is None
            continue
        assert (row.count, row.min_ns, row.max_ns) == (whole.count, whole.min_ns, whole.max_ns)
        assert row.mean_ns == pytest.approx(whole.sum_ns / whole.count, rel=1e-9, abs=1e-3)
        sketch = sketch_of(whole)
        expected = [sketch.percentile(percent) for percent in (1, 50, 99, 100)]
        assert row.percentiles_ns == pytest.approx(expected, rel=1e-9)


@given(st.integers())
def test_zigzag_turns_back(number):
    assert zigzag(number) >= 0
    assert unzigzag(zigzag(number)) == number


@pytest.mark.parametrize("cut", range(1, 20))
def test_bytes_that_are_cut_are_refused_or_say_less(cut):
    whole = encoded(counts([10**7, 2 * 10**7, -5, 0]))
    try:
        found = decoded(whole[:-cut], ERROR)
    except ValueError:
        return
    assert found.count < 4


def test_a_minute_takes_some_forty_bytes_and_a_day_no_hundred():
    sizes = [
        len(encoded(count_delays(delays(1, count), DELAY_RELATIVE_ERROR))) for count in (60, 86_400)
    ]
    assert sizes[0] < 45
    assert sizes[1] < 100


def test_percentiles_of_a_day_are_within_the_stated_error():
    values = delays(5, 86_400)
    parts = [count_delays(some, DELAY_RELATIVE_ERROR) for some in np.array_split(values, 1440)]
    columns = DelayColumns(*decoded_columns([encoded(one) for one in parts]))
    percents = (0.1, 50, 95, 99, 99.9)
    (row,) = delay_rows(columns, np.zeros(1440, int), 1, DELAY_RELATIVE_ERROR, percents)
    exact = np.sort(values)[[int(np.ceil(one / 100 * values.size)) - 1 for one in percents]]
    assert (abs(np.array(row.percentiles_ns) - exact) <= DELAY_RELATIVE_ERROR * exact).all()
