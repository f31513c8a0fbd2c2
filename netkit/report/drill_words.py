"""A drill in words: its phases, what ended an outage, what contradicts the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netkit.language.words import counted, marked, say
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
from netkit.report.clock_words import clock_contradictions, fault_text
from netkit.report.words.text import visible
from netkit.report.words.units import MISSING, bound_text, delay_text, ms_text

_PHASES = {
    DrillPhase.BEFORE: marked("before"),
    DrillPhase.DEGRADED: marked("degraded"),
    DrillPhase.OUTAGE: marked("cut"),
    DrillPhase.REPAIR: marked("local repair"),
    DrillPhase.BACKUP: marked("backup path"),
    DrillPhase.RECONVERGED: marked("reconverged"),
    DrillPhase.RESTORED: marked("restored"),
}
_MOST_NAMED = 4
_AT_ONCE_MS = 100


def phase_word(phase: DrillPhase) -> str:
    """What a phase is called."""
    return say(_PHASES[phase])


def outage_text(outage: Outage) -> str:
    """How long nothing came through, and what ended it."""
    lost = counted(outage.lost, "probe")
    if outage.length_ms is None or outage.ended_by is None:
        return say("{lost} lost, to the end", lost=lost)
    length, ended = f"{outage.length_ms:.0f}", phase_word(outage.ended_by)
    if outage.after_cut_ms is None:
        return say("{lost} lost in {length} ms; back ({phase})",
                   lost=lost, length=length, phase=ended)  # fmt: skip
    return say(
        "{lost} lost in {length} ms; back, {after} ms after it began ({phase})",
        lost=lost, length=length, after=f"{outage.after_cut_ms:.0f}", phase=ended,
    )  # fmt: skip


def outages_text(one: DirectionDrill) -> list[str]:
    """Each outage of a direction, or all of them in one when they are many."""
    if len(one.outages) <= _MOST_NAMED:
        return [outage_text(outage) for outage in one.outages]
    lost = counted(sum(outage.lost for outage in one.outages), "probe")
    longest = max(outage.length_ms or 0.0 for outage in one.outages)
    text = say(
        "{lost} lost in {gaps}, the longest {longest} ms",
        lost=lost,
        gaps=counted(len(one.outages), "gap"),
        longest=f"{longest:.0f}",
    )
    if one.outages[-1].length_ms is None:
        text += say("; the last one lasts to the end")
    return [text]


def slow_text(one: DirectionDrill, phase: PhaseFigures) -> str | None:
    """That it was over its tier, from when on, and for how long; None if it was not."""
    if phase.slow_after_ms is None:
        return None
    from_then = "" if phase.slow_after_ms < _AT_ONCE_MS else say(
        ", from {after} s after it began", after=f"{phase.slow_after_ms / MS_PER_S:.1f}"
    )  # fmt: skip
    left_s = (phase.end_ms - phase.start_ms - phase.slow_after_ms) / MS_PER_S
    return say(
        "{by} it took {worst} ms, over its tier of {bound} ms{from_then}, for {left} s",
        by=_during(phase.phase),
        worst=ms_text(us_to_ms(phase.worst_us or 0), 1),
        bound=bound_text(us_to_ms(one.bound_us)), from_then=from_then, left=f"{left_s:.1f}",
    )  # fmt: skip


def _during(phase: DrillPhase) -> str:
    """When it was that packets took so long, to begin a sentence."""
    match phase:
        case DrillPhase.DEGRADED:
            return phase_word(phase)
        case DrillPhase.RECONVERGED:
            return say("once the IGP had reconverged")
        case DrillPhase.BEFORE | DrillPhase.RESTORED:
            return say("with everything whole")
        case _:
            return say("by {phase}", phase=phase_word(phase))


def moment_text(result: DrillResult, moment: HappenedAt) -> str:
    """What was brought about, and how long that took."""
    named = _named(result.cut.get(moment.event, ()))
    ill = result.degraded.get(moment.event)
    degraded = () if ill is None else (
        say("{links}: {ailment}", links=_named(ill.links), ailment=ailment_text(ill)),
    )  # fmt: skip
    verdicts = () if result.clocks is None else result.clocks.verdicts
    faults = (fault_text(one.fault) for one in verdicts if one.event == moment.event)
    took = say("done after {ms} ms", ms=f"{moment.done_ms - moment.start_ms:.0f}")
    many = moment.directions
    who = say("headends") if many is None else counted(many, "headend")
    words = {
        DrillPhase.BEFORE: say("probing"),
        DrillPhase.DEGRADED: "".join((*degraded, *faults)),
        DrillPhase.OUTAGE: say("cut: {links}", links=named),
        DrillPhase.REPAIR: say("neighbours repair locally, {took}", took=took),
        DrillPhase.BACKUP: say("{who} to the backup path, {took}", who=who, took=took),
        DrillPhase.RECONVERGED: say("the IGP reconverges, {took}", took=took),
        DrillPhase.RESTORED: say("everything is restored, {took}", took=took),
    }
    return words[moment.phase]


def _named(links: Sequence[str]) -> str:
    names, more = ", ".join(links[:_MOST_NAMED]), len(links) - _MOST_NAMED
    return visible(say("{names} and {count} more", names=names, count=more) if more > 0 else names)


def ailment_text(one: Degraded) -> str:
    """What links do worse, and how fast it came: ``+4 ms, growing for 2 s, from hefei only``."""
    ill = one.ailment
    parts = [
        words
        for value, words in (
            (ill.delay_us, f"+{us_to_ms(ill.delay_us):g} ms"),
            (
                ill.jitter_us,
                say("up to {ms} ms of delay variation", ms=f"{us_to_ms(ill.jitter_us):g}"),
            ),
            (ill.loss, say("{percent} % lost", percent=f"{100 * ill.loss:g}")),
            (ill.loss_run, say("{count} in a row", count=f"{ill.loss_run or 0:g}")),
            (ill.duplicate, say("{percent} % sent twice", percent=f"{100 * ill.duplicate:g}")),
            (ill.over_s, say("growing for {s} s", s=f"{ill.over_s:g}")),
            (ill.headend, say("from {node} only", node=visible(ill.headend or ""))),
        )
        if value
    ]
    return say(", ").join(parts)


def loops_text(result: DrillResult) -> str | None:
    """How many probes went round, and where; None if none did."""
    looped = sum(one.looped for one in result.directions)
    links = sorted({link for one in result.directions for link in one.looped_on})
    if not looped:
        return None
    return say(
        "{probes} went round in a micro-loop, over {links}",
        probes=counted(looped, "probe"),
        links=_named(links),
    )


def reconvergence_text(one: Reconvergence) -> str:
    """When routers changed their routes after an event, and whether they are the planner's."""
    if one.first_ms is None or one.last_ms is None:
        text = say("no router changed its routes")
    else:
        text = say(
            "{routers} changed routes, from {first} to {last} ms after it",
            routers=counted(one.routers, "router"),
            first=f"{one.first_ms:.0f}", last=f"{one.last_ms:.0f}",
        )  # fmt: skip
    if one.differences is None:
        return text
    if not one.differences:
        return text + say("; all {pairs} pairs then as the planner says", pairs=one.pairs)
    return text + say(
        "; of {pairs} pairs {count} not as the planner says",
        pairs=one.pairs,
        count=len(one.differences),
    )


def contradictions(result: DrillResult) -> Iterator[str]:
    """A sentence for each phase in which packets contradict the plan, or say nothing of it."""
    for one in result.directions:
        for phase in one.phases:
            for what in phase.contradictions:
                yield _where(one, phase) + say(": ") + _words(what, phase)
    for learnt in result.reconvergences:
        yield from (visible(text) for text in learnt.differences or ())
    yield from () if result.clocks is None else clock_contradictions(result.clocks)
    for one, phase in result.untested:
        why = say("no probe came back to tell") if phase.sent else say("no probe was in this phase")
        yield _where(one, phase) + say(": ") + why


def _where(one: DirectionDrill, phase: PhaseFigures) -> str:
    return visible(
        say("{src} to {dst}, {phase}", src=one.src, dst=one.dst, phase=phase_word(phase.phase))
    )


def _words(what: Contradiction, phase: PhaseFigures) -> str:
    if what is Contradiction.LOST:
        lost = counted(phase.lost - phase.excused, "probe")
        return say(
            "{lost} lost, the first on {link}; the plan says none",
            lost=lost,
            link=visible(str(phase.lost_on)),
        )
    if what is Contradiction.SLOWER:
        worst_us = None if phase.certified is None else phase.certified.worst_us
        return say(
            "up to {worst}, certified {certified}",
            worst=delay_text(phase.worst_us),
            certified=delay_text(worst_us),
        )
    strayed = counted(phase.strayed, "probe")
    return say(
        "{probes} over {link}, which is not certified",
        probes=strayed,
        link=visible(str(phase.stray_link or MISSING)),
    )
