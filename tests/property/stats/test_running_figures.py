"""Running figures of a stream against the exact ones of the same samples, however they are cut."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple, replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netkit.model.measurement.sample import Outcome, StampSource
from netkit.model.verdict import Verdict
from netkit.stats.delay import DelayFigures
from netkit.stats.direction import DirectionSummary
from netkit.stats.loss import out_of_order
from netkit.stats.loss_patterns import loss_pattern
from netkit.stats.running.figures import RunningFigures, RunningLosses
from netkit.stats.running.session import StreamFigures
from netkit.stats.sample_arrays import OUTCOME_CODE, SAMPLES, SOURCE_CODE, UNKNOWN, as_samples
from netkit.stats.summary import summarize

EPOCH_NS = 1_700_000_000 * 10**9
OFFSET_NS = 10**9  # between the clocks
KERNEL, PROGRAM = SOURCE_CODE[StampSource.KERNEL], SOURCE_CODE[StampSource.USERSPACE]
NONE = SOURCE_CODE[StampSource.NONE]
LOSSES = (Outcome.LOST_FORWARD, Outcome.LOST_BACKWARD, Outcome.REFUSED, Outcome.NOT_SENT)
EXACT = (
    "sent", "received", "lost", "duplicates", "sources", "left_out", "late", "losses", "judged_on",
)  # fmt: skip
SLACK = 1 + 1e-9


def stream(random: Random, size: int, precise: float, lost: tuple[Outcome, ...]) -> np.ndarray:
    """Probes 1 ms apart, jittered so that some overtake others; the reflector's clock is off."""
    rows = np.zeros(size, SAMPLES)
    rows["sequence"] = np.arange(size)
    for field in ("t1_ns", "t2_ns", "t3_ns", "t4_ns", "reflector_sequence", "reply_ttl",
                  "forward_ttl", "t1_userspace_ns", "t3_userspace_ns"):  # fmt: skip
        rows[field] = UNKNOWN
    for corner in (1, 2, 3, 4):
        rows[f"t{corner}_source"] = NONE
    for row in rows:
        row["send_error_ns"] = random.randrange(10**5)
        row["t1_userspace_ns"] = EPOCH_NS + row["sequence"] * 10**6
        outcome = random.choice(lost) if lost and random.random() < 0.3 else Outcome.RECEIVED
        if outcome is Outcome.RECEIVED:
            outcome = random.choice((Outcome.RECEIVED,) * 8 + (Outcome.LATE, Outcome.DUPLICATE))
            answer(random, row, precise)
        elif outcome is not Outcome.NOT_SENT:
            row["t1_ns"], row["t1_source"] = row["t1_userspace_ns"] + 50_000, KERNEL
        row["outcome"] = OUTCOME_CODE[outcome]
        row["forward_duplicates"] = outcome is Outcome.DUPLICATE
    answered = np.flatnonzero(rows["t2_ns"] != UNKNOWN)
    order = answered[np.argsort(rows["t2_ns"][answered])]
    rows["reflector_sequence"][order] = np.arange(order.size)
    one_after_the_other(rows, order)
    return rows


def one_after_the_other(rows: np.ndarray, order: np.ndarray) -> None:
    """A reflector sends its replies in the order of their numbers (RFC 8762 §4.3.1): none has an
    earlier T3 than one with a lesser number."""
    last_ns = 0
    for place in order[rows["t3_ns"][order] != UNKNOWN]:
        waited_ns = max(0, last_ns + 1 - int(rows["t3_ns"][place]))
        rows["t3_ns"][place] += waited_ns
        if rows["t4_ns"][place] != UNKNOWN:
            rows["t4_ns"][place] += waited_ns
        last_ns = int(rows["t3_ns"][place])


def answer(random: Random, row: np.void, precise: float) -> None:
    t1 = row["t1_userspace_ns"] + random.randrange(10**5)
    t2 = t1 + 5 * 10**6 + int(random.expovariate(1 / 10**6))
    t3 = t2 + random.randrange(10**5)
    t4 = t3 + 6 * 10**6 + int(random.expovariate(1 / 10**6))
    for corner, time_ns in enumerate((t1, t2 + OFFSET_NS, t3 + OFFSET_NS, t4), start=1):
        row[f"t{corner}_ns"] = time_ns
        row[f"t{corner}_source"] = KERNEL if random.random() < precise else PROGRAM


def running(rows: np.ndarray, part: int) -> StreamFigures:
    figures = StreamFigures()
    for start in range(0, len(rows), part):
        figures.add(rows[start : start + part])
    figures.finish()
    return figures


def near(found: DelayFigures | None, exact: DelayFigures | None, base_ns: int) -> None:
    """Counts and ends are equal, percentiles within 1 % of what they lie from the base."""
    if exact is None:
        assert found is None
        return
    assert found is not None
    assert (found.count, found.min_ns, found.max_ns) == (exact.count, exact.min_ns, exact.max_ns)
    assert found.mean_ns == pytest.approx(exact.mean_ns, rel=1e-9)
    for one, other in zip(astuple(found)[3:8], astuple(exact)[3:8], strict=True):
        assert abs(one - other) <= 0.01 * abs(other - base_ns) * SLACK + 0.5


def alike(found: DirectionSummary, exact: DirectionSummary, base_ns: int) -> None:
    assert [getattr(found, name) for name in EXACT] == [getattr(exact, name) for name in EXACT]
    near(found.delay, exact.delay, base_ns)
    near(found.ipdv, exact.ipdv, 0)
    if exact.delay is not None:
        near(found.pdv, exact.pdv, base_ns - exact.delay.min_ns)
    if found.judged_us is not None and exact.judged_us is not None:
        error_us = found.uncertainty_us - exact.uncertainty_us
        assert abs(found.judged_us - exact.judged_us) <= error_us * SLACK + 1e-6
    if exact.reordering is not None:
        exact_counts = replace(exact.reordering, max_extent=None, max_late_ns=None, max_n=None)
        assert found.reordering == exact_counts


def base_of(rows: np.ndarray, part: int, start: str, end: str, sources: list[int]) -> int:
    """The least delay of the first part that has one."""
    for first in range(0, len(rows), part):
        delays = [
            int(row[f"{end}_ns"]) - int(row[f"{start}_ns"])
            for row in rows[first : first + part]
            if row["outcome"] in (OUTCOME_CODE[Outcome.RECEIVED], OUTCOME_CODE[Outcome.DUPLICATE])
            and ((row[f"{start}_source"] == KERNEL) & (row[f"{end}_source"] == KERNEL)) in sources
        ]
        if delays:
            return min(delays)
    return 0


@settings(max_examples=60)
@given(
    st.integers(0, 2**32),
    st.integers(0, 300),
    st.integers(40, 120),
    st.sampled_from((0, 0.5, 1)),
    st.sampled_from(((), LOSSES, (*LOSSES, Outcome.LOST))),
)
def test_within_the_stated_error_of_the_exact(
    seed: int, size: int, part: int, precise: float, lost: tuple[Outcome, ...]
) -> None:
    rows = stream(Random(seed), size, precise, lost)
    samples = list(as_samples(rows))
    exact = summarize(samples, 20_000, 100.0)
    figures = running(rows, part)
    found = figures.summary(20_000, 100.0)
    assert found.counts == exact.counts
    assert figures.outcomes == Counter(sample.outcome for sample in samples)
    received = {s.sequence for s in samples if s.outcome is Outcome.RECEIVED}
    assert figures.reordered == len(out_of_order(samples) & received)
    assert figures.answers == sum(sample.t4 is not None for sample in samples)
    assert figures.sources("t2") == {sample.t2.source for sample in samples if sample.t2}
    for way, start, end in (("forward", "t1", "t2"), ("backward", "t3", "t4")):
        one, other = getattr(found, way), getattr(exact, way)
        best = [bool(one.sources.get("kernel+kernel"))]
        alike(one, other, base_of(rows, part, start, end, best))
    near(found.send_error, exact.send_error, int(rows["send_error_ns"][:part].min(initial=10**6)))
    for name in ("round_trip", "host_delay"):
        one, other = getattr(found, name), getattr(exact, name)
        assert (one and (one.count, one.min_ns)) == (other and (other.count, other.min_ns))


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 60))
def test_losses_piece_by_piece(lost: list[bool], part: int) -> None:
    found = RunningLosses()
    for start in range(0, len(lost), part):
        found.add(np.array(lost[start : start + part], dtype=np.bool_))
    assert found.pattern() == loss_pattern(np.array(lost, dtype=np.bool_))


def test_a_bound_within_the_error_of_a_sketch_is_inconclusive() -> None:
    rows = stream(Random(1), 1000, 1, ())
    bound_us = summarize(list(as_samples(rows)), 0, 0.0).forward.judged_us
    assert bound_us is not None
    summary = running(rows, 100).summary(bound_us, 0.0)
    assert summary.forward.verdict is Verdict.INCONCLUSIVE


def test_an_offset_costs_no_precision() -> None:
    figures = RunningFigures()
    figures.add(10**9 + np.arange(1000))
    found = figures.figures()
    assert found is not None
    assert abs(found.p50_ns - (10**9 + 499)) <= 5


def test_a_restarted_reflector_makes_nothing_look_reordered() -> None:
    """Its numbers begin again; by them, all that came after would be before what came first."""
    rows = stream(Random(2), 400, 1, ())
    rows["t2_ns"] = rows["t1_ns"] + 10**6
    rows["t3_ns"] = rows["t2_ns"] + 1000
    rows["t4_ns"] = rows["t3_ns"] + 10**6
    rows["reflector_sequence"] = (np.arange(400) + 5000) % 5250
    assert running(rows, 100).reordered == 0


def test_replies_reflected_at_one_instant_are_in_the_order_of_their_probes() -> None:
    """The program of a reflector that copies numbers read its clock once for all of a burst."""
    rows = stream(Random(3), 200, 0, ())
    rows["t3_ns"] = rows["t2_ns"].max() + np.arange(200) // 20 * 10**6
    rows["t4_ns"] = rows["t3_ns"] + np.arange(200)
    rows["t2_ns"] = rows["t1_ns"] + 10**6
    rows["reflector_sequence"] = rows["sequence"]
    exact = summarize(list(as_samples(rows)), None, 0.0).backward
    found = running(rows, 50).summary(None, 0.0).backward
    assert (exact.reordered, found.reordered) == (0, 0)


@pytest.mark.parametrize("count", [13, 100, 130, 997])
def test_a_value_is_that_of_its_very_rank(count: int) -> None:
    """Not of the next one, as a rank that became a percentage and back may be rounded up."""
    values_ns = np.rint(1000 * 1.05 ** np.arange(count) % 2**60).astype(np.int64)
    values_ns = np.sort(values_ns[:300])
    figures = RunningFigures(base_ns=0)
    figures.add(values_ns)
    for rank, value_ns in enumerate(values_ns.tolist(), start=1):
        assert abs(figures.value_at(rank) - value_ns) <= 0.011 * value_ns + 1
