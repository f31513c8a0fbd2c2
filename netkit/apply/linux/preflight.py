"""What would go wrong, found before the first change: every problem at once, with its remedy."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from ipaddress import IPv6Address, IPv6Network
from pathlib import Path

from netkit.apply.linux.kernel import Kernel
from netkit.apply.linux.trial import refused_forms
from netkit.apply.objects import (
    EdgeTable,
    KernelObject,
    Key,
    NextHop,
    PassPair,
    Route,
    Rule,
    Seg6,
    Seg6Local,
    SidDevice,
    TunnelSource,
)
from netkit.model.srv6.encapsulation import overhead

IPV6_LEAST_MTU = 1280
_LOCAL_TABLE = "255"
_SYSCTL = Path("/proc/sys/net/ipv6/conf")


def problems(kernel: Kernel, wanted: Iterable[KernelObject]) -> list[str]:
    """All that is in the way of ``wanted``, in words, each with what to do."""
    objects = list(wanted)
    return [
        *_of_others(foreign := kernel.foreign(), objects),
        *_own_addresses(foreign, objects),
        *_other_source(kernel, objects),
        *_preferred(foreign, objects),
        *_absent(kernel.interfaces(), objects),
        *_down(kernel.switched_off(), objects),
        *_switched_off(kernel, objects),
        *_no_program(objects),
        *_too_small(kernel, objects),
        *refused_forms(objects),
    ]


def _of_others(foreign: Mapping[Key, str], wanted: Iterable[KernelObject]) -> Iterator[str]:
    for one in wanted:
        keys = [one.key, SidDevice(one.peer).key] if isinstance(one, PassPair) else [one.key]
        for key in keys:
            if key in foreign:
                yield (
                    f"{' '.join(key)} is there already and not netkit's ({foreign[key]}); take it "
                    "away, or give netkit another prefix, table or metric"
                )


def _own_addresses(foreign: Mapping[Key, str], wanted: Iterable[KernelObject]) -> Iterator[str]:
    """SIDs that are addresses of the router, or the first of a subnet on it, which is anycast to
    all routers there (RFC 4291 §2.6.1): the table of those is looked at before any other."""
    local = {key[1] for key in foreign if key[0] == "route" and key[2] == _LOCAL_TABLE}
    for one in wanted:
        if isinstance(one, Route) and isinstance(one.encap, Seg6Local):
            sid = one.prefix.network_address
            if f"{sid}/{sid.max_prefixlen}" in local:
                yield (
                    f"{' '.join(one.key)} would not be met by packets to {sid}, which is an "
                    "address of this router or the first of a subnet on it: give its interface "
                    "another address or a longer prefix"
                )


def _other_source(kernel: Kernel, wanted: Iterable[KernelObject]) -> Iterator[str]:
    """A source that somebody else has set is that of their packets: the kernel has one for all."""
    if kernel.own():
        return
    there = set(kernel.source())
    if there and any(isinstance(one, TunnelSource) and one not in there for one in wanted):
        address = there.pop().address
        yield (
            f"the source of all encapsulated packets here is {address} already, and not netkit's; "
            "if nothing else needs it: ip sr tunsrc set ::"
        )


def _preferred(foreign: Mapping[Key, str], wanted: Iterable[KernelObject]) -> Iterator[str]:
    """Routes of others that take the packets of a policy or SID, their metric being less: the
    kernel would hold what is wanted, and never use it."""
    least: dict[tuple[str, str], tuple[int, str]] = {}
    for (kind, *names), owner in foreign.items():
        if kind == "route":
            prefix, table, stated = names
            here = int(stated), owner
            least[prefix, table] = min(least.get((prefix, table), here), here)
    for one in wanted:
        if isinstance(one, Route) and (one.encap is not None or one.next_hops):
            metric, owner = least.get((str(one.prefix), str(one.table)), (one.metric, ""))
            if metric < one.metric:
                yield (
                    f"{' '.join(one.key)} would take no packet: a route of metric {metric} that is "
                    f"not netkit's ({owner}) comes before it; take it away"
                )


def _absent(there: Mapping[str, int], wanted: Iterable[KernelObject]) -> Iterator[str]:
    objects = list(wanted)
    made = {one.name for one in objects if isinstance(one, SidDevice | PassPair)}
    made |= {one.peer for one in objects if isinstance(one, PassPair)}
    named = {name for one in objects for name in _interfaces_of(one)}
    for name in sorted(named - made - there.keys()):
        yield f"there is no interface {name}, which the router's state names"


def _down(there: Collection[str], wanted: Iterable[KernelObject]) -> Iterator[str]:
    """The kernel sets no route over an interface that is down, and forgets those there were."""
    over = {name for one in wanted if isinstance(one, Route) for name in _interfaces_of(one)}
    for name in sorted(over & set(there)):
        yield f"{name} is down, and takes no route: ip link set {name} up"


def _interfaces_of(one: KernelObject) -> Iterator[str]:
    match one:
        case Rule():
            yield one.interface
        case Route():
            yield from (name for name in (one.device,) if name is not None)
            yield from (hop.device for hop in one.next_hops)


def _switched_off(kernel: Kernel, wanted: list[KernelObject]) -> Iterator[str]:
    """SIDs need forwarding and, where a routing header ends at the router itself, seg6_enabled on
    ``all`` and on the interface, of which the kernel takes the lesser (net/ipv6/exthdrs.c)."""
    if not any(isinstance(one, Route) and isinstance(one.encap, Seg6Local) for one in wanted):
        return
    if setting("all", "forwarding") == 0:
        yield "IPv6 forwarding is off: sysctl -w net.ipv6.conf.all.forwarding=1"
    ways = kernel.ways_to(set(_neighbours(wanted).values()))
    core = {way.interface for way in ways.values()}
    for name in ("all", *sorted(core)):
        if setting(name, "seg6_enabled") == 0:
            yield f"SRv6 is off on {name}: sysctl -w net.ipv6.conf.{name}.seg6_enabled=1"


def _no_program(wanted: Iterable[KernelObject]) -> Iterator[str]:
    """The filter is loaded by nft; without it the router's own would not even be seen."""
    if any(isinstance(one, EdgeTable) for one in wanted) and shutil.which("nft") is None:
        yield "there is no nft here, which loads the edge filter: install nftables"


def setting(interface: str, name: str) -> int | None:
    """A figure of /proc/sys; None where this kernel has no such setting."""
    try:
        return int((_SYSCTL / interface / name).read_text())
    except OSError:
        return None


def _too_small(kernel: Kernel, wanted: list[KernelObject]) -> Iterator[str]:
    """The least packet of IPv6 (RFC 8200 §5) must fit with the headers that a list puts on it."""
    most: dict[IPv6Address, tuple[int, Key]] = {}
    for one in wanted:
        for encap in _pushed(one):
            first = encap.segments[0]
            most[first] = max(most.get(first, (0, ())), (len(encap.segments), one.key))
    neighbours = _neighbours(wanted)
    towards = {first: neighbours.get(first, first) for first in most}
    ways = kernel.ways_to(set(towards.values()))
    for first, (sids, key) in most.items():
        header = overhead(sids, None).header_bytes
        found = ways.get(towards[first])
        if found is not None and found.mtu < IPV6_LEAST_MTU + header:
            yield (
                f"{' '.join(key)}: its {sids} SIDs add {header} bytes, and {found.interface} "
                f"towards {first} takes {found.mtu}; the least packet that IPv6 asks for needs "
                f"{IPV6_LEAST_MTU + header}"
            )


def _neighbours(wanted: Iterable[KernelObject]) -> dict[IPv6Address, IPv6Address]:
    """Where packets to the router's own End.X leave."""
    return {
        one.prefix.network_address: one.encap.next_hop
        for one in wanted
        if isinstance(one, Route)
        and isinstance(one.prefix, IPv6Network)
        and isinstance(one.encap, Seg6Local)
        and one.encap.next_hop is not None
    }


def _pushed(one: KernelObject) -> Iterator[Seg6]:
    if isinstance(one, Route):
        ways: list[Route | NextHop] = [one, *one.next_hops]
        yield from (way.encap for way in ways if isinstance(way.encap, Seg6))
