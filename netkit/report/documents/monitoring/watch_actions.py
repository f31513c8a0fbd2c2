"""Actions of the closed loop as plain values: for the audit trail, and for documents."""

from __future__ import annotations

from collections.abc import Iterable

from netkit.model.network.topology import Topology
from netkit.model.upkeep import Danger, Pair
from netkit.monitor.loop.actions import (
    Action,
    Confirmed,
    LinksAnnounced,
    NoBetterList,
    NotConfirmed,
    PairsInDanger,
    PlanChange,
)
from netkit.monitor.loop.advertising import Announcement
from netkit.monitor.loop.link_delays import LinkKey
from netkit.monitor.loop.observed import CampaignSurvey
from netkit.monitor.loop.survey import Survey
from netkit.report.documents.document import Document
from netkit.report.watch_told import Told

SCHEMA = "netkit/watch-action/1"


def told_to_json(told: Told, at: str) -> Document:
    """One action as a document: when, what, its facts, and what failed of it."""
    outcome, facts = facts_of(told.action)
    return {"schema": SCHEMA, "time": at, "outcome": outcome, "failed": told.failed, **facts}


SURVEY_SCHEMA = "netkit/watch-survey/1"


def survey_to_json(found: CampaignSurvey, smallest: Survey, topology: Topology) -> Document:
    """What a campaign's flows tell of the links, and the sessions of a smallest survey."""
    told = found.told
    seen = told.alone.union(*told.together)
    return {
        "schema": SURVEY_SCHEMA,
        "alone": _links(told.alone),
        "together": [_links(group) for group in told.together],
        "unseen": _links(topology.adjacency.keys() - seen),
        "unused": [
            {"src": src, "dst": dst, "flow": flow, "why": why}
            for (src, dst, flow), why in found.unused.items()
        ],
        "smallest": [
            {"src": one.src, "dst": one.dst, "links": [link for link, _ in one.links]}
            for one in smallest.sessions
        ],
    }


def _links(links: Iterable[LinkKey]) -> list[Document]:
    return [{"link": link, "from": node} for link, node in sorted(links)]


def facts_of(action: Action) -> tuple[str, Document]:
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
            return outcome, {"pairs": _pairs(action.pairs), "why": action.why}
        case Confirmed(pairs):
            return "confirmed", {"pairs": _pairs(pairs)}
        case NotConfirmed():
            return "not confirmed", {"pairs": _pairs(action.pairs), "why": action.why}


def _link(one: Announcement) -> Document:
    return {
        "link": one.link[0],
        "from": one.link[1],
        "before_us": one.before_us,
        "delay_us": one.delay_us,
        "uncertainty_us": one.uncertainty_us,
        "accelerated": one.accelerated,
    }


def _danger(one: Danger) -> Document:
    return {
        "src": one.pair[0],
        "dst": one.pair[1],
        "bound_us": one.bound_us,
        "planned_us": one.planned_us,
        "guaranteed_us": one.guaranteed_us,
    }


def _pairs(pairs: Iterable[Pair]) -> list[Document]:
    return [{"src": src, "dst": dst} for src, dst in pairs]
