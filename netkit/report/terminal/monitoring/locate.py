"""Where changes come from, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netkit.errors import counted
from netkit.model.units import ns_to_ms
from netkit.monitor.locate.evidence import Quantity
from netkit.monitor.locate.location import Explanation, Location
from netkit.monitor.outcomes import Located
from netkit.report.terminal.monitoring.links import links_text
from netkit.report.words.text import ELIDED, visible


def located_lines(found: Sequence[Located], limit: int | None = None) -> Iterator[str]:
    """What changed, the likeliest explanations, and what no measurement here tells apart.

    Of each quantity at most ``limit`` explanations; the likeliest of all stands last.
    """
    for one in found:
        place = one.location
        yield (
            f"{place.quantity}: {counted(len(place.changed), 'flow')} changed, "
            f"{place.unchanged} unchanged, {place.unknown} unknown"
        )
        if place.changed:
            yield from _place(place, limit)
        if one.unrouted:
            yield f"  {counted(len(one.unrouted), 'flow')} without a route on this topology"
    yield from _likeliest(found)


def _likeliest(found: Sequence[Located]) -> Iterator[str]:
    """The best explanation of each quantity that changed, a line each."""
    for place in (one.location for one in found):
        if place.changed and place.explanations:
            best = place.explanations[0]
            words = " and ".join(_faults(best, place.quantity))
            yield f"likeliest, {place.quantity}: {words} ({best.posterior:.0%})"


def _place(place: Location, limit: int | None) -> Iterator[str]:
    for one in place.explanations[:limit]:
        yield f"  {one.posterior:4.0%}  " + " and ".join(_faults(one, place.quantity))
        if one.unexplained:
            yield f"        leaves {counted(len(one.unexplained), 'changed flow')} unexplained"
    if limit is not None and (more := len(place.explanations[limit:])):
        yield f"        {ELIDED} and {counted(more, 'more explanation')}"
    if place.nothing > 0.001:
        yield f"  {place.nothing:4.0%}  no link: causes of the flows' own"
    if place.smallest:
        sets = counted(len(place.smallest), "set")
        yield f"  smallest {sets}: " + "; ".join(
            " and ".join(links_text(group) for group in one) for one in place.smallest[:limit]
        )
    if place.excluded:
        yield f"  no link explains {', '.join(map(visible, place.excluded[:limit]))}"


def _faults(one: Explanation, quantity: Quantity) -> Iterator[str]:
    for arcs, size, sigma in zip(one.faults, one.sizes, one.sigmas, strict=True):
        if quantity is Quantity.LOSS:
            yield f"{links_text(arcs)} loses {size:.1%} ± {sigma:.1%}"
        else:
            yield f"{links_text(arcs)} {ns_to_ms(size):+.3f} ± {ns_to_ms(sigma):.3f} ms"
