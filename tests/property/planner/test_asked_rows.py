"""Rows and columns of the IGP that are made as they are asked for, against whole tables."""

from __future__ import annotations

import pickle
import random
from typing import Any
from unittest.mock import patch

import numpy as np
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_backbones import random_backbone, random_options
from small_topologies import topologies

from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.network import asked_rows
from netkit.planner.network.asked_rows import AskedTable
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.network.path_metrics import PathMetric
from netkit.planner.plan import plan_demands

thorough = settings(
    max_examples=examples(20, one_in=2), suppress_health_check=list(HealthCheck), deadline=None
)


def some(rng: random.Random, many: int) -> Any:
    """What arrays are read with: a number, all, or some of them in any order and again."""
    return rng.choice((
        rng.randrange(many), slice(None), np.array(rng.choices(range(many), k=rng.randint(1, 4)))
    ))  # fmt: skip


def differences(rng: random.Random, topology: Topology) -> list[str]:
    """Where figures that are asked for are others than those of whole tables."""
    network, found = Network.of(topology), []
    at_once, asked = Igp.of(network), Igp.of(network, asked=True)
    for one, other in zip((at_once, *at_once.flex), (asked, *asked.flex), strict=True):
        assert isinstance(other.distance, AskedTable) != other.loops
        metrics = (PathMetric.METRIC, PathMetric.DELAY, PathMetric.HOPS, PathMetric.TE)
        tables = [(one.worst(metric), other.worst(metric)) for metric in metrics]
        for whole, table in (*tables, (one.distance, other.distance)):
            for _ in range(6):
                row, column = some(rng, len(network.nodes)), some(rng, len(network.nodes))
                if isinstance(row, np.ndarray) and isinstance(column, np.ndarray):
                    row = row[:, None]
                if not np.array_equal(whole[row, column], table[row, column]):
                    found.append(f"{row}, {column}")
            ends = rng.randrange(len(network.nodes)), rng.randrange(len(network.nodes))
            if whole.item(*ends) != table.item(*ends):
                found.append(f"{ends}")
            if not np.array_equal(asked_rows.whole(whole), asked_rows.whole(table)):
                found.append("whole")
    return found


@thorough
@given(st.randoms(use_true_random=False))
def test_figures_are_those_of_whole_tables(rng: random.Random) -> None:
    assert not differences(rng, random_backbone(rng)[0])


@thorough
@given(st.randoms(use_true_random=False), topologies(limits=False, operators=2, planes=2))
def test_figures_of_planes_are_too(rng: random.Random, topology: Topology) -> None:
    assert not differences(rng, topology)


@thorough
@given(st.randoms(use_true_random=False))
def test_plans_are_the_same(rng: random.Random) -> None:
    topology, demands = random_backbone(rng)
    options = random_options(rng, topology)
    plan = plan_demands(topology, demands, options)
    with patch.object(asked_rows, "FEW", 0):
        assert plan_demands(topology, demands, options) == plan


def test_one_demand_asks_for_few_rows() -> None:
    """A ring of 400 nodes, of which a demand between neighbours but one may use three."""
    nodes = tuple(Node(f"n{i}", Role.CITY, i + 1) for i in range(400))
    links = tuple(
        Link(f"l{i}", f"n{i - 1 if i else 399}", f"n{i}", 100, 100, 10, 10) for i in range(400)
    )
    made = []

    class Counted(AskedTable):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            made.append(self)

    ring, demands = Topology("ring", nodes, links), [Demand("n0", "n2", 250)]
    with patch.object(asked_rows, "AskedTable", Counted):
        plan = plan_demands(ring, demands, PlanOptions(backups=False))
    assert plan.pairs[0].primary is not None
    assert made
    assert all(table.made < 20 for table in made)
    assert pickle.dumps(Igp.of(Network.of(ring), asked=True))
