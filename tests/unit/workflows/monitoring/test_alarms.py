"""Alarms from a store: recorded once, told until somebody has heard, with what there was to see."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from alarmed_store import FIRST, PAIRS, RULES, at, windows
from watched_windows import MINUTE_NS, one_way, window

from netkit.errors import InputError
from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import DirectionWindow, Window
from netkit.model.monitoring.alarm import Way
from netkit.model.monitoring.rules import AlarmRules, Channel, Condition, Count, Rule, Target
from netkit.model.units import NS_PER_S
from netkit.monitor.outcomes import Told
from netkit.report.terminal.monitoring.alarms import evaluation_lines
from netkit.store.alarms.store import AlarmStore
from netkit.workflows.monitoring.channels import webhook
from netkit.workflows.monitoring.deliver import deliver
from netkit.workflows.monitoring.evaluate import evaluate
from netkit.workflows.monitoring.mesh import MeshReader, floors


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


def test_rules_that_are_all_for_other_campaigns_are_refused(store) -> None:
    rules = AlarmRules((Rule("tier", Condition.TIER, campaigns=frozenset({"wacth"})),), ())
    reader = MeshReader(store, "watch", floors(None, None))
    with pytest.raises(InputError, match=r"no rule holds for this campaign: watch.*wacth"):
        evaluate(reader, rules, None, FIRST * MINUTE_NS)
