"""What was measured of a plan, as a table for a terminal of a given width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from netkit.language.words import marked, say
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import PairPlan
from netkit.model.units import us_to_ms
from netkit.report.documents.document import ms
from netkit.report.figures import figures_of
from netkit.report.headlines import Headline, headlines
from netkit.report.results import (
    DirectionMeasured,
    LoopResults,
    PairMeasured,
    PairResult,
    planned_us,
)
from netkit.report.terminal.lab.ledger import ledger_table
from netkit.report.terminal.plan import (
    REASONS_SHOWN,
    add_figures,
    left_out,
    lines,
    new_table,
    plan_table,
    reasons,
    segments_text,
    verdict_text,
)
from netkit.report.terminal.plan_answer import plan_answer
from netkit.report.terminal.screen import FULL, WIDE
from netkit.report.words.doubt import doubt_lines
from netkit.report.words.text import visible, worth_showing
from netkit.report.words.units import MISSING, bound_text, ms_text, percent_text

_Way = tuple[str, PairPlan | None, DirectionMeasured | None]


def results_table(results: LoopResults, *, width: int, limit: int | None = None) -> RenderableType:
    """What was measured, two lines a pair: there and back, in full width a row each; if the lab did
    not run, the plan."""
    if not results.lab.ran:
        plan = plan_table(results.plan, results.topology, width=width, limit=limit)
        answer = plan_answer(results.plan.pairs)
        return Group(skipped_text(results), Text(), plan, answer, headline_table(results))
    wide = width >= WIDE
    table = new_table(
        say("{topology}: measured delay, one-way, ms", topology=results.topology.name), width
    )
    table.add_column(say("Pair"), ratio=3, overflow="fold")
    add_figures(table, "Bound", "Planned", "p50", "p99")
    if wide:
        add_figures(table, "Truth p50")
    add_figures(table, "Lost")
    if wide:
        table.add_column(say("Segment list"), ratio=5, overflow="fold")
    table.add_column(say("Path"), no_wrap=True)
    table.add_column(say("Verdict"), no_wrap=True)
    tried = [pair for pair in results.pairs if pair.measured or pair.plan.primary]
    shown = worth_showing(tried, limit, lambda pair: pair.verdict)
    for pair in shown:
        for ways in _rows_of(pair, apart=width >= FULL):
            table.add_row(*_row(pair, ways, results.topology, wide=wide))
    return Group(
        table,
        *left_out(len(tried) - len(shown), "more pair"),
        *reasons(
            (pair.plan for pair in results.pairs),
            None if limit is None else min(limit, REASONS_SHOWN),
        ),
        *_doubts(results, limit),
        *([Text(), ledger_table(results, width=width, limit=limit)] if results.ledger else []),
        Text(),
        headline_table(results),
    )


def _doubts(results: LoopResults, limit: int | None) -> Iterator[Text]:
    doubts = [line for pair in results.pairs for line in doubt_lines(pair)]
    yield from (Text(visible(line), "yellow") for line in doubts[:limit])
    yield from left_out(0 if limit is None else len(doubts[limit:]), "more doubt")


def _rows_of(pair: PairResult, *, apart: bool) -> list[list[_Way]]:
    """The directions of a pair, in one row or ``apart``: name, plan, and what was measured."""
    src, dst = visible(pair.plan.demand.src), visible(pair.plan.demand.dst)
    seen = pair.measured
    forward, backward = (None, None) if seen is None else (seen.forward, seen.backward)
    if not apart:
        return [[(f"{src} →", pair.plan, forward), (f"← {dst}", pair.back, backward)]]
    rows: list[list[_Way]] = [[(f"{src} → {dst}", pair.plan, forward)]]
    if pair.back is not None or backward is not None:
        rows.append([(f"{dst} → {src}", pair.back, backward)])
    return rows


def _row(
    pair: PairResult, ways: Sequence[_Way], topology: Topology, *, wide: bool
) -> Iterator[RenderableType]:
    names, plans, seen = zip(*ways, strict=True)
    yield lines(names)
    yield bound_text(us_to_ms(pair.plan.demand.bound_us))
    yield lines(ms_text(ms(planned_us(plan))) for plan in plans)
    yield lines(MISSING if way is None else ms_text(way.p50_ms) for way in seen)
    yield lines(MISSING if way is None else ms_text(way.p99_ms) for way in seen)
    if wide:
        yield lines(MISSING if way is None else ms_text(way.truth_p50_ms) for way in seen)
    yield lines(lost_text(way) for way in seen)
    if wide:
        yield lines(segments_text(plan, topology, most=2) for plan in plans)
    measured = pair.measured
    yield _path(None if measured is None else measured.path_proven)
    attempt = attempt_text(measured, "\n" if len(ways) > 1 else say(", "))
    yield Text.assemble(verdict_text(pair.verdict), attempt)


def attempt_text(measured: PairMeasured | None, before: str = "\n") -> str:
    """Which attempt the figures are of, if it was not the first, with what stands before that."""
    if measured is None or measured.attempts == 1:
        return ""
    return before + say("attempt {attempt}", attempt=measured.attempts)


def _path(proven: bool | None) -> Text:
    if proven is None:
        return Text(MISSING)
    return Text(say("proven")) if proven else Text(say("strayed"), "bold red")


def lost_text(way: DirectionMeasured | None) -> str:
    """The share of one direction's probes that were lost; a dash if none were sent."""
    return MISSING if way is None or not way.sent else percent_text(way.lost / way.sent)


def skipped_text(results: LoopResults) -> Text:
    """Why nothing was measured, and what to do about it."""
    why = say(results.lab.skipped_because or marked("no reason was given"))
    text = Text(say("The lab did not run: "), "bold yellow")
    text.append(visible(why).rstrip(".") + say("."), "not bold default")
    if results.lab.remedy is not None:
        remedy = say(" To have it measured: {remedy}.", remedy=visible(say(results.lab.remedy)))
        text.append(remedy, "not bold default")
    return text.append(say(" What follows is the plan only."), "not bold default")


def headline_table(results: LoopResults) -> Table:
    """The figures of the whole, a line each."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(3):
        table.add_column(overflow="fold")
    for headline in headlines(figures_of(results), results.lab):
        value = Text(visible(headline.value), _value_style(headline))
        table.add_row(Text(headline.label), value, Text(visible(headline.note), "dim"))
    return table


def _value_style(headline: Headline) -> str:
    return {True: "bold green", False: "bold red", None: "bold"}[headline.met]
