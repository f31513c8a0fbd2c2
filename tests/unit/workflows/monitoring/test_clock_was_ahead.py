"""A clock that ran ahead and was set back, or nobody who looked for days: what watches goes on from
now, and makes nothing up of a time that never was."""

from __future__ import annotations

import pytest
from measured_windows import BEGIN_NS
from measured_windows import window as measured
from watched_windows import MINUTE_NS, one_way, window

from netkit.model.measurement.window import Window
from netkit.model.monitoring.rules import AlarmRules, Channel, Condition, Count, Rule, Target
from netkit.model.verdict import Verdict
from netkit.monitor.alarms.silence import Expected
from netkit.monitor.changes.compare import FlowKey
from netkit.monitor.outcomes import Evaluation
from netkit.store.alarms.store import AlarmStore
from netkit.store.windows.store import WindowStore, open_store
from netkit.workflows.monitoring.deliver import deliver
from netkit.workflows.monitoring.evaluate import evaluate
from netkit.workflows.monitoring.mesh import MeshReader, floors
from netkit.workflows.monitoring.metrics import MetricsOptions, Scraped, write_textfile

NOW = 10 * 24 * 60
YEAR = 365 * 24 * 60
NOC = Target("noc", Channel.WEBHOOK, ("http://noc.example",))
TIER = AlarmRules((Rule("tier", Condition.TIER, Count(2, 3), Count(2, 2)),), (NOC,))
SILENT = AlarmRules((Rule("silent", Condition.SILENT, Count(2, 3), Count(2, 2)),), (NOC,))
FLOWS = frozenset({FlowKey("a", "b", "main")})


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'windows.sqlite'}") as opened:
        yield opened


def minutes(first: int, last: int, verdict: Verdict = Verdict.PASS) -> list[Window]:
    ways = one_way(10_000_000, verdict=verdict), one_way(10_000_000)
    return [window(minute, *ways) for minute in range(first, last)]


def at(
    store: WindowStore, minute: int, rules: AlarmRules = TIER, period_ns: int = MINUTE_NS
) -> Evaluation:
    expected = Expected(FLOWS, period_ns)
    reader = MeshReader(store, "watch", floors(None, None), expected)
    return evaluate(reader, rules, None, minute * MINUTE_NS)


def test_alarms_are_raised_and_cleared_after_a_clock_that_was_a_year_ahead(store) -> None:
    store.add(minutes(NOW - 5, NOW))
    at(store, NOW)
    store.add(minutes(NOW + YEAR, NOW + YEAR + 2))
    at(store, NOW + YEAR + 2)
    store.add(minutes(NOW, NOW + 3, Verdict.BREACH))
    assert len(at(store, NOW + 3).raised) == 1
    store.add(minutes(NOW + 3, NOW + 5))
    assert len(at(store, NOW + 5).cleared) == 1


def test_an_alarm_that_was_raised_a_year_ahead_is_cleared_now(store) -> None:
    store.add(minutes(NOW + YEAR, NOW + YEAR + 3, Verdict.BREACH))
    assert len(at(store, NOW + YEAR + 3).raised) == 1
    at(store, NOW)
    store.add(minutes(NOW, NOW + 2))
    assert len(at(store, NOW + 2).cleared) == 1


def test_what_is_told_waits_for_no_time_that_never_was(store) -> None:
    ahead_ns = (NOW + YEAR + 3) * MINUTE_NS
    store.add(minutes(NOW + YEAR, NOW + YEAR + 3, Verdict.BREACH))
    at(store, NOW + YEAR + 3)
    kept = AlarmStore(store)
    refused = deliver(kept, TIER, lambda: ahead_ns, {Channel.WEBHOOK: lambda *_: "HTTP 503"})
    assert len(refused.failed) == 1
    taken = deliver(kept, TIER, lambda: NOW * MINUTE_NS, {Channel.WEBHOOK: lambda *_: None})
    assert taken.taken == 1


def test_nobody_was_silent_while_nobody_looked(store) -> None:
    """Of what is no longer read nothing is said, neither that it was there nor that it was not."""
    store.add(minutes(NOW - 5, NOW))
    at(store, NOW, SILENT)
    later = NOW + 4 * 24 * 60
    store.add(minutes(NOW, later))
    found = at(store, later, SILENT)
    assert (found.raised, found.cleared) == ((), ())
    store.add(minutes(later + 3, later + 4))
    assert len(at(store, later + 5, SILENT).raised) == 1, "and from now on it is listened to"


def test_a_year_that_a_clock_leapt_over_is_not_judged_minute_by_minute(store) -> None:
    store.add(minutes(NOW - 5, NOW))
    at(store, NOW, SILENT)
    at(store, NOW + YEAR, SILENT)
    state = next(iter(AlarmStore(store).states("watch").values()))
    assert state.last_ns == (NOW + YEAR - 3) * MINUTE_NS
    at(store, NOW + 1, SILENT)
    store.add(minutes(NOW, NOW + 9))
    at(store, NOW + 9, SILENT)
    assert at(store, NOW + 9, SILENT).active == ()


def test_rounds_of_another_length_make_nobody_silent(store) -> None:
    """The minute up to which a flow was judged begins no round of five."""
    store.add(minutes(NOW - 5, NOW + 60))
    at(store, NOW + 6, SILENT)
    assert at(store, NOW + 60, SILENT, 5 * MINUTE_NS).raised == ()


def test_rounds_of_a_week_are_listened_to(store) -> None:
    week = 7 * 24 * 60
    for start in range(2 * week, 5 * week, week):
        store.add(minutes(start + 60, start + 61))
        assert at(store, start + week + 5, SILENT, week * MINUTE_NS).raised == ()
    at(store, 6 * week + 5, SILENT, week * MINUTE_NS)
    assert len(at(store, 7 * week + 5, SILENT, week * MINUTE_NS).raised) == 1


def of_hubs(first: int, last: int):
    held = [measured(minute=minute) for minute in range(first, last)]

    def windows(selection):
        fresh_ns, until_ns = selection.fresh_since_ns - 2 * MINUTE_NS, selection.until_ns
        return [one for one in held if fresh_ns < one.key.start_ns < until_ns]

    return windows


def sent(text: str) -> float:
    found = [line for line in text.splitlines() if line.startswith("netkit_probes_sent_total{")]
    return sum(float(line.rpartition(" ")[2]) for line in found)


def test_a_scraper_sees_windows_of_now_after_a_clock_that_was_ahead() -> None:
    now_ns = BEGIN_NS + YEAR * MINUTE_NS + MINUTE_NS
    windows = of_hubs(YEAR, YEAR + 1)
    scraped = Scraped(lambda selection: windows(selection), MetricsOptions(), lambda: now_ns)
    assert sent(scraped.text("")[0].decode()) == 2
    windows, now_ns = of_hubs(0, 8), BEGIN_NS + 8 * MINUTE_NS
    assert sent(scraped.text("")[0].decode()) == 16


def test_a_textfile_goes_on_after_a_clock_that_was_ahead(tmp_path) -> None:
    file, options = tmp_path / "netkit.prom", MetricsOptions()
    write_textfile(of_hubs(YEAR, YEAR + 1), file, options, BEGIN_NS + (YEAR + 1) * MINUTE_NS)
    write_textfile(of_hubs(0, 8), file, options, BEGIN_NS + 8 * MINUTE_NS)
    assert sent(file.read_text()) == 16
