"""The k best loopless paths of a demand, each held by a list that leaves it on no branch.

Problem: candidate paths for a policy (RFC 9256 §2.2) that differ in their way, not only in their
SIDs. Paths are drawn best first; a path counts where some list within the platforms' limits has it
as its only branch, which the same list search decides with all other arcs forbidden. One exact list
search a path drawn.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np

from netkit.model.planning.absent_lists import AlternativesObstacle, AlternativesReason
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.segment_list import CandidatePath, Path
from netkit.planner.search.candidate_path import certified_list
from netkit.planner.search.k_shortest_paths import arcs_of, ranked_paths
from netkit.planner.search.segment_costs import SteeringCosts

_MOST_TRIED = 1_000
"""Paths drawn for one demand before the search gives up on SID limits that hold hardly any."""


def with_alternatives(costs: SteeringCosts, answer: PairPlan, options: PlanOptions) -> PairPlan:
    """``answer`` with as many alternatives as asked for, or why there are fewer.

    The best by the metric, then by delay, of all loopless paths for which the platforms' SID limits
    allow a list: the optimum is the first of them.
    """
    wanted, demand = options.alternatives, answer.demand
    if not wanted:
        return answer
    if costs.waypoints:
        why = AlternativesReason(AlternativesObstacle.WAYPOINTS, demand.bound_us)
        return replace(answer, alternatives_reason=why)
    found, tried = best_lists(costs, demand, options, wanted)
    answer = replace(answer, alternatives=found)
    if len(found) == wanted:
        return answer
    gave_up = tried == _MOST_TRIED
    obstacle = AlternativesObstacle.SID_LIMIT if gave_up else AlternativesObstacle.PATHS
    why = AlternativesReason(obstacle, demand.bound_us, tried, len(found))
    return replace(answer, alternatives_reason=why)


def best_lists(
    costs: SteeringCosts, demand: Demand, options: PlanOptions, wanted: int
) -> tuple[tuple[CandidatePath, ...], int]:
    """At most ``wanted`` lists, each for another of the best paths; and how many paths it took."""
    index = costs.igp.network.index
    found: list[CandidatePath] = []
    tried = 0
    ends = index[demand.src], index[demand.dst]
    for path in islice(ranked_paths(costs, *ends, demand.bound_us), _MOST_TRIED):
        tried += 1
        held = pinned(costs, demand, path, options)
        if held is not None:
            found.append(held)
        if len(found) == wanted:
            break
    return tuple(found), tried


def pinned(
    costs: SteeringCosts, demand: Demand, path: Path, options: PlanOptions
) -> CandidatePath | None:
    """The list of fewest SIDs whose only branch is ``path``; None if the SID limits allow none."""
    elsewhere = np.ones(len(costs.allowed), dtype=np.bool_)
    elsewhere[list(arcs_of(costs, path))] = False
    return certified_list(costs.without_arcs(elsewhere), demand, options)
