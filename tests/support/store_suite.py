"""What holds of every store of windows, whatever keeps it: collected for SQLite and PostgreSQL.

The module that takes these tests has a fixture ``url``: of a database that is empty.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import update
from stored_windows import MINUTE_NS, START_NS, window

from netkit.errors import InputError, StoreError
from netkit.model.measurement.session_state import SessionNotes
from netkit.model.measurement.window import (
    DISPUTED,
    DelayCounts,
    DirectionWindow,
    PathInForce,
    Window,
    WindowSelection,
)
from netkit.stats.windows.counts import sketch_of
from netkit.stats.windows.history import By
from netkit.stats.windows.joined import joined_direction, joined_sessions, rolled_up, told
from netkit.stats.windows.merged import total
from netkit.store.windows.engine import engine_of, parsed, sqlite_engine, writing
from netkit.store.windows.levels import DAY_NS, Level
from netkit.store.windows.reading import windows_statement
from netkit.store.windows.schema import VERSION, days, hours, metadata, version_table, windows
from netkit.store.windows.spool import Delivery, deliver, waiting
from netkit.store.windows.store import open_store, window_from
from netkit.store.windows.upkeep.check import check
from netkit.store.windows.upkeep.migrate import migrate, upgrade
from netkit.store.windows.upkeep.retention import Retention, prune
from netkit.store.windows.upkeep.rollup import roll_up
from netkit.workflows.store.history import history

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


def both_ends(minute, src, dst):
    """A session as its ends keep it, of every kind: with what the reflector answered or without,
    begun late there, contradictory, or of one end alone."""
    sender = dataclasses.replace(window(minute, src, dst), incomplete=minute % 11 == 0)
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


def test_a_site_delivers_each_window_once(url, tmp_path):
    held = [window(minute) for minute in range(2300)]
    with open_store(f"sqlite:///{tmp_path / 'site.sqlite'}") as site:
        site.add(held[:1200], to_deliver=True)
        site.add([window(3000)])  # of this site alone
        assert waiting(site) == 1200
        assert deliver(site, url) == Delivery(1200, 1200, 0)
        site.add(held, to_deliver=True)  # noted again: nobody remembers what was delivered
        assert deliver(site, url) == Delivery(2300, 1100, 0)
        assert (waiting(site), deliver(site, url)) == (0, Delivery())
    with open_store(url) as central:
        assert list(central.windows(ALL)) == held


def test_what_is_too_old_for_the_centre_is_said_and_stays_at_the_site(url, tmp_path):
    with open_store(url) as central, open_store(f"sqlite:///{tmp_path / 's.sqlite'}") as site:
        prune(central, Retention(windows_ns=DAY_NS), NOW_NS)
        site.add([window(0), window(1500)], to_deliver=True)
        rolled(site)
        assert prune(site, Retention(windows_ns=DAY_NS), NOW_NS)[Level.WINDOWS] == 0
        assert deliver(site, url) == Delivery(2, 1, 1)
        assert len(list(site.windows(ALL))) == 2


def test_migrating_from_nothing_makes_the_tables_that_this_version_has(url):
    place = parsed(url)
    engine = engine_of(place) if "postgresql" in url else sqlite_engine(Path(place.database), "rwc")
    upgrade(engine)
    with engine.connect() as connection:
        options = {"version_table": version_table.name}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    engine.dispose()
    with open_store(url) as store:
        assert store.add([window(0)]) == 1
        assert list(store.windows(ALL)) == [window(0)]


def test_a_database_of_another_version_is_refused_with_what_to_do(url):
    open_store(url).close()
    engine = engine_of(parsed(url))
    for version, words in (("0000", "older netkit.*store migrate"), ("9999", "newer netkit")):
        with writing(engine) as connection:
            connection.execute(update(version_table).values(version_num=version))
        with pytest.raises(InputError, match=words):
            open_store(url)
    with pytest.raises(InputError, match="newer netkit"):
        migrate(url)
    with writing(engine) as connection:
        connection.execute(update(version_table).values(version_num=VERSION))
    assert migrate(url) == (VERSION, VERSION)
    engine.dispose()


def test_check_counts_and_names_gaps_and_rows_that_nobody_can_read(url):
    with open_store(url) as store:
        store.add([window(minute) for minute in (0, 1, 5, 6)] + [window(0, "b", "c")])
        found = check(store, START_NS, START_NS + DAY_NS)
        assert found.counts == {Level.WINDOWS: 5, Level.HOURS: 0, Level.DAYS: 0}
        assert (found.series, found.overdue, found.faults) == (2, 2, ())
        assert [(gap.src, gap.since_ns, gap.until_ns) for gap in found.gaps] == [
            ("beijing", START_NS + 2 * MINUTE_NS, START_NS + 5 * MINUTE_NS)
        ]
        with writing(store.engine) as connection:
            connection.execute(
                update(windows).where(windows.c.start_ns == START_NS).values(forward_delay=b"\x80")
            )
        (first, _) = check(store, START_NS, START_NS + DAY_NS).faults
        assert first == f"windows: daily b b c gold at {START_NS}: counts of delays that are cut"


def test_a_reader_does_not_mind_a_writer(url):
    with open_store(url) as store:
        store.add([window(minute) for minute in range(1500)])
        reading = store.windows(ALL)
        first = next(reading)
        assert store.add([window(1500)]) == 1
        assert [first, *reading] == [window(minute) for minute in range(1500)]
