"""Lists over SIDs that the router they belong to cannot be told to have: told before anything is
written, since a packet over one is dropped there.

A router is asked for its own SIDs, the others for their lists, so that this is about a network and
no dialect alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address

from netkit.emit.common.sids import home
from netkit.emit.common.usid import usids
from netkit.emit.dialect import Carried, Dialect, NamesUnmade, Unmade
from netkit.model.router_state import (
    EndpointBehavior,
    LocalSid,
    PolicyState,
    RouterState,
    SegmentState,
)

_STEERING = frozenset({EndpointBehavior.END, EndpointBehavior.END_X})
"""Service SIDs are of VRFs, which are their operator's."""


@dataclass(frozen=True, slots=True)
class Stranded:
    """A ``sid`` of ``owner`` that cannot be configured there, and the ``lists`` over it, each by
    its headend and its name there."""

    owner: str
    sid: IPv6Address
    unmade: Unmade
    lists: tuple[tuple[str, str], ...]


def stranded(
    states: Mapping[str, RouterState],
    said: Mapping[str, Carried],
    dialects: Mapping[str, Dialect],
) -> tuple[Stranded, ...]:
    """All of them, in the order of routers and SIDs. ``states`` are what routers should have,
    ``said`` what their dialects can say of it: only that is pushed, and what it leaves out is not
    there. Linear in SIDs and segments."""
    owned: dict[IPv6Address, tuple[str, Unmade]] = {}
    for name, state in states.items():
        own = dialects[name]
        if isinstance(own, NamesUnmade):
            owned |= {sid: (name, why) for sid, why in own.unmade(state).items()}
        for sid, unmade in _left_out(state, said[name]):
            owned.setdefault(sid, (name, unmade))
    if not owned:
        return ()
    over: dict[IPv6Address, dict[tuple[str, str], None]] = {sid: {} for sid in owned}
    for name, one in said.items():
        for sid, words in _passed(one.state):
            if sid in over:
                over[sid][name, words] = None
    return tuple(
        Stranded(*owned[sid][:1], sid, owned[sid][1], tuple(lists))
        for sid, lists in over.items() if lists
    )  # fmt: skip


def _left_out(state: RouterState, said: Carried) -> Iterator[tuple[IPv6Address, Unmade]]:
    """The SIDs that a router's files do not have, and why."""
    kept = {one.sid for one in said.state.sids}
    for one in state.sids:
        if one.behavior in _STEERING and one.sid not in kept:
            yield one.sid, Unmade(_why(one, state, said), "a SID that its files have")


def _why(sid: LocalSid, state: RouterState, said: Carried) -> str:
    """The reason that is told for the SID, or for its locator."""
    locator = home(sid.sid, state.locators)
    names = {str(sid.sid), str(sid.prefix)}
    for own in (names, {locator.name} if locator is not None else set()):
        for one in said.left_out:
            if own & set(re.split(r"[ ,()]+", one.what)):
                return one.why
    return "its files leave it out"


def _passed(state: RouterState) -> Iterator[tuple[IPv6Address, str]]:
    """The SIDs of all lists, those in containers one by one, each with the words for its list."""
    for policy in state.policies:
        for path in policy.candidate_paths:
            said = f"{_name(policy)}, preference {path.preference}"
            for one in path.lists:
                for segment in one.segments:
                    yield from ((sid, said) for sid in _sids(segment))


def _sids(segment: SegmentState) -> Iterator[IPv6Address]:
    yield segment.sid
    yield from (one.sid for one in usids(segment) if one.sid != segment.sid)


def _name(policy: PolicyState) -> str:
    return policy.name or f"color {policy.color} to {policy.endpoint}"
