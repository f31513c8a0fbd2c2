"""Segments and lists as SIDs of the address plan."""

from __future__ import annotations

from ipaddress import IPv6Address

from netkit.model.plan import Behavior, CandidatePath, Segment
from netkit.model.topology import Topology


def sid_list(topology: Topology, candidate: CandidatePath) -> tuple[IPv6Address, ...]:
    """What the headend pushes, in the order in which SIDs are visited, the service SID last."""
    endpoint = topology.node[candidate.path.nodes[-1]]
    service = topology.addresses.end_dt6(endpoint.sid_index)
    return (*(sid_of(topology, segment) for segment in candidate.segments), service)


def sid_of(topology: Topology, segment: Segment) -> IPv6Address:
    """The SID of one segment."""
    index = topology.node[segment.node].sid_index
    if segment.kind is Behavior.END:
        return topology.addresses.end(index, segment.algorithm)
    adjacency = topology.adjacency[(segment.link or "", segment.node)]
    return topology.addresses.end_x(index, adjacency.number, segment.algorithm)
