"""Where changes come from, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netkit.language.words import counted, say
from netkit.model.units import ns_to_ms, ns_to_us
from netkit.monitor.locate.evidence import Quantity
from netkit.monitor.locate.location import Explanation, Location
from netkit.monitor.outcomes import Located
from netkit.report.clock_words import moved_text
from netkit.report.kind_words import quantity_word
from netkit.report.terminal.monitoring.links import links_text
from netkit.report.words.text import visible


def located_lines(found: Sequence[Located], limit: int | None = None) -> Iterator[str]:
    """What changed, the likeliest explanations, and what no measurement here tells apart.

    Of each quantity at most ``limit`` explanations; the likeliest of all stands last.
    """
    for one in found:
        place = one.location
        yield say(
            "{quantity}: {flows} changed, {unchanged} unchanged, {unknown} unknown",
            quantity=quantity_word(place.quantity), flows=counted(len(place.changed), "flow"),
            unchanged=place.unchanged, unknown=place.unknown,
        )  # fmt: skip
        if place.changed:
            yield from _place(place, limit)
        if one.unrouted:
            flows = counted(len(one.unrouted), "flow")
            yield "  " + say("{flows} without a route on this topology", flows=flows)
    yield from _clocks(found)
    yield from _likeliest(found)


def _clocks(found: Sequence[Located]) -> Iterator[str]:
    """Whose clocks moved, once: no quantity's evidence rests on them."""
    moved = {site: gained_ns for one in found for site, gained_ns in one.clocks.items()}
    for site, gained_ns in moved.items():
        yield moved_text(site, None if gained_ns is None else ns_to_us(gained_ns))
    if moved:
        yield "  " + say("of the flows of these sites only round trips and losses were looked at")


def _likeliest(found: Sequence[Located]) -> Iterator[str]:
    """The best explanation of each quantity that changed, a line each."""
    for place in (one.location for one in found):
        if place.changed and place.explanations:
            best = place.explanations[0]
            yield say(
                "likeliest, {quantity}: {faults} ({share})",
                quantity=quantity_word(place.quantity), share=f"{best.posterior:.0%}",
                faults=say(" and ").join(_faults(best, place.quantity)),
            )  # fmt: skip


def _place(place: Location, limit: int | None) -> Iterator[str]:
    for one in place.explanations[:limit]:
        yield f"  {one.posterior:4.0%}  " + say(" and ").join(_faults(one, place.quantity))
        if one.unexplained:
            flows = counted(len(one.unexplained), "changed flow")
            yield " " * 8 + say("leaves {flows} unexplained", flows=flows)
    if limit is not None and (more := len(place.explanations[limit:])):
        yield " " * 8 + say("… and {more}", more=counted(more, "more explanation"))
    if place.nothing > 0.001:
        yield f"  {place.nothing:4.0%}  " + say("no link: causes of the flows' own")
    if place.smallest:
        sets = say("; ").join(
            say(" and ").join(links_text(group) for group in one) for one in place.smallest[:limit]
        )
        yield "  " + say(
            "smallest {count}: {sets}", count=counted(len(place.smallest), "set"), sets=sets
        )
    if place.excluded:
        flows = ", ".join(map(visible, place.excluded[:limit]))
        yield "  " + say("no link explains {flows}", flows=flows)


def _faults(one: Explanation, quantity: Quantity) -> Iterator[str]:
    for arcs, size, sigma in zip(one.faults, one.sizes, one.sigmas, strict=True):
        if quantity is Quantity.LOSS:
            yield say(
                "{links} loses {size} ± {sigma}",
                links=links_text(arcs),
                size=f"{size:.1%}",
                sigma=f"{sigma:.1%}",
            )
        else:
            yield f"{links_text(arcs)} {ns_to_ms(size):+.3f} ± {ns_to_ms(sigma):.3f} ms"
