"""Junos: what is written, what is left out and refused, and what is understood."""

from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

import pytest
from emitted import HOSTILE, hostile_state, problems_of, read_back
from goldens import check_golden
from vendor_states import SHIFTS, SOURCE, packed, vendor_state

from netkit.emit.dialect import Foreign
from netkit.emit.junos.dialect import DIALECT
from netkit.errors import InputError
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    CandidatePathState,
    EdgeFilter,
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
    "usid": vendor_state(),
    "weighted": vendor_state(usid=False, cases=("weighted",)),
    "backup": vendor_state(cases=("backup",)),
    "all": vendor_state(usid=False, cases=("weighted", "backup", "ipv4", "flex")),
}
FAR = IPv6Address("5f00:0:9::1")

SAMPLE = """## Last commit: 2026-01-01 00:00:00 UTC
version 24.4R1;
routing-options {
    source-packet-routing { srv6 {
        block MICROSID_BLOCK { fd01:cafe::/32;
            global-micro-sid { maximum-sids 20000; } }
        locator MICROSID_LOCATOR { fd01:cafe:12::/48; micro-sid { block-name MICROSID_BLOCK; } } } }
    resolution { preserve-nexthop-hierarchy; }
}
protocols {
    isis {
        source-packet-routing { srv6 { locator MICROSID_LOCATOR micro-node-sid; } } }
    source-packet-routing {
        /* two ways */
        segment-list PATH_A { srv6; P1 { micro-srv6-sid { fd01:cafe:1::; } }
            PE14 { micro-srv6-sid { fd01:cafe:14::; } } }
        segment-list PATH_B { srv6; PE14 { micro-srv6-sid { fd01:cafe:14::; } } }
        segment-list MPLS { hop1 label 17; }
        srv6;
        source-routing-path PE12_to_PE14_COLOR_300 { srv6; to 2001:192:168:fff0::14; color 300;
            primary { PATH_A weight 4; PATH_B weight 1; } }
        source-routing-path "with MPLS" { to 192.0.2.1; primary { MPLS; } }
        use-transport-class;
    }
}
"""
"""A published sample of micro-SIDs, with statements of MPLS beside it."""

ADJACENCY = "protocols isis interface et-0/0/1.0 level 1 srv6-adjacency-segment"

COMMANDS = f"""
set routing-options source-packet-routing srv6 locator LOC1 fd00:ffff:1::/64
set protocols isis source-packet-routing srv6 locator LOC1 end-sid fd00:ffff:1:0:1:: flavor psp
set protocols isis source-packet-routing srv6 locator LOC1 end-sid fd00:ffff:1:0:1:: flavor usd
set {ADJACENCY} unprotected locator LOC1 end-x-sid fd00:ffff:1:0:2::
set protocols isis interface et-0/0/1.0 point-to-point
"""


@pytest.mark.parametrize("case", CASES)
def test_the_files(case):
    carried = read_back(DIALECT, CASES[case])
    assert DIALECT.exceeded(CASES[case], "24.4R1") == ()
    for suffix, text in DIALECT.render(carried).items():
        assert text.isascii()
        check_golden(f"emit/junos/{case}{suffix}", text)


def test_a_published_sample_is_understood_and_the_rest_is_kept():
    parsed = DIALECT.parse({".cfg": SAMPLE}, "PE12")
    state = parsed.state
    (locator,) = state.locators
    assert (locator.usid, locator.structure) == (True, SidStructure(32, 16, 16))
    # No flavor is stated, which is PSP and USD.
    flavors = SHIFTS | {Flavor.PSP, Flavor.USD}
    assert state.sids == (LocalSid(locator.prefix, EndpointBehavior.END, flavors),)
    (policy,) = state.policies
    assert (policy.name, policy.color) == ("PE12_to_PE14_COLOR_300", 300)
    (path,) = policy.candidate_paths
    assert [(one.name, one.weight, len(one.segments)) for one in path.lists] == [
        ("PATH_A", 4, 2), ("PATH_B", 1, 1),
    ]  # fmt: skip
    assert path.lists[0].segments[0] == SegmentState(IPv6Address("fd01:cafe:1::"), flavors=SHIFTS)
    te = "protocols source-packet-routing"
    assert parsed.foreign == (
        Foreign(2, "version 24.4R1"),
        Foreign(6, "routing-options source-packet-routing srv6 block MICROSID_BLOCK "
                   "global-micro-sid maximum-sids 20000"),
        Foreign(8, "routing-options resolution preserve-nexthop-hierarchy"),
        Foreign(18, f"{te} segment-list MPLS hop1 label 17"),
        Foreign(22, f"{te} source-routing-path with MPLS primary MPLS"),
        Foreign(22, f"{te} source-routing-path with MPLS to 192.0.2.1"),
        Foreign(23, f"{te} use-transport-class"),
    )  # fmt: skip


def test_set_commands_are_understood():
    parsed = DIALECT.parse({".cfg": COMMANDS}, "PE1")
    end, end_x = parsed.state.sids
    assert (str(end.sid), end.flavors) == ("fd00:ffff:1:0:1::", {Flavor.PSP, Flavor.USD})
    assert (end_x.behavior, end_x.interface) == (EndpointBehavior.END_X, "et-0/0/1.0")
    assert [one.line for one in parsed.foreign] == [6]
    with pytest.raises(InputError, match="delete"):
        DIALECT.parse({".cfg": COMMANDS + "delete protocols isis\n"}, "PE1")


def test_what_is_inactive_in_the_xml_is_foreign_and_not_in_force():
    name, state = next((one, of) for one, of in CASES.items() if DIALECT.carried(of).state.policies)
    xml = DIALECT.render(DIALECT.carried(state))[".xml"]
    assert DIALECT.parse({".xml": xml}, state.router).state.policies, name
    path = "<source-routing-path>"
    parsed = DIALECT.parse(
        {".xml": xml.replace(path, '<source-routing-path inactive="inactive">')}, state.router
    )
    assert parsed.state.policies == ()
    assert any("inactive: source-routing-path" in one.text for one in parsed.foreign)


def test_an_inactive_statement_is_foreign():
    text = SAMPLE.replace("source-routing-path PE12", "inactive: source-routing-path PE12")
    parsed = DIALECT.parse({".cfg": text}, "PE12")
    assert parsed.state.policies == ()
    assert any("inactive: source-routing-path" in one.text for one in parsed.foreign)


def test_containers_are_said_one_usid_a_hop():
    container = packed(("5f00:0:1:e001::", "5f00:0:2::", "5f00:0:9:d046::"))
    (policy,) = DIALECT.carried(vendor_state()).state.policies
    given = vendor_state().policies[0].candidate_paths[0].lists[0].segments
    assert [str(one.sid) for one in given] == [container]
    hops = policy.candidate_paths[0].lists[0].segments
    assert [str(one.sid) for one in hops] == ["5f00:0:1:e001::", "5f00:0:2::", "5f00:0:9:d046::"]


def test_more_paths_than_two_and_lists_of_the_second_are_left_out():
    def path(preference, *weights):
        return CandidatePathState(preference, tuple(
            WeightedList(f"l{preference}-{weight}", weight, (SegmentState(FAR),) * weight)
            for weight in weights
        ))  # fmt: skip

    policy = PolicyState("p", 7, FAR, (path(400, 3, 2), path(300, 2, 1), path(200, 1)))
    carried = read_back(DIALECT, replace(CASES["one-list"], policies=(policy,)))
    first, second = carried.state.policies[0].candidate_paths
    assert first == path(400, 3, 2)
    assert (second.preference, [one.name for one in second.lists]) == (399, ["l300-2"])
    assert [one.what for one in carried.left_out[:3]] == [
        "preferences 200 of p", "values of preferences 300 of p",
        "lists l300-1 (preference 300 of p)",
    ]  # fmt: skip


def test_what_is_left_out_is_said_in_both_files():
    state = vendor_state(cases=("weighted", "backup", "binding", "ipv4"))
    carried = DIALECT.carried(state)
    whats = [one.what for one in carried.left_out]
    for start in ("binding SIDs", "steering", "SIDs (End.X)", "SIDs (End.DT6)", "transport classes",
                  "customer ports", "edge filter at ports cust0", "STAMP", "largest packets",
                  "sources that local SIDs"):  # fmt: skip
        assert sum(what.startswith(start) for what in whats) == 1, start
    for text in DIALECT.render(carried).values():
        assert all(one.what in text for one in carried.left_out)


def test_hostile_names_get_plain_ones_that_stay_apart():
    carried = read_back(DIALECT, hostile_state(CASES["one-list"]))
    names = [one.name or "" for one in carried.state.policies]
    assert len(set(names)) == len(HOSTILE)
    assert all(1 <= len(name) <= 64 and name.isascii() for name in names)
    text = DIALECT.render(carried)[".cfg"]
    assert text.count("{") == text.count("}")
    assert text.count("*/") == text.count("/*") == len(carried.left_out) + 1


def one_path(*segments: SegmentState, preference: int = 100) -> RouterState:
    path = CandidatePathState(preference, (WeightedList("far", 1, segments),))
    return replace(CASES["one-list"], policies=(PolicyState("to-far", 7, FAR, (path,)),))


USID = SegmentState(FAR, EndpointBehavior.END, SHIFTS)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (one_path(*(SegmentState(FAR),) * 7), "SIDs 7; up to 6 fits"),
        (one_path(*(SegmentState(IPv6Address("5f00:0:1:2:3:4:5:6"), flavors=SHIFTS),) * 7),
         "SIDs 7; up to 6 fits"),
        (one_path(*(SegmentState(IPv6Address("5f00:0:1:2:3:4:5:6"), flavors=SHIFTS),) * 7),
         "hops 42; up to 36 fits"),
        (one_path(SegmentState(FAR), preference=0), "preference 0"),
        (one_path(SegmentState(FAR), USID), "SIDs of a list uSIDs and others"),
        (vendor_state(cases=("binding",)), "binding SID 5f00:0:7:b000::"),
        (replace(vendor_state(), sids=(
            LocalSid(IPv6Network("5f00:0:7::/48"), EndpointBehavior.END, SHIFTS),
            LocalSid(IPv6Network("5f00:0:7::/48"), EndpointBehavior.END, SHIFTS | {Flavor.PSP}),
        )), "sets of flavors 2; one for all its uSIDs fits"),
    ],
)  # fmt: skip
def test_limits(given, said):
    assert any(said in str(one) for one in DIALECT.exceeded(given, None))


def test_usids_are_counted_in_containers():
    full = SegmentState(IPv6Address("5f00:0:1:2:3:4:5:6"), flavors=SHIFTS)
    assert DIALECT.exceeded(one_path(*(full,) * 6), None) == ()


def test_flavors_of_a_usid_locator_are_those_of_its_un():
    un = LocalSid(IPv6Network("5f00:0:7::/48"), EndpointBehavior.END, SHIFTS | {Flavor.PSP})
    carried = read_back(DIALECT, replace(vendor_state(), sids=(un,)))
    assert carried.state.sids == (un,)
    assert "psp;" in DIALECT.render(carried)[".cfg"]
    assert "none;" in DIALECT.render(DIALECT.carried(vendor_state()))[".cfg"]


def test_a_service_sid_of_the_router_itself_is_bgps():
    sid = LocalSid(IPv6Network("5f00:0:7:d046::/64"), EndpointBehavior.END_DT46)
    carried = read_back(DIALECT, replace(CASES["one-list"], sids=(sid,)))
    assert carried.state.sids == (sid,)
    assert (
        "locator algo0 {\n                    end-dt46-sid 5f00:0:7:d046::;"
        in (DIALECT.render(carried)[".cfg"])
    )


@pytest.mark.parametrize(
    ("good", "bad", "line", "said"),
    [
        (
            "micro-srv6-sid { fd01:cafe:1::; }",
            "micro-srv6-sid { fd01::cafe::1; }",
            15,
            "IPv6 address",
        ),
        ("fd01:cafe:12::/48; micro", "fd01:cafe:12::1/48; micro", 7, "bits set behind its length"),
        ("color 300;", "color red;", 20, "no number"),
        ("color 300;", "", 20, "no color"),
        ("PATH_B weight 1", "PATH_C weight 1", 20, "PATH_C is not defined"),
        ("block-name MICROSID_BLOCK", "block-name OTHER", 7, "no block"),
        ("srv6; P1", "srv6; P1 }", 15, "braces do not match"),
        ("use-transport-class;", "use-transport-class", 24, "braces do not match"),
    ],
)
def test_what_cannot_be_understood_has_its_line(good, bad, line, said):
    assert good in SAMPLE
    problems = problems_of(DIALECT, ".cfg", SAMPLE.replace(good, bad, 1))
    assert [(at, said in text) for at, text in problems][:1] == [(line, True)], problems


def test_all_problems_at_once():
    text = SAMPLE.replace("color 300", "color red").replace("fd01:cafe:1::;", "fd01:cafe:1:::;")
    assert [line for line, _ in problems_of(DIALECT, ".cfg", text)][:2] == [15, 20]


def test_policies_of_several_sources_keep_them_as_foreign():
    text = DIALECT.render(DIALECT.carried(hostile_state(CASES["one-list"])))[".cfg"]
    one = text.replace("from 5f00:0:7::1;", "from 5f00:0:7::2;", 1)
    parsed = DIALECT.parse({".cfg": one}, "harbin")
    assert parsed.state.source is None
    assert len(parsed.foreign) == len(HOSTILE)


def test_two_files_that_differ_are_refused():
    files = DIALECT.render(DIALECT.carried(CASES["one-list"]))
    other = DIALECT.render(DIALECT.carried(CASES["weighted"]))
    with pytest.raises(InputError, match="do not say the same"):
        DIALECT.parse({".cfg": files[".cfg"], ".xml": other[".xml"]}, "lanzhou")


def test_nothing_is_nothing():
    carried = read_back(DIALECT, RouterState("harbin", SOURCE))
    assert carried.state == RouterState("harbin")
    assert [one.what for one in carried.left_out] == [f"source {SOURCE}"]


def test_the_edge_filter_is_defined_and_only_netkits_own_is_taken():
    state = CASES["one-list"]
    carried = DIALECT.carried(state)
    assert carried.state.edge == EdgeFilter(state.edge.blocks, (), (), ())
    text = DIALECT.render(carried)[".cfg"]
    assert "family inet6 {\n        filter netkit-edge {" in text
    assert "destination-address {\n                        5f00::/32;" in text
    for other in (
        text.replace("then discard", "then accept"),
        text.replace("term others", "term last"),
        text.replace("5f00::/32;", "5f01::/32;", 1),
    ):
        parsed = DIALECT.parse({".cfg": other}, "lanzhou")
        assert parsed.state.edge is None
        assert len(parsed.foreign) == 5
