"""Applying to real kernels: what is held is what was asked, foreign things stay, faults go."""

import subprocess
from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network, collapse_addresses

import pytest
from applied_router import ip, not_kept, own, policy, router, routes, shown, small_state
from waiting import until

from netkit.apply.changes import by_key
from netkit.apply.linux import edge_table
from netkit.apply.linux.devices import Devices
from netkit.apply.linux.kernel import Kernel, Way
from netkit.apply.namespace import inside
from netkit.apply.objects import (
    NextHop,
    Route,
    Rule,
)
from netkit.apply.place import Place
from netkit.apply.router import apply
from netkit.emit.linux.read_nft import read_nft
from netkit.errors import ApplyError

pytestmark = pytest.mark.netns


def shares(number: int, *ways: tuple[int, ...]) -> Route:
    hops = tuple(
        NextHop(policy(number, *nodes).encap, weight, "sr0", IPv6Address("fe80::1"))
        for weight, nodes in enumerate(ways, start=1)
    )
    return replace(policy(number, 2), device=None, encap=None, next_hops=hops)


def test_what_is_applied_is_held_and_a_second_apply_does_nothing(tmp_path):
    with router() as netns:
        place = Place(tmp_path, netns)
        wanted = small_state(
            policy(2, 2), policy(2, 4, 2, metric=200), shares(3, (3,), (4, 3), (5, 3)),
            replace(policy(4, 4), mtu=1400),
        )  # fmt: skip
        assert len(apply(place, "harbin", wanted)) == len(wanted)
        assert own(netns) == by_key(wanted)
        assert apply(place, "harbin", wanted) == ()
        assert apply(place, "harbin", small_state(policy(2, 7)), dry_run=True)
        assert own(netns) == by_key(wanted), "a dry run changes nothing"
        changed = small_state(policy(2, 7, 2), shares(3, (9, 3), (8, 3)), policy(4, 4))
        apply(place, "harbin", changed)
        assert own(netns) == by_key(changed)


def test_all_removed_leaves_nothing_and_added_again_is_the_same(tmp_path):
    with router() as netns:
        place = Place(tmp_path, netns)
        before = routes(netns)
        apply(place, "harbin", small_state(policy(2, 2)))
        first = routes(netns)
        apply(place, "harbin", ())
        assert routes(netns) == before
        assert "sr0" not in shown(netns, "link")
        assert shown(netns, "sr", "tunsrc", "show").split()[-1] == "::"
        apply(place, "harbin", small_state(policy(2, 2)))
        assert routes(netns) == first


def test_foreign_routes_sids_and_rules_are_left_alone(tmp_path):
    with router() as netns:
        foreign = [
            ("-6", "route", "add", "2001:db8:77::/48", "dev", "cust0", "table", "100"),
            ("-6", "route", "add", "5f00:0:9:1::/64", "encap", "seg6local", "action", "End",
             "dev", "ge0"),
            ("-6", "rule", "add", "iif", "cust0", "table", "77", "pref", "77"),
        ]  # fmt: skip
        for words in foreign:
            ip(netns, *words)
        place = Place(tmp_path, netns)
        apply(place, "harbin", small_state(policy(2, 2)))
        apply(place, "harbin", ())
        assert "2001:db8:77::/48 dev cust0" in shown(netns, "-6", "route", "show", "table", "100")
        assert "5f00:0:9:1::/64  encap seg6local action End" in shown(netns, "-6", "route")
        assert "77:\tfrom all iif cust0 lookup 77" in shown(netns, "-6", "rule")


class Faulty(Kernel):
    """A real kernel that refuses, or keeps something else, at one request."""

    fault, at, requests = "", 0, 0

    def make(self, change):
        here = type(self).requests == type(self).at
        type(self).requests += 1
        if here and self.fault == "refused":
            raise ApplyError("refused on purpose")
        if here and self.fault == "other" and isinstance(change.after, Route):
            change = replace(change, after=replace(change.after, mtu=1300, blackhole=False))
        super().make(change)


@pytest.mark.parametrize("fault", ["refused", "other", "unconfirmed"])
def test_a_fault_at_each_step_leaves_the_router_as_it_was(tmp_path, monkeypatch, fault):
    before = small_state(policy(2, 2), policy(3, 3), shares(5, (4, 5), (6, 5)))
    after = small_state(policy(2, 9, 2), shares(3, (3,), (8, 3)), policy(5, 5), policy(6, 6))
    with router() as netns:
        place = Place(tmp_path, netns)
        apply(place, "harbin", before)
        monkeypatch.setattr("netkit.apply.place.Kernel", Faulty)
        Faulty.fault = fault
        steps = len(apply(place, "harbin", after, dry_run=True))
        assert steps == 4
        for at in range(steps if fault != "unconfirmed" else 1):
            Faulty.at, Faulty.requests = at, 0
            with pytest.raises(ApplyError):
                apply(place, "harbin", after, confirm=not_kept)
            assert own(netns) == by_key(before), at


def test_two_applies_to_one_router_exclude_each_other(tmp_path):
    with router() as netns:
        place = Place(tmp_path, netns)

        def second():
            with pytest.raises(ApplyError, match="another netkit apply to this router is at work"):
                apply(place, "harbin", small_state(policy(2, 3)))

        apply(place, "harbin", small_state(policy(2, 2)), confirm=second)
        assert own(netns) == by_key(small_state(policy(2, 2)))


def test_a_thousand_policies_are_applied_and_held(tmp_path, monkeypatch):
    asked = []

    class Counting(Devices):
        def indexes(self):
            asked.append("indexes")
            return super().indexes()

        def mtus(self):
            asked.append("mtus")
            return super().mtus()

    monkeypatch.setattr("netkit.apply.linux.kernel.Devices", Counting)
    with router() as netns:
        reach_all(netns)
        wanted = small_state(*(policy(number, number, 2) for number in range(2, 1002)))
        apply(Place(tmp_path, netns), "harbin", wanted)
        assert own(netns) == by_key(wanted)
    assert len(asked) < 40  # interfaces are not listed anew for each policy


def reach_all(netns: str) -> None:
    """A way to the SIDs of all routers, over ge0; the kernel makes an address its own a moment
    after it was given."""
    ip(netns, "-6", "address", "add", "fd5f::1/64", "dev", "ge0", "nodad")
    until(lambda: "fd5f::1" in shown(netns, "-6", "route", "show", "table", "local"), "its own")
    ip(netns, "-6", "route", "add", "5f00::/32", "via", "fd5f::2", "dev", "ge0")


def test_the_ways_that_packets_leave_by(tmp_path):
    there, nowhere, here = map(IPv6Address, ("5f00:0:2:1::", "2001:db8::1", "fd5f::1"))
    with router() as netns:
        reach_all(netns)
        ip(netns, "link", "set", "ge0", "mtu", "1400")
        ip(netns, "-6", "route", "add", "blackhole", "2001:db8:2::/48")
        with inside(netns), Kernel() as kernel:
            dropped = IPv6Address("2001:db8:2::1")
            found = kernel.ways_to([there, nowhere, here, dropped])
        assert found == {there: Way("ge0", 1400)}


def test_filters_with_sets_of_one_and_of_many_are_held_as_asked(tmp_path):
    sids = [str(IPv6Address(0x5F00 << 112 | node << 80 | 1 << 64)) for node in range(40, 2, -1)]
    for members in (sids[:1], sids):
        text = (
            "table ip6 netkit_edge {\n  chain prerouting {\n"
            "    type filter hook prerouting priority raw; policy accept;\n"
            f'    iifname "ge0" ip6 daddr {{ {", ".join(members)} }} accept\n'
            '    iifname "ge0" ip6 daddr 5f00::/32 counter drop\n  }\n}\n'
        )
        with router() as netns:
            wanted = (*small_state(policy(2, 2)), edge_table.normal(text))
            apply(Place(tmp_path, netns), "harbin", wanted)
            assert own(netns) == by_key(wanted)
            assert apply(Place(tmp_path, netns), "harbin", wanted) == ()


def test_a_rule_of_another_table_takes_the_place_of_the_one_before(tmp_path):
    with router() as netns:
        place = Place(tmp_path, netns)
        for table in (100, 101, 100):
            wanted = (Rule("cust0", table, 100),)
            apply(place, "harbin", wanted)
            assert own(netns) == by_key(wanted)
            assert shown(netns, "-6", "rule").count("iif cust0") == 1


@pytest.mark.parametrize(
    "blocks",
    [
        "5f00::/32, 5f00:80::/32, 5f00:81::/32", "5f00:81::/32, 5f00:82::/32",
        "5f00:80::/32, 5f00:81::/32",
    ],
)  # fmt: skip
def test_filters_of_blocks_that_lie_together_are_held_as_asked(tmp_path, blocks):
    """nft keeps them as one, a prefix or a range: those of Flex-Algos with numbers in a row."""
    text = (
        "table ip6 netkit_edge {\n  chain prerouting {\n"
        "    type filter hook prerouting priority raw; policy accept;\n"
        f'    iifname "cust0" ip6 daddr {{ {blocks} }} counter drop\n'
        f'    iifname "cust0" ip6 saddr {{ {blocks} }} counter drop\n  }}\n}}\n'
    )
    with router() as netns:
        wanted = (*small_state(policy(2, 2)), edge_table.normal(text))
        apply(Place(tmp_path, netns), "harbin", wanted)
        assert own(netns) == by_key(wanted)
        assert apply(Place(tmp_path, netns), "harbin", wanted) == ()
        printed = subprocess.run(
            ["ip", "netns", "exec", netns, "nft", "list", "table", "ip6", "netkit_edge"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
    edge, foreign = read_nft(printed.replace("packets 0 bytes 0 ", ""), "harbin")
    assert edge is not None
    assert foreign == ()
    asked = [IPv6Network(one) for one in blocks.split(", ")]
    assert edge.blocks == tuple(collapse_addresses(asked))
    assert edge.customers == ("cust0",)
