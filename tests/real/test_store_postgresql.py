"""The store in Debian's PostgreSQL: the same tests as of SQLite, and a server that goes away."""

from __future__ import annotations

from itertools import count

import pytest
from postgresql_server import new_database, server, start, stop
from store_history_suite import *  # noqa: F403
from store_rolled_suite import *  # noqa: F403
from store_suite import *  # noqa: F403
from store_writers import batch, deliver_all, killed_after, open_and_close, processes
from stored_windows import window

from netkit.errors import StoreError
from netkit.model.measurement.window import WindowSelection
from netkit.store.windows.spool import deliver, waiting
from netkit.store.windows.store import open_store

_NUMBERS = count()


@pytest.fixture(scope="module")
def running():
    with server() as folder:
        yield folder


@pytest.fixture
def url(running):
    return new_database(running, f"netkit{next(_NUMBERS)}")


def test_a_server_that_was_away_gets_each_window_once(running, url, tmp_path):
    local = f"sqlite:///{tmp_path / 'site.sqlite'}"
    held = [window(minute) for minute in range(30)]
    with open_store(local) as site, open_store(url) as central:
        site.add(held[:10], to_deliver=True)
        deliver(site, url)
        stop(running)
        try:
            # Ten minutes, as the site sees them: each minute a window, and no answer.
            for one in held[10:20]:
                site.add([one], to_deliver=True)
                with pytest.raises(StoreError, match=r"connection|server"):
                    deliver(site, url)
        finally:
            start(running)
        assert waiting(site) == 10
        assert deliver(site, url).new == 10
        # A connection that was open all the time is made anew.
        assert central.add(held) == 10
        assert list(central.windows(WindowSelection())) == held


def test_an_empty_database_that_is_only_read_stays_empty_and_says_so(url):
    with pytest.raises(StoreError, match="there are no tables; nothing has been stored yet"):
        open_store(url, reading=True)


def test_a_killed_delivery_to_a_server_delivers_once(url, tmp_path):
    local = f"sqlite:///{tmp_path / 'site.sqlite'}"
    held = [one for number in range(400) for one in batch(window(0), "a", number)]
    with open_store(local) as site:
        site.add(held, to_deliver=True)
    context = processes()
    for tenths in range(1, 6):
        killed_after(context.Process(target=deliver_all, args=(local, url)), tenths / 10)
    deliver_all(local, url)
    with open_store(url) as central:
        assert list(central.windows(WindowSelection())) == held


def test_processes_that_make_the_tables_at_once_make_them_once(url):
    context = processes()
    every = [context.Process(target=open_and_close, args=(url,)) for _ in range(6)]
    for process in every:
        process.start()
    for process in every:
        process.join()
    assert [process.exitcode for process in every] == [0] * 6
