"""From demands to what every single failure does to their plan."""

from __future__ import annotations

from functools import partial

from netkit.errors import InputError
from netkit.files.old_plans.old_plan import OldPlan
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.survival import Survival
from netkit.model.progress import Steps, silent
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.protection.failure_sweep import survival
from netkit.workflows.plan import Tell, unheard
from netkit.workflows.plans.plan_again import plan_from


def survive(
    asked: DemandSet,
    options: PlanOptions,
    progress: Steps = silent,
    *,
    old: OldPlan | None = None,
    note: Tell = unheard,
) -> Survival:
    """Plan, from ``old`` if there is one, then fail every link, node and shared risk of the
    topology in turn. ``note`` is told where ``old`` is of no use.

    Raises :class:`~netkit.errors.InputError` for demands that may be split over several lists.
    """
    if options.share > 1:
        expected = "1: failures are tried on demands that one list carries"
        raise InputError.argument("share", value=options.share, expected=expected)
    plan = plan_from(old, asked, options, note, partial(progress, "planning"))
    igp = Igp.of(Network.of(asked.topology))
    return survival(igp, plan, progress=partial(progress, "failing"))
