"""What is to be known beside the tables of ``netkit probe send``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from netkit.language.words import counted, marked, say
from netkit.model.units import ns_to_ms, us_to_ms
from netkit.report.documents.probe.send import path_document, total

if TYPE_CHECKING:
    from netkit.probe.run.flows import Measured
    from netkit.probe.run.send import SendResult

_WAYS = {
    "taken": marked("over the segment list asked for"),
    "other": marked("over another segment list than the one asked for"),
    "unseen": marked(
        "without showing their way, although the reflector says it was the one asked for"
    ),
    "refused": marked("the plain way: the reflector did not take the segment list asked for"),
    "ignored": marked("without a word on the segment list asked for: the plain way, most likely"),
}


def send_remarks(result: SendResult, found: Measured) -> list[str]:
    """What is to be known beside the tables."""
    counts = total([asdict(summary.counts) for summary in found.summaries])
    lines = list(_counted_remarks(result, found, counts))
    notes = total([flow.session.notes for flow in result.flows])
    lines += [f"{number} x {note}" for note, number in notes.items()]
    skews = [
        say(
            "Clock skew of {ppm} ppm {way} is left out of the figures.",
            ppm=f"{way.skew.ppm:+.3f}",
            way=name,
        )
        for name, way in ((say("forward"), found.forward), (say("backward"), found.backward))
        if way.skew is not None and way.skew_removed
    ]
    if result.end != "complete":
        probes = counted(counts["sent"], "probe")
        lines.insert(0, say("Broken off after {probes}.", probes=probes))
    if result.passed_over:
        lines.append(
            say(
                "Not probed, as it did not answer: {address}, which comes first.",
                address=result.other_way,
            )
        )
    if found.silent:
        if result.other_way is not None:
            lines.append(
                say(
                    "A probe to its other address, {address}, had no answer either.",
                    address=result.other_way,
                )
            )
        return [*lines, *_silence_remarks(counts, notes)]
    if not found.received:
        lines.append(
            say("Every answer came after the timeout: wait longer for each to have figures.")
        )
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
        (counts["lost_unknown"], "probe", marked("{count} lost, direction unknown")),
        (
            counts["late"],
            "probe",
            marked("{count} late, in no figure; they count in the verdict"),
        ),
        (
            counts["dropped_here"],
            "reply",
            marked("{count} dropped by this host, no loss of the path"),
        ),
        (counts["duplicated"], "probe", marked("{count} answered more than once")),
        (unknown, "delay", marked("{count} not known, which the verdict allows for")),
        (left_out, "delay", marked("{count} without kernel timestamps, in no figure")),
        (undecided, "probe", marked("{count} still open when the run ended, not counted")),
    ):
        if number:
            yield say(fate, count=counted(number, what))


def _stamp_remarks(result: SendResult, found: Measured) -> list[str]:
    """What the stamps say about the clocks, and about themselves."""
    from netkit.model.measurement.refutation import guess_of
    from netkit.probe.run.flows import clock_steps
    from netkit.report.words.clocks import broken_text, offset_text, refutation_text, step_text

    broken = total([summary.evidence.broken for summary in found.summaries])
    lines = [broken_text(rule, count) for rule, count in broken.items()]
    lines += [say("Step: {step}.", step=step_text(step)) for step in clock_steps(result, found)]
    lines += [
        say("The clocks are not what they claim: {why}.", why=refutation_text(one))
        for one in found.refuted[:1]
    ]
    if not found.refuted:
        ahead = next(filter(None, (one.evidence.ahead_ns for one in found.summaries)), None)
        if ahead is not None:
            offset = offset_text(ahead, guess_of(ahead))
            lines.append(say("The reflector's clock is {offset}.", offset=offset))
    return lines


def _silence_remarks(counts: Mapping[str, int], notes: Mapping[str, int]) -> list[str]:
    """What to look at when there was no answer at all."""
    from netkit.probe.stream.result import TOO_LATE

    if counts["dropped_here"]:
        return [
            say("Replies came back, and this host dropped them all: it was too busy to read them.")
        ]
    if notes.get(TOO_LATE):
        return [say("Answers came back, but later than two timeouts: wait longer for each.")]
    if any(note.startswith("ignored: ") for note in notes):
        return [
            say(
                "Packets came back, but none that answers a probe of this run: another protocol "
                "there, another key, or the replies to an earlier run?"
            )
        ]
    if counts["not_sent"]:
        return [say("This host sent none of them: look at its routes and addresses.")]
    if counts["refused"] or any(note.startswith("ICMP error") for note in notes):
        return [
            say("Something on the way turned them back: does a reflector listen on that UDP port?")
        ]
    return [say("Nothing came back: does a reflector run there, and do firewalls let UDP through?")]


def _path_remarks(result: SendResult) -> list[str]:
    path = path_document([flow.session.path for flow in result.flows])
    lines = [
        say("{replies} came back {way}", replies=counted(number, "reply"), way=say(_WAYS[way]))
        for way, number in path["return_path"].items()
    ]
    lines += [
        say(
            "{what}: not done, by {replies}",
            what=name.replace("_", " ").capitalize(),
            replies=counted(number, "reply"),
        )
        for name, number in path["refused"].items()
    ]
    for name, where in (
        ("forward", marked("DSCP at the reflector: {marks}")),
        ("backward", marked("DSCP back here: {marks}")),
    ):
        marks = path[f"{name}_dscp"]
        if path["forward_dscp"]:
            shown = ", ".join(f"{dscp} ({number})" for dscp, number in marks.items())
            lines.append(say(where, marks=shown))
    lines += [
        say("Seen as {address} port {port}", address=seen["address"], port=seen["port"])
        for seen in path["seen_as"]
    ]
    packets = path["direct_measurement"]
    if packets is not None:
        lines.append(
            say(
                "Counted: {sent} sent, {received} received, {back} sent back",
                sent=packets["sender_sent"],
                received=packets["reflector_received"],
                back=packets["reflector_sent"],
            )
        )
    return lines


def _margin_remark(found: Measured) -> list[str]:
    if found.bound_us is None or found.warn_us is None or not found.degraded:
        return []
    bound_ms, warn_ms = us_to_ms(found.bound_us), us_to_ms(found.warn_us)
    words = say(
        "Degraded: within {bound} ms, but over {warn} ms, the margin of {margin} %.",
        bound=f"{bound_ms:g}", warn=f"{warn_ms:g}", margin=f"{found.warn_margin_percent:g}",
    )  # fmt: skip
    return [words]


def _clock_remark(uncertainty_us: float) -> str:
    if math.isinf(uncertainty_us):
        return say(
            "At least one clock is not synchronised: the error of one-way figures has no bound; "
            "the round trip needs no clocks."
        )
    error = f"{ns_to_ms(uncertainty_us * 1000):g}"
    return say("Clocks: one-way figures are good to ± {ms} ms.", ms=error)
