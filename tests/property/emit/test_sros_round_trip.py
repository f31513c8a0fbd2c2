"""What SR OS is told is read back: from the XML all of it, from the text all that is in it."""

from hypothesis import given, settings
from router_states import router_states

from netkit.emit.dialect import Carried
from netkit.emit.sros.dialect import DIALECT
from netkit.emit.sros.project import for_cli


@settings(max_examples=1000)
@given(router_states())
def test_both_files_are_read_back(state):
    carried = DIALECT.carried(state)
    files = DIALECT.render(carried)
    in_xml = DIALECT.parse({".xml": files[".xml"]}, state.router)
    in_text = DIALECT.parse({".cfg": files[".cfg"]}, state.router)
    assert in_xml.state == carried.state
    assert in_text.state == for_cli(carried).state
    assert (in_xml.foreign, in_text.foreign) == ((), ())
    assert DIALECT.carried(carried.state).state == carried.state


@settings(max_examples=100)
@given(router_states())
def test_the_same_state_gives_the_same_bytes(state):
    assert DIALECT.render(DIALECT.carried(state)) == DIALECT.render(DIALECT.carried(state))


@settings(max_examples=100)
@given(router_states())
def test_both_files_agree(state):
    carried = DIALECT.carried(state)
    files = DIALECT.render(Carried(carried.state))
    assert DIALECT.parse(files, state.router).state == carried.state
