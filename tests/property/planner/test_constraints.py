"""Constraints, all together, against every list that routers accept: path, list, backup, pair."""

from __future__ import annotations

import random

import pytest
from examples import examples
from exhaustive import Exhaustive, faults
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_cases import random_case

from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.plan import plan_demands


def found_faults(rng: random.Random) -> list[str]:
    topology, demand = random_case(rng)
    algorithms = tuple(flex.algorithm for flex in topology.flex_algos)
    answer = plan_demands(topology, [demand], PlanOptions(algorithms=algorithms)).pairs[0]
    return list(faults(Exhaustive(topology, demand), answer))


@settings(max_examples=examples(100, one_in=3), suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_nothing_better_exists_and_what_is_promised_holds(rng: random.Random) -> None:
    assert not found_faults(rng)


@pytest.mark.parametrize("hundred", range(2))
def test_the_same_over_the_seeds_of_the_benchmark(hundred: int) -> None:
    seeds = range(100 * hundred, 100 * hundred + examples(100, one_in=3))
    assert not {seed: found for seed in seeds if (found := found_faults(random.Random(seed)))}
