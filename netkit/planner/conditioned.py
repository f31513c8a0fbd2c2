"""The list with the fewest SIDs where more than delay is limited, or waypoints are asked for.

Every branch must keep all limits and visit the waypoints in order. What is limited (delay, hops,
jitter, loss) adds up, each at its own worst over ECMP. A segment from i to j surely visits w iff w
is on every shortest path: D(i, w) + D(w, j) = D(i, j) and N(i, w) N(w, j) = N(i, j). What comes
after w is then a node segment from w to j, so the same test counts on. Partial lists are kept by
node and waypoints visited, unless another is no worse in metric and in every sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import le

import numpy as np

from netkit.model.plan import Segment
from netkit.planner.graph import BoolArray, FloatArray, IntArray
from netkit.planner.igp import Igp
from netkit.planner.steering import SteeringCosts, Window


@dataclass(frozen=True, slots=True, order=True)
class _Partial:
    """``sums`` of delay, then of each limit; order settles ties between lists that are as good."""

    cost: float
    delay_us: float
    steps: tuple[int, ...]
    sums: tuple[float, ...]
    at: int
    visited: int

    def is_behind(self, other: _Partial) -> bool:
        return other.cost <= self.cost and all(map(le, other.sums, self.sums))


def conditioned_list(
    costs: SteeringCosts, src: int, dst: int, bound_us: float, most: int
) -> tuple[Segment, ...] | None:
    """The list of at most ``most`` segments before the service SID; None where there is none.

    Of lists of equal length the one of least metric, then of least guaranteed delay.
    """
    least = [costs.still(sums, dst)[0][src] for sums in (costs.delay, *costs.limited)]
    limits = [bound_us, *(limit.most for limit in costs.limits)]
    if not np.isfinite(least).all() or any(np.array(least) > limits):
        return None
    search = _Search(costs, src, dst, bound_us)
    for most_segments in range(most + 1):
        found = search.best_of_length(most_segments)
        if found is not None:
            return tuple(search.window.segment(step) for step in found)
    return None


class _Search:
    """Arrays over r sums, k positions and A k arrivals of the window, p steps, and waypoints
    visited from 0 to w.

    ``_way`` (r, k, A k) and ``_step`` (r, p) price node segments and steps; ``_left`` (w + 1, r, k)
    is what is still to come at least, and ``_to_go[s]`` (r, k) the same for lists of s more
    segments, waypoints aside.
    """

    def __init__(self, costs: SteeringCosts, src: int, dst: int, bound_us: float) -> None:
        window = Window(costs, src, dst, bound_us)
        measures = [limit.measure for limit in costs.limits]
        self._costs, self.window = costs, window
        self._most = np.array([bound_us, *(limit.most for limit in costs.limits)])
        ways = (window.ways([igp.worst(each) for igp in costs.planes]) for each in measures)
        self._way = np.stack([window.all_us, *ways])
        self._step = np.stack([window.step_us, *(window.step_of(each) for each in measures)])
        rows = [costs.still(sums, dst) for sums in (costs.delay, *costs.limited)]
        self._left = np.array(rows).swapaxes(0, 1)[:, :, window.nodes]
        self._to_go = [self._way[:, :, window.dst]]
        planes = range(len(costs.planes))
        self._way_cost = window.ways([costs.end_cost(plane) for plane in planes])
        self._arrived = self._arrivals()
        self._visits: dict[tuple[int, int], IntArray] = {}

    def best_of_length(self, count: int) -> tuple[int, ...] | None:
        """The best list of exactly ``count`` segments."""
        window = self.window
        while len(self._to_go) <= count:
            self._to_go.append(self._one_more(self._to_go[-1], len(self._to_go)))
        sums = (0.0,) * len(self._most)
        start = int(self._arrived[0, window.src])
        partials = [_Partial(0.0, 0.0, (), sums, window.src, start)]
        for left in range(count, 0, -1):
            partials = self._kept([g for p in partials for g in self._grown(p, left)])
        home = [whole for partial in partials if (whole := self._home(partial)) is not None]
        return min(home).steps if home else None

    def _one_more(self, to_go: FloatArray, segments_left: int) -> FloatArray:
        """Least sums to the end for lists of ``segments_left`` segments, from those of one less."""
        window = self.window
        over = self._step + to_go[:, window.to]
        over[:, ~window.able(segments_left)] = np.inf
        onward = np.full((len(over), window.arrivals), np.inf)
        for row, prices in zip(onward, over, strict=True):
            np.minimum.at(row, window.at, prices)
        least: FloatArray = (self._way + onward[:, None, :]).min(axis=2)
        return least

    def _home(self, partial: _Partial) -> _Partial | None:
        dst = self.window.dst
        visited = self._visited(partial.at, partial.visited)[dst]
        sums = np.array(partial.sums) + self._way[:, partial.at, dst]
        if not self._keeps(sums[:, None])[0] or visited < len(self._costs.waypoints):
            return None
        cost = partial.cost + float(self._way_cost[partial.at, dst])
        total = tuple(sums.tolist())
        return _Partial(cost, total[0], partial.steps, total, dst, int(visited))

    def _grown(self, partial: _Partial, segments_left: int) -> list[_Partial]:
        """The partial list with every segment after which the limits can still be kept."""
        window, at, to = self.window, self.window.at, self.window.to
        sums = np.array(partial.sums)[:, None] + self._way[:, partial.at][:, at] + self._step
        cost = partial.cost + self._way_cost[partial.at, at] + window.step_cost
        reached = self._arrived[self._visited(partial.at, partial.visited)[at], to]
        to_come = np.maximum(self._left[reached, :, to].T, self._to_go[segments_left - 1][:, to])
        fits = window.able(segments_left) & self._keeps(sums + to_come)
        return [
            _Partial(
                float(cost[step]), float(sums[0, step]), (*partial.steps, int(step)),
                tuple(sums[:, step].tolist()), int(to[step]), int(reached[step]),
            )
            for step in np.flatnonzero(fits)
        ]  # fmt: skip

    def _keeps(self, sums: FloatArray) -> BoolArray:
        """Which columns of ``sums`` (r, …) are inside every limit."""
        inside = (sums <= self._most[:, None]) & np.isfinite(sums)
        kept: BoolArray = np.logical_and.reduce(inside, axis=0)
        return kept

    def _kept(self, partials: list[_Partial]) -> list[_Partial]:
        kept: dict[tuple[int, int], list[_Partial]] = {}
        for partial in sorted(partials):
            known = kept.setdefault((partial.at, partial.visited), [])
            if not any(partial.is_behind(other) for other in known):
                known.append(partial)
        return [partial for known in kept.values() for partial in known]

    def _arrivals(self) -> IntArray:
        """Waypoints visited once a packet that had visited some is at a position, (w + 1, k)."""
        nodes, all_ = self.window.nodes, len(self._costs.waypoints)
        rows = [np.full(len(nodes), all_)]
        for visited in range(all_ - 1, -1, -1):
            rows.append(np.where(nodes == self._costs.waypoints[visited], rows[-1], visited))
        return np.array(rows[::-1])

    def _visited(self, position: int, visited: int) -> IntArray:
        """Waypoints surely visited by node segments from a position to every arrival, (A k,)."""
        key = (int(self.window.nodes[position]), visited)
        if key not in self._visits:
            planes = [self._surely(igp, *key) for igp in self._costs.planes]
            self._visits[key] = np.concatenate(planes)
        return self._visits[key]

    def _surely(self, igp: Igp, node: int, visited: int) -> IntArray:
        columns = self.window.nodes
        if visited == len(self._costs.waypoints):
            return np.full(len(columns), visited)
        waypoint = self._costs.waypoints[visited]
        distance: FloatArray = igp.distance
        by = distance[node, waypoint] + distance[waypoint, columns] == distance[node, columns]
        many = igp.paths[node, waypoint] * igp.paths[waypoint, columns]
        surely = by & np.isfinite(distance[node, columns]) & (many == igp.paths[node, columns])
        if not surely.any():
            return np.full(len(columns), visited)
        return np.where(surely, self._surely(igp, waypoint, visited + 1), visited)
