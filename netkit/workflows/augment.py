"""From demands to what could be built: for all of them together, or for each by itself."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from netkit.model.planning.addition import AdditionKind
from netkit.model.planning.augmentation import Advice, BuildRule, Detour
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.progress import Steps, silent
from netkit.planner.augment.advise import AdviceOptions, advise
from netkit.planner.augment.candidates import EVERYTHING
from netkit.planner.augment.detour import RankedBy, detours
from netkit.workflows.plan import make_plan


def advice_for(
    asked: DemandSet, options: AdviceOptions | None = None, progress: Steps = silent
) -> Advice:
    """Rank what could be built by the pairs it rescues, choose the best set, plan with it."""
    return advise(asked.topology, asked.demands, options, profile=asked.profile, progress=progress)


def detours_for(
    asked: DemandSet,
    rule: BuildRule | None = None,
    *,
    max_sids: int | None = None,
    kinds: Collection[AdditionKind] = EVERYTHING,
    by: RankedBy = RankedBy.BEST,
    worst: int | None = None,
    progress: Steps = silent,
) -> tuple[Plan, tuple[Detour, ...]]:
    """The plan, made without backups, and its pairs against light, the worst of each scope first.

    Arguments as those of :func:`~netkit.planner.augment.detour.detours`.
    """
    options = PlanOptions(max_sids=max_sids, backups=False)
    plan = make_plan(asked, options, partial(progress, "planning"))
    looking = partial(progress, "looking for fixes")
    found = detours(asked.topology, plan, rule, kinds=kinds, by=by, worst=worst, progress=looking)
    return plan, found
