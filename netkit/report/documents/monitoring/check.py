"""A check of a pair or a campaign, as JSON."""

from __future__ import annotations

from netkit.model.units import ns_to_us
from netkit.monitor.checks import Check, CheckedDirection
from netkit.report.documents.document import Document, ms

SCHEMA = "netkit/probe-check/1"


def check_to_json(asked: str, found: Check) -> Document:
    """The verdict of the whole, then each direction with what it rests on."""
    return {
        "schema": SCHEMA,
        "asked": asked,
        "verdict": found.verdict.value,
        "degraded": found.degraded,
        "exit_code": int(found.code),
        "directions": [_direction(one) for one in found.directions],
        "left": [
            {"campaign": one.campaign, "src": one.src, "dst": one.dst, "flow": one.flow}
            for one in found.left
        ],
    }


def _direction(one: CheckedDirection) -> Document:
    return {
        "campaign": one.key.campaign,
        "src": one.key.src,
        "dst": one.key.dst,
        "flow": one.key.flow,
        "direction": one.direction,
        "verdict": one.verdict.value,
        "stale": one.stale,
        "age_s": round(one.age_ns / 1e9, 3),
        "p99_ms": _ms(one.p99_ns),
        "bound_ms": _ms(one.bound_ns),
        "margin_ms": _ms(one.margin_ns),
        "uncertainty_ms": _ms(one.uncertainty_ns),
        "lost": one.lost,
        "unanswered": one.unanswered,
    }


def _ms(duration_ns: float | None) -> float | None:
    return None if duration_ns is None else ms(ns_to_us(duration_ns))
