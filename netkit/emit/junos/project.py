"""What of a router's state Junos can say, and what is left out and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from ipaddress import IPv6Address

from netkit.emit.common.left_out import Reasons
from netkit.emit.common.naming import plain, with_legal_names
from netkit.emit.common.sids import home, in_order, matched
from netkit.emit.common.versions import by_version
from netkit.emit.dialect import Carried, LeftOut, Unmade
from netkit.emit.junos.edge import said_edge, unsaid_edge
from netkit.emit.junos.limits import LIMITS
from netkit.emit.junos.segments import said
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    Flavor,
    LocalSid,
    LocatorState,
    PolicyState,
    RouterState,
    WeightedList,
)

USID_BITS = 16
"""Length of a micro-SID in Junos."""

SERVICES = {
    EndpointBehavior.END_DT6: "end-dt6-sid",
    EndpointBehavior.END_DT46: "end-dt46-sid",
}

PLAIN_FLAVORS = frozenset({Flavor.PSP, Flavor.USP, Flavor.USD})
"""Flavors of SIDs that are no uSIDs."""


def carried(state: RouterState) -> Carried:
    """``state`` as Junos says it: a policy has one primary set of lists and one secondary list."""
    named = with_legal_names(state, by_version(LIMITS, None))
    projection = _Projection(tuple(_locator(one) for one in named.locators))
    policies = tuple(projection.policy(one) for one in named.policies)
    own = RouterState(
        router=state.router,
        source=state.source if policies else None,
        locators=projection.locators,
        sids=tuple(projection.sids(named.sids)),
        policies=policies,
        edge=said_edge(named.edge),
    )
    return Carried(own, (*projection.left_out.all(), *_never_said(state, own)))


def unmade(state: RouterState) -> dict[IPv6Address, Unmade]:
    """The uSIDs of functions that Junos numbers by itself; those of VRFs are their operator's."""
    containers = tuple(one for one in state.locators if one.usid)
    nodes = {one.prefix for one in containers}
    return {
        sid.sid: Unmade("how a number makes its SID is not confirmed", "a uN of the router")
        for sid in state.sids
        if sid.prefix not in nodes and sid.vrf is None and home(sid.sid, containers) is not None
    }


def _locator(one: LocatorState) -> LocatorState:
    bits, parts = one.prefix.prefixlen, one.structure
    block = parts.block_bits if parts.block_bits + parts.node_bits == bits else bits
    function = USID_BITS if one.usid else parts.function_bits
    return replace(one, structure=SidStructure(block, bits - block, function))


@dataclass(slots=True)
class _Projection:
    locators: tuple[LocatorState, ...]
    left_out: Reasons = field(default_factory=Reasons)

    def sids(self, sids: tuple[LocalSid, ...]) -> Iterator[LocalSid]:
        """The SIDs that can be said; Junos finds the neighbour of an End.X itself."""
        found: list[LocalSid] = []
        flavors: dict[str, frozenset[Flavor]] = {}
        for given in sids:
            locator = home(given.sid, self.locators)
            why = _unsaid(given, locator, flavors)
            if why is not None or locator is None:
                self.left_out.add(f"SIDs ({given.behavior})", given.sid, why or "")
                continue
            own = given.prefix if locator.usid else matched(given.sid, locator)
            end_x = given.behavior is EndpointBehavior.END_X
            found.append(replace(
                given, prefix=own, interface=given.interface if end_x else None, next_hop=None
            ))  # fmt: skip
        yield from sorted(found, key=lambda one: one.prefix)

    def policy(self, policy: PolicyState) -> PolicyState:
        """A policy with its primary and its secondary lists alone."""
        if policy.binding_sid is not None:
            which = f"{policy.binding_sid} of {policy.name}"
            self.left_out.add("binding SIDs", which, "binding SIDs of Junos are MPLS labels")
        for steering in policy.steering:
            self.left_out.add(
                "steering",
                f"{steering.prefix} into {policy.name}",
                "BGP is the router's own: a route enters a policy by its next hop, the endpoint, "
                "and its color (`community NAME members color:0:COLOR`)",
            )
        paths = tuple(self._paths(policy))
        return replace(policy, candidate_paths=paths, binding_sid=None, steering=())

    def _paths(self, policy: PolicyState) -> Iterator[CandidatePathState]:
        full = [path for path in policy.candidate_paths if path.lists]
        for path in full[2:]:
            which = f"{path.preference} of {policy.name}"
            self.left_out.add("preferences", which, "a path has one primary set and one secondary")
        for place, path in enumerate(full[:2]):
            which = f"{path.preference} of {policy.name}"
            if path.largest_packet_bytes is not None:
                why = "Junos has no path MTU of a segment list"
                self.left_out.add("largest packets of preferences", which, why)
            lists = in_order(replace(one, segments=said(one.segments)) for one in path.lists)
            if place == 0:
                yield CandidatePathState(path.preference, lists)
            else:
                yield self._secondary(which, full[0].preference - 1, path.preference, lists)

    def _secondary(
        self, which: str, preference: int, given: int, lists: tuple[WeightedList, ...]
    ) -> CandidatePathState:
        """One list without weight, below the primary set: its preference is not stated."""
        if given != preference:
            why = "what is secondary has no preference: it counts as one less than the primary's"
            self.left_out.add("values of preferences", which, why)
        for one in lists[1:]:
            self.left_out.add("lists", f"{one.name} (preference {which})", "one list is secondary")
        return CandidatePathState(preference, (replace(lists[0], weight=1),))


def _unsaid(
    sid: LocalSid, locator: LocatorState | None, flavors: dict[str, frozenset[Flavor]]
) -> str | None:
    """Why Junos cannot say a SID; None where it can. ``flavors`` are those of uSID locators, as
    their first SIDs have them."""
    if locator is None:
        return "it lies in no locator"
    if sid.behavior in SERVICES:
        return _unsaid_service(sid, locator)
    if locator.usid:
        return _unsaid_usid(sid, locator, flavors)
    if not sid.flavors <= PLAIN_FLAVORS:
        return "a uSID is of a uSID locator"
    if sid.behavior is EndpointBehavior.END_X and not plain(sid.interface or " "):
        return "Junos asks for the interface"
    return None


def _unsaid_service(sid: LocalSid, locator: LocatorState) -> str | None:
    if sid.vrf is not None:
        kind = SERVICES[sid.behavior]
        path = f"routing-instances {sid.vrf} protocols bgp source-packet-routing srv6"
        say = f"set {path} locator {locator.name} {kind} SID"
        return f"routing instances are the router's own: `{say}`"
    if locator.usid or sid.flavors:
        return "how a number of `micro-dt6-sid` makes a SID is not confirmed"
    return None


def _unsaid_usid(
    sid: LocalSid, locator: LocatorState, flavors: dict[str, frozenset[Flavor]]
) -> str | None:
    if sid.behavior is EndpointBehavior.END_X:
        return "how a number of `micro-adjacency-sid static-sid` makes a SID is not confirmed"
    if sid.prefix != locator.prefix or Flavor.NEXT_CSID not in sid.flavors:
        return "the End of a uSID locator is its uN"
    if flavors.setdefault(locator.name, sid.flavors) != sid.flavors:
        return "the SIDs of a uSID locator have the flavors of the locator"
    return None


def _never_said(state: RouterState, own: RouterState) -> Iterator[LeftOut]:
    if state.source is not None and own.source is None:
        yield LeftOut(f"source {state.source}", "Junos states it for each policy, and has none")
    if own.policies:
        colors = sorted({policy.color for policy in own.policies})
        names = ", ".join(map(str, colors[:5])) + (", ..." if len(colors) > 5 else "")
        yield LeftOut(
            f"transport classes of colors {names}",
            "whether colors resolve by them is the router's own: `use-transport-class` and "
            "`routing-options transport-class name NAME color COLOR`",
        )
    if state.customers:
        names = ", ".join(one.interface for one in state.customers)
        yield LeftOut(f"customer ports {names}", "routing instances are the router's own")
    if state.edge is not None:
        yield from unsaid_edge(state.edge)
    for one in state.reflectors:
        yield LeftOut(
            f"STAMP reflector {one.address} port {one.port}",
            "a server of Junos has no address of its own, and says TWAMP, not STAMP",
        )
