"""What holds of every store of windows, whatever keeps it: collected for SQLite and PostgreSQL.

The module that takes these tests has a fixture ``url``: of a database that is empty.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import update
from store_rolled_suite import NOW_NS, rolled
from stored_windows import MINUTE_NS, START_NS, window

from netkit.errors import InputError, StoreError
from netkit.model.measurement.window import (
    DelayCounts,
    PathInForce,
    Window,
    WindowSelection,
)
from netkit.store.windows.engine import engine_of, parsed, sqlite_engine, writing
from netkit.store.windows.levels import DAY_NS, HOUR_NS, Level
from netkit.store.windows.schema import VERSION, metadata, version_table, windows
from netkit.store.windows.spool import Delivery, deliver, waiting
from netkit.store.windows.store import open_store
from netkit.store.windows.upkeep.check import check
from netkit.store.windows.upkeep.migrate import migrate, upgrade
from netkit.store.windows.upkeep.retention import Retention, prune

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
        notes={},
        round_ns=15 * MINUTE_NS,
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
        long = dataclasses.replace(held[0].key, flow="hourly", length_ns=HOUR_NS)
        store.add([dataclasses.replace(held[0], key=long)])
        assert count(fresh_since_ns=START_NS + 5 * MINUTE_NS) == 1
        assert count(fresh_since_ns=START_NS + 4 * MINUTE_NS) == 7
        assert count(fresh_since_ns=START_NS + 2 * HOUR_NS - 1) == 1
        assert count(fresh_since_ns=START_NS + 2 * HOUR_NS) == 0


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


@pytest.mark.parametrize("per_round", [1, 2, 3])
def test_the_time_between_rounds_is_no_gap_but_a_round_left_out_is(url, per_round):
    """Rounds of ten minutes, each begun anywhere within its time, of which three were left out."""
    moments = [(0, 5, 1, 6, 0, 3)[number % 6] for number in range(48)]
    done = [number for number in range(48) if number not in (8, 9, 10)]
    begun = {number: 10 * number + moments[number] for number in done}
    with open_store(url) as store:
        store.add(
            [window(begun[number] + more) for number in done for more in range(per_round)]
            + [window(10 * number, "b", "c") for number in range(2)]
        )
        assert [
            (gap.src, gap.since_ns, gap.until_ns)
            for gap in check(store, START_NS, START_NS + DAY_NS).gaps
        ] == [
            (
                "beijing",
                START_NS + (begun[7] + per_round) * MINUTE_NS,
                START_NS + begun[11] * MINUTE_NS,
            )
        ]


@pytest.mark.parametrize(
    "minutes",
    [
        [*range(500), *range(502, 1000), *range(1002, 1500)],  # an agent that is restarted
        [0, 1, 2, *range(10, 200), 210, 211],
    ],
)
def test_breaks_in_the_windows_of_an_agent_are_gaps(url, minutes):
    with open_store(url) as store:
        store.add([window(minute) for minute in minutes])
        assert len(check(store, START_NS, START_NS + 2 * DAY_NS).gaps) == 2


def test_a_reader_does_not_mind_a_writer(url):
    with open_store(url) as store:
        store.add([window(minute) for minute in range(1500)])
        reading = store.windows(ALL)
        first = next(reading)
        assert store.add([window(1500)]) == 1
        assert [first, *reading] == [window(minute) for minute in range(1500)]
