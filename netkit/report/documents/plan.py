"""A plan as ``plan.json``; every field is described in ``docs/plan-json.md``."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from netkit.files.old_plans.made_from import MADE_FROM, made_from
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Constraints
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.reservation import Reservation
from netkit.model.planning.sr_policy import (
    ORIGIN_CONFIGURATION,
    PolicyPath,
    color_of,
    policy_paths,
    policy_rows,
    steering_keys,
)
from netkit.model.planning.tier import BASIS
from netkit.model.srv6.node_sids import loopback
from netkit.model.srv6.segment_list import (
    DisjointPair,
    Share,
)
from netkit.report.documents.absent_lists import (
    backup_absent_to_json,
    disjoint_pair_absent_to_json,
)
from netkit.report.documents.candidate_path import (
    candidate_to_json,
    path_to_json,
    segment_to_json,
    unsteered_to_json,
)
from netkit.report.documents.document import Document, ms, percent, sentences
from netkit.report.documents.reason import margin_to_json, pool_to_json, reason_to_json
from netkit.report.segments import sid_addresses
from netkit.report.words.backups import alternatives_text, backup_text, disjoint_pair_text

SCHEMA = "netkit/plan/1"
"""Goes up when a field changes its meaning or goes away; new fields leave it as it is."""


def plan_to_json(plan: Plan, topology: Topology) -> Document:
    """The document for a plan made on ``topology``; what does not exist is null."""
    steers = steering_keys(plan)
    policies = {
        row: _policy(plan.pairs[row], topology, steered=key in steers)
        for key, row in policy_rows(plan).items()
    }
    return {
        "schema": SCHEMA,
        "basis": BASIS,
        "topology": plan.topology,
        "profile": plan.profile,
        "pairs": [_pair(pair, topology, policies.get(row)) for row, pair in enumerate(plan.pairs)],
        "reservations": None
        if plan.reservations is None
        else [_reservation(one, topology) for one in plan.reservations],
    }


def kept_plan_to_json(plan: Plan, topology: Topology, options: PlanOptions) -> Document:
    """The same with what it was made from: what `netkit plan --from` goes on from."""
    document = plan_to_json(plan, topology)
    release = version("netkit-srv6")
    return {**document, MADE_FROM: made_from(document, topology, options, release)}


def _reservation(held: Reservation, topology: Topology) -> Document:
    capacity_bps = held.pool.capacity_bps
    return {
        **pool_to_json(held.pool, topology),
        "reserved_bps": held.reserved_bps,
        "left_bps": None if capacity_bps is None else capacity_bps - held.reserved_bps,
        "demands": held.demands,
    }


def _pair(pair: PairPlan, topology: Topology, policy: Document | None) -> Document:
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
        **candidate_to_json(pair.primary, topology),
        "margin_ms": ms(pair.margin_us),
        "optimum": path_to_json(pair.optimum, topology),
        "unsteered": unsteered_to_json(pair.unsteered, topology),
        "backup": None if pair.backup is None else candidate_to_json(pair.backup, topology),
        **sentences("backup_reason", pair.backup_reason, backup_text),
        "backup_absent": backup_absent_to_json(pair.backup_reason),
        "disjoint_pair": _disjoint(pair.disjoint_pair, topology),
        **sentences("disjoint_pair_reason", pair.disjoint_pair_reason, disjoint_pair_text),
        "disjoint_pair_absent": disjoint_pair_absent_to_json(pair.disjoint_pair_reason),
        "alternatives": [candidate_to_json(one, topology) for one in pair.alternatives],
        **sentences("alternatives_reason", pair.alternatives_reason, alternatives_text),
        "shares": _shares(pair.shares, topology),
        "backup_shares": _shares(pair.backup_shares, topology),
        "policy": policy,
        "candidates": [_policy_path(one, topology) for one in policy_paths(pair)],
        "reason": reason_to_json(pair.reason, topology),
        "margin": margin_to_json(pair.margin),
    }


def _shares(shares: Sequence[Share], topology: Topology) -> list[Document]:
    return [
        {"weight": share.weight, **candidate_to_json(share.candidate, topology)} for share in shares
    ]


def _policy(pair: PairPlan, topology: Topology, *, steered: bool) -> Document:
    """What a headend knows the policy by, and what enters it."""
    dst = pair.demand.dst
    prefix = topology.addresses.customer_prefix(topology.node[dst].sid_index)
    return {
        "color": color_of(pair.demand),
        "endpoint": str(loopback(topology, dst)),
        "steering": [str(prefix)] if steered else [],
    }


def _policy_path(path: PolicyPath, topology: Topology) -> Document:
    return {
        "preference": path.preference,
        "protocol_origin": ORIGIN_CONFIGURATION,
        "role": path.role.value,
        "segment_lists": [
            {
                "weight": share.weight,
                "segments": [
                    segment_to_json(segment, topology) for segment in share.candidate.segments
                ],
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
    return {role: candidate_to_json(one, topology) for role, one in both.items()}
