"""What single failures do to a plan, as JSON; every field is described in ``docs/plan-json.md``."""

from __future__ import annotations

from netkit.model.planning.survival import (
    Effect,
    FailureKind,
    Outcome,
    PairSurvival,
    Phase,
    Survival,
)
from netkit.model.planning.tier import BASIS
from netkit.report.documents.document import Document, ms

SCHEMA = "netkit/survival/1"
"""Goes up when a field changes its meaning or goes away; new fields leave it as it is."""


def survival_to_json(survival: Survival) -> Document:
    """Who keeps the tier in which phase, the worst offenders, and every pair by itself."""
    kinds: dict[str, FailureKind | None] = {kind.value: kind for kind in FailureKind}
    kinds["any"] = None
    return {
        "schema": SCHEMA,
        "basis": BASIS,
        "topology": survival.topology,
        "profile": survival.profile,
        "pairs_planned": len(survival.pairs),
        "pairs_without_list": survival.unplanned,
        "pairs_kept": {
            name: {phase.value: survival.keep(phase, kind) for phase in Phase}
            for name, kind in kinds.items()
        },
        "offenders": [
            {
                "kind": failure.kind.value,
                "name": failure.name,
                "pairs_broken": {phase.value: broken[phase] for phase in Phase},
            }
            for failure, broken in survival.offenders
        ],
        "pairs": [_pair(pair) for pair in survival.pairs],
    }


def _pair(pair: PairSurvival) -> Document:
    return {
        "src": pair.demand.src,
        "dst": pair.demand.dst,
        "bound_ms": ms(pair.demand.bound_us),
        "failures_tried": pair.tried,
        "keeps": {phase.value: pair.keeps(phase) for phase in Phase},
        "effects": [_effect(effect) for effect in pair.effects],
    }


def _effect(effect: Effect) -> Document:
    return {
        "kind": effect.failure.kind.value,
        "name": effect.failure.name,
        **{phase.value: _outcome(effect.outcome(phase)) for phase in Phase},
    }


def _outcome(outcome: Outcome) -> Document:
    return {
        "verdict": outcome.verdict.value,
        "worst_ms": ms(outcome.worst_us),
        "sids": outcome.sids,
        "carrier": None if outcome.carrier is None else outcome.carrier.value,
    }
