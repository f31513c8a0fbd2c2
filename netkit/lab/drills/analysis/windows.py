"""Which phase a direction is in when: from the moments of a drill to stretches of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from netkit.model.drills.scenario import DrillPhase

_AHEAD = (DrillPhase.REPAIR, DrillPhase.BACKUP)
NOBODY = "", ""
"""A direction that has only the phases that hold for everyone."""


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
    that was begun, ``cut_ns`` when the cut or grey failure began that it follows from, None before
    any."""

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
    own = list(_one_at_a_time(own))
    ends_ns = [*(one.start_ns for one in own[1:]), end_ns]
    found: list[Window] = []
    cut_ns = None
    for moment, until_ns in zip(own, ends_ns, strict=True):
        if moment.phase in (DrillPhase.OUTAGE, DrillPhase.DEGRADED):
            cut_ns = moment.start_ns
        done_ns = moment.done_ns
        found.append(Window(moment.phase, moment.event, moment.start_ns, done_ns, until_ns, cut_ns))
    return tuple(found)


def _one_at_a_time(moments: Iterable[Moment]) -> Iterator[Moment]:
    """Those in order of time that begin when what was before them is done."""
    done_ns = 0
    for moment in sorted(moments, key=lambda moment: moment.start_ns):
        if moment.start_ns >= done_ns:
            done_ns = moment.done_ns
            yield moment


def by_changes(
    moments: Iterable[Moment], changes_ns: Sequence[int], *, at_once: bool = False
) -> list[Moment]:
    """The same, where an IGP reconverges by itself: that begins with the first route that changes
    once the phase before was brought about; with the first after the outage where none changes
    ``at_once``, as neighbours of a cut do: what is brought about later is not seen any more."""
    found: list[Moment] = []
    for moment in sorted(moments, key=lambda moment: moment.start_ns):
        if moment.phase is DrillPhase.RECONVERGED:
            since_ns = _since_ns([one for one in found if one.event == moment.event], at_once)
            own_ns = [at for at in changes_ns if since_ns < at < moment.done_ns]
            first_ns = min(own_ns, default=moment.start_ns)
            found.append(replace(moment, start_ns=min(moment.start_ns, first_ns)))
        else:
            found.append(moment)
    return found


def _since_ns(own: Sequence[Moment], at_once: bool) -> int:
    """When the reactions of one event had begun: with the first that was brought about, or, if no
    router changes ``at_once``, with the outage."""
    reactions = [one for one in own if one.phase is not DrillPhase.OUTAGE]
    return (*reactions, own[0])[0].done_ns if at_once else own[0].start_ns


def in_time(moments: Sequence[Moment]) -> list[Moment]:
    """Those of :func:`by_changes` without the repairs and switches that were not done when routes
    changed already, of an IGP whose time for that was set: they were to be done by then."""
    learnt = {one.event: one for one in moments if one.phase is DrillPhase.RECONVERGED}
    return [
        one
        for one in moments
        if one.phase not in _AHEAD
        or one.event not in learnt
        or one.done_ns <= learnt[one.event].start_ns
        or one.start_ns >= learnt[one.event].done_ns
    ]
