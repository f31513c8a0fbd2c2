"""What is asked all the time, out of Debian's PostgreSQL: the statements that SQLite has as text,
and how they are read there."""

import pytest
from measured_windows import BEGIN_NS, MINUTE_NS, window
from postgresql_server import new_database, server
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from netkit.model.measurement.window import WindowSelection
from netkit.store.newest.plain import LAST_STARTS
from netkit.store.newest.reading import newest_windows, rounds_of
from netkit.store.newest.statement import newest_statement
from netkit.store.windows.history.facts import cover, statements
from netkit.store.windows.levels import Level
from netkit.store.windows.reading import by_index, latest_statement, windows_statement
from netkit.store.windows.schema import windows
from netkit.store.windows.store import open_store

SERIES, WINDOWS = 10, 6_000
END_NS = BEGIN_NS + WINDOWS * MINUTE_NS
LATE_NS = END_NS - 15 * MINUTE_NS


@pytest.fixture(scope="module")
def running():
    with server() as folder:
        yield folder


@pytest.fixture(scope="module")
def many(running):
    """Some series of many windows, copies of one, as autovacuum has seen them."""
    columns = [one.name for one in windows.columns]
    told = {"series_id": "series.id", "start_ns": f"w.start_ns + m * {MINUTE_NS}"}
    copied = ", ".join(told.get(name, f"w.{name}") for name in columns)
    with open_store(new_database(running, "many")) as store:
        store.add([window(dst=f"to{number}", minute=0) for number in range(SERIES)])
        with store.engine.begin() as connection:
            connection.execute(text(
                f"INSERT INTO windows ({', '.join(columns)}) SELECT {copied} FROM windows w"
                f" JOIN series ON series.id = w.series_id, generate_series(1, {WINDOWS}) m"
            ))  # fmt: skip
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
        yield store


def literal(statement, **values):
    told = statement.params(**values).compile(
        dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}
    )
    return str(told).replace(":", r"\:")


def test_the_newest_of_each_series(running):
    url = new_database(running, "newest")
    with open_store(url) as store:
        store.add(window(dst=dst, minute=minute) for dst in ("xian", "a") for minute in (0, 1))
        store.add([window(dst="a", minute=0, observer="a")])
    found = newest_windows(url, WindowSelection("hubs", src="beijing", dst="a"))
    assert found == [window(dst="a", minute=0, observer="a"), window(dst="a", minute=1)]
    assert len(newest_windows(url, WindowSelection())) == 3


def test_how_long_rounds_are_is_told_by_their_windows(running):
    url = new_database(running, "rounds")
    with open_store(url) as store:
        store.add(window(minute=10 * number) for number in range(9))
        store.add(window(dst="steady", minute=number) for number in range(60))
    keys = [window(minute=80).key, window(dst="steady", minute=59).key, window(dst="none").key]
    found = rounds_of(url, keys)
    assert list(found) == keys[:1]
    assert 10 * MINUTE_NS <= found[keys[0]] <= 12 * MINUTE_NS


def edges():
    """The windows that a history of all pairs reads at the end of its time."""
    covered = cover(BEGIN_NS, LATE_NS, Level.DAYS)
    read = [one for table, one in statements(covered, []) if table is windows]
    wanted = [windows.c[name] for name in ("series_id", "start_ns", "forward_delay")]
    return read[0].with_only_columns(*wanted)


ANY = {"campaign": None, "src": None, "dst": None}
STATEMENTS = {
    "newest": literal(newest_statement(), **ANY, until_ns=END_NS),
    "latest": literal(latest_statement(WindowSelection())),
    "of late": literal(windows_statement(windows, WindowSelection("hubs", since_ns=LATE_NS))),
    "of metrics": literal(windows_statement(windows, WindowSelection(fresh_since_ns=LATE_NS))),
    "of a pair": literal(windows_statement(windows, WindowSelection(dst="to1", since_ns=LATE_NS))),
    "of a history": literal(edges()),
    "last starts": LAST_STARTS,
}


@pytest.mark.parametrize("which", STATEMENTS)
def test_no_statement_of_a_time_reads_all_windows(many, which):
    names = {
        "campaign": "hubs", "observer": "beijing", "src": "beijing", "dst": "to1", "flow": "main",
        "start_ns": END_NS, "length_ns": MINUTE_NS,
    }  # fmt: skip
    with many.engine.connect() as connection:
        asked = text(f"EXPLAIN {STATEMENTS[which]}")
        if which.startswith("of "):
            by_index(connection)
        plan = list(connection.scalars(asked, names if which == "last starts" else {}))
    reads = [line for line in plan if " windows" in line or "windows_pkey" in line]
    assert any("windows_pkey" in line for line in reads), plan
    assert not any("Seq Scan on windows" in line for line in reads), plan
