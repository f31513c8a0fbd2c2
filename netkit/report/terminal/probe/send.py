"""What ``netkit probe send`` shows people: a table a flow, and what else is to be known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from netkit.language.words import marked, say
from netkit.model.units import ns_to_ms, us_to_ms
from netkit.model.verdict import Verdict
from netkit.report.documents.probe.send import total
from netkit.report.terminal.probe.undecided import why_undecided
from netkit.report.words.text import verdict_word
from netkit.report.words.units import ns_text

if TYPE_CHECKING:
    from rich.table import Table

    from netkit.probe.run.flows import Measured
    from netkit.probe.run.send import SendResult
    from netkit.stats.delay import DelayFigures
    from netkit.stats.summary import SessionSummary

_NAMES = {
    "min": marked("min"), "mean": marked("mean"), "p50": "p50", "p90": "p90", "p95": "p95",
    "p99": "p99", "p99_9": "p99.9", "max": marked("max"),
}  # fmt: skip


def send_tables(host: str, result: SendResult, found: Measured, *, width: int) -> Iterator[Table]:
    """A table a flow, with the figures of both directions side by side."""
    for flow, summary in zip(result.flows, found.summaries, strict=True):
        title = say("{host} ({address}), one-way delay in ms", host=host, address=result.address)
        if len(result.flows) > 1:
            title = say(
                "{host} ({address}) from port {port}, one-way delay in ms",
                host=host, address=result.address, port=flow.source_port,
            )  # fmt: skip
        yield _table(title, summary, width)


def summary_line(host: str, result: SendResult, found: Measured) -> str:
    """All that fits in a line: the verdict, what came back, and what is judged each way."""
    counts = total([asdict(summary.counts) for summary in found.summaries])
    parts = [say("{received} of {sent} received",
                 received=counts["received"], sent=counts["sent"])]  # fmt: skip
    if counts["late"]:
        parts.append(say("{count} late", count=counts["late"]))
    for name, way in ((say("forward"), found.forward), (say("backward"), found.backward)):
        if way.judged_us is not None:
            parts.append(f"{name} {way.judged_on} {us_to_ms(way.judged_us):.3f} ms")
    round_trip = found.summaries[0].round_trip
    if round_trip is not None:
        p50 = f"{ns_to_ms(round_trip.p50_ns):.3f}"
        parts.append(say("round trip p50 {ms} ms", ms=p50))
    if found.bound_us is not None:
        word = judged_word(found)
        if found.verdict is Verdict.INCONCLUSIVE:
            word += f" ({why_undecided(found)})"
        parts.insert(0, f"{us_to_ms(found.bound_us):g} ms {word}")
    return f"{host} ({result.address}){say(': ')}{say(', ').join(parts)}"


def judged_word(found: Measured) -> str:
    """The verdict; within the bound, but over the margin asked for, that it is degraded."""
    return say("degraded") if found.degraded else verdict_word(found.verdict)


def _table(title: str, summary: SessionSummary, width: int) -> Table:
    from netkit.report.terminal.plan import add_figures, new_table

    table = new_table(title, width)
    table.add_column("")
    add_figures(table, "Forward", "Backward", "Round trip")
    ways = (summary.forward, summary.backward)
    delays = (summary.forward.delay, summary.backward.delay, summary.round_trip)
    for name in _NAMES:
        table.add_row(say(_NAMES[name]), *(_cell(figures, name) for figures in delays))
    table.add_row(say("sent"), *(str(way.sent) for way in ways), str(summary.counts.sent))
    table.add_row(
        say("received"), *(str(way.received) for way in ways), str(summary.counts.received)
    )
    table.add_row(say("lost"), *(str(way.lost) for way in ways), "")
    table.add_row(say("reordered"), *(str(way.reordered) for way in ways), "")
    if summary.bound_us is not None:
        judged = (
            f"{verdict_word(way.verdict)} ({way.judged_on or say('no delays')})" for way in ways
        )
        table.add_row(f"{summary.bound_us / 1000:g} ms", *judged, "")
    return table


def _cell(figures: DelayFigures | None, name: str) -> str:
    return ns_text(None if figures is None else getattr(figures, f"{name}_ns"))
