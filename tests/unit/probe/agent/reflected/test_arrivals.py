"""Which flow a request belongs to, and what a window says that is made of what came."""

from __future__ import annotations

from dataclasses import replace

from netkit.model.measurement.clock import SyncSource
from netkit.model.measurement.window import ClockState, DirectionWindow, WindowKey
from netkit.probe.agent.flow import FlowKey
from netkit.probe.agent.reflected.arrivals import UNANSWERED, AnsweredFlows
from netkit.probe.agent.reflected.flow import AnsweredFlow
from netkit.probe.agent.windows import OwnClock
from netkit.probe.sender.clock_watch import ClockReading

S = 10**9
EPOCH_NS = 1_700_000_040 * S
FLOW = AnsweredFlow(
    FlowKey("mesh", "b", "a", "be"), 7, ("2001:db8::0:2", "peer.example"), 60 * S, 5 * S
)
OTHER = replace(FLOW, key=FLOW.key._replace(flow="ef"), ssid=8)
PEER = ("2001:db8::2", 40000)


def reading(second: float, set_s: int = 0) -> ClockReading:
    now_ns = int(second * S)
    return ClockReading(now_ns, EPOCH_NS + now_ns + set_s * S, now_ns)


def hear(answered, since, until, *, ssid=7, source=PEER, without=()):
    """A request a second, the clock looked at between them; what windows that makes."""
    made = []
    for at in range(since, until):
        if at not in without:
            ns = EPOCH_NS + at * S
            counted = answered.arrived(source, ssid, at, ns, ns, at * S)
            if counted is not None and at % 10 == 9:
                counted.unanswered += 1
        for part in (0.0, 0.5):
            made += answered.work(reading(at + part))
    return made


def test_only_the_addresses_of_a_peer_are_believed_and_names_once_they_are_found():
    answered = AnsweredFlows([FLOW, OTHER])
    assert answered.knows("2001:db8::2", 7)
    assert answered.knows("2001:db8::2", 8)
    assert not answered.knows("2001:db8::2", 9)
    assert not answered.knows("2001:db8::3", 7)
    answered.resolved({"peer.example": ["2001:db8::3", "192.0.2.3"]})
    answered.resolved({})
    assert answered.knows("2001:db8::3", 7)
    assert answered.knows("192.0.2.3", 8)
    assert answered.knows("2001:db8::2%e0", 7)


def test_a_window_says_what_was_received_answered_and_dropped():
    answered = AnsweredFlows([FLOW])
    answered.clock = OwnClock(1500.5, SyncSource.PTP)
    made = hear(answered, 0, 60)
    answered.dropped(6, 9, 70 * S, 71 * S)
    made += hear(answered, 60, 130, without=(70, 71, 100))
    first, second = made
    assert first.incomplete
    assert not second.incomplete
    assert second.key == WindowKey("mesh", "a", "b", "a", "be", EPOCH_NS + 60 * S, 60 * S)
    assert second.forward == DirectionWindow(received=57)
    assert second.backward == DirectionWindow(sent=51)
    assert second.notes == {UNANSWERED: 6}
    assert second.dropped_here == 2
    assert second.reflector_clock == ClockState(SyncSource.PTP, 1501)
    assert not second.outcomes


def test_a_clock_that_nobody_holds_bounds_nothing_and_its_steps_are_told():
    answered = AnsweredFlows([replace(FLOW, free_running=True)])
    answered.clock = OwnClock(1000.0)
    made = hear(answered, 0, 100)
    answered.work(reading(100, set_s=2))
    for at in range(101, 140):
        ns = EPOCH_NS + at * S
        answered.arrived(PEER, 7, at, ns, ns + 2 * S, at * S)
        made += [*answered.work(reading(at, 2)), *answered.work(reading(at + 0.5, 2))]
    assert [one.reflector_clock for one in made[:2]] == [ClockState(), ClockState(steps=1)]


def test_after_a_stall_what_waits_in_the_socket_is_read_before_a_window_is_over():
    answered = AnsweredFlows([FLOW])
    hear(answered, 0, 119)
    assert answered.work(reading(300)) == []
    made = hear(answered, 301, 304)
    assert [one.key.start_ns for one in made][:1] == [EPOCH_NS + 60 * S]


def test_another_plan_ends_the_windows_of_what_changed_alone():
    answered = AnsweredFlows([FLOW, OTHER])
    for ssid in (7, 8):
        hear(answered, 10 * ssid, 10 * ssid + 10, ssid=ssid)
    (ended,) = answered.reconfigure([replace(FLOW, patience_ns=9 * S), OTHER])
    assert (ended.key.flow, ended.incomplete) == ("be", True)
    assert answered.knows("2001:db8::2", 7)
    (anew,) = answered.begin_anew()
    assert (anew.key.flow, anew.incomplete) == ("ef", True)
    assert answered.end() == []


def test_what_is_in_no_window_is_counted_by_why():
    answered = AnsweredFlows([FLOW])
    assert answered.arrived(PEER, 7, 1, 5, EPOCH_NS, S) is None
    assert answered.counters == {"in no window: T1 is an hour off or more": 1}
