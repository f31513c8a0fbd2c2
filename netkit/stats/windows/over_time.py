"""Measurements over a time as one value, and the events in it that windows tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from netkit.model.measurement.session_state import SessionState
from netkit.model.measurement.window import PathInForce
from netkit.model.monitoring.alarm import Alarm
from netkit.stats.windows.history import By, DirectionHistory

Flow = tuple[str, str, str, str]
"""Campaign, both ends in order of their names, flow: what is one row for people."""


@dataclass(frozen=True, slots=True)
class PathChange:
    """Probes of a session went over ``before``, later over ``after``; the change was in
    between."""

    campaign: str
    src: str
    dst: str
    flow: str
    since_ns: int
    until_ns: int
    before: PathInForce
    after: PathInForce


@dataclass(frozen=True, slots=True)
class ClockStep:
    """The clock of a site was set so often in a stretch of time."""

    site: str
    since_ns: int
    until_ns: int
    times: int


@dataclass(frozen=True, slots=True)
class OverTime:
    """``whole`` has a row for each direction, ``pieces`` one for each piece of it in which
    something was measured, ``weeks`` one for each week (ISO 8601, UTC).

    ``longer`` has the directions over all of the time, where ``whole`` is of the newest window.
    """

    since_ns: int
    until_ns: int
    by: By
    whole: Sequence[DirectionHistory]
    pieces: Sequence[DirectionHistory] = ()
    weeks: Sequence[DirectionHistory] = ()
    longer: Sequence[DirectionHistory] = ()
    bounds_us: Mapping[Flow, int] = field(default_factory=dict)
    paths: Sequence[PathChange] = ()
    steps: Sequence[ClockStep] = ()
    alarms: Sequence[Alarm] = ()


def flow_of(campaign: str, src: str, dst: str, flow: str) -> Flow:
    """The row to which both directions belong."""
    return campaign, min(src, dst), max(src, dst), flow


def path_changes(states: Iterable[SessionState]) -> Iterator[PathChange]:
    """Changes of the path of each session. O(n log n).

    What one does not know lies between what is known before and after it: a path that comes back
    has not been seen to change.
    """
    known: dict[tuple[str, str, str, str], SessionState] = {}
    for one in sorted(states, key=lambda one: one.key.start_ns):
        if one.path == PathInForce():
            continue
        key, start_ns = one.key, one.key.start_ns
        session = (key.campaign, key.src, key.dst, key.flow)
        last = known.get(session)
        if last is not None and last.path != one.path:
            ended_ns = min(last.key.start_ns + last.key.length_ns, start_ns)
            yield PathChange(*session, ended_ns, start_ns, last.path, one.path)
        known[session] = one


def clock_steps(states: Iterable[SessionState]) -> list[ClockStep]:
    """How often each clock was set, by the time in which it was: the most that anybody saw of it,
    for all flows of a site see the same clock."""
    found: dict[tuple[int, int, str], int] = {}
    for one in states:
        start_ns, end_ns = one.key.start_ns, one.key.start_ns + one.key.length_ns
        for site, times in ((one.key.src, one.sender_steps), (one.key.dst, one.reflector_steps)):
            if times:
                key = (start_ns, end_ns, site)
                found[key] = max(times, found.get(key, 0))
    return [ClockStep(site, since_ns, until_ns, times)
            for (since_ns, until_ns, site), times in sorted(found.items())]  # fmt: skip


def newest_bounds(states: Iterable[SessionState]) -> dict[Flow, int]:
    """The bound that each flow was held to last; those that had none are left out."""
    found: dict[Flow, int] = {}
    for one in sorted(states, key=lambda one: one.key.start_ns):
        if one.bound_us is not None:
            key = one.key
            found[flow_of(key.campaign, key.src, key.dst, key.flow)] = one.bound_us
    return found
