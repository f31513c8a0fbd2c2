"""Alarms, as lines for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from netkit.errors import counted
from netkit.model.monitoring.alarm import Alarm, Delivery, Subject
from netkit.monitor.alarms.readings import Wanted
from netkit.monitor.outcomes import Evaluation, Told
from netkit.report.terminal.monitoring.links import links_text
from netkit.report.words.clocks import contradiction_text
from netkit.report.words.text import ELIDED, visible
from netkit.report.words.times import utc_text

_SHOWN = 5

_WANTED = {
    Wanted.MORE_PROBES: "more probes in a window would decide",
    Wanted.BETTER_CLOCKS: "clocks with a smaller bound would decide, or a certificate of the mesh",
    Wanted.OTHER_END: "the windows of the other end would decide",
    Wanted.LONGER_BASELINE: "a longer baseline would decide",
}


def shown_lines(
    alarms: Sequence[Alarm], waiting: Sequence[Delivery], limit: int | None
) -> Iterator[str]:
    """The last ``limit`` alarms and what could not be told of late; how many there are, last."""
    for kept, what in ((alarms, "alarm"), (waiting, "event not told yet")):
        if limit is not None and (before := len(kept[:-limit])):
            yield f"{ELIDED} {counted(before, what)} before"
    some = slice(None if limit is None else -limit, None)
    yield from alarm_lines(alarms[some], waiting[some])
    raised = [one for one in alarms if one.cleared_ns is None]
    unseen = sum(one.acked_ns is None for one in raised)
    yield (
        f"{counted(len(raised), 'alarm')} raised, {unseen} seen by nobody; "
        f"{counted(len(waiting), 'event')} not told yet"
    )


def alarm_lines(alarms: Sequence[Alarm], waiting: Sequence[Delivery]) -> Iterator[str]:
    """An alarm a line, with its likely links below it; then what could not be told yet."""
    for one in alarms:
        evidence = json.loads(one.evidence)
        state = "raised" if one.cleared_ns is None else f"cleared {utc_text(one.cleared_ns)}"
        if "closed" in evidence:
            state += f", as {evidence['closed']}"
        seen = "" if one.acked_by is None else f", seen by {visible(one.acked_by)}"
        yield f"{one.id}  {_subject(one.subject)}: since {utc_text(one.since_ns)}, {state}{seen}"
        for likely in evidence["likely_links"][:_SHOWN]:
            arcs = [(link["link"], link["from"]) for link in likely["links"]]
            yield f"    {likely['quantity']} {likely['posterior']:4.0%}  {links_text(arcs)}"
    for delivery in waiting:
        why = "" if delivery.error is None else f": {visible(delivery.error)}"
        tries = counted(delivery.attempts, "try")
        yield f"not told yet: {delivery.event_id} to {visible(delivery.target)}, {tries}{why}"


def evaluation_lines(found: Evaluation, told: Told) -> Iterator[str]:
    """What moved, what is undecided and what would decide it, and what could not be told."""
    yield from alarm_lines(found.raised, [])
    for ended in found.cleared:
        yield f"{ended}  cleared"
    for one in found.undecided:
        yield f"undecided  {_subject(one.subject)}: {_WANTED[one.wanted]}"
    if found.contradiction is not None:
        yield f"no clocks explain the windows: {contradiction_text(found.contradiction)}"
    for event, target, why in told.failed:
        yield f"not told yet: {event} to {visible(target)}: {visible(why)}"
    active = counted(len(found.active), "alarm")
    yield f"{active} raised in all, {counted(told.taken, 'event')} told"


def _subject(one: Subject) -> str:
    ends = f"{visible(one.src)} > {visible(one.dst)}"
    return f"{visible(one.rule)} {ends} {one.way.value} ({visible(one.flow)})"
