"""All best disjoint pairs: plain and compiled search against each other, and against the solver."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from unittest.mock import patch

import pytest
from examples import examples
from random_backbones import random_backbone

from netkit.model.planning.absent_lists import DisjointPairReason, PairObstacle
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.pair import PairPlanner
from netkit.planner.protection import known_pair
from netkit.planner.protection.disjoint_pair import disjoint_paths
from netkit.planner.protection.known_pair import Pair, known_pairs
from netkit.planner.search.segment_costs import SteeringCosts

SEEDS = range(examples(60, one_in=3))


def asked(seed: int, *, compiled: bool) -> Iterator[tuple[SteeringCosts, Demand]]:
    """Demands with much room on a random backbone, each with what its paths cost."""
    rng = random.Random(seed)
    topology, _ = random_backbone(rng)
    igp = Igp.of(replace(Network.of(topology), compiled=compiled))
    planner, names = PairPlanner(igp, PlanOptions()), [node.name for node in topology.nodes]
    for _ in range(8):
        demand = Demand(*rng.sample(names, 2), rng.randint(2, 150))
        yield planner.asked(demand).costs, demand


def found(seed: int, *, compiled: bool) -> list[set[Pair] | None]:
    pairs = (known_pairs(*one) for one in asked(seed, compiled=compiled))
    return [None if some is None else set(some) for some in pairs]


@pytest.mark.parametrize("budget", [4, 1000])
def test_the_compiled_search_finds_what_the_plain_one_finds(budget: int) -> None:
    pytest.importorskip("numba")
    with patch.object(known_pair, "_BUDGET", budget):
        plain = [found(seed, compiled=False) for seed in SEEDS]
        assert [found(seed, compiled=True) for seed in SEEDS] == plain
    every = [some for own in plain for some in own]
    assert None in every
    assert any(some == set() for some in every)
    assert any(some and len(some) > 1 for some in every)


def test_the_solver_finds_one_of_them_or_none_where_there_is_none() -> None:
    judged = 0
    for seed in SEEDS:
        for costs, demand in asked(seed, compiled=False):
            known, solved = known_pairs(costs, demand), disjoint_paths(costs, demand)
            if known is None:
                continue
            judged += 1
            if not known:
                assert isinstance(solved, DisjointPairReason)
                assert solved.obstacle is PairObstacle.PROVED_ABSENT
                continue
            assert not isinstance(solved, DisjointPairReason)
            least_us = sum(leg.guaranteed_us for leg in solved)
            assert {sum(leg.guaranteed_us for leg in pair) for pair in known} == {least_us}
            crossed = [frozenset(leg.links) for leg in solved]
            assert crossed in [[frozenset(leg.links) for leg in pair] for pair in known]
    assert judged > len(SEEDS)
