"""A candidate path inside the JSON documents: its segment list, what it pushes, its certificate."""

from __future__ import annotations

from dataclasses import asdict

from netkit.model.network.topology import Topology
from netkit.model.srv6.encapsulation import encapsulation
from netkit.model.srv6.segment_list import Binding, CandidatePath, Certificate, Path, Segment
from netkit.model.srv6.sids import sid_of
from netkit.report.basis import delay_basis
from netkit.report.documents.document import Document, ms, percent
from netkit.report.segments import hand_over, pushed_sids, segment_names, sid_addresses


def candidate_to_json(candidate: CandidatePath | None, topology: Topology) -> Document:
    """A list with its path, SIDs and certificate; every field null where there is none."""
    if candidate is None:
        return dict.fromkeys(_CANDIDATE_FIELDS)
    certificate, path = candidate.certificate, candidate.path
    values = (
        path.cost,
        list(path.nodes),
        _links(path, topology),
        [segment_to_json(segment, topology) for segment in candidate.segments],
        sid_addresses(candidate, topology),
        segment_names(candidate, topology),
        ms(certificate.guaranteed_us),
        certificate_to_json(certificate, topology),
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


def segment_to_json(segment: Segment, topology: Topology) -> Document:
    """A segment by what it does, where, and over which link."""
    link = segment.link
    if link is not None:
        link = topology.adjacency[link, segment.node].label
    return {
        "kind": segment.kind.value,
        "node": segment.node,
        "link": link,
        "algorithm": segment.algorithm,
    }


def certificate_to_json(certificate: Certificate, topology: Topology) -> Document:
    """What every branch of a list keeps, and all that any of them crosses."""
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


def path_to_json(path: Path | None, topology: Topology) -> Document | None:
    """A path by its nodes and by what the topology file calls its links."""
    if path is None:
        return None
    return {
        "cost": path.cost,
        "delay_ms": ms(path.delay_us),
        "nodes": list(path.nodes),
        "links": _links(path, topology),
    }


def unsteered_to_json(candidate: CandidatePath | None, topology: Topology) -> Document | None:
    """Where the IGP takes the packet by itself."""
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
