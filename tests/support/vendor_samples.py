"""Hand-made states of one router with everything in them that vendors' dialects can say."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network, IPv6Address, IPv6Network

from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    CandidatePathState,
    CustomerPort,
    EdgeFilter,
    EndpointBehavior,
    Flavor,
    LocalSid,
    LocatorState,
    PeerPort,
    PolicyState,
    RouterState,
    SegmentState,
    StampReflector,
    Steering,
    WeightedList,
)

F3216 = SidStructure(32, 16, 16, 0)
OWN = IPv6Network("5f00:0:1::/48")
LOOPBACK = IPv6Address("5f00:0:1::1")
FAR = IPv6Address("5f00:0:9::1")
NEXT = frozenset({Flavor.NEXT_CSID})


def segment(
    sid: str, behavior: EndpointBehavior = EndpointBehavior.END, *, usid: bool = False
) -> SegmentState:
    return SegmentState(IPv6Address(sid), behavior, NEXT if usid else frozenset(), F3216)


SERVICE = segment("5f00:0:9:d046::", EndpointBehavior.END_DT6)
VIA_4 = segment("5f00:0:4:1::")
OVER_7 = segment("5f00:0:7:e001::", EndpointBehavior.END_X)

EDGE = EdgeFilter(
    blocks=(IPv6Network("5f00::/32"), IPv6Network("5f00:80::/32")),
    inside=(IPv6Network("5f00::/16"),),
    protected=(OWN,),
    reachable=(LOOPBACK,),
    customers=("GigabitEthernet0/0/0/5",),
    peers=(PeerPort("HundredGigE0/0/0/1", (IPv6Address("5f00:0:1:e001::"),)),),
)
CUSTOMERS = (
    CustomerPort("GigabitEthernet0/0/0/5", "customers", (IPv6Network("2001:db8:1::/48"),)),
)
STEERING = (
    Steering(IPv4Network("10.9.0.0/24"), "customers"),
    Steering(IPv6Network("2001:db8:9::/48"), "customers"),
)
REFLECTOR = StampReflector(LOOPBACK, 862, (IPv6Address("5f00:0:2::1"), FAR))


def classic_router() -> RouterState:
    """Classic SIDs: a weighted primary with a backup, and a binding SID of its own policy."""
    way = IPv6Address("fd5f:0:0:7::9")
    usd = frozenset({Flavor.USD})
    dt6 = EndpointBehavior.END_DT6
    sids = (
        LocalSid(IPv6Network("5f00:0:1:1::/64"), EndpointBehavior.END),
        LocalSid(IPv6Network("5f00:0:1:2::/64"), EndpointBehavior.END, usd),
        LocalSid(IPv6Network("5f00:0:1:d046::/64"), dt6, vrf="customers"),
        LocalSid(IPv6Network("5f00:0:1:d066::/64"), dt6),
        LocalSid(
            IPv6Network("5f00:0:1:e001::/64"), EndpointBehavior.END_X, frozenset({Flavor.PSP}),
            "to-lanzhou", way,
        ),
    )  # fmt: skip
    primary = CandidatePathState(
        200,
        (
            WeightedList("to-far-200-1", 3, (VIA_4, OVER_7, SERVICE)),
            WeightedList("to-far-200-2", 1, (OVER_7, SERVICE)),
        ),
        1436,
        "to-far-200",
    )
    backup = CandidatePathState(
        100, (WeightedList("to-far-100-1", 1, (VIA_4, SERVICE)),), 1460, "to-far-100"
    )
    bound = CandidatePathState(
        200, (WeightedList("bound-200-1", 1, (VIA_4, segment("5f00:0:9:2::"))),), None, "bound-200"
    )
    return RouterState(
        "harbin",
        LOOPBACK,
        (LocatorState("main", OWN, F3216),),
        sids,
        (
            PolicyState("to-far", 20_000, FAR, (primary, backup), None, STEERING),
            PolicyState("bound", 40_000, FAR, (bound,), IPv6Address("5f00:0:1:b000::")),
        ),
        CUSTOMERS,
        EDGE,
        (REFLECTOR,),
    )


def usid_router() -> RouterState:
    """uSIDs: containers, two planes, static SIDs and a binding SID where IOS XR takes them."""
    plane = IPv6Network("5f00:80:1::/48")
    wide = segment("5f00:0:4:7:e001:9:d046:0", usid=True)
    other = (segment("5f00:80:4::", usid=True), segment("5f00:0:9:d046::", usid=True))
    straight = (segment("5f00:0:9:d046::", EndpointBehavior.END_DT6, usid=True),)
    ua = frozenset({Flavor.NEXT_CSID, Flavor.PSP, Flavor.USD})
    primary = CandidatePathState(
        200,
        (
            WeightedList("to-far-200-1", 3, (wide,)),
            WeightedList("to-far-200-2", 1, other),
        ),
        1436,
        "to-far-200",
    )
    backup = CandidatePathState(
        100, (WeightedList("to-far-100-1", 1, straight),), 1460, "to-far-100"
    )
    whole = segment("5f00:0:4:9::", usid=True)
    bound = CandidatePathState(200, (WeightedList("bound-200-1", 1, (whole,)),), None, "bound-200")
    return RouterState(
        "lanzhou",
        LOOPBACK,
        (
            LocatorState("algo128", plane, F3216, 128, usid=True),
            LocatorState("main", OWN, F3216, usid=True),
        ),
        (
            LocalSid(OWN, EndpointBehavior.END, NEXT),
            LocalSid(IPv6Network("5f00:0:1:d046::/64"), EndpointBehavior.END_DT6, vrf="customers"),
            LocalSid(
                IPv6Network("5f00:0:1:e001::/64"), EndpointBehavior.END_X, NEXT,
                "HundredGigE0/0/0/1",
            ),
            LocalSid(
                IPv6Network("5f00:0:1:fe01::/64"), EndpointBehavior.END_X, ua,
                "HundredGigE0/0/0/2",
            ),
            LocalSid(
                IPv6Network("5f00:0:1:fe46::/64"), EndpointBehavior.END_DT46, vrf="customers"
            ),
            LocalSid(plane, EndpointBehavior.END, ua),
        ),
        (
            PolicyState("to-far", 20_000, FAR, (primary, backup), None, STEERING),
            PolicyState("bound", 40_000, FAR, (bound,), IPv6Address("5f00:0:1:fe80::")),
        ),
        CUSTOMERS,
        EDGE,
        (REFLECTOR,),
    )  # fmt: skip


def many_policies(state: RouterState, number: int) -> RouterState:
    """The same router with so many policies like its first, each of a color of its own."""
    one = state.policies[0]
    found = tuple(
        replace(one, name=f"{one.name}-{place}", color=one.color + place)
        for place in range(1, number + 1)
    )
    return replace(state, policies=found)


def packed(state: RouterState) -> RouterState:
    """The same router with uSIDs in containers, each with what a plan says of the first in it."""
    return replace(state, policies=tuple(
        replace(policy, candidate_paths=tuple(
            replace(path, lists=tuple(
                replace(one, segments=_containers(one.segments)) for one in path.lists
            ))
            for path in policy.candidate_paths
        ))
        for policy in state.policies
    ))  # fmt: skip


def _containers(segments: tuple[SegmentState, ...]) -> tuple[SegmentState, ...]:
    found: list[tuple[SegmentState, list[int]]] = []
    for one in segments:
        slots = [slot for place in range(6) if (slot := int(one.sid) >> 80 - 16 * place & 0xFFFF)]
        full = not found or len(found[-1][1]) + len(slots) > 6
        if full or Flavor.NEXT_CSID not in one.flavors & found[-1][0].flavors:
            found.append((one, slots))
        else:
            found[-1][1].extend(slots)
    return tuple(_container(first, slots) for first, slots in found)


def _container(first: SegmentState, slots: list[int]) -> SegmentState:
    if Flavor.NEXT_CSID not in first.flavors:
        return first
    bits = sum(slot << 80 - 16 * place for place, slot in enumerate(slots))
    node = first.behavior is EndpointBehavior.END
    structure = SidStructure(32, 16, 0) if node else F3216
    return replace(first, sid=IPv6Address(int(first.sid) >> 96 << 96 | bits), structure=structure)
