"""What ``netkit probe trace`` shows people: a table of hops, and where the list stopped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.table import Table

from netkit.language.words import say
from netkit.report.terminal.plan import add_figures, new_table
from netkit.report.terminal.screen import FULL
from netkit.report.words.trace import stopped_text
from netkit.report.words.units import ns_text

if TYPE_CHECKING:
    from netkit.probe.trace.hops import TraceHop, TraceResult


def trace_table(host: str, result: TraceResult, *, width: int) -> Table:
    """A row a hop: who answered, which SIDs it had executed, where the probe went next."""
    table = new_table(
        say("{host} ({address}), SRv6 trace", host=host, address=result.destination), width
    )
    add_figures(table, "Hop")
    for heading in (say("Address"), say("SIDs executed"), say("Then to")):
        table.add_column(heading, ratio=1, overflow="fold")
    add_figures(table, "ms")
    for hop in result.hops:
        table.add_row(*_cells(hop, result, between=", " if width >= FULL else "\n"))
    return table


def _cells(hop: TraceHop, result: TraceResult, *, between: str) -> Iterator[str]:
    arrived = hop.answer is not None and hop.answer.responder == result.destination
    yield str(hop.hop_limit)
    yield "*" if hop.answer is None else str(hop.answer.responder)
    yield between.join(str(sid) for sid in hop.executed)
    yield "" if arrived or hop.active is None else str(hop.active)
    yield "" if hop.round_trip_ns is None else ns_text(hop.round_trip_ns)


def trace_remarks(result: TraceResult) -> Iterator[str]:
    """Why the trace did not get to the end, or which SIDs nobody was seen to execute."""
    if result.stopped is not None:
        yield say("Stopped: {why}", why=stopped_text(result))
    elif result.executed < len(result.segments):
        missing = len(result.segments) - result.executed
        yield say(
            "The destination answered, but {count} SIDs were not seen executed.", count=missing
        )
