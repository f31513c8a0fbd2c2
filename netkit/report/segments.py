"""Segment lists as people read them, and as the SIDs that packets carry."""

from __future__ import annotations

from netkit.model.plan import Behavior, CandidatePath, Segment
from netkit.model.topology import Topology


def sid_addresses(candidate: CandidatePath, topology: Topology) -> list[str]:
    """The SIDs in the order of travel, the endpoint's service SID last."""
    addresses = [_address(segment, topology) for segment in candidate.segments]
    return [*addresses, _service_address(candidate, topology)]


def segment_names(candidate: CandidatePath, topology: Topology) -> list[str]:
    """The same list in words: ``End.X a>b``, ``End c``, ``End.DT6 d``; item for item."""
    names = [segment_name(segment, topology) for segment in candidate.segments]
    return [*names, f"End.DT6 {candidate.path.nodes[-1]}"]


def segment_name(segment: Segment, topology: Topology) -> str:
    """One segment in words; a link is named only where several join the same two nodes."""
    if segment.kind is Behavior.END or segment.link is None:
        return f"End {segment.node}"
    far = topology.adjacency[(segment.link, segment.node)].dst
    name = f"End.X {segment.node}>{far}"
    return f"{name} over {segment.link}" if _parallel(segment.node, far, topology) else name


def _parallel(src: str, dst: str, topology: Topology) -> bool:
    between = (link for link in topology.all_links if {link.a, link.b} == {src, dst})
    return sum(1 for _ in between) > 1


def _address(segment: Segment, topology: Topology) -> str:
    sid_index = topology.node[segment.node].sid_index
    if segment.kind is Behavior.END or segment.link is None:
        return str(topology.addresses.end(sid_index))
    number = topology.adjacency[(segment.link, segment.node)].number
    return str(topology.addresses.end_x(sid_index, number))


def _service_address(candidate: CandidatePath, topology: Topology) -> str:
    endpoint = topology.node[candidate.path.nodes[-1]]
    return str(topology.addresses.end_dt6(endpoint.sid_index))
