"""A probe that came back after its timeout is in no figure; its verdict is what it took."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.measurement.window import WindowKey
from netkit.model.verdict import Verdict
from netkit.stats.clocks.clock_readings import passages_of, silent_ways
from netkit.stats.clocks.stamp_checks import Rule
from netkit.stats.judgement import Doubt, direction_verdict
from netkit.stats.running.figures import RunningFigures
from netkit.stats.running.session import StreamFigures
from netkit.stats.sample_arrays import OUTCOME_CODE, SAMPLES, SOURCE_CODE, UNKNOWN
from netkit.stats.summary import SessionSummary, summarize
from netkit.stats.windows.from_samples import FinishedRun, windows_of
from netkit.stats.windows.live import Ends, LiveWindow

KERNEL, PROGRAM = StampSource.KERNEL, StampSource.USERSPACE
MS = 1_000_000
KEY = WindowKey("mesh", "a", "a", "b", "be", 0, 60 * 10**9)


def sample(number: int, forward_ms: int, outcome: Outcome = Outcome.RECEIVED) -> Sample:
    t1 = 10**18 + number * 50 * MS
    t2 = t1 + forward_ms * MS
    stamps = (Stamp(time_ns, KERNEL) for time_ns in (t1, t2, t2 + MS, t2 + 6 * MS))
    return Sample(number, outcome, *stamps, reflector_sequence=number)


def run(count: int, late: Iterable[int], late_ms: int = 40) -> list[Sample]:
    """5 ms each way, but for those that took longer on the way there than their timeout."""
    slow = set(late)
    return [sample(n, late_ms, Outcome.LATE) if n in slow else sample(n, 5) for n in range(count)]


def rows_of(samples: list[Sample]) -> np.ndarray:
    rows = np.zeros(len(samples), SAMPLES)
    for name in ("reply_ttl", "forward_ttl", "t1_userspace_ns", "t3_userspace_ns"):
        rows[name] = UNKNOWN
    for row, one in zip(rows, samples, strict=True):
        row["sequence"] = row["reflector_sequence"] = one.sequence
        row["outcome"] = OUTCOME_CODE[one.outcome]
        for corner in ("t1", "t2", "t3", "t4"):
            stamp = getattr(one, corner)
            row[f"{corner}_ns"] = UNKNOWN if stamp is None else stamp.time_ns
            row[f"{corner}_source"] = SOURCE_CODE[StampSource.NONE if stamp is None else KERNEL]
    return rows


def running(samples: list[Sample], bound_us: float) -> SessionSummary:
    figures = StreamFigures()
    for part in np.split(rows_of(samples), [7]):
        figures.add(part)
    figures.finish()
    return figures.summary(bound_us, 100.0)


@pytest.mark.parametrize(
    ("samples", "forward"),
    [
        (run(300, range(0, 300, 10)), Verdict.BREACH),
        (run(20, [7]), Verdict.BREACH),
        (run(9, [7]), Verdict.INCONCLUSIVE),
        (run(300, [7]), Verdict.PASS),  # one in 300 is no p99
        (run(300, range(0, 300, 10), late_ms=19), Verdict.PASS),  # they took that, and no more
        (run(300, range(300)), Verdict.BREACH),  # each of them took that
        (run(300, range(300), late_ms=19), Verdict.PASS),
        (run(10, range(10)), Verdict.BREACH),
        (run(9, range(9)), Verdict.INCONCLUSIVE),
    ],
)
def test_they_count_in_the_direction_that_they_were_slow_in(
    samples: list[Sample], forward: Verdict
) -> None:
    backward = Verdict.INCONCLUSIVE if forward is Verdict.INCONCLUSIVE else Verdict.PASS
    for found in (summarize(samples, 20_000, 100.0), running(samples, 20_000)):
        assert (found.forward.verdict, found.backward.verdict) == (forward, backward)
        assert found.forward.delay is None or found.forward.delay.max_ns == 5 * MS
        assert found.forward.late == found.backward.late == found.counts.late
        assert found.forward.unknown == 0
        assert found.forward.judged_on == ("p99" if len(samples) >= 100 else "max")
        judged_on_late = forward is not Verdict.PASS or not found.forward.delay
        assert found.forward.judged_us is not None
        assert (found.forward.judged_us > 5_001) == judged_on_late or forward is Verdict.PASS
    live = LiveWindow()
    live.add(rows_of(samples))
    window = live.window(KEY, Ends(50_000.0, None, 0, 50_000.0), bound_us=20_000)
    assert (window.forward.verdict, window.backward.verdict) == (forward, backward)
    key, stored = replace(KEY, length_ns=3600 * 10**9), FinishedRun(samples, 20_000, (5e4, 5e4))
    (other,) = windows_of(key, stored)
    for one in (window, other):
        assert (one.forward.verdict, one.backward.verdict) == (forward, backward)
        assert one.forward.delay is not None
        assert one.forward.delay.count == len(samples)


def test_those_that_kept_the_bound_count_as_well() -> None:
    """Of 100 in time 2 broke the bound: with 150 late ones in time for it they are no p99."""
    slow = [sample(n, 40 if n in (3, 5) else 5) for n in range(100)]
    assert summarize(slow, 20_000, 100.0).forward.verdict is Verdict.BREACH
    more = [sample(n, 19, Outcome.LATE) for n in range(100, 250)]
    for found in (summarize([*slow, *more], 20_000, 100.0), running([*slow, *more], 20_000)):
        assert found.forward.verdict is Verdict.PASS


def test_one_whose_stamps_cannot_be_true_may_have_taken_anything() -> None:
    """T3 before T2: neither of its delays is known, in a run that is judged by its maximum."""
    lying = sample(19, 5, Outcome.LATE)
    assert lying.t2 is not None
    t3 = Stamp(lying.t2.time_ns - MS, KERNEL)
    lying = Sample(19, Outcome.LATE, lying.t1, lying.t2, t3, lying.t4, 19)
    samples = [*(sample(n, 5) for n in range(19)), lying]
    for found in (summarize(samples, 20_000, 100.0), running(samples, 20_000)):
        assert (found.forward.unknown, found.backward.unknown) == (1, 1)
        assert (found.forward.late, found.backward.late) == (0, 0)
        assert found.verdict is Verdict.INCONCLUSIVE
        assert found.evidence.broken == {Rule.T3_BEFORE_T2: 1}


@pytest.mark.parametrize("uncertainty_us", [100.0, math.inf])
def test_a_clock_that_lies_makes_no_breach_of_them(uncertainty_us: float) -> None:
    """37 s ahead: forward looks late beyond any tier, backward comes before it was sent."""
    samples = [
        replace(one, outcome=Outcome.LATE, t2=ahead(one.t2), t3=ahead(one.t3))
        for one in run(300, [])
    ]
    for found in (summarize(samples, 20_000, uncertainty_us), running(samples, 20_000)):
        assert found.verdict is Verdict.INCONCLUSIVE
    assert summarize(run(300, range(300)), 20_000, math.inf).verdict is Verdict.INCONCLUSIVE


def ahead(stamp: Stamp | None) -> Stamp:
    assert stamp is not None
    return replace(stamp, time_ns=stamp.time_ns + 37 * 10**9)


def test_late_ones_that_programs_stamped_took_no_longer_than_they_show() -> None:
    """Others have kernel stamps: 40 ms of a program may be the program's own."""
    slow = range(0, 300, 10)
    samples = [
        one if one.sequence not in slow else replace(one, t2=replace(one.t2, source=PROGRAM))
        for one in run(300, slow)
        if one.t2 is not None
    ]
    assert summarize(samples, 20_000, 100.0).forward.verdict is Verdict.INCONCLUSIVE
    alone = [replace(one, t2=replace(one.t2, source=PROGRAM)) for one in run(30, range(30))
             if one.t2 is not None]  # fmt: skip
    assert summarize(alone, 20_000, 100.0).forward.verdict is Verdict.BREACH


def test_the_mesh_knows_their_delays_too() -> None:
    passages = passages_of([("a", "b", one) for one in run(30, [3, 4])])
    assert {way: one.unknown for way, one in passages.items()} == {("a", "b"): 0, ("b", "a"): 0}
    assert int(passages["a", "b"].delays_ns.max()) == 40 * MS
    silent = silent_ways([("a", "b", one) for one in run(30, range(30))], passages)
    assert silent == ()
    assert all(len(one) == 30 for one in passages.values())


@pytest.mark.parametrize(("too_late", "verdict"), [(0, Verdict.PASS), (5, Verdict.INCONCLUSIVE)])
def test_answers_to_probes_that_a_stream_had_given_up_are_no_losses_to_its_verdict(
    too_late: int, verdict: Verdict
) -> None:
    """They were handed on as lost by then; whether they kept the bound nobody knows."""
    figures = StreamFigures()
    gone = [Sample(n, Outcome.LOST, Stamp(10**18, KERNEL)) for n in range(100, 105)]
    figures.add(rows_of([*run(100, []), *gone]))
    figures.finish()
    found = figures.summary(20_000, 100.0, too_late=too_late)
    assert (found.forward.verdict, found.backward.verdict) == (verdict, verdict)
    more = figures.summary(20_000, 100.0, too_late=1000)  # a copy of each came as well
    assert more.forward.unknown == 5


def test_the_error_of_a_sketch_makes_no_breach_of_a_few_known_delays():
    """As many again as are known are not: the p99 of all may be the second longest known one."""
    wrong = 0
    for longer_ns in range(19_000_000, 19_990_000, 10_007):
        figures = RunningFigures()
        figures.add(np.array([10 * MS] * 40 + [longer_ns] * 19 + [30 * MS], np.int64))
        bound_us = longer_ns / 1000 + 1
        wrong += figures.value_at(59) > bound_us * 1000
        told = direction_verdict(
            figures.figures(), 0.0, bound_us, Doubt(unknown=60), figures.value_at, figures.least_at
        )
        assert told is Verdict.INCONCLUSIVE
    assert wrong  # the sketch itself says more than there was
