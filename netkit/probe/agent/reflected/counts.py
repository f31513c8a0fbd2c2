"""One window of one flow at the reflector, while requests of it may still come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from netkit.probe.agent.overflows import Overflow

_MOST_GAPS = 64


@dataclass(slots=True)
class Gap:
    """``count`` numbers were passed over by what came from ``from_ns`` to ``until_ns``."""

    count: int
    from_ns: int
    until_ns: int


@dataclass(slots=True)
class WindowCounts:
    """Requests of different numbers that were ``received``, from number ``first`` to ``last``, and
    how many of them were ``unanswered``; copies, and requests that others had overtaken.

    Not ``whole`` is one that was begun late, or may be of two runs of the sender. ``steps``: how
    often this host's clock had been set when it began.
    """

    whole: bool
    steps: int
    received: int = 0
    unanswered: int = 0
    duplicates: int = 0
    reordered: int = 0
    first: int = 0
    last: int = 0
    gaps: list[Gap] = field(default_factory=list)

    def add(self, sequence: int) -> None:
        """A request that has not come before."""
        if not self.received:
            self.first = self.last = sequence
        self.received += 1
        self.first, self.last = min(self.first, sequence), max(self.last, sequence)

    def passed_over(self, gap: Gap) -> None:
        """Numbers between two requests of this window have not come."""
        if len(self.gaps) < _MOST_GAPS:
            self.gaps.append(gap)

    def take_dropped(self, overflows: Iterable[Overflow], lane: int) -> int:
        """How many of those that are missing this host's socket dropped, taken from ``overflows``.

        As many as were missed while its count rose, never more than are missing for good: a socket
        also drops what is no request. Numbers before the first and after the last may be of other
        windows, and are not taken.
        """
        missing = self.last - self.first + 1 - self.received if self.received else 0
        found = 0
        for gap in self.gaps:
            for overflow in overflows:
                if overflow.lane == lane and _overlap(gap, overflow):
                    taken = min(gap.count, missing - found, overflow.count)
                    gap.count -= taken
                    overflow.count -= taken
                    found += taken
        return found


def _overlap(gap: Gap, overflow: Overflow) -> bool:
    return gap.from_ns <= overflow.until_ns and overflow.from_ns <= gap.until_ns
