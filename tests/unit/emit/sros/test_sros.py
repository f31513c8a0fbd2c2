"""SR OS: goldens, limits, what is left out, and what is read of configurations of others.

The XML goldens were valid against Nokia's originals, release 24.10 (nokia-conf 2024-03-01, segment
routing 2024-07-24), which ``tools/check-yang sros`` checks anew where they are at hand.
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

from netkit.emit.sros.dialect import DIALECT
from netkit.emit.sros.limits import REFLECTOR_PORTS
from netkit.errors import InputError
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    EndpointBehavior,
    Flavor,
    LocatorState,
    PeerPort,
    RouterState,
    StampReflector,
    WeightedList,
)

SAMPLES = {"classic": classic_router, "usid": usid_router}


def rendered(state):
    return DIALECT.render(DIALECT.carried(state))


def left_out(state):
    return {one.what: one.why for one in DIALECT.carried(state).left_out}


def exceeded(state):
    return [str(one) for one in DIALECT.exceeded(state, None)]


def with_lists(*lists):
    state = classic_router()
    policy = state.policies[0]
    path = replace(policy.candidate_paths[0], lists=lists)
    return replace(state, policies=(replace(policy, candidate_paths=(path,)),))


@pytest.mark.parametrize("name", SAMPLES)
def test_goldens(name):
    for suffix, text in rendered(SAMPLES[name]()).items():
        check_golden(f"emit/sros/{name}{suffix}", text)


def test_a_router_of_which_nothing_is_said_gets_no_statement():
    files = rendered(RouterState("empty"))
    assert files[".cfg"].count("\n") == 1
    assert DIALECT.parse(files, "empty").state == RouterState("empty")


def test_segments_stand_in_order_of_travel():
    text = rendered(classic_router())[".cfg"]
    first = text[text.index("segment 1 {") : text.index("segment-list 2")]
    assert first.index("5f00:0:4:1::") < first.index("5f00:0:7:e001::")


def test_a_container_is_written_as_its_usids():
    carried = DIALECT.carried(usid_router()).state
    (policy,) = [one for one in carried.policies if one.color == 20_000]
    heaviest = policy.candidate_paths[0].lists[0]
    assert [str(one.sid) for one in heaviest.segments] == ["5f00:0:4::", "5f00:0:7:e001::"]
    assert [one.behavior for one in heaviest.segments] == [
        EndpointBehavior.END,
        EndpointBehavior.END_X,
    ]


def test_a_list_of_nothing_but_the_service_goes_to_its_node():
    (path,) = [
        path
        for one in DIALECT.carried(usid_router()).state.policies
        for path in one.candidate_paths
        if path.preference == 100
    ]
    assert [str(one.sid) for one in path.lists[0].segments] == ["5f00:0:9::"]


def test_a_classic_list_of_nothing_but_the_service_goes_to_the_end_beside_it():
    service = segment("5f00:0:9:d046::", EndpointBehavior.END_DT6)
    state = with_lists(WeightedList("straight", 1, (service,)))
    (policy,) = DIALECT.carried(state).state.policies
    (one,) = policy.candidate_paths[0].lists
    assert [str(each.sid) for each in one.segments] == ["5f00:0:9:1::"]


def test_a_classic_list_of_nothing_but_the_service_is_left_out_with_its_policy():
    service = segment("5f00:0:9:d046::", EndpointBehavior.END_DT6)
    state = replace(with_lists(WeightedList("straight", 1, (service,))), sids=())
    assert DIALECT.carried(state).state.policies == ()
    assert "End beside that is not known" in left_out(state)["policy to-far"]


def test_as_many_lists_forward_as_the_widest_path_has():
    assert "    ecmp 2\n" in rendered(classic_router())[".cfg"]
    one = with_lists(WeightedList("one", 1, (segment("5f00:0:4:1::"),)))
    assert "ecmp" not in rendered(one)[".cfg"]


def test_fewer_than_a_path_has_are_told_as_foreign():
    text = rendered(classic_router())[".cfg"].replace("    ecmp 2\n", "    ecmp 1\n")
    (foreign,) = DIALECT.parse({".cfg": text}, "harbin").foreign
    assert foreign.text == "ecmp 1"


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ([(segment("5f00:0:4:1::"),) * 25], "SIDs 25; up to 24 fits"),
        ([(segment(f"5f00:0:{one}:1::"),) for one in range(1, 18)], "lists 17; up to 16 fits"),
    ],
)
def test_limits_of_lists(lists, said):
    state = with_lists(*(WeightedList(None, 1, one) for one in lists))
    assert any(said in one for one in exceeded(state))


def test_what_fits_exceeds_nothing():
    assert exceeded(classic_router()) == []


def test_a_binding_sid_in_a_locator_of_usids_is_refused():
    (found,) = exceeded(usid_router())
    assert found == (
        "lanzhou: policy bound: binding SID in a uSID locator 5f00:0:1:fe80::;"
        " one in a locator of classic SIDs fits"
    )


def test_functions_of_17_bits_are_refused():
    prefix = IPv6Network("5f00:0:1::/48")
    state = RouterState("odd", locators=(LocatorState("odd", prefix, SidStructure(32, 16, 17)),))
    assert exceeded(state) == ["odd: locator odd: function bits 17; 16, or 20 to 96 fits"]
    assert DIALECT.carried(state).state.locators == ()


def test_candidate_paths_count_as_static_policies():
    state = many_policies(classic_router(), 16_385)
    assert "32770; up to 32768" in exceeded(state)[-1]


def test_what_is_left_out_is_in_the_file():
    files = rendered(classic_router())
    for what in left_out(classic_router()):
        assert f"Left out: {what}" in files[".cfg"]
    assert "<!-- Left out: policy to-far: steering of 10.9.0.0/24" in files[".xml"]


def test_no_flavour_becomes_usp_and_is_said():
    carried = DIALECT.carried(classic_router())
    end = carried.state.sids[0]
    assert end.flavors == frozenset({Flavor.USP})
    assert any("5f00:0:1:1::, 5f00:0:1:2::" in one.what for one in carried.left_out)


@pytest.mark.parametrize(
    ("reflector", "why"),
    [
        (StampReflector(LOOPBACK, 8862), "SR OS reflects on port 862 and 64364 to 64373"),
        (StampReflector(FAR, 862), "no address of its own"),
        (
            StampReflector(LOOPBACK, 862, tuple(IPv6Address(one) for one in range(51))),
            "50 prefixes",
        ),
    ],
)
def test_reflectors_that_are_left_out(reflector, why):
    state = replace(classic_router(), reflectors=(reflector,))
    assert DIALECT.carried(state).state.reflectors == ()
    assert any(why in one for one in left_out(state).values())


@pytest.mark.parametrize("port", [862, REFLECTOR_PORTS[-1]])
def test_ports_of_reflectors(port):
    state = replace(classic_router(), reflectors=(StampReflector(LOOPBACK, port),))
    assert DIALECT.carried(state).state.reflectors == state.reflectors


@pytest.mark.parametrize("name", ["", "0/1", 'a"b', "a\\b", "x" * 33, " a", "pörtl"])
def test_ports_that_sr_os_has_no_name_for(name):
    edge = replace(EDGE, peers=(PeerPort(name, ()),))
    carried = DIALECT.carried(replace(classic_router(), edge=edge)).state
    assert carried.edge is not None
    assert carried.edge.peers == ()


HOSTILE = ['quote"brace}', "line\nbreak", "北京", "-->", "x" * 200, "", "a b", "a b", "#", "@@"]


def test_hostile_names_become_plain_ones_that_stay_apart():
    state = classic_router()
    one = state.policies[0]
    policies = tuple(
        replace(one, name=name, color=place) for place, name in enumerate(HOSTILE, start=1)
    )
    state = replace(state, router='-->"}\n', policies=policies)
    carried = DIALECT.carried(state)
    names = [path.name for each in carried.state.policies for path in each.candidate_paths]
    assert len(set(names)) == 2 * len(HOSTILE)
    assert all(name.isascii() and len(name) <= 64 for name in names)
    files = DIALECT.render(carried)
    assert DIALECT.parse(files, state.router).state == carried.state
    assert all(line.isascii() for text in files.values() for line in text.splitlines())


def test_hundreds_of_policies():
    state = many_policies(classic_router(), 500)
    carried = DIALECT.carried(state)
    assert len(carried.state.policies) == 500
    assert DIALECT.parse(DIALECT.render(carried), "harbin").state == carried.state


def parsed(text):
    return DIALECT.parse({".cfg": text}, "r")


def test_lines_of_full_path_are_read_as_blocks_are():
    flat = """\
/configure router "Base" segment-routing segment-routing-v6 locator "main" admin-state enable
/configure router "Base" segment-routing segment-routing-v6 locator "main" function-length 20
/configure router "Base" segment-routing segment-routing-v6 locator "main" block-length 32
/configure router "Base" segment-routing segment-routing-v6 locator main prefix ip-prefix a::/48
"""
    block = """\
# TiMOS-B-24.10.R1
configure {
    router "Base" {
        segment-routing { segment-routing-v6 { locator "main" {
            admin-state enable block-length 32 function-length 20
            prefix { ip-prefix a::/48 }
        } } }
    }
}
"""
    one, other = parsed(flat), parsed(block)
    assert one.state == other.state
    assert one.foreign == other.foreign == ()
    assert one.state.locators == (
        LocatorState("main", IPv6Network("a::/48"), SidStructure(32, 16, 20)),
    )


OTHERS = """\
configure {
    system { name "r" }
    router "Base" {
        isis 0 { segment-routing-v6 { locator "main" { } } }
        segment-routing {
            segment-routing-v6 {
                origination-fpe [1]
                locator "off" { function-length 16 prefix { ip-prefix 5f00:0:1::/48 } }
            }
            sr-policies {
                admin-state enable
                static-policy "labels" {
                    admin-state enable
                    color 1
                    head-end local
                }
                static-policy "off" {
                    type srv6
                    head-end local
                    color 1
                }
            }
        }
    }
    router "management" { }
}
"""


def test_what_is_not_netkits_is_kept_with_its_line():
    found = parsed(OTHERS)
    assert found.state == RouterState("r")
    assert [(one.line, one.text) for one in found.foreign] == [
        (2, "system"),
        (4, "isis 0"),
        (7, "origination-fpe [1]"),
        (8, "locator off"),
        (12, "static-policy labels"),
        (17, "static-policy off"),
        (25, "router management"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("color 20000", "color blue", "no number"),
        ("srv6-sid 5f00:0:4:1::", "srv6-sid 5f00:0:4:1", "no IPv6 address"),
        ("end 1 {", "end 70000 {", "longer than its locator's functions"),
        ("srh-mode usp-usd", "srh-mode none", "srh-mode cannot be read"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(old, new, said):
    text = rendered(classic_router())[".cfg"].replace(old, new, 1)
    with pytest.raises(InputError) as error:
        parsed(text)
    (problem,) = error.value.problems
    assert said in problem.what
    assert text.split("\n")[(problem.line or 0) - 1].strip() == new


@pytest.mark.parametrize("text", ["configure {\n", "}\n", "configure {\n}\n}\n"])
def test_braces_that_do_not_match(text):
    with pytest.raises(InputError, match="brace"):
        parsed(text)


def test_two_files_that_do_not_say_the_same_are_refused():
    files = dict(rendered(classic_router()))
    files[".cfg"] = files[".cfg"].replace("color 20000", "color 20001")
    with pytest.raises(InputError, match="do not say the same"):
        DIALECT.parse(files, "harbin")


def test_a_file_of_another_platform_is_refused_with_a_hint():
    text = "segment-routing\n srv6\n  locators\n   locator a\n    micro-segment behavior unode x\n"
    with pytest.raises(InputError) as error:
        parsed(text)
    assert "looks like iosxr" in str(error.value)


def test_structure_of_a_locator_that_is_longer_than_an_address():
    locator = LocatorState("long", IPv6Network("5f00::/96"), SidStructure(32, 64, 40))
    assert "longer than 128" in str(left_out(RouterState("r", locators=(locator,))))
