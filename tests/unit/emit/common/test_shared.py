"""Names, indented text, comments, XML and hints, which several dialects share."""

from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

import pytest
from emitted import HOSTILE
from hypothesis import given
from hypothesis import strategies as st
from vendor_states import vendor_state

from netkit.emit.common.comments import comments
from netkit.emit.common.hints import refuse_others
from netkit.emit.common.indented import indented_lines, read_indented
from netkit.emit.common.naming import plain, with_legal_names
from netkit.emit.common.sids import home, in_order, matched
from netkit.emit.common.tree import Statement
from netkit.emit.common.xml import read_xml, xml_text
from netkit.emit.dialect import Carried, LeftOut
from netkit.emit.limits import Limits
from netkit.errors import InputError
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    CandidatePathState,
    LocatorState,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)

SHORT = Limits(locator_name_length=12, policy_name_length=14, list_name_length=16)
ENDS = (SegmentState(IPv6Address("5f00:0:1:1::")), SegmentState(IPv6Address("5f00:0:2:1::")))


def policy(name: str | None, color: int, *lists: WeightedList) -> PolicyState:
    path = CandidatePathState(100, lists)
    return PolicyState(name, color, IPv6Address("5f00:0:2::1"), (path,))


def list_names(state: RouterState) -> list[str | None]:
    return [
        one.name for own in state.policies for path in own.candidate_paths for one in path.lists
    ]


@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=40), max_size=8))
def test_names_are_legal_and_stay_apart(names):
    policies = tuple(
        policy(name, color, WeightedList(name, 1, (ENDS[color % 2],) * (color + 1)))
        for color, name in enumerate(names)
    )
    found = with_legal_names(RouterState("a", policies=policies), SHORT)
    said = [one.name or "" for one in found.policies]
    assert len(set(said)) == len(names)
    assert len(set(list_names(found))) == len(names)
    assert all(plain(name) and len(name) <= 14 for name in said)
    assert with_legal_names(found, SHORT) == found


def test_lists_of_one_name_share_it_only_with_the_same_segments():
    first, again = WeightedList("far", 1, ENDS[:1]), WeightedList("far", 7, ENDS[:1])
    other = WeightedList("far", 1, ENDS[1:])
    state = RouterState("a", policies=(policy("p", 1, first, other), policy("q", 2, again)))
    assert list_names(with_legal_names(state, SHORT)) == ["far", "far.2", "far"]


def test_what_has_no_name_gets_one():
    state = RouterState("a", policies=(policy(None, 7, WeightedList(None, 1, ENDS)),))
    found = with_legal_names(state, Limits())
    assert found.policies[0].name == "color-7-to-5f000000000200000000000000000001"
    assert list_names(found) == [f"{found.policies[0].name}-100-1"]


def test_indentation_is_the_view():
    text = "a 1\n  b\n   c  2   3\n  d\n# e\n!f\ng\n"
    top = read_indented(text)
    assert [one.head for one in top.inside] == ["a 1", "g"]
    first = top.inside[0]
    assert [(one.head, one.line) for one in first.inside] == [("b", 2), ("d", 4)]
    assert list(indented_lines(top.inside)) == ["a 1", " b", "  c 2 3", " d", "g"]


def test_comments_are_one_line_of_ascii_each():
    carried = Carried(RouterState("ha\nrbin"), (LeftOut("北京\x1b", "no\nword"),))
    said = comments(carried, "a file")
    assert said == ("ha\\nrbin: a file", "Left out: \\u5317\\u4eac\\x1b: no\\nword")


def test_a_comment_cannot_end_itself_in_xml():
    text = xml_text([Statement("a", "<&>")], ["--> <b/> <!--", "-"])
    assert [(one.name, one.value) for one in read_xml(text, "f").inside] == [("a", "<&>")]


def test_entities_and_depth_are_refused():
    with pytest.raises(InputError, match="f:2: a document type"):
        read_xml('\n<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "f")
    with pytest.raises(InputError, match="too deep"):
        read_xml("<a>" * 100 + "</a>" * 100, "f")
    with pytest.raises(InputError, match="f:1: not well-formed"):
        read_xml("<a>", "f")


@pytest.mark.parametrize(
    ("platform", "text"),
    [
        ("huawei", "segment-routing ipv6\n locator a ipv6-prefix 5f00:: 48 static 80\n"),
        ("junos", "set routing-options source-packet-routing srv6 locator a 5f00::/48\n"),
        ("frr", "segment-routing\n srv6\n  static-sids\n"),
        (
            "iosxr",
            "segment-routing\n traffic-eng\n  segment-lists\n   srv6\n    sid-format usid-f3216\n",
        ),
        ("sonic", '{"SRV6_MY_LOCATORS": {}}'),
        ("linux", "route add 5f00::/64 encap seg6local action End dev sr0\n"),
    ],
)
def test_files_of_others_are_refused_by_their_words(platform, text):
    refuse_others(text, "f", platform)
    with pytest.raises(InputError, match=platform):
        refuse_others(text, "f", "json")


def test_a_sid_matches_its_locator_and_function_unless_more_is_set():
    parts = SidStructure(32, 16, 16, 0)
    locator = LocatorState("a", IPv6Network("5f00:0:1::/48"), parts)
    assert matched(IPv6Address("5f00:0:1:9::"), locator) == IPv6Network("5f00:0:1:9::/64")
    assert matched(IPv6Address("5f00:0:1:9::1"), locator) == IPv6Network("5f00:0:1:9::1")
    wide = replace(locator, name="b", prefix=IPv6Network("5f00::/32"))
    assert home(IPv6Address("5f00:0:1:9::"), (wide, locator)) == locator
    assert home(IPv6Address("5f01::"), (wide, locator)) is None


def test_lists_are_heaviest_first_then_by_their_sids():
    light, heavy = WeightedList("a", 1, ENDS[:1]), WeightedList("b", 2, ENDS[1:])
    same = WeightedList("c", 2, ENDS[:1])
    assert in_order((light, heavy, same)) == (same, heavy, light)


def test_names_of_a_planned_router_stay_as_they_are():
    state = vendor_state(cases=("weighted", "backup", "flex"))
    assert with_legal_names(state, Limits()) == state
