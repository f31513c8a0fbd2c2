"""The page of a drill: what happened, in the words of an operations manager, and its timeline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from netkit.language.chosen import spoken
from netkit.language.words import counted, say
from netkit.model.drills.result import DirectionDrill, DrillResult
from netkit.model.drills.scenario import DrillPhase
from netkit.model.units import MS_PER_S, us_to_ms
from netkit.report.clock_words import blame_text, certain_text, shown_phases, span_text
from netkit.report.drill_words import (
    contradictions,
    moment_text,
    outages_text,
    phase_word,
    reconvergence_text,
    slow_text,
)
from netkit.report.html.drills.timeline import HEIGHT, WIDTH, picture_of
from netkit.report.words.text import visible
from netkit.report.words.units import MISSING, ms_text

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATE = "drill.html.j2"


def render_drill(result: DrillResult) -> str:
    """The whole page as the text of an HTML file; same result, same bytes."""
    clocks = result.clocks
    read = {} if clocks is None else clocks.read
    shown = [
        one for one in result.directions
        if one.hit or one.contradicted or (one.src, one.dst) in read
    ]  # fmt: skip
    return _environment().get_template(TEMPLATE).render(
        result=result,
        tiles=list(_tiles(result)),
        shown=[
            (one, picture_of(one, result.length_ms, read.get((one.src, one.dst), ())),
             sentence(one))
            for one in shown
        ],
        moments=list(_story(result)),
        untouched=len(result.directions) - len(shown),
        clocks=[] if clocks is None else shown_phases(clocks),
        blamed=[] if clocks is None else [*map(blame_text, clocks.verdicts), certain_text(clocks)],
        contradictions=list(contradictions(result)),
        size=(WIDTH, HEIGHT), missing=MISSING,
    )  # fmt: skip


def sentence(one: DirectionDrill) -> str:
    """One direction in one sentence: how long it was out, how slow it then was, whether it is
    back."""
    parts = outages_text(one) or [say("no probe was lost")]
    over = [text for phase in one.phases if (text := slow_text(one, phase)) is not None]
    if one.phases and one.phases[-1].phase is DrillPhase.RESTORED:
        over.append(say("all is as before at the end" if one.back else "it is not back at the end"))
    return say("; ").join([*parts, *over])


def _story(result: DrillResult) -> Iterator[tuple[float, str]]:
    """What happened when (s), and what routers did about it."""
    for moment in result.moments:
        words = moment_text(result, moment)
        if moment.phase in (DrillPhase.OUTAGE, DrillPhase.RESTORED):
            learnt = (one for one in result.reconvergences if one.event == moment.event)
            words = say("; ").join([words, *map(reconvergence_text, learnt)])
        yield moment.start_ms / MS_PER_S, words


def _tiles(result: DrillResult) -> Iterator[tuple[str, str, str, bool | None]]:
    """Label, value, note, and whether that is good."""
    hit = [one for one in result.directions if one.hit]
    outages = [outage for one in hit for outage in one.outages]
    longest = max((o.length_ms for o in outages if o.length_ms is not None), default=0.0)
    ever = any(outage.length_ms is None for outage in outages)
    value = say("to the end") if ever else f"{longest:.0f} ms"
    lost = counted(sum(one.lost for one in hit), "probe")
    yield say("Longest without service"), value, say("{lost} lost in all", lost=lost), None
    over = {
        (one.src, one.dst)
        for one in hit
        for phase in one.phases
        if phase.worst_us is not None and phase.worst_us > one.bound_us
    }
    kept = say("{part} of {all}", part=len(hit) - len(over), all=len(hit))
    note = say("of those whose path was hit, never slower than the tier while packets arrived")
    label = say("Directions that kept their tier")
    yield label, kept if hit else MISSING, note, not over if hit else None
    looped = sum(one.looped for one in result.directions)
    links = sorted({link for one in result.directions for link in one.looped_on})
    note = say("went round while routers changed over")
    if links:
        note += say(", over {links}", links=", ".join(links))
    yield say("Micro-loops"), counted(looped, "probe"), note, None
    borne = not list(contradictions(result))
    words = say("yes" if borne else "no")
    question, note = say("Do packets bear out the plan?"), say("every certificate of every phase")
    yield question, words, note, borne


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("netkit.report"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters.update(
        visible=visible, counted=counted, phase_word=phase_word,
        us=lambda delay_us: ms_text(None if delay_us is None else us_to_ms(delay_us)),
        span=span_text,
    )  # fmt: skip
    made.globals.update(say=say, language=spoken().value)
    return made
