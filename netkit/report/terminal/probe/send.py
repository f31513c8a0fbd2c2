"""What ``netkit probe send`` shows people: a table a flow, and what else is to be known."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from netkit.errors import counted
from netkit.model.planning.tier import BASIS
from netkit.model.units import ns_to_ms, us_to_ms
from netkit.report.documents.probe.send import path_document, total
from netkit.report.words.units import ns_text

if TYPE_CHECKING:
    from rich.table import Table

    from netkit.probe.run.flows import Measured
    from netkit.probe.run.send import SendResult
    from netkit.stats.delay import DelayFigures
    from netkit.stats.summary import SessionSummary

_WAYS = {
    "taken": "over the segment list asked for",
    "other": "over another segment list than the one asked for",
    "unseen": "without showing their way, although the reflector says it was the one asked for",
    "refused": "the plain way: the reflector did not take the segment list asked for",
}
_FIGURES = ("min", "mean", "p50", "p90", "p95", "p99", "p99_9", "max")


def send_tables(host: str, result: SendResult, found: Measured, *, width: int) -> Iterator[Table]:
    """A table a flow, with the figures of both directions side by side."""
    for flow, summary in zip(result.flows, found.summaries, strict=True):
        from_port = f" from port {flow.source_port}" if len(result.flows) > 1 else ""
        yield _table(f"{host} ({result.address}){from_port}, {BASIS} delay in ms", summary, width)


def summary_line(host: str, result: SendResult, found: Measured) -> str:
    """All that fits in a line: the verdict, what came back, and what is judged each way."""
    counts = total([asdict(summary.counts) for summary in found.summaries])
    parts = [f"{counts['received']} of {counts['sent']} received"]
    for name, way in (("forward", found.forward), ("backward", found.backward)):
        if way.judged_us is not None:
            parts.append(f"{name} {way.judged_on} {us_to_ms(way.judged_us):.3f} ms")
    round_trip = found.summaries[0].round_trip
    if round_trip is not None:
        parts.append(f"round trip p50 {ns_to_ms(round_trip.p50_ns):.3f} ms")
    if found.bound_us is not None:
        judged = "degraded" if found.degraded else str(found.verdict)
        parts.insert(0, f"{us_to_ms(found.bound_us):g} ms {judged}")
    return f"{host} ({result.address}): {', '.join(parts)}"


def _table(title: str, summary: SessionSummary, width: int) -> Table:
    from netkit.report.terminal.plan import add_figures, new_table

    table = new_table(title, width)
    table.add_column("")
    add_figures(table, "Forward", "Backward", "Round trip")
    ways = (summary.forward, summary.backward)
    delays = (summary.forward.delay, summary.backward.delay, summary.round_trip)
    for name in _FIGURES:
        table.add_row(name.replace("_", "."), *(_cell(figures, name) for figures in delays))
    table.add_row("sent", *(str(way.sent) for way in ways), str(summary.counts.sent))
    table.add_row("received", *(str(way.received) for way in ways), str(summary.counts.received))
    table.add_row("lost", *(str(way.lost) for way in ways), "")
    table.add_row("reordered", *(str(way.reordered) for way in ways), "")
    if summary.bound_us is not None:
        judged = (f"{way.verdict} ({way.judged_on or 'no delays'})" for way in ways)
        table.add_row(f"{summary.bound_us / 1000:g} ms", *judged, "")
    return table


def _cell(figures: DelayFigures | None, name: str) -> str:
    return ns_text(None if figures is None else getattr(figures, f"{name}_ns"))


def send_remarks(result: SendResult, found: Measured) -> list[str]:
    """What is to be known beside the tables."""
    counts = total([asdict(summary.counts) for summary in found.summaries])
    lines = list(_counted_remarks(result, found, counts))
    notes = total([flow.session.notes for flow in result.flows])
    lines += [f"{number} x {note}" for note, number in notes.items()]
    skews = [
        f"Clock skew of {way.skew.ppm:+.3f} ppm {name} is left out of the figures."
        for name, way in (("forward", found.forward), ("backward", found.backward))
        if way.skew is not None and way.skew_removed
    ]
    if result.end != "complete":
        lines.insert(0, f"Broken off after {counted(counts['sent'], 'probe')}.")
    if result.passed_over:
        lines.append(f"Not probed, as it did not answer: {result.other_way}, which comes first.")
    if found.silent:
        if result.other_way is not None:
            lines.append(f"A probe to its other address, {result.other_way}, had no answer either.")
        return [*lines, *_silence_remarks(counts, notes)]
    lines += _path_remarks(result)
    lines += _stamp_remarks(result, found)
    return [*lines, *skews, *_margin_remark(found), _clock_remark(found.forward.uncertainty_us)]


def _counted_remarks(
    result: SendResult, found: Measured, counts: Mapping[str, int]
) -> Iterator[str]:
    """What became of probes, replies and delays that are in no figure, or in one by themselves."""
    summaries = found.summaries
    unknown = sum(max(one.forward.unknown, one.backward.unknown) for one in summaries)
    left_out = sum(one.forward.left_out + one.backward.left_out for one in summaries)
    undecided = sum(flow.session.undecided for flow in result.flows)
    for number, what, fate in (
        (counts["lost_unknown"], "probe", "lost, direction unknown"),
        (counts["late"], "probe", "late"),
        (counts["dropped_here"], "reply", "dropped by this host, no loss of the path"),
        (counts["duplicated"], "probe", "answered more than once"),
        (unknown, "delay", "not known, which the verdict allows for"),
        (left_out, "delay", "without kernel timestamps, in no figure"),
        (undecided, "probe", "still open when the run ended, not counted"),
    ):
        if number:
            yield f"{counted(number, what)} {fate}"


def _stamp_remarks(result: SendResult, found: Measured) -> list[str]:
    """What the stamps say about the clocks, and about themselves."""
    from netkit.model.measurement.refutation import guess_of
    from netkit.probe.run.flows import clock_steps
    from netkit.report.words.clocks import broken_text, offset_text, refutation_text, step_text

    broken = total([summary.evidence.broken for summary in found.summaries])
    lines = [broken_text(rule, count) for rule, count in broken.items()]
    lines += [f"Step: {step_text(step)}." for step in clock_steps(result, found)]
    lines += [
        f"The clocks are not what they claim: {refutation_text(one)}." for one in found.refuted[:1]
    ]
    if not found.refuted:
        ahead = next(filter(None, (one.evidence.ahead_ns for one in found.summaries)), None)
        if ahead is not None:
            offset = offset_text(ahead, guess_of(ahead))
            lines.append(f"The reflector's clock is {offset}.")
    return lines


def _silence_remarks(counts: Mapping[str, int], notes: Mapping[str, int]) -> list[str]:
    """What to look at when there was no answer at all."""
    if counts["dropped_here"]:
        return ["Replies came back, and this host dropped them all: it was too busy to read them."]
    if any(note.startswith("ignored: ") for note in notes):
        return [
            "Packets came back, but none that answers a probe of this run: another protocol there,"
            " another key, or the replies to an earlier run?"
        ]
    if counts["not_sent"]:
        return ["This host sent none of them: look at its routes and addresses."]
    if counts["refused"] or any(note.startswith("ICMP error") for note in notes):
        return ["Something on the way turned them back: does a reflector listen on that UDP port?"]
    return ["Nothing came back: does a reflector run there, and do firewalls let UDP through?"]


def _path_remarks(result: SendResult) -> list[str]:
    path = path_document([flow.session.path for flow in result.flows])
    lines = [
        f"{counted(number, 'reply')} came back {_WAYS[way]}"
        for way, number in path["return_path"].items()
    ]
    lines += [
        f"{name.replace('_', ' ').capitalize()}: not done, by {counted(number, 'reply')}"
        for name, number in path["refused"].items()
    ]
    for name, where in (("forward", "at the reflector"), ("backward", "back here")):
        marks = path[f"{name}_dscp"]
        if path["forward_dscp"]:
            shown = ", ".join(f"{dscp} ({number})" for dscp, number in marks.items())
            lines.append(f"DSCP {where}: {shown}")
    lines += [f"Seen as {seen['address']} port {seen['port']}" for seen in path["seen_as"]]
    packets = path["direct_measurement"]
    if packets is not None:
        lines.append(
            f"Counted: {packets['sender_sent']} sent, {packets['reflector_received']} received,"
            f" {packets['reflector_sent']} sent back"
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
