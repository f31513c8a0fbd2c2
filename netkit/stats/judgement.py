"""What a verdict rests on: p99 or the maximum of the delays that are known, and those that are not.

A delay that is not known, because a stamp was impossible or this host dropped the reply, may have
been anything. So a pass has to stand even if all of them were beyond every bound, and a breach even
if none of them was.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from netkit.model.measurement.refutation import Refutation
from netkit.model.units import ns_to_us
from netkit.model.verdict import Verdict, judge
from netkit.stats.delay import DelayFigures

MIN_SAMPLES = 10
"""Fewer delays than this are inconclusive whatever they are."""

P99_SAMPLES = 100
"""From so many delays on, p99 is judged; below, the maximum."""

ValueAt = Callable[[int], int]
"""The value of a rank, from 1 for the least."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a verdict may not rest on the delays as they stand.

    ``unknown`` delays are missing among those that arrived; ``refuted`` says why what the clocks
    claim cannot be.
    """

    unknown: int = 0
    refuted: Refutation | None = None


NO_DOUBT = Doubt()


def judged(figures: DelayFigures) -> tuple[str, int]:
    """What a verdict rests on, by name and in ns: ``p99``, or ``max`` of few samples."""
    if figures.count >= P99_SAMPLES:
        return "p99", figures.p99_ns
    return "max", figures.max_ns


def direction_verdict(
    figures: DelayFigures | None,
    uncertainty_us: float,
    bound_us: float | None,
    doubt: Doubt = NO_DOUBT,
    value_at: ValueAt | None = None,
) -> Verdict:
    """The verdict on what is judged of these figures; ``value_at`` is asked if some are unknown."""
    if figures is None or bound_us is None:
        return Verdict.UNKNOWN
    if figures.count < MIN_SAMPLES or doubt.refuted is not None:
        return Verdict.INCONCLUSIVE
    if not doubt.unknown or value_at is None:
        return judge(ns_to_us(judged(figures)[1]), uncertainty_us, bound_us)
    low_ns, high_ns = judged_range(figures.count, doubt.unknown, value_at)
    if high_ns is not None and judge(ns_to_us(high_ns), uncertainty_us, bound_us) is Verdict.PASS:
        return Verdict.PASS
    if low_ns is not None and judge(ns_to_us(low_ns), uncertainty_us, bound_us) is Verdict.BREACH:
        return Verdict.BREACH
    return Verdict.INCONCLUSIVE


def judged_range(count: int, unknown: int, value_at: ValueAt) -> tuple[int | None, int | None]:
    """The least and the most that is judged, whatever the ``unknown`` delays beside ``count`` were.

    None where that end is one of theirs.
    """
    total = count + unknown
    rank = math.ceil(total * 99 / 100) if total >= P99_SAMPLES else total
    low_ns = value_at(rank - unknown) if rank > unknown else None
    return low_ns, value_at(rank) if rank <= count else None
