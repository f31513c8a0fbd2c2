"""What is shown of a store: versions, what cannot be read, and pairs by the names of the page."""

import json
from dataclasses import replace

import pytest
from dashboard_process import EVIL, minute_of
from report_documents import plan_document
from stored_windows import MINUTE_NS, START_NS

from netkit.model.verdict import Verdict
from netkit.report.html.pages.page import Ground
from netkit.report.html.pages.sources import Sources
from netkit.store.windows.store import open_store
from netkit.workflows.dashboard.shown import Shown
from netkit.workflows.dashboard.source import Source


class Clock:
    """A time that stands still until it is moved."""

    def __init__(self, minute):
        self.minute = minute

    def __call__(self):
        return START_NS + self.minute * MINUTE_NS


@pytest.fixture
def file(tmp_path):
    return tmp_path / "windows.sqlite"


@pytest.fixture
def shown(file):
    clock = Clock(61)
    source = Source(f"sqlite:///{file}", None, 180 * MINUTE_NS, clock)
    yield Shown(source, Sources(), Ground(), 5.0, clock), clock
    source.close()


def fill(file, *new):
    with open_store(f"sqlite:///{file}") as store:
        store.add(new)


def overview(shown, seen="-1"):
    return json.loads(shown.pages["/overview.json"]({"seen": seen}).body)


def test_a_database_that_is_not_there_is_not_made(shown, file):
    shown[0].look()
    shown[0].look_back()
    assert not file.exists()
    told = overview(shown[0])["live"]
    assert (
        "there is no such file" in told["away"]["error"]
        or "unable to open" in told["away"]["error"]
    )


def test_what_has_been_seen_is_not_sent_again(shown, file):
    fill(file, *(minute_of(one) for one in range(60)))
    page, clock = shown
    page.look()
    first = overview(page)
    assert (first["live"]["version"], first["data"]["count"]) == (1, 1)
    clock.minute = 62
    page.look()
    assert overview(page, "1")["data"] is None
    fill(file, minute_of(61, verdict=Verdict.BREACH))
    page.look()
    assert overview(page, "1")["live"]["version"] == 2


def test_a_pair_that_is_not_measured_any_more_is_unknown(shown, file):
    fill(file, *(minute_of(one) for one in range(60)))
    page, clock = shown
    page.look()
    verdicts = overview(page)["data"]["verdicts"]
    assert verdicts[overview(page)["data"]["pairs"]["verdict"][0]] == "pass"
    clock.minute = 70
    page.look()
    data = overview(page)["data"]
    assert verdicts[data["pairs"]["verdict"][0]] == "unknown"
    assert "t_p99" not in data["pairs"], "how it was is not how it is"


def test_all_of_the_time_stands_beside_now(shown, file):
    fill(file, *(minute_of(one) for one in range(60)))
    page, _ = shown
    page.look()
    assert "t_long_p99" not in overview(page)["data"]["pairs"]
    page.look_back()
    assert overview(page)["data"]["pairs"]["t_long_p99"][0] > 20_000


def test_a_database_that_was_away_is_read_again(shown, file):
    fill(file, minute_of(59))
    page, _ = shown
    page.look()
    away = file.with_name("away.sqlite")
    file.rename(away)
    page.look()
    told = overview(page, "1")
    assert told["live"]["away"]["since"] == "2023-11-14T01:01:00Z"
    assert told["data"] is None, "what was read before stays"
    assert "away" in json.loads(page.pages["/pair.json"](KEY).body)
    away.rename(file)
    page.look()
    assert overview(page, "1")["live"]["away"] is None
    assert json.loads(page.pages["/pair.json"](KEY).body)["series"]


KEY = {"src": "beijing", "dst": "shanghai", "flow": "daily gold"}


def test_a_pair_is_told_by_the_names_of_the_page(shown, file):
    odd = "x\u202ey"
    fill(file, minute_of(59), minute_of(59, odd), minute_of(59, EVIL))
    page, _ = shown
    page.look()
    names = overview(page)["data"]["names"]
    assert "x\\u202ey" in names
    asked = {**KEY, "dst": "x\\u202ey"}
    (there, back) = json.loads(page.pages["/pair.json"](asked).body)["series"]
    assert (there["dst"], back["src"]) == ("x\\u202ey", "x\\u202ey")
    assert page.pages["/pair.json"]({**KEY, "dst": "nobody"}).status == 404
    body = page.pages["/"]({}).body
    assert EVIL.encode() not in body
    assert b"connect-src 'self'" in body


def test_a_dashboard_that_was_started_anew_gives_what_it_has(shown, file):
    """Its versions begin at 0 again: the same number means something else."""
    fill(file, minute_of(59))
    page, clock = shown
    page.look()
    live = overview(page)["live"]
    seen = {"run": live["run"], "seen": str(live["version"])}
    assert json.loads(page.pages["/overview.json"](seen).body)["data"] is None
    clock.minute = 62
    again = Shown(page._source, Sources(), Ground(), 5.0, clock)
    again.look()
    told = json.loads(again.pages["/overview.json"](seen).body)
    assert (told["live"]["version"], told["live"]["run"] == live["run"]) == (live["version"], False)
    assert told["data"] is not None


def test_the_pages_of_planned_pairs_keep_to_the_campaign(file):
    hourly = minute_of(59)
    fill(file, minute_of(59), replace(hourly, key=replace(hourly.key, campaign="hourly")))
    source = Source(f"sqlite:///{file}", "daily", 180 * MINUTE_NS, Clock(61))
    page = Shown(source, Sources(), Ground(), 5.0, Clock(61))
    page.look()
    told = json.loads(page.pages["/pair.json"]({**KEY, "flow": ""}).body)
    assert {one["campaign"] for one in told["series"]} == {"daily"}
    source.close()


def test_whatever_goes_wrong_is_told_and_looking_goes_on(shown, file, monkeypatch, capsys):
    fill(file, minute_of(59))
    page, _ = shown
    with monkeypatch.context() as patched:
        patched.setattr(Source, "now", lambda _self: 1 / 0)
        page.look()
        page.look()
    assert overview(page)["live"]["away"]["error"].startswith("ZeroDivisionError")
    assert capsys.readouterr().err.count("Traceback") == 1
    page.look()
    assert overview(page)["live"]["away"] is None


def test_a_plan_is_not_how_pairs_are_before_anything_was_read(file):
    clock = Clock(61)
    source = Source(f"sqlite:///{file}", None, 180 * MINUTE_NS, clock)
    page = Shown(source, Sources(plan=plan_document(1, 2)), Ground(), 5.0, clock)
    page.look()
    assert overview(page)["data"]["sentence"] == "Nothing has been read yet."


def test_a_planned_pair_that_nobody_has_measured_has_nothing_to_tell(file):
    fill(file, minute_of(59))
    clock, plan = Clock(61), plan_document(1, 1)
    source = Source(f"sqlite:///{file}", None, 180 * MINUTE_NS, clock)
    page = Shown(source, Sources(plan=plan), Ground(), 5.0, clock)
    page.look()
    asked = {"src": plan["pairs"][0]["src"], "dst": plan["pairs"][0]["dst"], "flow": ""}
    told = page.pages["/pair.json"](asked)
    assert (told.status, json.loads(told.body)["series"]) == (200, [])
    assert page.pages["/pair.json"]({**asked, "dst": "nobody"}).status == 404
    source.close()


def test_whatever_goes_wrong_with_one_pair_is_told_of_it(shown, file, monkeypatch, capsys):
    fill(file, minute_of(59))
    page, _ = shown
    page.look()
    with monkeypatch.context() as patched:
        patched.setattr(Source, "pair", lambda _self, _selection: 1 / 0)
        told = json.loads(page.pages["/pair.json"](KEY).body)
    assert told["away"]["error"].startswith("ZeroDivisionError")
    assert "Traceback" in capsys.readouterr().err
    assert json.loads(page.pages["/pair.json"](KEY).body)["series"]


def test_since_a_date_stays_that_date_and_so_long_ago_moves_on(file):
    fill(file, *(minute_of(one) for one in range(60)))
    clock = Clock(61)
    for since_ns, begins in ((START_NS, [0, 0]), (None, [1, 41])):
        source = Source(f"sqlite:///{file}", None, 60 * MINUTE_NS, clock, since_ns)
        found = []
        for clock.minute in (61, 101):
            found.append((source.now().since_ns - START_NS) // MINUTE_NS)
        assert found == begins
        source.close()


def test_what_is_sent_of_a_state_is_made_once(shown, file):
    fill(file, minute_of(59))
    page, clock = shown
    page.look()
    for path in ("/", "/overview.json"):
        first = page.pages[path]({}).body
        assert page.pages[path]({}).body is first
    clock.minute = 62
    page.look()
    assert page.pages["/overview.json"]({}).body != first, "it says as of when it is"
    seen = overview(page)["live"]
    assert overview(page, str(seen["version"]))["data"] is None
    assert overview(page)["data"] is not None
