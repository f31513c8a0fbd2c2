"""Reservation where random networks do not go: fabrics, priorities, links crossed twice."""

from __future__ import annotations

import dataclasses

import pytest
from small_topologies import line

from netkit.api import Demand, Topology, plan, policy_paths
from netkit.errors import InputError
from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.fabrics import Fabric, FabricMember
from netkit.model.planning.demand import Constraints
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.reason import Cause
from netkit.model.verdict import Verdict
from netkit.planner.plan import plan_demands


def with_capacity(topology: Topology, *bps: int) -> Topology:
    links = (
        dataclasses.replace(a, capacity_bps=b) for a, b in zip(topology.links, bps, strict=True)
    )
    return dataclasses.replace(topology, links=tuple(links))


def exchange(*ports: int | None) -> Topology:
    """One router an operator, all on one fabric."""
    nodes = tuple(Node(n, Role.BORDER, i, operator=n) for i, n in enumerate("abcd", start=1))
    members = tuple(
        FabricMember(node.name, 5, capacity_bps=bps) for node, bps in zip(nodes, ports, strict=True)
    )
    return Topology("exchange", nodes, (), (Fabric("ix", members),))


def test_a_port_is_one_capacity_for_all_links_over_the_fabric() -> None:
    demands = [Demand("a", dst, 100, bandwidth_bps=4) for dst in "bc"]
    into = [Demand(src, "a", 100, bandwidth_bps=4) for src in "bc"]
    made = plan(exchange(6, 9, 9, 9), [*demands, *into])
    assert [pair.primary is not None for pair in made.pairs] == [True, False, True, False]
    late = made.pairs[1].reason
    assert late is not None
    assert (late.cause, late.fits_bps, late.shortages[0].missing_bps) == (Cause.CAPACITY, 2, 2)
    assert {(r.pool.node, r.pool.inward): r.reserved_bps for r in made.reservations or ()} == {
        ("a", False): 4, ("b", True): 4, ("b", False): 4, ("a", True): 4,
    }  # fmt: skip
    unstated = plan(exchange(6, None, 9, 9), demands)
    assert unstated.pairs[0].reason.shortages[0].missing_bps is None


def test_priority_comes_before_order_and_free_demands_before_nobody() -> None:
    topology = with_capacity(line(1, 1), 10, 10)
    late = Demand("a", "c", 100, bandwidth_bps=8)
    first = dataclasses.replace(late, priority=0)
    free = Demand("a", "c", 100)
    made = plan(topology, [late, free, first])
    assert [pair.primary is not None for pair in made.pairs] == [False, True, True]
    assert plan(topology, [free]).reservations is None


def test_a_link_that_a_flow_crosses_twice_is_held_twice() -> None:
    """From a by c back to a, and then to b: a-b is crossed twice from a, once from b."""
    via = Constraints(waypoints=("c", "a"))
    wanted = Demand("a", "b", 100, constraints=via, bandwidth_bps=3)
    fits, lacks = (plan(with_capacity(line(1, 1), bps, 9), [wanted]) for bps in (6, 5))
    assert {(r.pool.owner, r.pool.node): r.reserved_bps for r in fits.reservations or ()} == {
        ("a-b", "a"): 6, ("a-b", "b"): 3, ("b-c", "b"): 3, ("b-c", "c"): 3,
    }  # fmt: skip
    assert lacks.pairs[0].reason.cause is Cause.CAPACITY


def test_demands_without_sense_are_all_refused() -> None:
    bad = [Demand("a", "b", 1, bandwidth_bps=0), Demand("a", "b", 1, priority=8)]
    with pytest.raises(InputError) as caught:
        plan(line(1), bad)
    assert len(caught.value.problems) == 2


def test_a_split_heads_the_policy() -> None:
    nodes = tuple(Node(name, Role.CITY, i) for i, name in enumerate("ab", start=1))
    links = tuple(
        Link(f"l{i}", "a", "b", 5, 5, 1, 1, capacity_bps=bps) for i, bps in enumerate((6, 3))
    )
    wide = Demand("a", "b", 10, bandwidth_bps=9)
    (pair,) = plan(Topology("two", nodes, links), [wide], share=2, alternatives=2).pairs
    first, *rest = policy_paths(pair)
    assert [share.weight for share in first.lists] == [2, 1]
    assert pair.primary == first.lists[0].candidate
    assert not rest or rest[0].preference < first.preference


def test_repacking_moves_one_demand_to_let_another_in() -> None:
    nodes = tuple(Node(name, Role.CITY, i) for i, name in enumerate("ab", start=1))
    links = tuple(
        Link(name, "a", "b", 5, 5, metric, metric, capacity_bps=bps)
        for name, metric, bps in (("wide", 1, 9), ("narrow", 2, 2))
    )
    demands = [Demand("a", "b", 10, bandwidth_bps=bps) for bps in (2, 9)]
    topology = Topology("two", nodes, links)
    greedy, moved = (
        plan_demands(topology, demands, PlanOptions(backups=False, repack=repack))
        for repack in (False, True)
    )
    assert [pair.primary is not None for pair in greedy.pairs] == [True, False]
    assert [pair.primary.path.links for pair in moved.pairs] == [("narrow",), ("wide",)]
    assert all(pair.verdict is Verdict.PASS and pair.reason is None for pair in moved.pairs)
