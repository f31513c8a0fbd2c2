"""Segments and lists as SIDs of the address plan."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv6Address

from netkit.model.plan import Behavior, Binding, CandidatePath, Segment
from netkit.model.topology import Topology


def sid_list(topology: Topology, candidate: CandidatePath) -> tuple[IPv6Address, ...]:
    """What the headend pushes, in the order in which SIDs are visited, the service SID last."""
    endpoint = topology.node[candidate.path.nodes[-1]]
    service = topology.addresses.end_dt6(endpoint.sid_index)
    return (*(sid_of(topology, item) for item in candidate.pushed), service)


def binding_list(
    topology: Topology, candidate: CandidatePath, binding: Binding
) -> tuple[IPv6Address, ...]:
    """What one of the binding SIDs of ``candidate`` pushes; the last takes the header off."""
    *before, last = candidate.segments[binding.first : binding.end]
    return (*(sid_of(topology, segment) for segment in before), usd_sid(topology, last))


def successors(
    topology: Topology, candidate: CandidatePath
) -> Iterator[tuple[Segment, IPv6Address]]:
    """Each segment that a SID of its own stands for, with the SID to which it sends packets on."""
    for item, following in zip(candidate.pushed, sid_list(topology, candidate)[1:], strict=True):
        if isinstance(item, Segment):
            yield item, following
        else:
            pushed = candidate.segments[item.first : item.end]
            behind = (*binding_list(topology, candidate, item)[1:], following)
            yield from zip(pushed, behind, strict=True)


def sid_of(topology: Topology, item: Segment | Binding) -> IPv6Address:
    """The SID of one segment, or a binding SID."""
    index = topology.node[item.node].sid_index
    if isinstance(item, Binding):
        return topology.addresses.binding(index, item.number, item.algorithm)
    if item.kind is Behavior.END:
        return topology.addresses.end(index, item.algorithm)
    adjacency = topology.adjacency[(item.link or "", item.node)]
    return topology.addresses.end_x(index, adjacency.number, item.algorithm)


def usd_sid(topology: Topology, segment: Segment) -> IPv6Address:
    """The SID of a segment that takes the outer header off (RFC 8986 §4.16.3)."""
    index = topology.node[segment.node].sid_index
    if segment.kind is Behavior.END:
        return topology.addresses.end_usd(index, segment.algorithm)
    adjacency = topology.adjacency[(segment.link or "", segment.node)]
    return topology.addresses.end_x_usd(index, adjacency.number, segment.algorithm)
