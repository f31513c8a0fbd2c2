"""Every stamp of a host is read off its clock, and turned back into true time exactly."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from stamp_path import EPOCH_NS, MS, SENDER, kernel

from netkit.lab.clocks.ends import ClockedSession, LabReflector, Replied
from netkit.lab.clocks.kept import KeptClock, true_sample
from netkit.model.measurement.host_clock import ClockSet, HostClock
from netkit.model.measurement.sample import Sample, StampSource
from netkit.probe.sender.clock_watch import ClockReading
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.result import SessionResult
from netkit.wire.timestamps import UNSYNCHRONISED

COUNT = 8
THERE_NS, BACK_NS, THINKS_NS, IN_HOST_NS = 3 * MS, 4 * MS, MS, 50_000
CONFIG = SessionConfig(COUNT, 20 * MS, 500 * MS)


@dataclass(frozen=True)
class Ran:
    sender: KeptClock
    reflector: KeptClock
    result: SessionResult
    reflected: LabReflector

    @property
    def true(self) -> list[Sample]:
        return [true_sample(one, self.sender, self.reflector) for one in self.result.samples]


def run(sender: HostClock, reflector: HostClock) -> Ran:
    """Probes over a path of fixed delays, each answered before the next is sent."""
    clocks = KeptClock(sender), KeptClock(reflector)
    config = replace(CONFIG, error_estimate=clocks[0].error_estimate)
    session, answering = ClockedSession(config, clocks[0]), LabReflector(clocks[1])
    session.begin(0)
    while (now_ns := session.due_ns(0)) is not None and session.sent <= COUNT:
        request = session.next_request(now_ns, EPOCH_NS + now_ns, now_ns)
        if request is None:
            break
        t1_ns = now_ns + IN_HOST_NS
        session.transmitted(request.sequence, EPOCH_NS + t1_ns)
        t2_ns = t1_ns + THERE_NS
        t3_ns = t2_ns + THINKS_NS
        reply = answering.reflect(
            request.data, SENDER, kernel(EPOCH_NS + t2_ns), 64,
            now_ns=t3_ns, wall_ns=EPOCH_NS + t3_ns,
        )  # fmt: skip
        answering.transmitted(reply.key, reply.sequence, EPOCH_NS + t3_ns + IN_HOST_NS)
        t4_ns = t3_ns + IN_HOST_NS + BACK_NS
        read = ClockReading(t4_ns, EPOCH_NS + t4_ns, t4_ns)
        session.received(reply.data, kernel(EPOCH_NS + t4_ns), 64, reading=read)
    return Ran(*clocks, session.result(10**12), answering)


FAST = HostClock(700 * MS, 50_000, start_ns=EPOCH_NS)
SLOW = HostClock(-250 * MS, -20_000, start_ns=EPOCH_NS)


def test_delays_are_off_by_the_clocks_and_true_in_true_time() -> None:
    ran = run(FAST, SLOW)
    assert len(ran.result.samples) == COUNT
    for shown, true in zip(ran.result.samples, ran.true, strict=True):
        assert abs(shown.forward_owd_ns + 950 * MS - THERE_NS) < 20_000
        assert abs(shown.backward_owd_ns - 950 * MS - BACK_NS) < 20_000
        assert (true.forward_owd_ns, true.backward_owd_ns) == (THERE_NS, BACK_NS)
        stamps = (true.t1, true.t2, true.t3, true.t4)
        assert {stamp.source for stamp in stamps} == {StampSource.KERNEL}
        assert true.t1.time_ns - true.t1_userspace_ns == IN_HOST_NS
        assert true.t3.time_ns - true.t3_userspace_ns == IN_HOST_NS
        assert not ran.result.clock_steps


@pytest.mark.parametrize("by_ns", [-200 * MS, 200 * MS])
def test_a_sender_sees_its_own_step_and_true_time_has_none(by_ns: int) -> None:
    at_ns = CONFIG.schedule()[3] + 5 * MS
    ran = run(HostClock(0, 0, (ClockSet(at_ns, by_ns),), start_ns=EPOCH_NS), SLOW)
    (step,) = ran.result.clock_steps
    assert abs(step.step_ns - by_ns) < 10_000
    shown = ran.result.samples
    # The step fell between T1 and T4 of probe 3.
    assert [one.spans_step for one in shown] == [number == 3 for number in range(COUNT)]
    assert [abs(one.clock_set_ns) > MS for one in shown] == [False] * 4 + [True] * 4
    for true in ran.true:
        assert (true.forward_owd_ns, true.backward_owd_ns) == (THERE_NS, BACK_NS)
        assert (true.clock_set_ns, true.spans_step) == (0, False)


@pytest.mark.parametrize(("claimed_ns", "said"), [(None, False), (100_000, True)])
def test_a_host_says_of_its_clock_what_the_scenario_has_it_say(
    claimed_ns: int | None, said: bool
) -> None:
    lying = HostClock(700 * MS, claimed_error_ns=claimed_ns)
    ran = run(lying, lying)
    heard = ran.result.reflector_error
    assert heard == ran.reflector.error_estimate == ran.sender.error_estimate
    assert heard.synchronised is said
    if claimed_ns is None:
        assert heard == UNSYNCHRONISED
    else:
        assert claimed_ns <= heard.error_ns <= claimed_ns * 1.01


def test_a_reflector_of_a_lab_knows_which_probe_each_reply_was_for_and_when() -> None:
    ran = run(FAST, SLOW)
    (replied,) = ran.reflected.replied.values()
    assert [one.number for one in replied.values()] == [*range(len(replied))]
    for true in ran.true:
        assert replied[true.sequence].at_ns == true.t3_userspace_ns


def test_of_a_probe_that_came_twice_the_first_reply_counts_and_what_was_not_sent_is_none() -> None:
    session, reflector = ClockedSession(CONFIG, KeptClock(FAST)), LabReflector()
    session.begin(0)

    def ask(at_ns: int) -> None:
        reflector.reflect(
            request.data, SENDER, kernel(EPOCH_NS), 64, now_ns=at_ns, wall_ns=EPOCH_NS + at_ns
        )

    first_ns, second_ns, *_ = CONFIG.schedule()
    request = session.next_request(first_ns, EPOCH_NS)
    ask(first_ns + 5)
    ask(first_ns + 9)
    reflector.not_sent("No buffer space available")  # the second
    assert reflector.replied == {SENDER: {0: Replied(0, EPOCH_NS + first_ns + 5)}}
    request = session.next_request(second_ns, EPOCH_NS)
    ask(second_ns + 5)
    assert [*reflector.replied[SENDER]] == [0, 1]
    reflector.not_sent("No buffer space available")
    assert [*reflector.replied[SENDER]] == [0]


def test_requests_are_never_answered_past_the_clock() -> None:
    assert not LabReflector(KeptClock(FAST)).reserves


def test_a_reading_that_came_twice_has_no_true_time() -> None:
    """A clock set back by 5 ns shows the same time twice, to the ns."""
    clock = KeptClock(HostClock(steps=(ClockSet(EPOCH_NS + 100, -5),)))
    assert clock.read(EPOCH_NS + 97) == clock.read(EPOCH_NS + 102)
    assert clock.read(EPOCH_NS + 50) == EPOCH_NS + 50
    assert clock.true_ns(EPOCH_NS + 97) is None
    assert clock.true_ns(EPOCH_NS + 50) == EPOCH_NS + 50
    assert clock.true_ns(EPOCH_NS + 51) is None
    twice = Sample(0, "received", kernel(EPOCH_NS + 97), kernel(EPOCH_NS + 97), None, None)
    true = true_sample(twice, clock, clock)
    assert (true.t1, true.t2, true.forward_owd_ns) == (None, None, None)


def test_a_clock_that_becomes_another_shows_what_it_then_is():
    clock = KeptClock(HostClock())
    clock.becomes(HostClock(drift_ppb=-50_000, start_ns=1_000_000), 1_000_000)
    clock.becomes(HostClock(offset_ns=7), 9_000_000)
    assert clock.read(999_999) == 999_999
    assert clock.read(3_000_000) == 3_000_000 - 100
    assert clock.read(500_000) == 500_000  # a stamp that is older than the news
    assert clock.read(9_000_000) == 9_000_007
    assert clock.true_ns(2_999_900) == 3_000_000
