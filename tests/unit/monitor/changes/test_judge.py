"""Losses of many probes: chances that are right however large the numbers are."""

from __future__ import annotations

import math

import pytest
from scipy.special import pdtr

from netkit.monitor.changes.judge import _chance_of_fewer, judge_losses
from netkit.monitor.locate.evidence import Statement


@pytest.mark.parametrize("mean", [0.3, 7.0, 120.0, 744.0, 746.0, 7200.0, 250_000.0])
@pytest.mark.parametrize("sigmas", [-4, -1, 0, 2, 5])
def test_the_chance_is_that_of_a_poisson_number(mean, sigmas):
    count = max(0, round(mean + sigmas * math.sqrt(mean)))
    assert _chance_of_fewer(count, mean) == pytest.approx(pdtr(count, mean), rel=1e-6)


def test_a_flow_that_always_loses_much_is_not_cleared_by_many_probes():
    """2 % more of 15,000 at a usual loss of 10 % lie within what chance does."""
    said, _ = judge_losses((100_000, 10_000), (15_000, 1_705), 0.02)
    assert said is Statement.UNKNOWN
    said, _ = judge_losses((100_000, 10_000), (15_000, 1_500), 0.02)
    assert said is Statement.UNCHANGED
