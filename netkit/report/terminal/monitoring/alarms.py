"""Alarms, as lines for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from netkit.language.words import counted, marked, say
from netkit.model.monitoring.alarm import Alarm, Delivery, Subject
from netkit.monitor.alarms.readings import Wanted
from netkit.monitor.outcomes import Evaluation, Told
from netkit.report.kind_words import quantity_word, way_word
from netkit.report.terminal.monitoring.links import links_text
from netkit.report.words.clocks import contradiction_text
from netkit.report.words.text import visible
from netkit.report.words.times import utc_text

_SHOWN = 5

_WANTED = {
    Wanted.MORE_PROBES: marked("more probes in a window would decide"),
    Wanted.BETTER_CLOCKS: marked(
        "clocks with a smaller bound would decide, or a certificate of the mesh"
    ),
    Wanted.OTHER_END: marked("the windows of the other end would decide"),
    Wanted.LONGER_BASELINE: marked("a longer baseline would decide"),
}


def shown_lines(
    alarms: Sequence[Alarm], waiting: Sequence[Delivery], limit: int | None
) -> Iterator[str]:
    """The last ``limit`` alarms and what could not be told of late; how many there are, last."""
    if limit is not None:
        if before := len(alarms[:-limit]):
            yield say("… {things} before", things=counted(before, "alarm"))
        if before := len(waiting[:-limit]):
            yield say("… {things} before", things=counted(before, "event not told yet"))
    some = slice(None if limit is None else -limit, None)
    yield from alarm_lines(alarms[some], waiting[some])
    raised = [one for one in alarms if one.cleared_ns is None]
    unseen = sum(one.acked_ns is None for one in raised)
    yield say(
        "{alarms} raised, {unseen} seen by nobody; {events} not told yet",
        alarms=counted(len(raised), "alarm"), unseen=unseen, events=counted(len(waiting), "event"),
    )  # fmt: skip


def alarm_lines(alarms: Sequence[Alarm], waiting: Sequence[Delivery]) -> Iterator[str]:
    """An alarm a line, with its likely links below it; then what could not be told yet."""
    for one in alarms:
        evidence = json.loads(one.evidence)
        state = (
            say("raised")
            if one.cleared_ns is None
            else say("cleared {when}", when=utc_text(one.cleared_ns))
        )
        if "closed" in evidence:
            state += say(", as {why}", why=evidence["closed"])
        if one.acked_by is not None:
            state += say(", seen by {who}", who=visible(one.acked_by))
        words = say(
            "{subject}: since {since}, {state}",
            subject=_subject(one.subject),
            since=utc_text(one.since_ns),
            state=state,
        )
        yield f"{one.id}  {words}"
        for likely in evidence["likely_links"][:_SHOWN]:
            arcs = [(link["link"], link["from"]) for link in likely["links"]]
            quantity = quantity_word(likely["quantity"])
            yield f"    {quantity} {likely['posterior']:4.0%}  {links_text(arcs)}"
    for delivery in waiting:
        why = "" if delivery.error is None else f": {visible(delivery.error)}"
        tries = counted(delivery.attempts, "try")
        yield (
            say(
                "not told yet: {event} to {target}, {tries}",
                event=delivery.event_id,
                target=visible(delivery.target),
                tries=tries,
            )
            + why
        )


def evaluation_lines(found: Evaluation, told: Told) -> Iterator[str]:
    """What moved, what is undecided and what would decide it, and what could not be told."""
    yield from alarm_lines(found.raised, [])
    for ended in found.cleared:
        yield f"{ended}  {say('cleared')}"
    for one in found.undecided:
        yield say(
            "undecided  {subject}: {wanted}",
            subject=_subject(one.subject),
            wanted=say(_WANTED[one.wanted]),
        )
    if found.contradiction is not None:
        why = contradiction_text(found.contradiction)
        yield say("no clocks explain the windows: {why}", why=why)
    for event, target, failed in told.failed:
        yield say(
            "not told yet: {event} to {target}: {why}",
            event=event,
            target=visible(target),
            why=visible(failed),
        )
    yield say(
        "{alarms} raised in all, {events} told",
        alarms=counted(len(found.active), "alarm"),
        events=counted(told.taken, "event"),
    )


def _subject(one: Subject) -> str:
    ends = f"{visible(one.src)} > {visible(one.dst)}"
    return f"{visible(one.rule)} {ends} {way_word(one.way)} ({visible(one.flow)})"
