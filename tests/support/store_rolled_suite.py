"""Windows rolled up and pruned, in every store: collected for SQLite and PostgreSQL.

The module that takes these tests has a fixture ``url``: of a database that is empty.
"""

from __future__ import annotations

import dataclasses

import pytest
from stored_windows import MINUTE_NS, START_NS, window

from netkit.errors import InputError
from netkit.model.measurement.window import (
    WindowSelection,
)
from netkit.stats.windows.joined import rolled_up
from netkit.store.windows.levels import DAY_NS, Level
from netkit.store.windows.reading import windows_statement
from netkit.store.windows.schema import days, hours, windows
from netkit.store.windows.store import open_store, window_from
from netkit.store.windows.upkeep.retention import Retention, prune
from netkit.store.windows.upkeep.rollup import roll_up

ALL = WindowSelection()


NOW_NS = START_NS + 2 * DAY_NS


def rows(store, level):
    table = {Level.WINDOWS: windows, Level.HOURS: hours, Level.DAYS: days}[level]
    with store.engine.connect() as connection:
        return [window_from(row) for row in connection.execute(windows_statement(table, ALL))]


def rolled(store, now_ns=NOW_NS):
    return roll_up(store, now_ns, rolled_up)


def test_hours_and_days_are_what_their_windows_come_to(url):
    held = [window(minute, src, "c") for minute in (0, 1, 59, 60, 1439, 1440) for src in "ab"]
    with open_store(url) as store:
        store.add(held)
        assert rolled(store, START_NS + DAY_NS) == 6  # the hour of the last minute is not over
        assert rolled(store) == 2
        assert rolled(store) == 0
        found = rows(store, Level.HOURS)
        assert [(one.key.src, one.key.start_ns) for one in found[:2]] == [
            ("a", START_NS), ("b", START_NS),
        ]  # fmt: skip
        first = rolled_up(found[0].key, [window(minute, "a", "c") for minute in (0, 1, 59)])
        assert found[0] == first
        assert len(found) == 8
        day = rows(store, Level.DAYS)[0]
        assert day == rolled_up(day.key, [one for one in held if one.key.src == "a"][:5])


def test_windows_that_come_late_are_in_their_hour_and_day_once(url):
    with open_store(url) as store:
        store.add([window(0)])
        rolled(store)
    with open_store(url) as store:  # which knows no numbers of series yet
        store.add([window(1), window(0)])
    with open_store(url) as store:
        rolled(store)
        whole = [window(0), window(1)]
        for level in (Level.HOURS, Level.DAYS):
            found = rows(store, level)
            assert found == [rolled_up(found[0].key, whole)]


def test_retention_takes_windows_and_leaves_hours_and_days(url):
    with open_store(url) as store:
        store.add([window(minute) for minute in (0, 61, 1440 + 70)])
        assert prune(store, Retention(), NOW_NS + 100 * DAY_NS)[Level.WINDOWS] == 0  # not rolled up
        rolled(store)
        gone = prune(store, Retention(windows_ns=DAY_NS), NOW_NS)
        assert gone == {Level.WINDOWS: 2, Level.HOURS: 0, Level.DAYS: 0}
        assert list(store.windows(ALL)) == [window(1440 + 70)]
        assert len(rows(store, Level.HOURS)) == 3
        assert store.kept_since_ns() == START_NS + DAY_NS
        # What retention has passed cannot be told from what was there: it is not taken again.
        assert store.add([window(0), window(2), window(1440 + 71)]) == 1
        rolled(store)
        assert rows(store, Level.HOURS)[0].outcomes == window(0).outcomes
        gone = prune(store, Retention(DAY_NS, DAY_NS, None), NOW_NS)
        assert gone == {Level.WINDOWS: 0, Level.HOURS: 2, Level.DAYS: 0}
        assert len(rows(store, Level.DAYS)) == 2


def test_a_clock_that_was_a_year_ahead_has_no_more_taken_away(url):
    """Neither does what was measured by it: the year without windows ages nothing."""
    ahead_ns = 365 * DAY_NS
    at = window(3 * 1440)
    far = dataclasses.replace(
        at, key=dataclasses.replace(at.key, start_ns=at.key.start_ns + ahead_ns)
    )
    with open_store(url) as store:
        store.add(window(minute) for minute in range(0, 3 * 1440, 30))
        rolled(store, START_NS + 3 * DAY_NS)
        store.add([far])
        rolled(store, START_NS + 4 * DAY_NS + ahead_ns)
        kept = Retention(2 * DAY_NS, 2 * DAY_NS, 2 * DAY_NS)
        gone = prune(store, kept, START_NS + 3 * DAY_NS + ahead_ns)
        assert gone == {Level.WINDOWS: 46, Level.HOURS: 0, Level.DAYS: 0}
        assert store.add([at]) == 1
        rolled(store, START_NS + 4 * DAY_NS)
        assert prune(store, kept, START_NS + 3 * DAY_NS)[Level.WINDOWS] == 2
        assert store.kept_since_ns() == START_NS + DAY_NS


def test_where_keeping_begins_comes_back_with_the_clock(url):
    with open_store(url) as store:
        prune(store, Retention(windows_ns=DAY_NS), NOW_NS + 365 * DAY_NS)
        assert store.add([window(0)]) == 0
        prune(store, Retention(windows_ns=DAY_NS), START_NS + MINUTE_NS)
        assert store.add([window(0)]) == 1


def test_coarser_levels_are_kept_no_shorter():
    with pytest.raises(InputError, match="no shorter"):
        Retention(windows_ns=2 * DAY_NS, hours_ns=DAY_NS)
