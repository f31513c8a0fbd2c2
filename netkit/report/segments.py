"""Segment lists as people read them, and as the SIDs that packets carry."""

from __future__ import annotations

from netkit.model.plan import Behavior, CandidatePath, Segment
from netkit.model.sids import sid_list
from netkit.model.topology import Topology


def sid_addresses(candidate: CandidatePath, topology: Topology) -> list[str]:
    """The SIDs in the order of travel, the endpoint's service SID last."""
    return [str(sid) for sid in sid_list(topology, candidate)]


def segment_names(candidate: CandidatePath, topology: Topology) -> list[str]:
    """The same list in words: ``End.X a>b``, ``End c algo 128``, ``End.DT6 d``."""
    names = [segment_name(segment, topology) for segment in candidate.segments]
    return [*names, f"End.DT6 {candidate.path.nodes[-1]}"]


def segment_name(segment: Segment, topology: Topology) -> str:
    """One segment in words; a link is named only where several join the same two nodes, an
    algorithm only where it is not 0."""
    plane = f" algo {segment.algorithm}" if segment.algorithm else ""
    if segment.kind is Behavior.END or segment.link is None:
        return f"End {segment.node}{plane}"
    arc = topology.adjacency[(segment.link, segment.node)]
    name = f"End.X {segment.node}>{arc.dst}"
    over = f" over {arc.label}" if _parallel(segment.node, arc.dst, topology) else ""
    return name + over + plane


def _parallel(src: str, dst: str, topology: Topology) -> bool:
    between = (link for link in topology.all_links if {link.a, link.b} == {src, dst})
    return sum(1 for _ in between) > 1
