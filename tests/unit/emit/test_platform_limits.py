"""Every limit of docs/targets.md by its figure there: what just meets it is written and read back,
what exceeds it by one is refused, with the router, the value and what would fit."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

import pytest

from netkit.emit.targets import dialect
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    Flavor,
    LocalSid,
    LocatorState,
    PolicyState,
    RouterState,
    SegmentState,
    StampReflector,
    Steering,
    WeightedList,
)

F3216, UN = SidStructure(32, 16, 16), SidStructure(32, 16, 0)
NEXT = frozenset({Flavor.NEXT_CSID})
END, BLOCK = EndpointBehavior.END, 0x5F00 << 112
SOURCE, FAR = IPv6Address("5f00:0:1::1"), IPv6Address("5f00:0:2::1")


class Router:
    """A router whose platform takes uSIDs or classic SIDs, with one policy that is like all of
    theirs but for what is set."""

    def __init__(self, *, usid: bool) -> None:
        self.usid = usid

    def segment(self, node: int) -> SegmentState:
        if self.usid:
            return SegmentState(IPv6Address(BLOCK | node << 80), END, NEXT, UN)
        return SegmentState(IPv6Address(BLOCK | node << 80 | 1 << 64), END, structure=F3216)

    def segments(self, count: int, first: int = 2) -> tuple[SegmentState, ...]:
        return tuple(self.segment(first + place) for place in range(count))

    def locator(self, bits: int = 48, function: int = 16, name: str = "main", number: int = 1):
        network = IPv6Network((BLOCK | number << 80, 128)).supernet(new_prefix=bits)
        node = 16 if bits > 16 else 8
        structure = SidStructure(bits - node, node, min(function, 128 - bits))
        return LocatorState(name, network, structure, usid=self.usid)

    def state(self, *paths: CandidatePathState, color: int = 100, **more: object) -> RouterState:
        given = paths or (self.path(),)
        own = self.locator()
        sids = (LocalSid(own.prefix, END, NEXT),) if self.usid else ()
        policy = PolicyState(
            "far", color, FAR, given, steering=(Steering(IPv6Network("2001:db8:2::/48")),)
        )
        whole = RouterState("r1", SOURCE, (own,), sids, (policy,))
        return replace(whole, **more)

    def path(self, lists: int = 1, sids: int = 2, weight: int = 1, preference: int = 100):
        made = (
            WeightedList(f"l{one}", weight, self.segments(sids, 2 + one)) for one in range(lists)
        )
        return CandidatePathState(preference, tuple(made), name=f"far-{preference}")

    def sids(self, count: int) -> RouterState:
        return self.state(self.path(sids=count))

    def lists(self, count: int) -> RouterState:
        return self.state(self.path(lists=count))

    def paths(self, count: int) -> RouterState:
        return self.state(*(self.path(preference=count + 1 - one) for one in range(1, count + 1)))

    def preference(self, value: int) -> RouterState:
        return self.state(self.path(preference=value))

    def color(self, value: int) -> RouterState:
        return self.state(color=value)

    def weight(self, value: int) -> RouterState:
        return self.state(self.path(weight=value))

    def prefix(self, bits: int) -> RouterState:
        return self.alone(self.locator(bits))

    def function(self, bits: int) -> RouterState:
        return self.alone(self.locator(function=bits))

    def block(self, bits: int) -> RouterState:
        network = IPv6Network((BLOCK, bits + 16))
        return self.alone(LocatorState("main", network, SidStructure(bits, 16, 16), usid=True))

    def named(self, length: int) -> RouterState:
        return self.alone(self.locator(name="m" * length))

    def locators(self, count: int) -> RouterState:
        return self.alone(
            *(self.locator(name=f"l{one}", number=one) for one in range(1, count + 1))
        )

    def alone(self, *locators: LocatorState) -> RouterState:
        """Locators, and their uNs, and no policy."""
        sids = tuple(LocalSid(one.prefix, END, NEXT) for one in locators if self.usid)
        return RouterState("r1", SOURCE, tuple(sorted(locators)), sids)

    def port(self, number: int) -> RouterState:
        return RouterState("r1", SOURCE, reflectors=(StampReflector(SOURCE, number, (FAR,)),))

    def algorithm(self, number: int) -> RouterState:
        return self.alone(replace(self.locator(), algorithm=number))

    def vrf(self, length: int) -> RouterState:
        sid = LocalSid(
            IPv6Network((BLOCK | 1 << 80 | 0xFE00 << 64, 64)), EndpointBehavior.END_DT6,
            vrf="v" * length,
        )  # fmt: skip
        own = self.alone(self.locator())
        return replace(own, sids=(*own.sids, sid))

    def binding(self, function: int) -> RouterState:
        state = self.state()
        bound = IPv6Address(BLOCK | 1 << 80 | function << 64)
        return replace(state, policies=(replace(state.policies[0], binding_sid=bound),))


CLASSIC, USID = Router(usid=False), Router(usid=True)
LIMITS = [
    # target/version, what is set, those that just fit, those that are one too much, its name
    ("frr/10.5", USID.sids, [8], [9], "SIDs"),
    ("frr/10.5", USID.lists, [1], [2], "segment lists"),
    ("frr/10.5", USID.paths, [254], [255], "candidate paths"),
    ("frr/10.5", USID.color, [1, 2**32 - 1], [0], "color"),
    ("frr/10.5", USID.function, [1, 20], [0, 21], "function bits"),
    ("frr/10.5", USID.block, [16, 64], [15, 65], "block bits"),
    ("frr/10.5", USID.named, [1, 255], [0, 256], "name"),
    ("frr/10.5", USID.vrf, [15], [16], "name"),
    ("frr/10.5", CLASSIC.lists, [], [1], "kind of SID"),
    ("sonic", USID.function, [1, 20], [0, 21], "function bits"),
    ("sonic", USID.block, [16, 64], [15, 65], "block bits"),
    ("sonic", USID.named, [1, 255], [0, 256], "name"),
    ("huawei/8.22", CLASSIC.sids, [10], [11], "SIDs"),
    ("huawei/8.22", CLASSIC.lists, [], [65], "segment lists"),
    ("huawei/8.22", CLASSIC.lists, [16], [17], "weight below 1/16 of all"),
    ("huawei/8.22", CLASSIC.paths, [64], [65], "candidate paths"),
    ("huawei/8.22", CLASSIC.preference, [1, 65_535], [0, 65_536], "preference"),
    ("huawei/8.22", CLASSIC.weight, [1, 2**32 - 1], [0, 2**32], "weight"),
    ("huawei/8.22", CLASSIC.prefix, [32, 120], [31, 121], "prefix length"),
    ("huawei/8.22", USID.lists, [], [1], "kind of SID"),
    ("iosxr/26.2.1", USID.sids, [255], [256], "SIDs"),
    ("iosxr/26.2.1", USID.preference, [1, 65_535], [0, 65_536], "preference"),
    ("iosxr/26.2.1", USID.color, [1, 2**32 - 1], [0], "color"),
    ("iosxr/26.2.1", USID.weight, [1, 2**32 - 1], [0, 2**32], "weight"),
    ("iosxr/26.2.1", USID.prefix, [48], [47, 49], "prefix length"),
    ("iosxr/26.2.1", USID.binding, [0xFE00, 0xFEFF], [0xFDFF, 0xFF00], "binding SID"),
    ("iosxr/25.4.1", USID.binding, [], [0xFE00], "binding SID"),
    ("iosxr/26.2.1", CLASSIC.lists, [], [1], "kind of SID"),
    ("junos/24.4", CLASSIC.sids, [6], [7], "SIDs"),
    ("junos/24.4", CLASSIC.lists, [128], [129], "segment lists"),
    ("junos/24.4", CLASSIC.preference, [1, 2**32 - 1], [0, 2**32], "preference"),
    ("junos/24.4", CLASSIC.function, [16, 32], [15, 33], "function bits"),
    ("junos/24.4", CLASSIC.binding, [], [0xFE00], "binding SID"),
    ("junos/24.4", USID.sids, [36], [37], "hops"),
    ("linux/6.12", CLASSIC.preference, [1, 299], [0, 300], "preference"),
    ("sros/24.10", CLASSIC.sids, [24], [25], "SIDs"),
    ("sros/24.10", CLASSIC.lists, [16], [17], "segment lists"),
    ("sros/24.10", CLASSIC.preference, [1, 2**32 - 1], [0, 2**32], "preference"),
    ("sros/24.10", CLASSIC.locators, [16], [17], "locators"),
    ("sros/24.10", CLASSIC.function, [16, 20, 80], [15, 17, 19], "function bits"),
    ("sros/24.10", CLASSIC.binding, [1], [], "binding SID"),
    ("sros/24.10", USID.binding, [], [1], "binding SID in a uSID locator"),
    ("ietf", CLASSIC.preference, [1, 65_535], [0, 65_536], "preference"),
    ("ietf", CLASSIC.color, [1, 2**32 - 1], [0], "color"),
    ("ietf", CLASSIC.prefix, [16, 96], [15, 97], "prefix length"),
    ("ietf", CLASSIC.algorithm, [0, 128, 255], [127, 256], "algorithm"),
    ("ietf", CLASSIC.port, [862, 1024, 65_535], [861, 863, 1023], "port"),
    ("ietf", USID.block, [16, 32, 48, 64], [31, 65], "parts of uSIDs"),
]


def cases(place: int):
    for target, made, *bounds, what in LIMITS:
        for value in bounds[place]:
            kind = "usid" if made.__self__.usid else "classic"
            yield pytest.param(
                target, made(value), what, id=f"{target} {kind} {made.__name__} {value}"
            )


def asked(target: str):
    name, _, version = target.partition("/")
    return dialect(name, version or None), version or None


@pytest.mark.parametrize(("target", "state", "what"), list(cases(0)))
def test_what_just_meets_a_limit_is_written_and_read_back(target, state, what):
    own, version = asked(target)
    assert own.exceeded(state, version) == ()
    carried = own.carried(state)
    assert len(carried.state.policies) == len(state.policies)
    assert len(carried.state.locators) == len(state.locators)
    assert own.parse(own.render(carried), "r1").state == carried.state


@pytest.mark.parametrize(("target", "state", "what"), list(cases(1)))
def test_what_exceeds_a_limit_by_one_is_refused_with_what_fits(target, state, what):
    own, version = asked(target)
    found = [one for one in own.exceeded(state, version) if one.what == what]
    assert found, own.exceeded(state, version)
    assert {one.router for one in found} == {"r1"}
    assert all(one.value and one.fits and one.where for one in found)
