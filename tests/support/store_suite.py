"""What holds of every store of windows, whatever keeps it: collected for SQLite and PostgreSQL.

The module that takes these tests has a fixture ``url``: of a database that is empty.
"""

from __future__ import annotations

import dataclasses

import pytest
from stored_windows import MINUTE_NS, START_NS, window

from netkit.errors import InputError, StoreError
from netkit.model.measurement.window import DelayCounts, PathInForce, Window, WindowSelection
from netkit.stats.windows.merged import merged_window
from netkit.store.windows.levels import DAY_NS, Level
from netkit.store.windows.reading import windows_statement
from netkit.store.windows.retention import Retention, prune
from netkit.store.windows.rollup import roll_up
from netkit.store.windows.schema import days, hours, windows
from netkit.store.windows.store import open_store, window_from

ALL = WindowSelection()


def test_windows_come_back_as_they_were_in_order_of_start(url):
    bare = Window(dataclasses.replace(window(1).key, observer="shanghai"))
    years = 40 * 365 * 86_400 * 10**9
    wild = dataclasses.replace(
        window(2),
        round_trip=DelayCounts(
            0.001, 1, ((3, 1), (9000, 10**7)), ((5, 2),), -7, years, 10**7 * years
        ),
        path=PathInForce(None, "only a list"),
        incomplete=True,
    )
    held = [wild, window(0), bare, window(0, "shanghai", "beijing"), window(1)]
    with open_store(url) as store:
        assert store.add(held) == 5
        found = list(store.windows(ALL))
    assert sorted(found, key=lambda one: one.key) == sorted(held, key=lambda one: one.key)
    starts = [one.key.start_ns for one in found]
    assert starts == sorted(starts)


def test_a_window_is_kept_once_however_often_it_comes(url):
    first = [window(0), window(1)]
    with open_store(url) as store:
        assert store.add([]) == 0
        assert store.add(first) == 2
        assert store.add([*first, window(2), window(2)]) == 1
        assert store.add([dataclasses.replace(window(0), bound_us=1)]) == 0
    with open_store(url) as store:
        assert store.add(first) == 0
        assert list(store.windows(ALL)) == [window(0), window(1), window(2)]


def test_what_is_selected_is_what_comes(url):
    held = [
        window(minute, src, dst, flow=flow)
        for minute in range(4)
        for src, dst in (("a", "b"), ("b", "a"), ("a", "c"))
        for flow in ("gold", "bronze")
    ]
    with open_store(url) as store:
        store.add(held)

        def count(**asked: object) -> int:
            return len(list(store.windows(WindowSelection(**asked))))

        assert count() == 24
        assert count(src="a") == 16
        assert count(src="a", dst="b", flow="gold") == 4
        assert count(campaign="daily", dst="a") == 8
        assert count(campaign="weekly") == 0
        since, until = START_NS + MINUTE_NS, START_NS + 3 * MINUTE_NS
        assert count(src="a", dst="c", flow="gold", since_ns=since, until_ns=until) == 2


def test_the_latest_start_is_known_of_each_selection(url):
    with open_store(url) as store:
        assert store.latest_ns(ALL) is None
        store.add([window(3), window(7, "a", "b")])
        assert store.latest_ns(ALL) == START_NS + 7 * MINUTE_NS
        assert store.latest_ns(WindowSelection(src="beijing")) == START_NS + 3 * MINUTE_NS
        assert store.latest_ns(WindowSelection(src="nowhere")) is None
        before = WindowSelection(until_ns=START_NS + 5 * MINUTE_NS)
        assert store.latest_ns(before) == START_NS + 3 * MINUTE_NS


def test_all_windows_of_one_call_are_kept_or_none(url):
    # SQLite's driver refuses the number itself, PostgreSQL the row in the midst of others.
    broken = dataclasses.replace(window(1), dropped_here=2**70)
    with open_store(url) as store:
        with pytest.raises((OverflowError, StoreError)):
            store.add([window(0), broken, window(2)])
        assert list(store.windows(ALL)) == []
        assert store.add([window(0)]) == 1


def test_what_could_not_be_merged_later_is_refused_at_the_door(url):
    odd = dataclasses.replace(window(0), round_trip=DelayCounts(0.01))
    seven = dataclasses.replace(window(0).key, start_ns=0, length_ns=7 * MINUTE_NS)
    crooked = dataclasses.replace(window(0).key, start_ns=START_NS + 1)
    held = [odd, *(dataclasses.replace(window(0), key=key) for key in (seven, crooked))]
    with open_store(url) as store:
        with pytest.raises(InputError) as refused:
            store.add(held)
        assert len(refused.value.problems) == 3
        assert "divides an hour" in str(refused.value)
        assert list(store.windows(ALL)) == []


NOW_NS = START_NS + 2 * DAY_NS


def rows(store, level):
    table = {Level.WINDOWS: windows, Level.HOURS: hours, Level.DAYS: days}[level]
    with store.engine.connect() as connection:
        return [window_from(row) for row in connection.execute(windows_statement(table, ALL))]


def rolled(store, now_ns=NOW_NS):
    return roll_up(store, now_ns, merged_window)


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
        first = merged_window(found[0].key, [window(minute, "a", "c") for minute in (0, 1, 59)])
        assert found[0] == first
        assert len(found) == 8
        day = rows(store, Level.DAYS)[0]
        assert day == merged_window(day.key, [one for one in held if one.key.src == "a"][:5])


def test_windows_that_come_late_are_in_their_hour_and_day_once(url):
    with open_store(url) as store:
        store.add([window(0)])
        rolled(store)
        store.add([window(1), window(0)])
        rolled(store)
        whole = [window(0), window(1)]
        for level in (Level.HOURS, Level.DAYS):
            found = rows(store, level)
            assert found == [merged_window(found[0].key, whole)]


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


def test_coarser_levels_are_kept_no_shorter():
    with pytest.raises(InputError, match="no shorter"):
        Retention(windows_ns=2 * DAY_NS, hours_ns=DAY_NS)
