"""The list with the fewest SIDs where hops are limited or waypoints asked for, beside the delay.

Every branch must keep the hop limit and visit the waypoints in order. A segment from i to j surely
visits w iff w is on every shortest path: D(i, w) + D(w, j) = D(i, j) and N(i, w) N(w, j) = N(i, j).
What comes after w is then a node segment from w to j, so the same test counts on. Partial lists are
kept by node and waypoints visited, unless another is no worse in metric, delay and hops.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netkit.model.plan import Segment
from netkit.planner.graph import FloatArray, IntArray
from netkit.planner.igp import Igp
from netkit.planner.steering import SteeringCosts, Window


@dataclass(frozen=True, slots=True, order=True)
class _Partial:
    cost: float
    delay_us: float
    steps: tuple[int, ...]
    hops: float
    at: int
    visited: int

    def is_behind(self, other: _Partial) -> bool:
        return (
            other.cost <= self.cost and other.delay_us <= self.delay_us and other.hops <= self.hops
        )


def conditioned_list(
    costs: SteeringCosts, src: int, dst: int, bound_us: float, most: int
) -> tuple[Segment, ...] | None:
    """The list of at most ``most`` segments before the service SID; None where there is none.

    Of lists of equal length the one of least metric, then of least guaranteed delay.
    """
    if not np.isfinite(costs.still(costs.delay, dst)[0][src]):
        return None
    search = _Search(costs, src, dst, bound_us)
    for most_segments in range(most + 1):
        found = search.best_of_length(most_segments)
        if found is not None:
            return tuple(search.window.segment(step) for step in found)
    return None


class _Search:
    def __init__(self, costs: SteeringCosts, src: int, dst: int, bound_us: float) -> None:
        window = Window(costs, src, dst, bound_us)
        self._costs, self.window, self._bound_us = costs, window, bound_us
        self._most_hops = np.inf if costs.max_hops is None else costs.max_hops
        self._us_left = [row[window.nodes] for row in costs.still(costs.delay, dst)]
        self._hops_left = [row[window.nodes] for row in costs.still(costs.hops, dst)]
        self._all_hops = window.ways([igp.worst_hops for igp in costs.planes])
        self._step_hops = window.kind.astype(np.float64)
        self._visits: dict[tuple[int, int], IntArray] = {}

    def best_of_length(self, count: int) -> tuple[int, ...] | None:
        """The best list of exactly ``count`` segments."""
        window = self.window
        start = self._reached(window.src, 0)
        partials = [_Partial(0.0, 0.0, (), 0.0, window.src, start)]
        for left in range(count, 0, -1):
            partials = self._kept([g for p in partials for g in self._grown(p, left)])
        home = [whole for partial in partials if (whole := self._home(partial)) is not None]
        return min(home).steps if home else None

    def _home(self, partial: _Partial) -> _Partial | None:
        window = self.window
        visited = self._visited(partial.at, partial.visited)[window.dst]
        delay_us = partial.delay_us + float(window.home_us[partial.at])
        hops = partial.hops + float(self._all_hops[partial.at, window.dst])
        if delay_us > self._bound_us or not np.isfinite(delay_us) or hops > self._most_hops:
            return None
        if visited < len(self._costs.waypoints):
            return None
        cost = partial.cost + float(window.home_cost[partial.at])
        return _Partial(cost, delay_us, partial.steps, hops, window.dst, int(visited))

    def _grown(self, partial: _Partial, segments_left: int) -> list[_Partial]:
        """The partial list with every segment after which the bounds can still be kept."""
        window, at = self.window, self.window.at
        delay_us = partial.delay_us + window.all_us[partial.at][at] + window.step_us
        hops = partial.hops + self._all_hops[partial.at][at] + self._step_hops
        way_cost = window.way_cost(np.full(len(at), partial.at), at)
        cost = partial.cost + way_cost + window.step_cost
        visited = self._visited(partial.at, partial.visited)[at]
        grown = []
        for step in np.flatnonzero(window.able(segments_left) & (delay_us <= self._bound_us)):
            to = int(window.to[step])
            reached = self._reached(to, int(visited[step]))
            if (
                delay_us[step] + self._us_left[reached][to] <= self._bound_us
                and hops[step] + self._hops_left[reached][to] <= self._most_hops
                and np.isfinite(delay_us[step])
            ):
                grown.append(
                    _Partial(
                        float(cost[step]), float(delay_us[step]), (*partial.steps, int(step)),
                        float(hops[step]), to, reached,
                    )
                )  # fmt: skip
        return grown

    def _kept(self, partials: list[_Partial]) -> list[_Partial]:
        kept: dict[tuple[int, int], list[_Partial]] = {}
        for partial in sorted(partials):
            known = kept.setdefault((partial.at, partial.visited), [])
            if not any(partial.is_behind(other) for other in known):
                known.append(partial)
        return [partial for known in kept.values() for partial in known]

    def _reached(self, position: int, visited: int) -> int:
        """Waypoints visited once a packet stands at a position."""
        waypoints, node = self._costs.waypoints, int(self.window.nodes[position])
        while visited < len(waypoints) and waypoints[visited] == node:
            visited += 1
        return visited

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
