"""Policies of a router as announcements."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address

import pytest

from netkit.apply.push.bgp.announcements import announcements
from netkit.errors import InputError
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    Flavor,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)
from netkit.wire.bgp_sr_policy.values import Behavior, BindingSid, SidSegment

HEADEND, ENDPOINT = IPv4Address("192.0.2.7"), IPv6Address("5f00:0:2::1")
PARTS = SidStructure(32, 16, 16, 0)


def segment(sid, **more):
    return SegmentState(IPv6Address(sid), **more)


def weighted(*sids, weight=1):
    return WeightedList(None, weight, tuple(map(segment, sids)))


def policy(*paths, **more):
    return PolicyState("to-b", 100, ENDPOINT, paths, **more)


MAIN = CandidatePathState(200, (weighted("5f00::3", "5f00::2", weight=3), weighted("5f00::4")))
BACKUP = CandidatePathState(100, (weighted("5f00::5"),), name="to-b-100")


def test_each_candidate_path_is_one_with_its_own_distinguisher():
    found = announcements(RouterState("a", policies=(policy(MAIN, BACKUP),)), HEADEND)
    assert len({one.nlri.distinguisher for one in found}) == 2
    assert {(one.nlri.color, one.nlri.endpoint, one.headend) for one in found} == {
        (100, ENDPOINT, HEADEND)
    }
    main, backup = sorted(found, key=lambda one: one.path.preference, reverse=True)
    assert [one.weight for one in main.path.lists] == [3, 1]
    assert [str(one.sid) for one in main.path.lists[0].segments] == ["5f00::3", "5f00::2"]
    assert (backup.path.path_name, backup.path.policy_name) == ("to-b-100", "to-b")


def test_the_same_policy_of_another_headend_is_another_one():
    one, two = (
        announcements(RouterState(name, policies=(policy(BACKUP),)), HEADEND) for name in "ac"
    )
    assert one[0].nlri != two[0].nlri
    assert one == announcements(RouterState("a", policies=(policy(BACKUP),)), HEADEND)


def test_a_behavior_is_said_with_its_structure_or_not_at_all():
    whole = segment("5f00::1", behavior=EndpointBehavior.END, structure=PARTS,
                    flavors=frozenset({Flavor.NEXT_CSID}))  # fmt: skip
    odd = replace(whole, behavior=EndpointBehavior.END_DT6, flavors=frozenset({Flavor.PSP}))
    own = WeightedList(None, 1, (whole, replace(whole, structure=None), odd))
    found = announcements(
        RouterState("a", policies=(policy(CandidatePathState(1, (own,))),)), HEADEND
    )
    sid = IPv6Address("5f00::1")
    assert found[0].path.lists[0].segments == (
        SidSegment(sid, Behavior(43, PARTS)), SidSegment(sid), SidSegment(sid)
    )  # fmt: skip


def test_the_binding_sid_is_in_the_sub_tlv_that_the_rfc_recommends():
    sid = IPv6Address("5f00:0:1::b001")
    state = RouterState("a", policies=(policy(BACKUP, binding_sid=sid),))
    (found,) = announcements(state, HEADEND)
    assert found.path.binding_sid == BindingSid(sid)
    assert found.path.binding_sid.form == 20


def test_names_of_paths_can_be_left_out():
    state = RouterState("a", policies=(policy(BACKUP),))
    (found,) = announcements(state, HEADEND, path_names=False)
    assert (found.path.path_name, found.path.policy_name) == (None, "to-b")


def test_all_that_bgp_cannot_say_is_told_at_once():
    long = CandidatePathState(3, (weighted(*["5f00::1"] * 300),))
    empty = CandidatePathState(2, ())
    named = CandidatePathState(1, (weighted("5f00::1"),), name="é")
    with pytest.raises(InputError) as refused:
        announcements(RouterState("a", policies=(policy(long, empty, named, BACKUP),)), HEADEND)
    told = [one.what for one in refused.value.problems]
    assert len(told) == 3
    assert all("preference" in one for one in told)
