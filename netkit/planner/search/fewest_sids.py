"""The segment list with the fewest SIDs that still guarantees the bound.

Problem: a tier needs no particular path, it needs that every path the packet may take stays inside
the bound. So the search runs over lists, not over paths, and each step is priced at its worst over
ECMP. Limits of the platforms (RFC 9352 §4) are part of the search: encoding afterwards would call
feasible pairs infeasible.

f_c(j), the least guaranteed delay from j to the end with c segments, is the least of S(j, i) +
f_{c-1}(i) over the nodes i that one segment leads to, S being what that segment takes at its worst.
Invariant: before lists of c segments are looked for, f is known for all shorter ones, and none of
those lists keeps the bound. Where delay is all that is limited, f decides whether a list of c
exists; with limits or waypoints it only prunes, and the label search decides. O(k² + p) a segment,
for k nodes and p steps in the search graph, beside the labels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from netkit.model.srv6.segment_list import Segment
from netkit.planner.arrays import FloatArray
from netkit.planner.network.network import Network
from netkit.planner.search.label_search import LabelSearch, Move, Moves
from netkit.planner.search.list_search import CutList
from netkit.planner.search.search_graph import SearchGraph
from netkit.planner.search.segment_costs import SteeringCosts

SEARCH_LIMIT = 16
"""More segments than this are never tried; hardware pushes about ten."""


@dataclass(frozen=True, slots=True)
class FewestSids:
    """Lists with the fewest SIDs, pushed whole."""

    def found(
        self, costs: SteeringCosts, src: int, dst: int, bound_us: float, max_sids: int | None
    ) -> CutList | None:
        """The list of :func:`fewest_sids`; None where there is none."""
        segments = fewest_sids(costs, src, dst, bound_us, max_sids)
        return None if segments is None else CutList(segments)

    def least_us(
        self, costs: SteeringCosts, src: int, dst: int, max_sids: int | None = None
    ) -> float:
        """What :func:`least_guaranteed_us` finds."""
        return least_guaranteed_us(costs, src, dst, max_sids)


def fewest_sids(
    costs: SteeringCosts, src: int, dst: int, bound_us: float, max_sids: int | None = None
) -> tuple[Segment, ...] | None:
    """The list from ``src`` to ``dst`` with the fewest SIDs that guarantees ``bound_us`` and keeps
    all limits, without its service SID; None where there is none.

    Among lists of equal length the least metric wins, then the least guaranteed delay, then a
    fixed order of segments.
    """
    most = most_segments(costs.igp.network, src, dst, max_sids)
    if most < 0 or out_of_reach(costs, src, dst, bound_us):
        return None
    if costs.plain and (direct_us := costs.direct_us(src, dst)) <= bound_us and direct_us < np.inf:
        return ()  # mostly no SID is needed, and so no search graph
    if serves(costs):
        from netkit.planner.search.compiled_searches import compiled_list

        return compiled_list(costs, src, dst, bound_us, most) if most else None
    search = LabelSearch(SearchGraph(costs, src, dst, bound_us), bound_us)
    for to_go in islice(_ever_longer(search), int(costs.plain), most + 1):
        found = search.best((None,), len(to_go), _moves(search.graph, to_go))
        if found is not None:
            return search.segments(found)
    return None


def _moves(graph: SearchGraph, to_go: list[FloatArray]) -> Moves[None]:
    """Any segment that its node can process with the others still to come."""
    return lambda _, left: (Move(graph.able(left), to_go[left - 1], None),)


def _ever_longer(search: LabelSearch) -> Iterator[list[FloatArray]]:
    """For lists of 0, 1, 2, … segments, the least sums behind each of these, the last one's first;
    until longer lists bring nothing."""
    graph = search.graph
    yield []
    to_go = [search.home]
    yield to_go
    # Two segments are mostly enough, and the other positions would be most of the work.
    yield [*to_go, search.one_more(search.home, graph.able(1), graph.one_segment_away)]
    while True:
        to_go.append(search.one_more(to_go[-1], graph.able(len(to_go))))
        if graph.costs.plain and _settled(to_go):
            return
        if len(to_go) > 2:
            yield to_go


def serves(costs: SteeringCosts) -> bool:
    """Does the compiled search answer for these costs?"""
    return (
        costs.igp.network.compiled
        and costs.plain
        and len(costs.planes) == 1
        and not (costs.forbidden is not None and costs.igp.loops)
    )


def _settled(to_go: list[FloatArray]) -> bool:
    """Will longer lists bring nothing? Nodes that accept a longer list are never more."""
    return bool((to_go[-1] == to_go[-2]).all())


WIDER = (1.0, 1.1, 1.5)
"""Bounds to try for the least guaranteed delay, in least delays."""


def least_guaranteed_us(
    costs: SteeringCosts, src: int, dst: int, max_sids: int | None = None
) -> float:
    """The least delay that any list within the limits guarantees; infinite where there is none.

    Least delays bound it from below, and mostly some list is not far off: so ever wider search
    graphs are made until one holds the answer.
    """
    fastest_us = costs.delay.between(src, dst)
    most = most_segments(costs.igp.network, src, dst, max_sids)
    if most < 0 or not np.isfinite(fastest_us):
        return np.inf
    for bound_us in (*(fastest_us * factor for factor in WIDER), np.inf):
        least_us = _least_within(costs, src, dst, bound_us, most)
        if least_us <= bound_us:
            return least_us
    return np.inf


def _least_within(costs: SteeringCosts, src: int, dst: int, bound_us: float, most: int) -> float:
    """The same of those inside the search graph of a bound."""
    if serves(costs):
        from netkit.planner.search.compiled_searches import compiled_least_us

        return compiled_least_us(costs, src, dst, bound_us, most)
    search = LabelSearch(SearchGraph(costs, src, dst, bound_us), bound_us)
    to_go = [search.home]
    for used in range(1, most + 1):
        to_go.append(search.one_more(to_go[-1], search.graph.able(used)))
        if _settled(to_go):
            break
    return min(float(sums[0, search.graph.src]) for sums in to_go)


def most_segments(network: Network, src: int, dst: int, max_sids: int | None) -> int:
    """Segments before the service SID that headend and endpoint allow: with reduced encapsulation
    (RFC 8986 §5.2) a list of s SIDs puts s - 1 of them into the header. Negative where there is not
    even a service SID."""
    if not network.has_service[dst]:
        return -1
    nodes = network.nodes
    most = min(nodes[src].sid_limits.max_h_encaps - 1, nodes[dst].sid_limits.max_end_d)
    return min(most, SEARCH_LIMIT, SEARCH_LIMIT if max_sids is None else max_sids - 1)


def out_of_reach(costs: SteeringCosts, src: int, dst: int, bound_us: float) -> bool:
    """Do least sums alone say that no list can keep all limits?"""
    if costs.plain:
        least_us = costs.delay.between(src, dst)
        return least_us > bound_us or least_us == np.inf
    least = (costs.least(one, src, dst) for one in (costs.delay, *costs.limited))
    most = (bound_us, *(limit.most for limit in costs.limits))
    return any(sum_ > limit or sum_ == np.inf for sum_, limit in zip(least, most, strict=True))
