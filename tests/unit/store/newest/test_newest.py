"""What is kept as text for want of time says what the schema says."""

import sqlite3

import pytest
from measured_windows import BEGIN_NS, MINUTE_NS, window
from sqlalchemy.dialects import sqlite

from netkit.errors import InputError, StoreError
from netkit.model.measurement.window import WindowSelection
from netkit.store.newest.plain import NEWEST, SCHEMA_VERSION, VERSION
from netkit.store.newest.reading import default_file, newest_windows, rounds_of
from netkit.store.newest.statement import newest_statement
from netkit.store.windows.schema import VERSION as NOW
from netkit.store.windows.schema import version_table
from netkit.store.windows.store import default_url, open_store


@pytest.fixture
def url(tmp_path):
    path = f"sqlite:///{tmp_path / 'w.sqlite'}"
    pairs = [("beijing", "shanghai"), ("shanghai", "beijing"), ("beijing", "xian")]
    with open_store(path) as store:
        store.add(window(src=a, dst=b, minute=minute) for a, b in pairs for minute in range(3))
        store.add([window(minute=1, observer="shanghai"), window(minute=1, campaign="other")])
    return path


def test_the_text_is_that_of_the_schema():
    compiled = newest_statement().compile(dialect=sqlite.dialect(paramstyle="named"))
    assert NEWEST.split() == str(compiled).split()
    assert SCHEMA_VERSION == NOW
    assert f"SELECT version_num FROM {version_table.name}" == VERSION
    assert f"sqlite:///{default_file()}" == default_url()


def test_the_newest_of_each_series_as_it_was_window(url):
    found = newest_windows(url, WindowSelection("hubs", src="beijing"))
    assert found == [
        window(minute=2),
        window(src="beijing", dst="xian", minute=2),
        window(minute=1, observer="shanghai"),
    ]


def test_both_ways_of_reading_find_the_same(url):
    everything = WindowSelection()
    assert newest_windows(url, everything) == newest_windows(f"{url}?", everything)
    assert len(newest_windows(url, everything)) == 5


def test_windows_of_a_clock_that_was_ahead_hide_none_of_now(url):
    with open_store(url) as store:
        store.add([window(minute=500_000), window(minute=500_000, observer="shanghai")])
    until_ns = BEGIN_NS + 60 * MINUTE_NS
    asked = WindowSelection("hubs", src="beijing", dst="shanghai", until_ns=until_ns)
    of_now = [window(minute=2), window(minute=1, observer="shanghai")]
    assert newest_windows(url, asked) == newest_windows(f"{url}?", asked) == of_now
    before = WindowSelection("hubs", src="beijing", dst="xian", until_ns=BEGIN_NS)
    assert newest_windows(url, before) == [window(src="beijing", dst="xian", minute=2)]


def test_nothing_stored_is_told(tmp_path):
    with pytest.raises(StoreError, match="there is no such file; nothing has been stored yet"):
        newest_windows(f"sqlite:///{tmp_path / 'none'}", WindowSelection())
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE x (y)", "CREATE TABLE netkit_version (version_num)"]
)
def test_a_database_of_another_kind_is_refused(tmp_path, statement):
    with sqlite3.connect(tmp_path / "x") as other:
        other.execute(statement)
    other.close()
    with pytest.raises(InputError, match="not a database of this netkit"):
        newest_windows(f"sqlite:///{tmp_path / 'x'}", WindowSelection())


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "x").write_text("no database at all, and longer than a header of SQLite is\n" * 9)
    with pytest.raises(StoreError, match="not a database"):
        newest_windows(f"sqlite:///{tmp_path / 'x'}", WindowSelection())


@pytest.mark.parametrize("per_round", [1, 2, 3])
def test_how_long_rounds_are_is_told_by_their_windows(tmp_path, per_round):
    """Of ten minutes, begun anywhere within: no more than they certainly are, and an agent's none;
    one that was restarted has breaks, and no rounds."""
    url, begun = f"sqlite:///{tmp_path / 'w.sqlite'}", [0, 15, 21, 36, 40, 53, 60, 77, 81, 99]
    agent = [*range(30), *range(33, 60), *range(61, 80)]
    with open_store(url) as store:
        store.add([window(minute=one + more) for one in begun for more in range(per_round)])
        store.add([window("xian", minute=one) for one in agent])
        store.add([window(minute=500_000)])
    rounds, steady, few = (
        window(src, minute=minute).key
        for src, minute in (("beijing", 98 + per_round), ("xian", 79), ("beijing", 15))
    )
    for one in (url, f"{url}?"):
        found = rounds_of(one, [rounds, steady, few])
        assert list(found) == [rounds]
        assert 10 * MINUTE_NS <= found[rounds] <= 13 * MINUTE_NS
    assert rounds_of(url, []) == {}
