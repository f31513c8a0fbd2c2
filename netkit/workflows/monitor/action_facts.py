"""Actions of the loop as the audit trail has them: an outcome, and facts."""

from __future__ import annotations

from collections.abc import Iterable

from netkit.monitor.loop.actions import (
    Action,
    Confirmed,
    LinksAnnounced,
    NoBetterList,
    NotConfirmed,
    Pair,
    PairsInDanger,
    PlanChange,
)
from netkit.monitor.loop.advertising import Announcement
from netkit.monitor.loop.danger import Danger
from netkit.workflows.routers.audit import plan_digest

Facts = dict[str, object]


def facts_of(action: Action) -> tuple[str, Facts]:
    """How the line of an action ends, and what it says."""
    match action:
        case LinksAnnounced(links):
            return "announced", {"links": [_link(one) for one in links]}
        case PairsInDanger(pairs):
            return "in danger", {"pairs": [_danger(one) for one in pairs]}
        case NoBetterList(pairs):
            return "no better list", {"pairs": _pairs(pairs)}
        case PlanChange():
            outcome = "replanned" if action.apply else "replanned, not applied"
            return outcome, {**_plans(action), "pairs": _pairs(action.pairs), "why": action.why}
        case Confirmed(pairs):
            return "confirmed", {"pairs": _pairs(pairs)}
        case NotConfirmed():
            facts = {**_plans(action), "pairs": _pairs(action.pairs), "why": action.why}
            return "not confirmed", facts


def _plans(action: PlanChange | NotConfirmed) -> Facts:
    return {
        "topology": action.measured.name,
        "plan_before": plan_digest(action.before),
        "plan": plan_digest(action.after),
    }


def _link(one: Announcement) -> Facts:
    return {
        "link": one.link[0],
        "from": one.link[1],
        "before_us": one.before_us,
        "delay_us": one.delay_us,
        "uncertainty_us": one.uncertainty_us,
        "accelerated": one.accelerated,
    }


def _danger(one: Danger) -> Facts:
    return {
        "src": one.pair[0],
        "dst": one.pair[1],
        "bound_us": one.bound_us,
        "planned_us": one.planned_us,
        "guaranteed_us": one.guaranteed_us,
    }


def _pairs(pairs: Iterable[Pair]) -> list[Facts]:
    return [{"src": src, "dst": dst} for src, dst in pairs]
