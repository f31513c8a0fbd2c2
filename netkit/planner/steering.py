"""Which steps a segment list may use, and what each costs at its worst.

``End`` of j costs W(i, j); ``End.X`` of an adjacency u→v costs W(i, u) + d(u→v), since the SID is
routable; the service SID costs W(j, dst). A step that may cross a forbidden arc on any ECMP branch
costs infinity. Nothing is computed before a search asks for it: a search only looks at a
:class:`Window`, the nodes and arcs from which a list inside its bound could still come home.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netkit.model.demand import Metric
from netkit.model.segment_list import Behavior, Segment
from netkit.planner.graph import BoolArray, FloatArray, IntArray, Weights
from netkit.planner.igp import Igp
from netkit.planner.least import Arcs, LeastSums
from netkit.planner.measures import MINIMISED, Limit, Measure
from netkit.planner.replay import Promise


@dataclass(frozen=True)
class SteeringCosts:
    """Steps over ``allowed`` arcs (m,) that avoid ``forbidden`` ones (m,) whatever ECMP does.

    SIDs are those of algorithm 0 and of the planes ``flex``; service SIDs are of algorithm 0.
    ``metric`` is what lists and paths minimise within their bounds; paths rather the sum of
    ``prices`` (m,), where there are any. Lists and paths keep ``limits``
    and visit the nodes ``waypoints`` in this order.
    """

    igp: Igp
    allowed: BoolArray
    forbidden: BoolArray | None
    metric: Metric = Metric.IGP
    limits: tuple[Limit, ...] = ()
    waypoints: tuple[int, ...] = ()
    flex: tuple[int, ...] = ()
    prices: Weights | None = None

    @classmethod
    def of(
        cls,
        igp: Igp,
        usable: BoolArray,
        forbidden: BoolArray | None = None,
        metric: Metric = Metric.IGP,
    ) -> SteeringCosts:
        """Costs over ``usable`` arcs without ``forbidden`` ones, both of shape (m,)."""
        if forbidden is None or not forbidden.any():
            return cls(igp, usable, None, metric)
        return cls(igp, usable & ~forbidden, forbidden, metric)

    def avoiding(self, shared: BoolArray) -> SteeringCosts:
        """The same, with the arcs ``shared`` (m,) forbidden as well."""
        forbidden = shared if self.forbidden is None else shared | self.forbidden
        return replace(self, allowed=self.allowed & ~forbidden, forbidden=forbidden)

    @cached_property
    def planes(self) -> tuple[Igp, ...]:
        """The planes that SIDs may belong to; algorithm 0 is the first."""
        return (self.igp, *(self.igp.plane(algorithm) for algorithm in self.flex))

    @property
    def plain(self) -> bool:
        """Is delay all that is bounded?"""
        return not self.limits and not self.waypoints

    def promise(self, bound_us: float) -> Promise:
        """What every list found with these costs must keep when it is replayed."""
        return Promise(bound_us, self.forbidden, self.limits, self.waypoints)

    def still(self, sums: LeastSums, dst: int) -> list[FloatArray]:
        """Least sums from every node to ``dst`` over the waypoints that are left, (n,) for each
        number of waypoints already visited."""
        rows = [sums.to_node(dst)]
        for waypoint in reversed(self.waypoints):
            rows.append(sums.to_node(waypoint) + rows[-1][waypoint])
        return rows[::-1]

    @cached_property
    def delay(self) -> LeastSums:
        """Least delays over the allowed arcs: no list can be faster."""
        return LeastSums(self.igp.network, self.igp.network.delay_us, self.allowed)

    @cached_property
    def cost(self) -> LeastSums:
        """Least sums of the metric over the allowed arcs."""
        return LeastSums(self.igp.network, self.arc_cost, self.allowed)

    @cached_property
    def towards(self) -> Arcs:
        """The allowed arcs turned round: for sums to a node."""
        return Arcs(self.igp.network, self.allowed, back=True)

    @cached_property
    def limited(self) -> tuple[LeastSums, ...]:
        """Least sums over the allowed arcs of what each of ``limits`` limits."""
        network = self.igp.network
        return tuple(
            LeastSums(network, network.weight(limit.measure), self.allowed) for limit in self.limits
        )

    @cached_property
    def arc_cost(self) -> Weights:
        """What each arc adds to the metric, shape (m,)."""
        if self.prices is not None:
            return self.prices
        return self.igp.network.weight(MINIMISED[self.metric])

    def end_cost(self, plane: int = 0) -> FloatArray:
        """The metric of every node segment of a plane (by place in ``planes``), at its worst where
        ECMP branches differ in it."""
        return self.planes[plane].worst(MINIMISED[self.metric])

    def crosses(self, rows: IntArray, columns: IntArray, plane: int = 0) -> BoolArray | None:
        """Which node segments from row to column must not be used; None if all may."""
        if self.forbidden is None:
            return None
        return self.planes[plane].crosses(self.forbidden, rows, columns)

    def direct_us(self, src: int, dst: int) -> float:
        """What the empty list guarantees: the IGP alone; infinite where it must not be used."""
        crossed = self.crosses(np.array([src]), np.array([dst]))
        if crossed is not None and crossed[0, 0]:
            return np.inf
        return float(self.igp.worst_us[src, dst])


def within_reach(
    costs: SteeringCosts, src: int, dst: int, bound_us: float
) -> tuple[BoolArray, BoolArray]:
    """The nodes (n,) and arcs (m,) that a path inside all bounds may visit, by least sums."""
    network = costs.igp.network
    near, fits = np.ones(len(network.nodes), dtype=np.bool_), costs.allowed.copy()
    bounds: list[tuple[LeastSums, Weights, float]] = [(costs.delay, network.delay_us, bound_us)]
    for limit, sums in zip(costs.limits, costs.limited, strict=True):
        bounds.append((sums, network.weight(limit.measure), limit.most))
    for sums, weight, most in bounds:
        away, to_go = sums.from_node(src), sums.to_node(dst)
        through = away + to_go
        over = away[network.tail] + weight + to_go[network.head]
        near &= (through <= most) & np.isfinite(through)
        fits &= (over <= most) & np.isfinite(over)
    return near, fits


class Window:
    """The part of a network that lists from ``src`` to ``dst`` inside ``bound_us`` can touch.

    Whatever a list visits is, by least delays and least sums of what else is limited, near enough
    to both ends; so leaving out all else loses no list. ``nodes`` (k,) are node numbers, and
    positions below count in it. A packet comes
    to a position on one of A planes: *arrivals* count positions plane by plane, a k + position.
    The steps of one segment are arrays of shape (p,): from arrival ``at`` to position ``to``,
    ``step_us`` and ``step_cost`` on top of the way to ``at``; ``kind`` 0 is End of node ``number``,
    1 is End.X of arc ``number``, both of the plane ``plane``; node ``by`` executes it.
    """

    def __init__(self, costs: SteeringCosts, src: int, dst: int, bound_us: float) -> None:
        network = costs.igp.network
        self.costs = costs
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
        self.step_us: FloatArray
        self.step_cost: FloatArray
        self.number: IntArray
        self.kind: IntArray
        self.plane: IntArray
        (
            self.at, self.to, self.step_us, self.step_cost, self.number, self.kind, self.plane,
        ) = columns  # fmt: skip
        self.by: IntArray = self.nodes[self.at - self.plane * len(self.nodes)]
        self.segments_left: IntArray = network.max_segments_left[self.by]

    def _steps(self, plane: int, position: IntArray, arcs: IntArray) -> tuple[NDArray[Any], ...]:
        """The columns of one plane's steps."""
        network, here = self.costs.igp.network, np.arange(len(self.nodes))
        zero = np.zeros(len(here))
        at = np.concatenate((here, position[network.tail[arcs]]))
        return (
            at + plane * len(here),
            np.concatenate((here, position[network.head[arcs]])),
            np.concatenate((zero, network.delay_us[arcs])),
            np.concatenate((zero, self.costs.arc_cost[arcs])),
            np.concatenate((self.nodes, arcs)),
            np.repeat((0, 1), (len(here), len(arcs))),
            np.full(len(at), plane),
        )

    def segment(self, step: int) -> Segment:
        """A step as a segment."""
        igp, number = self.costs.planes[int(self.plane[step])], int(self.number[step])
        network, algorithm = igp.network, igp.network.algorithm
        if self.kind[step] == 0:
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

    def way_cost(self, starts: IntArray, arrivals: IntArray) -> FloatArray:
        """The metric of the node segments from positions to arrivals, item for item."""
        plane, place = np.divmod(arrivals, len(self.nodes))
        rows, columns = self.nodes[starts], self.nodes[place]
        found = self.costs.end_cost()[rows, columns]
        for number in range(1, len(self.costs.planes)):
            mine = plane == number
            if mine.any():
                found[mine] = self.costs.end_cost(number)[rows[mine], columns[mine]]
        return found

    def step_of(self, measure: Measure) -> FloatArray:
        """What each step adds to ``measure`` on top of the way to ``at``, shape (p,)."""
        found, over = np.zeros(len(self.kind)), self.kind == 1
        found[over] = self.costs.igp.network.weight(measure)[self.number[over]]
        return found

    def _home(self, figures: FloatArray) -> FloatArray:
        return _open(figures[self.nodes, self.nodes[self.dst]], self._shut_home)

    def ways(self, figures: Sequence[FloatArray]) -> FloatArray:
        """Figures of every plane, each (n, n), from positions to arrivals, shape (k, A k)."""
        return np.hstack([figure[self.nodes[:, None], self.nodes] for figure in figures])

    def _ways(self, rows: IntArray) -> FloatArray:
        """Worst delays of the node segments of all planes side by side, (len(rows), A k)."""
        parts = [
            _open(
                igp.worst_us[rows[:, None], self.nodes],
                self.costs.crosses(rows, self.nodes, plane),
            )
            for plane, igp in enumerate(self.costs.planes)
        ]
        return parts[0] if len(parts) == 1 else np.hstack(parts)

    @cached_property
    def _shut_home(self) -> BoolArray | None:
        crossed = self.costs.crosses(self.nodes, self.nodes[[self.dst]])
        return None if crossed is None else crossed[:, 0]


def _open(figures: FloatArray, shut: BoolArray | None) -> FloatArray:
    """``figures``, a copy, infinite where the segment must not be used."""
    if shut is not None:
        figures[shut] = np.inf
    return figures
