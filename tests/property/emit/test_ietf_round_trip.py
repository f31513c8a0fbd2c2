"""What the models of the IETF can say of any state comes back from its file as it was."""

from hypothesis import given, settings
from router_states import router_states

from netkit.emit.ietf.dialect import DIALECT


@given(router_states())
@settings(max_examples=1000, deadline=None)
def test_a_file_gives_the_state_it_was_made_of(state):
    carried = DIALECT.carried(state)
    files = DIALECT.render(carried)
    assert files == DIALECT.render(carried)
    parsed = DIALECT.parse(files, state.router)
    assert parsed.state == carried.state
    assert parsed.foreign == ()
    assert DIALECT.carried(carried.state).state == carried.state
