"""Work on windows is done a few flows at a time, and keeps nothing else from being done."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from agent_day import Day, Peer, S
from examples import enough
from fleet_twins import EPOCH_NS, MS, agent_flow

from netkit.model.measurement.window import DISPUTED
from netkit.probe.agent import replies
from netkit.probe.agent.windows import OwnClock
from netkit.stats.windows.joined import joined_sessions

FLOWS = [agent_flow(number, 400 * MS) for number in range(1, 120)]


def test_windows_of_many_flows_are_made_a_few_at_a_time_while_probes_go_on():
    flows = [replace(flow, window_ns=20 * S) for flow in FLOWS]
    day, made = Day(flows, 7), []
    while day.now_ns < 65 * S:
        before = len(day.windows)
        day.live(day.now_ns + 20 * MS)
        made.append(len(day.windows) - before)
    assert max(made) <= 16
    assert sum(made) >= 2 * len(flows)
    day.end()
    ended = Counter()
    for window in day.windows:
        ended[window.key.dst] += sum(window.outcomes.values())
        ended[window.key.dst] += window.notes.get("undecided: broken off", 0)
    assert ended == day.sent


def test_a_plan_that_changes_ends_and_begins_only_what_differs():
    day = Day(FLOWS[:5], 3)
    day.live(70 * S)
    day.windows.clear()
    faster = agent_flow(2, 200 * MS)
    made = day.engine.reconfigure([FLOWS[0], faster, *FLOWS[3:5]], day.reading())
    day.place()
    assert {window.key.dst for window in made} >= {"b2", "b3"}
    assert all(window.incomplete for window in made if window.key.dst in {"b2", "b3"})
    day.windows += made
    day.live(200 * S)
    day.end()
    kept = [window for window in day.windows if window.key.dst == "b1"]
    assert [window.incomplete for window in kept] == [False] * (len(kept) - 1) + [True]
    assert not any(window.key.dst == "b3" for window in day.windows[len(made) + 1 :])
    ended = Counter()
    for window in day.windows:
        ended[window.key.dst] += sum(window.outcomes.values())
    assert ended["b2"] > ended["b4"]


def test_no_two_windows_have_one_name_though_a_flow_changes_within_one():
    """A store keeps the first of two: a flow that changed goes on in the next."""
    day = Day(FLOWS[:2], 3)
    day.live(70 * S)
    slow = [replace(flow, interval_ns=800 * MS) for flow in FLOWS[:2]]
    day.windows += day.engine.reconfigure(slow, day.reading())
    day.place()
    day.live(200 * S)
    day.end()
    keys = [window.key for window in day.windows]
    assert len(set(keys)) == len(keys)
    assert {key.start_ns // S - EPOCH_NS // S for key in keys} == {-20, 40, 100, 160}
    ended = Counter()
    for window in day.windows:
        ended[window.key.dst] += sum(window.outcomes.values())
        ended[window.key.dst] += window.notes.get("undecided: broken off", 0)
    assert ended == day.sent


@pytest.mark.parametrize("late_ms", range(0, 2000, 100))
def test_wherever_in_a_window_a_flow_ends_each_of_its_probes_is_told_of(late_ms: int):
    """Also where none of the last window is decided, and where some of the one before are not:
    neither may be held against what its reflector saw of it."""
    flows = [replace(flow, window_ns=2 * S) for flow in FLOWS[:2]]
    day = Day(flows, 3)
    day.live(4 * S + late_ms * MS)
    day.windows += day.engine.reconfigure(flows[:1], day.reading())
    day.place()
    gone = [window for window in day.windows if window.key.dst == "b2"]
    ended = sum(sum(one.outcomes.values()) for one in gone)
    open_ = [one.notes.get("undecided: broken off", 0) for one in gone]
    assert ended + sum(open_) == day.sent["b2"]
    assert all(one.incomplete for one, count in zip(gone, open_, strict=True) if count)
    assert not any(key == flows[1].key for key, _ in day.engine.fleet.notes)
    day.end()
    assert not any(DISPUTED in one.notes for one in joined_sessions([*gone, *day.seen.values()]))


def test_a_flow_that_is_taken_out_and_put_back_within_a_window_goes_on_in_the_next():
    day = Day(FLOWS[:2], 3)
    day.live(70 * S)
    day.windows += day.engine.reconfigure(FLOWS[:1], day.reading())
    day.place()
    day.live(75 * S)
    day.windows += day.engine.reconfigure(FLOWS[:2], day.reading())
    day.place()
    day.live(200 * S)
    day.end()
    keys = [window.key for window in day.windows]
    assert len(set(keys)) == len(keys)
    starts = sorted(key.start_ns // S - EPOCH_NS // S for key in keys if key.dst == "b2")
    assert starts == [-20, 40, 100, 160]


def test_an_agent_that_is_started_again_begins_after_the_window_that_is_stored():
    first, second = Day(FLOWS[:2], 3), Day(FLOWS[:2], 4, taken={(FLOWS[0].key, 60 * S)})
    first.live(10 * S)
    first.end()
    second.live(70 * S)
    second.end()
    keys = [window.key for day in (first, second) for window in day.windows]
    assert sorted(key.start_ns - EPOCH_NS for key in keys if key.dst == "b1") == [-20 * S, 40 * S]
    assert len([key for key in keys if key.dst == "b2"]) == 3


@pytest.mark.parametrize("given_back_s", [5, 15, 45])
def test_a_flow_of_the_agent_before_that_sighup_gives_back_loses_no_probe(given_back_s: int):
    """The agent before has stored the window of that minute: what this one sends in it would be
    dropped, so that its flow begins with the next minute, or at once if that has come already."""
    first, store = Day(FLOWS[:2], 3), {}
    first.live(10 * S)
    first.end()
    taken = {(flow.key, flow.window_ns) for flow in FLOWS[:2]}
    second = Day(FLOWS[:1], 4, taken=taken)
    second.peers["b2"] = Peer(FLOWS[1], second.seen)
    second.live(given_back_s * S)
    second.windows += second.engine.reconfigure(FLOWS[:2], second.reading())
    second.place()
    second.live(200 * S)
    second.end()
    ended: Counter[str] = Counter()
    for day in (first, second):
        for window in day.windows:
            if store.setdefault(window.key, window) is window:
                ended[window.key.dst] += sum(window.outcomes.values())
                ended[window.key.dst] += window.notes.get("undecided: broken off", 0)
    assert ended == first.sent + second.sent
    assert len(store) == len(first.windows) + len(second.windows)
    begins = {window.key.start_ns for window in second.windows if window.key.dst == "b2"}
    assert min(begins) - EPOCH_NS == 40 * S


def test_a_clock_that_nobody_holds_bounds_nothing_whatever_it_claims(monkeypatch):
    free = replace(agent_flow(1, 400 * MS), free_running=(True, False))
    far = replace(agent_flow(2, 400 * MS), free_running=(False, True))
    day = Day([free, far, agent_flow(3, 400 * MS)], 5)
    day.engine.clock = OwnClock(1000.0)
    monkeypatch.setattr(replies, "bounds_ns", lambda raw: np.full(len(raw), 500.0))
    day.live(130 * S)
    claimed = {
        window.key.dst: (window.sender_clock.max_error_ns, window.reflector_clock.max_error_ns)
        for window in day.windows
    }
    assert claimed == {"b1": (None, 500), "b2": (1000, None), "b3": (1000, 500)}


def test_short_windows_of_a_flow_that_is_seldom_sent_are_made_in_the_end():
    """Its probes are decided a minute and a half later, when the other has begun many windows."""
    often, seldom = agent_flow(1, 400 * MS), agent_flow(2, 30 * S)
    day = Day([replace(one, window_ns=S) for one in (often, seldom)], 11)
    day.live(enough(240, 600) * S)
    day.end()
    ended = Counter()
    for window in day.windows:
        ended[window.key.dst] += sum(window.outcomes.values())
        ended[window.key.dst] += window.notes.get("undecided: broken off", 0)
    assert ended == day.sent
