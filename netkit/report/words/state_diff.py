"""Differences between routers' states in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass

from netkit.emit.state_diff import Change
from netkit.model.router_state import (
    CandidatePathState,
    LocalSid,
    PolicyState,
    SegmentState,
    WeightedList,
)


def change_words(change: Change) -> tuple[str, str]:
    """The sign of a change, ``+``, ``-`` or ``~``, and what it is."""
    part = ", ".join(change.part)
    if change.field is None:
        gone = change.new is None
        value = change.old if gone else change.new
        return ("-" if gone else "+"), f"{part}: {value_words(value)}"
    what = f"{part}: {change.field}" if part else change.field
    return "~", f"{what.replace('_', ' ')}: {value_words(change.old)} -> {value_words(change.new)}"


def value_words(value: object) -> str:
    """A part of a state, or a field of one, in one line."""
    if value is None or value in ((), frozenset()):
        return "none"
    if isinstance(value, SegmentState):
        return str(value.sid)
    if isinstance(value, WeightedList):
        return f"{_sids(value.segments)} (weight {value.weight})"
    if isinstance(value, CandidatePathState):
        lists = value.lists
        return (
            _sids(lists[0].segments) if len(lists) == 1 else " and ".join(map(value_words, lists))
        )
    if isinstance(value, PolicyState):
        paths = (
            f"preference {one.preference}: {value_words(one)}" for one in value.candidate_paths
        )
        bound = "" if value.binding_sid is None else f"binding SID {value.binding_sid}; "
        return bound + "; ".join(paths)
    if isinstance(value, LocalSid):
        return " ".join(_sid(value))
    if is_dataclass(value) and not isinstance(value, type):
        return ", ".join(
            f"{one.name.replace('_', ' ')} {value_words(getattr(value, one.name))}"
            for one in fields(value)
        )
    if isinstance(value, tuple | frozenset):
        words = map(value_words, value)
        return ", ".join(sorted(words) if isinstance(value, frozenset) else words)
    return str(value)


def _sids(segments: Iterable[SegmentState]) -> str:
    return ", ".join(str(one.sid) for one in segments)


def _sid(sid: LocalSid) -> Iterable[str]:
    yield str(sid.behavior)
    yield from sorted(sid.flavors)
    for word, value in (("to", sid.next_hop), ("over", sid.interface), ("in", sid.vrf)):
        if value is not None:
            yield f"{word} {value}"
