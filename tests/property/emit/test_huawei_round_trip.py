"""What is written for huawei is read back equal from each of its files: random states."""

from emitted import read_back
from examples import examples
from hypothesis import given, settings
from router_states import router_states

from netkit.emit.huawei.dialect import DIALECT


@settings(max_examples=examples(1_000))
@given(router_states())
def test_random_states(state):
    carried = read_back(DIALECT, state)
    assert [one.key for one in carried.state.policies] == [one.key for one in state.policies]
