"""Where changes come from, and alarms, as lines for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from netkit.errors import counted
from netkit.model.monitoring.alarm import Alarm, Delivery, Subject
from netkit.model.srv6.route import Arc
from netkit.model.units import ns_to_ms
from netkit.monitor.alarms.readings import Wanted
from netkit.monitor.locate.evidence import Quantity
from netkit.monitor.locate.location import Explanation, Location
from netkit.monitor.outcomes import Evaluation, Located, Told
from netkit.report.words.text import visible
from netkit.report.words.times import utc_text

_SHOWN = 5

_WANTED = {
    Wanted.MORE_PROBES: "more probes in a window would decide",
    Wanted.BETTER_CLOCKS: "clocks with a smaller bound would decide, or a certificate of the mesh",
    Wanted.OTHER_END: "the windows of the other end would decide",
    Wanted.LONGER_BASELINE: "a longer baseline would decide",
}


def located_lines(found: Sequence[Located]) -> Iterator[str]:
    """What changed, the likeliest explanations, and what no measurement here tells apart."""
    for one in found:
        place = one.location
        yield (
            f"{place.quantity}: {counted(len(place.changed), 'flow')} changed, "
            f"{place.unchanged} unchanged, {place.unknown} unknown"
        )
        if place.changed:
            yield from _place(place)
        if one.unrouted:
            yield f"  {counted(len(one.unrouted), 'flow')} without a route on this topology"


def _place(place: Location) -> Iterator[str]:
    for one in place.explanations[:_SHOWN]:
        yield f"  {one.posterior:4.0%}  " + " and ".join(_faults(one, place.quantity))
        if one.unexplained:
            yield f"        leaves {counted(len(one.unexplained), 'changed flow')} unexplained"
    if place.nothing > 0.001:
        yield f"  {place.nothing:4.0%}  no link: causes of the flows' own"
    if place.smallest:
        sets = counted(len(place.smallest), "set")
        yield f"  smallest {sets}: " + "; ".join(
            " and ".join(_links(group) for group in one) for one in place.smallest[:_SHOWN]
        )
    if place.excluded:
        yield f"  no link explains {', '.join(map(visible, place.excluded[:_SHOWN]))}"


def _faults(one: Explanation, quantity: Quantity) -> Iterator[str]:
    for arcs, size, sigma in zip(one.faults, one.sizes, one.sigmas, strict=True):
        if quantity is Quantity.LOSS:
            yield f"{_links(arcs)} loses {size:.1%} ± {sigma:.1%}"
        else:
            yield f"{_links(arcs)} {ns_to_ms(size):+.3f} ± {ns_to_ms(sigma):.3f} ms"


def _links(arcs: Sequence[Arc]) -> str:
    """Links that look alike from here are told in one word with "or"."""
    words = [f"{visible(link)} from {visible(headend)}" for link, headend in arcs]
    return words[0] if len(words) == 1 else f"one of ({' or '.join(words)})"


def alarm_lines(alarms: Sequence[Alarm], waiting: Sequence[Delivery]) -> Iterator[str]:
    """An alarm a line, with its likely links below it; then what could not be told yet."""
    for one in alarms:
        state = "raised" if one.cleared_ns is None else f"cleared {utc_text(one.cleared_ns)}"
        seen = "" if one.acked_by is None else f", seen by {visible(one.acked_by)}"
        yield f"{one.id}  {_subject(one.subject)}: since {utc_text(one.since_ns)}, {state}{seen}"
        for likely in json.loads(one.evidence)["likely_links"][:_SHOWN]:
            arcs = [(link["link"], link["from"]) for link in likely["links"]]
            yield f"    {likely['quantity']} {likely['posterior']:4.0%}  {_links(arcs)}"
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
    for event, target, why in told.failed:
        yield f"not told yet: {event} to {visible(target)}: {visible(why)}"
    active = counted(len(found.active), "alarm")
    yield f"{active} raised in all, {counted(told.taken, 'event')} told"


def _subject(one: Subject) -> str:
    ends = f"{visible(one.src)} > {visible(one.dst)}"
    return f"{visible(one.rule)} {ends} {one.way.value} ({visible(one.flow)})"
