"""Certified figures by hand: two sites, a third that narrows, and what cannot be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from netkit.errors import InputError
from netkit.model.network.geo import Coordinates, certain_floor_ns, floor_us
from netkit.model.verdict import Verdict
from netkit.stats.clocks.clock_bounds import Interval, OneWay, bound_clocks
from netkit.stats.delay import delay_figures

MS = 1_000_000
YEARS_NS = 56 * 365 * 86_400 * 10**9


def way(src: str, dst: str, measured_ns: int, floor_ns: int = 0, count: int = 100) -> OneWay:
    return OneWay(src, dst, measured_ns, floor_ns, measured_ns, count)


def test_two_sites_leave_what_the_round_trip_leaves() -> None:
    """b is 100 ms ahead; 4 ms there, 6 ms back, neither under 3 ms: each is 3 to 7 ms."""
    there, back = way("a", "b", 104 * MS, 3 * MS), way("b", "a", -94 * MS, 3 * MS)
    clocks = bound_clocks([there, back])
    assert clocks.difference("a", "b") == Interval(97 * MS, 101 * MS)
    assert clocks.true_delay(there) == clocks.true_delay(back) == Interval(3 * MS, 7 * MS)
    verdicts = [clocks.certify(there, bound_ns).verdict for bound_ns in (2 * MS, 5 * MS, 7 * MS)]
    assert verdicts == [Verdict.BREACH, Verdict.INCONCLUSIVE, Verdict.PASS]
    assert clocks.certify(there, None).verdict is Verdict.UNKNOWN
    assert clocks.certify(replace(there, count=9), 7 * MS).verdict is Verdict.INCONCLUSIVE
    assert clocks.offset("a") == Interval(None, None)


def test_a_third_site_narrows_what_two_cannot_tell() -> None:
    """c hears a and is heard by b without any slack: the difference of a and b is then exact."""
    pair = [way("a", "b", 104 * MS, 3 * MS), way("b", "a", -94 * MS, 3 * MS)]
    more = [
        way("a", "c", 52 * MS, 2 * MS), way("c", "a", -48 * MS, 2 * MS),
        way("b", "c", -48 * MS, 2 * MS), way("c", "b", 52 * MS, 2 * MS),
    ]  # fmt: skip
    clocks = bound_clocks(pair + more)
    assert clocks.difference("a", "b") == Interval(100 * MS, 100 * MS)
    delay = clocks.true_delay(pair[0])
    assert delay == Interval(4 * MS, 4 * MS)
    assert delay is not None
    assert delay.width_ns == 0


def test_of_two_measurements_of_one_direction_the_tighter_counts() -> None:
    tight, loose, back = way("a", "b", 4 * MS), way("a", "b", 9 * MS), way("b", "a", 4 * MS)
    for ways in ([tight, loose, back], [loose, tight, back]):
        assert bound_clocks(ways).difference("a", "b") == Interval(-4 * MS, 4 * MS)


def test_one_way_alone_has_no_upper_end() -> None:
    clocks = bound_clocks([way("a", "b", 50 * MS, 3 * MS)])
    certified = clocks.certify(way("a", "b", 50 * MS, 3 * MS), 20 * MS)
    assert certified.delay == Interval(3 * MS, None)
    assert certified.verdict is Verdict.INCONCLUSIVE
    assert clocks.certify(way("a", "b", 50 * MS, 3 * MS), 2 * MS).verdict is Verdict.BREACH


def test_stated_errors_bound_and_can_be_caught() -> None:
    there = way("a", "b", 10 * MS, MS)
    errors = {"a": 100_000, "b": 200_000}
    clocks = bound_clocks([there], max_error_ns=errors)
    assert clocks.true_delay(there) == Interval(9_700_000, 10_300_000)
    assert clocks.offset("b") == Interval(-200_000, 200_000)
    liar = bound_clocks([way("a", "b", -5 * MS, MS)], max_error_ns=errors)
    assert liar.contradiction is not None
    assert liar.contradiction.shortfall_ns == 5_700_000
    ends = {(step.src, step.dst) for step in liar.contradiction.steps}
    assert ("a", "b") in ends
    assert any(None in pair and "a" in pair for pair in ends)
    assert liar.true_delay(there) is None
    assert liar.offset("a") is None


def test_wander_widens_and_never_goes_under_the_floor() -> None:
    ways = [way("a", "b", 4 * MS, 4 * MS), way("b", "a", 4 * MS, 4 * MS)]
    clocks = bound_clocks(ways, wander_ns={"a": 1000})
    assert clocks.true_delay(ways[0]) == Interval(4 * MS, 4 * MS + 2000)


def test_a_clock_that_was_never_set_is_no_problem() -> None:
    ways = [way("a", "b", 4 * MS - YEARS_NS), way("b", "a", 4 * MS + YEARS_NS)]
    assert bound_clocks(ways).true_delay(ways[0]) == Interval(0, 8 * MS)


def test_a_round_trip_faster_than_light_names_both_ways() -> None:
    clocks = bound_clocks([way("a", "b", 2 * MS, 3 * MS), way("b", "a", 2 * MS, 3 * MS)])
    assert clocks.contradiction is not None
    assert {(step.src, step.dst) for step in clocks.contradiction.steps} == {("a", "b"), ("b", "a")}
    assert clocks.contradiction.shortfall_ns == 2 * MS


def test_input_that_means_nothing_is_refused_all_at_once() -> None:
    with pytest.raises(InputError) as caught:
        bound_clocks([way("a", "a", 1), way("a", "b", 1, -1)], max_error_ns={"a": -2})
    assert len(caught.value.problems) == 3


def test_figures_of_a_run_become_a_way() -> None:
    delay = delay_figures(np.arange(-5, 195))
    assert delay is not None
    assert OneWay.of("a", "b", delay, 7) == OneWay("a", "b", -5, 7, 192, 200)


def test_certain_floors_stay_under_the_sphere() -> None:
    beijing, shanghai = Coordinates(39.9, 116.4), Coordinates(31.2, 121.5)
    sphere_ns = 1000 * floor_us(beijing, shanghai)
    sure_ns = certain_floor_ns(beijing, shanghai)
    assert 0.99 * sphere_ns < sure_ns < 0.9945 * sphere_ns
    # 10 km at each end are 98 µs of fibre
    assert sure_ns - certain_floor_ns(beijing, shanghai, position_error_km=10) in (97_940, 97_939)
    assert certain_floor_ns(beijing, beijing, position_error_km=5) == 0
