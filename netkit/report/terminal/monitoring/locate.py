"""Where changes come from, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netkit.errors import counted
from netkit.model.units import ns_to_ms
from netkit.monitor.locate.evidence import Quantity
from netkit.monitor.locate.location import Explanation, Location
from netkit.monitor.outcomes import Located
from netkit.report.terminal.monitoring.links import links_text
from netkit.report.words.text import visible

_SHOWN = 5


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
            " and ".join(links_text(group) for group in one) for one in place.smallest[:_SHOWN]
        )
    if place.excluded:
        yield f"  no link explains {', '.join(map(visible, place.excluded[:_SHOWN]))}"


def _faults(one: Explanation, quantity: Quantity) -> Iterator[str]:
    for arcs, size, sigma in zip(one.faults, one.sizes, one.sigmas, strict=True):
        if quantity is Quantity.LOSS:
            yield f"{links_text(arcs)} loses {size:.1%} ± {sigma:.1%}"
        else:
            yield f"{links_text(arcs)} {ns_to_ms(size):+.3f} ± {ns_to_ms(sigma):.3f} ms"
