"""What ``netkit probe send`` shows: a table for people, a document for programs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from netkit.cli.common import console
from netkit.model.sample import Outcome
from netkit.model.tier import BASIS
from netkit.model.units import ns_to_ms, ns_to_us, us_to_ms

if TYPE_CHECKING:
    from rich.table import Table

    from netkit.cli.probe_flows import Measured
    from netkit.probe.live import SendResult
    from netkit.probe.reports import PathReport
    from netkit.stats.delay import DelayFigures
    from netkit.stats.summary import DirectionSummary, SessionSummary

_WAYS = {
    "taken": "over the segment list asked for",
    "other": "over another segment list than the one asked for",
    "unseen": "without showing their way, although the reflector says it was the one asked for",
    "refused": "the plain way: the reflector did not take the segment list asked for",
}
_FIGURES = ("min", "mean", "p50", "p90", "p95", "p99", "p99_9", "max")


def document(host: str, port: int, result: SendResult, found: Measured) -> dict[str, Any]:
    """The document of ``--json``, described in docs/stamp.md."""
    from netkit.cli.probe_flows import REORDERED, outcomes, stamp_sources

    ended = outcomes(result, found)
    sessions = [flow.session for flow in result.flows]
    first = found.summaries[0]
    return {
        "schema": "netkit/probe-send/2",
        "host": host,
        "address": result.address,
        "port": port,
        "end": result.end,
        "bound_us": found.bound_us,
        "verdict": found.verdict,
        "warn_margin_percent": found.warn_margin_percent,
        "degraded": None if found.bound_us is None else found.degraded,
        "outcomes": {outcome: ended.get(outcome, 0) for outcome in (*Outcome, REORDERED)},
        "stamps": stamp_sources(result),
        "clocks": _clocks_document(result),
        "counts": _sum([asdict(summary.counts) for summary in found.summaries]),
        "undecided": sum(session.undecided for session in sessions),
        "stateful_reflector": any(session.stateful for session in sessions),
        "notes": _sum([session.notes for session in sessions]),
        "forward": _direction_document(found.forward),
        "backward": _direction_document(found.backward),
        "round_trip": _figures_document(first.round_trip),
        "host_delay": _figures_document(first.host_delay),
        "send_error": _figures_document(first.send_error),
        "path": _path_document([session.path for session in sessions]),
        "flows": [
            {
                "source_port": flow.source_port,
                "verdict": summary.verdict,
                "forward": _direction_document(summary.forward),
                "backward": _direction_document(summary.backward),
            }
            for flow, summary in zip(result.flows, found.summaries, strict=True)
        ],
    }


def _direction_document(direction: DirectionSummary) -> dict[str, Any]:
    unbounded = math.isinf(direction.uncertainty_us)
    delay, variation = direction.delay, direction.ipdv
    return {
        "sent": direction.sent,
        "received": direction.received,
        "lost": direction.lost,
        "duplicates": direction.duplicates,
        "reordered": direction.reordered,
        "min_us": None if delay is None else ns_to_us(delay.min_ns),
        "p50_us": None if delay is None else ns_to_us(delay.p50_ns),
        "p99_us": None if delay is None else ns_to_us(delay.p99_ns),
        "ipdv_p50_us": None if variation is None else ns_to_us(variation.p50_ns),
        "uncertainty_us": None if unbounded else direction.uncertainty_us,
        "owd": _figures_document(direction.delay),
        "ipdv": _figures_document(direction.ipdv),
        "pdv": _figures_document(direction.pdv),
        "reordering": None if direction.reordering is None else asdict(direction.reordering),
        "losses": None if direction.losses is None else asdict(direction.losses),
        "skew_ppm": None if direction.skew is None else direction.skew.ppm,
        "skew_removed": direction.skew_removed,
        "stamps": dict(direction.sources),
        "left_out": direction.left_out,
        "judged_on": direction.judged_on,
        "judged_us": direction.judged_us,
        "verdict": direction.verdict,
    }


def _clocks_document(result: SendResult) -> dict[str, Any]:
    """What each end says of its clock; null where it says nothing, or bounds nothing."""
    from netkit.probe.clock import estimate_uncertainty_us, report_uncertainty_us

    session = result.flows[0].session
    ends = {
        "sender": (report_uncertainty_us(result.clock), result.clock.source),
        "reflector": (
            estimate_uncertainty_us(session.reflector_error),
            session.path.clock_source,
        ),
    }
    return {
        end: {
            "max_error_us": None if math.isinf(error_us) else error_us,
            "source": source and source.name.lower(),
        }
        for end, (error_us, source) in ends.items()
    }


def _path_document(paths: list[PathReport]) -> dict[str, Any]:
    direct = [path.direct for path in paths if path.direct is not None]
    return {
        "forward_dscp": _by_text([path.forward_dscp for path in paths]),
        "forward_ecn": _by_text([path.forward_ecn for path in paths]),
        "backward_dscp": _by_text([path.backward_dscp for path in paths]),
        "return_path": _sum([path.return_path for path in paths]),
        "refused": _sum([path.refused for path in paths]),
        "seen_as": [
            {"address": path.seen_as[0], "port": path.seen_as[1]} for path in paths if path.seen_as
        ],
        "direct_measurement": _sum([asdict(counts) for counts in direct]) if direct else None,
    }


def _by_text(counts: list[Mapping[int, int]]) -> dict[str, int]:
    return {str(value): number for value, number in sorted(_sum(counts).items())}


def _sum(counts: Sequence[Mapping[Any, int]]) -> dict[Any, int]:
    total: Counter[Any] = Counter()
    for some in counts:
        total.update(some)
    return dict(total)


def _figures_document(figures: DelayFigures | None) -> dict[str, Any] | None:
    return None if figures is None else asdict(figures)


def show(host: str, result: SendResult, found: Measured) -> None:
    """Print the figures side by side, and under them what else is to be known."""
    for flow, summary in zip(result.flows, found.summaries, strict=True):
        from_port = f" from port {flow.source_port}" if len(result.flows) > 1 else ""
        title = f"{host} ({result.address}){from_port}, {BASIS} delay in ms"
        console().print(_table(title, summary))
    for line in _remarks(result, found):
        typer.echo(line)


def _table(title: str, summary: SessionSummary) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left")
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
    return table


def _cell(figures: DelayFigures | None, name: str) -> str:
    return "-" if figures is None else f"{ns_to_ms(getattr(figures, f'{name}_ns')):.3f}"


def _remarks(result: SendResult, found: Measured) -> list[str]:
    counts = _sum([asdict(summary.counts) for summary in found.summaries])
    special = {
        "lost, direction unknown": counts["lost_unknown"],
        "late": counts["late"],
        "answered more than once": counts["duplicated"],
        "delays without kernel timestamps, in no figure": sum(
            summary.forward.left_out + summary.backward.left_out for summary in found.summaries
        ),
        "still open when the run ended, not counted": sum(
            flow.session.undecided for flow in result.flows
        ),
    }
    lines = [f"{number} {what}" for what, number in special.items() if number]
    notes = _sum([flow.session.notes for flow in result.flows])
    lines += [f"{number} x {note}" for note, number in notes.items()]
    skews = [
        f"Clock skew of {way.skew.ppm:+.3f} ppm {name} is left out of the figures."
        for name, way in (("forward", found.forward), ("backward", found.backward))
        if way.skew is not None and way.skew_removed
    ]
    if result.end != "complete":
        lines.insert(0, f"Broken off after {counts['sent']} probes.")
    if found.silent:
        return [*lines, _silence_remark(counts)]
    lines += _path_remarks(result)
    return [*lines, *skews, *_margin_remark(found), _clock_remark(found.forward.uncertainty_us)]


def _silence_remark(counts: Mapping[str, int]) -> str:
    """What to look at when there was no answer at all."""
    if counts["not_sent"]:
        return "This host sent none of them: look at its routes and addresses."
    if counts["refused"]:
        return "Something on the way turned them back: does a reflector listen on that UDP port?"
    return "Nothing came back: does a reflector run there, and do firewalls let UDP through?"


def _path_remarks(result: SendResult) -> list[str]:
    path = _path_document([flow.session.path for flow in result.flows])
    lines = [
        f"{number} replies came back {_WAYS[way]}" for way, number in path["return_path"].items()
    ]
    lines += [
        f"{number} replies say that this was not done: {name.replace('_', ' ')}"
        for name, number in path["refused"].items()
    ]
    for name, where in (("forward", "at the reflector"), ("backward", "back here")):
        marks = path[f"{name}_dscp"]
        if path["forward_dscp"]:
            shown = ", ".join(f"{dscp} ({number})" for dscp, number in marks.items())
            lines.append(f"DSCP {where}: {shown}")
    lines += [f"Seen as {seen['address']} port {seen['port']}" for seen in path["seen_as"]]
    counted = path["direct_measurement"]
    if counted is not None:
        lines.append(
            f"Counted: {counted['sender_sent']} sent, {counted['reflector_received']} received,"
            f" {counted['reflector_sent']} sent back"
        )
    return lines


def _margin_remark(found: Measured) -> list[str]:
    if found.bound_us is None or found.warn_us is None or not found.degraded:
        return []
    bound_ms, warn_ms = us_to_ms(found.bound_us), us_to_ms(found.warn_us)
    margin = f"{found.warn_margin_percent:g} %"
    return [f"Degraded: within {bound_ms:g} ms, but over {warn_ms:g} ms, the margin of {margin}."]


def _clock_remark(uncertainty_us: float) -> str:
    if math.isinf(uncertainty_us):
        return (
            "At least one clock is not synchronised: the error of one-way figures has no bound; "
            "the round trip needs no clocks."
        )
    return f"Clocks: one-way figures are good to ± {ns_to_ms(uncertainty_us * 1000):g} ms."
