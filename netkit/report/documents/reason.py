"""Why a pair has no list, what would help, and what margin it has, as ``plan.json`` writes them."""

from __future__ import annotations

from netkit.model.network.elements import CapacityPool
from netkit.model.network.topology import Topology
from netkit.model.planning.reason import Margin, Reason
from netkit.model.planning.relaxation import Relaxation, WaivedConstraint
from netkit.model.planning.reservation import Shortage
from netkit.report.documents.document import Document, ms, percent, sentences
from netkit.report.words.reasons import reason_text
from netkit.report.words.relaxations import margin_text, relaxation_text


def reason_to_json(reason: Reason | None, topology: Topology) -> Document | None:
    """What binds, its sentence, and what would help."""
    if reason is None:
        return None
    return {
        "cause": reason.cause.value,
        **sentences("text", reason, lambda why: reason_text(why.evidence)),
        "best_ms": ms(reason.best_us),
        "sids_needed": reason.sids_needed,
        "fits_bps": reason.fits_bps,
        "shortages": [_shortage(one, topology) for one in reason.shortages],
        "relaxations": None
        if reason.relaxations is None
        else [_relaxation(one, topology) for one in reason.relaxations],
    }


def _shortage(short: Shortage, topology: Topology) -> Document:
    return {
        **pool_to_json(short.pool, topology),
        "reserved_bps": short.reserved_bps,
        "missing_bps": short.missing_bps,
        "holders": [
            {"src": src, "dst": dst, "bandwidth_bps": bps} for src, dst, bps in short.holders
        ],
    }


def pool_to_json(pool: CapacityPool, topology: Topology) -> Document:
    """A link by its direction's own name; a port by its fabric, its router and its direction."""
    adjacency = topology.adjacency.get((pool.owner, pool.node))
    return {
        "link": pool.owner if adjacency is None else adjacency.label,
        "headend": None if pool.inward else pool.node,
        "into": pool.node if pool.inward else None,
        "capacity_bps": pool.capacity_bps,
    }


def _relaxation(one: Relaxation, topology: Topology) -> Document:
    return {
        "kind": one.kind.value,
        **sentences("text", one, relaxation_text),
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
        **sentences("text", margin, margin_text),
    }
