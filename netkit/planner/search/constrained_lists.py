"""The list with the fewest SIDs where more than delay is limited, or waypoints are asked for.

Every branch must keep all limits and visit the waypoints in order. What is limited (delay, hops,
jitter, loss) adds up, each at its own worst over ECMP. A segment from i to j surely visits w iff w
is on every shortest path: D(i, w) + D(w, j) = D(i, j) and N(i, w) N(w, j) = N(i, j). What comes
after w is then a node segment from w to j, so the same test counts on. Partial lists are kept by
node and waypoints visited, unless another is no worse in metric and in every sum.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from operator import le
from typing import Generic, TypeVar

import numpy as np

from netkit.model.srv6.segment_list import Segment
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import BoolArray, FloatArray, IntArray
from netkit.planner.search.search_graph import SearchGraph
from netkit.planner.search.segment_costs import SteeringCosts

Slot = TypeVar("Slot", bound=Hashable)


@dataclass(frozen=True, slots=True, order=True)
class Partial:
    """A list so far, by the number of each step in its window.

    ``sums`` of delay, then of each limit; order settles ties between lists that are as good.
    ``room`` is what else tells lists apart that have come to the same node.
    """

    cost: float
    delay_us: float
    steps: tuple[int, ...]
    sums: tuple[float, ...]
    at: int
    visited: int
    room: tuple[int, ...] = ()

    def is_behind(self, other: Partial) -> bool:
        """Is it no better than ``other`` in anything?"""
        return other.cost <= self.cost and all(map(le, other.sums, self.sums))


def conditioned_list(
    costs: SteeringCosts, src: int, dst: int, bound_us: float, most: int
) -> tuple[Segment, ...] | None:
    """The list of at most ``most`` segments before the service SID; None where there is none.

    Of lists of equal length the one of least metric, then of least guaranteed delay.
    """
    if out_of_reach(costs, src, dst, bound_us):
        return None
    window = SearchGraph(costs, src, dst, bound_us)
    search = ConditionedSearch(window, dst, bound_us, window.able)
    for count in range(most + 1):
        found = search.best(tuple(range(count, 0, -1)))
        if found is not None:
            return tuple(window.segment(step) for step in found.steps)
    return None


def out_of_reach(costs: SteeringCosts, src: int, dst: int, bound_us: float) -> bool:
    """Do least sums alone say that no list can keep all limits?"""
    least = [costs.remaining(sums, dst)[0][src] for sums in (costs.delay, *costs.limited)]
    limits = [bound_us, *(limit.most for limit in costs.limits)]
    return not np.isfinite(least).all() or any(np.array(least) > limits)


class ConditionedSearch(Generic[Slot]):
    """Lists inside ``window`` to node ``dst``, each segment of which fits its slot: ``fits`` says
    which steps (p,) fit one.

    Arrays over r sums, k positions and A k arrivals of the window, p steps, and waypoints
    visited from 0 to w.

    ``_way`` (r, k, A k) and ``_step`` (r, p) price node segments and steps; ``_left`` (w + 1, r, k)
    is what is still to come at least, and ``_to_go`` (r, k) the same for segments of the slots
    that are left, waypoints aside.
    """

    def __init__(
        self, window: SearchGraph, dst: int, bound_us: float, fits: Callable[[Slot], BoolArray]
    ) -> None:
        costs = window.costs
        measures = [limit.metric for limit in costs.limits]
        self._costs, self._window, self._fits = costs, window, fits
        self._most = np.array([bound_us, *(limit.most for limit in costs.limits)])
        ways = (window.ways([igp.worst(each) for igp in costs.planes]) for each in measures)
        self._way = np.stack([window.all_us, *ways])
        self._step = np.stack([window.step_us, *(window.step_of(each) for each in measures)])
        rows = [costs.remaining(sums, dst) for sums in (costs.delay, *costs.limited)]
        self._left = np.array(rows).swapaxes(0, 1)[:, :, window.nodes]
        self._to_go: dict[tuple[Slot, ...], FloatArray] = {(): self._way[:, :, window.dst]}
        planes = range(len(costs.planes))
        self._way_cost = window.ways([costs.end_cost(plane) for plane in planes])
        self._arrived = self._arrivals()
        self._visits: dict[tuple[int, int], IntArray] = {}

    def best(self, slots: tuple[Slot, ...]) -> Partial | None:
        """The best list of a segment for each of ``slots``."""
        partials = [self._start()]
        for place, slot in enumerate(slots, start=1):
            able, behind = self._fits(slot), self._behind(slots[place:])
            partials = self._kept([g for p in partials for g in self._grown(p, able, behind)])
        return self._best_home(partials)

    def _start(self, room: tuple[int, ...] = ()) -> Partial:
        """The empty list."""
        src, sums = self._window.src, (0.0,) * len(self._most)
        return Partial(0.0, 0.0, (), sums, src, int(self._arrived[0, src]), room)

    def _best_home(self, partials: Iterable[Partial]) -> Partial | None:
        """The best of these lists once they have come home."""
        home = [whole for partial in partials if (whole := self._home(partial)) is not None]
        return min(home, default=None)

    def _behind(self, slots: tuple[Slot, ...]) -> FloatArray:
        """Least sums to the end over segments for ``slots``, (r, k)."""
        if slots not in self._to_go:
            behind, able = self._behind(slots[1:]), self._fits(slots[0])
            self._to_go[slots] = self._one_more(behind, able)
        return self._to_go[slots]

    def _one_more(self, to_go: FloatArray, able: BoolArray) -> FloatArray:
        """Least sums to the end with one segment more, of the steps ``able`` (p,)."""
        window = self._window
        over = self._step + to_go[:, window.to]
        over[:, ~able] = np.inf
        onward = np.full((len(over), window.arrivals), np.inf)
        for row, prices in zip(onward, over, strict=True):
            np.minimum.at(row, window.at, prices)
        least: FloatArray = (self._way + onward[:, None, :]).min(axis=2)
        return least

    def _home(self, partial: Partial) -> Partial | None:
        dst = self._window.dst
        visited = self._visited(partial.at, partial.visited)[dst]
        sums = np.array(partial.sums) + self._way[:, partial.at, dst]
        if not self._keeps(sums[:, None])[0] or visited < len(self._costs.waypoints):
            return None
        cost = partial.cost + float(self._way_cost[partial.at, dst])
        total = tuple(sums.tolist())
        return Partial(cost, total[0], partial.steps, total, dst, int(visited))

    def _grown(
        self, partial: Partial, able: BoolArray, to_go: FloatArray, room: tuple[int, ...] = ()
    ) -> list[Partial]:
        """The partial list with each ``able`` segment after which the limits can still be kept;
        ``to_go`` (r, k) is what must come at least behind it. Each then has ``room``."""
        window, at, to = self._window, self._window.at, self._window.to
        sums = np.array(partial.sums)[:, None] + self._way[:, partial.at][:, at] + self._step
        cost = partial.cost + self._way_cost[partial.at, at] + window.step_cost
        reached = self._arrived[self._visited(partial.at, partial.visited)[at], to]
        to_come = np.maximum(self._left[reached, :, to].T, to_go[:, to])
        fits = able & self._keeps(sums + to_come)
        return [
            Partial(
                float(cost[step]), float(sums[0, step]), (*partial.steps, int(step)),
                tuple(sums[:, step].tolist()), int(to[step]), int(reached[step]),
                room,
            )
            for step in np.flatnonzero(fits)
        ]  # fmt: skip

    def _keeps(self, sums: FloatArray) -> BoolArray:
        """Which columns of ``sums`` (r, …) are inside every limit."""
        inside = (sums <= self._most[:, None]) & np.isfinite(sums)
        kept: BoolArray = np.logical_and.reduce(inside, axis=0)
        return kept

    def _kept(self, partials: list[Partial]) -> list[Partial]:
        kept: dict[tuple[int, int, tuple[int, ...]], list[Partial]] = {}
        for partial in sorted(partials):
            known = kept.setdefault((partial.at, partial.visited, partial.room), [])
            if not any(partial.is_behind(other) for other in known):
                known.append(partial)
        return [partial for known in kept.values() for partial in known]

    def _arrivals(self) -> IntArray:
        """Waypoints visited once a packet that had visited some is at a position, (w + 1, k)."""
        nodes, all_ = self._window.nodes, len(self._costs.waypoints)
        rows = [np.full(len(nodes), all_)]
        for visited in range(all_ - 1, -1, -1):
            rows.append(np.where(nodes == self._costs.waypoints[visited], rows[-1], visited))
        return np.array(rows[::-1])

    def _visited(self, position: int, visited: int) -> IntArray:
        """Waypoints surely visited by node segments from a position to every arrival, (A k,)."""
        key = (int(self._window.nodes[position]), visited)
        if key not in self._visits:
            planes = [self._surely(igp, *key) for igp in self._costs.planes]
            self._visits[key] = np.concatenate(planes)
        return self._visits[key]

    def _surely(self, igp: Igp, node: int, visited: int) -> IntArray:
        columns = self._window.nodes
        if visited == len(self._costs.waypoints):
            return np.full(len(columns), visited)
        waypoint = self._costs.waypoints[visited]
        distance: FloatArray = igp.distance
        by = distance[node, waypoint] + distance[waypoint, columns] == distance[node, columns]
        with np.errstate(invalid="ignore"):  # no path times infinitely many: equals no number
            many = igp.paths[node, waypoint] * igp.paths[waypoint, columns]
        surely = by & np.isfinite(distance[node, columns]) & (many == igp.paths[node, columns])
        if not surely.any():
            return np.full(len(columns), visited)
        return np.where(surely, self._surely(igp, waypoint, visited + 1), visited)
