"""States of routers from plans of random topologies, with all that lists can be."""

from __future__ import annotations

import random
from functools import cache
from itertools import permutations

from goldens import ROOT
from random_cases import random_case

from netkit.emit.desired.states import desired_states
from netkit.files.native.topology import load_topology
from netkit.model.network.elements import Role
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.tier import PROFILES, tier_demands
from netkit.model.router_state import RouterState
from netkit.model.srv6.segment_list import Stitch
from netkit.planner.plan import plan_demands


def random_plan(rng: random.Random) -> tuple[Topology, Plan]:
    """All pairs of a random case, generously bounded: cut by binding SIDs, in containers, with
    backups, alternatives and Flex-Algos, some with two bounds or a color of their own."""
    topology, _ = random_case(rng)
    demands = []
    for src, dst in permutations([node.name for node in topology.active_nodes], 2):
        demands.append(Demand(src, dst, rng.randint(8, 60)))
        if rng.random() < 0.2:
            demands.append(Demand(src, dst, rng.randint(8, 60), color=rng.choice((None, 7))))
    form = rng.choice(("full", "usid", "bindings", "stitched"))
    options = PlanOptions(
        usid=form == "usid",
        binding_sids=form == "bindings",
        stitch=Stitch.BINDING if form == "stitched" else Stitch.BORDER,
        alternatives=rng.choice((0, 0, 3)),
        algorithms=tuple(flex.algorithm for flex in topology.flex_algos),
    )
    return topology, plan_demands(topology, demands, options)


def planned_states(rng: random.Random) -> dict[str, RouterState]:
    """The states of all routers of :func:`random_plan`."""
    return desired_states(*random_plan(rng))


@cache
def national_states(*, usid: bool) -> dict[str, RouterState]:
    """The states of all routers of the shipped national backbone, planned between the clusters of
    its first operator."""
    topology = load_topology(ROOT / "topologies" / "east-data-west-compute.yaml")
    clusters = [node for node in topology.active_nodes if node.role is Role.CLUSTER]
    ends = [node.name for node in clusters if node.operator == clusters[0].operator]
    demands = tier_demands(topology, permutations(ends, 2), PROFILES["2023"])
    plan = plan_demands(topology, demands, PlanOptions(usid=usid, joint=False))
    return desired_states(topology, plan)
