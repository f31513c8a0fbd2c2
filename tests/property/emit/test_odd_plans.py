"""Odd plans for every target and version: what a platform does not refuse comes back equal from
all its files, and from each that says it whole; each oddity that a target carries is among them."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest
from examples import enough, examples
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_plans import odd_states, oddities

from netkit.emit.dialect import Carried, Dialect
from netkit.emit.frr.grammar import GRAMMARS
from netkit.emit.iosxr.limits import RELEASES
from netkit.emit.targets import TARGETS, dialect
from netkit.model.router_state import RouterState

VERSIONS = {"frr": tuple(map(str, GRAMMARS)), "iosxr": tuple(RELEASES)}
"""Those that say things differently; of other targets none is stated."""

EVERY = tuple((name, version) for name in TARGETS for version in VERSIONS.get(name, (None,)))

USUAL = {"policies", "no policies", "backup paths", "long lists"}
CARRIED = {
    "frr": {*USUAL, "IPv4 prefixes", "IPv6 prefixes"},
    "huawei": {*USUAL, "weights", "binding SIDs"},
    "ietf": {*USUAL, "weights", "binding SIDs"},
    "iosxr": {*USUAL, "weights", "binding SIDs"},
    "json": {*USUAL, "weights", "binding SIDs", "IPv4 prefixes", "IPv6 prefixes"},
    "junos": {*USUAL, "weights"},
    "linux": {*USUAL, "weights", "binding SIDs", "IPv6 prefixes"},
    "sonic": {"no policies"},
    "sros": {*USUAL, "weights", "binding SIDs"},
}
"""What docs/targets.md says that each target carries, in some version."""


def read_back(own: Dialect, state: RouterState) -> Carried:
    """What is carried, after it came back equal, and alike when it is carried again."""
    carried = own.carried(state)
    files = own.render(carried)
    alone = [{suffix: text} for suffix, text in files.items()] if own.whole else []
    for read in (files, *alone):
        parsed = own.parse(read, state.router)
        assert parsed.state == carried.state
        assert parsed.foreign == ()
    assert own.render(own.carried(state)) == files
    assert own.carried(carried.state).state == carried.state
    return carried


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(enough(1, 2)))
@pytest.mark.parametrize("usid", [False, True])
@settings(max_examples=examples(250), deadline=None)
@given(seed=st.integers(0, 2**32))
def test_odd_plans(usid: bool, part: int, seed: int) -> None:
    """A thousand of them, in parts that share the processors; each for every target."""
    for state in odd_states(random.Random(seed), usid=usid):
        for name, version in EVERY:
            own = dialect(name, version)
            if not own.exceeded(state, version):
                read_back(own, state)


def test_each_oddity_is_among_those_that_come_back() -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    for seed in range(40):
        for state in odd_states(random.Random(seed), usid=seed % 2 == 0):
            for name, version in EVERY:
                own = dialect(name, version)
                if not own.exceeded(state, version):
                    seen[name].update(oddities(own.carried(state).state))
    assert seen == CARRIED
