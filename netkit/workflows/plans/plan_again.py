"""From a plan made before and what is asked now to the plan that would be made afresh, sooner."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib.metadata import version

from netkit.errors import Problem
from netkit.files.old_plans.old_plan import OldPlan
from netkit.model.planning.demand import Demand
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.progress import Progress
from netkit.planner.network.asked_rows import few
from netkit.workflows.plan import Tell, make_plan, unheard, with_known_names


def plan_from(
    old: OldPlan | None,
    asked: DemandSet,
    options: PlanOptions,
    tell: Tell = unheard,
    progress: Progress | None = None,
) -> Plan:
    """The plan for what is asked, byte for byte the one that
    :func:`~netkit.workflows.plan.make_plan` makes; ``old``, if any, spares what no change can
    alter.

    Demands that ``old`` has no answer to are planned. ``tell`` is told where nothing of it is of
    use: it was made with other options, or by another release. Raises as ``make_plan`` does.
    """
    why = None if old is None else _of_no_use(old, options)
    if why is not None:
        tell(why)
    few_asked = few(len(asked.topology.active_nodes), len(asked.demands))
    if old is None or why is not None or few_asked:  # few are sooner planned than followed
        return make_plan(asked, options, progress)
    from netkit.planner.replan.replanner import Replanner, with_unsteered

    asked = with_known_names(asked)
    plan = replace(old.plan, profile=asked.profile, pairs=_known(old.plan, asked.demands))
    plan = with_unsteered(old.topology, plan, options)
    return Replanner(old.topology, plan, options).planned_on(asked.topology, asked.demands)


def _of_no_use(old: OldPlan, options: PlanOptions) -> Problem | None:
    release, remedy = version("netkit-srv6"), "All is planned afresh"
    problem = partial(Problem, old.file, None)
    if old.release != release:
        what = "the plan was made by another release"
        return problem(what, f"netkit {old.release}", f"netkit {release}", remedy)
    if old.options != options:
        return problem("the plan was made with other options", None, None, remedy)
    return None


def _known(plan: Plan, demands: tuple[Demand, ...]) -> tuple[PairPlan, ...]:
    """The answers to ``demands``, where there are any. The color of a policy decides no list, and a
    plan.json does not have it."""
    known = {pair.demand: pair for pair in plan.pairs}
    found = ((demand, known.get(replace(demand, color=None))) for demand in demands)
    return tuple(replace(pair, demand=demand) for demand, pair in found if pair is not None)
