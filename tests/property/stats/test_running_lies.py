"""Running figures see through the same lies as those of samples that are kept."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from lying_peers import MS, Lie, S, World, backwards, ntp_under_ptp, shifted, too_long_inside, zeros

from netkit.model.measurement.sample import Sample, StampSource
from netkit.model.verdict import Verdict
from netkit.stats.running.session import StreamFigures
from netkit.stats.sample_arrays import OUTCOME_CODE, SAMPLES, SOURCE_CODE, UNKNOWN, as_samples
from netkit.stats.summary import summarize

PROGRAM = StampSource.USERSPACE
OPTIONAL = (
    "reflector_sequence", "reply_ttl", "forward_ttl", "t1_userspace_ns", "t3_userspace_ns",
    "send_error_ns",
)  # fmt: skip
SAME = ("forward_duplicates", "backward_duplicates", "clock_set_ns", "spans_step", "sequence")


def rows_of(samples: Sequence[Sample]) -> np.ndarray:
    rows = np.zeros(len(samples), SAMPLES)
    for row, sample in zip(rows, samples, strict=True):
        row["outcome"] = OUTCOME_CODE[sample.outcome]
        for corner in ("t1", "t2", "t3", "t4"):
            stamp = getattr(sample, corner)
            row[f"{corner}_ns"] = UNKNOWN if stamp is None else stamp.time_ns
            row[f"{corner}_source"] = SOURCE_CODE["none" if stamp is None else stamp.source]
        for name in OPTIONAL:
            value = getattr(sample, name)
            row[name] = UNKNOWN if value is None else value
        for name in SAME:
            row[name] = getattr(sample, name)
    assert list(as_samples(rows)) == list(samples)
    return rows


@pytest.mark.parametrize("part", [40, 1000])
@pytest.mark.parametrize(
    ("lie", "own_step_ns"),
    [
        (shifted(37 * S), 0),
        (shifted(20 * MS, 90), 0),
        (shifted(-3600 * S, 150), 0),
        (zeros(0.3, 1), 0),
        (backwards(0.1), 0),
        (too_long_inside(0.1), 0),
        (ntp_under_ptp, 0),
        (shifted(0), -3600 * S),
        (shifted(0), 50 * MS),
    ],
)
def test_the_same_evidence_part_by_part(lie: Lie, own_step_ns: int, part: int) -> None:
    steps = {100: own_step_ns} if own_step_ns else {}
    world = World(random.Random(1), count=200, lie=lie, sender_steps=steps)
    samples = world.run().samples
    figures = StreamFigures()
    rows = rows_of(samples)
    for start in range(0, len(rows), part):
        figures.add(rows[start : start + part])
    figures.finish()
    exact, found = summarize(samples, 20_000, 200.0), figures.summary(20_000, 200.0)
    assert found.evidence.broken == exact.evidence.broken
    assert found.evidence.excess_ns == exact.evidence.excess_ns
    assert [(step.clock, step.probe) for step in found.evidence.steps] == [
        (step.clock, step.probe) for step in exact.evidence.steps
    ]
    assert (found.refuted is None) == (exact.refuted is None)
    if found.refuted is not None and exact.refuted is not None:
        assert found.refuted.cause is exact.refuted.cause
    for one, other in ((found.forward, exact.forward), (found.backward, exact.backward)):
        assert (one.unknown, one.verdict) == (other.unknown, other.verdict)
        assert one.reordered == other.reordered
    if exact.round_trip is None:
        assert found.round_trip is None
    else:
        assert found.round_trip is not None
        assert (found.round_trip.count, found.round_trip.max_ns) == (
            exact.round_trip.count,
            exact.round_trip.max_ns,
        )


@pytest.mark.parametrize("way", [0, 1])
def test_a_path_that_gets_shorter_is_no_step(way: int) -> None:
    """By 4 ms, in one direction: what was before had a longer round trip."""
    shorter = (1 * MS, 5 * MS) if way == 0 else (5 * MS, 1 * MS)
    figures, start = StreamFigures(), 0
    for base_ns in ((5 * MS, 5 * MS), shorter):
        for _ in range(2):
            rows = rows_of(World(random.Random(start), count=500, base_ns=base_ns).run().samples)
            for corner in ("t1", "t2", "t3", "t4"):
                rows[f"{corner}_ns"] += start * 100 * MS
            rows["sequence"] += start
            figures.add(rows)
            start += 500
    figures.finish()
    found = figures.summary(20_000, 200.0)
    assert found.evidence.steps == ()
    assert found.refuted is None
    assert found.verdict is Verdict.PASS


@pytest.mark.parametrize("slow_ms", [5, 50])
@pytest.mark.parametrize("every", [3, 20, 200])
def test_the_same_verdict_where_some_stamps_are_poor(slow_ms: int, every: int) -> None:
    """Those of programs are in no figure, and a verdict allows for them."""
    samples = []
    for one in World(random.Random(2), count=200).run().samples:
        assert one.t3
        assert one.t4
        poor = one.sequence % every == 0
        samples.append(
            replace(
                one,
                t2=replace(one.t2, source=StampSource.KERNEL),
                t3=replace(one.t3, source=PROGRAM if poor else StampSource.KERNEL),
                t4=replace(one.t4, time_ns=one.t3.time_ns + (slow_ms if poor else 5) * MS),
            )
        )
    figures = StreamFigures()
    figures.add(rows_of(samples))
    figures.finish()
    exact, found = summarize(samples, 20_000, 200.0), figures.summary(20_000, 200.0)
    expected = Verdict.INCONCLUSIVE if slow_ms > 20 and every < 100 else Verdict.PASS
    for one, other in ((found.forward, exact.forward), (found.backward, exact.backward)):
        assert (one.left_out, one.verdict) == (other.left_out, other.verdict)
    assert exact.backward.left_out == -(-200 // every)
    assert exact.backward.verdict is expected
