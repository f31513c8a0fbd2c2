"""History and the state of a store for a terminal of a given width."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.text import Text

from netkit.language.words import counted, marked, say
from netkit.report.terminal.plan import add_figures, left_out, new_table, tally, verdict_text
from netkit.report.words.clocks import contradiction_text
from netkit.report.words.text import verdict_word, visible, worth_showing
from netkit.report.words.times import utc_text
from netkit.report.words.units import MISSING, ns_text, percent_text
from netkit.stats.windows.history import PERCENTS, By, DirectionHistory, History
from netkit.store.windows.levels import Level

if TYPE_CHECKING:
    from netkit.store.windows.upkeep.check import Check

_NAMES = (marked("From"), marked("To"), marked("Flow"))
_CERTIFIED, _NO_ANSWER = marked("Certified min"), marked("No answer")
_FIGURES = (
    marked("Sent"), marked("Lost"), _NO_ANSWER, marked("Min"), marked("p50"), marked("p99"),
    marked("Max"), marked("PDV p99"), marked("±"), _CERTIFIED,
)  # fmt: skip
_LEAST_WANTED = (_CERTIFIED, "Sent", "Max", "PDV p99", "p50", "±", "Min")
_LETTERS, _GAP = 12, 2

_P50, _P99 = PERCENTS.index(50), PERCENTS.index(99)


def history_table(found: History, *, width: int, limit: int | None = None) -> RenderableType:
    """A line for each piece of time and direction: one-way delays in ms, PDV over the minimum.

    Of more than ``limit`` rows the latest; of one piece of time first those that do not pass.
    Names are broken where they are too long, never cut: what tells two apart may be their end. In
    a narrow terminal the least wanted figures are left out, and the caption says which. Without any
    row there is no table, and what was noted says why.
    """
    if not found.rows:
        return Group(*_notes(found))
    title = say("{since} to {until}: one-way delay, ms",
                since=utc_text(found.since_ns), until=utc_text(found.until_ns))  # fmt: skip
    table = new_table(title, width)
    if found.by is not By.ALL:
        table.add_column(say("Since (UTC)"), no_wrap=True)
    for header in _NAMES:
        table.add_column(say(header), overflow="fold")
    kept = _worth_showing(found, limit)
    rows = [dict(zip(_FIGURES, _figures(row), strict=True)) for row in kept]
    told = _told(found)
    shown = _shown(found, told, rows, width)
    add_figures(table, *shown)
    table.add_column(say("Verdict"), no_wrap=True)
    for row, figures in zip(kept, rows, strict=True):
        when = [] if found.by is By.ALL else [utc_text(row.since_ns).replace("T", " ")[:16]]
        ends = (visible(row.src), visible(row.dst), visible(row.flow))
        cells = [figures[header] for header in shown]
        table.add_row(*when, *ends, *cells, verdict_text(row.verdict))
    gone = [header for header in told if header not in shown]
    if gone:
        table.caption = say(
            "no room for {figures}: --plain shows all", figures=say(", ").join(map(say, gone))
        )
        table.caption_justify = "left"
    more = left_out(len(found.rows) - len(kept), "more row")
    verdicts = tally((row.verdict for row in found.rows), "row")
    remarks = (
        *_unknown_losses(found.rows), *_disputes(found.rows), *_contradiction(found),
        *_notes(found),
    )  # fmt: skip
    return Group(table, *more, *remarks, verdicts)


def _unknown_losses(rows: Sequence[DirectionHistory]) -> Iterator[Text]:
    """A dash is no zero: while a peer is dark nobody knows which way probes were lost."""
    unknown = sum(row.lost is None for row in rows)
    if unknown:
        told = say(
            "{rows} of which nobody knows how much was lost this way",
            rows=counted(unknown, "row"),
        )
        yield Text(told, "dim")


def _disputes(rows: Sequence[DirectionHistory]) -> Iterator[Text]:
    against = sum(row.disputed for row in rows)
    if against:
        told = say(
            "{rows} in which both ends of a session contradict each other: its sender's account "
            "is shown",
            rows=counted(against, "row"),
        )
        yield Text(told, "dim")


def _contradiction(found: History) -> Iterator[Text]:
    """Why nothing is certified where it was asked for."""
    if found.contradiction is not None:
        why = contradiction_text(found.contradiction)
        yield Text(say("no clocks explain the windows: {why}", why=why), "dim")


def _notes(found: History) -> Iterator[Text]:
    """What both ends have noted of the whole time, in their own words."""
    for one in found.notes:
        for words, number in one.notes.items():
            told = say(
                "Noted by {site} of {src} to {dst} ({flow}): {count} x {words}",
                site=visible(one.observer), src=visible(one.src), dst=visible(one.dst),
                flow=visible(one.flow), count=number, words=visible(words),
            )  # fmt: skip
            yield Text(told, "dim")


def _worth_showing(found: History, limit: int | None) -> list[DirectionHistory]:
    if limit is None or found.by is By.ALL:
        return worth_showing(found.rows, limit, lambda row: row.verdict)
    order = sorted(range(len(found.rows)), key=lambda at: found.rows[at].since_ns)
    return [found.rows[at] for at in sorted(order[-limit:])]


def _told(found: History) -> list[str]:
    """The headers of all figures that there are."""
    needed = {
        _CERTIFIED: any(row.certified_ns is not None for row in found.rows),
        _NO_ANSWER: any(
            bool(row.probes) and (row.lost is None or not row.sent) for row in found.rows
        ),
    }
    return [header for header in _FIGURES if needed.get(header, True)]


def _shown(
    found: History, told: Sequence[str], rows: Sequence[Mapping[str, str]], width: int
) -> list[str]:
    """The headers of the figures for which there is room beside names of some letters each."""
    shown = list(told)
    of = {header: max(cell_len(say(header)), *(len(row[header]) for row in rows), 0)
          for header in shown}  # fmt: skip
    names = [max(map(cell_len, column), default=0) for column in _columns(found)]
    room = width - sum(min(max(longest, 4), _LETTERS) + _GAP for longest in names) - _GAP
    room -= max((cell_len(verdict_word(row.verdict)) for row in found.rows), default=7) + _GAP
    room -= 0 if found.by is By.ALL else 16 + _GAP
    for header in _LEAST_WANTED:
        if sum(of[one] + _GAP for one in shown) <= room:
            break
        if header in shown:
            shown.remove(header)
    return shown


def _columns(found: History) -> Iterator[list[str]]:
    for name in ("src", "dst", "flow"):
        yield [visible(getattr(row, name)) for row in found.rows]


def _interval(row: DirectionHistory) -> str:
    if row.certified_ns is None:
        return MISSING
    low_ns, high_ns = row.certified_ns
    return f"{ns_text(low_ns)}–{ns_text(high_ns)}"


def _figures(row: DirectionHistory) -> Iterator[str]:
    yield MISSING if row.sent is None else str(row.sent)
    yield percent_text(row.lost / row.sent if row.sent and row.lost is not None else None)
    yield MISSING if row.probes is None else f"{row.unanswered}/{row.probes}"
    if row.delay is None:
        yield from [MISSING] * 5
    else:
        p50, p99 = row.delay.percentiles_ns[_P50], row.delay.percentiles_ns[_P99]
        figures = (row.delay.min_ns, p50, p99, row.delay.max_ns, p99 - row.delay.min_ns)
        yield from map(ns_text, figures)
    yield ns_text(row.uncertainty_ns)
    yield _interval(row)


def check_lines(place: str, found: Check, limit: int | None = None) -> Iterator[str]:
    """When nothing was measured, the first ``limit`` such gaps; what is damaged; what it holds."""
    for gap in found.gaps[:limit]:
        words = say(
            "no windows from {since} to {until}: {src} to {dst}, flow {flow}, as {observer} saw it",
            since=utc_text(gap.since_ns), until=utc_text(gap.until_ns), src=gap.src, dst=gap.dst,
            flow=gap.flow, observer=gap.observer,
        )  # fmt: skip
        yield visible(words)
    if limit is not None and (more := len(found.gaps[limit:])):
        yield say("… and {more}", more=counted(more, "more gap"))
    for fault in found.faults:
        yield say("damaged: {what}", what=visible(fault))
    if found.overdue:
        overdue = counted(found.overdue, "hour")
        yield say("{hours} not rolled up yet: `netkit store prune` does it", hours=overdue)
    windows, hours, days = (found.counts[level] for level in Level)
    held = say(", ").join(
        (counted(windows, "window"), counted(hours, "hour"), counted(days, "day"))
    )
    yield say("{place}: {count} series, {held}", place=place, count=found.series, held=held)
