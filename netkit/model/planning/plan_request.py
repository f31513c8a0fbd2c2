"""What a plan is asked for: everything that decides it, in one value."""

from __future__ import annotations

from dataclasses import dataclass, field

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """``demands`` on ``topology``, planned as ``options`` say.

    ``profile`` names where the bounds of the demands come from; the answer repeats it. The same
    request always gets the same plan.
    """

    topology: Topology
    demands: tuple[Demand, ...]
    options: PlanOptions = field(default_factory=PlanOptions)
    profile: str = ""
