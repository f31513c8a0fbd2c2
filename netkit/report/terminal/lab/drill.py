"""A drill for the terminal: what happened when, then every direction phase by phase."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from netkit.language.words import counted, say
from netkit.model.drills.result import DirectionDrill, DrillResult, PhaseFigures
from netkit.model.drills.scenario import DrillPhase
from netkit.model.units import MS_PER_S, us_to_ms
from netkit.report.clock_words import blame_text, certain_text, shown_phases, span_text
from netkit.report.drill_words import (
    contradictions,
    loops_text,
    moment_text,
    outages_text,
    phase_word,
    reconvergence_text,
    slow_text,
)
from netkit.report.terminal.plan import add_figures, left_out, new_table, spaced, verdict_text
from netkit.report.terminal.screen import FULL
from netkit.report.words.text import visible
from netkit.report.words.units import bound_text, ms_text


def drill_table(result: DrillResult, *, width: int) -> RenderableType:
    """The whole drill; directions that no failure hits are counted only."""
    phases = [_phases(result, width)] if _shown(result) else []
    return spaced([*_story(result), *phases, *_clocks(result, width), *_end(result)])


def _shown(result: DrillResult) -> list[DirectionDrill]:
    return [one for one in result.directions if one.hit or one.contradicted]


def _clocks(result: DrillResult, width: int) -> Iterator[RenderableType]:
    """What the hosts made of it, beside the truth."""
    if result.clocks is None:
        return
    table = new_table(say("What hosts with wrong clocks measured, one-way, ms"), width)
    table.add_column(say("Direction"), ratio=1, overflow="fold")
    table.add_column(say("Phase"), no_wrap=True)
    add_figures(table, "Measured", "True", "True p99", "Certain")
    last = None
    for one in shown_phases(result.clocks):
        way = visible(f"{one.src} → {one.dst}")
        figure_ms = None if one.figure_us is None else us_to_ms(one.figure_us)
        table.add_row(
            "" if way == last else way, phase_word(one.phase), span_text(one.measured),
            span_text(one.true), ms_text(figure_ms), span_text(one.certain),
        )  # fmt: skip
        last = way
    yield table
    yield from (Text(blame_text(one)) for one in result.clocks.verdicts)
    yield Text(certain_text(result.clocks))


def _story(result: DrillResult) -> Iterator[Text]:
    yield Text(visible(result.title), "bold")
    for moment in result.moments:
        yield Text(f"{moment.start_ms / MS_PER_S:7.3f} s  {moment_text(result, moment)}")
        if moment.phase in (DrillPhase.OUTAGE, DrillPhase.RESTORED):
            learnt = (one for one in result.reconvergences if one.event == moment.event)
            yield from (Text(f"{'':11}{reconvergence_text(one)}") for one in learnt)


def _phases(result: DrillResult, width: int) -> Table:
    table = new_table(say("One-way delays in ms, phase by phase"), width)
    table.add_column(say("Direction"), ratio=1, overflow="fold")
    table.add_column(say("Phase"), no_wrap=True)
    add_figures(table, "Sent", "Lost", "Worst", "Certified", "Tier")
    table.add_column(say("Verdict"), no_wrap=True)
    for one in _shown(result):
        for number, phase in enumerate(one.phases):
            # In full width each line stands by itself, as for grep.
            again = number and width < FULL
            name = "" if again else visible(f"{one.src} → {one.dst}")
            table.add_row(name, *_row(one, phase))
    return table


def _row(one: DirectionDrill, phase: PhaseFigures) -> Iterator[RenderableType]:
    certified = phase.certified
    yield phase_word(phase.phase)
    yield str(phase.sent)
    yield str(phase.lost)
    yield ms_text(None if phase.worst_us is None else us_to_ms(phase.worst_us))
    if certified is None:
        yield ms_text(None)
    else:
        lost = certified.worst_us is None
        yield say("lost") if lost else ms_text(us_to_ms(certified.worst_us or 0))
    yield bound_text(us_to_ms(one.bound_us))
    told = phase.contradictions
    yield Text(say("contradicts"), "bold red") if told else verdict_text(phase.verdict)


def _end(result: DrillResult) -> Iterator[Text]:
    for one in result.directions:
        over = (slow_text(one, phase) for phase in one.phases)
        for words in (*outages_text(one), *(text for text in over if text is not None)):
            yield Text(visible(f"{one.src} → {one.dst}{say(': ')}") + words)
    loops = loops_text(result)
    if loops is not None:
        yield Text(loops)
    doubled = sum(phase.duplicated for one in result.directions for phase in one.phases)
    if doubled:
        yield Text(say("{probes} came twice", probes=counted(doubled, "probe")))
    unhit = sum(not one.hit for one in result.directions)
    if unhit:
        crossed = counted(unhit, "direction")
        yield Text(say("{directions} crossed nothing that was hit", directions=crossed))
    found = list(contradictions(result))
    for sentence in found[:20]:
        yield Text(sentence, "red")
    yield from left_out(len(found[20:]), "more contradiction")
    for sentence in result.not_emulated:
        yield Text(say("Not emulated: {what}", what=visible(sentence)), "dim")
    if not found:
        yield Text(say("packets bear out the plan in every phase"), "green")
