"""Which phase a direction is in when: from the moments of a drill to stretches of time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from netkit.model.drills.scenario import DrillPhase


@dataclass(frozen=True, slots=True)
class Moment:
    """A phase was brought about from ``start_ns`` to ``done_ns``, ns since 1970. ``only``: for
    these directions alone, whose headends changed over by themselves; None: for everyone."""

    phase: DrillPhase
    event: int
    start_ns: int
    done_ns: int
    only: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A phase from the moment it was brought about until something else began; ``began_ns`` is when
    that was begun, ``cut_ns`` when the cut began that it follows from, None before any."""

    phase: DrillPhase
    event: int
    began_ns: int
    start_ns: int
    end_ns: int
    cut_ns: int | None


def windows(
    moments: Iterable[Moment], direction: tuple[str, str], end_ns: int
) -> tuple[Window, ...]:
    """The phases of one direction in order of time."""
    own = [one for one in moments if one.only is None or direction in one.only]
    own.sort(key=lambda moment: moment.start_ns)
    ends_ns = [*(one.start_ns for one in own[1:]), end_ns]
    found: list[Window] = []
    cut_ns = None
    for moment, until_ns in zip(own, ends_ns, strict=True):
        if moment.phase is DrillPhase.OUTAGE:
            cut_ns = moment.start_ns
        done_ns = moment.done_ns
        found.append(Window(moment.phase, moment.event, moment.start_ns, done_ns, until_ns, cut_ns))
    return tuple(found)
