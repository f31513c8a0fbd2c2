"""Demands on a network: what a plan is made for, once all that was asked is understood."""

from __future__ import annotations

from dataclasses import dataclass

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand


@dataclass(frozen=True, slots=True)
class DemandSet:
    """``demands`` between nodes of ``topology``; ``profile`` names where their bounds come from."""

    topology: Topology
    demands: tuple[Demand, ...]
    profile: str = ""
