"""What would help a pair, and what margin it has, as ``plan.json`` writes them."""

from __future__ import annotations

from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Margin
from netkit.model.planning.relaxation import Relaxation, WaivedConstraint
from netkit.report.documents.document import Document, ms, percent


def relaxation_to_json(one: Relaxation, topology: Topology) -> Document:
    """One thing that would be enough."""
    return {
        "kind": one.kind.value,
        "text": one.text,
        "guaranteed_ms": ms(one.guaranteed_us),
        "give_up": [_waived(waived) for waived in one.waived],
        "limit": _in_units(one.waived[0].constraint, one.limit) if one.waived else None,
        "sids": one.sids,
        "bound_ms": ms(one.bound_us),
        "tier": one.tier,
        "link": None if one.link is None else topology.adjacency[one.link].label,
        "delay_ms": ms(one.delay_us),
        "bandwidth_bps": one.bandwidth_bps,
    }


def _waived(one: WaivedConstraint) -> Document:
    """A constraint by the name and in the unit that ``constraints`` has."""
    limit = isinstance(one.value, int)
    value = _in_units(one.constraint, one.value) if isinstance(one.value, int) else one.value
    named = _LIMIT_NAMES.get(one.constraint, one.constraint) if limit else one.constraint
    return {"constraint": named, "value": value}


def _in_units(constraint: str, limit: int | None) -> float | None:
    if constraint == "max_jitter_us":
        return ms(limit)
    return percent(limit) if constraint == "max_loss_ppb" else limit


_LIMIT_NAMES = {"max_jitter_us": "max_jitter_ms", "max_loss_ppb": "max_loss_percent"}


def margin_to_json(margin: Margin | None) -> Document | None:
    """What is left to the bound, and what binds next."""
    if margin is None:
        return None
    return {
        "margin_ms": ms(margin.margin_us),
        "least_ms": ms(margin.least_us),
        "next_cause": margin.next_cause.value,
        "text": margin.text,
    }
