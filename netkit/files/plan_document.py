"""``plan.json`` (docs/plan-json.md) back to the policies of its headends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from ipaddress import IPv6Address, ip_network
from typing import Any, TypeGuard

from netkit.errors import InputError, Problem
from netkit.model.router_state import (
    CandidatePathState,
    PolicyState,
    SegmentState,
    Steering,
    WeightedList,
)

SCHEMA = "netkit/plan/1"

Told = Callable[[IPv6Address], SegmentState]
"""What is known of a SID besides its address; raises ValueError for one that cannot be."""

_Plain = Any


def is_plan(document: _Plain) -> TypeGuard[Mapping[str, _Plain]]:
    """Is it the document of a plan?"""
    return isinstance(document, Mapping) and document.get("schema") == SCHEMA


def plan_policies(
    document: _Plain, file: str, told: Told = SegmentState
) -> dict[str, tuple[PolicyState, ...]]:
    """The policies of a plan by headend, as far as the document has them: without names and VRFs,
    and of each SID its address alone, unless ``told`` says more of it.

    Raises:
        InputError: every pair that lacks what a policy needs, or over a SID of which ``told``
            raises ValueError.
    """
    found: dict[str, list[PolicyState]] = {}
    problems = []
    for place, pair in enumerate(document.get("pairs") or ()):
        try:
            for policy in _policies(pair, told):
                found.setdefault(pair["src"], []).append(policy)
        except (KeyError, TypeError, ValueError) as error:
            what = f"pairs[{place}]: no policy can be read: {type(error).__name__}: {error}"
            problems.append(Problem(file, None, what, None, "a pair as docs/plan-json.md has it"))
    if problems:
        raise InputError(problems)
    return {src: tuple(sorted(own, key=lambda one: one.key)) for src, own in found.items()}


def pairs_ends(document: _Plain) -> set[str]:
    """The names of all routers that pairs start or end at."""
    pairs = document.get("pairs") or ()
    return {str(pair[end]) for pair in pairs for end in ("src", "dst") if end in pair}


def pushes_usids(document: _Plain) -> bool:
    """Are its lists pushed as uSID containers?"""
    pushed = ((pair.get("encapsulation") or {}) for pair in document.get("pairs") or ())
    return any(one.get("pushed") == "usid" for one in pushed)


def _policies(pair: Mapping[str, _Plain], told: Told) -> Iterator[PolicyState]:
    """The policy of a pair; none where it has none of its own."""
    policy = pair["policy"]
    if policy is not None:
        yield PolicyState(
            None,
            int(policy["color"]),
            IPv6Address(policy["endpoint"]),
            tuple(_path(one, told) for one in pair["candidates"]),
            steering=tuple(Steering(ip_network(one)) for one in policy["steering"]),
        )


def _path(candidate: Mapping[str, _Plain], told: Told) -> CandidatePathState:
    lists = [
        WeightedList(None, int(one["weight"]), tuple(told(IPv6Address(sid)) for sid in one["sids"]))
        for one in candidate["segment_lists"]
    ]
    lists.sort(key=lambda one: (-one.weight, [segment.sid for segment in one.segments]))
    return CandidatePathState(int(candidate["preference"]), tuple(lists))
