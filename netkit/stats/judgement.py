"""What a verdict rests on: p99 or the maximum of the delays that are known, and those that are not.

A delay that is not known, because a stamp was impossible or this host dropped the reply, may have
been anything. So a pass has to stand even if all of them were beyond every bound, and a breach even
if none of them was. One that a program stamped, and that is left out of the figures as others have
better stamps, was no longer than it shows, as programs only add; that of a probe that came back
after its timeout is known as well as any other, though it is in no figure. A pass has to stand with
these as they are, and a breach without them.
"""

from __future__ import annotations

import math
from bisect import bisect_left
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
    claim cannot be. ``poor`` delays are left out of the figures, for programs stamped them, and
    ``late`` ones, as their probes came back after the timeout; ``*_at`` are their values.
    """

    unknown: int = 0
    refuted: Refutation | None = None
    poor: int = 0
    poor_at: ValueAt | None = None
    late: int = 0
    late_at: ValueAt | None = None


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
    """The verdict on what is judged of these figures; ``value_at`` is asked if there are others."""
    if figures is None or bound_us is None:
        return Verdict.UNKNOWN
    if figures.count < MIN_SAMPLES or doubt.refuted is not None:
        return Verdict.INCONCLUSIVE
    if not (doubt.unknown or doubt.poor or doubt.late) or value_at is None:
        return judge(ns_to_us(judged(figures)[1]), uncertainty_us, bound_us)

    def verdict_at(values: ValueAt, rank: int) -> Verdict:
        return judge(ns_to_us(values(rank)), uncertainty_us, bound_us)

    count, total = figures.count, figures.count + doubt.unknown + doubt.poor + doubt.late
    over = count - ranks(count, lambda rank: verdict_at(value_at, rank) is not Verdict.BREACH)
    if over > total - judged_rank(total):
        return Verdict.BREACH

    def within(number: int, values: ValueAt | None) -> int:
        if values is None:
            return 0
        return ranks(number, lambda rank: verdict_at(values, rank) is Verdict.PASS)

    surely = within(count, value_at)
    surely += within(doubt.poor, doubt.poor_at) + within(doubt.late, doubt.late_at)
    return Verdict.PASS if surely >= judged_rank(total) else Verdict.INCONCLUSIVE


def ranks(count: int, hold: Callable[[int], bool]) -> int:
    """Of how many of ``count`` ranks it holds, where it holds of each below one too. O(log n)."""
    return bisect_left(range(1, count + 1), 1, key=lambda rank: not hold(rank))


def judged_rank(total: int) -> int:
    """The rank of what is judged of so many delays, from 1 for the least."""
    return math.ceil(total * 99 / 100) if total >= P99_SAMPLES else total


def judged_range(count: int, unknown: int, value_at: ValueAt) -> tuple[int | None, int | None]:
    """The least and the most that is judged, whatever the ``unknown`` delays beside ``count`` were.

    None where that end is one of theirs.
    """
    rank = judged_rank(count + unknown)
    low_ns = value_at(rank - unknown) if rank > unknown else None
    return low_ns, value_at(rank) if rank <= count else None
