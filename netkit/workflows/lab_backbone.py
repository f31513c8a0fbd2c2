"""From a topology file to a whole backbone for the lab: every two customer hosts get a planned SRv6
policy of their tier."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

from netkit.errors import InputError
from netkit.files.native.topology import load_topology
from netkit.files.tier_profiles import profile_named
from netkit.model.network.elements import Role
from netkit.model.network.topology import Topology
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.tier import bounded
from netkit.workflows.plan import make_plan

HOSTS: Mapping[str, Collection[Role]] = {
    "all": tuple(Role),
    "cities": (Role.CLUSTER, Role.CITY),
    "clusters": (Role.CLUSTER,),
    "none": (),
}
"""Which routers get a customer host ``h-NAME``, by the word for it."""


@dataclass(frozen=True, slots=True)
class Backbone:
    """A topology, the routers with a customer host, and the plan between them."""

    topology: Topology
    customers: tuple[str, ...]
    plan: Plan

    @property
    def without_policy(self) -> list[PairPlan]:
        """The pairs that no list can keep in their tier."""
        return [pair for pair in self.plan.pairs if pair.primary is None]


def backbone_of(file: Path | str, hosts: str, profile: str) -> Backbone:
    """Read the file and plan.

    Raises:
        InputError: the file, or a word, is wrong.
    """
    roles = HOSTS.get(hosts)
    if roles is None:
        raise InputError.single("hosts", value=hosts, expected=", ".join(HOSTS))
    topology = load_topology(file)
    customers = tuple(node.name for node in topology.active_nodes if node.role in roles)
    tiers = profile_named(profile)
    demands = bounded(topology, permutations(customers, 2), tiers)
    return Backbone(topology, customers, make_plan(DemandSet(topology, demands, tiers.name)))
