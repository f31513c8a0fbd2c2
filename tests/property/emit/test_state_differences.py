"""Of any two states: what differs is told, and nothing else."""

from __future__ import annotations

from dataclasses import fields, replace

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from router_states import router_states

from netkit.emit.state_diff import differences
from netkit.model.router_state import RouterState


@settings(max_examples=examples(300))
@given(router_states(), router_states())
def test_states_without_difference_are_equal(old: RouterState, new: RouterState) -> None:
    assert differences(old, replace(old)) == ()
    new = replace(new, router=old.router)
    found = differences(old, new)
    assert (found == ()) == (old == new)
    assert len(found) == len(differences(new, old))


@settings(max_examples=examples(200))
@given(router_states(), st.data())
def test_one_part_less_is_one_difference(state: RouterState, data: st.DataObject) -> None:
    lists = [field.name for field in fields(state) if isinstance(getattr(state, field.name), tuple)]
    name = data.draw(st.sampled_from([name for name in lists if getattr(state, name)]))
    parts = list(getattr(state, name))
    gone = parts.pop(data.draw(st.integers(0, len(parts) - 1)))
    (found,) = differences(state, replace(state, **{name: tuple(parts)}))
    assert (found.field, found.old, found.new) == (None, gone, None)
