"""Samples of a lab that ran, read by any clocks: no interval without the truth, no wrong verdict.

Offsets up to 1 s, drifts up to 50 ppm, and steps in mid-run, seen by the host or not.
"""

from __future__ import annotations

from clocked_samples import Recorded, Tally
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from netkit.model.verdict import Verdict

RECORDED = Recorded.of()
SEEDS = st.integers(0, 2**32)


@settings(max_examples=examples(100))
@given(SEEDS)
def test_clocks_that_are_off_and_drift_leave_every_direction_certified(seed: int) -> None:
    tally = Tally()
    tally.add(RECORDED, seed, steps=0.0)
    assert (tally.intervals, tally.without_the_truth) == (len(RECORDED.true_ns), 0)
    assert (tally.wrong_verdicts, tally.contradictions, tally.verdicts[Verdict.UNKNOWN]) == (0,) * 3


@settings(max_examples=examples(120))
@given(SEEDS)
def test_steps_cost_certainty_and_never_truth(seed: int) -> None:
    tally = Tally()
    tally.add(RECORDED, seed, steps=0.3)
    assert (tally.without_the_truth, tally.wrong_verdicts) == (0, 0)
