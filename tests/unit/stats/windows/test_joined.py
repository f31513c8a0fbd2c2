"""Both ends of a session, and both sessions of a pair: every probe counted once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stored_windows import window

from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import DISPUTED, DirectionWindow, PathInForce, Window
from netkit.model.verdict import Verdict
from netkit.stats.windows.joined import (
    joined_direction,
    joined_sessions,
    newest_sessions,
    rolled_up,
)
from netkit.stats.windows.merged import merged_direction, merged_window

SENDER = window(0, "a", "b")
"""61 sent, of which 60 arrived; 60 came back, and 3 more that this host dropped."""

SEEN = DirectionWindow(None, 61, None, 5, 6)
REFLECTOR = Window(replace(SENDER.key, observer="b"), forward=SEEN)


def reflector(received=61, answered=None, **changes):
    there = replace(REFLECTOR, forward=replace(SEEN, received=received), **changes)
    return replace(there, backward=DirectionWindow(sent=answered))


def test_two_ends_of_a_session_are_one_and_each_is_believed_in_what_it_saw():
    (whole,) = joined_sessions([REFLECTOR, SENDER])
    forward = whole.forward
    assert whole.key == SENDER.key
    assert (forward.sent, forward.received, forward.lost) == (61, 61, 0)
    assert (forward.duplicates, forward.reordered) == (5, 6)
    assert forward.delay == SENDER.forward.delay
    assert whole.backward == SENDER.backward
    assert whole.reflector_clock == REFLECTOR.reflector_clock


def test_a_loss_out_is_told_from_a_loss_back_where_no_reply_came():
    silent = replace(
        SENDER,
        outcomes={Outcome.RECEIVED: 20, Outcome.LOST: 38, Outcome.REFUSED: 3},
        forward=DirectionWindow(61), backward=DirectionWindow(received=20), dropped_here=2,
    )  # fmt: skip
    (whole,) = joined_sessions([silent, reflector(50, answered=45, dropped_here=4)])
    assert (whole.forward.sent, whole.forward.received, whole.forward.lost) == (61, 50, 4)
    assert (whole.backward.sent, whole.backward.received, whole.backward.lost) == (45, 20, 23)
    assert whole.dropped_here == 6


def test_a_window_that_is_not_whole_at_one_end_is_the_senders():
    assert joined_sessions([SENDER, reflector(10, incomplete=True)]) == [SENDER]
    broken = replace(SENDER, incomplete=True)
    assert joined_sessions([broken, reflector(61)]) == [broken]


def test_one_end_alone_says_what_it_knows():
    assert joined_sessions([reflector(7, answered=7)]) == [reflector(7)]
    assert joined_sessions([SENDER]) == [SENDER]
    assert [one.key for one in joined_sessions([window(1), window(0)])] == [
        window(0).key, window(1).key,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        reflector(62),  # more than were sent
        reflector(59),  # fewer than were answered
        reflector(61, dropped_here=1),
        reflector(61, answered=62),  # fewer came back than are accounted for: 60 and 3 dropped
    ],
)
def test_ends_that_contradict_each_other_are_said_to_and_the_sender_stands(other):
    (whole,) = joined_sessions([SENDER, other])
    expected = replace(SENDER, notes={**SENDER.notes, DISPUTED: 1})
    assert whole == expected


def test_the_newest_of_a_session_is_the_senders_though_the_reflectors_be_newer():
    later = replace(REFLECTOR, key=replace(REFLECTOR.key, start_ns=window(1).key.start_ns))
    assert newest_sessions([later, SENDER]) == [SENDER]
    assert newest_sessions([REFLECTOR, SENDER]) == joined_sessions([REFLECTOR, SENDER])
    assert newest_sessions([later]) == [later]


def test_what_the_reflector_alone_saw_makes_nothing_of_the_rest_unknown():
    later = replace(REFLECTOR, key=replace(REFLECTOR.key, start_ns=window(1).key.start_ns))
    assert joined_direction([SENDER, later], "a", "b") == SENDER.forward
    alone = joined_direction([later], "a", "b")
    assert (alone.sent, alone.received, alone.lost) == (None, 61, None)


def test_an_hour_is_of_probes_that_both_ends_speak_of():
    first, second = window(0, "a", "b"), window(1, "a", "b")
    hour = replace(first.key, length_ns=3600 * 10**9)
    seen = rolled_up(hour, [first, second, REFLECTOR])
    assert seen == merged_window(hour, [*joined_sessions([first, REFLECTOR]), second])
    assert (seen.forward.sent, seen.forward.received) == (122, 61 + 60)


def test_a_direction_is_of_both_sessions_of_its_pair():
    other = window(3, "b", "a")
    there = joined_direction([SENDER, REFLECTOR, other], "a", "b")
    assert there.sent == 61 + 60
    assert there.received == 61 + 60
    assert there.delay.count == 60 + 60
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
