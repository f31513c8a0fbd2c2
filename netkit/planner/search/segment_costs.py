"""Which steps a list may use under a demand's constraints, and what each costs at its worst.

``End`` of j costs W(i, j) (RFC 8986 §4.1); ``End.X`` of an adjacency u→v costs W(i, u) + d(u→v),
since the SID is routable (§4.2), where SR-MPLS needs two labels; the service SID costs W(j, dst)
and routes there itself, so a final ``End`` is never needed. A step that may cross a forbidden arc
on any ECMP branch costs infinity: constraints hold for what packets may do, not for one path of
theirs.

Nothing is computed before a search asks for it, and a search asks only for what could come home.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from sys import float_info

import numpy as np

from netkit.model.planning.absent_lists import Disjointness
from netkit.model.planning.demand import Constraints, Demand, Metric
from netkit.model.srv6.segment_list import Certificate
from netkit.planner.arrays import Barred, BoolArray, Figures, FloatArray, IntArray, Weights
from netkit.planner.network.allowed_arcs import forbidden_arcs, shared_risk, usable_arcs
from netkit.planner.network.asked_rows import Table, whole
from netkit.planner.network.crossing import Crossing
from netkit.planner.network.igp import Igp
from netkit.planner.network.path_metrics import MINIMISED, MetricBound, limits
from netkit.planner.network.shortest_paths import Arcs, LeastSums
from netkit.planner.proof.replay import Requirements

FULL = Disjointness()


@dataclass(frozen=True)
class SteeringCosts:
    """Steps over ``allowed`` arcs (m,) that avoid ``forbidden`` ones (m,) whatever ECMP does.

    SIDs are those of algorithm 0 and of the other planes of ``igp``; service SIDs are of
    algorithm 0.
    ``metric`` is what lists and paths minimise within their bounds; paths rather the sum of
    ``prices`` (m,), where there are any. All keep ``limits`` and visit ``waypoints`` in this order.
    """

    igp: Igp
    allowed: BoolArray
    forbidden: BoolArray | None
    metric: Metric = Metric.IGP
    limits: tuple[MetricBound, ...] = ()
    waypoints: tuple[int, ...] = ()
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

    def without_arcs(self, shared: BoolArray) -> SteeringCosts:
        """The same, with the arcs ``shared`` (m,) forbidden as well."""
        forbidden = shared if self.forbidden is None else shared | self.forbidden
        return replace(self, allowed=self.allowed & ~forbidden, forbidden=forbidden)

    def clear_of(
        self, other: Certificate, demand: Demand, kind: Disjointness = FULL
    ) -> SteeringCosts:
        """The same for lists of ``demand`` that share nothing with ``other``, whatever branch
        either of them takes."""
        return self.without_arcs(shared_risk(self.igp.network, other, demand, kind))

    @cached_property
    def planes(self) -> tuple[Igp, ...]:
        """The planes that SIDs may belong to; algorithm 0 is the first."""
        return (self.igp, *self.igp.flex)

    @property
    def plain(self) -> bool:
        """Is delay all that is bounded?"""
        return not self.limits and not self.waypoints

    def requirements(self, bound_us: float, max_sids: int | None = None) -> Requirements:
        """What every list found with these costs must keep when it is replayed."""
        return Requirements(bound_us, self.forbidden, self.limits, self.waypoints, max_sids)

    def remaining(self, sums: LeastSums, dst: int) -> list[FloatArray]:
        """Least sums from every node to ``dst`` over the waypoints that are left, (n,) for each
        number of waypoints already visited."""
        rows = [sums.to_node(dst)]
        for waypoint in reversed(self.waypoints):
            rows.append(sums.to_node(waypoint) + rows[-1][waypoint])
        return rows[::-1]

    def least(self, sums: LeastSums, src: int, dst: int) -> float:
        """The least sum from ``src`` over all waypoints to ``dst``."""
        if self.waypoints:
            return float(self.remaining(sums, dst)[0][src])
        return sums.between(src, dst)

    @cached_property
    def delay(self) -> LeastSums:
        """Least delays over the allowed arcs: no list can be faster."""
        return LeastSums(self.igp.network, self.igp.network.delay_us, self.allowed)

    @cached_property
    def cost(self) -> LeastSums:
        """Least sums of the metric over the allowed arcs."""
        return LeastSums(self.igp.network, self.arc_cost, self.allowed)

    def cost_to(self, dst: int) -> FloatArray:
        """The same from every node to ``dst``, shape (n,): the IGP's distances where they are."""
        if self._routed:
            column: FloatArray = self.igp.distance[:, dst].astype(np.float64)
            return column
        return self.cost.to_node(dst)

    @cached_property
    def _routed(self) -> bool:
        """Are the paths of least metric those of the IGP?"""
        network = self.igp.network
        return (
            self.forbidden is None
            and self.prices is None
            and self.metric is Metric.IGP
            and not network.overload.any()
            and np.array_equal(self.allowed, network.igp)
        )

    @cached_property
    def towards(self) -> Arcs:
        """The allowed arcs turned round: for sums to a node."""
        return Arcs(self.igp.network, self.allowed, back=True)

    @cached_property
    def limited(self) -> tuple[LeastSums, ...]:
        """Least sums over the allowed arcs of what each of ``limits`` limits."""
        network = self.igp.network
        return tuple(
            LeastSums(network, network.weight(limit.metric), self.allowed) for limit in self.limits
        )

    @cached_property
    def arc_cost(self) -> Weights:
        """What each arc adds to the metric, shape (m,)."""
        if self.prices is not None:
            return self.prices
        return self.igp.network.weight(MINIMISED[self.metric])

    @cached_property
    def float_cost(self) -> FloatArray:
        """The same as floats, for compiled code."""
        if self.prices is not None:
            return self.prices.astype(np.float64)
        return self.igp.network.floats(MINIMISED[self.metric])

    def end_cost(self, plane: int = 0) -> Table:
        """The metric of every node segment of a plane (by place in ``planes``), at its worst where
        ECMP branches differ in it."""
        return self.planes[plane].worst(MINIMISED[self.metric])

    def may_cross(self, rows: IntArray, columns: IntArray, plane: int = 0) -> BoolArray | None:
        """Which node segments from row to column must not be used; None if all may."""
        if self.forbidden is None:
            return None
        return self._crossings[plane].between(rows, columns)

    @cached_property
    def _crossings(self) -> tuple[Crossing, ...]:
        """Of what is forbidden, if anything is, on each plane."""
        nothing = np.zeros(len(self.igp.network.arcs), np.bool_)
        forbidden = nothing if self.forbidden is None else self.forbidden
        return tuple(Crossing(plane, forbidden) for plane in self.planes)

    @cached_property
    def figures(self) -> Figures:
        """Of every node segment of algorithm 0, for compiled code."""
        tables = [whole(one) for one in (self.igp.distance, self.igp.worst_us, self.end_cost())]
        kind = np.result_type(*tables)
        return Figures(*(table.astype(kind, copy=False) for table in tables))

    @cached_property
    def barred(self) -> Barred:
        """What no node segment of algorithm 0 may cross, for compiled code."""
        return self._crossings[0].barred

    def direct_us(self, src: int, dst: int) -> float:
        """What the empty list guarantees: the IGP alone; infinite where it must not be used."""
        if self.igp.network.compiled and self.forbidden is not None and not self.igp.loops:
            from netkit.planner.compiled.list_steps import crosses

            figures = self.figures
            return (
                np.inf
                if crosses(figures, self.barred, src, dst)
                else float(figures.worst_us[src, dst])
            )
        crossed = self.may_cross(np.array([src]), np.array([dst]))
        if crossed is not None and crossed[0, 0]:
            return np.inf
        return float(self.igp.worst_us[src, dst])


def steering(igp: Igp, demand: Demand, asked: Constraints) -> SteeringCosts:
    """The steps that lists between the ends of ``demand`` may use under what is ``asked``."""
    network = igp.network
    src, dst = network.index[demand.src], network.index[demand.dst]
    usable = usable_arcs(network, src, dst)
    forbidden = forbidden_arcs(network, asked, src, dst)
    costs = SteeringCosts.of(igp, usable, forbidden, asked.metric)
    waypoints = tuple(network.index[name] for name in asked.waypoints)
    return replace(costs, limits=limits(asked), waypoints=waypoints)


def within_reach(
    costs: SteeringCosts, src: int, dst: int, bound_us: float
) -> tuple[BoolArray, BoolArray]:
    """The nodes (n,) and arcs (m,) that a path inside all bounds may visit, by least sums."""
    network = costs.igp.network
    near, fits = np.ones(len(network.nodes), dtype=np.bool_), costs.allowed
    bounds: list[tuple[LeastSums, Weights, float]] = [(costs.delay, network.delay_us, bound_us)]
    for limit, sums in zip(costs.limits, costs.limited, strict=True):
        bounds.append((sums, network.weight(limit.metric), limit.most))
    for sums, weight, most in bounds:
        away, to_go = sums.from_node(src), sums.to_node(dst)
        through = away + to_go
        over = away[network.tail] + weight + to_go[network.head]
        finite = min(most, float_info.max)
        near &= through <= finite
        fits = fits & (over <= finite)
    return near, fits
