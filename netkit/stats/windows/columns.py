"""Delays of many windows merged and ranked at once: numpy columns in, a row for each group out.

The same figures as :func:`~.counts.merged_counts` and a sketch give group by group.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Ints = NDArray[np.int64]
_Floats = NDArray[np.float64]

_ROOM = 8
"""A place for every bucket there could be is sooner filled than those there are are sorted, while
it is not much larger than these."""


@dataclass(frozen=True, slots=True)
class DelayColumns:
    """Delays of windows: of each how many are 0, least, greatest and sum; and their buckets.

    A sum is ``sum_high << 32 | sum_low``, because a float64 would round it.
    ``owner`` says whose a bucket is; ``code`` is its number + 1, negative for negative delays.
    """

    zeros: _Ints
    min_ns: _Ints
    max_ns: _Ints
    sum_high: _Ints
    sum_low: _Ints
    owner: _Ints
    code: _Ints
    count: _Ints

    def totals(self) -> _Ints:
        """How many delays each window has."""
        inside = np.bincount(self.owner, self.count, self.zeros.size).astype(np.int64)
        return np.asarray(self.zeros + inside, np.int64)


@dataclass(frozen=True, slots=True)
class DelayRow:
    """Figures in ns of the delays of one group; percentiles by nearest rank (RFC 2330 §11.3)."""

    count: int
    min_ns: int
    mean_ns: float
    max_ns: int
    percentiles_ns: tuple[float, ...]


def delay_rows(
    columns: DelayColumns,
    group: _Ints,
    groups: int,
    relative_error: float,
    percents: Sequence[float],
) -> list[DelayRow | None]:
    """Figures of each of ``groups`` groups; ``group`` says in which a window is. None of no delays.

    Percentiles are within ``relative_error``. O(b log b) for b buckets.
    """
    totals = columns.totals()
    counts = np.bincount(group, totals, groups).astype(np.int64)
    means = _means(columns, group, counts)
    seen = totals > 0
    if not seen.any():
        return [None] * groups
    least = np.full(groups, np.iinfo(np.int64).max)
    greatest = np.full(groups, np.iinfo(np.int64).min)
    np.minimum.at(least, group[seen], columns.min_ns[seen])
    np.maximum.at(greatest, group[seen], columns.max_ns[seen])
    ranked = _Ranked.of(columns, group, groups, relative_error)
    found = [ranked.at(percent, counts, least, greatest) for percent in percents]
    return [
        DelayRow(
            int(counts[one]), int(least[one]), means[one], int(greatest[one]),
            tuple(float(values[one]) for values in found),
        )
        if counts[one]
        else None
        for one in range(groups)
    ]  # fmt: skip


def _means(columns: DelayColumns, group: _Ints, counts: _Ints) -> list[float]:
    """Mean of each group, rounded once; a part of a sum is exact in float64 for 2**21 windows."""
    high = np.bincount(group, columns.sum_high, counts.size)
    low = np.bincount(group, columns.sum_low, counts.size)
    parts = zip(high.tolist(), low.tolist(), counts.tolist(), strict=True)
    return [((int(h) << 32) + int(lo)) / count if count else math.nan for h, lo, count in parts]


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Buckets of all groups in rising order, group by group, and how many delays are up to each."""

    value_ns: _Floats
    reached: _Ints
    before: _Ints

    @classmethod
    def of(cls, columns: DelayColumns, group: _Ints, groups: int, relative_error: float) -> _Ranked:
        holders = np.flatnonzero(columns.zeros)
        code = np.concatenate([columns.code, np.zeros(holders.size, np.int64)])
        count = np.concatenate([columns.count, columns.zeros[holders]])
        whose = np.concatenate([group[columns.owner], group[holders]])
        lowest = int(code.min(initial=0))
        width = int(code.max(initial=0)) - lowest + 1
        keys, added = _added(whose * width + (code - lowest), count, groups * width)
        reached = np.cumsum(added)
        first = np.searchsorted(keys, np.arange(groups) * width)
        before = np.concatenate([[0], reached])[first]
        return cls(_middles(keys % width + lowest, relative_error), reached, before)

    def at(self, percent: float, counts: _Ints, least: _Ints, greatest: _Ints) -> _Floats:
        """The percentile of each group; the first and the last of all values are exact."""
        rank = np.maximum(1, np.ceil(np.round(counts * percent / 100, 9))).astype(np.int64)
        place = np.searchsorted(self.reached, self.before + rank)
        middle = self.value_ns[np.minimum(place, self.value_ns.size - 1)]
        inside = np.clip(middle, least, greatest)
        return np.where(rank == 1, least, np.where(rank == counts, greatest, inside))


def _added(keys: _Ints, count: _Ints, most: int) -> tuple[_Ints, _Ints]:
    """Keys below ``most`` in rising order, each once, and the counts of each added up."""
    if most > _ROOM * keys.size:
        keys, place = np.unique(keys, return_inverse=True)
        return keys, np.bincount(place, count, keys.size).astype(np.int64)
    every = np.bincount(keys, count, most)
    held = np.flatnonzero(every)
    return held, every[held].astype(np.int64)


def _middles(code: _Ints, relative_error: float) -> _Floats:
    gamma = (1 + relative_error) / (1 - relative_error)
    magnitude = 2 * np.exp((np.abs(code) - 1) * math.log(gamma)) / (gamma + 1)
    return np.asarray(np.sign(code) * magnitude, np.float64)
