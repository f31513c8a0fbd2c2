"""Lists over SIDs that the router they belong to cannot be told to have: told before anything is
written, since a packet over one is dropped there.

A router is asked for its own SIDs, the others for their lists, so that this is about a network and
no dialect alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address

from netkit.emit.common.usid import usids
from netkit.emit.dialect import Dialect, NamesUnmade, Unmade
from netkit.model.router_state import PolicyState, RouterState, SegmentState


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
    pushed: Mapping[str, RouterState],
    dialects: Mapping[str, Dialect],
) -> tuple[Stranded, ...]:
    """All of them, in the order of routers and SIDs. ``states`` are what routers should have,
    ``pushed`` what their dialects can say of it, as only that is pushed. Linear in SIDs and
    segments."""
    owned: dict[IPv6Address, tuple[str, Unmade]] = {}
    for name, state in states.items():
        own = dialects[name]
        if isinstance(own, NamesUnmade):
            owned |= {sid: (name, why) for sid, why in own.unmade(state).items()}
    if not owned:
        return ()
    over: dict[IPv6Address, dict[tuple[str, str], None]] = {sid: {} for sid in owned}
    for name, state in pushed.items():
        for sid, said in _passed(state):
            if sid in over:
                over[sid][name, said] = None
    return tuple(
        Stranded(*owned[sid][:1], sid, owned[sid][1], tuple(lists))
        for sid, lists in over.items() if lists
    )  # fmt: skip


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
