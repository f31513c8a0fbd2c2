"""The worked examples of the RFCs."""

from __future__ import annotations

import numpy as np
import pytest

from netkit.stats.delay import delay_figures, ipdv, pdv
from netkit.stats.loss import count_reordered


def test_rfc_2330_worked_example() -> None:
    figures = delay_figures(np.array([-2, 7, 7, 4, 18, -5]))
    assert figures is not None
    assert figures.p50_ns == 4
    assert figures.p90_ns == figures.p99_ns == 18


def test_no_delays_have_no_figures() -> None:
    nothing = np.array([], dtype=np.int64)
    assert delay_figures(nothing) is None
    assert delay_figures(ipdv(nothing)) is None
    assert delay_figures(pdv(nothing)) is None
    assert delay_figures(ipdv(np.array([5]))) is None


def test_ipdv_keeps_its_sign() -> None:
    assert list(ipdv(np.array([10, 25, 5]))) == [15, -20]


@pytest.mark.parametrize(
    ("arrivals", "reordered"),
    [
        ([1, 2, 3, 5, 6, 7, 8, 4, 9, 10], 1),  # RFC 4737 §3.4: packet 4 is late, 5 to 8 are not
        ([1, 2, 3, 4, 7, 8, 5, 6, 9, 10], 2),
        ([3, 2, 1], 2),
        ([1, 2, 2, 3], 1),  # a copy is behind the original
        ([1, 5, 9], 0),  # gaps are loss
        ([], 0),
    ],
)
def test_rfc_4737_counts_against_the_highest_so_far(arrivals: list[int], reordered: int) -> None:
    assert count_reordered(arrivals) == reordered
