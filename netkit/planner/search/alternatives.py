"""The k best loopless paths of a demand, each held by a list that leaves it on no branch.

Problem: candidate paths for a policy (RFC 9256 §2.2) that differ in their way, not only in their
SIDs. Paths are drawn best first; a path counts where some list within the platforms' limits has it
as its only branch, which the same list search decides with all other arcs forbidden.

Yen's partition (1971) as Lawler (1972) has it: whatever is not the best path leaves it at some
node, and those that leave it there are a problem of the same kind, solved by the same exact search.
Nodes before have no other way out than the path's; the arcs already used out of the node are shut.
Parallel links make different paths.

Invariant: the parts in the queue hold every path that has not been drawn, each exactly once, and
each part waits under its best. One exact search a node of each path that is drawn, and one exact
list search a path.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

import numpy as np

from netkit.model.planning.absent_lists import AlternativesObstacle, AlternativesReason
from netkit.model.planning.plan import PairPlan
from netkit.model.srv6.segment_list import CandidatePath, Path
from netkit.planner.search.candidate_path import PathComputation
from netkit.planner.search.cspf import least_cost_path
from netkit.planner.search.segment_costs import SteeringCosts

_MOST_TRIED = 1_000
"""Paths drawn for one demand before the search gives up on SID limits that hold hardly any."""


def with_alternatives(asked: PathComputation, answer: PairPlan) -> PairPlan:
    """``answer`` with as many alternatives as asked for, or why there are fewer.

    The best by the metric, then by delay, of all loopless paths for which the platforms' SID limits
    allow a list: the optimum is the first of them.
    """
    wanted, demand = asked.options.alternatives, answer.demand
    if not wanted:
        return answer
    if asked.costs.waypoints:
        why = AlternativesReason(AlternativesObstacle.WAYPOINTS, demand.bound_us)
        return replace(answer, alternatives_reason=why)
    found, tried = best_lists(asked, wanted)
    answer = replace(answer, alternatives=found)
    if len(found) == wanted:
        return answer
    gave_up = tried == _MOST_TRIED
    obstacle = AlternativesObstacle.SID_LIMIT if gave_up else AlternativesObstacle.PATHS
    why = AlternativesReason(obstacle, demand.bound_us, tried, len(found))
    return replace(answer, alternatives_reason=why)


def best_lists(asked: PathComputation, wanted: int) -> tuple[tuple[CandidatePath, ...], int]:
    """At most ``wanted`` lists, each for another of the best paths; and how many paths it took."""
    found: list[CandidatePath] = []
    tried = 0
    paths = ranked_paths(asked.costs, *asked.ends, asked.demand.bound_us)
    for path in islice(paths, _MOST_TRIED):
        tried += 1
        held = pinned(asked, path)
        if held is not None:
            found.append(held)
        if len(found) == wanted:
            break
    return tuple(found), tried


def pinned(asked: PathComputation, path: Path) -> CandidatePath | None:
    """The list of fewest SIDs whose only branch is ``path``; None if the SID limits allow none."""
    elsewhere = np.ones(len(asked.costs.allowed), dtype=np.bool_)
    elsewhere[list(arcs_of(asked.costs, path))] = False
    return asked.without_arcs(elsewhere).certified_list()


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
