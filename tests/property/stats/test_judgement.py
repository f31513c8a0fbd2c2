"""Verdicts with delays that are not known or poorly stamped, against the worst that they may be."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from netkit.model.units import ns_to_us
from netkit.model.verdict import Verdict, judge
from netkit.stats.delay import delay_figures
from netkit.stats.judgement import Doubt, direction_verdict, judged, together

FAR_NS = 10**15
delays = st.lists(st.integers(0, 40_000), max_size=150)


def verdict(values_ns: list[int], uncertainty_us: float) -> Verdict:
    """On all of these, as if each was known."""
    figures = delay_figures(np.array(values_ns, np.int64))
    assert figures is not None
    return judge(ns_to_us(judged(figures)[1]), uncertainty_us, 20.0)


@given(delays, delays, delays, st.integers(0, 5), st.integers(0, 8))
def test_a_verdict_stands_whatever_is_not_known(
    precise: list[int], poor: list[int], late: list[int], unknown: int, uncertainty_us: int
) -> None:
    precise, poor, late = sorted(precise), sorted(poor), sorted(late)
    assume(len(precise) + len(late) >= 10)
    found = direction_verdict(
        delay_figures(np.array(precise, np.int64)), uncertainty_us, 20.0,
        Doubt(
            unknown, None, len(poor), lambda rank: poor[rank - 1],
            len(late), lambda rank: late[rank - 1],
        ),
        lambda rank: precise[rank - 1],
    )  # fmt: skip
    most = verdict([*precise, *poor, *late, *[FAR_NS] * unknown], uncertainty_us)
    least = verdict([*precise, *late, *[-FAR_NS] * (len(poor) + unknown)], uncertainty_us)
    assert (found is Verdict.PASS) == (most is Verdict.PASS)
    assert (found is Verdict.BREACH) == (least is Verdict.BREACH)


@given(st.lists(st.integers(0, 30), max_size=40), st.lists(st.integers(0, 30), max_size=40))
def test_two_rows_of_values_are_one(one: list[int], other: list[int]) -> None:
    one, other = sorted(one), sorted(other)
    found = together(len(one), lambda rank: one[rank - 1], len(other), lambda rank: other[rank - 1])
    ranks = range(1, len(one) + len(other) + 1)
    assert [found(rank) for rank in ranks] == sorted([*one, *other])
