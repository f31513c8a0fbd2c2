"""Placement and pairing as JSON; every field is described in ``docs/commands-json.md``."""

from __future__ import annotations

from collections.abc import Sequence

from netkit.model.network.topology import Topology
from netkit.model.placement.assignment import Assignment, Pairing
from netkit.model.placement.workload import (
    BackupSite,
    Nearest,
    Option,
    Placement,
    Reach,
    Refusal,
    Site,
    WorkloadClass,
)
from netkit.model.planning.tier import BASIS
from netkit.model.srv6.segment_list import CandidatePath
from netkit.model.verdict import Verdict
from netkit.report.documents.document import Document, ms, rounded, sentences
from netkit.report.segments import segment_names, sid_addresses
from netkit.report.words.placement import refusal_text

PLACE_SCHEMA = "netkit/place/1"
PAIRING_SCHEMA = "netkit/pairing/1"


def place_to_json(
    topology: Topology,
    profile: str,
    nearest: Sequence[Nearest],
    placements: Sequence[Placement],
) -> Document:
    """The nearest sites of each city and, for each of ``placements``, where its class may go."""
    workload = placements[0].workload if placements else None
    answers: Sequence[Placement | None] = placements or [None] * len(nearest)
    return {
        "schema": PLACE_SCHEMA,
        "basis": BASIS,
        "topology": topology.name,
        "profile": profile,
        "workload": None if workload is None else _workload(workload),
        "cities": [
            {**_site_document(near.city), "nearest": _nearest(near), **_placement(answer, topology)}
            for near, answer in zip(nearest, answers, strict=True)
        ],
    }


def pairing_to_json(pairing: Pairing, topology: Topology, profile: str) -> Document:
    """The registry of pairs, what found no place, and what would help."""
    return {
        "schema": PAIRING_SCHEMA,
        "basis": BASIS,
        "topology": topology.name,
        "profile": profile,
        "unit": pairing.unit,
        "split": pairing.split,
        "proved": pairing.proved,
        "pairs": [_pair(one, topology) for one in pairing.assignments],
        "sites": [
            {**_site_document(site), "capacity": rounded(site.capacity), "used": pairing.used(site)}
            for site in pairing.sites
        ],
        "unplaced": [
            {
                "demand": one.demand.name,
                "city": one.demand.city.name,
                "class": one.demand.workload.name,
                "amount": one.amount,
                "reason": _refusal(one.refusal),
            }
            for one in pairing.unplaced
        ],
        "additions": None
        if pairing.additions is None
        else [
            {"site": one.site.name, "amount": one.amount, "bandwidth_bps": one.bandwidth_bps}
            for one in pairing.additions
        ],
    }


def _workload(workload: WorkloadClass) -> Document:
    return {
        "name": workload.name,
        "description": workload.description,
        "tier": None if workload.scope is None else workload.scope.value,
        "bound_ms": ms(workload.bound_us),
        "targets": list(workload.targets),
        "backup": workload.backup.value,
    }


def _site_document(site: Site) -> Document:
    return {
        "name": site.name,
        "nodes": list(site.nodes),
        "place": site.place,
        "hub": site.hub,
        "part": None if site.part is None else site.part.value,
        "traits": sorted(site.traits),
    }


def _nearest(near: Nearest) -> Document:
    return {
        "site": None if near.site is None else near.site.name,
        "hub": None if near.site is None else near.site.hub,
        "delay_ms": None if near.reach is None else ms(near.reach.delay_us),
        "site_by_km": None if near.site_by_km is None else near.site_by_km.name,
        "distance_km": rounded(near.distance_km, 1),
    }


def _placement(answer: Placement | None, topology: Topology) -> Document:
    if answer is None:
        return {"verdict": None, "options": None, "reason": None}
    verdict = Verdict.PASS if answer.options else Verdict.BREACH
    return {
        "verdict": verdict.value,
        "options": [_option(one, topology) for one in answer.options],
        "reason": None if answer.refusal is None else _refusal(answer.refusal),
    }


def _option(option: Option, topology: Topology) -> Document:
    return {
        "site": option.site.name,
        "hub": option.site.hub,
        "target": option.target,
        **_reach(option.reach, topology),
        "bound_ms": ms(option.bound_us),
        "margin_ms": ms(option.margin_us),
        "backup": None if option.backup is None else _backup(option.backup, topology),
    }


def _reach(reach: Reach, topology: Topology) -> Document:
    return {
        "city_node": reach.city_node,
        "site_node": reach.site_node,
        "there_ms": ms(reach.there_us),
        "back_ms": ms(reach.back_us),
        "delay_ms": ms(reach.delay_us),
        "there": _list(reach.there, topology),
        "back": _list(reach.back, topology),
    }


def _list(candidate: CandidatePath | None, topology: Topology) -> Document | None:
    if candidate is None:
        return None
    return {
        "sids": sid_addresses(candidate, topology),
        "sid_names": segment_names(candidate, topology),
        "guaranteed_ms": ms(candidate.certificate.guaranteed_us),
    }


def _backup(backup: BackupSite, topology: Topology) -> Document:
    return {
        "site": backup.site.name,
        "hub": backup.site.hub,
        "disjoint": backup.disjoint,
        **_reach(backup.reach, topology),
    }


def _refusal(refusal: Refusal) -> Document:
    return {
        "obstacle": refusal.obstacle.value,
        **sentences("text", refusal, refusal_text),
        "site": None if refusal.site is None else refusal.site.name,
        "delay_ms": ms(refusal.delay_us),
        "excess_ms": ms(refusal.excess_us),
    }


def _pair(one: Assignment, topology: Topology) -> Document:
    city = one.demand.city
    return {
        "demand": one.demand.name,
        "city": city.name,
        "city_part": None if city.part is None else city.part.value,
        "class": one.demand.workload.name,
        "amount": one.amount,
        "bandwidth_bps": None if one.bandwidth_bps is None else round(one.bandwidth_bps),
        "paired": one.paired,
        **_option(one.option, topology),
    }
