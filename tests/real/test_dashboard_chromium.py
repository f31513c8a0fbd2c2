"""A dashboard in Debian's Chromium: what is new comes without reloading, from either database."""

import importlib.util
import signal
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from dashboard_process import EVIL, dashboard, fill, minute_of, proxy, this_minute
from postgresql_server import new_database, server, start, stop
from report_tab import DESK, LINK, PHONE, wait

from netkit.model.verdict import Verdict
from netkit.store.windows.store import open_store

_NUMBERS = count()
READY = "document.documentElement.dataset.ready !== undefined"
ROWS = "document.querySelectorAll('.pairrows tbody tr:not(.gap)').length"
VERDICTS = "[...document.querySelectorAll('.pairrows td.verdict')]"
VERDICTS += ".map(c => c.textContent).sort().join()"


@pytest.fixture(scope="module")
def postgresql():
    with server() as folder:
        yield folder


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    """The URL of a filled store, and a block in which it is away."""
    if request.param == "sqlite":
        url, gone = f"sqlite:///{tmp_path / 'windows.sqlite'}", _moved(tmp_path)
    else:
        folder = request.getfixturevalue("postgresql")
        url, gone = new_database(folder, f"dash{next(_NUMBERS)}"), _stopped(folder)
    with open_store(url) as opened:
        fill(opened)
    return url, gone


def _moved(folder):
    @contextmanager
    def away():
        files = list(folder.glob("windows.sqlite*"))
        for file in files:
            file.rename(file.with_name(f"away-{file.name}"))
        try:
            yield
        finally:
            for file in files:
                file.with_name(f"away-{file.name}").rename(file)

    return away


def _stopped(folder):
    @contextmanager
    def away():
        stop(folder)
        try:
            yield
        finally:
            start(folder)

    return away


@contextmanager
def served(tab, url, *words):
    """The address of a dashboard; its page is left before it ends, for it would go on asking."""
    with dashboard(url, *words) as (_, address):
        try:
            yield address
        finally:
            tab.visit("about:blank")


@contextmanager
def proxied(tab, url):
    """The address of a proxy before a dashboard."""
    with dashboard(url) as (_, behind), proxy("/tools/netkit/", behind) as address:
        try:
            yield address
        finally:
            tab.visit("about:blank")


def visited(tab, address, **screen):
    tab.screen(**(screen or DESK))
    tab.visit(address)
    wait(tab, READY)
    wait(tab, f"{ROWS} === 2")


def add(url, *new):
    with open_store(url) as opened:
        assert opened.add(new) == len(new)


def test_new_windows_come_without_reloading(tab, store):
    url, _ = store
    with served(tab, url) as address:
        visited(tab, address)
        assert tab.run(VERDICTS) == "pass,pass"
        tab.run("window.mark = 1; document.querySelector('[data-key=q]').focus()")
        add(url, minute_of(this_minute(), verdict=Verdict.BREACH))
        wait(tab, f"{VERDICTS} === 'breach,pass'")
        add(url, minute_of(this_minute(), "xian"))
        wait(tab, f"{ROWS} === 3")
        assert tab.run("window.mark") == 1
        assert tab.run("document.activeElement.dataset.key") == "q", "somebody is typing there"
        assert {one.partition("?")[0] for one in tab.requests} == {
            address, f"{address}overview.json",
        }  # fmt: skip


def test_a_pair_is_shown_over_time_and_goes_on(tab, store):
    url, _ = store
    with served(tab, url, "--since", "3h") as address:
        visited(tab, address)
        tab.run("[...document.querySelectorAll('td.pair a')]"
                ".find(a => a.textContent.includes('shanghai')).click()")  # fmt: skip
        wait(tab, "document.querySelectorAll('svg.smoke .median').length === 2")
        last = "document.querySelector('svg.smoke .median').getAttribute('d').split('H').length"
        before = tab.run(last)
        assert before > 80
        add(url, minute_of(this_minute()))
        wait(tab, f"{last} === {before + 1}")
        assert tab.run("document.activeElement.id") == "pairtitle"


def test_a_database_that_goes_away_is_told_and_comes_back(tab, store):
    url, away = store
    with served(tab, url) as address:
        visited(tab, address)
        with away():
            wait(tab, "document.querySelector('.away') !== null")
            assert "has been away since" in tab.run("document.querySelector('.away').textContent")
            assert tab.run(ROWS) == 2
            visited(tab, address)
        wait(tab, "document.querySelector('.away') === null")
        add(url, minute_of(this_minute(), verdict=Verdict.BREACH))
        wait(tab, f"{VERDICTS} === 'breach,pass'")


def test_a_dashboard_that_is_ended_is_told(tab, store):
    url, _ = store
    with dashboard(url) as (process, address):
        visited(tab, address)
        process.send_signal(signal.SIGINT)
        assert process.wait(300) == 0
        wait(tab, "document.querySelector('.away') !== null")
        assert "has not answered" in tab.run("document.querySelector('.away').textContent")
    tab.visit("about:blank")
    assert all("ERR_CONNECTION" in one for one in tab.complaints)
    tab.complaints.clear()


def test_names_are_words_whatever_is_in_them(tab, store):
    url, _ = store
    with served(tab, url) as address:
        visited(tab, address)
        tab.run(
            "[...document.querySelectorAll('td.pair a')]"
            ".find(a => a.textContent.includes('<img')).click()"
        )
        wait(tab, "document.querySelectorAll('svg.smoke').length === 2")
        assert EVIL in tab.run("document.getElementById('pairtitle').textContent")
        assert tab.run("window.hit") is None
        assert tab.run("document.querySelectorAll('#onepair img').length") == 0


def test_it_works_behind_a_prefix(tab, store):
    url, _ = store
    with proxied(tab, url) as address:
        visited(tab, address)
        tab.run(f"{LINK}.click()")
        wait(tab, "document.querySelectorAll('svg.smoke').length === 2")
        assert all(one.startswith(address) for one in tab.requests)


@pytest.mark.parametrize("screen", [DESK, {**DESK, "dark": True}, PHONE, {**PHONE, "dark": True}])
def test_axe_finds_nothing(tab, tmp_path, screen):
    url = f"sqlite:///{tmp_path / 'windows.sqlite'}"
    with open_store(url) as opened:
        fill(opened)
    folder = Path(importlib.util.find_spec("axe_core_python").origin).parent
    with served(tab, url) as address:
        for place in ("overview", "pair"):
            visited(tab, address, **screen)
            if place == "pair":
                tab.run(f"{LINK}.click()")
                wait(tab, "document.querySelectorAll('svg.smoke').length === 2")
            tab.run(f"{(folder / 'axe.min.js').read_text(encoding='utf-8')};0")
            found = tab.run("axe.run().then(r => r.violations.map(v => [v.id, v.nodes[0].html]))")
            assert found == []
            assert tab.run("document.documentElement.scrollWidth <= innerWidth")


def test_rows_stay_where_they_were_rolled_when_a_pair_comes(tab, tmp_path):
    url = f"sqlite:///{tmp_path / 'windows.sqlite'}"
    now = this_minute()
    with open_store(url) as opened:
        opened.add([minute_of(now - 1, f"site-{number:03}") for number in range(120)])
    with served(tab, url) as address:
        tab.screen(**DESK)
        tab.visit(address)
        wait(tab, READY)
        wait(tab, "document.querySelector('.pairrows table')?.ariaRowCount === '121'")
        tab.run("document.querySelector('.pairrows').scrollTop = 1500")
        add(url, minute_of(now, "zz"))
        wait(tab, "document.querySelector('.pairrows table').ariaRowCount === '122'")
        assert tab.run("document.querySelector('.pairrows').scrollTop") == 1500
