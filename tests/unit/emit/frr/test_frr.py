"""FRR: goldens by version, limits, what is read of others' configurations."""

from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

import pytest
from goldens import check_golden
from vendor_states import OWN, SHIFTS, vendor_state

from netkit.emit.frr.dialect import DIALECT, of_version
from netkit.errors import InputError
from netkit.model.router_state import (
    EndpointBehavior,
    Flavor,
    LocalSid,
    RouterState,
    Steering,
)

CASES = ("backup", "ipv4", "flex")


@pytest.mark.parametrize("version", ["10.3", "10.4.1", "10.5.1"])
def test_golden(version):
    dialect = of_version(version)
    state = vendor_state(cases=CASES)
    assert dialect.exceeded(state, version) == ()
    (text,) = dialect.render(dialect.carried(state)).values()
    check_golden(f"emit/frr/{dialect.grammar}.conf", text)


def test_segments_stand_in_order_of_travel():
    dialect = of_version("10.3")
    state = vendor_state(usid=False)
    (text,) = dialect.render(dialect.carried(state)).values()
    assert " segments 5f00:0:1:e001::/5f00:0:2::/5f00:0:9:d046:: " in text


def test_the_backup_has_a_next_hop_of_its_own():
    """With the same next hop FRR replaces the first route by the second."""
    (text,) = DIALECT.render(DIALECT.carried(vendor_state(cases=("backup",)))).values()
    routes = [line.split() for line in text.splitlines() if "ipv6 route" in line]
    assert [words[3:5] for words in routes] == [["sr0", "tag"], ["fe80::2", "sr0"]]
    assert routes[1][5:8] == ["tag", "20000", "2"]


def test_static_sids_stand_behind_the_routes_that_take_them_away_when_stated_again():
    (text,) = DIALECT.render(DIALECT.carried(vendor_state())).values()
    assert text.index("ipv6 route") < text.index("static-sids")
    assert text.index("locators") < text.index("static-sids")


def exceeded(state, version="10.4"):
    return [str(one) for one in of_version(version).exceeded(state, version)]


def test_what_is_no_usid_is_refused():
    assert any(
        "kind of SID classic; uSIDs fits" in one for one in exceeded(vendor_state(usid=False))
    )


@pytest.mark.parametrize(
    ("case", "said"),
    [("weighted", "segment lists 2; up to 1 fits"), ("binding", "binding SID 5f00:0:7:b000::")],
)
def test_what_a_route_cannot_do_is_refused(case, said):
    found = exceeded(vendor_state(cases=(case,)))
    assert [one for one in found if said in one], found


def test_nine_segments_are_refused():
    state = vendor_state()
    (policy,) = state.policies
    (path,) = policy.candidate_paths
    (way,) = path.lists
    long = replace(way, segments=way.segments * 9)
    state = replace(state, policies=(
        replace(policy, candidate_paths=(replace(path, lists=(long,)),)),
    ))  # fmt: skip
    assert any("SIDs 9; up to 8 fits" in one for one in exceeded(state))


@pytest.mark.parametrize("version", ["8.4.4", "10.2.6", "master", "10.5.0"])
def test_versions_that_cannot_do_it_are_refused(version):
    assert any("platform: FRR" in one for one in exceeded(RouterState("r1"), version))


def test_a_second_usid_of_one_kind_that_zebra_would_never_install_is_refused():
    more = LocalSid(IPv6Network("5f00:0:7:d047::/64"), EndpointBehavior.END_DT6, vrf="customers")
    state = vendor_state()
    found = exceeded(replace(state, sids=(*state.sids, more)))
    assert found == [
        "lanzhou: static SIDs: a second End.DT6 of one VRF beside 5f00:0:7:d046::/64:"
        " 5f00:0:7:d047::/64; one fits"
    ]


def test_a_prefix_of_two_policies_is_refused():
    state = vendor_state()
    (policy,) = state.policies
    two = replace(state, policies=(policy, replace(policy, color=30000)))
    assert exceeded(two) == ["lanzhou: prefix 2001:db8:9::/48: policies 2; one fits"]


@pytest.mark.parametrize("name", ["x" * 256, "two words", "a\nno router isis 1", "上海", ""])
def test_a_name_that_would_be_another_command_is_refused(name):
    state = vendor_state()
    renamed = replace(state, locators=tuple(replace(one, name=name) for one in state.locators))
    assert any("printable ASCII characters" in one for one in exceeded(renamed))
    steered = replace(state.policies[0], steering=(Steering(OWN, name),))
    assert any("VRF: name" in one for one in exceeded(replace(state, policies=(steered,))))


def test_no_line_of_a_router_name_becomes_a_command():
    state = replace(vendor_state(), router="上海\nno router isis 1")
    (text,) = DIALECT.render(DIALECT.carried(state)).values()
    assert text.isascii()
    assert not [line for line in text.splitlines() if line.startswith("no ")]
    assert DIALECT.parse({".conf": text}, state.router).state == DIALECT.carried(state).state


def test_what_is_left_out_says_why():
    left = {
        one.what: one.why for one in of_version("10.3").carried(vendor_state(cases=CASES)).left_out
    }
    assert "no static uA" in left["SID 5f00:0:7:e000::/64, End.X"]
    assert "algorithm 0 alone" in left["locator algo128 and its SIDs"]
    assert "no segments" in left["IPv4 prefixes into policy to-kunming-20000us"]
    assert "1400 bytes" in left["largest packets of policies"]
    assert {"edge filter", "customer ports", "STAMP reflector", "H.Encaps.Red"} <= left.keys()


RUNNING = """\
Building configuration...

Current configuration:
!
frr version 10.3
hostname lanzhou
!
ipv6 route 2001:db8:9::/48 fe80::2 sr0 tag 10 2 segments 5f00:0:3::/5f00:0:9:d046::
ipv6 route 2001:db8:9::/48 sr0 tag 10 segments 5f00:0:1:e001::/5f00:0:9:d046::
ipv6 route 2001:db8:a::/48 sr0 segments 5f00:0:1:e001::
ip route 10.0.0.0/8 192.0.2.1
!
interface ge0
 ipv6 router isis core
exit
!
router isis core
 net 49.0001.0000.0000.0001.00
 segment-routing srv6
  locator algo0
 exit
exit
!
segment-routing
 srv6
  static-sids
   sid 5f00:0:7::/48 locator algo0 behavior uN
   sid 5f00:0:7:d045::/64 locator algo0 behavior uDT4 vrf blue
   sid 5f00:0:7:d046::/64 locator algo0 behavior uDT6 vrf default
   sid 5f00:0:fe00::/48 locator algo0 behavior uA interface ge0
  exit
  !
  encapsulation
   source-address 5f00:0:7::1
  locators
   locator algo0
    prefix 5f00:0:7::/48 block-len 32 node-len 16 func-bits 16
    behavior usid
   exit
   !
  exit
  !
  formats
   format usid-f3216
   exit
   !
  exit
  !
 exit
 !
exit
!
end
"""
"""As FRR 10.3 of Debian 13 shows it, with statements that are nobody's but the operator's."""


def test_a_running_configuration_is_read_and_the_rest_kept_with_its_lines():
    parsed = DIALECT.parse({".conf": RUNNING}, "lanzhou")
    state = parsed.state
    assert state.source == IPv6Address("5f00:0:7::1")
    assert [(one.name, str(one.prefix), one.usid) for one in state.locators] == [
        ("algo0", "5f00:0:7::/48", True)
    ]
    assert [(str(one.prefix), one.behavior, one.flavors) for one in state.sids] == [
        ("5f00:0:7::/48", EndpointBehavior.END, SHIFTS),
        ("5f00:0:7:d046::/64", EndpointBehavior.END_DT6, frozenset()),
    ]
    (policy,) = state.policies
    assert (policy.color, str(policy.endpoint)) == (10, "5f00:0:9:d046::")
    assert [str(path.lists[0].segments[0].sid) for path in policy.candidate_paths] == [
        "5f00:0:1:e001::", "5f00:0:3::"
    ]  # fmt: skip
    kept = {one.line: one.text for one in parsed.foreign}
    assert {5: "frr version 10.3", 11: "ip route 10.0.0.0/8 192.0.2.1"}.items() <= kept.items()
    assert kept[10] == "ipv6 route 2001:db8:a::/48 sr0 segments 5f00:0:1:e001::"
    assert kept[13] == "interface ge0"
    assert kept[18] == "net 49.0001.0000.0000.0001.00"
    assert kept[28].endswith("uDT4 vrf blue")
    assert kept[30] == "sid 5f00:0:fe00::/48 locator algo0 behavior uA interface ge0"
    assert kept[43] == "formats"
    assert len(kept) == 9


def test_formats_and_lengths_that_are_not_said_are_those_of_zebra():
    text = """\
segment-routing
 srv6
  locators
   locator one
    prefix fcbb:bb00:1::/48
    format usid-f3216
   locator two
    prefix fcbb:bb00:2:ff00::/64
"""
    one, two = DIALECT.parse({".conf": text}, "r1").state.locators
    assert (one.structure.block_bits, one.structure.node_bits, one.usid) == (32, 16, True)
    assert (two.structure.block_bits, two.structure.node_bits, two.usid) == (40, 24, False)


def test_every_statement_that_is_not_understood_is_named_with_its_line():
    text = """\
segment-routing
 srv6
  encapsulation
   source-address nowhere
  locators
   locator one
   exit
  exit
  static-sids
   sid 5f00::/200 locator one behavior uN
ipv6 route 2001:db8::/32 sr0 tag 1 segments 5f00::1/oops
"""
    with pytest.raises(InputError) as caught:
        DIALECT.parse({".conf": text}, "r1")
    assert [(one.file, one.line) for one in caught.value.problems] == [
        ("r1.conf", 4), ("r1.conf", 6), ("r1.conf", 10), ("r1.conf", 11),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("segment-routing ipv6\n locator as1 ipv6-prefix 5f00:: 64\n", "huawei"),
        (
            "segment-routing\n srv6\n  locators\n   locator A\n    micro-segment behavior unode\n",
            "iosxr",
        ),
        ("set protocols source-packet-routing srv6\n", "junos"),
        ("route add 2001:db8::/32 encap seg6 mode encap.red segs 5f00::1 dev sr0\n", "linux"),
        ('{"SRV6_MY_LOCATORS": {}}', "sonic"),
        ('<config><srv6 xmlns="urn:huawei:yang:huawei-srv6"/></config>', "huawei"),
        ("configure {\n router Base {\n", "sros"),
    ],
)
def test_a_file_of_another_platform_is_refused_with_a_hint(text, hint):
    with pytest.raises(InputError, match=f"no file of frr.*It looks like {hint}"):
        DIALECT.parse({".conf": text}, "r1")


def test_nothing_gives_nothing():
    carried = DIALECT.carried(RouterState("r1"))
    files = DIALECT.render(carried)
    assert carried.left_out == ()
    assert [line for line in files[".conf"].splitlines() if not line.startswith("!")] == []
    assert DIALECT.parse(files, "r1").state == RouterState("r1")


def test_hundreds_of_policies_come_back():
    state = vendor_state()
    (policy,) = state.policies
    many = tuple(
        replace(
            policy, color=number,
            steering=(Steering(IPv6Network((0x20010DB8 << 96 | number << 80, 48)), "customers"),),
        )
        for number in range(1, 901)
    )  # fmt: skip
    carried = DIALECT.carried(replace(state, policies=many))
    assert len(carried.state.policies) == 900
    assert DIALECT.parse(DIALECT.render(carried), "lanzhou").state == carried.state


def test_flavors_that_static_sids_have_not_are_left_out():
    usd = LocalSid(OWN, EndpointBehavior.END, SHIFTS | {Flavor.USD})
    carried = DIALECT.carried(replace(vendor_state(), sids=(usd,)))
    assert carried.state.sids == ()
    assert any("NEXT-CSID alone" in one.why for one in carried.left_out)
