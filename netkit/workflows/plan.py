"""From a request to a plan, and to what would help a pair of it."""

from __future__ import annotations

from dataclasses import replace

from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.plan_request import PlanRequest
from netkit.model.planning.tier import TierProfile
from netkit.model.progress import Progress
from netkit.planner.network.network import as_graph
from netkit.planner.plan import plan_demands
from netkit.planner.relaxation.relaxations import with_relaxations
from netkit.planner.relaxation.what_to_build import to_build


def make_plan(request: PlanRequest, progress: Progress | None = None) -> Plan:
    """Plan every demand of the request; ``progress`` is told of each.

    Raises :class:`~netkit.errors.InputError` for what the planner cannot take, as
    :func:`~netkit.planner.plan.plan_demands` has it.
    """
    return plan_demands(
        as_graph(request.topology),
        request.demands,
        request.options,
        profile=request.profile,
        progress=progress,
    )


def explained(request: PlanRequest, plan: Plan, pair: PairPlan, profile: TierProfile) -> PairPlan:
    """``pair`` of ``plan``, which answers ``request``, with what would help it, or with its margin.

    What would help is tried: less to keep, a wider tier of ``profile``, something built.
    """
    others = [one for one in plan.pairs if one is not pair]
    tiers = (*profile.tiers.values(), *(one.tier for one in profile.exceptions))
    found = with_relaxations(
        as_graph(request.topology),
        pair,
        request.options,
        tiers if pair.demand.tier else (),
        others,
    )
    why = found.reason
    if why is None or why.relaxations is None:
        return found
    built = to_build(request.topology, pair.demand, request.options, others=others)
    return replace(found, reason=replace(why, relaxations=(*why.relaxations, *built)))
