"""Two states differ in what was changed between them, and in nothing else."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv6Address

import pytest

from netkit.emit.network_diff import Side, compare
from netkit.emit.state_diff import Change, differences, in_lowest_terms, nameless
from netkit.model.router_state import (
    CandidatePathState,
    PolicyState,
    RouterState,
    SegmentState,
    Steering,
    WeightedList,
)

A, B, C = (SegmentState(IPv6Address(f"5f00:0:{number}::")) for number in (1, 2, 3))
END = IPv6Address("5f00:0:9::1")
PART = ("policy p, color 5 to 5f00:0:9::1", "preference 200")


def with_lists(*lists: WeightedList) -> RouterState:
    path = CandidatePathState(200, lists)
    return RouterState("r", policies=(PolicyState("p", 5, END, (path,)),))


def one(*segments: SegmentState, weight: int = 1) -> WeightedList:
    return WeightedList(None, weight, segments)


def test_the_order_of_segments_is_their_meaning() -> None:
    (found,) = differences(with_lists(one(A, B, C)), with_lists(one(B, A, C)))
    assert found == Change(PART, "segments", (A, B, C), (B, A, C))


def test_a_list_that_was_cut_to_its_first_sid_shows() -> None:
    (found,) = differences(with_lists(one(A, B)), with_lists(one(A)))
    assert (found.old, found.new) == ((A, B), (A,))


def test_weights_and_lists_of_a_split() -> None:
    old = with_lists(one(A, weight=3), one(B, weight=1))
    new = with_lists(one(A, weight=2), one(C, weight=1))
    words = [(found.part[-1], found.field, found.old, found.new) for found in differences(old, new)]
    assert words == [
        ("list 5f00:0:1::", "weight", 3, 2),
        ("list 5f00:0:2::", None, one(B, weight=1), None),
        ("list 5f00:0:3::", None, None, one(C, weight=1)),
    ]


def compared(old: RouterState, new: RouterState) -> tuple[Change, ...]:
    found = compare(Side("a", {"r": old}, {}, {}), Side("b", {"r": new}, {}, {}))
    return found.changes.get("r", ())


def test_weights_are_shares_of_their_sum() -> None:
    """A list carries its weight over the sum of all (RFC 9256 §2.11)."""
    even, fifty = (with_lists(one(A, weight=own), one(B, weight=own)) for own in (1, 50))
    assert compared(even, fifty) == compared(fifty, even) == ()
    assert compared(with_lists(one(A, weight=7)), with_lists(one(A))) == ()
    (third,) = compared(fifty, with_lists(one(A, weight=100), one(B, weight=50)))
    assert (third.field, third.old, third.new) == ("weight", 1, 2)
    (joined,) = compared(even, with_lists(*(one(own, weight=30) for own in (A, B, C))))
    assert joined.new == one(C)
    unused = with_lists(one(A, weight=5), one(B, weight=0))
    assert [change.part[-1] for change in compared(unused, even)] == ["list 5f00:0:2::"]
    assert in_lowest_terms(with_lists()) == with_lists()
    none = with_lists(one(A, weight=0))
    assert in_lowest_terms(none) == none


def test_the_order_of_lists_and_policies_has_no_meaning() -> None:
    old = with_lists(one(A, weight=1), one(B, weight=1))
    assert differences(old, with_lists(one(B, weight=1), one(A, weight=1))) == ()


def test_a_policy_that_is_one_sides_alone() -> None:
    old, new = with_lists(one(A)), RouterState("r")
    assert differences(old, new) == (Change(PART[:1], None, old.policies[0], None),)
    assert differences(new, old) == (Change(PART[:1], None, None, old.policies[0]),)


def test_a_prefix_that_enters_no_more() -> None:
    import ipaddress

    steering = Steering(ipaddress.ip_network("2001:db8::/48"), "customers")
    state = with_lists(one(A))
    old = replace(state, policies=(replace(state.policies[0], steering=(steering,)),))
    (found,) = differences(old, state)
    assert found.part == (PART[0], "prefix 2001:db8::/48 of VRF customers")


def test_names_alone_are_no_difference_without_names() -> None:
    old = with_lists(one(A))
    new = replace(old, policies=(replace(old.policies[0], name="other"),))
    assert [found.field for found in differences(old, new)] == ["name"]
    assert differences(nameless(old), nameless(new)) == ()


@pytest.mark.parametrize("swap", [False, True])
def test_what_is_said_of_a_sid_shows(swap: bool) -> None:
    more = replace(A, behavior="End")
    old, new = with_lists(one(A, B)), with_lists(one(more, B))
    (found,) = differences(new, old) if swap else differences(old, new)
    assert found.field == "behavior"
    assert found.part[-1] == "SID 5f00:0:1::"


def test_a_list_that_shares_twice_is_not_one_that_shares_once() -> None:
    """Half of the packets go over A, or two thirds of them."""
    once, twice = with_lists(one(A), one(B)), with_lists(one(A), one(A), one(B))
    (more,) = differences(once, twice)
    assert (more.part[-1], more.old, more.new) == ("list 5f00:0:1::", None, one(A))
    (less,) = differences(twice, once)
    assert (less.old, less.new) == (one(A), None)
    assert differences(twice, twice) == ()
    (other,) = differences(twice, with_lists(one(A, weight=2), one(A), one(B)))
    assert (other.field, other.old, other.new) == ("weight", 1, 2)


def test_two_policies_of_one_color_and_endpoint_hide_nothing() -> None:
    """So FRR's routes read where prefixes take different ways to one router."""
    mine, other = (with_lists(one(way)).policies[0] for way in (A, B))
    for both in ((mine, other), (other, mine)):
        (found,) = differences(RouterState("r", policies=(mine,)), RouterState("r", policies=both))
        assert (found.old, found.new) == (None, other)
