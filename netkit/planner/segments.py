"""The segment list with the fewest SIDs that still guarantees the bound.

A tier needs no particular path: it needs that every path the packet may take stays inside the
bound. So the search runs over lists, not over paths, and each step is priced at its worst:
``End`` of j costs W(i, j); ``End.X`` of an adjacency u→v costs W(i, u) + d(u→v), since the SID is
routable; the service SID costs W(j, dst). Limits of the platforms (RFC 9352 §4) are part of the
search: encoding afterwards would call feasible pairs infeasible.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netkit.model.plan import Behavior, Segment
from netkit.model.topology import SidLimits
from netkit.planner.graph import BoolArray, IntArray
from netkit.planner.igp import FloatArray, Igp

SEARCH_LIMIT = 16
"""More segments than this are never tried; hardware pushes about ten."""


@dataclass(frozen=True)
class SteeringCosts:
    """What each steering step costs, for one pair of operators.

    ``end_us`` and ``end_cost`` (n, n): a node segment from row to column, or the way of the
    service SID; infinite where it must not be used. ``to_tail_us`` and ``to_tail_cost`` (n, k):
    the way to the tail of adjacency segment number k; ``arcs`` (k,) are their arc numbers.
    """

    igp: Igp
    arcs: IntArray
    end_us: FloatArray
    end_cost: FloatArray
    to_tail_us: FloatArray
    to_tail_cost: FloatArray

    @classmethod
    def of(cls, igp: Igp, usable: BoolArray, forbidden: BoolArray | None = None) -> SteeringCosts:
        """Costs over ``usable`` arcs; steps that may cross a ``forbidden`` arc on any ECMP branch
        are ruled out."""
        network = igp.network
        allowed = usable if forbidden is None else usable & ~forbidden
        arcs = np.flatnonzero(allowed)
        end_us, end_cost = igp.worst_us, igp.distance
        if forbidden is not None:
            touched = igp.worst_over(forbidden.astype(np.int64)) > 0
            end_us = np.where(touched, np.inf, end_us)
            end_cost = np.where(touched, np.inf, end_cost)
        tails = network.tail[arcs]
        return cls(igp, arcs, end_us, end_cost, end_us[:, tails], end_cost[:, tails])

    @property
    def heads(self) -> IntArray:
        """Where each adjacency segment ends, shape (k,)."""
        heads: IntArray = self.igp.network.head[self.arcs]
        return heads


@dataclass(frozen=True)
class FewestSids:
    """Result of :func:`fewest_sids`; ``least_us[r]`` is the least guaranteed delay with r segments
    before the service SID, infinite where none exists."""

    segments: tuple[Segment, ...] | None
    least_us: tuple[float, ...]


def fewest_sids(
    costs: SteeringCosts, src: int, dst: int, bound_us: float, max_sids: int | None = None
) -> FewestSids:
    """Find the list from ``src`` to ``dst`` with the fewest SIDs that guarantees ``bound_us``.

    Among lists of equal length the least metric wins, then the least guaranteed delay, then a
    fixed order of segments. O(s n (n + m)) for lists of s segments.
    """
    most = min(_most_segments(costs, src, dst), SEARCH_LIMIT)
    most = most if max_sids is None else min(most, max_sids - 1)
    to_go = [costs.end_us[:, dst]]
    least: list[float] = []
    for used in range(most + 1):
        if used:
            to_go.append(_one_more(costs, to_go[-1], used))
        least.append(float(to_go[used][src]))
        if least[-1] <= bound_us:
            return FewestSids(_cheapest(costs, src, dst, bound_us, to_go), tuple(least))
    return FewestSids(None, tuple(least))


def _most_segments(costs: SteeringCosts, src: int, dst: int) -> int:
    """Segments before the service SID that headend and endpoint allow: with reduced encapsulation
    (RFC 8986 §5.2) a list of s SIDs puts s - 1 of them into the header."""
    nodes = costs.igp.network.nodes
    return min(nodes[src].sid_limits.max_h_encaps - 1, nodes[dst].sid_limits.max_end_d)


def _accepts(limits: SidLimits, segments_left: int) -> bool:
    return limits.max_segments_left >= segments_left


def _may_end(costs: SteeringCosts, segments_left: int) -> BoolArray:
    """Shape (n,): can the node process a SID that arrives with ``segments_left``?"""
    nodes = costs.igp.network.nodes
    return np.array([_accepts(node.sid_limits, segments_left) for node in nodes], dtype=np.bool_)


def _one_more(costs: SteeringCosts, to_go_us: FloatArray, segments_left: int) -> FloatArray:
    """Least guaranteed delay to the end from every node, with one segment more than before."""
    able = _may_end(costs, segments_left)
    after_end = np.where(able, to_go_us, np.inf)
    best: FloatArray = (costs.end_us + after_end).min(axis=1)
    if len(costs.arcs):
        step = _arc_step_us(costs, to_go_us, able)
        best = np.minimum(best, (costs.to_tail_us + step).min(axis=1))
    return best


def _arc_step_us(costs: SteeringCosts, to_go_us: FloatArray, able: BoolArray) -> FloatArray:
    """Shape (k,): delay from the tail of each adjacency segment to the end."""
    network = costs.igp.network
    onward = network.delay_us[costs.arcs] + to_go_us[costs.heads]
    return np.where(able[network.tail[costs.arcs]], onward, np.inf)


@dataclass(frozen=True, slots=True)
class _Partial:
    cost: float
    delay_us: float
    segments: tuple[tuple[int, int], ...]


def _cheapest(
    costs: SteeringCosts, src: int, dst: int, bound_us: float, to_go: list[FloatArray]
) -> tuple[Segment, ...]:
    """Least (metric, delay) among the lists with ``len(to_go) - 1`` segments inside the bound:
    layer by layer, each node keeping the partial lists that no other dominates."""
    layer: dict[int, list[_Partial]] = {src: [_Partial(0.0, 0.0, ())]}
    for remaining in range(len(to_go) - 1, 0, -1):
        able = _may_end(costs, remaining)
        found: dict[int, list[_Partial]] = {}
        for node, partials in sorted(layer.items()):
            for partial in partials:
                budget_us = bound_us - partial.delay_us
                for at, grown in _extensions(
                    costs, node, partial, to_go[remaining - 1], able, budget_us
                ):
                    found.setdefault(at, []).append(grown)
        layer = {node: _undominated(partials) for node, partials in found.items()}
    finished = [
        (partial.cost + costs.end_cost[node, dst], partial.delay_us + costs.end_us[node, dst],
         partial.segments)
        for node, partials in layer.items()
        for partial in partials
        if partial.delay_us + costs.end_us[node, dst] <= bound_us
    ]  # fmt: skip
    return tuple(_segment(costs, kind, number) for kind, number in min(finished)[2])


_END, _END_X = 0, 1


def _extensions(
    costs: SteeringCosts,
    node: int,
    partial: _Partial,
    to_go_us: FloatArray,
    able: BoolArray,
    budget_us: float,
) -> list[tuple[int, _Partial]]:
    """The partial list grown by every segment from which the end is still within budget."""
    network = costs.igp.network
    grown = []
    ends = np.flatnonzero(able & (costs.end_us[node] + to_go_us <= budget_us))
    for at in (int(number) for number in ends):
        cost, delay_us = costs.end_cost[node, at], costs.end_us[node, at]
        grown.append((at, _grow(partial, cost, delay_us, (_END, at))))
    step_us = costs.to_tail_us[node] + _arc_step_us(costs, to_go_us, able)
    for k in np.flatnonzero(step_us <= budget_us):
        arc = int(costs.arcs[k])
        cost = costs.to_tail_cost[node, k] + network.metric[arc]
        delay_us = costs.to_tail_us[node, k] + network.delay_us[arc]
        grown.append((int(network.head[arc]), _grow(partial, cost, delay_us, (_END_X, arc))))
    return grown


def _grow(partial: _Partial, cost: float, delay_us: float, step: tuple[int, int]) -> _Partial:
    return _Partial(partial.cost + cost, partial.delay_us + delay_us, (*partial.segments, step))


def _undominated(partials: list[_Partial]) -> list[_Partial]:
    kept: list[_Partial] = []
    for partial in sorted(partials, key=lambda p: (p.cost, p.delay_us, p.segments)):
        if not kept or partial.delay_us < kept[-1].delay_us:
            kept.append(partial)
    return kept


def _segment(costs: SteeringCosts, kind: int, number: int) -> Segment:
    network = costs.igp.network
    if kind == _END:
        return Segment(Behavior.END, network.nodes[number].name)
    arc = network.arcs[number]
    return Segment(Behavior.END_X, arc.src, arc.link_id)
