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
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from netkit.stats.delay import Nanoseconds

_BLOCK = 64
_PPM = 1_000_000
_SHORTEST = 20
_FEW = 1000
"""By trial, with three kinds of noise: of 10 or 20 probes up to two runs in 4,000 look like a step,
of more none."""


@dataclass(frozen=True, slots=True)
class JumpAt:
    """From the probe at place ``at`` on, the far clock reads about ``step_ns`` more than before."""

    at: int
    step_ns: int


def jump_slack_ns(round_trips_ns: Nanoseconds, least_ns: int) -> int:
    """What :func:`idle_ns` may contain of waiting: as much as the median lies over it.

    More where there are few. ``least_ns`` is added: so small a jump is no step.
    """
    if not round_trips_ns.size:
        return least_ns
    usual_ns = float(np.median(round_trips_ns)) - idle_ns(round_trips_ns)
    return least_ns + math.ceil(usual_ns * (1.5 + _FEW / round_trips_ns.size**2))


def idle_ns(round_trips_ns: Nanoseconds) -> int:
    """The round trip that only one in twenty, or one of few, is shorter than."""
    rank = min(round_trips_ns.size - 1, 1 + round_trips_ns.size // _SHORTEST)
    return int(np.partition(round_trips_ns, rank)[rank])


class StepFinder:
    """Feed it probes in sending order, some at a time; ``jumps`` are the steps found.

    ``drift_ppm`` is how fast the clocks may move against each other without stepping. ``seen`` is
    how many probes there have been; places count from the first.
    """

    def __init__(self, drift_ppm: float) -> None:
        self.jumps: list[JumpAt] = []
        self._drift = drift_ppm / _PPM
        self.seen = 0
        self._low = self._high = 0.0
        self._last_ns: int | None = None
        self._idle_ns: int | None = None

    def add(
        self,
        sent_ns: Nanoseconds,
        forward_ns: Nanoseconds,
        backward_ns: Nanoseconds,
        least_jump_ns: int,
    ) -> None:
        """Go on with these; ``sent_ns`` is on a clock that did not step. O(n).

        No jump of less than ``least_jump_ns`` is taken for a step.
        """
        if not sent_ns.size:
            return
        round_trips_ns = forward_ns + backward_ns
        quiet_ns = idle_ns(round_trips_ns)
        self._idle_ns = quiet_ns if self._idle_ns is None else min(self._idle_ns, quiet_ns)
        slack_ns = jump_slack_ns(round_trips_ns, least_jump_ns)
        reach = (np.abs(round_trips_ns - self._idle_ns) + slack_ns) / 2.0
        # Delays of a year between far epochs are differences of int64 all the same.
        centre = (forward_ns - backward_ns) / 2.0
        self._walk(sent_ns, centre - reach, centre + reach)
        self.seen += int(sent_ns.size)

    def _walk(
        self,
        sent_ns: Nanoseconds,
        low: np.ndarray[tuple[int], np.dtype[np.float64]],
        high: np.ndarray[tuple[int], np.dtype[np.float64]],
    ) -> None:
        """Block by block where a block agrees with itself and with what was before."""
        for start in range(0, len(sent_ns), _BLOCK):
            part = slice(start, start + _BLOCK)
            block_low, block_high = float(low[part].max()), float(high[part].min())
            last_ns = int(sent_ns[part][-1])
            if block_low <= block_high and self._meets(last_ns, block_low, block_high):
                continue
            rest = zip(sent_ns[part].tolist(), low[part].tolist(), high[part].tolist(), strict=True)
            for at, (time_ns, one_low, one_high) in enumerate(rest, self.seen + start):
                self._one(at, time_ns, one_low, one_high)

    def _one(self, at: int, time_ns: int, low: float, high: float) -> None:
        before = (self._low + self._high) / 2
        if not self._meets(time_ns, low, high):
            self.jumps.append(JumpAt(at, round((low + high) / 2 - before)))
            self._low, self._high, self._last_ns = low, high, time_ns

    def _meets(self, time_ns: int, low: float, high: float) -> bool:
        """Whether an interval has values in common with those so far; if so they are kept."""
        if self._last_ns is None:
            self._low, self._high, self._last_ns = low, high, time_ns
            return True
        moved = self._drift * abs(time_ns - self._last_ns)
        both_low, both_high = max(self._low - moved, low), min(self._high + moved, high)
        if both_low > both_high:
            return False
        self._low, self._high, self._last_ns = both_low, both_high, time_ns
        return True
