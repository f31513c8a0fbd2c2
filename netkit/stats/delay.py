"""Figures of a set of delays: one-way delay, its variation between packets, and over the minimum.

Delays are whole ns and may be negative, which says something about a clock and is left as it is.
Percentiles are those of RFC 2330 §11.3: the smallest value seen such that at least p % of all
values are no larger (nearest rank). They are always values that really occurred, and p99 of fewer
than 100 values is their maximum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Nanoseconds = NDArray[np.int64]

_PER_MILLE = 1000


@dataclass(frozen=True, slots=True)
class DelayFigures:
    """Figures in ns over ``count`` values (RFC 7679 §5)."""

    count: int
    min_ns: int
    mean_ns: float
    p50_ns: int
    p90_ns: int
    p95_ns: int
    p99_ns: int
    p99_9_ns: int
    max_ns: int


def delay_figures(delays_ns: Nanoseconds) -> DelayFigures | None:
    """Figures of ``delays_ns``; None of no values. O(n log n).

    Every percentile is a delay that was seen:

    >>> figures = delay_figures(np.array([1000, 1100, 1200, 9000]))
    >>> figures.min_ns, figures.p50_ns, figures.p99_ns
    (1000, 1100, 9000)
    """
    if delays_ns.size == 0:
        return None
    ordered = np.sort(delays_ns)
    return DelayFigures(
        count=int(ordered.size),
        min_ns=int(ordered[0]),
        mean_ns=float(ordered.mean()),
        p50_ns=_at(ordered, 500),
        p90_ns=_at(ordered, 900),
        p95_ns=_at(ordered, 950),
        p99_ns=_at(ordered, 990),
        p99_9_ns=_at(ordered, 999),
        max_ns=int(ordered[-1]),
    )


def ipdv(delays_ns: Nanoseconds) -> Nanoseconds:
    """Signed differences D(i+1) - D(i) of delays given in sending order (RFC 3393 §4.2).

    The selection function takes each two packets that arrived with none that arrived between them.

    >>> ipdv(np.array([1000, 1300, 900])).tolist()
    [300, -400]
    """
    return np.diff(delays_ns)


def ipdv_adjacent(sequences: NDArray[np.int64], delays_ns: Nanoseconds) -> Nanoseconds:
    """IPDV of packets that were sent one right after the other (RFC 3393 §4.2, other selection).

    A lost packet leaves out both pairs that it belongs to; ``sequences`` rise.

    >>> ipdv_adjacent(np.array([0, 1, 3]), np.array([1000, 1300, 900])).tolist()
    [300]
    """
    chosen: Nanoseconds = np.diff(delays_ns)[np.diff(sequences) == 1]
    return chosen


def pdv(delays_ns: Nanoseconds) -> Nanoseconds:
    """Each delay minus the least of them (RFC 5481 §4.2): never negative, and free of any constant
    offset between the clocks.

    >>> pdv(np.array([1000, 1300, 900])).tolist()
    [100, 400, 0]
    """
    return delays_ns - delays_ns.min() if delays_ns.size else delays_ns


def _at(ordered: Nanoseconds, per_mille: int) -> int:
    rank = -(-int(ordered.size) * per_mille // _PER_MILLE)
    return int(ordered[rank - 1])


@dataclass(frozen=True, slots=True)
class AchievedSchedule:
    """``error`` is by how much packets left after their time, ``gap`` what lay between two."""

    error: DelayFigures
    gap: DelayFigures | None


def achieved_schedule(scheduled_ns: Nanoseconds, sent_ns: Nanoseconds) -> AchievedSchedule | None:
    """Figures of packets meant for ``scheduled_ns`` and sent at ``sent_ns``; None of no packets."""
    error = delay_figures(sent_ns - scheduled_ns)
    return None if error is None else AchievedSchedule(error, delay_figures(np.diff(sent_ns)))
