"""What keeps a plan up while its network changes, on fixed terms."""

from __future__ import annotations

from collections.abc import Collection

from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.upkeep import Danger, Pair, Replanned
from netkit.planner.reaction.danger import in_danger
from netkit.planner.reaction.held_lists import HeldLists
from netkit.planner.reaction.replan import Answers, replanned


class Upkeep:
    """Lists are planned with ``options``, and a pair that holds less than ``margin_percent`` of its
    bound is in danger.

    What was found on one network is followed to the next: of it only what can differ is computed,
    and every answer is the one without it.
    """

    def __init__(self, options: PlanOptions | None = None, margin_percent: float = 5.0) -> None:
        self._margin_percent = margin_percent
        self._held = HeldLists()
        self._answers = Answers(options or PlanOptions())

    def in_danger(self, plan: Plan, measured: Topology) -> tuple[Danger, ...]:
        """The pairs in danger on the network as it was measured."""
        self._held.measured(measured, len(plan.pairs))
        return in_danger(plan, self._held, self._margin_percent)

    def replanned(self, plan: Plan, measured: Topology, pairs: Collection[Pair]) -> Replanned:
        """The plan with new lists for ``pairs``."""
        return replanned(plan, measured, pairs, self._answers, self._margin_percent)
