"""IOS XR: goldens by release, limits, what is left out, and what is read of others' configurations.

The XML goldens were valid against Cisco's originals of their release (24.4.2: segment-routing-srv6
2023-04-20, infra-xtc-agent 2024-06-25; 26.2.1: 2026-05-05 and 2026-03-09), which
``tools/check-yang iosxr`` checks anew where they are at hand.
"""

from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

import pytest
from goldens import check_golden
from vendor_samples import (
    EDGE,
    FAR,
    LOOPBACK,
    classic_router,
    many_policies,
    segment,
    usid_router,
)

from netkit.emit.iosxr.dialect import DIALECT, of_version
from netkit.emit.iosxr.project import for_cli
from netkit.errors import InputError
from netkit.model.router_state import (
    EndpointBehavior,
    PeerPort,
    RouterState,
    SegmentState,
    StampReflector,
    WeightedList,
)

RELEASES = ["24.4.2", "25.4.2", "26.1.1", "26.2.1"]


def rendered(state, version=None):
    dialect = of_version(version)
    return dialect.render(dialect.carried(state))


def left_out(state, version=None):
    return {one.what: one.why for one in of_version(version).carried(state).left_out}


def exceeded(state, version=None):
    return [str(one) for one in DIALECT.exceeded(state, version)]


def with_lists(*lists):
    state = usid_router()
    policy = state.policies[0]
    path = replace(policy.candidate_paths[0], lists=lists)
    return replace(state, policies=(replace(policy, candidate_paths=(path,)),))


@pytest.mark.parametrize("version", RELEASES)
def test_goldens(version):
    for suffix, text in rendered(usid_router(), version).items():
        check_golden(f"emit/iosxr/{version}{suffix}", text)


def test_the_text_is_as_the_public_samples_are():
    text = rendered(usid_router())[".cfg"]
    assert (
        "   segment-list to-far-200-1\n"
        "    srv6\n"
        "     index 10 sid 5f00:0:4::\n"
        "     index 20 sid 5f00:0:7:e001::\n"
    ) in text
    assert "  segment-lists\n   srv6\n    sid-format usid-f3216\n" in text
    assert "   color 20000 end-point ipv6 5f00:0:9::1\n" in text


def test_a_router_of_which_nothing_is_said_gets_no_statement():
    files = rendered(RouterState("empty"))
    assert files[".cfg"].count("\n") == 1
    assert DIALECT.parse(files, "empty").state == RouterState("empty")


def test_classic_sids_are_refused_and_left_out():
    found = exceeded(classic_router())
    assert "harbin: locator main: kind of SID classic; uSIDs fits" in found
    carried = DIALECT.carried(classic_router()).state
    assert (carried.locators, carried.sids, carried.policies) == ((), (), ())


def test_lists_end_before_the_service_sid():
    carried = DIALECT.carried(usid_router()).state
    (policy,) = [one for one in carried.policies if one.color == 20_000]
    lists = [
        [str(each.sid) for each in one.segments]
        for path in policy.candidate_paths
        for one in path.lists
    ]
    assert lists == [["5f00:0:4::", "5f00:0:7:e001::"], ["5f00:80:4::"], ["5f00:0:9::"]]
    assert (
        "brings its own service SID"
        in left_out(usid_router())["policy to-far: the service SID that its lists end in"]
    )


@pytest.mark.parametrize("usid", [True, False])
def test_a_service_sid_is_one_whether_it_says_that_it_is_a_usid_or_not(usid):
    service = segment("5f00:0:9:d046::", EndpointBehavior.END_DT6, usid=usid)
    node = segment("5f00:0:4::", usid=True)
    state = with_lists(WeightedList("a", 2, (node, service)), WeightedList("b", 1, (service,)))
    (policy,) = DIALECT.carried(state).state.policies
    lists = [[str(each.sid) for each in one.segments] for one in policy.candidate_paths[0].lists]
    assert lists == [["5f00:0:4::"], ["5f00:0:9::"]]


def test_a_list_that_is_not_of_usids_is_left_out_with_its_policy():
    state = with_lists(WeightedList("mixed", 1, (segment("5f00:0:4:1::"),)))
    assert DIALECT.carried(state).state.policies == ()
    assert "uSIDs" in left_out(state)["policy to-far"]


def test_a_list_without_segments_is_left_out_with_its_policy():
    empty = SegmentState(IPv6Address("5f00::"), None, segment("::", usid=True).flavors)
    assert left_out(with_lists(WeightedList("none", 1, (empty,))))["policy to-far"]


def test_weights_are_in_the_xml_alone():
    files = rendered(usid_router())
    assert "<weight>3</weight>" in files[".xml"]
    assert "weight" not in "".join(
        line for line in files[".cfg"].splitlines() if not line.startswith("!")
    )
    assert "weights 3, 1, in this text: words are not confirmed" in files[".cfg"]
    text_alone = DIALECT.parse({".cfg": files[".cfg"]}, "lanzhou").state
    assert text_alone == for_cli(DIALECT.carried(usid_router())).state


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (None, "fe80::; none that is configured fits"),
        ("25.4.2", "fe80::; none that is configured fits"),
        ("26.1.1", None),
        ("26.2.1", None),
    ],
)
def test_binding_sids_are_configured_from_26_1_1_on(version, said):
    found = exceeded(usid_router(), version)
    assert [said in one for one in found] == ([] if said is None else [True])
    bound = [one.binding_sid for one in of_version(version).carried(usid_router()).state.policies]
    assert (IPv6Address("5f00:0:1:fe80::") in bound) == (said is None)


@pytest.mark.parametrize("sid", ["5f00:0:1:b000::", "5f00:0:1:fe80::1"])
def test_binding_sids_outside_the_explicit_functions_are_refused(sid):
    state = usid_router()
    bound = replace(state.policies[1], binding_sid=IPv6Address(sid))
    state = replace(state, policies=(bound,))
    assert exceeded(state, "26.2.1") == [
        f"lanzhou: policy bound: binding SID {sid}; functions 0xfe00 to 0xfeff fits"
    ]
    assert of_version("26.2.1").carried(state).state.policies[0].binding_sid is None


def test_the_source_address_is_a_container_from_26_2_1_on():
    for version in RELEASES:
        xml = rendered(usid_router(), version)[".xml"]
        assert ("<option>explicit-address</option>" in xml) == (version == "26.2.1")
        assert DIALECT.parse({".xml": xml}, "lanzhou").state.source == LOOPBACK


def test_a_version_between_two_goes_by_the_older():
    assert rendered(usid_router(), "26.1.9") == rendered(usid_router(), "26.1.1")
    assert rendered(usid_router(), "7.8.1") == rendered(usid_router(), None)


def test_static_sids_outside_what_can_be_configured_are_left_out():
    carried = DIALECT.carried(usid_router())
    assert [str(one.sid) for one in carried.state.sids] == [
        "5f00:0:1::", "5f00:0:1:fe01::", "5f00:0:1:fe46::", "5f00:80:1::",
    ]  # fmt: skip
    found = left_out(usid_router())
    assert "a list over the planned one does not arrive" in found["End.X 5f00:0:1:e001::/64"]


@pytest.mark.parametrize(
    ("reflector", "why"),
    [
        (StampReflector(LOOPBACK, 863), "port 862 or 1024 to 14999"),
        (StampReflector(FAR, 862), "no address of its own"),
    ],
)
def test_reflectors_that_are_left_out(reflector, why):
    state = replace(usid_router(), reflectors=(reflector,))
    assert DIALECT.carried(state).state.reflectors == ()
    assert any(why in one for one in left_out(state).values())


@pytest.mark.parametrize("name", ["", "a b", "Gi\n0", "端口", "a?"])
def test_ports_that_ios_xr_has_no_name_for(name):
    edge = replace(EDGE, customers=(name,), peers=(PeerPort(name, ()),))
    carried = DIALECT.carried(replace(usid_router(), edge=edge)).state
    assert carried.edge is not None
    assert (carried.edge.customers, carried.edge.peers) == ((), ())


HOSTILE = ["line\nbreak", "北京", "-->", "x" * 200, "y" * 60, "", "a b", "a!b", "#", "@@"]


def test_hostile_names_become_plain_ones_that_stay_apart():
    state = usid_router()
    one = state.policies[0]
    policies = tuple(
        replace(one, name=name, color=place) for place, name in enumerate(HOSTILE, start=1)
    )
    locators = tuple(replace(each, name="a\nb") for each in state.locators)
    state = replace(state, router="-->\n!", policies=policies, locators=locators)
    carried = DIALECT.carried(state)
    names = [one.name for one in carried.state.policies]
    assert len(set(names)) == len(HOSTILE)
    assert all(name and name.isascii() and len(name) <= 59 for name in names)
    assert len({one.name for one in carried.state.locators}) == 2
    files = DIALECT.render(carried)
    assert DIALECT.parse(files, state.router).state == carried.state
    assert all(line.isascii() for text in files.values() for line in text.splitlines())


def test_hundreds_of_policies():
    state = many_policies(usid_router(), 500)
    carried = DIALECT.carried(state)
    assert len(carried.state.policies) == 500
    assert DIALECT.parse(DIALECT.render(carried), "lanzhou").state == carried.state


OTHERS = """\
!! IOS XR Configuration 24.4.2
hostname r
interface HundredGigE0/0/0/1
 ipv6 address 2001:db8::1/64
!
ipv6 access-list MINE
 10 permit ipv6 any any
!
ipv6 access-list NETKIT-EDGE
 10 deny ipv6 any 5f00::/32
 15 permit icmpv6 any any
 20 deny ipv6 5f00::/32 any
 30 permit ipv6 any any
!
segment-routing
 global-block 100000 163999
 srv6
  logging locator status
  locators
   locator full
    prefix 5f00:0:2::/64
   !
  !
 !
 traffic-eng
  policy labels
   color 1 end-point ipv4 10.0.0.1
  !
  policy off
   shutdown
   srv6
   !
   color 2 end-point ipv6 5f00:0:9::1
  !
 !
!
"""


def test_what_is_not_netkits_is_kept_with_its_line():
    found = DIALECT.parse({".cfg": OTHERS}, "r")
    assert found.state.edge is not None
    assert found.state.edge.blocks == (IPv6Network("5f00::/32"),)
    assert (found.state.locators, found.state.policies) == ((), ())
    assert [(one.line, one.text) for one in found.foreign] == [
        (2, "hostname r"),
        (3, "interface HundredGigE0/0/0/1"),
        (6, "ipv6 access-list MINE"),
        (11, "15 permit icmpv6 any any"),
        (16, "global-block 100000 163999"),
        (18, "logging locator status"),
        (20, "locator full"),
        (26, "policy labels"),
        (29, "policy off"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("color 20000 ", "color blue ", "no number"),
        ("index 20 sid 5f00:0:7:e001::", "index 20 sid 5f00", "no IPv6 address"),
        ("prefix 5f00:0:1::/48", "prefix 5f00:0:1::/64", "locator of uSIDs of 64 bits"),
        ("explicit segment-list to-far-100-1", "explicit segment-list gone", "not in this file"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(old, new, said):
    text = rendered(usid_router())[".cfg"].replace(old, new, 1)
    with pytest.raises(InputError) as error:
        DIALECT.parse({".cfg": text}, "r")
    (problem,) = error.value.problems
    assert said in problem.what
    assert text.split("\n")[(problem.line or 0) - 1].split()[0] in {new.split()[0], "locator"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<color>20000</color>", "<color>blue</color>"),
        ("<address>5f00:0:4::</address>", "<address>5f00</address>"),
        ("<prefix-length>48</prefix-length>", "<prefix-length>200</prefix-length>"),
        ("<segment-list-name>bound-200-1<", "<segment-list-name>gone<"),
        ("</config>", ""),
        ('<?xml version="1.0" encoding="UTF-8"?>', "<!DOCTYPE a>"),
    ],
)
def test_xml_that_cannot_be_read_is_refused_with_its_line(old, new):
    text = rendered(usid_router())[".xml"]
    assert old in text
    with pytest.raises(InputError) as error:
        DIALECT.parse({".xml": text.replace(old, new, 1)}, "r")
    assert error.value.problems[0].line is not None


def test_foreign_elements_are_kept_with_their_lines():
    text = rendered(usid_router())[".xml"].replace("<enable/>", "<enable/><logging/>", 1)
    (foreign,) = DIALECT.parse({".xml": text}, "lanzhou").foreign
    assert foreign.text == "logging"
    assert "<logging/>" in text.split("\n")[foreign.line - 1]


def test_two_files_that_do_not_say_the_same_are_refused():
    files = dict(rendered(usid_router()))
    files[".cfg"] = files[".cfg"].replace("preference 100", "preference 101")
    with pytest.raises(InputError, match="do not say the same"):
        DIALECT.parse(files, "lanzhou")


@pytest.mark.parametrize(
    ("suffix", "text", "target"),
    [
        (".cfg", 'configure {\n    router "Base" {\n        segment-routing {\n', "sros"),
        (".cfg", "ipv6 route a::/64 sr0 segments b::\n", "frr"),
        (".xml", '<configure xmlns="urn:nokia.com:sros:ns:yang:sr:conf"/>', "sros"),
    ],
)
def test_a_file_of_another_platform_is_refused_with_a_hint(suffix, text, target):
    with pytest.raises(InputError, match=f"looks like {target}"):
        DIALECT.parse({suffix: text}, "r")


def test_lists_of_one_name_in_one_path_are_one_list():
    one = WeightedList("same", 2, (segment("5f00:0:4::", usid=True),))
    carried = DIALECT.carried(with_lists(one, replace(one, weight=3))).state
    (path,) = carried.policies[0].candidate_paths
    assert [(each.name, each.weight) for each in path.lists] == [("same", 5)]
