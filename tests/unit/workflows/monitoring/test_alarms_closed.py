"""Alarms that no window will ever clear are closed, with the reason."""

from __future__ import annotations

import json
from dataclasses import replace

from alarmed_store import FIRST, PAIRS, RULES, at, windows
from watched_windows import MINUTE_NS, one_way, window

from netkit.model.measurement.window import DirectionWindow
from netkit.model.monitoring.rules import AlarmRules, Condition, Count, Rule
from netkit.model.verdict import Verdict
from netkit.monitor.alarms.silence import Expected
from netkit.monitor.changes.compare import FlowKey
from netkit.monitor.outcomes import Evaluation
from netkit.stats.windows.joined import rolled_up
from netkit.store.alarms.store import AlarmStore
from netkit.store.windows.levels import DAY_NS
from netkit.store.windows.upkeep.retention import Retention, prune
from netkit.store.windows.upkeep.rollup import roll_up
from netkit.workflows.monitoring.evaluate import evaluate
from netkit.workflows.monitoring.mesh import MeshReader, floors


def test_an_alarm_of_a_flow_that_left_the_campaign_is_closed_with_the_reason(store) -> None:
    store.add(windows(FIRST, FIRST + 3, slow_ns=4_000_000))
    first = at(store, FIRST + 3)
    assert len(first.active) == 4
    left = FlowKey("a", "c", "main")
    kept_flows = frozenset(FlowKey(src, dst, "main") for src, dst in PAIRS) - {left}
    reader = MeshReader(store, "watch", floors(None, None), Expected(kept_flows, MINUTE_NS))

    def again(minute: int) -> Evaluation:
        return evaluate(reader, RULES, None, minute * MINUTE_NS)

    store.add(windows(FIRST + 3, FIRST + 4, slow_ns=4_000_000))
    assert again(FIRST + 4).cleared == (), "somebody measures it still"
    (ended,) = again(FIRST + 4).cleared
    (alarm,) = [one for one in first.raised if one.id == ended]
    assert (alarm.subject.src, alarm.subject.dst) == ("a", "c")
    (closed,) = [one for one in AlarmStore(store).alarms("watch") if one.id == ended]
    assert closed.cleared_ns == (FIRST + 4) * MINUTE_NS
    assert json.loads(closed.evidence)["closed"] == "the flow is no longer in the campaign"
    (told,) = [one for one in AlarmStore(store).waiting() if one.event_id == f"{ended}-cleared"]
    assert json.loads(told.text)["evidence"]["closed"] == "the flow is no longer in the campaign"
    assert again(FIRST + 5).cleared == ()


def test_an_alarm_that_stands_longer_than_windows_are_kept_is_closed(store) -> None:
    """As of a path that is longer for good: of what was usual nothing is known, and another change
    of the flow raised nothing."""
    day = 24 * 60
    store.add(windows(FIRST, FIRST + 3, slow_ns=4_000_000))
    assert len(at(store, FIRST + 3).active) == 4
    for later in (day, 2 * day, 3 * day):
        store.add(windows(FIRST + later, FIRST + later + 8, slow_ns=4_000_000))
    assert at(store, FIRST + 3 * day + 8).cleared == ()
    now_ns = (FIRST + 3 * day + 9) * MINUTE_NS
    roll_up(store, now_ns, rolled_up)
    prune(store, Retention(DAY_NS, None, None), now_ns)
    assert len(at(store, FIRST + 3 * day + 9).cleared) == 4
    closed = [json.loads(one.evidence)["closed"] for one in AlarmStore(store).alarms("watch")]
    assert closed == ["what was before it is not kept any more"] * 4
    begin = FIRST + 3 * day + 9
    store.add(windows(begin, begin + 3, slow_ns=9_000_000))
    assert len(at(store, begin + 3).active) == 4


def test_an_alarm_of_a_tier_that_was_taken_out_is_closed_with_the_reason(store) -> None:
    """Windows without a bound have no verdict, and none of them would ever clear it."""
    rules = AlarmRules((Rule("tier", Condition.TIER, Count(2, 3), Count(3, 3)),), ())
    reader = MeshReader(store, "watch", floors(None, None))
    bad = replace(one_way(14_000_000), verdict=Verdict.BREACH)
    unjudged = replace(one_way(14_000_000), verdict=Verdict.UNKNOWN)

    def then(minute: int, part: DirectionWindow, bound_us: int | None) -> Evaluation:
        store.add([replace(window(minute, part, part), bound_us=bound_us)])
        return evaluate(reader, rules, None, (minute + 1) * MINUTE_NS)

    for minute in range(FIRST, FIRST + 3):
        found = then(minute, bad, 10_000)
    assert len(found.active) == 2
    assert then(FIRST + 3, unjudged, 10_000).cleared == (), (
        "nobody knows, as of a peer that is down"
    )
    assert len(then(FIRST + 4, unjudged, None).cleared) == 2
    closed = [json.loads(one.evidence)["closed"] for one in AlarmStore(store).alarms("watch")]
    assert closed == ["the flow has no tier any more"] * 2


def test_an_alarm_of_a_rule_that_is_gone_is_closed_after_a_day(store) -> None:
    """Renamed, or taken out: no window would ever clear it. Another file may have it."""
    day = 24 * 60
    store.add(windows(FIRST, FIRST + 3, slow_ns=4_000_000))
    assert len(at(store, FIRST + 3).active) == 4
    other = AlarmRules((Rule("tier", Condition.TIER),), ())
    reader = MeshReader(store, "watch", floors(None, None))

    def again(minute: int) -> Evaluation:
        return evaluate(reader, other, None, minute * MINUTE_NS)

    store.add(windows(FIRST + 60, FIRST + 61))
    assert again(FIRST + 61).cleared == ()
    assert again(FIRST + 2 * day).cleared == (), "nothing is evaluated at all"
    store.add(windows(FIRST + day + 30, FIRST + day + 31))
    assert len(again(FIRST + day + 31).cleared) == 4
    assert again(FIRST + day + 32).active == ()
    closed = [json.loads(one.evidence)["closed"] for one in AlarmStore(store).alarms("watch")]
    assert closed == ["nobody has evaluated its rule for a day"] * 4


def test_silence_of_a_day_is_no_sign_that_another_file_is_not_evaluated(store) -> None:
    """Rules of silence are evaluated without windows, all others with them only."""
    store.add(windows(FIRST, FIRST + 3, slow_ns=4_000_000))
    assert len(at(store, FIRST + 3).active) == 4
    flows = frozenset(FlowKey(src, dst, "main") for src, dst in PAIRS)
    reader = MeshReader(store, "watch", floors(None, None), Expected(flows, MINUTE_NS))
    silent = AlarmRules((Rule("silent", Condition.SILENT, Count(2, 3), Count(3, 3)),), ())
    for minute in (FIRST + 4, FIRST + 25 * 60):
        found = evaluate(reader, silent, None, minute * MINUTE_NS)
        assert [one for one in found.cleared if one.subject.rule == "slow"] == []
