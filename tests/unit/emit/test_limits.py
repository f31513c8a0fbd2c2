from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

import pytest
from hypothesis import given
from router_states import F3216, router_states

from netkit.emit.limits import Limits, exceeded
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    LocalSid,
    LocatorState,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)

OWN = IPv6Network("5f00:0:1::/48")
FAR = IPv6Address("5f00:0:2:d046::")


def state(*lists: WeightedList, preference: int = 100, color: int = 20_000) -> RouterState:
    path = CandidatePathState(preference, lists)
    return RouterState(
        "harbin",
        locators=(LocatorState("main", OWN, F3216),),
        policies=(PolicyState("to-far", color, IPv6Address("5f00:0:2::1"), (path,)),),
    )


def segment_list(sids: int, weight: int = 1) -> WeightedList:
    return WeightedList("far", weight, (SegmentState(FAR),) * sids)


@pytest.mark.parametrize(
    ("limits", "given", "said"),
    [
        (Limits(sids_a_list=6), state(segment_list(7)), "SIDs 7; up to 6"),
        (Limits(lists_a_path=1), state(segment_list(1), segment_list(2)), "segment lists 2"),
        (Limits(preferences=range(1, 65536)), state(segment_list(1), preference=0), "preference 0"),
        (Limits(colors=range(1, 2**32)), state(segment_list(1), color=0), "color 0"),
        (Limits(weights=range(1, 257)), state(segment_list(1, weight=257)), "weight 257; 1 to 256"),
        (Limits(classic=False), state(segment_list(1)), "kind of SID classic"),
    ],
)
def test_what_is_too_much_is_named_with_what_fits(limits, given, said):
    found = [str(one) for one in exceeded(given, limits)]
    assert [one for one in found if said in one], found
    assert all(one.startswith("harbin: ") for one in found)


def test_a_sid_outside_the_locator_and_parts_beyond_the_address_are_found_anywhere():
    outside = LocalSid(IPv6Network("5f00:0:2:1::/64"), EndpointBehavior.END)
    long = LocatorState("main", OWN, SidStructure(32, 16, 64, 32))
    found = exceeded(replace(state(), sids=(outside,), locators=(long,)), Limits())
    assert [one.what for one in found] == ["bits of all parts", "place"]


@given(router_states())
def test_without_limits_nothing_that_a_plan_gives_is_refused(state):
    assert exceeded(state, Limits()) == ()
