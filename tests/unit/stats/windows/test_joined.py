"""Both ends of a session, and both sessions of a pair: every probe counted once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stored_windows import delays, direction, window

from netkit.model.measurement.window import DirectionWindow, PathInForce, Window
from netkit.model.verdict import Verdict
from netkit.stats.windows.joined import joined_direction, joined_sessions
from netkit.stats.windows.merged import merged_direction, merged_window

SENDER = window(0, "a", "b")
ALL = direction(delays(9, 61))
REFLECTOR = Window(
    replace(SENDER.key, observer="b"), forward=replace(ALL, sent=None, lost=None), dropped_here=4
)


def test_two_ends_of_a_session_are_one_and_the_one_that_saw_more_is_believed():
    (whole,) = joined_sessions([REFLECTOR, SENDER])
    assert whole.key == SENDER.key
    assert (whole.forward.sent, whole.forward.received, whole.forward.lost) == (61, 61, 0)
    assert whole.forward.delay == REFLECTOR.forward.delay
    assert whole.backward == SENDER.backward
    assert whole.dropped_here == 7


def test_a_reflector_that_began_late_takes_nothing_away():
    late = replace(REFLECTOR, forward=replace(REFLECTOR.forward, received=10))
    (whole,) = joined_sessions([SENDER, late])
    assert whole.forward == SENDER.forward


def test_one_end_alone_says_what_it_knows():
    assert joined_sessions([REFLECTOR]) == [REFLECTOR]
    assert joined_sessions([SENDER]) == [SENDER]
    assert [one.key for one in joined_sessions([window(1), window(0)])] == [
        window(0).key, window(1).key,
    ]  # fmt: skip


def test_more_arrivals_than_probes_are_not_clamped_into_no_loss():
    more = replace(REFLECTOR, forward=replace(REFLECTOR.forward, received=62))
    (whole,) = joined_sessions([SENDER, more])
    assert (whole.forward.received, whole.forward.lost) == (62, SENDER.forward.lost)


def test_a_direction_is_of_both_sessions_of_its_pair():
    other = window(3, "b", "a")
    there = joined_direction([SENDER, REFLECTOR, other], "a", "b")
    assert there.sent == 61 + 60
    assert there.received == 61 + 60
    assert there.delay.count == 61 + 60
    back = joined_direction([SENDER, REFLECTOR, other], "b", "a")
    assert (back.sent, back.received, back.lost) == (60 + 61, 60 + 60, 1)
    assert joined_direction([SENDER], "a", "c") is None


def test_what_is_unknown_of_a_part_is_unknown_of_the_whole():
    known = window(0).forward
    dark = DirectionWindow(sent=10)
    whole = merged_direction([known, dark])
    assert (whole.sent, whole.received, whole.lost) == (71, None, None)
    assert whole.verdict is Verdict.UNKNOWN
    # A part without delays takes nothing from what the others' bounds say of theirs.
    assert whole.uncertainty_ns == known.uncertainty_ns
    assert whole.certified_ns == known.certified_ns
    blind = merged_direction([known, replace(window(1).forward, certified_ns=None)])
    assert blind.certified_ns is None


def test_the_whole_has_the_state_that_all_parts_had():
    parts = [window(0), window(1)]
    whole = merged_window(window(0).key, parts)
    assert whole.path == window(0).path
    assert whole.sender_clock.steps == 2
    assert whole.notes == {"unknown sender": 4}
    assert sum(whole.outcomes.values()) == 122
    other = replace(window(1), path=PathInForce("sha256:cd"), bound_us=1, verdict=Verdict.BREACH)
    mixed = merged_window(window(0).key, [window(0), other])
    assert (mixed.path, mixed.bound_us, mixed.verdict) == (PathInForce(), None, Verdict.BREACH)


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_merging_in_steps_is_merging_at_once(cut):
    parts = [window(minute) for minute in range(4)]
    key = parts[0].key
    steps = merged_window(key, [merged_window(key, parts[:cut]), merged_window(key, parts[cut:])])
    assert steps == merged_window(key, parts)
