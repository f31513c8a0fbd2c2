"""The ledger of a run as a table: five figures a direction, and what contradicts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from netkit.language.words import say
from netkit.report.ledger_line import LedgerLine
from netkit.report.results import LoopResults
from netkit.report.terminal.plan import add_figures, lines, new_table, verdict_text
from netkit.report.terminal.screen import FULL
from netkit.report.words.doubt import ledger_lines, ledger_state, ledger_word, truth_word
from netkit.report.words.text import visible
from netkit.report.words.units import ms_text

_STYLE = {"refuted": "bold red", "open": "yellow", "agrees": "green"}
_TRUTH_STYLE = {False: "bold red", None: "yellow", True: "green"}


def ledger_table(results: LoopResults, *, width: int, limit: int | None = None) -> RenderableType:
    """A line each direction; of more than ``limit`` first those that do not agree."""
    table = new_table(say("Ledger: medians, one-way, ms"), width)
    table.add_column(say("Direction"), ratio=3, overflow="fold")
    add_figures(table, "Planned", "Certified", "True", "Measured", "Clock ±", "Stalled")
    table.add_column(say("Ledger"), no_wrap=True)
    found = list(results.ledger.items())
    shown = sorted(found, key=lambda one: (not one[1].contradictions, not one[1].inconclusive))
    kept = found if limit is None or len(found) <= limit else shown[:limit]
    for ends, line in kept:
        table.add_row(*_row(_name(ends, width), line))
    left = len(found) - len(kept)
    return Group(
        table,
        *(
            [Text(say("… and {count} more that stand in summary.json", count=left), "dim")]
            if left
            else []
        ),
        *_certain(kept, width),
        *(Text(visible(one), "bold red") for one in ledger_lines(results, contradicted=True)),
        *(Text(visible(one), "yellow") for one in ledger_lines(results, contradicted=False)),
        *(
            Text(say("Not emulated: {what}", what=visible(one)), "dim")
            for one in results.lab.not_emulated
        ),
    )


def _name(ends: tuple[str, str], width: int) -> Text:
    """A direction in two lines, in full width in one."""
    src, dst = map(visible, ends)
    return lines([f"{src} → {dst}"] if width >= FULL else [f"{src} →", f"  {dst}"])


def _row(name: Text, line: LedgerLine) -> Iterator[RenderableType]:
    yield name
    yield ms_text(line.planned_ms)
    yield ms_text(line.certified_ms)
    yield ms_text(line.true_ms)
    yield ms_text(line.measured_ms)
    yield ms_text(line.clock_uncertainty_ms)
    yield str(line.stalled)
    state = ledger_state(
        contradicted=bool(line.contradictions), inconclusive=bool(line.inconclusive)
    )
    yield Text(ledger_word(state), _STYLE[state])


def _certain(
    kept: Iterable[tuple[tuple[str, str], LedgerLine]], width: int
) -> Iterator[RenderableType]:
    """What is certain whatever the clocks of the hosts say, beside what is true; in a lab with one
    clock nothing."""
    table = new_table(say("Certain whatever the clocks say: p99 or maximum, one-way, ms"), width)
    table.add_column(say("Direction"), ratio=3, overflow="fold")
    add_figures(table, "Measured", "From", "To", "True")
    table.add_column(say("Holds the truth"), no_wrap=True)
    table.add_column(say("Verdict"), no_wrap=True)
    for ends, line in kept:
        if (one := line.certain) is not None:
            figures = (line.measured_ms, one.low_ms, one.high_ms, one.true_ms)
            table.add_row(
                _name(ends, width),
                *map(ms_text, figures),
                Text(truth_word(one.contains_truth), _TRUTH_STYLE[one.contains_truth]),
                verdict_text(one.verdict),
            )
    if table.row_count:
        yield Text()
        yield table
