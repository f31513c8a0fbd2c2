"""The worked examples of the RFCs."""

from __future__ import annotations

import numpy as np

from netkit.stats.delay import delay_figures, ipdv, pdv


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
