"""Best paths that demands of one source find together: the bytes that each finds by itself."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
from compiled_twins import ALWAYS, NEVER, planned
from examples import enough, examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from network_changes import changed
from random_backbones import random_backbone, random_options

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner import optima
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.pair import PairPlanner
from netkit.planner.plan import plan_demands
from netkit.planner.replan.replanner import Replanner
from netkit.planner.search.compiled_searches import compiled_paths_from
from netkit.planner.search.cspf import least_cost_path

pytest.importorskip("numba")


def from_few_sources(
    rng: random.Random, most_ends: int = enough(10, 1000)
) -> tuple[Topology, list[Demand]]:
    """A random backbone, and demands from a few of its nodes to others, all or some, under several
    constraints, some between the same ends with other bounds; some bounds are beyond all delays."""
    topology, some = random_backbone(rng)
    names = [node.name for node in topology.nodes]
    kinds, most_us = [one.constraints for one in some], rng.choice((8, 30, 200))
    demands = [replace(one, bandwidth_bps=None) for one in some]
    for src in rng.sample(names, rng.randint(1, 3)):
        ends = names * rng.randint(1, 2)
        for dst in rng.sample(ends, min(len(ends), most_ends)):
            bound_us = rng.choice((rng.randint(1, most_us), 10**12))
            if dst != src:
                demands.append(Demand(src, dst, bound_us, constraints=rng.choice(kinds)))
    rng.shuffle(demands)
    return topology, demands


def differs(rng: random.Random) -> bool:
    topology, demands = from_few_sources(rng)
    options = random_options(rng, topology)
    with (
        patch.object(optima, "SHARED", rng.choice((1, 1, 3))),
        patch.object(optima, "PATIENCE_SHARED", rng.choice((1, 3, 250))),
    ):
        plain, fast = (planned(one, topology, demands, options) for one in (NEVER, ALWAYS))
    return plain != fast


@settings(
    max_examples=examples(40, one_in=3), suppress_health_check=list(HealthCheck), deadline=None
)
@given(st.randoms(use_true_random=False))
def test_shared_plans_are_the_plain_ones(rng: random.Random) -> None:
    assert not differs(rng)


@pytest.mark.parametrize("part", range(4))
def test_the_same_over_fixed_seeds(part: int) -> None:
    seeds = range(40 * part, 40 * part + examples(40, one_in=3))
    assert not [seed for seed in seeds if differs(random.Random(seed))]


def test_what_a_shared_search_tells_is_what_each_finds() -> None:
    """Paths, and that there is none; of equally good paths it tells nothing, as there are here."""
    count: Counter[str] = Counter()
    for seed in range(120):
        topology, demands = from_few_sources(random.Random(seed), 1000)
        network = replace(Network.of(topology), compiled=True)
        planner = PairPlanner(Igp.of(network, ()), PlanOptions())
        asked = [planner.asked(demand) for demand in demands]
        with patch.object(optima, "SHARED", 1):
            found = optima.shared_optima(asked)
        for place, one in enumerate(asked):
            alone = least_cost_path(one.costs, *one.ends, one.demand.bound_us)
            if place in found:
                assert found[place] == alone, (seed, one.demand)
                count["none" if alone is None else "path"] += 1
            elif one.costs.plain:
                count["left"] += 1
    assert min(count[what] for what in ("none", "path", "left")) > 100


def test_prices_that_are_no_whole_numbers_are_left_to_each() -> None:
    topology, demands = random_backbone(random.Random(1))
    network = replace(Network.of(topology), compiled=True)
    asked = PairPlanner(Igp.of(network, ()), PlanOptions()).asked(demands[0])
    ends = dict.fromkeys(range(3), asked.ends)
    for price in (0.1, np.inf, np.nan):
        prices = np.full(len(network.arcs), price)
        costs = replace(asked.costs, limits=(), waypoints=(), prices=prices)
        with patch.object(optima, "SHARED", 1):
            assert not dict(optima._by_sources(costs, ends, dict.fromkeys(ends, 100)))


def test_an_end_that_is_out_of_reach_is_told_without_a_search() -> None:
    """The search went on for it when all other ends had their paths: one such end among a thousand
    made it six times as long."""
    told = 0
    for seed in range(60):
        topology, demands = random_backbone(random.Random(seed))
        network = replace(Network.of(topology), compiled=True)
        asked = PairPlanner(Igp.of(network, ()), PlanOptions()).asked(demands[0])
        src, dst = asked.ends
        least_us = asked.costs.delay.to_node(dst)[src]
        if asked.costs.plain and 0 < least_us < np.inf:
            bounds_us = [int(least_us) - 1, 10**9]
            found = compiled_paths_from(asked.costs, src, [dst, dst], bounds_us, 0)
            told += found == {0: None}
    assert told > 20


@pytest.mark.parametrize("part", range(2))
def test_plans_that_follow_share_too(part: int) -> None:
    for seed in range(20 * part, 20 * part + examples(20, one_in=3)):
        rng = random.Random(seed)
        topology, demands = from_few_sources(rng)
        options = PlanOptions(backups=rng.random() < 0.5)
        after = changed(rng, topology)
        up = {node.name for node in after.active_nodes}
        wanted = [one for one in demands if {one.src, one.dst, *one.constraints.waypoints} <= up]
        afresh = planned(NEVER, after, wanted, options)
        with (
            patch.object(optima, "SHARED", 1),
            patch("netkit.planner.compiled.compiler.repays", return_value=True),
        ):
            plan = plan_demands(topology, demands, options)
            assert Replanner(topology, plan, options).planned_on(after, wanted) == afresh, seed
