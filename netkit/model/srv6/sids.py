"""Segments and lists as SIDs of the address plan."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv6Address

from netkit.model.network.topology import Topology
from netkit.model.srv6.segment_list import Behavior, Binding, CandidatePath, Segment


def sid_list(topology: Topology, candidate: CandidatePath) -> tuple[IPv6Address, ...]:
    """What the headend pushes, in the order in which SIDs are visited, the service SID last; of a
    uSID list its containers."""
    active = active_sids(topology, candidate)
    if not candidate.usid:
        return active
    return tuple(active[container.start] for container in candidate.containers)


def active_sids(topology: Topology, candidate: CandidatePath) -> tuple[IPv6Address, ...]:
    """The destination address under which a packet comes to each segment, then to the service SID:
    of a uSID list what is left of the container by then."""
    if candidate.usid:
        return tuple(_containers(topology, candidate))
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
    """Each segment that a SID of its own stands for, with the SID to which it sends packets on;
    in a uSID list that is what is left of the container."""
    for item, following in zip(candidate.pushed, active_sids(topology, candidate)[1:], strict=True):
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


def _containers(topology: Topology, candidate: CandidatePath) -> Iterator[IPv6Address]:
    addresses = topology.addresses
    slots = [_slots(topology, segment) for segment in candidate.segments]
    slots.append(addresses.u_dt6(topology.node[candidate.path.nodes[-1]].sid_index))
    algorithms = [*(segment.algorithm for segment in candidate.segments), 0]
    for container in candidate.containers:
        for first in container:
            rest = [slot for item in slots[first : container.stop] for slot in item]
            yield addresses.container(algorithms[first], rest)


def _slots(topology: Topology, segment: Segment) -> tuple[int, ...]:
    index = topology.node[segment.node].sid_index
    if segment.kind is Behavior.END:
        return topology.addresses.u_n(index)
    adjacency = topology.adjacency[(segment.link or "", segment.node)]
    return topology.addresses.u_a(index, adjacency.number)
