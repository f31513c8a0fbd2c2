"""What keeps a plan up while its network changes, on fixed terms."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.upkeep import Danger, Pair, Replanned
from netkit.planner.reaction.danger import in_danger
from netkit.planner.reaction.replan import replanned


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Lists are planned with ``options``, and a pair that holds less than ``margin_percent`` of its
    bound is in danger."""

    options: PlanOptions = field(default_factory=PlanOptions)
    margin_percent: float = 5.0

    def in_danger(self, plan: Plan, measured: Topology) -> tuple[Danger, ...]:
        """The pairs in danger on the network as it was measured."""
        return in_danger(plan, measured, self.margin_percent)

    def replanned(self, plan: Plan, measured: Topology, pairs: Collection[Pair]) -> Replanned:
        """The plan with new lists for ``pairs``."""
        return replanned(plan, measured, pairs, self.options, self.margin_percent)
