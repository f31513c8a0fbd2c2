"""A probe that came back after its timeout is in no figure; no verdict is better for that."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.measurement.window import WindowKey
from netkit.model.verdict import Verdict
from netkit.stats.clocks.clock_readings import passages_of
from netkit.stats.running.session import StreamFigures
from netkit.stats.sample_arrays import OUTCOME_CODE, SAMPLES, SOURCE_CODE, UNKNOWN
from netkit.stats.summary import SessionSummary, summarize
from netkit.stats.windows.live import Ends, LiveWindow

KERNEL = StampSource.KERNEL
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
        (run(300, range(0, 300, 10)), Verdict.INCONCLUSIVE),
        (run(20, [7]), Verdict.INCONCLUSIVE),
        (run(300, [7]), Verdict.PASS),  # one in 300 is no p99
        (run(300, range(0, 300, 10), late_ms=19), Verdict.PASS),  # they took that, and no more
        (run(300, range(300)), Verdict.UNKNOWN),
    ],
)
def test_a_pass_has_to_stand_with_them_in_the_direction_that_they_were_slow_in(
    samples: list[Sample], forward: Verdict
) -> None:
    backward = Verdict.UNKNOWN if forward is Verdict.UNKNOWN else Verdict.PASS
    for found in (summarize(samples, 20_000, 100.0), running(samples, 20_000)):
        assert (found.forward.verdict, found.backward.verdict) == (forward, backward)
        assert found.forward.delay is None or found.forward.delay.max_ns == 5 * MS
        assert found.forward.late == found.backward.late == found.counts.late
        assert found.forward.unknown == 0
    live = LiveWindow()
    live.add(rows_of(samples))
    window = live.window(KEY, Ends(50_000.0, None, 0, 50_000.0), bound_us=20_000)
    assert (window.forward.verdict, window.backward.verdict) == (forward, backward)


def test_a_breach_stands_without_them_and_needs_more_than_they_can_hide() -> None:
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
        assert found.evidence.broken == {}  # of probes that are in figures


def test_the_mesh_takes_them_for_delays_that_are_not_known() -> None:
    passages = passages_of([("a", "b", one) for one in run(30, [3, 4])])
    assert {way: one.unknown for way, one in passages.items()} == {("a", "b"): 2, ("b", "a"): 2}
    assert all(len(one) == 28 for one in passages.values())


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
