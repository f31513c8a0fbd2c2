"""Segments and lists as SIDs of the address plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv6Address

from netkit.model.network.topology import Topology
from netkit.model.srv6.node_sids import end_sid, end_x_sid, known, service_sid
from netkit.model.srv6.segment_list import Behavior, Binding, CandidatePath, Segment

_BLOCK_SHIFT, _NODE_SHIFT, _FUNCTION_SHIFT, _SLOT_BITS = 96, 80, 64, 16
"""Of the layout F3216 (RFC 9800 §4.1): a block of 32 bits, then slots of 16."""


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
    endpoint = candidate.path.nodes[-1]
    service = known(service_sid(topology, endpoint), f"a locator of {endpoint}")
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
    if isinstance(item, Binding):
        index = topology.node[item.node].sid_index
        return topology.addresses.binding(index, item.number, item.algorithm)
    if item.kind is Behavior.END:
        return known(end_sid(topology, item.node, item.algorithm), f"an End of {item.node}")
    adjacency = topology.adjacency[(item.link or "", item.node)]
    sid = end_x_sid(topology, adjacency, item.algorithm)
    return known(sid, f"an End.X of {item.node} over {item.link}")


def usd_sid(topology: Topology, segment: Segment) -> IPv6Address:
    """The SID of a segment that takes the outer header off (RFC 8986 §4.16.3)."""
    index = topology.node[segment.node].sid_index
    if segment.kind is Behavior.END:
        return topology.addresses.end_usd(index, segment.algorithm)
    adjacency = topology.adjacency[(segment.link or "", segment.node)]
    return topology.addresses.end_x_usd(index, adjacency.number, segment.algorithm)


def _containers(topology: Topology, candidate: CandidatePath) -> Iterator[IPv6Address]:
    endpoint = candidate.path.nodes[-1]
    service = known(service_sid(topology, endpoint), f"a locator of {endpoint}")
    sids = [*(sid_of(topology, segment) for segment in candidate.segments), service]
    usids = [*(_slots(topology, segment) for segment in candidate.segments)]
    usids.append((_slot(service, _NODE_SHIFT), _slot(service, _FUNCTION_SHIFT)))
    for container in candidate.containers:
        for first in container:
            slots = [slot for item in usids[first : container.stop] for slot in item]
            yield packed_sid(sids[first], slots)


def packed_sid(first: IPv6Address, slots: Sequence[int]) -> IPv6Address:
    """A uSID container in the block of ``first``: up to six slots (RFC 9800 §4.1, F3216)."""
    block = int(first) >> _BLOCK_SHIFT << _BLOCK_SHIFT
    shifts = range(_NODE_SHIFT, -1, -_SLOT_BITS)
    return IPv6Address(block + sum(slot << at for slot, at in zip(slots, shifts, strict=False)))


def _slots(topology: Topology, segment: Segment) -> tuple[int, ...]:
    """The slot of a uN, its node; those of a uA, with its node in front so that it is routable."""
    sid = sid_of(topology, segment)
    if segment.kind is Behavior.END:
        return (_slot(sid, _NODE_SHIFT),)
    return (_slot(sid, _NODE_SHIFT), _slot(sid, _FUNCTION_SHIFT))


def _slot(sid: IPv6Address, shift: int) -> int:
    return int(sid) >> shift & 0xFFFF
