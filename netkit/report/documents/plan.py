"""A plan as ``plan.json``; every field is described in ``docs/plan-json.md``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Constraints
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.reservation import Reservation
from netkit.model.planning.sr_policy import ORIGIN_CONFIGURATION, PolicyPath, policy_paths
from netkit.model.planning.tier import BASIS
from netkit.model.srv6.encapsulation import encapsulation
from netkit.model.srv6.segment_list import (
    Binding,
    CandidatePath,
    Certificate,
    DisjointPair,
    Path,
    Segment,
    Share,
)
from netkit.model.srv6.sids import sid_of
from netkit.report.basis import delay_basis
from netkit.report.documents.document import Document, ms, percent, worded
from netkit.report.documents.reason import margin_to_json, pool_to_json, reason_to_json
from netkit.report.segments import hand_over, pushed_sids, segment_names, sid_addresses
from netkit.report.words.backups import alternatives_text, backup_text, disjoint_pair_text

SCHEMA = "netkit/plan/1"
"""Goes up when a field changes its meaning or goes away; new fields leave it as it is."""


def plan_to_json(plan: Plan, topology: Topology) -> Document:
    """The document for a plan made on ``topology``; what does not exist is null."""
    return {
        "schema": SCHEMA,
        "basis": BASIS,
        "topology": plan.topology,
        "profile": plan.profile,
        "pairs": [_pair(pair, topology) for pair in plan.pairs],
        "reservations": None
        if plan.reservations is None
        else [_reservation(one, topology) for one in plan.reservations],
    }


def _reservation(held: Reservation, topology: Topology) -> Document:
    capacity_bps = held.pool.capacity_bps
    return {
        **pool_to_json(held.pool, topology),
        "reserved_bps": held.reserved_bps,
        "left_bps": None if capacity_bps is None else capacity_bps - held.reserved_bps,
        "demands": held.demands,
    }


def _pair(pair: PairPlan, topology: Topology) -> Document:
    return {
        "src": pair.demand.src,
        "dst": pair.demand.dst,
        "tier": pair.demand.tier or None,
        "bound_ms": ms(pair.demand.bound_us),
        "floor_ms": ms(pair.floor_us),
        "bandwidth_bps": pair.demand.bandwidth_bps,
        "priority": None if pair.demand.bandwidth_bps is None else pair.demand.priority,
        "constraints": _constraints(pair.demand.constraints),
        "verdict": pair.verdict.value,
        **_candidate(pair.primary, topology),
        "margin_ms": ms(pair.margin_us),
        "optimum": _path(pair.optimum, topology),
        "unsteered": _unsteered(pair.unsteered, topology),
        "backup": None if pair.backup is None else _candidate(pair.backup, topology),
        "backup_reason": worded(pair.backup_reason, backup_text),
        "disjoint_pair": _disjoint(pair.disjoint_pair, topology),
        "disjoint_pair_reason": worded(pair.disjoint_pair_reason, disjoint_pair_text),
        "alternatives": [_candidate(one, topology) for one in pair.alternatives],
        "alternatives_reason": worded(pair.alternatives_reason, alternatives_text),
        "shares": _shares(pair.shares, topology),
        "backup_shares": _shares(pair.backup_shares, topology),
        "candidates": [_policy_path(one, topology) for one in policy_paths(pair)],
        "reason": reason_to_json(pair.reason, topology),
        "margin": margin_to_json(pair.margin),
    }


def _shares(shares: Sequence[Share], topology: Topology) -> list[Document]:
    return [{"weight": share.weight, **_candidate(share.candidate, topology)} for share in shares]


def _policy_path(path: PolicyPath, topology: Topology) -> Document:
    return {
        "preference": path.preference,
        "protocol_origin": ORIGIN_CONFIGURATION,
        "role": path.role.value,
        "segment_lists": [
            {
                "weight": share.weight,
                "segments": [_segment(segment, topology) for segment in share.candidate.segments],
                "sids": sid_addresses(share.candidate, topology),
                "guaranteed_ms": ms(share.candidate.certificate.guaranteed_us),
            }
            for share in path.lists
        ],
    }


def _constraints(asked: Constraints) -> Document | None:
    """Only what was asked for; sets sorted, units as everywhere in the document."""
    given: Document = {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in asked.given.items()
    }
    if "waypoints" in given:
        given["waypoints"] = list(asked.waypoints)
    if given.pop("max_jitter_us", None) is not None:
        given["max_jitter_ms"] = ms(asked.max_jitter_us)
    if given.pop("max_loss_ppb", None) is not None:
        given["max_loss_percent"] = percent(asked.max_loss_ppb)
    return given or None


def _disjoint(pair: DisjointPair | None, topology: Topology) -> Document | None:
    if pair is None:
        return None
    both = {"primary": pair.primary, "backup": pair.backup}
    return {role: _candidate(one, topology) for role, one in both.items()}


def _candidate(candidate: CandidatePath | None, topology: Topology) -> Document:
    if candidate is None:
        return dict.fromkeys(_CANDIDATE_FIELDS)
    certificate, path = candidate.certificate, candidate.path
    values = (
        path.cost,
        list(path.nodes),
        _links(path, topology),
        [_segment(segment, topology) for segment in candidate.segments],
        sid_addresses(candidate, topology),
        segment_names(candidate, topology),
        ms(certificate.guaranteed_us),
        _certificate(certificate, topology),
        [_binding(binding, candidate, topology) for binding in candidate.bindings],
        _hand_over(candidate, topology),
        _encapsulation(candidate, topology),
    )
    return dict(zip(_CANDIDATE_FIELDS, values, strict=True))


_CANDIDATE_FIELDS = (
    "cost", "nodes", "links", "segments", "sids", "sid_names", "guaranteed_ms", "certificate",
    "bindings", "hand_over", "encapsulation",
)  # fmt: skip


def _encapsulation(candidate: CandidatePath, topology: Topology) -> Document:
    found = encapsulation(topology, candidate)
    return {
        "pushed": "usid" if candidate.usid else "full",
        "path_mtu_bytes": found.path_mtu_bytes,
        "full": asdict(found.full),
        "usid": None if found.usid is None else asdict(found.usid),
    }


def _binding(binding: Binding, candidate: CandidatePath, topology: Topology) -> Document:
    pushed = pushed_sids(candidate, binding, topology)
    return {
        "node": binding.node,
        "sid": str(sid_of(topology, binding)),
        "first": binding.first,
        "end": binding.end,
        "sids": [address for address, _ in pushed],
        "sid_names": [name for _, name in pushed],
    }


def _hand_over(candidate: CandidatePath, topology: Topology) -> Document | None:
    adjacency = hand_over(candidate, topology)
    if adjacency is None:
        return None
    link = topology.link[adjacency.link_id]
    return {
        "link": adjacency.label,
        "kind": link.kind.value,
        "fabric": link.fabric,
        "from": adjacency.src,
        "to": adjacency.dst,
    }


def _links(path: Path, topology: Topology) -> list[str]:
    """What the topology file calls each link in the direction in which it is crossed."""
    steps = zip(path.links, path.nodes, strict=False)
    return [topology.adjacency[step].label for step in steps]


def _segment(segment: Segment, topology: Topology) -> Document:
    link = segment.link
    if link is not None:
        link = topology.adjacency[link, segment.node].label
    return {
        "kind": segment.kind.value,
        "node": segment.node,
        "link": link,
        "algorithm": segment.algorithm,
    }


def _certificate(certificate: Certificate, topology: Topology) -> Document:
    return {
        "guaranteed_ms": ms(certificate.guaranteed_us),
        "best_ms": ms(certificate.best_us),
        "branches": certificate.branches,
        "links": [
            {"link": topology.adjacency[step].label, "headend": step[1]}
            for step in certificate.links
        ],
        "nodes": list(certificate.nodes),
        "hops": certificate.hops,
        "jitter_ms": ms(certificate.jitter_us),
        "loss_percent": percent(certificate.loss_ppb),
        "te_metric": certificate.te_metric,
        "cost": certificate.cost,
        "delay_basis": delay_basis(certificate, topology),
    }


def _path(path: Path | None, topology: Topology) -> Document | None:
    if path is None:
        return None
    return {
        "cost": path.cost,
        "delay_ms": ms(path.delay_us),
        "nodes": list(path.nodes),
        "links": _links(path, topology),
    }


def _unsteered(candidate: CandidatePath | None, topology: Topology) -> Document | None:
    if candidate is None:
        return None
    certificate = candidate.certificate
    return {
        "guaranteed_ms": ms(certificate.guaranteed_us),
        "best_ms": ms(certificate.best_us),
        "branches": certificate.branches,
        "cost": candidate.path.cost,
        "links": _links(candidate.path, topology),
    }
