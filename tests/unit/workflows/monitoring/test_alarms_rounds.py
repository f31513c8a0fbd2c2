"""Alarms of windows that come seldom, as by rounds of cron, late, or not at all."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from alarmed_store import FIRST, NOC, PAIRS, RULES, windows
from watched_windows import MINUTE_NS, one_way, window

from netkit.model.measurement.campaign import CampaignFlow, FieldCampaign
from netkit.model.measurement.window import Window
from netkit.model.monitoring.rules import AlarmRules, Condition, Count, Rule
from netkit.model.units import NS_PER_S
from netkit.model.verdict import Verdict
from netkit.monitor.alarms.silence import Expected
from netkit.monitor.changes.compare import FlowKey
from netkit.monitor.outcomes import Evaluation
from netkit.store.alarms.store import AlarmStore
from netkit.store.windows.store import WindowStore, open_store
from netkit.workflows.monitoring.evaluate import evaluate
from netkit.workflows.monitoring.mesh import MeshReader, floors

SILENT = AlarmRules((Rule("silent", Condition.SILENT, Count(2, 3), Count(2, 2)),), (NOC,))
MESH = frozenset(FlowKey(src, dst, "main") for src, dst in PAIRS)


def listen(store: WindowStore, minute: int, period_ns: int = MINUTE_NS) -> Evaluation:
    expected = Expected(MESH, period_ns)
    reader = MeshReader(store, "watch", floors(None, None), expected)
    return evaluate(reader, SILENT, None, minute * MINUTE_NS)


def without_a(first: int, last: int) -> list[Window]:
    return [one for one in windows(first, last) if one.key.src != "a"]


def test_a_site_that_says_nothing_any_more_is_an_alarm_until_it_does_again(store) -> None:
    assert listen(store, FIRST).active == ()
    store.add(without_a(FIRST, FIRST + 4))
    # The minutes up to FIRST + 1 are over for two minutes, those after may still be on their way.
    assert listen(store, FIRST + 3).active == ()
    found = listen(store, FIRST + 4)
    assert {(one.subject.src, one.subject.dst) for one in found.raised} == {
        ("a", "b"), ("a", "c"), ("a", "d"),
    }  # fmt: skip
    assert found.raised[0].since_ns == FIRST * MINUTE_NS
    assert json.loads(found.raised[0].evidence)["path"] is None
    store.add(windows(FIRST + 4, FIRST + 8))
    assert len(listen(store, FIRST + 8).cleared) == 3


def test_what_comes_late_but_in_time_was_not_silent(store) -> None:
    listen(store, FIRST)
    store.add(without_a(FIRST, FIRST + 4))
    assert listen(store, FIRST + 3).raised == ()
    store.add(windows(FIRST, FIRST + 8))
    assert listen(store, FIRST + 8).raised == ()


def test_a_flow_that_never_had_a_window_is_told_once_it_should_have_had_two(store) -> None:
    kept = AlarmStore(store)
    reader = MeshReader(
        store, "watch", floors(None, None), Expected(MESH | {FlowKey("x", "a", "main")}, MINUTE_NS)
    )
    for minute in range(FIRST, FIRST + 6):
        store.add(windows(minute, minute + 1))
        evaluate(reader, SILENT, None, minute * MINUTE_NS)
    assert [one.subject.src for one in kept.alarms("watch")] == ["x"]


def test_with_rounds_a_window_in_each_round_is_enough(store) -> None:
    round_ns = 5 * MINUTE_NS
    assert listen(store, FIRST, round_ns).active == ()
    for minute in (FIRST + 1, FIRST + 8, FIRST + 12):
        store.add(windows(minute, minute + 1))
    assert listen(store, FIRST + 17, round_ns).active == ()
    assert len(listen(store, FIRST + 27, round_ns).active) == len(PAIRS)


@pytest.mark.parametrize("minutes", [5, 10, 30, 60])
@pytest.mark.parametrize("condition", [Condition.TIER, Condition.DELAY])
def test_windows_that_come_seldom_raise_alarms_too(tmp_path, minutes, condition) -> None:
    """Of an hour none is over that began within the last hour; of ten minutes half an hour has
    three, too few to tell what is usual."""
    rules = AlarmRules((Rule("slow", condition, Count(2, 3), Count(3, 3)),), ())
    expected = Expected(frozenset({FlowKey("a", "b", "main")}), minutes * MINUTE_NS)
    breach = replace(one_way(14_000_000), verdict=Verdict.BREACH)
    with open_store(f"sqlite:///{tmp_path / 'w.sqlite'}") as store:
        reader = MeshReader(store, "watch", floors(None, None), expected)
        raised = []
        for number in range(15):
            one = window(
                number * minutes, breach if number > 10 else one_way(10_000_000),
                one_way(10_000_000),
            )  # fmt: skip
            key = replace(one.key, length_ns=minutes * MINUTE_NS)
            store.add([replace(one, key=key)])
            now_ns = key.start_ns + key.length_ns + 20 * NS_PER_S
            raised += evaluate(reader, rules, None, now_ns).raised
    (alarm,) = raised
    assert alarm.since_ns == 11 * minutes * MINUTE_NS


@pytest.mark.parametrize("round_minutes", [5, 60])
@pytest.mark.parametrize("condition", [Condition.TIER, Condition.DELAY, Condition.LOSS])
def test_rounds_of_cron_raise_alarms_and_clear_them(tmp_path, round_minutes, condition) -> None:
    """Windows are of a minute, as in campaigns that say nothing else: by rules that say nothing
    else three rounds raise and five clear."""
    rules = AlarmRules((Rule("slow", condition, over=0.0),), ())
    flows = (CampaignFlow("main", "a", "b", NS_PER_S // 10),)
    campaign = FieldCampaign("watch", (), flows, round_ns=round_minutes * MINUTE_NS)
    bad = replace(one_way(14_000_000, lost=30), verdict=Verdict.BREACH)
    told = []
    with open_store(f"sqlite:///{tmp_path / 'w.sqlite'}") as store:
        reader = MeshReader(store, "watch", floors(None, None), Expected.of(campaign))
        for number in range(24):
            begun = number * round_minutes + 7 * number % round_minutes
            good = one_way(10_000_000 + number % 3)
            store.add([window(begun, bad if 10 < number < 16 else good, one_way(10_000_000))])
            found = evaluate(reader, rules, None, (number + 1) * round_minutes * MINUTE_NS)
            told.append((len(found.raised), len(found.cleared)))
    assert told.index((1, 0)) == 13
    assert told.index((0, 1)) == 20
    assert len([one for one in told if one != (0, 0)]) == 2


@pytest.mark.parametrize("hours", [2, 24])
def test_sites_that_end_their_rounds_at_different_times_are_all_heard(tmp_path, hours) -> None:
    """The flows of one begin early in the round and are stored when it ends, long after those of
    another: what is over an hour behind the others was never looked at."""
    rules = AlarmRules((Rule("tier", Condition.TIER, Count(2, 3), Count(3, 3)),), ())
    flows = frozenset({FlowKey("a", "b", "main"), FlowKey("c", "d", "main")})
    expected = Expected(flows, hours * 60 * MINUTE_NS)
    bad = replace(one_way(14_000_000), verdict=Verdict.BREACH)
    with open_store(f"sqlite:///{tmp_path / 'w.sqlite'}") as store:
        reader = MeshReader(store, "watch", floors(None, None), expected)
        raised = []
        for number in range(1, 5):
            begin = number * hours * 60
            for minute, now, src, dst in (
                (hours * 45, hours * 46, "c", "d"), (5, hours * 60, "a", "b"),
            ):  # fmt: skip
                store.add([window(begin + minute, bad, one_way(10_000_000), src=src, dst=dst)])
                raised += evaluate(reader, rules, None, (begin + now) * MINUTE_NS).raised
    assert {(one.subject.src, one.subject.dst) for one in raised} == {("a", "b"), ("c", "d")}


def test_a_new_site_that_always_delivers_late_is_heard(tmp_path) -> None:
    """Five minutes after the others: what is read began where these had come to."""
    rules = AlarmRules((Rule("tier", Condition.TIER, Count(2, 3), Count(3, 3)),), ())
    expected = Expected(
        frozenset({FlowKey("a", "b", "main"), FlowKey("x", "a", "main")}), MINUTE_NS
    )
    bad = replace(one_way(14_000_000), verdict=Verdict.BREACH)
    active = []
    with open_store(f"sqlite:///{tmp_path / 'w.sqlite'}") as store:
        reader = MeshReader(store, "watch", floors(None, None), expected)
        for minute in range(FIRST, FIRST + 12):
            store.add([window(minute, one_way(10_000_000), one_way(10_000_000))])
            if minute >= FIRST + 6:
                store.add([window(minute - 5, bad, one_way(10_000_000), src="x", dst="a")])
            active.append(len(evaluate(reader, rules, None, (minute + 1) * MINUTE_NS).active))
    assert active == [0] * 7 + [1] * 5


def test_an_agent_of_a_campaign_with_rare_rounds_reads_no_week_of_minutes(store, monkeypatch):
    """Rounds are for cron: an agent has a window of each flow every minute."""
    spans, read = [], MeshReader.read

    def counted(reader: MeshReader, since_ns: int, until_ns: int) -> tuple[Window, ...]:
        spans.append(until_ns - since_ns)
        return read(reader, since_ns, until_ns)

    flows = frozenset(FlowKey(src, dst, "main") for src, dst in PAIRS)
    expected = Expected(flows, 7 * 24 * 60 * MINUTE_NS)
    reader = MeshReader(store, "watch", floors(None, None), expected)
    evaluate(reader, RULES, None, FIRST * MINUTE_NS)
    store.add(windows(FIRST, FIRST + 3, slow_ns=4_000_000))
    monkeypatch.setattr(MeshReader, "read", counted)
    assert len(evaluate(reader, RULES, None, (FIRST + 3) * MINUTE_NS).active) == 4
    assert max(spans) <= 60 * MINUTE_NS
