"""What SR OS is told is read back: from the XML all of it, from the text all that is in it."""

from examples import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from router_states import router_states
from vendor_samples import packed

from netkit.emit.dialect import Carried
from netkit.emit.sros.dialect import DIALECT
from netkit.emit.sros.project import for_cli
from netkit.model.srv6.usid import LAST_USID_NODE

USIDS = router_states(usid=True)
STATES = st.one_of(router_states(), USIDS, USIDS.map(packed))


@settings(max_examples=examples(1000))
@given(STATES)
def test_both_files_are_read_back(state):
    carried = DIALECT.carried(state)
    files = DIALECT.render(carried)
    in_xml = DIALECT.parse({".xml": files[".xml"]}, state.router)
    in_text = DIALECT.parse({".cfg": files[".cfg"]}, state.router)
    assert in_xml.state == carried.state
    assert in_text.state == for_cli(carried).state
    assert (in_xml.foreign, in_text.foreign) == ((), ())
    assert DIALECT.carried(carried.state).state == carried.state


@settings(max_examples=examples(100))
@given(STATES)
def test_the_same_state_gives_the_same_bytes(state):
    assert DIALECT.render(DIALECT.carried(state)) == DIALECT.render(DIALECT.carried(state))


@settings(max_examples=examples(100))
@given(STATES)
def test_both_files_agree(state):
    carried = DIALECT.carried(state)
    files = DIALECT.render(Carried(carried.state))
    assert DIALECT.parse(files, state.router).state == carried.state


@settings(max_examples=examples(200))
@given(USIDS)
def test_containers_are_told_as_the_usids_in_them(state):
    """However uSIDs are packed, the entries of lists are the same ones in the same order.

    Greater numbers of nodes than the address plan has would be taken for functions.
    """
    policies = (path for one in state.policies for path in one.candidate_paths)
    lists = (one.segments for path in policies for one in path.lists)
    assume(all(int(one.sid) >> 80 & 0xFFFF <= LAST_USID_NODE for each in lists for one in each))
    assert DIALECT.carried(packed(state)).state == DIALECT.carried(state).state
