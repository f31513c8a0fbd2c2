"""The newest windows out of Debian's PostgreSQL: the statement that SQLite has as text."""

from measured_windows import window
from postgresql_server import new_database, server

from netkit.model.measurement.window import WindowSelection
from netkit.store.newest.reading import newest_windows
from netkit.store.windows.store import open_store


def test_the_newest_of_each_series():
    with server() as running:
        url = new_database(running, "newest")
        with open_store(url) as store:
            store.add(window(dst=dst, minute=minute) for dst in ("xian", "a") for minute in (0, 1))
            store.add([window(dst="a", minute=0, observer="a")])
        found = newest_windows(url, WindowSelection("hubs", src="beijing", dst="a"))
        assert found == [window(dst="a", minute=0, observer="a"), window(dst="a", minute=1)]
        assert len(newest_windows(url, WindowSelection())) == 3
