"""Steps of a clock, seen in delays: both ways jump by the same, one up and one down, and the round
trip stays as it was.

Of a probe, half the difference of its two delays is c = (F - B) / 2 + θ + (q - p) / 2: the paths,
the clocks' difference, and what it waited in queues each way. Queues only add, and what they add
together is how far its round trip r lies over that of an idle path; so c is known to within half
of that. Intervals of c that have no value in common, though the clocks may drift in between, are a
step. A longer path or a queue makes the round trip longer too, and with it the interval.

The round trip of the idle path is taken to be one of the shortest seen: not the very shortest,
which a step between T2 and T3 makes too short, and which may contain some waiting as well. What is
shorter is as far from it as what is longer, and a slack covers the waiting.

That tells no step that is smaller than what single probes usually wait. But waiting is nearly gone
from the least of many delays, and a step is in it whole. So the least delays of neighbouring
stretches are compared as well, and their fifth least ones say how far the least may be off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netkit.stats.delay import Nanoseconds

_Ends = NDArray[np.float64]

_BLOCK = 256
_PPM = 1_000_000
_SHORTEST = 20
_USUAL = 2.5
_FEW = 1000
"""By trial, of honest runs with waits that only add (exponential, gamma, uniform, Pareto) and with
variation about a mean (normal): with 1.5 of the usual waiting instead of 2.5, up to 8 in 10 runs of
3,000 probes with the latter look like a step; so, none in thousands."""

_CELLS, _WIDTHS = 16, (2, 4, 16)
_FEWEST, _FIFTH = 10, 4
CLEAR = 2.0
"""So many times what the fifth least delays lie over the least. By trial, of honest runs with the
waits above, or over two paths of which one is longer, it was 1.8 times at most in 150,000. Widths
are in cells, of a 16th of a run."""


@dataclass(frozen=True, slots=True)
class JumpAt:
    """From the probe at place ``at`` on, the far clock reads about ``step_ns`` more than before, or
    less; ``least_ns`` of it are certain, whatever the probes waited."""

    at: int
    step_ns: int
    least_ns: int = 0


def jump_slack_ns(round_trips_ns: Nanoseconds, least_ns: int) -> int:
    """What :func:`idle_ns` may contain of waiting: :data:`_USUAL` times what the median lies over
    it, more where there are few, and all of it where there are two. ``least_ns`` is added: so small
    a jump is no step.
    """
    if round_trips_ns.size <= 2:
        return least_ns + int(np.abs(round_trips_ns).max(initial=0))
    usual_ns = float(np.median(round_trips_ns)) - idle_ns(round_trips_ns)
    if round_trips_ns.size < _SHORTEST:  # the idle one may be the median itself
        usual_ns = max(usual_ns, float(np.ptp(round_trips_ns)) / 4)
    return least_ns + math.ceil(usual_ns * (_USUAL + _FEW / round_trips_ns.size**2))


def idle_ns(round_trips_ns: Nanoseconds) -> int:
    """The round trip that only one in twenty, or one of few, is shorter than."""
    rank = min(round_trips_ns.size - 1, 1 + round_trips_ns.size // _SHORTEST)
    return int(np.partition(round_trips_ns, rank)[rank])


def quiet_step_ns(
    sent_ns: Nanoseconds,
    forward_ns: Nanoseconds,
    backward_ns: Nanoseconds,
    drift_ppm: float,
    least_jump_ns: int,
) -> int | None:
    """The size of a step that the least delays of two stretches of a run show; None if none do.

    Between the two lies a cell in which the step was. Arguments as those of :class:`StepFinder`;
    all probes are of one session. O(n log n).
    """
    order = np.argsort(sent_ns, kind="stable")
    sent_ns, ways = sent_ns[order], (forward_ns[order], backward_ns[order])
    edges = [sent_ns.size * cell // _CELLS for cell in range(_CELLS + 1)]
    for width in _WIDTHS:
        for cell in range(1, _CELLS - 1):
            before = slice(edges[max(0, cell - width)], edges[cell])
            after = slice(edges[cell + 1], edges[min(_CELLS, cell + 1 + width)])
            if min(before.stop - before.start, after.stop - after.start) < _FEWEST:
                continue
            there, back = (_Change.between(sent_ns, way, before, after) for way in ways)
            apart_ns = drift_ppm / _PPM * (there.apart_ns + back.apart_ns)
            room_ns = 2 * least_jump_ns + apart_ns + CLEAR * (there.spread_ns + back.spread_ns)
            opposite_ns = abs(there.by_ns - back.by_ns) - abs(there.by_ns + back.by_ns)
            if opposite_ns > room_ns:
                return (there.by_ns - back.by_ns) // 2
    return None


class _Change(NamedTuple):
    """By how much the least delay of one way changed between two stretches, how far apart in time
    the two are, and how far the fifth least ones lie over them."""

    by_ns: int
    apart_ns: int
    spread_ns: int

    @classmethod
    def between(
        cls, sent_ns: Nanoseconds, delays_ns: Nanoseconds, before: slice, after: slice
    ) -> _Change:
        least, spread_ns = [], 0
        for part in (before, after):
            own_ns = delays_ns[part]
            least.append(part.start + int(own_ns.argmin()))
            spread_ns += int(np.partition(own_ns, _FIFTH)[_FIFTH] - own_ns.min())
        first, last = least
        apart_ns = int(sent_ns[last] - sent_ns[first])
        return cls(int(delays_ns[last] - delays_ns[first]), apart_ns, spread_ns)


class StepFinder:
    """Feed it probes in sending order, some at a time; ``jumps`` are the steps found.

    ``drift_ppm`` is how fast the clocks may move against each other without stepping. ``seen`` is
    how many probes there have been; places count from the first.
    """

    def __init__(self, drift_ppm: float) -> None:
        self.jumps: list[JumpAt] = []
        self._drift = drift_ppm / _PPM
        self.seen = 0
        self._low, self._high = -math.inf, math.inf
        self._last_ns: int | None = None
        self._idle_ns: int | None = None
        self._most_low, self._least_high = -math.inf, math.inf

    @property
    def moved_ns(self) -> int:
        """How far the two clocks, as they read, moved against each other in all, at least, however
        slowly."""
        return round(max(0.0, self._most_low - self._least_high))

    def add(
        self,
        sent_ns: Nanoseconds,
        forward_ns: Nanoseconds,
        backward_ns: Nanoseconds,
        least_jump_ns: int,
        set_ns: Nanoseconds | None = None,
    ) -> None:
        """Go on with these; ``sent_ns`` is on a clock that did not step. O(n).

        No jump of less than ``least_jump_ns`` is taken for a step. ``set_ns`` is by how much this
        host's clock had been set, which its stamps, and with them the delays, are without.
        """
        if not sent_ns.size:
            return
        round_trips_ns = forward_ns + backward_ns
        quiet_ns = idle_ns(round_trips_ns)
        if self._idle_ns is not None and quiet_ns < self._idle_ns:
            self._widen((self._idle_ns - quiet_ns) / 2)
        self._idle_ns = quiet_ns if self._idle_ns is None else min(self._idle_ns, quiet_ns)
        slack_ns = jump_slack_ns(round_trips_ns, least_jump_ns)
        reach = (np.abs(round_trips_ns - self._idle_ns) + slack_ns) / 2.0
        # Delays of a year between far epochs are differences of int64 all the same.
        centre = (forward_ns - backward_ns) / 2.0
        low, high = centre - reach, centre + reach
        set_ns = np.zeros(1, np.int64) if set_ns is None else set_ns
        self._most_low = max(self._most_low, float((low - set_ns).max()))
        self._least_high = min(self._least_high, float((high - set_ns).min()))
        self._walk(sent_ns, low, high)
        self.seen += int(sent_ns.size)

    def _widen(self, by_ns: float) -> None:
        """What came before had waited after all, or was on a longer path, each by twice that."""
        self._low, self._high = self._low - by_ns, self._high + by_ns
        self._most_low, self._least_high = self._most_low - by_ns, self._least_high + by_ns

    def _walk(self, sent_ns: Nanoseconds, low: _Ends, high: _Ends) -> None:
        """Block by block where a block agrees with itself and with what was before."""
        for start in range(0, len(sent_ns), _BLOCK):
            part = slice(start, start + _BLOCK)
            if not self._agrees(sent_ns[part], low[part], high[part]):
                columns = (column[part].tolist() for column in (sent_ns, low, high))
                for at, one in enumerate(zip(*columns, strict=True), self.seen + start):
                    self._one(at, *one)

    def _agrees(self, sent_ns: Nanoseconds, low: _Ends, high: _Ends) -> bool:
        """Whether each of these meets all before it; if so, what they have in common is kept.

        What :meth:`_one` does to one after the other: each end moves apart by the drift until the
        next, so the greatest low end there is that of the running maximum of ``low + drift * t``.
        """
        last_ns = sent_ns[0] if self._last_ns is None else self._last_ns
        moved = self._drift * np.cumsum(np.abs(np.diff(sent_ns, prepend=last_ns)))
        lows = np.maximum(np.maximum.accumulate(low + moved), self._low) - moved
        highs = np.minimum(np.minimum.accumulate(high - moved), self._high) + moved
        if bool((lows > highs).any()):
            return False
        self._low, self._high = float(lows[-1]), float(highs[-1])
        self._last_ns = int(sent_ns[-1])
        return True

    def _one(self, at: int, time_ns: int, low: float, high: float) -> None:
        """Keep what this has in common with all before it; with nothing in common it is a step."""
        last_ns = time_ns if self._last_ns is None else self._last_ns
        moved = self._drift * abs(time_ns - last_ns)
        both_low, both_high = max(self._low - moved, low), min(self._high + moved, high)
        if both_low > both_high:
            before = (self._low + self._high) / 2
            least_ns = math.floor(both_low - both_high)
            self.jumps.append(JumpAt(at, round((low + high) / 2 - before), least_ns))
            both_low, both_high = low, high
        self._low, self._high, self._last_ns = both_low, both_high, time_ns
