"""Alarms from a store: recorded once, told until somebody has heard, with what there was to see."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest
from small_topologies import line
from watched_windows import MINUTE_NS, one_way, window

from netkit.errors import InputError
from netkit.model.measurement.campaign import CampaignFlow, FieldCampaign, Site
from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import DirectionWindow, Window
from netkit.model.monitoring.alarm import Way
from netkit.model.monitoring.rules import AlarmRules, Channel, Condition, Count, Rule, Target
from netkit.model.units import NS_PER_S
from netkit.model.verdict import Verdict
from netkit.monitor.alarms.silence import Expected
from netkit.monitor.changes.compare import FlowKey
from netkit.monitor.outcomes import Evaluation, Told
from netkit.report.terminal.monitoring.alarms import evaluation_lines
from netkit.stats.windows.joined import rolled_up
from netkit.store.alarms.store import AlarmStore
from netkit.store.windows.levels import DAY_NS
from netkit.store.windows.store import WindowStore, open_store
from netkit.store.windows.upkeep.retention import Retention, prune
from netkit.store.windows.upkeep.rollup import roll_up
from netkit.workflows.monitoring.channels import webhook
from netkit.workflows.monitoring.deliver import deliver
from netkit.workflows.monitoring.evaluate import evaluate
from netkit.workflows.monitoring.locate import FlowRoutes, flow_routes
from netkit.workflows.monitoring.mesh import MeshReader, floors

PAIRS = list(itertools.combinations("abcd", 2))
NOC = Target("noc", Channel.WEBHOOK, ("http://noc.example",))
RULES = AlarmRules((Rule("slow", Condition.DELAY, Count(2, 3), Count(3, 3)),), (NOC,))
FIRST = 2 * 60
"""The minute in which something goes wrong; before are two hours."""


def windows(first: int, last: int, slow_ns: int = 0) -> list[Window]:
    """``slow_ns`` is what b to c takes longer, in that direction."""
    return [
        window(
            minute,
            one_way(10_000_000 + (slow_ns if src <= "b" < "c" <= dst else 0)),
            one_way(10_000_000),
            src=src,
            dst=dst,
        )
        for minute in range(first, last)
        for src, dst in PAIRS
    ]


@pytest.fixture
def store(tmp_path: Path):
    with open_store(f"sqlite:///{tmp_path / 'windows.sqlite'}") as opened:
        opened.add(windows(0, FIRST))
        yield opened


@pytest.fixture(scope="module")
def routes() -> FlowRoutes:
    sites = tuple(Site(name, (f"{name}.example",), name) for name in "abcd")
    flows = tuple(CampaignFlow("main", src, dst, NS_PER_S) for src, dst in PAIRS)
    return flow_routes(FieldCampaign("watch", sites, flows), line(1000, 1000, 1000))


def at(store: WindowStore, minute: int, routes: FlowRoutes | None = None) -> Evaluation:
    reader = MeshReader(store, "watch", floors(None, None))
    return evaluate(reader, RULES, routes, minute * MINUTE_NS)


def test_an_alarm_has_its_evidence_and_names_the_link(store, routes) -> None:
    assert at(store, FIRST, routes).active == ()
    store.add(windows(FIRST, FIRST + 3, slow_ns=4_000_000))
    found = at(store, FIRST + 3, routes)
    assert sorted((one.subject.src, one.subject.dst) for one in found.raised) == [
        ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"),
    ]  # fmt: skip
    evidence = json.loads(found.raised[0].evidence)
    (likely,) = [one for one in evidence["likely_links"] if one["posterior"] > 0.5]
    assert likely["links"] == [{"link": "b-c", "from": "b"}]
    assert len(evidence["windows"]) == 13
    assert evidence["windows"][-1]["min_ms"] == 14.0
    assert evidence["samples"]["sites"] == ["a", "c"]
    assert found.raised[0].since_ns == FIRST * MINUTE_NS


def test_a_peer_that_is_down_leaves_how_many_had_no_answer_and_why(store) -> None:
    dark = [
        replace(
            one, outcomes={Outcome.REFUSED: 60}, forward=DirectionWindow(sent=60),
            backward=DirectionWindow(received=0), round_trip=None, notes={"refused: by a port": 60},
        )
        for one in windows(FIRST, FIRST + 3)
        if (one.key.src, one.key.dst) == ("a", "b")
    ]  # fmt: skip
    store.add(dark)
    rules = AlarmRules((Rule("loss", Condition.LOSS, Count(2, 3), Count(3, 3), over=0.01),), ())
    reader = MeshReader(store, "watch", floors(None, None))
    (raised,) = evaluate(reader, rules, None, (FIRST + 3) * MINUTE_NS).raised
    assert raised.subject.way is Way.ROUND_TRIP
    for one in json.loads(raised.evidence)["windows"][-3:]:
        assert (one["sent"], one["unanswered"], one["min_ms"]) == (60, 60, None)
        assert one["notes"] == {"refused: by a port": 60}


def test_evaluating_again_records_and_tells_nothing_twice(store, routes) -> None:
    store.add(windows(FIRST, FIRST + 3, slow_ns=4_000_000))
    first = at(store, FIRST + 3, routes)
    again = at(store, FIRST + 3, routes)
    assert (len(first.raised), again.raised) == (4, ())
    assert again.active == first.active
    assert len(AlarmStore(store).waiting()) == 4


def test_two_who_evaluate_at_once_raise_one_alarm(store, routes) -> None:
    """As if the second had read before the first wrote."""
    store.add(windows(FIRST, FIRST + 3, slow_ns=4_000_000))
    kept = AlarmStore(store)
    first = at(store, FIRST + 3, routes)
    kept.record({}, first.raised, {}, (), 0)
    assert len(kept.alarms("watch")) == 4
    assert kept.alarms("watch") == list(first.active)


def test_what_is_wrong_for_long_does_not_become_usual_and_then_clears(store) -> None:
    store.add(windows(FIRST, FIRST + 200, slow_ns=4_000_000))
    for minute in range(FIRST + 50, FIRST + 201, 50):
        assert len(at(store, minute).active) == 4
    store.add(windows(FIRST + 200, FIRST + 203))
    found = at(store, FIRST + 203)
    assert found.active == ()
    assert len(found.cleared) == 4
    (cleared,) = {one.cleared_ns for one in AlarmStore(store).alarms("watch")}
    assert cleared == (FIRST + 202) * MINUTE_NS
    ends = [
        json.loads(one.text) for one in AlarmStore(store).waiting() if "cleared" in one.event_id
    ]
    assert [(one["move"], one["cleared"] == one["at"]) for one in ends] == [("cleared", True)] * 4


def test_of_alarms_that_stand_for_long_only_their_own_windows_are_read(store, monkeypatch) -> None:
    """Each began at another moment; of those of all flows only the newest are read."""
    spans, read = [], MeshReader.read

    def counted(reader: MeshReader, since_ns: int, until_ns: int) -> tuple[Window, ...]:
        spans.append((since_ns, until_ns))
        return read(reader, since_ns, until_ns)

    for late, pair in enumerate(PAIRS):
        store.add([
            window(minute, one_way(10_000_000 + (4_000_000 if minute >= FIRST + late else 0)),
                   one_way(10_000_000), src=pair[0], dst=pair[1])
            for minute in range(FIRST, FIRST + 20)
        ])  # fmt: skip
    assert len(at(store, FIRST + 20).active) == len(PAIRS)
    store.add(windows(FIRST + 20, FIRST + 21, slow_ns=4_000_000))
    monkeypatch.setattr(MeshReader, "read", counted)
    at(store, FIRST + 21)
    assert len(spans) == 1
    store.add(windows(FIRST + 21, FIRST + 26))
    assert at(store, FIRST + 26).active == (), "what was before the alarms is what is usual"


def test_telling_is_tried_again_until_it_is_taken(store) -> None:
    store.add(windows(FIRST, FIRST + 3, slow_ns=4_000_000))
    at(store, FIRST + 3)
    kept, now_ns, taken = AlarmStore(store), (FIRST + 3) * MINUTE_NS, []

    def refuse(target: Target, event_id: str, text: str) -> str | None:
        return "HTTP 503"

    def take(target: Target, event_id: str, text: str) -> str | None:
        assert json.loads(text)["event"] == event_id
        taken.append(event_id)
        return None

    told = deliver(kept, RULES, lambda: now_ns, {Channel.WEBHOOK: refuse})
    assert (told.taken, len(told.failed)) == (0, 4)
    assert deliver(kept, RULES, lambda: now_ns + 9 * NS_PER_S, {Channel.WEBHOOK: take}).taken == 0
    assert deliver(kept, RULES, lambda: now_ns + 10 * NS_PER_S, {Channel.WEBHOOK: take}).taken == 4
    assert deliver(kept, RULES, lambda: now_ns + 99 * NS_PER_S, {Channel.WEBHOOK: take}).taken == 0
    assert len(set(taken)) == 4
    assert kept.waiting() == []


def test_a_process_that_dies_after_telling_tells_again_with_the_same_id(store) -> None:
    store.add(windows(FIRST, FIRST + 3, slow_ns=4_000_000))
    at(store, FIRST + 3)
    heard: list[str] = []

    def die(target: Target, event_id: str, text: str) -> str | None:
        heard.append(event_id)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver(AlarmStore(store), RULES, lambda: 10**18, {Channel.WEBHOOK: die})

    def take(target: Target, event_id: str, text: str) -> str | None:
        heard.append(event_id)
        return None

    deliver(AlarmStore(store), RULES, lambda: 10**18, {Channel.WEBHOOK: take})
    assert heard.count(heard[0]) == 2
    assert len(set(heard)) == 4


def test_a_target_that_the_rules_do_not_name_any_more_loses_nothing(store) -> None:
    store.add(windows(FIRST, FIRST + 3, slow_ns=4_000_000))
    at(store, FIRST + 3)
    told = deliver(AlarmStore(store), AlarmRules(RULES.rules), lambda: 10**18)
    assert told.failed[0][2] == "the rules name no target noc"
    assert len(AlarmStore(store).waiting()) == 4


def test_a_target_that_cannot_be_told_at_all_keeps_no_other_from_being_told(store) -> None:
    store.add(windows(FIRST, FIRST + 3, slow_ns=4_000_000))
    bad = Target("bad", Channel.WEBHOOK, ("http://noc.example:99999/",))
    rules = AlarmRules(RULES.rules, (bad, Target("log", Channel.SYSLOG, ("/dev/log",))))
    evaluate(MeshReader(store, "watch", floors(None, None)), rules, None, (FIRST + 3) * MINUTE_NS)
    channels = {Channel.WEBHOOK: webhook.post, Channel.SYSLOG: lambda *_: None}
    told = deliver(AlarmStore(store), rules, lambda: (FIRST + 3) * MINUTE_NS, channels)
    assert (told.taken, len(told.failed)) == (4, 4)
    assert "Port out of range" in told.failed[0][2]


def test_a_target_that_hangs_is_waited_for_once_and_told_all_in_the_end(store) -> None:
    store.add(windows(FIRST, FIRST + 3, slow_ns=4_000_000))
    at(store, FIRST + 3)
    kept, now_ns, clock_s = AlarmStore(store), (FIRST + 3) * MINUTE_NS, 0.0

    def hang(target: Target, event_id: str, text: str) -> str | None:
        nonlocal clock_s
        clock_s += 10
        return "timed out"

    told = deliver(kept, RULES, lambda: now_ns, {Channel.WEBHOOK: hang}, lambda: clock_s)
    assert (told.taken, len(told.failed), len(kept.waiting())) == (0, 1, 4)
    take = {Channel.WEBHOOK: lambda *_: None}
    assert deliver(kept, RULES, lambda: now_ns + 60 * NS_PER_S, take).taken == 4


def test_who_has_seen_it_first_is_kept(store) -> None:
    store.add(windows(FIRST, FIRST + 3, slow_ns=4_000_000))
    alarm = at(store, FIRST + 3).raised[0]
    kept = AlarmStore(store)
    assert kept.acknowledge(alarm.id, "li", 5).acked_by == "li"
    assert kept.acknowledge(alarm.id, "wang", 9).acked_by == "li"
    with pytest.raises(InputError, match="no such alarm"):
        kept.acknowledge("nosuch", "li", 5)


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


def test_a_mesh_that_no_clocks_explain_is_said(store) -> None:
    store.add([
        window(FIRST, *[one_way(10_000_000, uncertainty_ns=None)] * 2, src=src, dst=dst)
        for src, dst in PAIRS
    ])  # fmt: skip
    far = evaluate(
        MeshReader(store, "watch", lambda _src, _dst: 20_000_000), RULES, None,
        (FIRST + 1) * MINUTE_NS,
    )  # fmt: skip
    assert far.contradiction is not None
    (said,) = [one for one in evaluation_lines(far, Told(0, ())) if "no clocks explain" in one]
    assert "light" in said
    assert at(store, FIRST + 1).contradiction is None


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


def test_rules_that_are_all_for_other_campaigns_are_refused(store) -> None:
    rules = AlarmRules((Rule("tier", Condition.TIER, campaigns=frozenset({"wacth"})),), ())
    reader = MeshReader(store, "watch", floors(None, None))
    with pytest.raises(InputError, match=r"no rule holds for this campaign: watch.*wacth"):
        evaluate(reader, rules, None, FIRST * MINUTE_NS)


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
