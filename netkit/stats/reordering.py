"""Reordering of packets, by RFC 4737: which are reordered, how far, and how badly for a receiver.

Each function takes what the packets are numbered by, in order of arrival; gaps are losses and do
not matter. Copies should be left out; one that is there counts as reordered against its original.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netkit.stats.delay import Nanoseconds

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reordering:
    """``max_late_ns`` is how long a receiver must hold packets back to deliver all in order.

    ``max_n`` is the greatest n for which a packet is n-reordered: a TCP that waits for n duplicate
    acknowledgements takes such packets for lost. The three are None of a run whose samples were not
    kept.
    """

    arrived: int
    reordered: int
    ratio: float
    max_extent: int | None = None
    max_late_ns: int | None = None
    max_n: int | None = None


def reordering(numbers: Numbers, arrivals_ns: Nanoseconds) -> Reordering | None:
    """All figures of packets that arrived at ``arrivals_ns``; None of no packets."""
    if numbers.size == 0:
        return None
    late = reordered(numbers)
    return Reordering(
        arrived=int(numbers.size),
        reordered=int(late.sum()),
        ratio=float(late.mean()),
        max_extent=int(extents(numbers).max(initial=0)),
        max_late_ns=int(late_times(numbers, arrivals_ns).max(initial=0)),
        max_n=int(n_reordering(numbers).max()),
    )


def reordered(numbers: Numbers) -> Flags:
    """Whether each packet came after a higher one (Type-P-Reordered, §3.3): against the highest so
    far, not the one before.

    >>> reordered(np.array([1, 2, 5, 3, 4, 6])).tolist()
    [False, False, False, True, True, False]
    """
    highest = np.maximum.accumulate(numbers)
    late = np.zeros(numbers.size, dtype=np.bool_)
    late[1:] = numbers[1:] <= highest[:-1]
    return late


def extents(numbers: Numbers) -> Numbers:
    """Of each reordered packet, how many places before it the first higher one came (§4.2).

    >>> extents(np.array([1, 2, 5, 3, 4, 6])).tolist()
    [1, 2]
    """
    late = np.flatnonzero(reordered(numbers))
    return late - _first_higher(numbers, late)


def late_times(numbers: Numbers, arrivals_ns: Nanoseconds) -> Nanoseconds:
    """Of each reordered packet, how long after the first higher one it came (§4.3)."""
    late = np.flatnonzero(reordered(numbers))
    return arrivals_ns[late] - arrivals_ns[_first_higher(numbers, late)]


def n_reordering(numbers: Numbers) -> Numbers:
    """Of each packet, how many in a row right before it are higher: the greatest n for which it is
    n-reordered, 0 if it is not (§5).

    >>> n_reordering(np.array([1, 2, 5, 3, 4, 6])).tolist()
    [0, 0, 0, 1, 0, 0]
    """
    found = np.zeros(numbers.size, dtype=np.int64)
    below: list[tuple[int, int]] = []  # rising numbers, each with its place
    for place, number in enumerate(numbers.tolist()):
        while below and below[-1][0] > number:
            below.pop()
        found[place] = place - (below[-1][1] + 1 if below else 0)
        below.append((number, place))
    return found


def n_reordered_ratio(numbers: Numbers, n: int) -> float | None:
    """The share of packets that are n-reordered (degree of n-reordering, §5); None of none."""
    return float((n_reordering(numbers) >= n).mean()) if numbers.size else None


def free_runs(numbers: Numbers) -> Numbers:
    """How many packets came in order before each reordered one, since the one before (§4.6).

    >>> free_runs(np.array([1, 2, 5, 3, 4, 6])).tolist()
    [3, 0]
    """
    late = np.flatnonzero(reordered(numbers))
    return np.diff(late, prepend=-1) - 1


def _first_higher(numbers: Numbers, late: Numbers) -> Numbers:
    return np.searchsorted(np.maximum.accumulate(numbers), numbers[late])
