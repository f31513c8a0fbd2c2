"""What IOS XR is told is read back, in every release: from the XML all of it, from the text all
that is in it."""

from examples import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from router_states import router_states
from vendor_samples import packed

from netkit.emit.iosxr.dialect import DIALECT, of_version
from netkit.emit.iosxr.limits import RELEASES
from netkit.emit.iosxr.project import for_cli
from netkit.model.srv6.usid import LAST_USID_NODE

VERSIONS = st.sampled_from([None, *RELEASES])
USIDS = router_states(usid=True)
STATES = st.one_of(USIDS, USIDS.map(packed), router_states())


@settings(max_examples=examples(1000))
@given(STATES, VERSIONS)
def test_both_files_are_read_back(state, version):
    dialect = of_version(version)
    carried = dialect.carried(state)
    files = dialect.render(carried)
    in_xml = dialect.parse({".xml": files[".xml"]}, state.router)
    in_text = dialect.parse({".cfg": files[".cfg"]}, state.router)
    assert in_xml.state == carried.state
    assert in_text.state == for_cli(carried).state
    assert (in_xml.foreign, in_text.foreign) == ((), ())
    assert dialect.carried(carried.state).state == carried.state


@settings(max_examples=examples(100))
@given(STATES, VERSIONS)
def test_the_same_state_gives_the_same_bytes(state, version):
    one, other = of_version(version), of_version(version)
    assert one.render(one.carried(state)) == other.render(other.carried(state))


@settings(max_examples=examples(100))
@given(STATES, VERSIONS)
def test_both_files_agree(state, version):
    dialect = of_version(version)
    carried = dialect.carried(state)
    assert dialect.parse(dialect.render(carried), state.router).state == carried.state


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
