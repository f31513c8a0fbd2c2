"""Every target, whoever wrote it: empty plans, thousands of policies, prefixes of both families;
and what of random plans is in the states."""

from __future__ import annotations

import random
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Address, IPv6Network

import pytest
from examples import enough, examples
from goldens import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_cases import random_plan

from netkit.api import load_topology
from netkit.emit.desired.headend import not_desired
from netkit.emit.desired.states import desired_states
from netkit.emit.dialect import LeftOut
from netkit.emit.targets import TARGETS, dialect
from netkit.model.planning.plan import Plan
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    PolicyState,
    RouterState,
    SegmentState,
    Steering,
    WeightedList,
)

MANY = enough(700, 2_000)


def read_back(target: str, state: RouterState) -> RouterState:
    """What is carried of a state, which is what is read back, from all files and from each that is
    whole."""
    own = dialect(target)
    carried = own.carried(state)
    files = own.render(replace(carried, left_out=(*carried.left_out, LeftOut("a\nb", "c\nd"))))
    assert own.render(own.carried(state)) == own.render(carried)
    sets = [{suffix: text} for suffix, text in files.items()] if own.whole else [files]
    for one in (files, *sets):
        parsed = own.parse(one, state.router)
        assert parsed.state == carried.state
        assert parsed.foreign == ()
    return carried.state


@pytest.mark.parametrize("target", TARGETS)
def test_a_plan_of_nothing(target: str) -> None:
    topology = load_topology(ROOT / "topologies" / "lab-two-operators.yaml")
    for state in desired_states(topology, Plan("none", "", ())).values():
        assert read_back(target, state).policies == ()


@pytest.mark.parametrize("target", TARGETS)
def test_thousands_of_policies_and_both_families(target: str) -> None:
    topology = load_topology(ROOT / "topologies" / "lab-metro.yaml")
    state = next(iter(desired_states(topology, Plan("none", "", ())).values()))
    end = IPv6Address("5f00:0:2:d046::")
    path = CandidatePathState(
        100, (WeightedList("list", 1, (SegmentState(end, EndpointBehavior.END_DT6),)),)
    )
    policies = tuple(
        PolicyState(
            f"to-a-router-with-a-rather-long-name-{number}", number, IPv6Address("5f00:0:2::1"),
            (path,), steering=_entries(number),
        )
        for number in range(1, MANY + 1)
    )  # fmt: skip
    kept = read_back(target, replace(state, policies=policies))
    names = [policy.name for policy in kept.policies if policy.name is not None]
    assert len(set(names)) == len(names)


def _entries(number: int) -> tuple[Steering, ...]:
    return (
        Steering(IPv4Network((10 << 24 | number << 8, 24)), "customers"),
        Steering(IPv6Network((0x20010DB8 << 96 | number << 80, 48)), "customers"),
    )


@settings(max_examples=examples(100), deadline=None)
@given(st.integers(0, 2**32))
def test_nothing_of_a_plan_is_lost_unsaid(seed: int) -> None:
    topology, plan = random_plan(random.Random(seed))
    states, left_out = desired_states(topology, plan), not_desired(plan)
    for src, state in states.items():
        pairs = [pair for pair in plan.pairs if pair.demand.src == src]
        said = [one for one in left_out.get(src, ()) if one.what.startswith("policy ")]
        own = [policy for policy in state.policies if policy.binding_sid is None]
        assert len(own) + len(said) == len(pairs)
        steered = [entry.prefix for policy in own for entry in policy.steering]
        reached = {pair.demand.dst for pair in pairs if pair.primary is not None}
        assert len(steered) == len(set(steered)) == len(reached)


@settings(max_examples=examples(100), deadline=None)
@given(st.integers(0, 2**32))
def test_every_sid_that_is_pushed_is_held_by_one_router(seed: int) -> None:
    topology, plan = random_plan(random.Random(seed))
    states = desired_states(topology, plan).values()
    held = [sid.prefix for state in states for sid in state.sids]
    bound = [policy.binding_sid for state in states for policy in state.policies]
    assert len(held) == len(set(held))
    for state in states:
        for policy in state.policies:
            for path in policy.candidate_paths:
                for one in path.lists:
                    for segment in one.segments:
                        around = [prefix for prefix in held if segment.sid in prefix]
                        assert around or segment.sid in bound
