"""Pieces of a time that rows of a history are of: all of it, even ones, or parts of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netkit.store.windows.history.facts import Cover, Span
from netkit.store.windows.levels import ceiling, floor


@dataclass(frozen=True, slots=True)
class Grid:
    """When each piece begins and ends, in ns, one after the other."""

    begins_ns: NDArray[np.int64]
    ends_ns: NDArray[np.int64]

    @classmethod
    def of(cls, spans: Sequence[Span]) -> Grid:
        """These pieces, in their order."""
        begins, ends = np.array(spans, np.int64).reshape(-1, 2).T
        return cls(begins, ends)

    def piece(self, start_ns: NDArray[np.int64]) -> NDArray[np.int64]:
        """The number of the piece that each moment lies in; -1 before the first."""
        return np.asarray(np.searchsorted(self.begins_ns, start_ns, "right") - 1)

    def times(self, piece: int) -> Span:
        """When a piece begins and ends."""
        return int(self.begins_ns[piece]), int(self.ends_ns[piece])


def whole(covered: Cover) -> Grid:
    """All that was covered, as one piece."""
    return Grid.of([(covered.since_ns, covered.until_ns)])


def even(covered: Cover, unit_ns: int) -> Grid:
    """Pieces of one length, of which the first and the last may begin before and end after."""
    first, last = floor(covered.since_ns, unit_ns), ceiling(covered.until_ns, unit_ns)
    return Grid.of([(begin, begin + unit_ns) for begin in range(first, last, unit_ns)])


def parts(covered: Cover, spans: Sequence[Span]) -> Grid:
    """Parts, the first and the last of them widened to what was covered."""
    if not spans:
        return Grid.of([])
    (first, *_), (*_, last) = spans[0], spans[-1]
    begins, ends = zip(*spans, strict=True)
    return Grid.of([
        (min(begin, covered.since_ns) if begin == first else begin,
         max(end, covered.until_ns) if end == last else end)
        for begin, end in zip(begins, ends, strict=True)
    ])  # fmt: skip
