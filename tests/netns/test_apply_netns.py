"""Applying to real kernels: what is held is what was asked, foreign things stay, faults go."""

import gc
import os
import signal
import subprocess
from dataclasses import replace
from functools import partial
from ipaddress import IPv6Address, IPv6Network, collapse_addresses

import pytest
from applied_router import ip, own, policy, router, shown, small_state
from waiting import until

from netkit.apply import place as place_module
from netkit.apply import router as apply_module
from netkit.apply.changes import by_key
from netkit.apply.faults import HalfDoneError
from netkit.apply.linux import edge_table
from netkit.apply.linux.devices import Devices
from netkit.apply.linux.kernel import Kernel, Way
from netkit.apply.namespace import inside
from netkit.apply.objects import (
    NextHop,
    PassPair,
    Route,
    Rule,
    Seg6Local,
    SidDevice,
    TunnelSource,
)
from netkit.apply.place import Place
from netkit.apply.router import apply, recover
from netkit.emit.linux.read_nft import read_nft
from netkit.emit.linux.words import (
    PASS_IN,
    PASS_IN_MAC,
    PASS_OUT,
    PASS_OUT_ADDRESS,
    PASS_OUT_MAC,
)
from netkit.errors import ApplyError, InputError

pytestmark = pytest.mark.netns


def routes(netns: str) -> list[str]:
    """All routes but those that the kernel itself adds to interfaces in its own time."""
    lines = shown(netns, "-6", "route", "show", "table", "all").splitlines()
    return [line for line in lines if "proto kernel" not in line]


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


def not_kept():
    raise ApplyError("the tier is not kept")


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


class Deadly(Kernel):
    """A real kernel whose process is killed at one request, before or after it is made."""

    at, requests, after = 0, 0, False

    def make(self, change):
        here = type(self).requests == type(self).at
        type(self).requests += 1
        if here and not self.after:
            os.kill(os.getpid(), signal.SIGKILL)
        super().make(change)
        if here:
            os.kill(os.getpid(), signal.SIGKILL)


def killed(place: Place, wanted, at: int, *, after: bool) -> None:
    """Apply in a process that is killed at request ``at``."""
    child = os.fork()
    if child == 0:
        try:
            Deadly.at, Deadly.after = at, after
            place_module.Kernel = Deadly
            apply(place, "harbin", wanted)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL, (at, after)


def test_killed_at_every_step_it_is_recovered_to_what_it_was(tmp_path, monkeypatch):
    """Over 200 points: before and after each of the changes between two states, there and back."""
    states = [small_state(*(policy(one, one) for one in range(2, 40))),
              small_state(*(policy(one, 99, one) for one in range(2, 66, 2)))]  # fmt: skip
    points = 0
    # What is in the way is another test's; here it would be looked for 200 times.
    monkeypatch.setattr(apply_module, "problems", lambda kernel, wanted: [])
    with router() as netns:
        place = Place(tmp_path, netns)
        ip(netns, "-6", "route", "add", "2001:db8:ffff::/48", "dev", "ge0", "table", "100")
        for here, there in (states, states[::-1]):
            apply(place, "harbin", here)
            for at in range(len(apply(place, "harbin", there, dry_run=True))):
                for after in (False, True):
                    points += 1
                    killed(place, there, at, after=after)
                    with pytest.raises(InputError, match="--recover"):
                        apply(place, "harbin", there)
                    assert recover(place) is not None
                    assert own(netns) == by_key(here), (at, after)
        assert "2001:db8:ffff::/48" in shown(netns, "-6", "route", "show", "table", "100")
    assert points >= 200


def test_killed_while_recovering_it_is_recovered_again(tmp_path):
    here, there = (small_state(*(policy(one, one, node) for one in range(2, 9))) for node in (2, 3))
    with router() as netns:
        place = Place(tmp_path, netns)
        apply(place, "harbin", here)
        killed(place, there, 5, after=True)
        for at in range(3):
            child = os.fork()
            if child == 0:
                try:
                    Deadly.at = at
                    place_module.Kernel = Deadly
                    recover(place)
                finally:
                    os._exit(1)
            os.waitpid(child, 0)
        recover(place)
        assert own(netns) == by_key(here)
        assert recover(place) is None


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


@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <(_io.FileIO|function Popen.__del__)"
    ":pytest.PytestUnraisableExceptionWarning"
)
def test_ctrl_c_at_any_moment_leaves_the_old_state_or_the_new_one(tmp_path):
    """Within the start of a process of its own, too, where Python leaves its pipes, and the process
    that reads nothing from them and ends, to the collector, which tells of it."""
    old = small_state(policy(2, 2), policy(3, 3))
    moved = (replace(one, table=101) if isinstance(one, Rule) else one for one in old)
    new = (*moved, SidDevice("sr1"), policy(2, 4, metric=200))
    alarm = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        with router() as netns:
            place, stood, ends = Place(tmp_path, netns), [], []

            def stands():
                signal.setitimer(signal.ITIMER_REAL, 0)
                stood.append(True)

            for number in range(30):
                apply(place, "harbin", old)
                stood.clear()
                soon = partial(signal.setitimer, signal.ITIMER_REAL, 0.0005 + number * 0.002)
                try:
                    apply(
                        place, "harbin", new, before=lambda _, soon=soon: soon(), committed=stands
                    )
                except KeyboardInterrupt:
                    ends.append("interrupted")
                else:
                    assert stood
                gc.collect()
                assert own(netns) == by_key(new if stood else old)
            assert "interrupted" in ends
    finally:
        signal.signal(signal.SIGALRM, alarm)


def test_a_crash_inside_a_change_is_recovered_as_well(tmp_path, monkeypatch):
    """Between an interface and its alias, and between a rule and the one that it replaces."""
    old = small_state()
    moved = (replace(one, table=101) if isinstance(one, Rule) else one for one in old)
    new = (*moved, SidDevice("sr1"))

    def unfinished(self, name):
        if name == "sr1":
            os._exit(9)
        finish(self, name)

    def crash(*patches):
        child = os.fork()
        if child == 0:
            for name, value in patches:
                monkeypatch.setattr(name, value)
            try:
                apply(place, "harbin", new)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9

    def added_and_dead(self, command, rule):
        if command == "del":
            os._exit(9)
        change_rule(self, command, rule)

    change_rule, finish = Kernel._change_rule, Devices._finish
    with router() as netns:
        place = Place(tmp_path, netns)
        apply(place, "harbin", old)
        for patch in (
            ("netkit.apply.linux.devices.Devices._finish", unfinished),
            ("netkit.apply.linux.kernel.Kernel._change_rule", added_and_dead),
        ):
            crash(patch)
            with pytest.raises(InputError, match="a crash has left a change of harbin half done"):
                apply(place, "harbin", new)
            recover(place)
            assert own(netns) == by_key(old)
            assert "sr1" not in shown(netns, "link")
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


def test_an_operators_route_in_the_place_of_one_is_not_replaced_by_recovery(tmp_path):
    here, there = small_state(policy(2, 2)), small_state(policy(2, 3))
    with router() as netns:
        place = Place(tmp_path, netns)
        apply(place, "harbin", here)
        killed(place, there, 0, after=True)
        where = ("2001:db8:2::/48", "dev", "ge0", "table", "100", "metric", "100")
        ip(netns, "-6", "route", "replace", *where)
        with pytest.raises(ApplyError, match=r"could not be put back:\nroute 2001:db8:2::/48"):
            recover(place)
        assert "2001:db8:2::/48 dev ge0" in shown(netns, "-6", "route", "show", "table", "100")
        ip(netns, "-6", "route", "delete", *where)
        assert recover(place) is not None
        assert own(netns) == by_key(here)


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
