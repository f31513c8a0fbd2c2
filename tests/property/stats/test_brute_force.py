"""Figures against their definitions, computed the slow way."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkit.stats.delay import delay_figures, ipdv, pdv

DELAYS = st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=1200)


def percentile(values: list[int], share: Fraction) -> int:
    """RFC 2330 §11.3: the smallest x whose empirical distribution F(x) reaches the share."""
    return min(x for x in values if Fraction(sum(v <= x for v in values), len(values)) >= share)


@given(DELAYS.map(lambda values: values[:80]) | st.integers(1, 1200).map(lambda n: list(range(n))))
def test_percentiles_are_those_of_rfc_2330(values: list[int]) -> None:
    figures = delay_figures(np.array(values, dtype=np.int64))
    assert figures is not None
    ordered = sorted(values)
    if len(values) <= 80:
        for name, share in (("p50", 500), ("p90", 900), ("p95", 950), ("p99", 990)):
            found = getattr(figures, f"{name}_ns")
            assert found == percentile(values, Fraction(share, 1000))
    rank = next(r for r in range(1, len(values) + 1) if Fraction(r, len(values)) >= 0.999)
    assert figures.p99_9_ns == ordered[rank - 1]
    assert (figures.count, figures.min_ns, figures.max_ns) == (
        len(values), ordered[0], ordered[-1],
    )  # fmt: skip
    assert figures.mean_ns == pytest.approx(sum(values) / len(values), abs=1e-2)


@given(DELAYS)
def test_variation_leaves_out_every_constant_offset_of_the_clocks(values: list[int]) -> None:
    delays = np.array(values, dtype=np.int64)
    assert list(ipdv(delays)) == [b - a for a, b in pairwise(values)]
    assert list(pdv(delays)) == [value - min(values) for value in values]
    shifted = delays + 123_456
    assert list(ipdv(shifted)) == list(ipdv(delays))
    assert list(pdv(shifted)) == list(pdv(delays))
