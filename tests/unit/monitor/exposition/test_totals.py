from dataclasses import replace

import pytest
from measured_windows import BEGIN_NS, MINUTE_NS, window

from netkit.errors import InputError
from netkit.model.measurement.sample import Outcome
from netkit.monitor.exposition.totals import Totals, bucket_bounds_ns

SENT = ("netkit_probes_sent_total", ())
LOST_FORWARD = ("netkit_probes_lost_total", ("forward",))


def totals_of(*windows):
    totals = Totals(bucket_bounds_ns())
    for one in windows:
        totals.add(one)
    return totals


def only(totals):
    ((key, series),) = totals.series()
    return key, series


def test_windows_add_up_and_each_counts_once():
    first, second = window(minute=0, lost=1), window(minute=1, lost=2)
    _, series = only(totals_of(first, second, first, second))
    assert (series.counts[SENT], series.counts[LOST_FORWARD]) == (7, 3)
    assert series.delays["forward"].count == 4


def test_both_ends_of_a_flow_are_two_series():
    seen = totals_of(window(), window(observer="shanghai"))
    assert [key[-1] for key, _ in seen.series()] == ["reflector", "sender"]


def test_what_is_not_known_is_not_zero():
    one = window(observer="shanghai")
    blind = replace(
        one, outcomes={}, forward=replace(one.forward, sent=None, lost=None, delay=None)
    )
    _, series = only(totals_of(blind))
    assert SENT not in series.counts
    assert LOST_FORWARD not in series.counts
    assert "forward" not in series.delays


def test_probes_that_were_never_sent_are_not_counted_as_sent():
    one = window()
    idle = replace(one, outcomes={**one.outcomes, Outcome.NOT_SENT: 5})
    _, series = only(totals_of(idle))
    assert series.counts[SENT] == 2
    assert series.counts["netkit_probes_ended_total", ("not_sent",)] == 5


def test_stale_series_vanish_and_begin_anew():
    totals = totals_of(window(minute=0))
    totals.keep(BEGIN_NS + MINUTE_NS, BEGIN_NS + 2 * MINUTE_NS)
    assert len(list(totals.series())) == 1
    totals.keep(BEGIN_NS + MINUTE_NS + 1, BEGIN_NS + 2 * MINUTE_NS)
    assert not list(totals.series())
    totals.add(window(minute=9))
    assert only(totals)[1].counts[SENT] == 2


def test_a_clock_that_is_set_back_by_a_year_stops_no_counter():
    year = 365 * 24 * 60
    totals = totals_of(window(minute=year))
    totals.keep(BEGIN_NS, BEGIN_NS + MINUTE_NS)
    totals.add(window(minute=0))
    assert only(totals)[1].counts[SENT] == 2


def test_bounds_of_buckets_have_every_tier_in_them():
    bounds_ns = bucket_bounds_ns([7_000])
    assert {1_000_000, 5_000_000, 7_000_000, 20_000_000} <= set(bounds_ns)
    assert list(bounds_ns) == sorted(set(bounds_ns))


@pytest.mark.parametrize("bounds_ns", [(), (1, 1), (2, 1), (-1, 1)])
def test_bounds_that_are_none_are_refused(bounds_ns):
    with pytest.raises(InputError, match="bounds_ns"):
        Totals(bounds_ns)
