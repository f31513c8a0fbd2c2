"""What of a router's state VRP can say, and what is left out and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from ipaddress import IPv6Network

from netkit.emit.common.naming import plain, with_legal_names
from netkit.emit.common.sids import home, in_order
from netkit.emit.common.versions import by_version
from netkit.emit.dialect import Carried, LeftOut
from netkit.emit.huawei.limits import LIMITS, PATH_MTU_BYTES
from netkit.emit.huawei.words import FLAVOR_WORDS, FLAVORS, SERVICE_WORDS
from netkit.emit.limits import ADDRESS_BITS
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
)
from netkit.model.srv6.encapsulation import overhead

_ALL_FLAVORS = FLAVORS["psp-usp-usd"]


def carried(state: RouterState) -> Carried:
    """``state`` as VRP says it.

    A locator has a prefix and static bits, no block and node: the static bits are all that follow
    the prefix, so that netkit's functions, which come first in them, are opcodes. A SID matches its
    whole address. Segments are addresses alone.
    """
    named = with_legal_names(state, by_version(LIMITS, None))
    projection = _Projection(tuple(_locator(one) for one in named.locators))
    own = RouterState(
        router=state.router,
        source=state.source,
        locators=projection.locators,
        sids=tuple(projection.sids(named.sids)),
        policies=tuple(projection.policy(one) for one in named.policies),
    )
    return Carried(own, (*projection.left_out, *_never_said(state, own)))


def _locator(one: LocatorState) -> LocatorState:
    bits, parts = one.prefix.prefixlen, one.structure
    static = parts.function_bits if parts == SidStructure(bits, 0, parts.function_bits) else None
    structure = SidStructure(bits, 0, ADDRESS_BITS - bits if static is None else static)
    return replace(one, structure=structure, usid=False)


@dataclass(slots=True)
class _Projection:
    locators: tuple[LocatorState, ...]
    left_out: list[LeftOut] = field(default_factory=list)

    def sids(self, sids: tuple[LocalSid, ...]) -> Iterator[LocalSid]:
        taken: set[object] = set()
        for given in sorted(sids, key=lambda one: one.prefix):
            sid = replace(
                given, prefix=IPv6Network(given.sid), flavors=_flavors(given),
                interface=given.interface if given.behavior is EndpointBehavior.END_X else None,
                next_hop=given.next_hop if given.behavior is EndpointBehavior.END_X else None,
            )  # fmt: skip
            why = self._unsaid(sid, taken)
            if why is None:
                yield sid
            else:
                self.left_out.append(LeftOut(f"SID {given.sid} ({given.behavior})", why))

    def _unsaid(self, sid: LocalSid, taken: set[object]) -> str | None:
        """Why VRP cannot say a SID; None where it can. ``taken`` is what may be there once."""
        locator = home(sid.sid, self.locators)
        if locator is None or sid.sid == locator.prefix.network_address:
            return "an opcode is not 0, and lies in a locator"
        if sid.behavior in SERVICE_WORDS:
            once: object = (locator.name, sid.behavior, sid.vrf)
            return _unsaid_service(sid) or _again(once, taken)
        if sid.flavors not in FLAVOR_WORDS:
            return f"VRP has no flavors but {', '.join(FLAVORS)}"
        if sid.behavior is EndpointBehavior.END:
            return _again((locator.name, sid.flavors), taken)
        if sid.interface is None or sid.next_hop is None or not plain(sid.interface):
            return "VRP asks for the interface and the neighbour's address"
        return None

    def policy(self, policy: PolicyState) -> PolicyState:
        for steering in policy.steering:
            enters = f"`apply extcommunity color 0:{policy.color}`, next hop {policy.endpoint}"
            where = "" if steering.vrf is None else f" of {steering.vrf}"
            self.left_out.append(LeftOut(
                f"steering of {steering.prefix}{where} into policy {policy.name}",
                f"BGP is the router's own: the route enters with {enters}",
            ))  # fmt: skip
        paths = tuple(self._path(policy, path) for path in policy.candidate_paths)
        return replace(policy, candidate_paths=paths, steering=())

    def _path(self, policy: PolicyState, path: CandidatePathState) -> CandidatePathState:
        lists = in_order(
            replace(one, segments=tuple(SegmentState(segment.sid) for segment in one.segments))
            for one in path.lists
        )
        own = replace(path, lists=lists, name=None)
        wrong = [mtu for mtu in path_mtus(own) if mtu not in PATH_MTU_BYTES]
        if wrong or (path.largest_packet_bytes is not None and not lists):
            self.left_out.append(LeftOut(
                f"largest packet of policy {policy.name}, preference {path.preference}",
                f"a path MTU is {PATH_MTU_BYTES.start} to {PATH_MTU_BYTES.stop - 1} bytes",
            ))  # fmt: skip
            return replace(own, largest_packet_bytes=None)
        return own


def path_mtus(path: CandidatePathState) -> tuple[int, ...]:
    """What VRP calls the path MTU of each list: the largest packet and the headers that it gets.

    () where no largest packet is known.
    """
    largest = path.largest_packet_bytes
    if largest is None:
        return ()
    return tuple(largest + header_bytes(len(one.segments)) for one in path.lists)


def header_bytes(sids: int) -> int:
    """What ``encapsulation-mode encaps`` adds with ``reduce-srh enable``."""
    return overhead(sids, None).header_bytes


def _flavors(sid: LocalSid) -> frozenset[Flavor]:
    """USD stands in VRP with PSP and USP only: they change nothing where the SID is the last."""
    return _ALL_FLAVORS if sid.flavors == {Flavor.USD} else sid.flavors


def _unsaid_service(sid: LocalSid) -> str | None:
    if sid.flavors:
        return "VRP has no flavors of service SIDs"
    if sid.vrf is not None and not (plain(sid.vrf) and len(sid.vrf) <= 31):
        return "a VPN instance has a name of 1 to 31 plain characters"
    return None


def _again(once: object, taken: set[object]) -> str | None:
    if once in taken:
        return "a locator has one SID of this kind"
    taken.add(once)
    return None


def _never_said(state: RouterState, own: RouterState) -> Iterator[LeftOut]:
    if own.locators:
        names = ", ".join(one.name for one in own.locators)
        yield LeftOut(
            f"IS-IS for locators {names}",
            "its process is the router's own: there, `segment-routing ipv6 locator NAME "
            "auto-sid-disable` for each",
        )
    if state.customers:
        names = ", ".join(one.interface for one in state.customers)
        yield LeftOut(f"customer ports {names}", "VPN instances are the router's own")
    if state.edge is not None:
        yield LeftOut(
            "the filter at the edge of the SRv6 domain (RFC 8754 section 5.1)",
            "no whole sample of it is confirmed for VRP, and a port takes one traffic policy",
        )
    for one in state.reflectors:
        yield LeftOut(
            f"STAMP reflector {one.address} port {one.port}",
            "a responder session of VRP names the sender's port, which no plan states",
        )
