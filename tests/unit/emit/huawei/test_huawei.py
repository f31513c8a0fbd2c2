"""Huawei VRP: what is written, what is left out and refused, and what is understood."""

import re
from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

import pytest
from emitted import HOSTILE, hostile_state, problems_of, read_back
from goldens import check_golden
from vendor_states import OWN, SOURCE, VRF, vendor_state

from netkit.emit.huawei.dialect import DIALECT
from netkit.emit.junos.dialect import DIALECT as JUNOS
from netkit.errors import InputError
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    Flavor,
    LocalSid,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)

CASES = {
    "one-list": vendor_state(usid=False),
    "weighted": vendor_state(usid=False, cases=("weighted",)),
    "backup": vendor_state(usid=False, cases=("backup",)),
    "binding-sid": vendor_state(usid=False, cases=("binding",)),
    "all": vendor_state(usid=False, cases=("weighted", "backup", "binding", "ipv4", "flex")),
}
FAR = IPv6Address("5f00:0:9::1")

GUIDE = """#
sysname PE1
#
segment-routing ipv6
 encapsulation source-address 2001:DB8:1::1
 locator as1 ipv6-prefix 2001:DB8:100:: 64 static 32
  opcode ::100 end psp
  opcode ::200 end no-flavor
  opcode ::300 end-x interface GigabitEthernet0/1/0 nexthop 2001:DB8:1::2 psp
  opcode ::303 end-dt46 vpn-instance vpna
 srv6-te-policy locator as1
 segment-list list1
  index 10 sid ipv6 2001:DB8:300::100
  index 5 sid ipv6 2001:DB8:200::100
 srv6-te policy policy1 endpoint 2001:DB8:3::3 color 10
  encapsulation-mode encaps
  igp shortcut isis route-policy rp1
  binding-sid 2001:DB8:100::900
  candidate-path preference 100
   segment-list list1
#
isis 1
 segment-routing ipv6 locator as1 auto-sid-disable
#
"""
"""Put together from the examples of the NE40E configuration guide."""


@pytest.mark.parametrize("case", CASES)
def test_the_files(case):
    carried = read_back(DIALECT, CASES[case])
    assert DIALECT.exceeded(CASES[case], "8.22") == ()
    for suffix, text in DIALECT.render(carried).items():
        assert text.isascii()
        check_golden(f"emit/huawei/{case}{suffix}", text)


def test_what_is_left_out_is_said_in_both_files():
    carried = DIALECT.carried(CASES["all"])
    whats = [one.what for one in carried.left_out]
    for start in ("steering", "service SIDs", "IS-IS", "customer ports", "the filter", "STAMP"):
        assert sum(what.startswith(start) for what in whats) == 1
    for text in DIALECT.render(carried).values():
        assert all(one.what in text for one in carried.left_out)


def test_the_guide_is_understood_and_the_rest_is_kept():
    parsed = DIALECT.parse({".cfg": GUIDE}, "PE1")
    state = parsed.state
    assert (state.router, state.source) == ("PE1", IPv6Address("2001:db8:1::1"))
    assert [str(one.sid) for one in state.sids] == [
        f"2001:db8:100::{opcode}" for opcode in (100, 200, 300, 303)
    ]
    end_x = state.sids[2]
    assert (end_x.behavior, end_x.flavors) == (EndpointBehavior.END_X, {Flavor.PSP})
    assert (end_x.interface, end_x.next_hop) == (
        "GigabitEthernet0/1/0",
        IPv6Address("2001:db8:1::2"),
    )
    assert state.sids[3].vrf == "vpna"
    (policy,) = state.policies
    assert (policy.name, policy.color, str(policy.binding_sid)) == (
        "policy1",
        10,
        "2001:db8:100::900",
    )
    (only,) = policy.candidate_paths[0].lists
    assert [str(one.sid) for one in only.segments] == ["2001:db8:200::100", "2001:db8:300::100"]
    assert [(one.line, one.text) for one in parsed.foreign] == [
        (2, "sysname PE1"), (17, "igp shortcut isis route-policy rp1"), (22, "isis 1"),
    ]  # fmt: skip
    assert read_back(DIALECT, state).state == state


def test_hostile_names_get_plain_ones_that_stay_apart():
    carried = read_back(DIALECT, hostile_state(CASES["one-list"]))
    names = [one.name or "" for one in carried.state.policies]
    assert len(set(names)) == len(HOSTILE)
    assert all(1 <= len(name) <= 31 and name.isascii() for name in names)
    text = DIALECT.render(carried)[".cfg"]
    assert {line.split()[0] for line in text.splitlines()} <= {
        "#", "segment-routing", "encapsulation", "reduce-srh", "locator", "opcode", "segment-list",
        "index", "srv6-te", "encapsulation-mode", "candidate-path",
    }  # fmt: skip


def one_path(*lists: WeightedList, preference: int = 100, color: int = 20_000) -> RouterState:
    path = CandidatePathState(preference, lists)
    return replace(CASES["one-list"], policies=(PolicyState("to-far", color, FAR, (path,)),))


def a_list(sids: int = 2, weight: int = 1, name: str = "far") -> WeightedList:
    return WeightedList(name, weight, (SegmentState(FAR),) * sids)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (vendor_state(), "kind of SID uSID; classic SIDs fits"),
        (one_path(a_list(11)), "SIDs 11; up to 10 fits"),
        (one_path(a_list(), preference=0), "preference 0; 1 to 65535 fits"),
        (one_path(a_list(), preference=65_536), "preference 65536; 1 to 65535 fits"),
        (one_path(a_list(), color=2**32), "color 4294967296; 0 to 4294967295 fits"),
        (
            one_path(*(a_list(2 + n, 1 if n == 3 else 100) for n in range(4))),
            "weight below 1/16 of all 1; 19 or more fits",
        ),
    ],
)
def test_limits(given, said):
    assert any(said in str(one) for one in DIALECT.exceeded(given, None))


def test_binding_sids_are_of_one_locator():
    state = vendor_state(usid=False, cases=("binding", "flex"))
    other = replace(state.policies[0], color=7, binding_sid=IPv6Address("5f00:80:7:b000::"))
    both = replace(state, policies=(other, *state.policies))
    assert [str(one) for one in DIALECT.exceeded(both, "8.22")] == [
        "lanzhou: binding SIDs: locators algo0, algo128; one of them fits"
    ]


def test_sids_that_vrp_has_no_words_for():
    state = CASES["one-list"]
    odd = (
        LocalSid(IPv6Network("5f00:0:7:2::/64"), EndpointBehavior.END, frozenset({Flavor.USD})),
        LocalSid(IPv6Network("5f00:0:7:3::/64"), EndpointBehavior.END, frozenset({Flavor.USP})),
        LocalSid(IPv6Network("5f00:0:7:4::/64"), EndpointBehavior.END),
        LocalSid(IPv6Network("5f00:0:7:5::/64"), EndpointBehavior.END_X, interface="ge 0"),
        LocalSid(IPv6Network("5f00:0:7:6::/64"), EndpointBehavior.END_DT6, vrf=VRF),
        LocalSid(IPv6Network("5f00:0:7:7::/64"), EndpointBehavior.END_DT6),
    )
    carried = read_back(DIALECT, replace(state, sids=tuple(sorted(
        (*state.sids, *odd), key=lambda one: one.prefix
    ))))  # fmt: skip
    kept = {str(one.sid): one for one in carried.state.sids}
    assert kept["5f00:0:7:2::"].flavors == {Flavor.PSP, Flavor.USP, Flavor.USD}
    assert "5f00:0:7:7::" in kept
    said = " ".join(one.what for one in carried.left_out)
    for gone in ("5f00:0:7:3::", "5f00:0:7:4::", "5f00:0:7:5::", f"{OWN[0]}"[:-1] + "d046::"):
        assert gone not in kept
        assert gone in said


def test_a_list_that_is_the_service_sid_alone_goes_to_the_end_beside_it():
    service = SegmentState(
        IPv6Address("5f00:0:9:d046::"), EndpointBehavior.END_DT6,
        structure=CASES["one-list"].locators[0].structure,
    )  # fmt: skip
    state = one_path(WeightedList("direct", 1, (service,)))
    (policy,) = read_back(DIALECT, state).state.policies
    assert policy.candidate_paths[0].lists[0].segments == (
        SegmentState(IPv6Address("5f00:0:9:1::")),
    )
    without = DIALECT.carried(replace(state, sids=()))
    assert without.state.policies == ()
    assert any(one.what == "policies to-far" for one in without.left_out)


def test_path_mtu_is_the_largest_packet_and_its_headers():
    text = DIALECT.render(DIALECT.carried(CASES["one-list"]))[".cfg"]
    # 40 of the header, 8 + 16 * 2 of the SRH behind the first of three SIDs, the service's last.
    assert f"path-mtu {8940 + 40 + 8 + 32}" in text
    bound = DIALECT.render(DIALECT.carried(CASES["binding-sid"]))[".cfg"]
    assert f"path-mtu {8940 + 40 + 8 + 16}" in bound
    small = replace(CASES["one-list"].policies[0].candidate_paths[0], largest_packet_bytes=1100)
    policy = replace(CASES["one-list"].policies[0], candidate_paths=(small,))
    carried = read_back(DIALECT, replace(CASES["one-list"], policies=(policy,)))
    assert carried.state.policies[0].candidate_paths[0].largest_packet_bytes is None
    assert any(one.what.startswith("largest packets of") for one in carried.left_out)


def test_a_list_with_options_that_are_not_known_is_foreign_with_its_policy():
    text = GUIDE.replace("2001:DB8:300::100", "2001:DB8:300::100 compress block 48")
    parsed = DIALECT.parse({".cfg": text}, "PE1")
    assert parsed.state.policies == ()
    assert {one.text for one in parsed.foreign} >= {
        "segment-list list1", "srv6-te policy policy1 endpoint 2001:DB8:3::3 color 10",
    }  # fmt: skip


def test_a_further_list_with_options_that_are_not_known_makes_its_policy_foreign():
    """Without it the path would be read as one that shares nothing."""
    (line,) = re.findall(r"^ *segment-list list1\b.*\n(?!  *index)", GUIDE, re.MULTILINE)
    more = line.replace("list1", "list1 weight 3 backup-of list7")
    parsed = DIALECT.parse({".cfg": GUIDE.replace(line, line + more)}, "PE1")
    assert parsed.state.policies == ()
    assert any("policy1" in one.text for one in parsed.foreign)


@pytest.mark.parametrize(
    ("good", "bad", "line", "said"),
    [
        ("source-address 2001:DB8:1::1", "source-address 2001:DB8:1::1::", 5, "no IPv6 address"),
        ("opcode ::100 end", "opcode ::1:0:0 end", 7, "more than 32 static bits"),
        ("100:: 64 static", "100::1 64 static", 6, "bits set behind its length"),
        ("color 10", "color ten", 15, "no number"),
        ("   segment-list list1", "   segment-list list2", 15, "list2 is not defined"),
    ],
)
def test_what_cannot_be_understood_has_its_line(good, bad, line, said):
    assert good in GUIDE
    problems = problems_of(DIALECT, ".cfg", GUIDE.replace(good, bad))
    assert any(at == line and said in text for at, text in problems)


def test_all_problems_at_once():
    text = GUIDE.replace("color 10", "color ten").replace("opcode ::100", "opcode ::g")
    assert [line for line, _ in problems_of(DIALECT, ".cfg", text)] == [7, 15]


@pytest.mark.parametrize(
    ("leaf", "broken", "said"),
    [
        ("<prefix-length>48<", "<prefix-length>x<", "no number"),
        ("<value>0:0:0:1::<", "<value>one<", "no IPv6 address"),
        ("<sid-value-2>5f00:0:2::<", "<sid-value-2>5f00<", "no IPv6 address"),
        ("<preference>400<", "<preference>-1<", "no number"),
    ],
)
def test_what_cannot_be_understood_in_xml_has_its_line(leaf, broken, said):
    text = DIALECT.render(DIALECT.carried(CASES["all"]))[".xml"]
    assert leaf in text
    problems = problems_of(DIALECT, ".xml", text.replace(leaf, broken, 1))
    assert problems
    assert all(line and said in what for line, what in problems)


def test_foreign_xml_is_kept():
    text = DIALECT.render(DIALECT.carried(CASES["one-list"]))[".xml"]
    more = text.replace("<weight>1</weight>", "<weight>1</weight><binding-sid/>")
    more = more.replace("</config>", '<acl xmlns="urn:huawei:yang:huawei-acl"/></config>')
    parsed = DIALECT.parse({".xml": more}, "lanzhou")
    assert parsed.state == DIALECT.carried(CASES["one-list"]).state
    assert [one.text for one in parsed.foreign] == ["binding-sid", "acl"]


def test_a_policy_that_is_shut_down_is_foreign_and_not_in_force():
    files = DIALECT.render(DIALECT.carried(CASES["one-list"]))
    text = re.sub(r"( srv6-te policy .*\n)", r"\1  shutdown\n", files[".cfg"])
    xml = files[".xml"].replace("<policy>", "<policy><admin-state>down</admin-state>")
    for suffix, own in ((".cfg", text), (".xml", xml)):
        assert DIALECT.parse({suffix: files[suffix]}, "lanzhou").state.policies
        parsed = DIALECT.parse({suffix: own}, "lanzhou")
        assert parsed.state.policies == ()
        assert any("policy" in one.text for one in parsed.foreign)
    up = xml.replace(">down<", ">up<")
    same = DIALECT.parse({".xml": up}, "lanzhou")
    assert same.state == DIALECT.carried(CASES["one-list"]).state
    assert same.foreign == ()


def test_files_of_others_are_refused_with_a_hint():
    others = JUNOS.render(JUNOS.carried(vendor_state()))
    for suffix in (".cfg", ".xml"):
        with pytest.raises(InputError, match="junos"):
            DIALECT.parse({suffix: others[suffix]}, "harbin")
        with pytest.raises(InputError, match="huawei"):
            JUNOS.parse({suffix: DIALECT.render(DIALECT.carried(CASES["all"]))[suffix]}, "harbin")


def test_a_document_type_is_refused():
    with pytest.raises(InputError, match="document type"):
        DIALECT.parse({".xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "harbin")


def test_two_files_that_differ_are_refused():
    files = DIALECT.render(DIALECT.carried(CASES["one-list"]))
    other = DIALECT.render(DIALECT.carried(CASES["backup"]))
    with pytest.raises(InputError, match="do not say the same"):
        DIALECT.parse({".cfg": files[".cfg"], ".xml": other[".xml"]}, "lanzhou")


def test_nothing_is_nothing():
    empty = RouterState("harbin", SOURCE)
    assert read_back(DIALECT, empty).state == empty
    assert read_back(DIALECT, RouterState("harbin")).left_out == ()
