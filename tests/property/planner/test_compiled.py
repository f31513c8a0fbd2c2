"""Compiled inner loops against the plain ones that are their reference: the same plans, whole."""

from __future__ import annotations

import random
from contextlib import suppress
from unittest.mock import patch

import pytest
from compiled_twins import NEVER, planned, twins
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_backbones import random_backbone

from netkit.errors import InputError
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.compiled import compiler
from netkit.planner.plan import plan_demands
from netkit.planner.search import cspf

pytest.importorskip("numba")


def differs(rng: random.Random) -> bool:
    plain, fast = twins(rng)
    return plain != fast


@settings(
    max_examples=examples(40, one_in=3), suppress_health_check=list(HealthCheck), deadline=None
)
@given(st.randoms(use_true_random=False), st.sampled_from((0, cspf.PATIENCE)))
def test_compiled_plans_are_the_plain_ones(rng: random.Random, patience: int) -> None:
    with patch.object(cspf, "PATIENCE", patience):
        assert not differs(rng)


@pytest.mark.parametrize("part", range(4))
def test_the_same_over_fixed_seeds(part: int) -> None:
    seeds = range(40 * part, 40 * part + examples(40, one_in=3))
    assert not [seed for seed in seeds if differs(random.Random(seed))]


def test_without_a_compiler_plans_are_plain() -> None:
    """A small amount of work never asks for it, and a missing one is no error."""
    rng = random.Random(1)
    topology, demands = random_backbone(rng)
    with patch.object(compiler, "find_spec", return_value=None), suppress(InputError):
        assert not compiler.repays(10**9)
        with patch.object(compiler, "REPAYING", 0):
            assert plan_demands(topology, demands) == planned(
                NEVER, topology, demands, PlanOptions()
            )
