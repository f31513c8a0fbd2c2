"""What FRR can say of any state comes back from its file as it was."""

from hypothesis import given, settings
from hypothesis import strategies as st
from router_states import router_states

from netkit.emit.frr.dialect import FrrDialect
from netkit.emit.frr.grammar import GRAMMARS


@given(router_states(), st.sampled_from(GRAMMARS))
@settings(max_examples=1000, deadline=None)
def test_a_file_gives_the_state_it_was_made_of(state, grammar):
    dialect = FrrDialect(grammar)
    carried = dialect.carried(state)
    files = dialect.render(carried)
    assert files == dialect.render(carried)
    parsed = dialect.parse(files, state.router)
    assert parsed.state == carried.state
    assert parsed.foreign == ()
    assert dialect.carried(carried.state).state == carried.state
