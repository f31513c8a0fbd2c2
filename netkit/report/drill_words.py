"""A drill in words: its phases, what ended an outage, what contradicts the plan."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.errors import counted
from netkit.model.drills.result import (
    Contradiction,
    DirectionDrill,
    DrillResult,
    HappenedAt,
    Outage,
    PhaseFigures,
)
from netkit.model.drills.scenario import DrillPhase
from netkit.report.words.text import visible
from netkit.report.words.units import MISSING, delay_text

PHASES = {
    DrillPhase.BEFORE: "before",
    DrillPhase.OUTAGE: "cut",
    DrillPhase.REPAIR: "local repair",
    DrillPhase.BACKUP: "backup path",
    DrillPhase.RECONVERGED: "reconverged",
    DrillPhase.RESTORED: "restored",
}


_MOST_NAMED = 4


def outage_text(outage: Outage) -> str:
    """How long nothing came through, and what ended it."""
    lost = counted(outage.lost, "probe")
    if outage.length_ms is None or outage.ended_by is None:
        return f"{lost} lost, to the end"
    since = "" if outage.after_cut_ms is None else f", {outage.after_cut_ms:.0f} ms after the cut"
    ended = PHASES[outage.ended_by]
    return f"{lost} lost in {outage.length_ms:.0f} ms; back{since} ({ended})"


def moment_text(result: DrillResult, moment: HappenedAt) -> str:
    """What was brought about, and how long that took."""
    links = result.cut.get(moment.event, ())
    more = f" and {len(links) - _MOST_NAMED} more" if len(links) > _MOST_NAMED else ""
    named = visible(", ".join(links[:_MOST_NAMED]) + more)
    took = f"done after {moment.done_ms - moment.start_ms:.0f} ms"
    who = "headends" if moment.directions is None else counted(moment.directions, "headend")
    words = {
        DrillPhase.BEFORE: "probing",
        DrillPhase.OUTAGE: f"cut: {named}",
        DrillPhase.REPAIR: f"neighbours repair locally, {took}",
        DrillPhase.BACKUP: f"{who} to the backup path, {took}",
        DrillPhase.RECONVERGED: f"the IGP reconverges, {took}",
        DrillPhase.RESTORED: f"everything is restored, {took}",
    }
    return words[moment.phase]


def contradictions(result: DrillResult) -> Iterator[str]:
    """A sentence for each phase in which packets contradict the plan, or say nothing of it."""
    for one in result.directions:
        for phase in one.phases:
            for what in phase.contradictions:
                yield f"{_where(one, phase)}: {_words(what, phase)}"
    for one, phase in result.untested:
        yield f"{_where(one, phase)}: no probe was in this phase"


def _where(one: DirectionDrill, phase: PhaseFigures) -> str:
    return visible(f"{one.src} to {one.dst}, {PHASES[phase.phase]}")


def _words(what: Contradiction, phase: PhaseFigures) -> str:
    if what is Contradiction.LOST:
        lost = counted(phase.lost, "probe")
        return f"{lost} lost, the first on {visible(str(phase.lost_on))}; the plan says none"
    if what is Contradiction.SLOWER:
        worst_us = None if phase.certified is None else phase.certified.worst_us
        return f"up to {delay_text(phase.worst_us)}, certified {delay_text(worst_us)}"
    strayed = counted(phase.strayed, "probe")
    return f"{strayed} over {visible(str(phase.stray_link or MISSING))}, which is not certified"
