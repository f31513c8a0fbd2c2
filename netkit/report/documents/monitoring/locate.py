"""Where changes come from, as JSON: ``netkit locate`` and the evidence of alarms."""

from __future__ import annotations

from collections.abc import Sequence

from netkit.model.srv6.route import Arc
from netkit.model.units import ns_to_ms
from netkit.monitor.locate.evidence import Quantity
from netkit.monitor.locate.location import Explanation, Location, Suspect
from netkit.monitor.outcomes import Located
from netkit.report.documents.document import Document, rounded
from netkit.report.words.times import utc_text

LOCATE_SCHEMA = "netkit/locate/1"

_DIGITS = 4


def located_to_json(
    campaign: str, times_ns: tuple[int, int, int], found: Sequence[Located]
) -> Document:
    """``netkit locate``: each quantity in turn."""
    before_ns, since_ns, until_ns = times_ns
    return {
        "schema": LOCATE_SCHEMA,
        "campaign": campaign,
        "baseline_since": utc_text(before_ns),
        "since": utc_text(since_ns),
        "until": utc_text(until_ns),
        "quantities": [
            {
                **location_to_json(one.location),
                "clocks": [_clock(site, gained_ns) for site, gained_ns in one.clocks.items()],
                "unrouted": [[key.src, key.dst, key.flow] for key in one.unrouted],
            }
            for one in found
        ],
    }


def _clock(site: str, gained_ns: int | None) -> Document:
    return {"site": site, "gained_ms": None if gained_ns is None else rounded(ns_to_ms(gained_ns))}


def location_to_json(found: Location) -> Document:
    """One quantity: what changed, the likeliest explanations, suspects, the smallest sets."""
    return {
        "quantity": found.quantity.value,
        "changed": list(found.changed),
        "unchanged": found.unchanged,
        "unknown": found.unknown,
        "no_fault_posterior": rounded(found.nothing, _DIGITS),
        "explanations": [_explanation(one, found.quantity) for one in found.explanations],
        "suspects": [suspect_to_json(one) for one in found.suspects],
        "smallest": [[arcs_to_json(group) for group in one] for one in found.smallest],
        "excluded": list(found.excluded),
    }


def suspect_to_json(one: Suspect) -> Document:
    """Links of which one is meant; that there are several says that nothing tells them apart."""
    return {"links": arcs_to_json(one.arcs), "posterior": rounded(one.posterior, _DIGITS)}


def arcs_to_json(arcs: Sequence[Arc]) -> list[Document]:
    """Links in a direction, each by its id and the node that sends."""
    return [{"link": link, "from": headend} for link, headend in arcs]


def _explanation(one: Explanation, quantity: Quantity) -> Document:
    return {
        "posterior": rounded(one.posterior, _DIGITS),
        "faults": [
            {"links": arcs_to_json(arcs), **_size(size, sigma, quantity)}
            for arcs, size, sigma in zip(one.faults, one.sizes, one.sigmas, strict=True)
        ],
        "unexplained": list(one.unexplained),
    }


def _size(size: float, sigma: float, quantity: Quantity) -> Document:
    if quantity is Quantity.LOSS:
        return {
            "loss_percent": rounded(100 * size, _DIGITS),
            "uncertainty_percent": rounded(100 * sigma, _DIGITS),
        }
    return {"added_ms": rounded(ns_to_ms(size)), "uncertainty_ms": rounded(ns_to_ms(sigma))}
