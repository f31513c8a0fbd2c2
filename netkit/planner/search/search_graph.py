"""The part of a network that a search for lists looks at, and the steps it may take there.

Leaving out is exact: whatever any branch of a list visits lies on a path of allowed arcs, so least
sums to it and from it are never more than the list takes. O(n + m) to choose, O(k² A) for delays
between all k positions over A planes, made only where a search asks for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netkit.model.srv6.segment_list import Behavior, Segment
from netkit.planner.arrays import BoolArray, FloatArray, IntArray, Weights
from netkit.planner.network.asked_rows import Table
from netkit.planner.network.path_metrics import PathMetric
from netkit.planner.search.segment_costs import SteeringCosts, within_reach


class SearchGraph:
    """The part of a network that lists from ``src`` to ``dst`` inside ``bound_us`` can touch.

    Whatever a list visits is, by least delays and least sums of what else is limited, near enough
    to both ends; so leaving out all else loses no list. ``nodes`` (k,) are node numbers, and
    positions below count in it. A packet comes
    to a position on one of A planes: *arrivals* count positions plane by plane, a k + position.
    The steps of one segment are arrays of shape (p,): from arrival ``at`` to position ``to``,
    ``step_us`` and ``step_cost`` on top of the way to ``at``; it is End.X of arc ``number`` where
    ``end_x``, else End of node ``number``, both of the plane ``plane``; node ``by`` executes it.
    """

    def __init__(self, costs: SteeringCosts, src: int, dst: int, bound_us: float) -> None:
        network = costs.igp.network
        self.costs = costs
        self._bound_us = bound_us
        near, fits = within_reach(costs, src, dst, bound_us)
        self.nodes: IntArray = np.flatnonzero(near)
        position = np.full(len(network.nodes), -1)
        position[self.nodes] = np.arange(len(self.nodes))
        arcs = np.flatnonzero(fits)
        self.src, self.dst = int(position[src]), int(position[dst])
        parts = [
            self._steps(plane, position, arcs[igp.network.steerable[arcs]])
            for plane, igp in enumerate(costs.planes)
        ]
        columns = parts[0] if len(parts) == 1 else map(np.concatenate, zip(*parts, strict=True))
        self.at: IntArray
        self.to: IntArray
        self.by: IntArray
        self.number: IntArray
        self.end_x: BoolArray
        self.step_us: FloatArray
        self.at, self.to, self.by, self.number, self.end_x, self.step_us = columns
        self.segments_left: IntArray = network.max_segments_left[self.by]

    def _steps(self, plane: int, position: IntArray, arcs: IntArray) -> tuple[NDArray[Any], ...]:
        """The columns of one plane's steps."""
        network = self.costs.igp.network
        here = np.flatnonzero(self.costs.planes[plane].network.has_end[self.nodes])
        at = np.concatenate((here, position[network.tail[arcs]]))
        return (
            at + plane * len(self.nodes),
            np.concatenate((here, position[network.head[arcs]])),
            self.nodes[at],
            np.concatenate((self.nodes[here], arcs)),
            np.arange(len(at)) >= len(here),
            np.concatenate((np.zeros(len(here)), network.delay_us[arcs])),
        )

    def segment(self, step: int) -> Segment:
        """A step as a segment."""
        igp, number = self.costs.planes[int(self.plane[step])], int(self.number[step])
        network, algorithm = igp.network, igp.network.algorithm
        if not self.end_x[step]:
            return Segment(Behavior.END, network.nodes[number].name, None, algorithm)
        arc = network.arcs[number]
        return Segment(Behavior.END_X, arc.src, arc.link_id, algorithm)

    @property
    def arrivals(self) -> int:
        """A k."""
        return len(self.costs.planes) * len(self.nodes)

    def able(self, segments_left: int) -> BoolArray:
        """Shape (p,): can the node process the SID with that many segments left after it?"""
        return self.segments_left >= segments_left

    @cached_property
    def home_us(self) -> FloatArray:
        """Worst delay by IGP from every position to ``dst``, shape (k,)."""
        return self._home(self.costs.igp.worst_us)

    @cached_property
    def home_cost(self) -> FloatArray:
        """The metric by IGP from every position to ``dst``, shape (k,)."""
        return self._home(self.costs.end_cost())

    @cached_property
    def first_us(self) -> FloatArray:
        """Worst delay of node segments from ``src`` to every arrival, shape (1, A k)."""
        return self._ways(self.nodes[[self.src]])

    @cached_property
    def all_us(self) -> FloatArray:
        """Worst delay of node segments from any position to any arrival, shape (k, A k)."""
        return self._ways(self.nodes)

    def ways_from(self, positions: IntArray) -> FloatArray:
        """The rows of ``all_us`` at ``positions``; no others are made for it."""
        if "all_us" in self.__dict__:
            return self.all_us[positions]
        return self._ways(self.nodes[positions])

    @cached_property
    def one_segment_away(self) -> IntArray:
        """The positions at which a list inside the bound may stand after its first segment."""
        arrival_us = self.first_us[0][self.at] + self.step_us
        reached_us = np.full(len(self.nodes), np.inf)
        np.minimum.at(reached_us, self.to, arrival_us)
        to_go_us = self.costs.delay.to_node(self.nodes[self.dst])[self.nodes]
        return np.flatnonzero(reached_us + to_go_us <= self._bound_us)

    def way_cost(self, starts: IntArray, steps: IntArray) -> FloatArray:
        """The metric of the node segments from positions to where steps begin, item for item."""
        rows, columns = self.nodes[starts], self.by[steps]
        found = self.costs.end_cost()[rows, columns]
        for number in range(1, len(self.costs.planes)):
            mine = self.plane[steps] == number
            if mine.any():
                found[mine] = self.costs.end_cost(number)[rows[mine], columns[mine]]
        return found

    def step_of(self, metric: PathMetric) -> FloatArray:
        """What each step adds to ``metric`` on top of the way to ``at``, shape (p,)."""
        return self._added(self.costs.igp.network.weight(metric))

    @cached_property
    def step_cost(self) -> FloatArray:
        """What each step adds to the metric that is minimised, shape (p,)."""
        return self._added(self.costs.arc_cost)

    @cached_property
    def plane(self) -> IntArray:
        """The plane of each step, by its place in ``costs.planes``, shape (p,)."""
        return self.at // len(self.nodes)

    def _added(self, weight: Weights) -> FloatArray:
        """Of ``weight`` (m,) to each step what its arc has, if it has one."""
        found = np.zeros(len(self.number))
        found[self.end_x] = weight[self.number[self.end_x]]
        return found

    def _home(self, figures: Table) -> FloatArray:
        return _open(figures[self.nodes, self.nodes[self.dst]], self._shut_home)

    def ways(self, figures: Sequence[Table]) -> FloatArray:
        """Figures of every plane, each (n, n), from positions to arrivals, shape (k, A k)."""
        return np.hstack([figure[self.nodes[:, None], self.nodes] for figure in figures])

    def _ways(self, rows: IntArray) -> FloatArray:
        """Worst delays of the node segments of all planes side by side, (len(rows), A k)."""
        parts = [
            _open(
                igp.worst_us[rows[:, None], self.nodes],
                self.costs.may_cross(rows, self.nodes, plane),
            )
            for plane, igp in enumerate(self.costs.planes)
        ]
        return parts[0] if len(parts) == 1 else np.hstack(parts)

    @cached_property
    def _shut_home(self) -> BoolArray | None:
        crossed = self.costs.may_cross(self.nodes, self.nodes[[self.dst]])
        return None if crossed is None else crossed[:, 0]


def _open(figures: FloatArray, shut: BoolArray | None) -> FloatArray:
    """``figures``, a copy, infinite where the segment must not be used."""
    if shut is not None:
        figures[shut] = np.inf
    return figures
