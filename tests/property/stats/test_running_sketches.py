"""Sketches of a stream are those of its samples, however it is cut into rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from netkit.model.measurement.sample import Outcome, StampSource
from netkit.stats.loss import ARRIVED
from netkit.stats.running.session import DelaySketches
from netkit.stats.running.sketch import Sketch
from netkit.stats.sample_arrays import OUTCOMES, SAMPLES, SOURCES, UNKNOWN, as_samples

STAMPS = st.integers(-(10**6), 10**6) | st.just(UNKNOWN)
ROWS = st.lists(
    st.tuples(
        st.integers(0, len(OUTCOMES) - 1),
        st.tuples(STAMPS, STAMPS, STAMPS, STAMPS),
        st.tuples(*[st.integers(0, len(SOURCES) - 1)] * 4),
    ),
    max_size=40,
)
PRECISE = {StampSource.KERNEL, StampSource.HARDWARE}


def rows_of(made: list[tuple]) -> np.ndarray:
    rows = np.full(len(made), UNKNOWN, dtype=np.int64).astype(SAMPLES)
    for row, (outcome, stamps, sources) in zip(rows, made, strict=True):
        row["outcome"] = outcome
        for corner, (stamp, source) in enumerate(zip(stamps, sources, strict=True), start=1):
            row[f"t{corner}_ns"], row[f"t{corner}_source"] = stamp, source
    return rows


@settings(deadline=None)
@given(ROWS, st.integers(0, 40))
def test_as_sample_by_sample(made: list[tuple], cut: int) -> None:
    rows = rows_of(made)
    sketches = DelaySketches()
    sketches.add(rows[:cut])
    sketches.add(rows[cut:])
    forward, backward, left_out = [], [], 0
    for sample in as_samples(rows):
        if sample.outcome not in ARRIVED:
            continue
        for into, start, end in ((forward, sample.t1, sample.t2), (backward, sample.t3, sample.t4)):
            if start is None or end is None:
                continue
            if {start.source, end.source} <= PRECISE:
                into.append(end.time_ns - start.time_ns)
            else:
                left_out += 1
    for found, delays in ((sketches.forward, forward), (sketches.backward, backward)):
        exact = Sketch()
        exact.add(np.array(delays, dtype=np.int64))
        assert found == exact
    assert sketches.left_out == left_out


def test_late_answers_are_in_no_sketch() -> None:
    kernel = SOURCES.index(StampSource.KERNEL)
    late = (OUTCOMES.index(Outcome.LATE), (0, 1, 2, 3), (kernel,) * 4)
    sketches = DelaySketches()
    sketches.add(rows_of([late]))
    assert (sketches.forward.count, sketches.left_out) == (0, 0)
