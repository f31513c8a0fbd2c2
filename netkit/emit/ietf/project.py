"""What of a state the models can say, and what they leave out and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv6Network

from netkit.emit.common.naming import with_legal_names
from netkit.emit.common.sids import home, in_order
from netkit.emit.common.words import plain_names
from netkit.emit.dialect import Carried, LeftOut
from netkit.emit.ietf.limits import LIMITS
from netkit.emit.ietf.words import format_of, identity_of, structure_of
from netkit.emit.limits import ADDRESS_BITS
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

_NAME_LENGTH = 1_000
_DECAPSULATES = (EndpointBehavior.END_DT6, EndpointBehavior.END_DT46)
_NOT_MODELLED = {
    "edge": ("edge filter", "none of the modules filters packets"),
    "customers": ("customer ports", "interfaces and network instances have modules of their own"),
}


def carried(state: RouterState) -> Carried:
    """``state`` in the words of the models."""
    left: list[LeftOut] = []
    locators = tuple(_locators(state, left))
    sids = tuple(_sids(state, locators, left))
    policies = _policies(state, left)
    left.extend(LeftOut(*why) for field, why in _NOT_MODELLED.items() if getattr(state, field))
    own = RouterState(
        state.router, state.source, locators, sids, policies, reflectors=state.reflectors
    )
    return Carried(with_legal_names(own, LIMITS), tuple(left))


def _locators(state: RouterState, left: list[LeftOut]) -> Iterator[LocatorState]:
    """A format states the parts of SIDs; the flexible one states none."""
    for one in state.locators:
        name = format_of(one.structure, usid=one.usid)
        said = None if name is None else structure_of(name, one.prefix.prefixlen)
        if said is None:
            left.append(LeftOut(f"locator {one.name}", "the models have no such format of uSIDs"))
            continue
        if said[0] != one.structure:
            why = "srv6-sid-fmt-uc-128 has no leaf for them; 16 bits of node and function are read"
            left.append(LeftOut(f"lengths of the parts of locator {one.name}", why))
        yield replace(one, structure=said[0])


def _sids(
    state: RouterState, locators: tuple[LocatorState, ...], left: list[LeftOut]
) -> Iterator[LocalSid]:
    for sid in state.sids:
        why = _unsayable(sid, home(sid.sid, locators))
        if why is not None:
            left.append(LeftOut(f"SID {sid.prefix}, {sid.behavior}", why))
            continue
        if sid.interface is not None:
            what = f"interface of SID {sid.prefix}"
            left.append(LeftOut(what, "its leaf refers to the router's list of interfaces"))
        hop = sid.next_hop if sid.behavior is EndpointBehavior.END_X else None
        yield LocalSid(sid.prefix, sid.behavior, sid.flavors, next_hop=hop)


def _unsayable(sid: LocalSid, locator: LocatorState | None) -> str | None:
    """Why the models cannot say a SID; None if they can."""
    if locator is None:
        return "it lies in no locator"
    if sid.behavior in _DECAPSULATES:
        return "ietf-srv6-static wants the number of a table, the state has the name of a VRF"
    if Flavor.NEXT_CSID in sid.flavors:
        if sid.behavior is EndpointBehavior.END_X:
            return "ietf-srv6-static has no neighbour for END.X.NEXT-CSID"
        return None if sid.prefix == locator.prefix else "a uN is the whole locator"
    if sid.behavior is EndpointBehavior.END_X and sid.next_hop is None:
        return "the address of its neighbour is not known"
    if sid.prefix.prefixlen != locator.prefix.prefixlen + locator.structure.function_bits:
        return "a SID of the model is its locator and a function"
    return None


def function_of(sid: IPv6Network, locator: LocatorState) -> int:
    """The function of a SID, as a number."""
    bits = sid.prefixlen - locator.prefix.prefixlen
    return int(sid.network_address) >> (ADDRESS_BITS - sid.prefixlen) & ((1 << bits) - 1)


def sid_of(function: int, locator: LocatorState) -> IPv6Network:
    """The SID of a function: raises ValueError for one that the locator has no room for."""
    bits = locator.structure.function_bits
    length = locator.prefix.prefixlen + bits
    if function >> bits:
        raise ValueError(f"a function of more than the {bits} bits of its locator")
    return IPv6Network(
        (int(locator.prefix.network_address) | function << (ADDRESS_BITS - length), length)
    )


def _policies(state: RouterState, left: list[LeftOut]) -> tuple[PolicyState, ...]:
    if state.policies and state.source is None:
        left.append(LeftOut("policies", "the key of a policy begins with its headend's address"))
        return ()
    if any(policy.steering for policy in state.policies):
        left.append(LeftOut("prefixes into policies", "ietf-sr-policy steers nothing"))
    paths = [path for policy in state.policies for path in policy.candidate_paths]
    if any(path.largest_packet_bytes is not None for path in paths):
        left.append(LeftOut("largest packets of paths", "ietf-sr-policy has no MTU"))
    names = plain_names([path.name for path in paths if path.name is not None], _NAME_LENGTH)
    return tuple(
        replace(
            policy, steering=(),
            candidate_paths=tuple(_path(path, names) for path in policy.candidate_paths),
        )
        for policy in state.policies
    )  # fmt: skip


def _path(path: CandidatePathState, names: dict[str, str]) -> CandidatePathState:
    lists = in_order(
        replace(one, segments=tuple(_segment(segment) for segment in one.segments))
        for one in path.lists
    )
    name = None if path.name is None else names[path.name]
    return CandidatePathState(path.preference, lists, None, name)


def _segment(segment: SegmentState) -> SegmentState:
    """A behaviour with flavors that the models have not is not said."""
    if segment.behavior is not None and identity_of(segment.behavior, segment.flavors):
        return segment
    return replace(segment, behavior=None, flavors=frozenset())
