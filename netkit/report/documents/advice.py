"""Advice and detours as JSON; every field is described in ``docs/commands-json.md``."""

from __future__ import annotations

from collections.abc import Sequence

from netkit.model.planning.addition import Addition
from netkit.model.planning.augmentation import Advice, Change, Detour, Fix, Ranked
from netkit.model.planning.tier import BASIS
from netkit.report.advice_rows import ScopeRow, delay_us_of, scope_rows, shown
from netkit.report.documents.document import Document, ms, rounded

ADVICE_SCHEMA = "netkit/advice/1"
DETOUR_SCHEMA = "netkit/detour/1"
"""Each goes up when a field changes its meaning or goes away; new fields leave it as it is."""


def advice_to_json(advice: Advice) -> Document:
    """The document; of the ranking what was certified."""
    best, rule = advice.best, advice.rule
    links, sites = shown(advice)
    return {
        "schema": ADVICE_SCHEMA,
        "basis": BASIS,
        "topology": advice.topology.name,
        "profile": advice.profile,
        "route_factor": rule.delay.route_factor,
        "equipment_us": rule.delay.equipment_us,
        "hand_over_us": rule.hand_over_us,
        "max_km": rule.max_km,
        "candidates": advice.considered,
        "candidates_that_rescue": len(advice.ranking),
        "out_of_reach": advice.out_of_reach,
        "beyond_light": advice.beyond_light,
        "not_for_delay": advice.not_for_delay,
        "set": {
            "additions": [_addition(addition) for addition in best.additions],
            "km": rounded(sum(addition.km or 0.0 for addition in best.additions)),
            "method": best.method.value,
            "proved": best.proved,
            "covered": best.covered,
            "at_most": best.at_most,
            "together": best.together,
            "certified": sum(change.rescued for change in advice.changes),
        },
        "scopes": [_scope(row) for row in scope_rows(advice)],
        "links": [_ranked(entry) for entry in links],
        "sites": [_ranked(entry) for entry in sites],
        "pairs": [_change(change) for change in advice.changes],
    }


def detours_to_json(topology: str, profile: str, detours: Sequence[Detour], by: str) -> Document:
    """The document; national pairs first, in each scope the worst."""
    return {
        "schema": DETOUR_SCHEMA,
        "basis": BASIS,
        "topology": topology,
        "profile": profile,
        "ranked_by": by,
        "pairs": [_detour(detour) for detour in detours],
    }


def _addition(addition: Addition) -> Document:
    return {
        "name": addition.name,
        "kind": addition.kind.value,
        "place": addition.place,
        "planned": addition.planned,
        "nodes": sorted(
            {end for link in addition.links for end in (link.a, link.b)}
            | {member.node for fabric in addition.fabrics for member in fabric.members}
        ),
        "ids": list(addition.ids),
        "km": rounded(addition.km),
        "delay_ms": ms(delay_us_of(addition)),
    }


def _ranked(entry: Ranked) -> Document:
    return {
        **_addition(entry.addition),
        "rescued": len(entry.rescued),
        "certified": entry.certified,
        "per_1000_km": None if entry.addition.km is None else rounded(entry.worth),
        "pairs": [list(pair) for pair in entry.rescued],
    }


def _scope(row: ScopeRow) -> Document:
    return {
        "scope": "all" if row.scope is None else row.scope.value,
        "pairs": row.pairs,
        "inside_before": row.inside_before,
        "inside_after": row.inside_after,
        "median_before_ms": ms(row.median_before_us),
        "median_after_ms": ms(row.median_after_us),
        "worst_before_ms": ms(row.worst_before_us),
        "worst_after_ms": ms(row.worst_after_us),
    }


def _change(change: Change) -> Document:
    return {
        "src": change.demand.src,
        "dst": change.demand.dst,
        "scope": change.scope.value,
        "bound_ms": ms(change.demand.bound_us),
        "verdict_before": change.before.value,
        "verdict_after": change.after.value,
        "best_before_ms": ms(change.before_us),
        "best_after_ms": ms(change.after_us),
        "guaranteed_after_ms": ms(change.guaranteed_us),
        "sids_after": change.sids,
        "uses": list(change.uses),
    }


def _detour(detour: Detour) -> Document:
    guarantor = detour.guaranteed_by
    return {
        "src": detour.demand.src,
        "dst": detour.demand.dst,
        "scope": detour.scope.value,
        "bound_ms": ms(detour.demand.bound_us),
        "verdict": detour.verdict.value,
        "floor_ms": ms(detour.floor_us),
        "direct_ms": ms(detour.direct_us),
        "best_ms": ms(detour.best_us),
        "ratio": rounded(detour.ratio),
        "extra_km": rounded(detour.extra_km),
        "guaranteed_ms": ms(detour.guaranteed_us),
        "guaranteed_by": None if guarantor is None else guarantor.value,
        "fix": _fix(detour.fix),
    }


def _fix(fix: Fix | None) -> Document | None:
    if fix is None:
        return None
    return {**_addition(fix.addition), "pair_ms": ms(fix.delay_us), "inside": fix.inside}
