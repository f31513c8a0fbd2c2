"""History from every store, however it was rolled up: collected for SQLite and PostgreSQL.

The module that takes these tests has a fixture ``url``: of a database that is empty.
"""

from __future__ import annotations

import dataclasses
from collections import Counter

import pytest
from store_rolled_suite import NOW_NS, rolled
from stored_windows import MINUTE_NS, START_NS, window

from netkit.model.measurement.session_state import SessionNotes
from netkit.model.measurement.window import (
    DISPUTED,
    DirectionWindow,
    Window,
    WindowSelection,
)
from netkit.stats.windows.counts import sketch_of
from netkit.stats.windows.history import By
from netkit.stats.windows.joined import joined_direction, joined_sessions, told
from netkit.stats.windows.merged import total
from netkit.store.windows.levels import DAY_NS
from netkit.store.windows.store import open_store
from netkit.store.windows.upkeep.retention import Retention, prune
from netkit.workflows.store.history import history

ALL = WindowSelection()


def both_ends(minute, src, dst):
    """A session as its ends keep it, of every kind: with what the reflector answered or without,
    begun late there, contradictory, or of one end alone."""
    sender = dataclasses.replace(
        window(minute, src, dst), incomplete=minute % 11 == 0,
        round_ns=15 * MINUTE_NS if minute % 2 else None,
    )  # fmt: skip
    received, late, answered = [
        (61, False, None), (60, False, 63), (59, False, None), (20, True, None), (61, False, 64),
    ][minute % 5]  # fmt: skip
    reflector = Window(
        dataclasses.replace(sender.key, observer=dst), incomplete=late,
        forward=DirectionWindow(None, received, None, minute % 7, minute % 3),
        backward=DirectionWindow(sent=answered), dropped_here=minute % 2,
    )  # fmt: skip
    return ((sender, reflector), (sender,), (reflector,))[max(0, minute % 9 - 6)]


def reference(held, src, dst):
    """The same figures, window by window, from what was put in."""
    whole = joined_direction(held, src, dst)
    if whole is None:
        return None
    disputes = any(DISPUTED in one.notes for one in joined_sessions(held)
                   if {one.key.src, one.key.dst} == {src, dst})  # fmt: skip
    told_of = [one for one in told(joined_sessions(held))
               if {one.key.src, one.key.dst} == {src, dst}]  # fmt: skip
    probes, unanswered = (
        total([getattr(one, name) for one in told_of]) for name in ("probes", "unanswered")
    )
    figures = [
        counts
        and (
            counts.count,
            counts.min_ns,
            counts.max_ns,
            *(round(sketch_of(counts).percentile(percent), 3) for percent in (50, 95, 99, 99.9)),
        )
        for counts in (whole.delay, whole.ipdv)
    ]
    return (
        whole.sent, whole.received, whole.lost, whole.duplicates, whole.reordered,
        whole.uncertainty_ns, whole.certified_ns, whole.verdict, disputes, probes, unanswered,
        *figures,
    )  # fmt: skip


def told_by(row):
    figures = [
        one and (one.count, one.min_ns, one.max_ns, *(round(ns, 3) for ns in one.percentiles_ns))
        for one in (row.delay, row.ipdv)
    ]
    return (
        row.sent, row.received, row.lost, row.duplicates, row.reordered, row.uncertainty_ns,
        row.certified_ns, row.verdict, row.disputed, row.probes, row.unanswered, *figures,
    )  # fmt: skip


PLACES = [("a", "b"), ("b", "a"), ("a", "c")]


@pytest.fixture
def measured(url):
    """Three days, of which the last is not over, hours with gaps, and some windows come late."""
    minutes = [*range(1380, 1500, 7), *range(2870, 2890, 3), *range(3000, 3070, 9)]
    held = [one for at in minutes for src, dst in PLACES for one in both_ends(at, src, dst)]
    late = [one for at in (1385, 1450, 2881) for one in both_ends(at, "a", "b")]
    with open_store(url) as store:
        store.add(held)
        rolled(store, START_NS + 3060 * MINUTE_NS)
        store.add(late)
        yield store, held + late


@pytest.mark.parametrize("pair", PLACES)
@pytest.mark.parametrize(
    ("first", "last"), [(0, 4000), (1383, 3050), (1440, 2880), (1441, 1447), (1439, 2882)]
)
def test_any_time_comes_to_the_same_however_it_was_rolled_up(measured, pair, first, last):
    store, held = measured
    since, until = START_NS + first * MINUTE_NS, START_NS + last * MINUTE_NS
    inside = [one for one in held if since <= one.key.start_ns < until]
    src, dst = pair
    found = history(store, WindowSelection(src=src, dst=dst), since, until, By.ALL)
    assert (found.since_ns, found.until_ns) == (since, until)
    assert [told_by(row) for row in found.rows] == [reference(inside, src, dst)]
    assert found.notes == noted(inside, {src, dst})


def noted(held, pair):
    """What senders noted, two in each window; reflectors noted nothing."""
    keys = {one.key for one in held if {one.key.src, one.key.dst} == pair}
    of = Counter((key.src, key.dst) for key in keys if key.observer == key.src)
    return tuple(
        SessionNotes("daily", src, src, dst, "gold", {"unknown sender": 2 * count})
        for (src, dst), count in sorted(of.items())
    )


@pytest.mark.parametrize("by", [By.MINUTE, By.HOUR, By.DAY])
def test_pieces_of_a_time_are_each_what_their_windows_come_to(measured, by):
    store, held = measured
    unit = {By.MINUTE: MINUTE_NS, By.HOUR: 60 * MINUTE_NS, By.DAY: DAY_NS}[by]
    since, until = START_NS + 1383 * MINUTE_NS, START_NS + 3050 * MINUTE_NS
    found = history(store, WindowSelection(src="b", dst="a"), since, until, by)
    starts = sorted({one.key.start_ns // unit for one in held})
    expected = {}
    for start in starts:
        inside = [one for one in held if one.key.start_ns // unit == start]
        in_time = start * unit + unit > since and start * unit < until
        if in_time and (whole := reference(inside, "b", "a")):
            expected[start * unit] = whole
    assert {row.since_ns: told_by(row) for row in found.rows} == expected
    assert all(row.until_ns == row.since_ns + unit for row in found.rows)


def test_every_direction_is_listed_and_none_that_is_not_asked_for(measured):
    store, _ = measured
    every = history(store, ALL, START_NS, NOW_NS + DAY_NS, By.ALL)
    rows = every.rows
    assert every.notes == (), "which are those of one pair"
    assert sorted((row.src, row.dst) for row in rows) == [
        ("a", "b"), ("a", "c"), ("b", "a"), ("c", "a"),
    ]  # fmt: skip
    only = history(store, WindowSelection(src="a"), START_NS, NOW_NS + DAY_NS, By.ALL).rows
    assert sorted(row.dst for row in only) == ["b", "c"]
    assert history(store, WindowSelection(flow="lead"), START_NS, NOW_NS, By.ALL).rows == []
    assert history(store, ALL, START_NS - DAY_NS, START_NS, By.DAY).rows == []


def test_minutes_since_1970_take_no_more_than_those_in_which_something_was_measured(url):
    with open_store(url) as store:
        store.add([window(1), window(3)])
        found = history(store, ALL, 0, NOW_NS, By.MINUTE)
        assert history(store, WindowSelection(src="x"), 0, NOW_NS, By.MINUTE).rows == []
    assert (found.since_ns, found.until_ns) == (0, NOW_NS)
    assert sorted({row.since_ns for row in found.rows}) == [
        START_NS + minute * MINUTE_NS for minute in (1, 3)
    ]


def test_where_windows_are_gone_a_time_is_widened_to_what_is_left(measured):
    store, held = measured
    rolled(store, NOW_NS + 30 * DAY_NS)
    prune(store, Retention(DAY_NS, 2 * DAY_NS), START_NS + 4 * DAY_NS)
    since, until = START_NS + 1383 * MINUTE_NS, START_NS + 3010 * MINUTE_NS
    found = history(store, WindowSelection(src="a", dst="b"), since, until, By.ALL)
    assert (found.since_ns, found.until_ns) == (START_NS, START_NS + 3060 * MINUTE_NS)
    inside = [one for one in held if one.key.start_ns < found.until_ns]
    assert [told_by(row) for row in found.rows] == [reference(inside, "a", "b")]
