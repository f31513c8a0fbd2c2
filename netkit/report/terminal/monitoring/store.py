"""History and the state of a store for a terminal of a given width."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType

from netkit.errors import counted
from netkit.report.terminal.plan import WIDE, add_figures, left_out, new_table, tally, verdict_text
from netkit.report.words.text import visible, worth_showing
from netkit.report.words.times import utc_text
from netkit.report.words.units import MISSING, ns_text, percent_text
from netkit.stats.windows.history import PERCENTS, By, DirectionHistory, History

if TYPE_CHECKING:
    from netkit.store.windows.upkeep.check import Check

_FIGURES = ("Sent", "Lost", "Min", "p50", "p99", "Max", "PDV p99", "±")
_WIDE_ONLY = {"Sent", "Max", "PDV p99"}
"""Left out where names would be broken letter by letter for them."""

_P50, _P99 = PERCENTS.index(50), PERCENTS.index(99)


def history_table(found: History, *, width: int, limit: int | None = None) -> RenderableType:
    """A line for each piece of time and direction: one-way delays in ms, PDV over the minimum.

    Of more than ``limit`` rows the latest; of one piece of time first those that do not pass.
    """
    title = f"{utc_text(found.since_ns)} to {utc_text(found.until_ns)}: one-way delay, ms"
    table = new_table(title, width)
    if found.by is not By.ALL:
        table.add_column("Since (UTC)", no_wrap=True)
    table.add_column("From", overflow="fold")
    table.add_column("To", overflow="fold")
    table.add_column("Flow", overflow="fold")
    wide = width >= WIDE
    figures = [name for name in _FIGURES if wide or name not in _WIDE_ONLY]
    add_figures(table, *figures)
    certified = any(row.certified_ns is not None for row in found.rows)
    if certified:
        add_figures(table, "Certified min")
    table.add_column("Verdict", no_wrap=True)
    shown = _worth_showing(found, limit)
    for row in shown:
        when = [] if found.by is By.ALL else [utc_text(row.since_ns).replace("T", " ")[:16]]
        ends = (visible(row.src), visible(row.dst), visible(row.flow))
        sure = [_interval(row)] if certified else []
        table.add_row(*when, *ends, *_figures(row, wide=wide), *sure, verdict_text(row.verdict))
    more = left_out(len(found.rows) - len(shown), "row")
    return Group(table, *more, tally((row.verdict for row in found.rows), "row"))


def _worth_showing(found: History, limit: int | None) -> list[DirectionHistory]:
    if limit is None or found.by is By.ALL:
        return worth_showing(found.rows, limit, lambda row: row.verdict)
    order = sorted(range(len(found.rows)), key=lambda at: found.rows[at].since_ns)
    return [found.rows[at] for at in sorted(order[-limit:])]


def _interval(row: DirectionHistory) -> str:
    if row.certified_ns is None:
        return MISSING
    low_ns, high_ns = row.certified_ns
    return f"{ns_text(low_ns)}–{ns_text(high_ns)}"


def _figures(row: DirectionHistory, *, wide: bool) -> Iterator[str]:
    for name, text in zip(_FIGURES, _all_figures(row), strict=True):
        if wide or name not in _WIDE_ONLY:
            yield text


def _all_figures(row: DirectionHistory) -> Iterator[str]:
    yield MISSING if row.sent is None else str(row.sent)
    yield percent_text(row.lost / row.sent if row.sent and row.lost is not None else None)
    if row.delay is None:
        yield from [MISSING] * 5
    else:
        p50, p99 = row.delay.percentiles_ns[_P50], row.delay.percentiles_ns[_P99]
        figures = (row.delay.min_ns, p50, p99, row.delay.max_ns, p99 - row.delay.min_ns)
        yield from map(ns_text, figures)
    yield ns_text(row.uncertainty_ns)


def check_lines(place: str, found: Check) -> Iterator[str]:
    """What is in a store, what is damaged, and when nothing was measured."""
    held = ", ".join(f"{count} {level.value}" for level, count in found.counts.items())
    yield f"{place}: {found.series} series, {held}"
    if found.overdue:
        yield f"{counted(found.overdue, 'hour')} not rolled up yet: `netkit store prune` does it"
    for fault in found.faults:
        yield f"damaged: {visible(fault)}"
    for gap in found.gaps:
        times = f"{utc_text(gap.since_ns)} to {utc_text(gap.until_ns)}"
        ends = f"{gap.src} to {gap.dst}, flow {gap.flow}, as {gap.observer} saw it"
        yield f"no windows from {times}: {visible(ends)}"
