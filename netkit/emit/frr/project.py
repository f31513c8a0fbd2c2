"""What of a state FRR can say, and what it leaves out and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv6Address

from netkit.emit.common.sids import home
from netkit.emit.dialect import Carried, LeftOut, Unmade
from netkit.emit.frr.grammar import Grammar
from netkit.emit.frr.routes import policies_of, routes_of
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    EndpointBehavior,
    Flavor,
    LocalSid,
    LocatorState,
    PolicyState,
    RouterState,
)

DEFAULT_VRF = "default"

_SHIFTS = frozenset({Flavor.NEXT_CSID})
_NO_SUCH_THING = {
    "edge": ("edge filter", "FRR filters no packets; the target linux writes it for nft"),
    "customers": ("customer ports", "interfaces and their VRF are the system's, not FRR's"),
    "reflectors": ("STAMP reflector", "FRR has none; `netkit probe reflect` is one"),
}


def carried(state: RouterState, grammar: Grammar) -> Carried:
    """``state`` in the words of that version of FRR."""
    left: list[LeftOut] = []
    locators = tuple(_locators(state, left))
    sids = tuple(_sids(state, locators, grammar, left))
    asked = [_sayable(policy, grammar, left) for policy in state.policies]
    routes = list(routes_of(policy for policy in asked if policy.steering))
    if routes and not grammar.reduced:
        why = "FRR 10.3 knows H.Encaps alone: 16 bytes more a packet, 24 with a single SID"
        left.append(LeftOut("H.Encaps.Red", why))
    left.extend(_largest_packet(asked))
    left.extend(LeftOut(*said) for field, said in _NO_SUCH_THING.items() if getattr(state, field))
    own = RouterState(state.router, state.source, locators, sids, policies_of(routes))
    return Carried(own, tuple(left))


def unmade(state: RouterState, grammar: Grammar) -> dict[IPv6Address, Unmade]:
    """The uAs of a version that has none that forwards as RFC 9800 §4.1.2 has it."""
    if grammar.no_uas is None:
        return {}
    return {
        sid.sid: Unmade(grammar.no_uas, "a uN of the router, or FRR 10.5 and later")
        for sid in state.sids
        if sid.behavior is EndpointBehavior.END_X
    }


def _largest_packet(policies: list[PolicyState]) -> Iterator[LeftOut]:
    known = [
        path.largest_packet_bytes
        for policy in policies
        for path in policy.candidate_paths
        if policy.steering and path.largest_packet_bytes is not None
    ]
    if known:
        why = f"FRR has no word for the MTU of a route; the least of them is {min(known)} bytes"
        yield LeftOut("largest packets of policies", why)


def _locators(state: RouterState, left: list[LeftOut]) -> Iterator[LocatorState]:
    """Those of algorithm 0; arguments of SIDs have no word in ``prefix``."""
    for one in state.locators:
        if one.algorithm != 0:
            why = f"IS-IS of FRR advertises locators of algorithm 0 alone, not {one.algorithm}"
            left.append(LeftOut(f"locator {one.name} and its SIDs", why))
            continue
        parts = one.structure
        if parts.argument_bits:
            left.append(LeftOut(f"argument bits of locator {one.name}", "prefix has no arg-len"))
        yield replace(one, structure=SidStructure(
            parts.block_bits, parts.node_bits, parts.function_bits,
        ))  # fmt: skip


def _sids(
    state: RouterState,
    locators: tuple[LocatorState, ...],
    grammar: Grammar,
    left: list[LeftOut],
) -> Iterator[LocalSid]:
    given_up = [one.prefix for one in state.locators if one.algorithm != 0]
    for sid in state.sids:
        if any(sid.prefix.subnet_of(prefix) for prefix in given_up):
            continue
        why = _unsayable(sid, locators, grammar)
        if why is None:
            yield _plain(sid)
        else:
            left.append(LeftOut(f"SID {sid.prefix}, {sid.behavior}", why))


def _unsayable(sid: LocalSid, locators: tuple[LocatorState, ...], grammar: Grammar) -> str | None:
    """Why FRR cannot say a SID; None if it can."""
    if home(sid.sid, locators) is None:
        return "it lies in no locator"
    if sid.behavior is EndpointBehavior.END_X:
        if grammar.no_uas is not None:
            return grammar.no_uas
        if sid.interface is None:
            return "a static uA needs its interface"
    if sid.behavior in (EndpointBehavior.END, EndpointBehavior.END_X) and sid.flavors != _SHIFTS:
        return "static SIDs of FRR are of flavor NEXT-CSID alone"
    if sid.behavior is EndpointBehavior.END and sid.prefix not in [one.prefix for one in locators]:
        return "a static uN consumes the node alone: it is the whole locator"
    return None


def _plain(sid: LocalSid) -> LocalSid:
    """A uDT6 or uDT46 has no flavor of its own: it is the last of its container (RFC 9800 §4)."""
    if sid.behavior in (EndpointBehavior.END_DT6, EndpointBehavior.END_DT46):
        vrf = None if sid.vrf == DEFAULT_VRF else sid.vrf
        return LocalSid(sid.prefix, sid.behavior, vrf=vrf)
    if sid.behavior is EndpointBehavior.END:
        return LocalSid(sid.prefix, sid.behavior, sid.flavors)
    return replace(sid, vrf=None)


def _sayable(policy: PolicyState, grammar: Grammar, left: list[LeftOut]) -> PolicyState:
    """A policy without what FRR cannot say of it; nothing steers into one that is left out."""
    what = f"policy {policy.name or f'{policy.color} to {policy.endpoint}'}"
    if policy.binding_sid is not None:
        left.append(LeftOut(f"binding SID of {what}", "FRR has no End.B6.Encaps.Red"))
    if any(len(path.lists) > 1 for path in policy.candidate_paths):
        left.append(LeftOut(f"lists of {what} but the heaviest", "static routes have no weights"))
    steering = tuple(
        replace(into, vrf=None if into.vrf == DEFAULT_VRF else into.vrf)
        for into in policy.steering
        if into.prefix.version == 6 or grammar.ipv4
    )
    if len(steering) < len(policy.steering):
        why = f"`ip route` of FRR {grammar} has no segments"
        left.append(LeftOut(f"IPv4 prefixes into {what}", why))
    if not policy.steering:
        left.append(LeftOut(what, "no prefix enters it, and FRR has no policies but routes"))
    return replace(policy, steering=steering)
