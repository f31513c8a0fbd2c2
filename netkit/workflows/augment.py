"""From a request to what could be built: for all of its pairs together, or for each by itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial

from netkit.model.planning.addition import AdditionKind
from netkit.model.planning.augmentation import Advice, BuildRule, Detour
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_request import PlanRequest
from netkit.model.progress import Steps, silent
from netkit.planner.augment.advise import AdviceOptions, advise
from netkit.planner.augment.candidates import EVERYTHING
from netkit.planner.augment.detour import RankedBy, detours
from netkit.workflows.plan import make_plan


def advice_for(
    request: PlanRequest, options: AdviceOptions | None = None, progress: Steps = silent
) -> Advice:
    """Rank what could be built by the pairs it rescues, choose the best set, plan with it."""
    return advise(
        request.topology, request.demands, options, profile=request.profile, progress=progress
    )


def detours_for(
    request: PlanRequest,
    rule: BuildRule | None = None,
    *,
    kinds: Collection[AdditionKind] = EVERYTHING,
    by: RankedBy = RankedBy.BEST,
    worst: int | None = None,
    progress: Steps = silent,
) -> tuple[Plan, tuple[Detour, ...]]:
    """The plan, made without backups, and its pairs against light, the worst of each scope first.

    Arguments as those of :func:`~netkit.planner.augment.detour.detours`.
    """
    alone = replace(request, options=replace(request.options, backups=False))
    plan = make_plan(alone, partial(progress, "planning"))
    looking = partial(progress, "looking for fixes")
    found = detours(request.topology, plan, rule, kinds=kinds, by=by, worst=worst, progress=looking)
    return plan, found
