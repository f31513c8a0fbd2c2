"""What Linux can say of a router's state, and what is left out of its files and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network, collapse_addresses

from netkit.emit.desired.words import plain
from netkit.emit.dialect import Carried, LeftOut
from netkit.emit.linux.kernels import too_old
from netkit.emit.linux.words import INTERFACE, MOST_WEIGHT, TABLES, linux_weights
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
    Steering,
    WeightedList,
)
from netkit.model.srv6.weights import lowest_terms

_FLAVORS = {
    EndpointBehavior.END: ((), (Flavor.NEXT_CSID,), (Flavor.USD,), (Flavor.PSP,)),
    EndpointBehavior.END_X: ((), (Flavor.NEXT_CSID,), (Flavor.USD,)),
    EndpointBehavior.END_DT6: ((),),
}
"""What seg6local has. USD is End.DT6 into the main table, or End.DX6: for a packet whose last SID
it is they do the same."""

_Maybe = Iterator["LocalSid | PolicyState | CustomerPort | LeftOut"]


def carried(state: RouterState, version: str | None = None) -> Carried:
    """``state`` without what the kernel does not have, in that ``version`` or in all; its own names
    for lists, paths and ports of SIDs go as well, for which nothing stands in its files."""
    locators = tuple(sorted(replace(one, name=plain(one.name)) for one in state.locators))
    found = [
        *(one for sid in state.sids for one in _sid(sid, locators, version)),
        *(one for policy in state.policies for one in _policy(policy)),
        *(one for port in state.customers for one in _customers(port)),
        *_reflectors(state),
    ]
    edge = None if state.edge is None else _edge(state.edge)
    return Carried(
        RouterState(
            router=state.router,
            source=state.source,
            locators=locators,
            sids=tuple(one for one in found if isinstance(one, LocalSid)),
            policies=tuple(one for one in found if isinstance(one, PolicyState)),
            customers=tuple(one for one in found if isinstance(one, CustomerPort)),
            edge=edge,
        ),
        tuple(one for one in found if isinstance(one, LeftOut)),
    )


def block_bits(locators: Iterable[LocatorState], prefix: IPv6Network) -> int | None:
    """How long the block of a SID is; None outside all locators."""
    around = (one for one in locators if prefix.subnet_of(one.prefix))
    return next((one.structure.block_bits for one in around), None)


def _sid(sid: LocalSid, locators: tuple[LocatorState, ...], version: str | None) -> _Maybe:
    why = _why_no_sid(sid, locators) or too_old(sid, version)
    if why is not None:
        yield LeftOut(f"SID {sid.prefix} ({sid.behavior})", why)
    elif sid.behavior is EndpointBehavior.END_X:
        yield replace(sid, interface=None, vrf=None)
    elif sid.behavior is EndpointBehavior.END:
        yield replace(sid, interface=None, next_hop=None, vrf=None)
    else:
        yield replace(sid, interface=None, next_hop=None)


def _why_no_sid(sid: LocalSid, locators: tuple[LocatorState, ...]) -> str | None:
    if sid.behavior is EndpointBehavior.END_DT46:
        return "End.DT46 needs a VRF device of the kernel"
    if sid.behavior is EndpointBehavior.END_DT6 and TABLES.get(sid.vrf, "main") == "main":
        return f"no table of the kernel stands for VRF {sid.vrf}"
    if sid.behavior is EndpointBehavior.END_X and sid.next_hop is None:
        return "the address of the neighbour is not known"
    if tuple(sid.flavors) not in _FLAVORS[sid.behavior]:
        return f"seg6local has no {sid.behavior} with {' and '.join(sorted(sid.flavors))}"
    if Flavor.NEXT_CSID in sid.flavors and not _whole_bytes(sid, locators):
        return "the kernel shifts by whole bytes of a block that a locator states"
    return None


def _whole_bytes(sid: LocalSid, locators: tuple[LocatorState, ...]) -> bool:
    block = block_bits(locators, sid.prefix)
    return block is not None and block % 8 == 0 and (sid.prefix.prefixlen - block) % 8 == 0


def _policy(policy: PolicyState) -> _Maybe:
    what = f"policy {policy.name or f'color {policy.color} to {policy.endpoint}'}"
    bound, shares = policy.binding_sid, any(len(one.lists) > 1 for one in policy.candidate_paths)
    if bound is not None and shares:
        yield LeftOut(f"{what}: binding SID {bound}", "End.B6.Encaps has one list for all packets")
        bound = None
    steering = tuple(one for one in policy.steering if _enters(one))
    for one in policy.steering:
        if one not in steering:
            where = "" if one.vrf is None else f" in VRF {one.vrf}"
            why = "netkit's tables are of IPv6" if one.prefix.version == 4 else "no such table"
            yield LeftOut(f"{what}: {one.prefix}{where}", why)
    if not policy.candidate_paths or (bound is None and not steering):
        yield LeftOut(what, "nothing enters it, neither a prefix nor a binding SID")
        return
    weights = (lowest_terms([own.weight for own in path.lists]) for path in policy.candidate_paths)
    if any(max(own, default=0) > MOST_WEIGHT for own in weights):
        yield LeftOut(f"{what}: exact weights", f"Linux takes 1 to {MOST_WEIGHT}: the nearest")
    paths = tuple(_path(one) for one in policy.candidate_paths)
    name = None if policy.name is None else plain(policy.name)
    yield replace(policy, name=name, candidate_paths=paths, binding_sid=bound, steering=steering)


def _enters(one: Steering) -> bool:
    return one.prefix.version == 6 and one.vrf in TABLES


def _path(path: CandidatePathState) -> CandidatePathState:
    """One list has no weight to share by; of several the weights are what the kernel takes."""
    weights = [1] if len(path.lists) == 1 else linux_weights([one.weight for one in path.lists])
    lists = sorted(
        (
            WeightedList(None, weight, tuple(SegmentState(segment.sid) for segment in one.segments))
            for weight, one in zip(weights, path.lists, strict=True)
        ),
        key=lambda one: (-one.weight, [segment.sid for segment in one.segments]),
    )
    return replace(path, name=None, lists=tuple(lists))


def _customers(port: CustomerPort) -> _Maybe:
    what = f"customers behind {port.interface}"
    if TABLES.get(port.vrf, "main") == "main":
        yield LeftOut(what, f"no table of the kernel stands for VRF {port.vrf}")
        return
    if not INTERFACE.fullmatch(port.interface):
        yield LeftOut(what, "no name of a Linux interface")
        return
    own = tuple(one for one in port.prefixes if one.version == 6)
    for one in port.prefixes:
        if one.version == 4:
            yield LeftOut(f"{what}: {one}", "netkit's tables are of IPv6")
    yield replace(port, prefixes=own)


def _reflectors(state: RouterState) -> Iterator[LeftOut]:
    for one in state.reflectors:
        what = f"STAMP reflector at {one.address} port {one.port}"
        yield LeftOut(what, "no configuration of a kernel: `netkit probe reflect` is one")


def _edge(edge: EdgeFilter) -> EdgeFilter:
    """The filter as its rules say it: blocks with the ports that they guard, sources and open
    addresses with the locators that they are for. What lies together is one prefix, as nft keeps
    it."""
    customers = tuple(one for one in edge.customers if edge.blocks and INTERFACE.fullmatch(one))
    peers = tuple(one for one in edge.peers if edge.blocks and INTERFACE.fullmatch(one.interface))
    protected = edge.protected if edge.inside else ()
    return EdgeFilter(
        blocks=tuple(collapse_addresses(edge.blocks)) if customers or peers else (),
        inside=tuple(collapse_addresses(edge.inside)) if protected else (),
        protected=protected,
        reachable=tuple(one for one in edge.reachable if _inside(one, protected)),
        customers=customers,
        peers=peers,
    )


def _inside(address: IPv6Address, prefixes: Iterable[IPv6Network]) -> bool:
    return any(address in one for one in prefixes)
