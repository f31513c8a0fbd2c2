"""Whole numbers as a few ranges, the latest that were added."""

from __future__ import annotations

_MOST = 32


class Ranges:
    """Numbers mostly come one after the other; of more than 32 ranges the oldest is forgotten.

    Each that is added takes in those up to ``reach`` from it.

    >>> held = Ranges(2)
    >>> held.add(3), held.add(8), 6 in held, 10 in held, 11 in held
    (None, None, True, True, False)
    """

    def __init__(self, reach: int) -> None:
        self._reach = reach
        self._ranges: list[list[int]] = []

    def add(self, number: int) -> None:
        """From now on it is in."""
        low, high = number - self._reach, number + self._reach
        for one in self._ranges:
            if low <= one[1] + 1 and one[0] - 1 <= high:
                one[0], one[1] = min(one[0], low), max(one[1], high)
                return
        self._ranges = [*self._ranges[1 - _MOST :], [low, high]]

    def __contains__(self, number: int) -> bool:
        return any(low <= number <= high for low, high in self._ranges)
