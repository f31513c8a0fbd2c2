"""What two states of a router differ in: parts added, removed, changed, field by field.

Order counts where it is meaning, in lists of segments, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import zip_longest
from typing import Any

from netkit.model.router_state import (
    CandidatePathState,
    EdgeFilter,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)
from netkit.model.srv6.weights import lowest_terms

Part = Any
"""A value of :mod:`~netkit.model.router_state`."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference in a router's state.

    ``part`` leads to it, from the outermost; ``field`` is the one of it that differs, None where
    all of the part is new (``old`` is None) or gone (``new`` is None).
    """

    part: tuple[str, ...]
    field: str | None
    old: object
    new: object


def differences(old: RouterState, new: RouterState) -> tuple[Change, ...]:
    """Everything that ``new`` has more, less or otherwise, in the order of the state."""
    return tuple(_state(old, new))


def nameless(state: RouterState) -> RouterState:
    """``state`` without the names of its parts, which change nothing of what it forwards."""
    return replace(
        state,
        locators=tuple(replace(one, name="") for one in state.locators),
        policies=tuple(
            replace(
                policy,
                name=None,
                candidate_paths=tuple(
                    replace(
                        path,
                        name=None,
                        lists=tuple(replace(one, name=None) for one in path.lists),
                    )
                    for path in policy.candidate_paths
                ),
            )
            for policy in state.policies
        ),
    )


def in_lowest_terms(state: RouterState) -> RouterState:
    """``state`` with the weights of each path's lists divided by what they have in common: a list
    carries its weight over the sum of all (RFC 9256 §2.11), so that 50 and 50 are 1 and 1."""
    return replace(state, policies=tuple(
        replace(policy, candidate_paths=tuple(map(_lowest, policy.candidate_paths)))
        for policy in state.policies
    ))  # fmt: skip


def _lowest(path: CandidatePathState) -> CandidatePathState:
    weights = lowest_terms([one.weight for one in path.lists])
    lists = (replace(one, weight=own) for one, own in zip(path.lists, weights, strict=True))
    return replace(path, lists=tuple(lists))


def _state(old: RouterState, new: RouterState) -> Iterator[Change]:
    if old.source != new.source:
        yield Change((), "source", old.source, new.source)
    yield from _parts("locator", old.locators, new.locators, lambda one: one.prefix)
    yield from _parts("SID", old.sids, new.sids, lambda one: one.prefix)
    yield from _policies(old.policies, new.policies)
    yield from _parts("customers", old.customers, new.customers, lambda one: one.interface)
    yield from _edges(old.edge, new.edge)
    yield from _parts(
        "reflector", old.reflectors, new.reflectors, lambda one: f"{one.address} port {one.port}"
    )


def _parts(
    kind: str,
    old: Iterable[Part],
    new: Iterable[Part],
    key: Callable[[Part], Hashable],
    around: tuple[str, ...] = (),
) -> Iterator[Change]:
    """Parts that have a key: those of one side alone, and the fields of those of both."""
    for name, before, after in _matched(old, new, key):
        part = (*around, f"{kind} {name}")
        if before is None or after is None:
            yield Change(part, None, before, after)
        else:
            yield from _fields(part, before, after)


def _matched(
    old: Iterable[Part], new: Iterable[Part], key: Callable[[Part], Hashable]
) -> Iterator[tuple[Hashable, Part, Part]]:
    """Each key of either side with what the sides have under it, those of the old side first.

    A router may have several of one key, as two lists of the same SIDs: what is alike on both sides
    is a pair, and none hides another.
    """
    before, after = _by_key(old, key), _by_key(new, key)
    for name in dict.fromkeys([*before, *after]):
        mine, theirs = before.get(name, []), after.get(name, [])
        for one in list(mine):
            if len(mine) + len(theirs) > 2 and one in theirs:
                mine.remove(one)
                theirs.remove(one)
        yield from ((name, *pair) for pair in zip_longest(mine, theirs))


def _by_key(side: Iterable[Part], key: Callable[[Part], Hashable]) -> dict[Hashable, list[Part]]:
    found: dict[Hashable, list[Part]] = {}
    for one in side:
        found.setdefault(key(one), []).append(one)
    return found


def _fields(
    part: tuple[str, ...], old: Part, new: Part, apart: Sequence[str] = ()
) -> Iterator[Change]:
    for one in fields(old):
        before, after = getattr(old, one.name), getattr(new, one.name)
        if one.name not in apart and before != after:
            yield Change(part, one.name, before, after)


def policy_words(policy: PolicyState) -> str:
    """A policy by its key, and by its name if it has one."""
    name = "" if policy.name is None else f"{policy.name}, "
    return f"policy {name}color {policy.color} to {policy.endpoint}"


def _policies(old: Sequence[PolicyState], new: Sequence[PolicyState]) -> Iterator[Change]:
    for _, before, after in _matched(old, new, lambda one: one.key):
        part = (policy_words(after or before),)
        if before is None or after is None:
            yield Change(part, None, before, after)
            continue
        yield from _fields(part, before, after, ("candidate_paths", "steering"))
        yield from _parts(
            "prefix", before.steering, after.steering,
            lambda one: one.prefix if one.vrf is None else f"{one.prefix} of VRF {one.vrf}", part,
        )  # fmt: skip
        yield from _paths(part, before.candidate_paths, after.candidate_paths)


def _paths(
    part: tuple[str, ...],
    old: Sequence[CandidatePathState],
    new: Sequence[CandidatePathState],
) -> Iterator[Change]:
    for preference, before, after in _matched(old, new, lambda one: one.preference):
        own = (*part, f"preference {preference}")
        if before is None or after is None:
            yield Change(own, None, before, after)
            continue
        yield from _fields(own, before, after, ("lists",))
        yield from _lists(own, before.lists, after.lists)


def _lists(
    part: tuple[str, ...], old: Sequence[WeightedList], new: Sequence[WeightedList]
) -> Iterator[Change]:
    """Lists by their SIDs in order. Where either side has one list, that one has changed."""
    if len(old) == len(new) == 1 and sids(old[0]) != sids(new[0]):
        yield Change(part, "segments", old[0].segments, new[0].segments)
        yield from _fields(part, old[0], new[0], ("segments",))
        return
    for key, before, after in _matched(old, new, sids):
        own = (*part, f"list {key}")
        if before is None or after is None:
            yield Change(own, None, before, after)
        else:
            yield from _fields(own, before, after, ("segments",))
            yield from _segments(own, before.segments, after.segments)


def sids(one: WeightedList) -> str:
    """The SIDs of a list, in order."""
    return ", ".join(str(segment.sid) for segment in one.segments)


def _segments(
    part: tuple[str, ...], old: Sequence[SegmentState], new: Sequence[SegmentState]
) -> Iterator[Change]:
    """Of a list with the same SIDs: what is said of one of them otherwise."""
    for before, after in zip(old, new, strict=True):
        yield from _fields((*part, f"SID {before.sid}"), before, after)


def _edges(old: EdgeFilter | None, new: EdgeFilter | None) -> Iterator[Change]:
    part = ("edge filter",)
    if old is None or new is None:
        if old is not new:
            yield Change(part, None, old, new)
        return
    yield from _fields(part, old, new, ("peers",))
    yield from _parts("peer", old.peers, new.peers, lambda one: one.interface, part)
