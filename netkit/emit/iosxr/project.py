"""What of a router's state IOS XR can be told, and what is left out and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from netkit.emit.common.left_out import Reasons
from netkit.emit.common.naming import plain, with_legal_names
from netkit.emit.common.sids import home, in_order
from netkit.emit.common.usid import F3216
from netkit.emit.dialect import Carried, LeftOut
from netkit.emit.iosxr.limits import REFLECTOR_PORTS, Release, is_explicit
from netkit.emit.iosxr.project_policies import lost, project_policy, whole_policy
from netkit.emit.iosxr.project_sids import is_unode, static, why_not_static
from netkit.model.router_state import (
    CandidatePathState,
    EdgeFilter,
    EndpointBehavior,
    LocalSid,
    LocatorState,
    PeerPort,
    PolicyState,
    RouterState,
    StampReflector,
)


def project(state: RouterState, known: Release) -> Carried:
    """``state`` as the XML of that release says it."""
    work = _Projection(state, known)
    return Carried(work.result(), (*work.reasons.all(), *work.more))


def for_cli(carried: Carried) -> Carried:
    """What of it the CLI text says as well: words for the rest are not confirmed."""
    state, out = carried.state, list(carried.left_out)
    if len(state.sids) > len(state.locators):
        out.append(LeftOut("static SIDs, in this text", "words are not confirmed: see the XML"))
    if any(one.binding_sid is not None for one in state.policies):
        out.append(LeftOut("binding SIDs, in this text", "words are not confirmed: see the XML"))
    if state.reflectors:
        why = "words for its port and senders are not confirmed: see the XML"
        out.append(LeftOut("the reflector, in this text", why))
    for policy in state.policies:
        out.extend(_weights(policy))
    return Carried(_plain_state(state), tuple(out))


def _weights(policy: PolicyState) -> Iterator[LeftOut]:
    for path in policy.candidate_paths:
        weights = [str(one.weight) for one in path.lists]
        if len(set(weights)) > 1:
            where = f"policy {policy.name}, preference {path.preference}"
            why = "words are not confirmed: traffic splits evenly until the XML is applied"
            yield LeftOut(f"{where}: weights {', '.join(weights)}, in this text", why)


def _plain_state(state: RouterState) -> RouterState:
    own = {one.prefix for one in state.locators}
    return replace(
        state,
        sids=tuple(one for one in state.sids if one.prefix in own),
        policies=tuple(
            replace(
                one,
                candidate_paths=tuple(_unweighted(path) for path in one.candidate_paths),
                binding_sid=None,
            )
            for one in state.policies
        ),
        reflectors=(),
    )


def _unweighted(path: CandidatePathState) -> CandidatePathState:
    return replace(path, lists=in_order(replace(one, weight=1) for one in path.lists))


@dataclass(slots=True)
class _Projection:
    state: RouterState
    known: Release
    reasons: Reasons = field(default_factory=Reasons)
    more: list[LeftOut] = field(default_factory=list)

    def result(self) -> RouterState:
        locators = tuple(self._locators())
        found = RouterState(
            self.state.router, self.state.source, locators, tuple(self._sids(locators)),
            tuple(self._policies(locators)), (), self._edge(), tuple(self._reflectors()),
        )  # fmt: skip
        for port in self.state.customers:
            why = "VRFs and their BGP, which allocates service SIDs, are the operator's"
            self.reasons.add("customer port", f"{port.interface} of VRF {port.vrf}", why)
        return with_legal_names(found, self.known.limits)

    def _locators(self) -> Iterator[LocatorState]:
        for one in self.state.locators:
            why = self._unfit(one)
            if why is not None:
                self.reasons.add("locator", f"{one.name} ({one.prefix})", why)
                continue
            why = (
                "the process is the operator's: router isis, address-family ipv6 unicast,"
                " segment-routing srv6, locator"
            )
            self.reasons.add("announcing in IS-IS of locator", one.name, why)
            yield one

    def _unfit(self, one: LocatorState) -> str | None:
        if not one.usid or one.structure != F3216 or one.prefix.prefixlen != 48:
            return "lists take uSIDs of the layout F3216 only"
        if one.algorithm and one.algorithm not in range(128, 256):
            return "algorithms are 128 to 255"
        nodes = [sid for sid in self.state.sids if sid.prefix == one.prefix]
        if self._is_there(one):
            return (
                "the router has it, and its SIDs: where policies name it, put the name that it has"
                " there"
            )
        if not any(is_unode(sid) for sid in nodes):
            return "no uN, shift-only or with PSP and USD, is its whole prefix"
        return None

    def _is_there(self, one: LocatorState) -> bool:
        """Is it one whose SIDs the router advertises already, since none is to be configured?"""
        inside = [sid for sid in self.state.sids if sid.prefix.subnet_of(one.prefix)]
        steering = (EndpointBehavior.END, EndpointBehavior.END_X)
        return one.usid and not any(sid.behavior in steering for sid in inside)

    def _sids(self, locators: tuple[LocatorState, ...]) -> Iterator[LocalSid]:
        own = {one.prefix for one in locators}
        for sid in self.state.sids:
            if sid.prefix in own and is_unode(sid):
                yield LocalSid(sid.prefix, EndpointBehavior.END, sid.flavors)
                continue
            why = why_not_static(sid, locators)
            if why is None:
                yield static(sid)
            else:
                self.reasons.add(f"{sid.behavior}", sid.prefix, why)

    def _policies(self, locators: tuple[LocatorState, ...]) -> Iterator[PolicyState]:
        there = (one for one in self.state.locators if self._is_there(one))
        has_home = any(one.algorithm == 0 for one in (*locators, *there))
        for policy in self.state.policies:
            why = (
                whole_policy(policy, self.state)
                if has_home
                else "no locator of uSIDs holds its binding SID"
            )
            if why is not None:
                self.reasons.add("policy", policy.name or policy.color, why)
                continue
            self.more.extend(lost(policy))
            found = project_policy(policy, self.state)
            why = self._why_unbound(policy, locators)
            if policy.binding_sid is not None and why is not None:
                self.reasons.add("binding SID", policy.binding_sid, why)
                found = replace(found, binding_sid=None)
            yield found

    def _why_unbound(self, policy: PolicyState, locators: tuple[LocatorState, ...]) -> str | None:
        bound = policy.binding_sid
        if not self.known.options:
            return "binding SIDs that are configured are there from 26.1.1 on"
        if bound is None or home(bound, locators) is None or not is_explicit(bound):
            return "a binding SID that is configured has a function 0xfe00 to 0xfeff of a locator"
        return None

    def _edge(self) -> EdgeFilter | None:
        edge = self.state.edge
        if edge is None:
            return None
        why = "IOS XR has no interface of that name"
        for name in (*edge.customers, *(one.interface for one in edge.peers)):
            if not plain(name):
                self.reasons.add("edge filter on", name, why)
        if edge.inside or edge.protected:
            why = "it stands on core interfaces, and no sample of it is confirmed"
            self.reasons.add("filter of sources", "that local SIDs take packets from", why)
        customers = tuple(one for one in edge.customers if plain(one))
        peers = tuple(
            PeerPort(one.interface, one.admitted) for one in edge.peers if plain(one.interface)
        )
        return EdgeFilter(edge.blocks, (), (), (), customers, peers)

    def _reflectors(self) -> Iterator[StampReflector]:
        single = len(self.state.reflectors) == 1
        for one in self.state.reflectors:
            if not single:
                why = "the responder is one, on one port"
            elif one.port not in REFLECTOR_PORTS:
                why = "the responder is on port 862 or 1024 to 14999"
            elif one.address != self.state.source:
                why = "the responder has no address of its own: it is read as the source"
            else:
                yield one
                continue
            self.reasons.add("STAMP reflector", f"{one.address} port {one.port}", why)
