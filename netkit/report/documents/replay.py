"""A replayed segment list as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.srv6.segment_list import Certificate, Segment
from netkit.model.verdict import Verdict
from netkit.report.documents.candidate_path import certificate_to_json, segment_to_json
from netkit.report.documents.document import Document, ms

REPLAY_SCHEMA = "netkit/replay/1"


def replay_to_json(
    topology: Topology, demand: Demand, segments: Sequence[Segment], certificate: Certificate
) -> Document:
    """``plan replay``: the list, and what holds for it over every branch."""
    inside = certificate.guaranteed_us <= demand.bound_us
    return {
        "schema": REPLAY_SCHEMA,
        "topology": topology.name,
        "src": demand.src,
        "dst": demand.dst,
        "bound_ms": ms(demand.bound_us),
        "verdict": (Verdict.PASS if inside else Verdict.BREACH).value,
        "segments": [_segment(segment, topology) for segment in segments],
        "certificate": certificate_to_json(certificate, topology),
    }


def _segment(segment: Segment, topology: Topology) -> Document:
    """As in a plan; of an anycast SID ``node`` is null and ``anycast`` the group."""
    group = topology.anycast.get(segment.node)
    if group is None:
        return {**segment_to_json(segment, topology), "anycast": None}
    found = segment_to_json(segment, topology)
    return {**found, "node": None, "anycast": {"name": group.name, "nodes": list(group.nodes)}}
