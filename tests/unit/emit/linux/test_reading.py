"""Linux files that are not quite netkit's: what is told, with its line, and what is kept."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network, IPv6Address, IPv6Network

import pytest

from netkit.emit.desired.local_sids import F3216
from netkit.emit.desired.words import CUSTOMER_VRF
from netkit.emit.dialect import Carried
from netkit.emit.linux.dialect import DIALECT
from netkit.errors import InputError
from netkit.model.router_state import (
    CandidatePathState,
    EdgeFilter,
    EndpointBehavior,
    Flavor,
    LocalSid,
    LocatorState,
    PolicyState,
    RouterState,
    SegmentState,
    Steering,
    WeightedList,
)

OWN = IPv6Network("5f00:0:1::/48")
ELSEWHERE = IPv6Network("5f00:0:9::/48")
PREFIX = IPv6Network("2001:db8:2::/48")
A, B = (SegmentState(IPv6Address(f"5f00:0:{number}:1::")) for number in (2, 3))
END = IPv6Address("5f00:0:3::1")


def path(preference: int, *lists: tuple[int, tuple[SegmentState, ...]]) -> CandidatePathState:
    return CandidatePathState(
        preference, tuple(WeightedList(None, weight, segments) for weight, segments in lists)
    )


def policy(**fields: object) -> PolicyState:
    steering = (Steering(PREFIX, CUSTOMER_VRF),)
    whole = PolicyState("p", 5, END, (path(200, (1, (A, B))), path(100, (1, (B,)))), None, steering)
    return replace(whole, **fields)


def state(*policies: PolicyState, **fields: object) -> RouterState:
    return RouterState(
        "r1", locators=(LocatorState("algo0", OWN, F3216),), policies=policies, **fields
    )


def written(own: RouterState) -> dict[str, str]:
    return dict(DIALECT.render(DIALECT.carried(own)))


def refused(text: str) -> str:
    with pytest.raises(InputError) as error:
        DIALECT.parse({".ip": text}, "r1")
    return str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("segs 5f00:0:2:1::,5f00:0:3:1:: ", "segs 5f00:0:2:1::,x ", "does not write"),
        ("segs 5f00:0:2:1::,5f00:0:3:1:: ", "segs 5f00::2::1,:: ", "a route that is no policy's"),
        ("mode encap.red", "mode inline", "does not write"),
        ("table 100 metric 100", "table 100 metric 200", "metric 200 twice"),
        ("2001:db8:2::/48 encap", "2001:db8:2::1/48 encap", "has host bits set"),
        ("# Policy p: color 5, endpoint 5f00:0:3::1", "# Policy p: color 5, endpoint x", "Address"),
        ("link set sr0 up", "interface GigabitEthernet0", "not input of `ip -batch`"),
    ],
)
def test_what_netkit_should_know_is_refused_with_its_line(old: str, new: str, told: str) -> None:
    text = written(state(policy()))[".ip"]
    assert text.count(old) >= 1
    edited = text.replace(old, new, 1)
    message = refused(edited)
    line = next(
        number
        for number, (before, after) in enumerate(
            zip(text.splitlines(), edited.splitlines(), strict=True), start=1
        )
        if before != after
    )
    assert told in message
    assert message.startswith(f"r1.ip:{line + (told == 'metric 200 twice')}: ")


def test_prefixes_of_one_policy_have_the_same_routes() -> None:
    two = (Steering(PREFIX, CUSTOMER_VRF), Steering(IPv6Network("2001:db8:3::/48"), CUSTOMER_VRF))
    text = written(state(policy(steering=two)))[".ip"]
    lines = text.splitlines()
    cut = [
        line
        for line in lines
        if not ("2001:db8:3" in line and line.endswith("metric 200 proto 93"))
    ]
    assert len(cut) == len(lines) - 1
    assert "have different routes" in refused("\n".join(cut))


def test_others_lines_are_kept() -> None:
    files = written(state(policy()))
    files[".ip"] += "route add 2001:db8::/32 via fe80::1 dev ge0\nrule add pref 5 table 7\n"
    files[".ip"] += "route add fc00::/64 encap seg6 mode encap segs fc01:: dev eth0\n"
    files[".nft"] = "\n".join(
        [f"# {'r1'}", "table ip6 netkit_edge {", "  ip6 hoplimit 1 drop", "}", "table inet mine {",
         "}", ""],
    )  # fmt: skip
    parsed = DIALECT.parse(files, "r1")
    assert [one.text for one in parsed.foreign] == [
        "route add 2001:db8::/32 via fe80::1 dev ge0",
        "rule add pref 5 table 7",
        "route add fc00::/64 encap seg6 mode encap segs fc01:: dev eth0",
        "ip6 hoplimit 1 drop",
        "table inet mine {",
    ]
    assert parsed.state.policies == DIALECT.carried(state(policy())).state.policies


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("segment-routing ipv6\n locator a ipv6-prefix 2001:: 64", "huawei"),
        ("router isis 1\n sid-format usid-f3216", "iosxr"),
        ("protocols {\n source-packet-routing {", "junos"),
        ('{"SRV6_MY_SIDS": {}}', "sonic"),
        ('{"schema": "netkit/router-state/1"}', "json"),
        ("ipv6 route 2001::/16 sr0 segments fc00::", "frr"),
        ('<config><a xmlns="urn:ietf:params:xml:ns:yang:ietf-srv6-base"/></config>', "ietf"),
        ('<configure xmlns="urn:nokia.com:sros:ns:yang:sr:conf"/>', "sros"),
    ],
)
def test_files_of_other_platforms_are_refused_with_a_hint(text: str, hint: str) -> None:
    assert f"r1.ip:1: not input of `ip -batch`: {text.splitlines()[0]}" in refused(text)
    assert f"It looks like {hint}" in refused(text)
    with pytest.raises(InputError, match=f"It looks like {hint}"):
        DIALECT.parse({".ip": "", ".nft": text}, "r1")


def test_rules_that_contradict_each_other_are_told() -> None:
    edge = EdgeFilter((OWN,), (OWN,), (OWN,), (), ("cust0",))
    text = written(state(edge=edge))[".nft"]
    other = text.replace("saddr 5f00:0:1::/48 counter", "saddr 5f00:0:9::/48 counter", 1)
    with pytest.raises(InputError, match=r"r1\.nft:\d+: rules with different blocks of SIDs"):
        DIALECT.parse({".ip": "", ".nft": other}, "r1")


@pytest.mark.parametrize(
    ("sid", "why"),
    [
        (LocalSid(OWN, EndpointBehavior.END_DT46, vrf=CUSTOMER_VRF), "VRF device"),
        (LocalSid(OWN, EndpointBehavior.END_DT6, vrf="gold"), "no table"),
        (LocalSid(OWN, EndpointBehavior.END_X), "neighbour is not known"),
        (LocalSid(OWN, EndpointBehavior.END, frozenset({Flavor.USP})), "no End with USP"),
        (
            LocalSid(ELSEWHERE, EndpointBehavior.END, frozenset({Flavor.NEXT_CSID})),
            "whole bytes",
        ),
    ],
)  # fmt: skip
def test_sids_that_the_kernel_has_not_are_left_out(sid: LocalSid, why: str) -> None:
    own = DIALECT.carried(state(sids=(sid,)))
    assert own.state.sids == ()
    (left,) = own.left_out
    assert why in left.why
    assert f"# Left out: {left.what}: {left.why}." in DIALECT.render(own)[".ip"]


def test_what_enters_no_policy_on_linux_is_left_out() -> None:
    v4 = Steering(IPv4Network("10.0.0.0/8"), CUSTOMER_VRF)
    own = DIALECT.carried(state(policy(steering=(v4,))))
    assert own.state.policies == ()
    assert [one.what for one in own.left_out] == [
        "policy p: 10.0.0.0/8 in VRF customers",
        "policy p",
    ]


def test_a_binding_sid_has_one_list() -> None:
    shared = (path(200, (2, (A,)), (1, (B,))),)
    bound = policy(binding_sid=OWN[0xB000 << 64], candidate_paths=shared, steering=())
    own = DIALECT.carried(state(bound))
    assert own.state.policies == ()
    assert "one list for all packets" in own.left_out[0].why


def test_weights_become_the_nearest_that_linux_takes() -> None:
    shared = (path(200, (3_000, (A,)), (1_000, (B,)), (999, (A, B))),)
    own = DIALECT.carried(state(policy(candidate_paths=shared)))
    (kept,) = own.state.policies
    assert [one.weight for one in kept.candidate_paths[0].lists] == [256, 85, 85]
    assert own.left_out[0].what == "policy p: exact weights"
    assert DIALECT.parse(DIALECT.render(Carried(own.state)), "r1").state == own.state


def test_preferences_without_a_metric_are_refused() -> None:
    own = state(policy(candidate_paths=(path(300, (1, (A,))), path(299, (1, (B,))))))
    (over,) = DIALECT.exceeded(own, "6.1")
    assert str(over) == "r1: policy p, preference 300: preference 300; 1 to 299 fits"
