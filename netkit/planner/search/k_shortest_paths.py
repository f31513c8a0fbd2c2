"""Loopless paths of a multigraph within all constraints, the best first.

Problem: the k least of all paths inside a bound. Yen's partition (1971) as Lawler (1972) has it:
whatever is not the best path leaves it at some node, and those that leave it there are a problem of
the same kind, solved by the same exact search. Nodes before have no other way out than the path's;
the arcs already used out of the node are shut. Parallel links make different paths.

Invariant: the parts in the queue hold every path that has not been drawn, each exactly once, and
each part waits under its best. One exact search a node of each path that is drawn.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from netkit.model.srv6.segment_list import Path
from netkit.planner.search.cspf import least_cost_path
from netkit.planner.search.segment_costs import SteeringCosts


class _Found(NamedTuple):
    """The best path of those that begin with its first ``kept`` arcs and then none of ``shut``."""

    cost: float
    delay_us: int
    number: int
    path: Path
    arcs: tuple[int, ...]
    kept: int
    shut: frozenset[int]


def ranked_paths(costs: SteeringCosts, src: int, dst: int, bound_us: float) -> Iterator[Path]:
    """Every loopless path of at most ``bound_us``, by metric, then delay, then as it was found.

    One search for each node of a path that is drawn. Not for ``costs`` with waypoints, whose paths
    may visit a node again.
    """
    queue: list[_Found] = []
    made = 0

    def add(kept: tuple[int, ...], shut: frozenset[int]) -> None:
        nonlocal made
        path = least_cost_path(_held(costs, kept, shut), src, dst, bound_us)
        if path is None:
            return
        made += 1
        arcs = arcs_of(costs, path)
        cost = float(costs.arc_cost[list(arcs)].sum())
        heapq.heappush(queue, _Found(cost, path.delay_us, made, path, arcs, len(kept), shut))

    add((), frozenset())
    while queue:
        best = heapq.heappop(queue)
        yield best.path
        for place in range(best.kept, len(best.arcs)):
            shut = best.shut if place == best.kept else frozenset()
            add(best.arcs[:place], shut | {best.arcs[place]})


def arcs_of(costs: SteeringCosts, path: Path) -> tuple[int, ...]:
    """The arcs that a path crosses, in order."""
    index = costs.igp.network.arc_index
    return tuple(index[key] for key in zip(path.links, path.nodes, strict=False))


def _held(costs: SteeringCosts, kept: tuple[int, ...], shut: frozenset[int]) -> SteeringCosts:
    """The same with no way but ``kept`` from the nodes that it leaves, and none of ``shut``."""
    if not kept and not shut:
        return costs
    network, allowed = costs.igp.network, costs.allowed.copy()
    allowed[list(shut)] = False
    for arc in kept:
        allowed[[other for other, *_ in network.leaving[int(network.tail[arc])]]] = False
        allowed[arc] = True
    return replace(costs, allowed=allowed)
