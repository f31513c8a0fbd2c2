"""Small backbones for lab tests, and what the lab needs to boot them."""

from __future__ import annotations

import os
from itertools import pairwise, permutations

import pytest

from netkit.emit.linux.ip_batch import RouterConfig, emit_linux
from netkit.lab.kernel.router_setup import IgpRoutes
from netkit.model.network.elements import (
    Link,
    LinkKind,
    Node,
    Role,
)
from netkit.model.network.fabrics import Fabric, FabricMember
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.planning.tier import PROFILES, tier_demands
from netkit.planner.network.igp import routing_tables
from netkit.planner.plan import plan_demands

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces; needs root")


def chain(*delays_us: int) -> Topology:
    """Routers r0, r1, … in a row, over links l0, l1, …."""
    nodes = tuple(Node(f"r{i}", Role.CITY, i + 1) for i in range(len(delays_us) + 1))
    links = tuple(
        Link(f"l{i}", a.name, b.name, delay, delay, 10, 10)
        for i, ((a, b), delay) in enumerate(zip(pairwise(nodes), delays_us, strict=True))
    )
    return Topology("chain", nodes, links)


def two_sides() -> Topology:
    """Operators west (w1, w2) and east (e1, e2): a direct link w1-e1, an exchange of w2, e2, x."""
    nodes = (
        Node("w1", Role.BORDER, 1, "west"),
        Node("w2", Role.BORDER, 2, "west"),
        Node("e1", Role.BORDER, 11, "east"),
        Node("e2", Role.BORDER, 12, "east"),
        Node("x", Role.BORDER, 21, "third"),
    )
    links = (
        Link("west", "w1", "w2", 1500, 1700, 10, 10),
        Link("east", "e1", "e2", 900, 900, 10, 10),
        Link("direct", "w1", "e1", 300, 300, 1, 1, kind=LinkKind.DIRECT_CONNECT),
    )
    members = (FabricMember("w2", 50), FabricMember("e2", 70), FabricMember("x", 400))
    return Topology("two-sides", nodes, links, (Fabric("ix", members),))


def igp_routes(topology: Topology) -> IgpRoutes:
    """Next hops by the planner's IGP."""
    return routing_tables(topology)


def plan_all(topology: Topology) -> tuple[Plan, dict[str, RouterConfig]]:
    """A plan for every ordered pair, and what is emitted of it."""
    names = [node.name for node in topology.active_nodes]
    demands = tier_demands(topology, permutations(names, 2), PROFILES["2023"])
    plan = plan_demands(topology, demands, profile="2023")
    return plan, emit_linux(topology, plan, names)
