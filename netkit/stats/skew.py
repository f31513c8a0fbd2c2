"""Clock skew within a run: the line under all delays, as their lower convex hull gives it.

One clock that runs faster than the other tilts every delay of a run alike, while queues only add to
them. The line that lies under all points and as close to them as can be (least sum of distances) is
the edge of the lower convex hull over the mean of the times (Moon, Skelly and Towsley, "Estimation
and removal of clock skew from network delay measurements", INFOCOM 1999). Its slope is the skew.

It is an estimate: a path that gets longer or a queue that never empties tilts delays as well. Seen
in both directions, skew has opposite signs and the path has not. Nothing is removed unless asked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from netkit.stats.delay import Nanoseconds

_PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Skew:
    """The clock of the receiving end gains ``rate`` ns on that of the sending end each ns.

    ``span_ns`` is the time from the first delay to the last of ``count``.
    """

    rate: float
    start_ns: int
    span_ns: int
    count: int

    @property
    def ppm(self) -> float:
        """The rate in parts per million, which is also µs per s."""
        return self.rate * _PPM

    @property
    def wander_ns(self) -> int:
        """How far the clocks drifted from their difference in the middle of the run."""
        return math.ceil(abs(self.rate) * self.span_ns / 2)


def estimate_skew(times_ns: Nanoseconds, delays_ns: Nanoseconds) -> Skew | None:
    """The skew of ``delays_ns`` sent at ``times_ns``; None of delays at fewer than two instants.

    Exact on integers of any size. O(n log n).
    """
    points = _lowest(times_ns, delays_ns)
    if len(points) < 2:
        return None
    hull = _lower_hull(points)
    total_ns, count = sum(times_ns.tolist()), int(times_ns.size)
    edges = (edge for edge in pairwise(hull) if edge[1][0] * count >= total_ns)
    (t0, d0), (t1, d1) = next(edges)
    start_ns, end_ns = points[0][0], points[-1][0]
    return Skew((d1 - d0) / (t1 - t0), start_ns, end_ns - start_ns, count)


def remove_skew(times_ns: Nanoseconds, delays_ns: Nanoseconds, skew: Skew) -> Nanoseconds:
    """The delays without the skew, as if the clocks had kept their difference of ``start_ns``."""
    drift_ns: Nanoseconds = np.rint(skew.rate * (times_ns - skew.start_ns)).astype(np.int64)
    return delays_ns - drift_ns


def _lowest(times_ns: Nanoseconds, delays_ns: Nanoseconds) -> list[tuple[int, int]]:
    """The least delay of each instant, in order of time."""
    order = np.lexsort((delays_ns, times_ns))
    times, delays = times_ns[order], delays_ns[order]
    first = np.append(True, np.diff(times) > 0)[: times.size]
    return list(zip(times[first].tolist(), delays[first].tolist(), strict=True))


def _lower_hull(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Andrew's monotone chain over points in order of time."""
    hull: list[tuple[int, int]] = []
    for time, delay in points:
        while len(hull) > 1:
            (t0, d0), (t1, d1) = hull[-2:]
            if (t1 - t0) * (delay - d0) > (d1 - d0) * (time - t0):
                break
            hull.pop()
        hull.append((time, delay))
    return hull
