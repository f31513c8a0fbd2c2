"""Which steps a segment list may use, and what each costs at its worst.

``End`` of j costs W(i, j); ``End.X`` of an adjacency u→v costs W(i, u) + d(u→v), since the SID is
routable; the service SID costs W(j, dst). A step that may cross a forbidden arc on any ECMP branch
costs infinity. Nothing is computed before a search asks for it: a search only looks at a
:class:`Window`, the nodes and arcs from which a list inside its bound could still come home.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from netkit.model.plan import Metric
from netkit.planner.graph import BoolArray, FloatArray, IntArray
from netkit.planner.igp import Igp
from netkit.planner.least import LeastSums
from netkit.planner.replay import Promise


@dataclass(frozen=True)
class SteeringCosts:
    """Steps over ``allowed`` arcs (m,) that avoid ``forbidden`` ones (m,) whatever ECMP does.

    ``metric`` is what lists and paths minimise within their bounds. Lists and paths take at most
    ``max_hops`` links and visit the nodes ``waypoints`` in this order.
    """

    igp: Igp
    allowed: BoolArray
    forbidden: BoolArray | None
    metric: Metric = Metric.IGP
    max_hops: int | None = None
    waypoints: tuple[int, ...] = ()

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

    @property
    def plain(self) -> bool:
        """Is delay all that is bounded?"""
        return self.max_hops is None and not self.waypoints

    def promise(self, bound_us: float) -> Promise:
        """What every list found with these costs must keep when it is replayed."""
        return Promise(bound_us, self.forbidden, self.max_hops, self.waypoints)

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
    def hops(self) -> LeastSums:
        """Least numbers of links over the allowed arcs."""
        return LeastSums(self.igp.network, np.ones_like(self.arc_cost), self.allowed)

    @cached_property
    def arc_cost(self) -> IntArray:
        """What each arc adds to the metric, shape (m,)."""
        network = self.igp.network
        if self.metric is Metric.DELAY:
            return network.delay_us
        return np.ones_like(network.metric) if self.metric is Metric.HOPS else network.metric

    def end_cost(self) -> FloatArray:
        """The metric of every node segment, at its worst where ECMP branches differ in it."""
        if self.metric is Metric.DELAY:
            return self.igp.worst_us
        return self.igp.worst_hops if self.metric is Metric.HOPS else self.igp.distance

    def crosses(self, rows: IntArray, columns: IntArray) -> BoolArray | None:
        """Which node segments from row to column must not be used; None if all may."""
        if self.forbidden is None:
            return None
        return self.igp.crosses(self.forbidden, rows, columns)

    def direct_us(self, src: int, dst: int) -> float:
        """What the empty list guarantees: the IGP alone; infinite where it must not be used."""
        crossed = self.crosses(np.array([src]), np.array([dst]))
        if crossed is not None and crossed[0, 0]:
            return np.inf
        return float(self.igp.worst_us[src, dst])


class Window:
    """The part of a network that lists from ``src`` to ``dst`` inside ``bound_us`` can touch.

    Whatever a list visits is, by least delays, near enough to both ends; so leaving out all else
    loses no list. ``nodes`` (k,) are node numbers, and positions below count in it. The
    steps of one segment are arrays of shape (p,): from position ``at`` to position ``to``,
    ``step_us`` and ``step_cost`` on top of the way to ``at``; ``kind`` 0 is End of node ``number``,
    1 is End.X of arc ``number``.
    """

    def __init__(self, costs: SteeringCosts, src: int, dst: int, bound_us: float) -> None:
        network = costs.igp.network
        away, to_go = costs.delay.from_node(src), costs.delay.to_node(dst)
        self.costs = costs
        through = away + to_go
        self.nodes: IntArray = np.flatnonzero((through <= bound_us) & np.isfinite(through))
        position = np.full(len(network.nodes), -1)
        position[self.nodes] = np.arange(len(self.nodes))
        over = away[network.tail] + network.delay_us + to_go[network.head]
        arcs = np.flatnonzero(costs.allowed & (over <= bound_us) & np.isfinite(over))
        here = np.arange(len(self.nodes))
        zero = np.zeros(len(here))
        self.src, self.dst = int(position[src]), int(position[dst])
        self.at: IntArray = np.concatenate((here, position[network.tail[arcs]]))
        self.to: IntArray = np.concatenate((here, position[network.head[arcs]]))
        self.step_us: FloatArray = np.concatenate((zero, network.delay_us[arcs]))
        self.step_cost: FloatArray = np.concatenate((zero, costs.arc_cost[arcs]))
        self.number: IntArray = np.concatenate((self.nodes, arcs))
        self.kind: IntArray = np.repeat((0, 1), (len(here), len(arcs)))
        self.segments_left: IntArray = network.max_segments_left[self.nodes][self.at]

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
        """Worst delay of node segments from ``src``, shape (1, k)."""
        return self._first(self.costs.igp.worst_us)

    @cached_property
    def all_us(self) -> FloatArray:
        """Worst delay of node segments between any two positions, shape (k, k)."""
        return self._all(self.costs.igp.worst_us)

    def _home(self, figures: FloatArray) -> FloatArray:
        return _open(figures[self.nodes, self.nodes[self.dst]], self._shut_home)

    def _first(self, figures: FloatArray) -> FloatArray:
        return _open(figures[self.nodes[[self.src]][:, None], self.nodes], self._shut_first)

    def _all(self, figures: FloatArray) -> FloatArray:
        return _open(figures[self.nodes[:, None], self.nodes], self._shut)

    @cached_property
    def _shut_home(self) -> BoolArray | None:
        crossed = self.costs.crosses(self.nodes, self.nodes[[self.dst]])
        return None if crossed is None else crossed[:, 0]

    @cached_property
    def _shut_first(self) -> BoolArray | None:
        return self.costs.crosses(self.nodes[[self.src]], self.nodes)

    @cached_property
    def _shut(self) -> BoolArray | None:
        return self.costs.crosses(self.nodes, self.nodes)


def _open(figures: FloatArray, shut: BoolArray | None) -> FloatArray:
    """``figures``, a copy, infinite where the segment must not be used."""
    if shut is not None:
        figures[shut] = np.inf
    return figures
