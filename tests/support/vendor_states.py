"""States for the dialects of vendors: one of each case that a plan gives, by name, small enough to
read what is made of them."""

from __future__ import annotations

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
    PolicyState,
    RouterState,
    SegmentState,
    StampReflector,
    Steering,
    WeightedList,
)

F3216 = SidStructure(32, 16, 16, 0)
OWN = IPv6Network("5f00:0:7::/48")
SOURCE = IPv6Address("5f00:0:7::1")
VRF = "customers"
SHIFTS = frozenset({Flavor.NEXT_CSID})


def vendor_state(*, usid: bool = True, cases: tuple[str, ...] = ()) -> RouterState:
    """A router ``lanzhou`` with all that a state can hold; ``cases`` of ``weighted``, ``backup``,
    ``binding``, ``ipv4``, ``flex`` are added to its one policy of one list."""
    flavors = SHIFTS if usid else frozenset()
    return RouterState(
        "lanzhou",
        SOURCE,
        _locators(usid, "flex" in cases),
        _sids(flavors, usid, "flex" in cases),
        (_policy(flavors, usid, cases),),
        (CustomerPort("cust0", VRF, (IPv6Network("2001:db8:7::/48"),)),),
        EdgeFilter(
            (IPv6Network("5f00::/32"),), (IPv6Network("5f00::/32"),), (OWN,), (SOURCE,), ("cust0",)
        ),
        (StampReflector(SOURCE, 862, (IPv6Address("5f00:0:3::1"), IPv6Address("5f00:0:4::1"))),),
    )


def _locators(usid: bool, flex: bool) -> tuple[LocatorState, ...]:
    more = (LocatorState("algo128", IPv6Network("5f00:80:7::/48"), F3216, 128, usid),)
    return (LocatorState("algo0", OWN, F3216, 0, usid), *(more if flex else ()))


def _sids(flavors: frozenset[Flavor], usid: bool, flex: bool) -> tuple[LocalSid, ...]:
    end = OWN if usid else IPv6Network("5f00:0:7:1::/64")
    found = [
        LocalSid(end, EndpointBehavior.END, flavors),
        LocalSid(IPv6Network("5f00:0:7:d046::/64"), EndpointBehavior.END_DT6, vrf=VRF),
    ]
    found += [
        LocalSid(
            IPv6Network(f"5f00:0:7:e00{number}::/64"), EndpointBehavior.END_X, flavors,
            f"ge{number}", IPv6Address(f"fd5f:0:0:{number + 1}::9"),
        )
        for number in (0, 1)
    ]  # fmt: skip
    if flex:
        far = IPv6Network("5f00:80:7::/48" if usid else "5f00:80:7:1::/64")
        found.append(LocalSid(far, EndpointBehavior.END, flavors))
    return tuple(sorted(found, key=lambda one: one.prefix))


def _policy(flavors: frozenset[Flavor], usid: bool, cases: tuple[str, ...]) -> PolicyState:
    name = "to-kunming-20000us"
    ways = [(3, ("5f00:0:1:e001::", "5f00:0:2::", "5f00:0:9:d046::"))]
    if "weighted" in cases:
        ways.append((1, ("5f00:0:4::", "5f00:0:9:d046::")))
    if usid:
        ways = [(weight, (packed(sids),)) for weight, sids in ways]
    paths = [_path(name, 400, ways, flavors, 8940)]
    if "backup" in cases:
        sids = ("5f00:0:5::", "5f00:0:6:e002::", "5f00:0:9:d046::")
        paths.append(_path(name, 300, [(1, (packed(sids),) if usid else sids)], flavors, 1400))
    steering = [Steering(IPv6Network("2001:db8:9::/48"), VRF)]
    if "ipv4" in cases:
        steering.insert(0, Steering(IPv4Network("10.9.0.0/16"), VRF))
    bound = IPv6Address("5f00:0:7:b000::") if "binding" in cases else None
    endpoint = IPv6Address("5f00:0:9::1")
    return PolicyState(name, 20000, endpoint, tuple(paths), bound, tuple(steering))


def packed(sids: tuple[str, ...]) -> str:
    """Those SIDs as one container (RFC 9800 §4.1): nodes and functions, each 16 bits."""
    slots: list[int] = []
    for sid in sids:
        address = int(IPv6Address(sid))
        slots += [slot for slot in (address >> 80 & 0xFFFF, address >> 64 & 0xFFFF) if slot]
    own = 0x5F000000 << 96 | sum(slot << 80 - 16 * at for at, slot in enumerate(slots))
    return str(IPv6Address(own))


def _path(
    name: str,
    preference: int,
    ways: list[tuple[int, tuple[str, ...]]],
    flavors: frozenset[Flavor],
    largest: int,
) -> CandidatePathState:
    own = f"{name}-{preference}"
    lists = tuple(
        WeightedList(
            own if len(ways) == 1 else f"{own}-{place}",
            weight if len(ways) > 1 else 1,
            tuple(_segment(sid, flavors) for sid in sids),
        )
        for place, (weight, sids) in enumerate(ways, start=1)
    )
    return CandidatePathState(preference, lists, largest, own)


def _segment(sid: str, flavors: frozenset[Flavor]) -> SegmentState:
    function = int(IPv6Address(sid)) >> 64 & 0xFFFF
    behavior = (
        EndpointBehavior.END_DT6 if function == 0xD046
        else EndpointBehavior.END_X if function >= 0xE000
        else EndpointBehavior.END
    )  # fmt: skip
    return SegmentState(IPv6Address(sid), behavior, flavors, F3216)
