"""Figures of any number of delays and losses as they come, in bounded memory.

Percentiles come from a sketch of how far each value lies over a base: what is nearly constant, such
as the light time or an offset between clocks, is thereby exact, and the relative error is one of
what varies. Counts, minimum and maximum are exact, and so is the mean but for rounding.
"""

from __future__ import annotations

import math

import numpy as np

from netkit.stats.delay import DelayFigures, Nanoseconds, ipdv
from netkit.stats.loss_patterns import Flags, LossPattern
from netkit.stats.running.sketch import DEFAULT_RELATIVE_ERROR, Sketch


class RunningFigures:
    """Figures of all values added; the base is the least of the first that are, if none is given.

    A percentile is within ``relative_error`` of its distance from the base, and half a ns.
    """

    def __init__(
        self, base_ns: int | None = None, relative_error: float = DEFAULT_RELATIVE_ERROR
    ) -> None:
        self._base_ns = base_ns
        self._over = Sketch(relative_error)
        self._sum_ns = 0.0

    @property
    def count(self) -> int:
        """How many values were added."""
        return self._over.count

    def add(self, values_ns: Nanoseconds) -> None:
        """Count these values."""
        if values_ns.size == 0:
            return
        if self._base_ns is None:
            self._base_ns = int(values_ns.min())
        over_ns = values_ns - self._base_ns
        self._over.add(over_ns)
        self._sum_ns += float(over_ns.sum(dtype=np.float64))

    def figures(self) -> DelayFigures | None:
        """As :func:`netkit.stats.delay.delay_figures`; None of no values."""
        count, base_ns = self.count, self._base_ns or 0
        if count == 0:
            return None
        low, p50, p90, p95, p99, p99_9, high = (
            base_ns + round(self._over.percentile(percent) or 0)
            for percent in (0, 50, 90, 95, 99, 99.9, 100)
        )
        mean_ns = base_ns + self._sum_ns / count
        return DelayFigures(count, low, mean_ns, p50, p90, p95, p99, p99_9, high)

    def value_at(self, rank: int) -> int:
        """The value of a rank, from 1 for the least, as far off as any percentile."""
        return (self._base_ns or 0) + round(self._over.at_rank(rank) or 0)

    def most_at(self, rank: int) -> int:
        """The value of a rank is surely no greater."""
        value_ns = self.value_at(rank)
        return value_ns + math.ceil(self.error_ns(value_ns))

    def least_at(self, rank: int) -> int:
        """The value of a rank is surely no less; that of the last one is exact."""
        if rank == self.count:
            return self.value_at(rank)
        value_ns = self.value_at(rank)
        return value_ns - math.ceil(self.error_ns(value_ns))

    def error_ns(self, percentile_ns: int) -> float:
        """How far a percentile that came from here may be from the exact one."""
        share = self._over.relative_error / (1 - self._over.relative_error)
        return share * (abs(percentile_ns - (self._base_ns or 0)) + 0.5) + 0.5


class RunningDelays:
    """Delays in sending order, with their variation from one to the next (RFC 3393)."""

    def __init__(self) -> None:
        self.delay = RunningFigures()
        self.ipdv = RunningFigures(base_ns=0)
        self._last_ns = np.zeros(0, np.int64)

    def add(self, delays_ns: Nanoseconds) -> None:
        """Go on with these."""
        self.delay.add(delays_ns)
        joined = np.concatenate([self._last_ns, delays_ns])
        self.ipdv.add(ipdv(joined))
        self._last_ns = joined[-1:]


def over_minimum(delay: DelayFigures) -> DelayFigures:
    """The figures of PDV (RFC 5481) from those of the delays; the error in ns is the same."""
    least = delay.min_ns
    return DelayFigures(
        delay.count, 0, delay.mean_ns - least, delay.p50_ns - least, delay.p90_ns - least,
        delay.p95_ns - least, delay.p99_ns - least, delay.p99_9_ns - least, delay.max_ns - least,
    )  # fmt: skip


class RunningLosses:
    """The pattern of losses, of flags that come piece by piece in sending order."""

    def __init__(self) -> None:
        self._sent = self._lost = self._runs = self._run = self._longest = 0
        self._last: int | None = None
        self._shortest_gap: int | None = None

    def add(self, lost: Flags) -> None:
        """Go on with these packets."""
        where = np.flatnonzero(lost) + self._sent
        self._sent += lost.size
        self._lost += where.size
        if where.size == 0:
            return
        before = where[:1] if self._last is None else [self._last]
        distances = np.diff(where, prepend=before)
        starts = np.flatnonzero(distances != 1)
        self._runs += starts.size
        lengths = np.diff(starts, prepend=0, append=where.size)
        lengths[0] += self._run
        self._run, self._longest = int(lengths[-1]), max(self._longest, int(lengths.max()))
        gaps = distances[starts]
        if self._last is None:
            gaps = gaps[1:]
        least = int(gaps.min()) if gaps.size else None
        if least is not None and (self._shortest_gap is None or least < self._shortest_gap):
            self._shortest_gap = least
        self._last = int(where[-1])

    def pattern(self) -> LossPattern | None:
        """As :func:`netkit.stats.loss_patterns.loss_pattern`; None of no packets."""
        if self._sent == 0:
            return None
        mean_run = self._lost / self._runs if self._runs else None
        return LossPattern(
            self._sent, self._lost, self._lost / self._sent, self._runs, self._longest, mean_run,
            self._shortest_gap,
        )  # fmt: skip
