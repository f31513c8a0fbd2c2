"""Sessions of one host share a watch over its clock: their stamps stay those of one clock."""

from __future__ import annotations

from netkit.model.measurement.refutation import ClockStep
from netkit.probe.sender.clock_watch import ClockReading, ClockWatch, SharedWatch

MS = 1_000_000
UTC_NS = 1_700_000_000_000 * MS
STEP_NS = -200 * MS


def reading(now_ns: int, set_ns: int = 0) -> ClockReading:
    return ClockReading(now_ns, UTC_NS + now_ns + set_ns, now_ns)


def test_a_step_that_one_session_saw_is_told_to_the_other_once() -> None:
    watch = ClockWatch()
    one, other = SharedWatch(watch), SharedWatch(watch)
    assert (one.look(reading(0), 0), other.look(reading(MS), 0)) == (None, None)
    assert one.look(reading(10 * MS, STEP_NS), 3) == STEP_NS
    assert other.look(reading(11 * MS, STEP_NS), 7) == STEP_NS
    assert one.look(reading(20 * MS, STEP_NS), 4) is None
    assert other.look(reading(21 * MS, STEP_NS), 8) is None
    assert (one.set_ns, other.set_ns) == (STEP_NS, STEP_NS)
    assert one.steps == [ClockStep("sender", 3, STEP_NS)]
    assert other.steps == [ClockStep("sender", 7, STEP_NS)]


def test_a_session_that_begins_after_a_step_counts_it_and_has_seen_none() -> None:
    watch = ClockWatch()
    before = SharedWatch(watch)
    before.look(reading(0), 0)
    before.look(reading(10 * MS, STEP_NS), 1)
    after = SharedWatch(watch)
    assert after.look(reading(20 * MS, STEP_NS), 0) is None
    assert (after.set_ns, after.steps) == (STEP_NS, [])


def test_a_clock_that_was_set_and_set_back_was_set_all_the_same() -> None:
    watch = ClockWatch()
    one, other = SharedWatch(watch), SharedWatch(watch)
    one.look(reading(0), 0)
    one.look(reading(10 * MS, STEP_NS), 1)
    one.look(reading(20 * MS), 2)
    assert other.look(reading(21 * MS), 5) == 0
    assert other.steps == [ClockStep("sender", 5, 0)]
