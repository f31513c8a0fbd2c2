"""What of a router's state VRP can say, and what is left out and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from ipaddress import IPv6Network

from netkit.emit.common.left_out import Reasons
from netkit.emit.common.naming import plain, with_legal_names
from netkit.emit.common.sids import home
from netkit.emit.common.versions import by_version
from netkit.emit.dialect import Carried, LeftOut
from netkit.emit.huawei.limits import LIMITS, PATH_MTU_BYTES
from netkit.emit.huawei.lists import UnsaidError, path_mtus, said_path
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
)

_ALL_FLAVORS = FLAVORS["psp-usp-usd"]
_MOST_NAME = 31


def carried(state: RouterState) -> Carried:
    """``state`` as VRP says it.

    A locator has a prefix and static bits, no block and node: the static bits are all that follow
    the prefix, so that netkit's functions, which come first in them, are opcodes. A SID matches its
    whole address. Segments are addresses alone.
    """
    named = with_legal_names(state, by_version(LIMITS, None))
    projection = _Projection(named, tuple(_locator(one) for one in named.locators))
    own = RouterState(
        router=state.router,
        source=state.source,
        locators=projection.locators,
        sids=tuple(projection.sids()),
        policies=tuple(projection.policies()),
    )
    return Carried(own, (*projection.left_out.all(), *_never_said(state, own)))


def _locator(one: LocatorState) -> LocatorState:
    bits, parts = one.prefix.prefixlen, one.structure
    static = parts.function_bits if parts == SidStructure(bits, 0, parts.function_bits) else None
    structure = SidStructure(bits, 0, ADDRESS_BITS - bits if static is None else static)
    return replace(one, structure=structure, usid=False)


@dataclass(slots=True)
class _Projection:
    state: RouterState
    locators: tuple[LocatorState, ...]
    left_out: Reasons = field(default_factory=Reasons)

    def sids(self) -> Iterator[LocalSid]:
        taken: set[object] = set()
        for given in sorted(self.state.sids, key=lambda one: one.prefix):
            end_x = given.behavior is EndpointBehavior.END_X
            sid = replace(
                given,
                prefix=IPv6Network(given.sid),
                flavors=_flavors(given),
                interface=given.interface if end_x else None,
                next_hop=given.next_hop if end_x else None,
            )
            why = self._unsaid(sid, taken)
            if why is None:
                yield sid
            else:
                self.left_out.add(f"SIDs ({given.behavior})", given.sid, why)

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

    def policies(self) -> Iterator[PolicyState]:
        for given in self.state.policies:
            try:
                paths = tuple(self._path(given, path) for path in given.candidate_paths)
            except UnsaidError as unsaid:
                self.left_out.add("policies", given.name, str(unsaid))
                continue
            for steering in given.steering:
                self.left_out.add(
                    "steering",
                    f"{steering.prefix} into {given.name}",
                    "BGP is the router's own: a route enters a policy by its next hop, the "
                    "endpoint, and its color (`apply extcommunity color 0:COLOR`)",
                )
            yield replace(given, candidate_paths=paths, steering=())

    def _path(self, policy: PolicyState, path: CandidatePathState) -> CandidatePathState:
        own = said_path(path, self.state)
        if own.served:
            self.left_out.add(
                "service SIDs at the end of lists of",
                f"{policy.name} (preference {path.preference})",
                "BGP's route brings its own, behind the list",
            )
        mtus = path_mtus(own.path, bound=policy.binding_sid is not None)
        if any(mtu not in PATH_MTU_BYTES for mtu in mtus):
            self.left_out.add(
                "largest packets of",
                f"{policy.name} (preference {path.preference})",
                f"a path MTU is {PATH_MTU_BYTES.start} to {PATH_MTU_BYTES.stop - 1} bytes",
            )
            return replace(own.path, largest_packet_bytes=None)
        return own.path


def _flavors(sid: LocalSid) -> frozenset[Flavor]:
    """USD stands in VRP with PSP and USP only: they change nothing where the SID is the last."""
    return _ALL_FLAVORS if sid.flavors == {Flavor.USD} else sid.flavors


def _unsaid_service(sid: LocalSid) -> str | None:
    if sid.flavors:
        return "VRP has no flavors of service SIDs"
    if sid.vrf is not None and not (plain(sid.vrf) and len(sid.vrf) <= _MOST_NAME):
        return f"a VPN instance has a name of 1 to {_MOST_NAME} plain characters"
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
