"""What failures do to pairs, by compiled code and by the plain code that is its reference."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from functools import cache
from unittest.mock import patch

import pytest
from compiled_twins import NEVER, planned
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_backbones import random_backbone, random_options

from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.survival import Survival
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.protection import failure_sweep, swept_lists
from netkit.planner.protection.failure_sweep import effects, survival

pytest.importorskip("numba")


def drawn(rng: random.Random) -> tuple[Igp, Plan] | None:
    """A network for compiled code with a plan of all pairs; None where none makes sense."""
    topology, some = random_backbone(rng)
    pairs = itertools.permutations([node.name for node in topology.nodes], 2)
    demands = [*some, *(Demand(a, b, rng.randint(2, 80)) for a, b in pairs)]
    options = random_options(rng, topology)
    plan = planned(NEVER, topology, demands, options)
    if isinstance(plan, str):
        return None
    return Igp.of(replace(Network.of(topology), compiled=True), options.algorithms), plan


@cache
def drawn_once(seed: int) -> tuple[Igp, Plan] | None:
    return drawn(random.Random(seed))


def plainly(igp: Igp, plan: Plan) -> Survival:
    with patch.object(failure_sweep, "_swept", return_value=None):
        return survival(igp, plan)


@settings(
    max_examples=examples(20, one_in=2), suppress_health_check=list(HealthCheck), deadline=None
)
@given(st.randoms(use_true_random=False), st.sampled_from((1, swept_lists._ROOM)))
def test_failures_do_what_the_plain_phases_say(rng: random.Random, room: int) -> None:
    with patch.object(swept_lists, "_ROOM", room):
        if (one := drawn(rng)) is not None:
            assert survival(*one) == plainly(*one)


def test_most_networks_are_swept_by_machine_code_and_every_phase_has_every_end() -> None:
    swept, seen = 0, set()
    for seed in range(24):
        one = drawn_once(seed)
        if one is None or failure_sweep._swept(one[0], _with_a_list(one[1])) is None:
            continue
        found = survival(*one)
        assert found == plainly(*one), seed
        swept += 1
        for effect in itertools.chain.from_iterable(pair.effects for pair in found.pairs):
            outcomes = effect.repair, effect.backup, effect.reconverged
            seen |= {(place, one.verdict, one.carrier) for place, one in enumerate(outcomes)}
    assert swept >= 7
    assert len(seen) >= 11, seen


def test_a_node_that_fails_under_its_own_pair_is_told_by_both_alike() -> None:
    """The sweep does not try it; asked for by itself it is answered all the same."""
    for seed in range(10):
        one = drawn_once(seed)
        pairs = [] if one is None else _with_a_list(one[1])
        lists = failure_sweep._swept(one[0], pairs) if one and pairs else None
        if one is None or lists is None:
            continue
        for failure in failure_sweep.single_failures(one[0].network):
            assert lists.effects(failure, range(len(pairs))) == effects(one[0], failure, pairs)


def _with_a_list(plan: Plan) -> list[PairPlan]:
    return [pair for pair in plan.pairs if pair.primary is not None]
