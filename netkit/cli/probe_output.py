"""What ``netkit probe send`` shows: a table for people, a document for programs."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from netkit.cli.common import console
from netkit.model.tier import BASIS
from netkit.model.units import ns_to_ms

if TYPE_CHECKING:
    from netkit.probe.live import SendResult
    from netkit.stats.delay import DelayFigures
    from netkit.stats.summary import DirectionSummary, SessionSummary

_FIGURES = ("min", "mean", "p50", "p90", "p95", "p99", "p99_9", "max")


def document(host: str, port: int, result: SendResult, summary: SessionSummary) -> dict[str, Any]:
    """The document of ``--json``, described in docs/stamp.md."""
    return {
        "schema": "netkit/probe-send/1",
        "host": host,
        "address": result.address,
        "port": port,
        "end": result.end,
        "bound_us": summary.bound_us,
        "verdict": summary.verdict,
        "counts": asdict(summary.counts),
        "undecided": result.session.undecided,
        "stateful_reflector": result.session.stateful,
        "notes": dict(result.session.notes),
        "forward": _direction_document(summary.forward),
        "backward": _direction_document(summary.backward),
        "round_trip": _figures_document(summary.round_trip),
        "host_delay": _figures_document(summary.host_delay),
        "send_error": _figures_document(summary.send_error),
    }


def _direction_document(direction: DirectionSummary) -> dict[str, Any]:
    unbounded = math.isinf(direction.uncertainty_us)
    return {
        "sent": direction.sent,
        "received": direction.received,
        "lost": direction.lost,
        "duplicates": direction.duplicates,
        "reordered": direction.reordered,
        "owd": _figures_document(direction.delay),
        "ipdv": _figures_document(direction.ipdv),
        "pdv": _figures_document(direction.pdv),
        "stamps": dict(direction.sources),
        "left_out": direction.left_out,
        "uncertainty_us": None if unbounded else direction.uncertainty_us,
        "judged_on": direction.judged_on,
        "judged_us": direction.judged_us,
        "verdict": direction.verdict,
    }


def _figures_document(figures: DelayFigures | None) -> dict[str, Any] | None:
    return None if figures is None else asdict(figures)


def show(host: str, result: SendResult, summary: SessionSummary) -> None:
    """Print the figures side by side, and under them what else is to be known."""
    from rich.table import Table

    table = Table(title=f"{host} ({result.address}), {BASIS} delay in ms", title_justify="left")
    table.add_column("")
    for heading in ("forward", "backward", "round trip"):
        table.add_column(heading, justify="right")
    ways = (summary.forward, summary.backward)
    delays = (summary.forward.delay, summary.backward.delay, summary.round_trip)
    for name in _FIGURES:
        table.add_row(name.replace("_", "."), *(_cell(figures, name) for figures in delays))
    table.add_section()
    table.add_row("sent", *(str(way.sent) for way in ways), str(summary.counts.sent))
    table.add_row("received", *(str(way.received) for way in ways), str(summary.counts.received))
    table.add_row("lost", *(str(way.lost) for way in ways), "")
    table.add_row("reordered", *(str(way.reordered) for way in ways), "")
    if summary.bound_us is not None:
        judged = (f"{way.verdict} ({way.judged_on or 'no delays'})" for way in ways)
        table.add_row(f"{summary.bound_us / 1000:g} ms", *judged, "")
    console().print(table)
    for line in _remarks(result, summary):
        typer.echo(line)


def _cell(figures: DelayFigures | None, name: str) -> str:
    return "-" if figures is None else f"{ns_to_ms(getattr(figures, f'{name}_ns')):.3f}"


def _remarks(result: SendResult, summary: SessionSummary) -> list[str]:
    counts, uncertainty_us = summary.counts, summary.forward.uncertainty_us
    special = {
        "lost, direction unknown": counts.lost_unknown,
        "late": counts.late,
        "answered more than once": counts.duplicated,
        "delays without kernel timestamps, in no figure": summary.forward.left_out
        + summary.backward.left_out,
        "still open when the run ended, not counted": result.session.undecided,
    }
    lines = [f"{number} {what}" for what, number in special.items() if number]
    lines += [f"{number} x {note}" for note, number in result.session.notes.items()]
    if math.isinf(uncertainty_us):
        lines.append(
            "At least one clock is not synchronised: the error of one-way figures has no bound; "
            "the round trip needs no clocks."
        )
    else:
        lines.append(
            f"Clocks: one-way figures are good to ± {ns_to_ms(uncertainty_us * 1000):g} ms."
        )
    return lines
