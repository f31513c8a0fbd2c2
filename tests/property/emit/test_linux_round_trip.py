"""What is written for Linux is read back equal: random states, and states of random plans."""

from __future__ import annotations

import random

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_cases import planned_states
from router_states import router_states

from netkit.emit.dialect import Carried
from netkit.emit.linux.dialect import DIALECT
from netkit.emit.linux.words import PREFERENCES
from netkit.model.router_state import RouterState

TAKEN = st.integers(PREFERENCES.start, PREFERENCES.stop - 1)


def round_trip(state: RouterState) -> Carried:
    """Carried, rendered and parsed; what is carried is carried whole the second time."""
    carried = DIALECT.carried(state)
    files = DIALECT.render(carried)
    parsed = DIALECT.parse(files, state.router)
    assert parsed.state == carried.state
    assert parsed.foreign == ()
    assert DIALECT.carried(carried.state) == Carried(carried.state)
    assert DIALECT.render(DIALECT.carried(state)) == files
    return carried


@settings(max_examples=examples(1_000), deadline=None)
@given(router_states(preferences=TAKEN))
def test_random_states(state: RouterState) -> None:
    assert DIALECT.exceeded(state, None) == ()
    carried = round_trip(state)
    kept, given_ = len(carried.state.policies), len(state.policies)
    assert kept + sum("nothing enters" in one.why for one in carried.left_out) == given_
    # SIDs of the strategy all have a form on Linux.
    assert {sid.prefix for sid in carried.state.sids} == {sid.prefix for sid in state.sids}


@settings(max_examples=examples(200), deadline=None)
@given(st.integers(0, 2**32))
def test_states_of_random_plans(seed: int) -> None:
    for state in planned_states(random.Random(seed)).values():
        assert DIALECT.exceeded(state, None) == ()
        round_trip(state)
