"""From a topology and what is asked of it to a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netkit.model.network.topology import Topology
    from netkit.model.planning.plan import Plan


@dataclass(frozen=True, slots=True)
class PlannedTopology:
    """A topology as it was read, and what was planned on it."""

    topology: Topology
    plan: Plan
