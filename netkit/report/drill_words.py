"""A drill in words: its phases, what ended an outage, what contradicts the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netkit.errors import counted
from netkit.model.drills.result import (
    Contradiction,
    Degraded,
    DirectionDrill,
    DrillResult,
    HappenedAt,
    Outage,
    PhaseFigures,
    Reconvergence,
)
from netkit.model.drills.scenario import DrillPhase
from netkit.model.units import MS_PER_S, us_to_ms
from netkit.report.words.text import visible
from netkit.report.words.units import MISSING, bound_text, delay_text, ms_text

PHASES = {
    DrillPhase.BEFORE: "before",
    DrillPhase.DEGRADED: "degraded",
    DrillPhase.OUTAGE: "cut",
    DrillPhase.REPAIR: "local repair",
    DrillPhase.BACKUP: "backup path",
    DrillPhase.RECONVERGED: "reconverged",
    DrillPhase.RESTORED: "restored",
}


_BY = {
    phase: "degraded" if phase is DrillPhase.DEGRADED else f"by {name}"
    for phase, name in PHASES.items()
}
_MOST_NAMED = 4
_AT_ONCE_MS = 100


def outage_text(outage: Outage) -> str:
    """How long nothing came through, and what ended it."""
    lost = counted(outage.lost, "probe")
    if outage.length_ms is None or outage.ended_by is None:
        return f"{lost} lost, to the end"
    since = "" if outage.after_cut_ms is None else f", {outage.after_cut_ms:.0f} ms after it began"
    ended = PHASES[outage.ended_by]
    return f"{lost} lost in {outage.length_ms:.0f} ms; back{since} ({ended})"


def outages_text(one: DirectionDrill) -> list[str]:
    """Each outage of a direction, or all of them in one when they are many."""
    if len(one.outages) <= _MOST_NAMED:
        return [outage_text(outage) for outage in one.outages]
    lost = counted(sum(outage.lost for outage in one.outages), "probe")
    longest = max(outage.length_ms or 0.0 for outage in one.outages)
    ended = "" if one.outages[-1].length_ms is not None else "; the last one lasts to the end"
    gaps = counted(len(one.outages), "gap")
    return [f"{lost} lost in {gaps}, the longest {longest:.0f} ms{ended}"]


def slow_text(one: DirectionDrill, phase: PhaseFigures) -> str | None:
    """That it was over its tier, from when on, and for how long; None if it was not."""
    if phase.slow_after_ms is None:
        return None
    from_then = "" if phase.slow_after_ms < _AT_ONCE_MS else (
        f", from {phase.slow_after_ms / MS_PER_S:.1f} s after it began"
    )  # fmt: skip
    left_s = (phase.end_ms - phase.start_ms - phase.slow_after_ms) / MS_PER_S
    return (
        f"{_BY[phase.phase]} it took {ms_text(us_to_ms(phase.worst_us or 0), 1)} ms, over its tier "
        f"of {bound_text(us_to_ms(one.bound_us))} ms{from_then}, for {left_s:.1f} s"
    )


def moment_text(result: DrillResult, moment: HappenedAt) -> str:
    """What was brought about, and how long that took."""
    named = _named(result.cut.get(moment.event, ()))
    ill = result.degraded.get(moment.event)
    took = f"done after {moment.done_ms - moment.start_ms:.0f} ms"
    who = "headends" if moment.directions is None else counted(moment.directions, "headend")
    words = {
        DrillPhase.BEFORE: "probing",
        DrillPhase.DEGRADED: "" if ill is None else f"{_named(ill.links)}: {ailment_text(ill)}",
        DrillPhase.OUTAGE: f"cut: {named}",
        DrillPhase.REPAIR: f"neighbours repair locally, {took}",
        DrillPhase.BACKUP: f"{who} to the backup path, {took}",
        DrillPhase.RECONVERGED: f"the IGP reconverges, {took}",
        DrillPhase.RESTORED: f"everything is restored, {took}",
    }
    return words[moment.phase]


def _named(links: Sequence[str]) -> str:
    more = f" and {len(links) - _MOST_NAMED} more" if len(links) > _MOST_NAMED else ""
    return visible(", ".join(links[:_MOST_NAMED]) + more)


def ailment_text(one: Degraded) -> str:
    """What links do worse, and how fast it came: ``+4 ms, growing for 2 s, from hefei only``."""
    ill = one.ailment
    parts = [
        words
        for value, words in (
            (ill.delay_us, f"+{us_to_ms(ill.delay_us):g} ms"),
            (ill.jitter_us, f"up to {us_to_ms(ill.jitter_us):g} ms of delay variation"),
            (ill.loss, f"{100 * ill.loss:g} % lost"),
            (ill.loss_run, f"{ill.loss_run or 0:g} in a row"),
            (ill.duplicate, f"{100 * ill.duplicate:g} % sent twice"),
            (ill.over_s, f"growing for {ill.over_s:g} s"),
            (ill.headend, f"from {visible(ill.headend or '')} only"),
        )
        if value
    ]
    return ", ".join(parts)


def loops_text(result: DrillResult) -> str | None:
    """How many probes went round, and where; None if none did."""
    looped = sum(one.looped for one in result.directions)
    links = sorted({link for one in result.directions for link in one.looped_on})
    if not looped:
        return None
    return f"{counted(looped, 'probe')} went round in a micro-loop, over {_named(links)}"


def reconvergence_text(one: Reconvergence) -> str:
    """When routers changed their routes after an event, and whether they are the planner's."""
    routers = counted(one.routers, "router")
    text = f"{routers} changed routes, from {one.first_ms:.0f} to {one.last_ms:.0f} ms after it"
    if one.differences is None:
        return text
    if not one.differences:
        return f"{text}; all {one.pairs} pairs then as the planner says"
    return f"{text}; of {one.pairs} pairs {len(one.differences)} not as the planner says"


def contradictions(result: DrillResult) -> Iterator[str]:
    """A sentence for each phase in which packets contradict the plan, or say nothing of it."""
    for one in result.directions:
        for phase in one.phases:
            for what in phase.contradictions:
                yield f"{_where(one, phase)}: {_words(what, phase)}"
    for learnt in result.reconvergences:
        yield from (visible(text) for text in learnt.differences or ())
    for one, phase in result.untested:
        yield f"{_where(one, phase)}: no probe was in this phase"


def _where(one: DirectionDrill, phase: PhaseFigures) -> str:
    return visible(f"{one.src} to {one.dst}, {PHASES[phase.phase]}")


def _words(what: Contradiction, phase: PhaseFigures) -> str:
    if what is Contradiction.LOST:
        lost = counted(phase.lost - phase.excused, "probe")
        return f"{lost} lost, the first on {visible(str(phase.lost_on))}; the plan says none"
    if what is Contradiction.SLOWER:
        worst_us = None if phase.certified is None else phase.certified.worst_us
        return f"up to {delay_text(phase.worst_us)}, certified {delay_text(worst_us)}"
    strayed = counted(phase.strayed, "probe")
    return f"{strayed} over {visible(str(phase.stray_link or MISSING))}, which is not certified"
