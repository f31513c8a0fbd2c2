"""Ratio and pattern of losses: singly or in runs, close together or far apart.

Each function takes one boolean for each packet, in sending order: true where it was lost. Packets
whose fate in this direction is not known have no place in such an array.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LossPattern:
    """``runs`` loss periods; ``shortest_gap`` packets from one to the next, None below two runs."""

    sent: int
    lost: int
    ratio: float
    runs: int
    longest_run: int
    mean_run: float | None
    shortest_gap: int | None


def loss_pattern(lost: Flags) -> LossPattern | None:
    """Ratio, runs and gaps at once; None of no packets."""
    ratio = loss_ratio(lost)
    if ratio is None:
        return None
    runs, gaps = loss_runs(lost), loss_gaps(lost)
    return LossPattern(
        sent=int(lost.size),
        lost=int(lost.sum()),
        ratio=ratio,
        runs=int(runs.size),
        longest_run=int(runs.max(initial=0)),
        mean_run=float(runs.mean()) if runs.size else None,
        shortest_gap=int(gaps.min()) if gaps.size else None,
    )


def loss_ratio(lost: Flags) -> float | None:
    """Lost of all sent (RFC 7680 §4.1); None of no packets."""
    return float(lost.mean()) if lost.size else None


def loss_distances(lost: Flags) -> Counts:
    """From each lost packet back to the one lost before it; 0 for the first (RFC 3357 §5.4.1)."""
    where = np.flatnonzero(lost)
    return np.diff(where, prepend=where[:1])


def loss_periods(lost: Flags) -> Counts:
    """The number of the run, from 1, that each lost packet belongs to (RFC 3357 §5.4.2)."""
    return np.cumsum(loss_distances(lost) != 1)


def loss_runs(lost: Flags) -> Counts:
    """The packets in each run of losses (Loss-Period-Lengths, RFC 3357 §6.3).

    >>> lost = np.array([0, 1, 1, 0, 0, 1, 0], dtype=bool)
    >>> loss_runs(lost).tolist()
    [2, 1]
    """
    return np.bincount(loss_periods(lost))[1:]


def loss_gaps(lost: Flags) -> Counts:
    """From the last loss of a run to the first of the next (Inter-Loss-Period-Lengths, §6.4).

    One value for each run but the first, for which the RFC writes 0.

    >>> loss_gaps(np.array([0, 1, 1, 0, 0, 1, 0], dtype=bool)).tolist()
    [3]
    """
    distances = loss_distances(lost)[1:]
    gaps: Counts = distances[distances != 1]
    return gaps


def noticeable_loss_rate(lost: Flags, delta: int) -> float | None:
    """The share of losses at most ``delta`` after the one before (RFC 3357 §6.1); None of none.

    The first loss has none before it and is not noticeable, but counts among the losses.

    >>> noticeable_loss_rate(np.array([0, 1, 1, 0, 0, 1, 0], dtype=bool), delta=2)
    0.3333333333333333
    """
    distances = loss_distances(lost)
    return float((distances[1:] <= delta).sum() / distances.size) if distances.size else None
