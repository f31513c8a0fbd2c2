import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured_windows import counts

from netkit.monitor.exposition.histogram import NATIVE_SCHEMA, Histogram, certainly_at_most

BOUNDS_NS = (0, 1_000_000, 5_000_000, 20_000_000)


@given(st.lists(st.integers(-30_000, 30_000), min_size=1, max_size=50), st.sampled_from(BOUNDS_NS))
def test_a_bucket_never_counts_a_delay_over_its_bound(delays_us, bound_ns):
    reached = certainly_at_most(counts(delays_us), bound_ns)
    assert reached <= sum(delay * 1000 <= bound_ns for delay in delays_us)
    # Short of that only by what lies within the sketch's error of the bound.
    assert reached >= sum(delay * 1000 <= bound_ns * 0.997 for delay in delays_us)


def test_windows_that_keep_a_bound_by_a_hair_are_counted_under_it():
    histogram = Histogram(BOUNDS_NS)
    histogram.add(counts([19_999.999, 20_000]))
    assert histogram.at_most == [0, 0, 0, 2]


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=50))
def test_native_buckets_hold_every_delay_within_the_sketchs_error(delays_us):
    histogram = Histogram(BOUNDS_NS)
    histogram.add(counts(delays_us))
    assert sum(histogram.positive.values()) == len(delays_us)
    edges_s = sorted(
        2 ** (bucket / 2**NATIVE_SCHEMA)
        for bucket, count in histogram.positive.items()
        for _ in range(count)
    )
    growth = 2 ** (1 / 2**NATIVE_SCHEMA)
    for edge_s, delay_us in zip(edges_s, sorted(delays_us), strict=True):
        assert edge_s / growth * 0.998 < delay_us / 1e6 < edge_s * 1.002


def test_negative_delays_are_told():
    histogram = Histogram(BOUNDS_NS)
    histogram.add(counts([-5, 0, 5]))
    assert (histogram.negative_seen, histogram.at_most[0], histogram.count) == (True, 2, 3)
    assert histogram.zeros == 1
    assert sum(histogram.negative.values()) == 1


def test_sums_are_exact():
    histogram = Histogram(BOUNDS_NS)
    for part in np.array_split(np.arange(1, 1001), 7):
        histogram.add(counts(part.tolist()))
    assert histogram.sum_ns == 1000 * 1001 // 2 * 1000
    assert histogram.at_most == [0, 1000, 1000, 1000]
    assert histogram.count == 1000


@pytest.mark.parametrize("delays_us", [[], [3]])
def test_nothing_more_is_counted_than_there_is(delays_us):
    histogram = Histogram(BOUNDS_NS)
    histogram.add(counts(delays_us))
    assert histogram.count == len(delays_us)
