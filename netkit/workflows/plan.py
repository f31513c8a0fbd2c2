"""From demands to a plan, and to what would help a pair of it."""

from __future__ import annotations

from dataclasses import replace

from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.tier import TierProfile
from netkit.model.progress import Progress
from netkit.planner.plan import plan_demands
from netkit.planner.relaxation.relaxations import with_relaxations
from netkit.planner.relaxation.what_to_build import to_build
from netkit.workflows.demands import with_known_names


def make_plan(
    asked: DemandSet, options: PlanOptions | None = None, progress: Progress | None = None
) -> Plan:
    """Plan every demand; ``progress`` is told of each.

    Raises :class:`~netkit.errors.InputError` for constraints that name what the topology does not
    have, and for what the planner cannot take, as :func:`~netkit.planner.plan.plan_demands` has it.
    """
    asked = with_known_names(asked)
    return plan_demands(
        asked.topology, asked.demands, options, profile=asked.profile, progress=progress
    )


def explained(
    asked: DemandSet, options: PlanOptions, plan: Plan, pair: PairPlan, profile: TierProfile
) -> PairPlan:
    """``pair`` of ``plan``, the answer to what is asked, with what would help it, or its margin.

    What would help is tried: less to keep, a wider tier of ``profile``, something built.
    """
    others = [one for one in plan.pairs if one is not pair]
    tiers = (*profile.tiers.values(), *(one.tier for one in profile.exceptions))
    usual = tiers if pair.demand.tier else ()
    found = with_relaxations(asked.topology, pair, options, usual, others)
    why = found.reason
    if why is None or why.relaxations is None:
        return found
    built = to_build(asked.topology, pair.demand, options, others=others)
    return replace(found, reason=replace(why, relaxations=(*why.relaxations, *built)))
