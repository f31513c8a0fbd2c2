"""What a verdict rests on: p99 or the maximum of the delays that are known, and those that are not.

A delay that is not known, because a stamp was impossible or this host dropped the reply, may have
been anything. So a pass has to stand even if all of them were beyond every bound, and a breach even
if none of them was. One that a program stamped, and that is left out of the figures as others have
better stamps, was no longer than it shows, as programs only add: a pass has to stand with these as
they are, and a breach without them. That of a probe that came back after its timeout is known as
well as any other, though it is in no figure, and counts for both.
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
    ``late`` ones, as their probes came back after the timeout; ``*_at`` are their values, of which
    ``late_least_at`` are the least that those may be, where they are not exact.
    """

    unknown: int = 0
    refuted: Refutation | None = None
    poor: int = 0
    poor_at: ValueAt | None = None
    late: int = 0
    late_at: ValueAt | None = None
    late_least_at: ValueAt | None = None

    @property
    def of_figures(self) -> bool:
        """Whether all that is known is in the figures, and all in them is known."""
        return not (self.unknown or self.poor or self.late)


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
    least_at: ValueAt | None = None,
) -> Verdict:
    """The verdict on what is judged of these figures; ``value_at`` is asked if there are others,
    and ``least_at`` of what a value is at least, where neither it nor the uncertainty says so."""
    count = 0 if figures is None else figures.count
    known = count + doubt.late
    if not known or bound_us is None:
        return Verdict.UNKNOWN
    if known < MIN_SAMPLES or doubt.refuted is not None:
        return Verdict.INCONCLUSIVE
    if figures is not None and (doubt.of_figures or value_at is None):
        return judge(ns_to_us(judged(figures)[1]), uncertainty_us, bound_us)

    def while_it_is(number: int, values: ValueAt | None, *verdicts: Verdict) -> int:
        if values is None:
            return 0
        return ranks(
            number, lambda rank: judge(ns_to_us(values(rank)), uncertainty_us, bound_us) in verdicts
        )

    def within(number: int, values: ValueAt | None) -> int:
        return while_it_is(number, values, Verdict.PASS)

    def over(number: int, values: ValueAt | None) -> int:
        if values is None:
            return 0
        return number - while_it_is(number, values, Verdict.PASS, Verdict.INCONCLUSIVE)

    total = known + doubt.unknown + doubt.poor
    surely = over(count, least_at or value_at) + over(
        doubt.late, doubt.late_least_at or doubt.late_at
    )
    if surely > total - judged_rank(total):
        return Verdict.BREACH
    surely = within(count, value_at)
    surely += within(doubt.poor, doubt.poor_at) + within(doubt.late, doubt.late_at)
    return Verdict.PASS if surely >= judged_rank(total) else Verdict.INCONCLUSIVE


def judged_among(total: int, value_at: ValueAt) -> tuple[str, int]:
    """The same of so many values by rank."""
    return "p99" if total >= P99_SAMPLES else "max", value_at(judged_rank(total))


def ranks(count: int, hold: Callable[[int], bool]) -> int:
    """Of how many of ``count`` ranks it holds, where it holds of each below one too. O(log n)."""
    return bisect_left(range(1, count + 1), 1, key=lambda rank: not hold(rank))


def together(count: int, value_at: ValueAt, more: int, more_at: ValueAt) -> ValueAt:
    """The values of ``count`` ranks and of ``more`` others as those of one row. O(log n)."""

    def at(rank: int) -> int:
        least, most = max(0, rank - more), min(rank, count)

        def taken(step: int) -> bool:
            """Whether this one of the first is among the least ``rank`` of both."""
            other = rank - least - step + 1
            return other > more or value_at(least + step) <= more_at(other)

        first = least + ranks(most - least, taken)
        ends = [value_at(first)] if first else []
        return max([*ends, more_at(rank - first)] if rank > first else ends)

    return at


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
