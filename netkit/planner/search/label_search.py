"""The best segment list of one length, by label setting over whole layers.

Problem: of the lists of c segments inside a search graph that keep every limit and visit the
waypoints in order, the one of least (metric, guaranteed delay). That is a shortest path with
resource constraints (Joksch 1966; Desrochers & Soumis 1988), NP-hard: a *label* is a list so far,
with what it costs and what it has used up of every limit.

All labels of a layer have equally many segments, and a layer is grown as arrays. That is why paths
(:mod:`~netkit.planner.search.cspf`) have a search of their own: they may have any number of arcs,
so their labels must come one by one, cheapest first.

Invariant: after i layers some label begins a best list. A label is dropped only where another one
at the same node, with as many waypoints visited and in the same state, is no worse in metric and
every sum and comes first in the order of ties, or where the least sums still to come break a limit.
A layer costs O(l p) for l labels and p steps, and O(l log l) to drop what is dominated while delay
is all that is limited; the number of labels is exponential in the worst case only.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import cached_property
from sys import float_info
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from netkit.model.srv6.segment_list import Segment
from netkit.planner.arrays import BoolArray, FloatArray, IntArray
from netkit.planner.search.labels import Labels, joined, undominated
from netkit.planner.search.search_graph import SearchGraph
from netkit.planner.search.waypoint_visits import WaypointVisits

State = TypeVar("State", bound=Hashable)


class Move(NamedTuple, Generic[State]):
    """What the next segment may be: one of the steps ``able`` (p,), after which the list is in
    ``state`` and has at least ``to_go`` (r, k) still to come."""

    able: BoolArray
    to_go: FloatArray
    state: State


Moves = Callable[[State, int], Iterable[Move[State]]]
"""The moves from a state with so many segments left to place, the next one counted."""


class Found(NamedTuple):
    """A list by its steps, with its metric and its guaranteed delay; the better is the lesser."""

    cost: float
    delay_us: float
    steps: tuple[int, ...]


class LabelSearch:
    """Lists inside ``graph`` that keep ``bound_us`` and the limits of its costs.

    Arrays over r sums (delay, then each limit), k positions and A k arrivals of the graph, p steps.
    ``steps`` (r, p) prices steps, ``home`` (r, k) the way to the end from every position.
    """

    def __init__(self, graph: SearchGraph, bound_us: float) -> None:
        costs = graph.costs
        self.graph = graph
        metrics = [limit.metric for limit in costs.limits]
        # A limit that is infinite still bars what has no way on.
        most = [bound_us, *(limit.most for limit in costs.limits)]
        self._most: FloatArray = np.array([min(limit, float_info.max) for limit in most])
        self._worst = [[igp.worst(metric) for igp in costs.planes] for metric in metrics]
        self.steps = _stacked(graph.step_us, [graph.step_of(metric) for metric in metrics])
        dst = graph.nodes[graph.dst]
        self.home = _stacked(graph.home_us, [worst[0][graph.nodes, dst] for worst in self._worst])
        self._waypoints = WaypointVisits(graph)

    @property
    def ways(self) -> tuple[FloatArray, ...]:
        """Each sum of the node segments from positions to arrivals, r times (k, A k)."""
        return (self.graph.all_us, *self._limited_ways)

    @cached_property
    def _limited_ways(self) -> tuple[FloatArray, ...]:
        """The same without that of delay, whose rows are made as they are asked for."""
        return tuple(map(self.graph.ways, self._worst))

    @cached_property
    def _least(self) -> FloatArray:
        """What is still to come on any path, by waypoints already visited, (w + 1, r, k)."""
        costs, graph = self.graph.costs, self.graph
        dst = int(graph.nodes[graph.dst])
        rows = [costs.remaining(sums, dst) for sums in (costs.delay, *costs.limited)]
        return np.array(rows).swapaxes(0, 1)[:, :, graph.nodes]

    def one_more(
        self, to_go: FloatArray, able: BoolArray, only: IntArray | None = None
    ) -> FloatArray:
        """Least sums (r, k) to the end with one segment more than ``to_go``, of the steps ``able``
        (p,); each sum by itself. Only from the positions ``only``, if given, infinite from others.
        """
        graph, found = self.graph, np.full_like(to_go, np.inf)
        rows = slice(None) if only is None else only
        for number, left in enumerate(to_go):
            prices = np.where(able, self.steps[number] + left[graph.to], np.inf)
            onward = np.full(graph.arrivals, np.inf)
            np.minimum.at(onward, graph.at, prices)
            if number:
                ways = self._limited_ways[number - 1][rows]
            else:
                ways = graph.all_us if only is None else graph.ways_from(only)
            found[number, rows] = np.minimum.reduce(ways + onward, axis=1)
        return found

    def keeps(self, sums: FloatArray) -> BoolArray:
        """Which columns of ``sums`` (r, …) are inside every limit."""
        kept: BoolArray = np.logical_and.reduce(sums <= self._most[:, None], axis=0)
        return kept

    def best(self, starts: Iterable[State], count: int, moves: Moves[State]) -> Found | None:
        """The best list of ``count`` segments that begins in one of ``starts``; None if none."""
        return min(self.found(starts, count, moves).values(), default=None)

    def found(self, starts: Iterable[State], count: int, moves: Moves[State]) -> dict[State, Found]:
        """The best list of ``count`` segments in each state in which one can end."""
        layer = dict.fromkeys(starts, self._start())
        for left in range(count, 0, -1):
            grown: dict[State, list[Labels]] = {}
            for state, labels in layer.items():
                for move in moves(state, left):
                    for more in self._grown(labels, move):
                        grown.setdefault(move.state, []).append(more)
            layer = {state: undominated(joined(parts)) for state, parts in grown.items()}
        ended = ((state, self._home(labels)) for state, labels in layer.items())
        return {state: one for state, one in ended if one is not None}

    def segments(self, found: Found) -> tuple[Segment, ...]:
        """The list without its service SID."""
        return tuple(map(self.graph.segment, found.steps))

    def _start(self) -> Labels:
        """The empty list."""
        visited = np.array([self._waypoints.at_start])
        sums = np.zeros((len(self._most), 1))
        none = np.zeros((1, 0), dtype=np.int64)
        return Labels(np.array([self.graph.src]), visited, np.zeros(1), sums, none)

    def _grown(self, labels: Labels, move: Move[State]) -> Iterator[Labels]:
        """Every label with every segment of a move after which all limits can still be kept, if
        there are any."""
        graph = self.graph
        row, step, delay_us = self._in_time(labels, move)
        if not len(row):
            return
        visited, sums = labels.visited[row], delay_us[None]
        if not graph.costs.plain:
            visited, sums = self._all_sums(labels, row, step, delay_us)
            least = self._least[visited, :, graph.to[step]].T
            kept = self.keeps(sums + np.maximum(least, move.to_go[:, graph.to[step]]))
            row, step, visited, sums = row[kept], step[kept], visited[kept], sums[:, kept]
        added = graph.way_cost(labels.at[row], step) + graph.step_cost[step]
        steps = np.concatenate((labels.steps[row], step[:, None]), axis=1)
        if len(row):
            yield Labels(graph.to[step], visited, labels.cost[row] + added, sums, steps)

    def _in_time(self, labels: Labels, move: Move[State]) -> tuple[IntArray, IntArray, FloatArray]:
        """Rows and steps after which the end is still within the bound, in order, and the delays
        that they come to."""
        graph, latest_us = self.graph, self._most[0]
        onward = graph.step_us + move.to_go[0][graph.to]
        steps = (move.able & (onward <= latest_us)).nonzero()[0]
        at, slack_us = graph.at[steps], latest_us - onward[steps]
        first = not labels.steps.shape[1]
        size = max(1, _BLOCK // max(1, len(steps)))
        found = []
        for start in range(0, len(labels.at), size):
            block = slice(start, start + size)
            way_us = graph.first_us if first else graph.ways_from(labels.at[block])
            arrival_us = labels.sums[0, block, None] + way_us[:, at]
            row, column = (arrival_us <= slack_us).nonzero()
            step = steps[column]
            found.append((row + start, step, arrival_us[row, column] + graph.step_us[step]))
        if len(found) == 1:
            return found[0]
        row, step, delay_us = map(np.concatenate, zip(*found, strict=True))
        return row, step, delay_us

    def _all_sums(
        self, labels: Labels, row: IntArray, step: IntArray, delay_us: FloatArray
    ) -> tuple[IntArray, FloatArray]:
        """Waypoints visited and all sums after a step from each row."""
        graph, start = self.graph, labels.at[row]
        at = graph.at[step]
        visited = self._waypoints.after(start, labels.visited[row], at, graph.to[step])
        others = [
            labels.sums[number, row] + ways[start, at] + self.steps[number, step]
            for number, ways in enumerate(self._limited_ways, start=1)
        ]
        return visited, np.stack([delay_us, *others])

    def _home(self, labels: Labels) -> Found | None:
        """The best of the labels once they have come home, if any can."""
        graph = self.graph
        cost = labels.cost + graph.home_cost[labels.at]
        sums = labels.sums + self.home[:, labels.at]
        fits = self.keeps(sums)
        if graph.costs.waypoints:
            fits &= self._waypoints.all_at_home(labels.at, labels.visited)
        best = np.lexsort((sums[0], cost, ~fits))[0]
        if not fits[best]:
            return None
        return Found(float(cost[best]), float(sums[0, best]), tuple(labels.steps[best].tolist()))


_BLOCK = 2_000_000
"""Size of the largest temporary array, in (label, step) entries."""


def _stacked(first: FloatArray, others: list[FloatArray]) -> FloatArray:
    """As rows of one array; mostly there is one, and nothing to copy."""
    return np.stack([first, *others]) if others else first[None]
