"""What others have put in the way of an apply is told, and left."""

import subprocess
from dataclasses import replace
from ipaddress import IPv6Address

import pytest
from applied_router import ip, not_kept, own, policy, router, routes, shown, small_state
from waiting import until

from netkit.apply.changes import by_key
from netkit.apply.faults import HalfDoneError
from netkit.apply.linux import preflight
from netkit.apply.objects import (
    EdgeTable,
    PassPair,
    Route,
    Rule,
    Seg6Local,
    TunnelSource,
)
from netkit.apply.place import Place
from netkit.apply.router import apply, recover
from netkit.emit.linux.words import (
    PASS_IN,
    PASS_IN_MAC,
    PASS_OUT,
    PASS_OUT_ADDRESS,
    PASS_OUT_MAC,
)
from netkit.errors import ApplyError, InputError

pytestmark = pytest.mark.netns


def test_what_is_in_the_way_is_all_said_before_anything_is_changed(tmp_path):
    with router() as netns:
        ip(netns, "-6", "route", "add", "2001:db8:2::/48", "dev", "ge0", "table", "100",
           "metric", "100")  # fmt: skip
        sysctl = ["ip", "netns", "exec", netns, "sysctl", "-qw", "net.ipv6.conf.all.forwarding=0"]
        subprocess.run(sysctl, check=True)
        ip(netns, "link", "delete", "cust0")
        flavored = replace(
            policy(9, 2), encap=Seg6Local("End.DT46", vrf_table=4711), prefix=policy(9).prefix
        )
        before = routes(netns)
        with pytest.raises(InputError) as caught:
            apply(Place(tmp_path, netns), "harbin", small_state(policy(2, 2), flavored))
        said = str(caught.value)
        assert "2001:db8:2::/48 100 100 is there already and not netkit's" in said
        assert "there is no interface cust0" in said
        assert "net.ipv6.conf.all.forwarding=1" in said
        assert "seg6local End.DT46: this kernel refuses it" in said
        assert routes(netns) == before
        assert own(netns) == {}


def test_a_route_of_others_that_would_come_before_a_policy_is_found_first(tmp_path):
    with router() as netns:
        place = Place(tmp_path, netns)
        apply(place, "harbin", small_state(policy(2, 2)))
        there = ("2001:db8:2::/48", "dev", "ge0", "table", "100", "metric", "5")
        ip(netns, "-6", "route", "add", *there)
        with pytest.raises(InputError, match=r"100 100 would take no packet: .* metric 5 "):
            apply(place, "harbin", small_state(policy(2, 2)))
        ip(netns, "-6", "route", "delete", *there)
        ip(netns, "-6", "route", "add", *there[:-1], "4000")
        assert apply(place, "harbin", small_state(policy(2, 2))) == ()


def test_an_mtu_that_leaves_no_room_for_the_headers_is_found_first(tmp_path):
    with router() as netns:
        ip(netns, "link", "set", "ge0", "mtu", "1300")
        ip(netns, "-6", "address", "add", "fd5f::1/64", "dev", "ge0", "nodad")
        ip(netns, "-6", "route", "add", "5f00:0:2::/48", "via", "fd5f::2", "dev", "ge0")
        with pytest.raises(InputError, match=r"3 SIDs add 80 bytes, and ge0 .* takes 1300; .*1360"):
            apply(Place(tmp_path, netns), "harbin", small_state(policy(4, 2, 3, 4)))


def test_a_machine_without_nft_is_found_before_an_edge_filter_is_to_be_loaded(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(preflight.shutil, "which", lambda _: None)
    with router() as netns:
        before = routes(netns)
        wanted = (*small_state(), EdgeTable(("chain prerouting {",)))
        with pytest.raises(InputError, match=r"no nft here.*: install nftables"):
            apply(Place(tmp_path, netns), "harbin", wanted)
        assert routes(netns) == before
        assert apply(Place(tmp_path, netns), "harbin", small_state())


def test_a_source_that_somebody_else_has_set_is_told_and_left(tmp_path):
    with router() as netns:
        place = Place(tmp_path, netns)

        def source():
            return shown(netns, "sr", "tunsrc", "show").split()[-1]

        ip(netns, "sr", "tunsrc", "set", "2001:db8::5")
        with pytest.raises(InputError, match=r"2001:db8::5 already, and not netkit's.*tunsrc set"):
            apply(place, "harbin", small_state(policy(2, 2)))
        assert (source(), own(netns)) == ("2001:db8::5", {})
        mine = next(str(one.address) for one in small_state() if isinstance(one, TunnelSource))
        ip(netns, "sr", "tunsrc", "set", mine)
        with pytest.raises(ApplyError, match="the tier is not kept"):
            apply(place, "harbin", small_state(policy(2, 2)), confirm=not_kept)
        assert source() == mine, "taken back, it is what it was"
        apply(place, "harbin", small_state(policy(2, 2)))
        assert own(netns) == by_key(small_state(policy(2, 2)))


def test_a_pair_that_somebody_altered_is_mended_and_keeps_its_routes(tmp_path):
    """Taken away and made anew, it would take all routes over it along, unseen."""
    pair = PassPair(
        PASS_IN, PASS_OUT, PASS_IN_MAC, PASS_OUT_MAC, IPv6Address(PASS_OUT_ADDRESS), 65535
    )
    ahead = Route(policy(2).prefix, 99, 1024, PASS_IN, mtu=1400, via=pair.address)
    rules = (Rule("cust0", 99, 99), Rule(PASS_OUT, 100, 100))
    with router() as netns:
        place = Place(tmp_path, netns)
        wanted = (*small_state(policy(2, 2)), pair, ahead, *rules)
        apply(place, "harbin", wanted)
        assert own(netns) == by_key(wanted)
        ip(netns, "link", "set", PASS_IN, "mtu", "9000", "address", "02:00:00:00:00:09")
        assert len(apply(place, "harbin", wanted)) == 1
        assert own(netns) == by_key(wanted)


def test_what_others_put_in_the_way_at_the_last_moment_is_left_and_nothing_is_half_done(tmp_path):
    there = ("2001:db8:2::/48", "dev", "ge0", "table", "100", "metric", "100")
    with router() as netns:
        place = Place(tmp_path, netns)
        apply(place, "harbin", small_state(policy(3, 3)))

        def meanwhile(_changes):
            ip(netns, "-6", "route", "add", *there)

        with pytest.raises(ApplyError, match="File exists") as told:
            apply(place, "harbin", small_state(policy(2, 2), policy(3, 4)), before=meanwhile)
        assert not isinstance(told.value, HalfDoneError)
        assert own(netns) == by_key(small_state(policy(3, 3)))
        assert "2001:db8:2::/48 dev ge0" in shown(netns, "-6", "route", "show", "table", "100")
        assert recover(place) is None
        ip(netns, "-6", "route", "delete", *there)
        assert len(apply(place, "harbin", small_state(policy(2, 2), policy(3, 4)))) == 2


def test_an_interface_that_is_down_is_told_before_anything_is_changed(tmp_path):
    with router() as netns:
        place = Place(tmp_path, netns)
        apply(place, "harbin", small_state(policy(2, 2)))
        ip(netns, "link", "set", "sr0", "down")
        with pytest.raises(InputError, match="sr0 is down, and takes no route: ip link set sr0 up"):
            apply(place, "harbin", small_state(policy(2, 2)))
        ip(netns, "link", "set", "sr0", "up")
        assert apply(place, "harbin", small_state(policy(2, 2)))
        assert own(netns) == by_key(small_state(policy(2, 2)))


def test_two_rules_of_netkits_number_in_one_place_are_told(tmp_path):
    with router() as netns:
        place = Place(tmp_path, netns)
        apply(place, "harbin", small_state(policy(2, 2)))
        ip(
            netns,
            "-6",
            "rule",
            "add",
            "iif",
            "cust0",
            "pref",
            "100",
            "table",
            "55",
            "protocol",
            "93",
        )
        with pytest.raises(InputError, match="harbin: in one place there are two states of rule 6"):
            apply(place, "harbin", small_state(policy(2, 2)))


def test_a_sid_that_is_an_address_of_the_router_is_told(tmp_path):
    """Linux looks at its own addresses first, and the first of a subnet is one of them."""
    with router() as netns:
        place = Place(tmp_path, netns)
        ip(netns, "-6", "address", "add", "5f00:0:1:1::7/64", "dev", "ge0", "nodad")
        anycast = "anycast 5f00:0:1:1::"
        until(lambda: anycast in shown(netns, "-6", "route", "show", "table", "local"), anycast)
        with pytest.raises(InputError, match=r"would not be met by packets to 5f00:0:1:1::, which"):
            apply(place, "harbin", small_state(policy(2, 2)))
        assert own(netns) == {}
        ip(netns, "-6", "address", "delete", "5f00:0:1:1::7/64", "dev", "ge0")
        ip(netns, "-6", "address", "add", "5f00:0:1:1::7/128", "dev", "ge0", "nodad")
        assert apply(place, "harbin", small_state(policy(2, 2)))


def test_an_interface_of_others_in_the_place_of_the_far_end_of_a_pair_is_told(tmp_path):
    pair = PassPair(
        PASS_IN, PASS_OUT, PASS_IN_MAC, PASS_OUT_MAC, IPv6Address(PASS_OUT_ADDRESS), 65535
    )
    with router() as netns:
        place = Place(tmp_path, netns)
        ip(netns, "link", "add", PASS_OUT, "type", "bridge")
        with pytest.raises(
            InputError, match=f"device {PASS_OUT} is there already and not netkit's"
        ):
            apply(place, "harbin", (*small_state(), pair))
        ip(netns, "link", "delete", PASS_OUT)
        apply(place, "harbin", (*small_state(), pair))
        assert apply(place, "harbin", (*small_state(), pair)) == ()
