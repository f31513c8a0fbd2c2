"""Windows on a clock that is set: no two of one run have one name, and broken ones say so."""

from __future__ import annotations

import pytest

from netkit.probe.agent.timeline import Timeline

S = 10**9
START_S = 1_700_000_040  # a whole minute


def looked(*seconds: float, stepped: tuple[int, ...] = ()) -> Timeline:
    """A timeline that has seen the clock show these; before the nth it had been set."""
    timeline = Timeline(60 * S)
    for at, second in enumerate(seconds):
        timeline.look(int((START_S + second) * S), stepped=at in stepped)
    return timeline


def shown(timeline: Timeline) -> list[tuple[int, bool]]:
    """Each window's begin in seconds, and whether it is whole."""
    turns = [timeline.turn(number) for number in range(timeline.now + 1)]
    return [(turn.start_ns // S - START_S, turn.whole) for turn in turns]


def test_only_the_first_window_begins_late():
    assert shown(looked(30, 59, 60, 119, 120)) == [(0, False), (60, True), (120, True)]


def test_a_stall_over_a_whole_window_leaves_both_sides_incomplete():
    assert shown(looked(30, 61, 200)) == [(0, False), (60, False), (180, False)]


def test_a_step_within_a_window_is_counted_and_leaves_it_incomplete():
    timeline = looked(30, 60, 90, 100, stepped=(2,))
    assert shown(timeline) == [(0, False), (60, False)]
    assert timeline.turn(1).steps == 1


@pytest.mark.parametrize("back", [10, 60, 170])
def test_a_clock_set_back_into_this_run_keeps_the_latest_window_open(back):
    timeline = looked(0, 60, 120, 180, 190 - back, 199 - back, 250, stepped=(4,))
    assert shown(timeline)[-2:] == [(180, False), (240, True)]
    assert timeline.now == 4


@pytest.mark.parametrize("years", [-1, 1])
def test_a_step_by_a_year_begins_a_window_there(years):
    far_s = years * 365 * 86_400 // 60 * 60
    timeline = looked(0, 60, 70 + far_s, 120 + far_s, stepped=(2,))
    assert shown(timeline) == [(0, False), (60, False), (60 + far_s, False), (120 + far_s, True)]


def test_names_of_windows_are_used_once_whatever_the_clock_does():
    year_s = 365 * 86_400 // 60 * 60
    timeline = looked(
        0, 60, 120, 120 - year_s, 180 - year_s, 60, 119, 179, 180, stepped=(3, 5)
    )  # fmt: skip
    starts = [start for start, _ in shown(timeline)]
    assert len(set(starts)) == len(starts)
    assert starts[-1] == 180


def test_a_window_that_the_clock_is_set_back_into_is_not_whole_either():
    timeline = looked(30, 60, 90, 120, 118, 125, 180, stepped=(4,))
    assert shown(timeline) == [(0, False), (60, False), (120, False), (180, True)]


def test_a_step_that_shows_in_the_next_window_only_counts_for_the_one_before():
    """It was after the last probe of the one: its stamps are those of a clock that was wrong."""
    timeline = looked(0, 59)
    timeline.look((START_S + 61) * S, stepped=True, step_ns=-2 * S)
    timeline.look((START_S + 121) * S)
    assert [timeline.turn(number).set_ns for number in range(3)] == [2 * S, 2 * S, 0]
    assert [timeline.turn(number).steps for number in range(3)] == [0, 1, 0]
