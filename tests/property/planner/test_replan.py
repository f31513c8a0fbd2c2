"""Plans that follow changes against plans made afresh: the same bytes, whatever has changed."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
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
from netkit.planner.network import asked_rows
from netkit.planner.network.asked_rows import AskedTable
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
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
    plan, wrong = plan_demands(topology, demands, options), []
    with patch.object(asked_rows, "FEW", rng.choice((100, 0))):
        following = Replanner(topology, plan, options)
    for number in range(changes):
        topology = changed(rng, topology)
        up = {node.name for node in topology.active_nodes}
        wanted = [one for one in demands if {one.src, one.dst, *one.constraints.waypoints} <= up]
        if rng.random() < 0.2:  # as a loop, in which other pairs are in danger than before
            wanted = wanted[: rng.randint(0, len(wanted))]
        with patch.object(asked_rows, "FEW", rng.choice((100, 100, 0, 2))):
            found = following.planned_on(topology, wanted)
        if found != plan_demands(topology, wanted, options):
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


def ring(nodes: int) -> Topology:
    """Each node with the next, 100 µs apart."""
    found = tuple(Node(f"n{i}", Role.CITY, i + 1) for i in range(nodes))
    links = tuple(
        Link(f"l{i}", f"n{i - 1 if i else nodes - 1}", f"n{i}", 100, 100, 10, 10)
        for i in range(nodes)
    )
    return Topology("ring", found, links)


def test_of_a_large_network_few_demands_are_followed_by_the_rows_that_they_ask_for() -> None:
    """Whatever has changed: a delay, a metric, a link that is gone."""
    made: list[AskedTable] = []

    class Counted(AskedTable):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            made.append(self)

    before = ring(400)
    changes = [
        {"delay_ab_us": 140, "delay_ba_us": 140}, {"metric_ab": 11, "metric_ba": 11}, {}
    ]  # fmt: skip
    options, demands = PlanOptions(backups=False), [Demand("n0", "n2", 250)]
    with (
        patch.object(asked_rows, "AskedTable", Counted),
        patch("netkit.planner.network.igp._rows", side_effect=AssertionError),
    ):
        following = Replanner(before, plan_demands(before, demands, options), options)
        for change in changes:
            links = list(before.links)
            links[200:201] = [replace(links[200], **change)] if change else []
            after = replace(before, links=tuple(links))
            assert following.planned_on(after) == plan_demands(after, demands, options)
    assert made
    assert all(table.made < 20 for table in made)


def test_a_delay_that_changes_leaves_the_distances_that_were_asked_for() -> None:
    before = Igp.of(Network.of(ring(400)), asked=True)
    assert isinstance(before.distance, AskedTable)
    assert before.distance[3, 5] == 20
    made = before.distance.made
    network = before.network.with_delay(("l4", "n3"), 1000)
    after = before.with_delays(network)
    whole = Igp.of(network)
    assert after.distance is before.distance
    assert after.distance[3, 5] == 20
    assert before.distance.made == made
    rows = np.arange(0, 400, 7)
    assert np.array_equal(after.worst_us[rows[:, None], rows], whole.worst_us[rows[:, None], rows])
