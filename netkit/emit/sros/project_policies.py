"""Policies as SR OS can be told them: a static policy for each candidate path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from ipaddress import IPv6Address

from netkit.emit.common.lists import Segments, before_service, service_of, unpacked
from netkit.emit.common.sids import in_order
from netkit.emit.common.usid import is_f3216
from netkit.emit.common.words import apart, plain_names
from netkit.emit.dialect import LeftOut
from netkit.emit.sros.limits import LAST_FUNCTION, NAME_LENGTH
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    Flavor,
    LocatorState,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)

WHY_SERVICE = "a BGP service route that the policy's color steers brings its own service SID"
WHY_STEERING = "words for prefixes into an SR policy are not confirmed: color their BGP routes"
WHY_MTU = "words that clamp MSS or lower the MTU by policy are not confirmed"


def project_policies(
    state: RouterState, locators: tuple[LocatorState, ...]
) -> tuple[tuple[PolicyState, ...], tuple[LeftOut, ...]]:
    """The policies that SR OS can be told with these ``locators``, and what of them it is not."""
    out = list[LeftOut]()
    kept = [found for one in state.policies for found in _policy(one, state, locators, out)]
    return tuple(_with_short_names(kept)), tuple(out)


def called(policy: PolicyState) -> str:
    """A policy's name, or what stands for one."""
    return policy.name or f"color-{policy.color}-to-{policy.endpoint}"


def _policy(
    policy: PolicyState,
    state: RouterState,
    locators: tuple[LocatorState, ...],
    out: list[LeftOut],
) -> Iterator[PolicyState]:
    name = f"policy {called(policy)}"
    if not policy.candidate_paths:
        out.append(LeftOut(name, "it has no candidate path"))
        return
    paths = tuple(_path(one, policy, state) for one in policy.candidate_paths)
    if any(not one.segments for path in paths for one in path.lists):
        why = "a list is nothing but a service SID, and the End beside that is not known"
        out.append(LeftOut(name, why))
        return
    out.extend(_lost(policy, name))
    bound = policy.binding_sid
    if bound is not None and function_of_bound(bound, locators) is None:
        why = f"it is no function 1 to {LAST_FUNCTION} of a locator of classic SIDs"
        out.append(LeftOut(f"{name}: binding SID {bound}", why))
        bound = None
    yield PolicyState(None, policy.color, policy.endpoint, paths, bound)


def _lost(policy: PolicyState, name: str) -> Iterator[LeftOut]:
    lists = [one.segments for path in policy.candidate_paths for one in path.lists]
    if any(service_of(unpacked(one)) is not None for one in lists):
        yield LeftOut(f"{name}: the service SID that its lists end in", WHY_SERVICE)
    if policy.steering:
        prefixes = ", ".join(str(one.prefix) for one in policy.steering)
        yield LeftOut(f"{name}: steering of {prefixes}", WHY_STEERING)
    largest = [path.largest_packet_bytes for path in policy.candidate_paths]
    known = [one for one in largest if one is not None]
    if known:
        yield LeftOut(f"{name}: largest packet {min(known)} bytes", WHY_MTU)


def _path(path: CandidatePathState, policy: PolicyState, state: RouterState) -> CandidatePathState:
    """SR OS names candidate paths, and neither policies nor lists."""
    name = path.name
    if policy.name is not None or name is None:
        name = f"{called(policy)}-{path.preference}"
    lists = in_order(
        WeightedList(None, one.weight, _entries(one.segments, state)) for one in path.lists
    )
    return CandidatePathState(path.preference, lists, name=name)


def _entries(segments: Segments, state: RouterState) -> Segments:
    """uSIDs have their behaviour and structure, classic SIDs stand by themselves."""
    found = before_service(unpacked(segments), state)
    return tuple(one if is_usid_entry(one) else SegmentState(one.sid) for one in found)


def is_usid_entry(one: SegmentState) -> bool:
    """Is it written with ``behavior-and-structure``?"""
    return (
        Flavor.NEXT_CSID in one.flavors
        and one.behavior in {EndpointBehavior.END, EndpointBehavior.END_X}
        and one.structure is not None
        and is_f3216(one.structure)
    )


def function_of_bound(bound: IPv6Address, locators: Iterable[LocatorState]) -> int | None:
    """The function of a binding SID in a classic locator; None where it is none."""
    for one in locators:
        if bound in one.prefix and not one.usid:
            after = 128 - one.prefix.prefixlen - one.structure.function_bits
            value = int(bound) >> after & (1 << one.structure.function_bits) - 1
            exact = int(bound) & (1 << after) - 1 == 0
            return value if exact and 1 <= value <= LAST_FUNCTION else None
    return None


def _with_short_names(policies: list[PolicyState]) -> Iterator[PolicyState]:
    wanted = apart([path.name or "" for one in policies for path in one.candidate_paths])
    short = plain_names(wanted, NAME_LENGTH)
    names = iter([short[one] for one in wanted])
    for one in policies:
        paths = tuple(replace(path, name=next(names)) for path in one.candidate_paths)
        yield replace(one, candidate_paths=paths)
