"""Plans that follow changes against plans made afresh: the same bytes, whatever has changed."""

from __future__ import annotations

import random
from dataclasses import replace
from unittest.mock import patch

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from network_changes import changed
from random_backbones import random_backbone

from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.compiled import compiler
from netkit.planner.plan import plan_demands
from netkit.planner.replan import replanner
from netkit.planner.replan.replanner import Replanner


def strays(rng: random.Random, changes: int = 4) -> list[int]:
    """After which of some changes, one after the other, the plan is not the one made afresh."""
    topology, demands = random_backbone(rng)
    if rng.random() < 0.5:
        names = [node.name for node in topology.nodes]
        demands += [Demand(*rng.sample(names, 2), rng.randint(2, 60)) for _ in range(6)]
    options = PlanOptions(
        max_sids=rng.choice((None, None, 3)), joint=rng.random() < 0.8,
        backups=rng.random() < 0.9, protect=rng.random() < 0.1,
        alternatives=rng.choice((0, 0, 0, 0, 2)),
    )  # fmt: skip
    plan = plan_demands(topology, demands, options)
    following, wrong = Replanner(topology, plan, options), []
    for number in range(changes):
        topology = changed(rng, topology)
        up = {node.name for node in topology.active_nodes}
        wanted = [one for one in demands if {one.src, one.dst, *one.constraints.waypoints} <= up]
        if following.planned_on(topology, wanted) != plan_demands(topology, wanted, options):
            wrong.append(number)
    return wrong


@settings(
    max_examples=examples(25, one_in=3), suppress_health_check=list(HealthCheck), deadline=None
)
@given(st.randoms(use_true_random=False))
def test_the_plan_is_the_one_made_afresh(rng: random.Random) -> None:
    with patch.object(compiler, "repays", return_value=False):
        assert not strays(rng)


@pytest.mark.parametrize("part", range(4))
def test_the_same_compiled_over_fixed_seeds(part: int) -> None:
    pytest.importorskip("numba")
    seeds = range(20 * part, 20 * part + examples(20, one_in=3))
    with patch.object(compiler, "repays", return_value=True):
        assert not {seed: wrong for seed in seeds if (wrong := strays(random.Random(seed)))}


def two_ways() -> Topology:
    """a to d over b, in 200 µs, or over c, in 1400 µs."""
    nodes = tuple(Node(name, Role.CITY, i) for i, name in enumerate("abcd", start=1))
    ways = (("a", "b", 100, 10), ("b", "d", 100, 10), ("a", "c", 700, 30), ("c", "d", 700, 30))
    links = tuple(Link(f"{u}~{v}", u, v, us, us, m, m) for u, v, us, m in ways)
    return Topology("square", nodes, links)


def test_only_what_can_differ_is_computed() -> None:
    """The far link is over 2000 µs from either pair's bound: not one list is looked for again."""
    topology = two_ways()
    demands = [Demand("a", "d", 300), Demand("d", "a", 300)]
    following = Replanner(topology, plan_demands(topology, demands))
    slower = replace(topology.links[2], delay_ab_us=900, delay_ba_us=900)
    links = (*topology.links[:2], slower, *topology.links[3:])
    with patch.object(replanner.PairPlanner, "answer") as afresh:
        plan = following.planned_on(replace(topology, links=links))
    assert not afresh.called
    assert plan == plan_demands(replace(topology, links=links), demands)
