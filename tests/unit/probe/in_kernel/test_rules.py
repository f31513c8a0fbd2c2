"""Rules as the program reads them, whatever is asked for."""

from __future__ import annotations

import math

import pytest

from netkit.probe.in_kernel.rules import Rules, bucket
from netkit.wire.timestamps import ErrorEstimate


@pytest.mark.parametrize("rate", [5e-324, 1e-9, 1e-3, 0.9, 1.0, 7.0, 1e9, 1e10, 1e300, math.inf])
def test_any_rate_has_a_bucket_of_64_bits(rate: float) -> None:
    """Of `--rate inf` and `--rate 1e-300` there was a traceback."""
    cost_ns, depth_ns = bucket(rate)
    assert 1 <= cost_ns <= depth_ns < 1 << 62
    assert Rules(862, source_rate=rate, total_rate=rate).to_bytes(ErrorEstimate(), 0)
