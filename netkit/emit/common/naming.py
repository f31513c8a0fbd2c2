"""The names of a state as a platform takes them: plain, inside its lengths, one thing a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from netkit.emit.common.words import apart, plain_names
from netkit.emit.limits import Limits
from netkit.model.router_state import (
    CandidatePathState,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)

_LONGEST = 1_000
"""The length of names where a platform states none."""

_WORD = re.compile(r"[A-Za-z0-9_./:@+-]+")


def plain(word: str) -> bool:
    """Whether ``word`` stands in the configuration of any router as it is, without quotes.

    >>> plain("GigabitEthernet0/1/0"), plain("ge 0"), plain("what?")
    (True, False, False)
    """
    return _WORD.fullmatch(word) is not None


def with_legal_names(state: RouterState, limits: Limits) -> RouterState:
    """``state`` with names that ``limits`` take for its locators, policies and segment lists.

    What has no name gets one of its color, endpoint and preference. Lists of one name that are not
    of the same segments get names of their own; those of the same segments share one.
    """
    locators = _legal([one.name for one in state.locators], limits.locator_name_length)
    policies = _legal([one.name or _keyed(one) for one in state.policies],
                      limits.policy_name_length)  # fmt: skip
    named = [
        replace(policy, name=name) for policy, name in zip(state.policies, policies, strict=True)
    ]
    return replace(
        state,
        locators=tuple(sorted(
            replace(one, name=name) for one, name in zip(state.locators, locators, strict=True)
        )),
        policies=tuple(_with_lists(named, limits.list_name_length)),
    )  # fmt: skip


def _keyed(policy: PolicyState) -> str:
    return f"color-{policy.color}-to-{policy.endpoint.exploded.replace(':', '')}"


def _legal(names: Sequence[str], most: int | None) -> list[str]:
    single = apart(names)
    short = plain_names(single, most or _LONGEST)
    return [short[name] for name in single]


def _with_lists(policies: Sequence[PolicyState], most: int | None) -> Iterator[PolicyState]:
    names = _list_names(policies)
    short = plain_names(names, most or _LONGEST)
    found = iter([short[name] for name in names])
    for policy in policies:
        paths = tuple(
            replace(path, lists=tuple(replace(one, name=next(found)) for one in path.lists))
            for path in policy.candidate_paths
        )
        yield replace(policy, candidate_paths=paths)


def _list_names(policies: Sequence[PolicyState]) -> list[str]:
    """A name for every list, in order; one name stands for one row of segments."""
    held: dict[str, tuple[SegmentState, ...]] = {}
    names = []
    for policy, path, place, one in _lists(policies):
        stem = one.name or f"{policy.name}-{path.preference}-{place}"
        name, count = stem, 1
        while held.setdefault(name, one.segments) != one.segments:
            count += 1
            name = f"{stem}.{count}"
        names.append(name)
    return names


def _lists(
    policies: Sequence[PolicyState],
) -> Iterator[tuple[PolicyState, CandidatePathState, int, WeightedList]]:
    for policy in policies:
        for path in policy.candidate_paths:
            for place, one in enumerate(path.lists, start=1):
                yield policy, path, place, one
