"""Segment lists of a plan as lists of SIDs, each with its behaviour and its parts' lengths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv6Address

from netkit.emit.desired.local_sids import F3216
from netkit.emit.desired.words import list_name, path_name
from netkit.model.network.advertised import AdvertisedSid, SidStructure
from netkit.model.network.topology import Topology
from netkit.model.planning.sr_policy import PolicyPath
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    Flavor,
    SegmentState,
    WeightedList,
)
from netkit.model.srv6.encapsulation import (
    IPV6_HEADER_BYTES,
    SID_BYTES,
    SRH_BYTES,
    overhead,
    path_mtu_bytes,
)
from netkit.model.srv6.segment_list import Behavior, Binding, CandidatePath, Segment
from netkit.model.srv6.sids import binding_list, sid_list

_NEXT = frozenset({Flavor.NEXT_CSID})
_UN = SidStructure(F3216.block_bits, F3216.node_bits, 0)
Said = tuple[EndpointBehavior | None, frozenset[Flavor], SidStructure | None]
"""What is known of a SID: its behaviour, its flavors and the lengths of its parts."""


def candidate_path(topology: Topology, policy: str, path: PolicyPath) -> CandidatePathState:
    """A candidate path with all its lists, for the policy of that name."""
    name = path_name(policy, path.preference)
    ordered = sorted(
        ((share.weight, headend_list(topology, share.candidate)) for share in path.lists),
        key=lambda one: (-one[0], [segment.sid for segment in one[1]]),
    )
    lists = tuple(
        WeightedList(list_name(name, place, len(ordered)), weight, segments)
        for place, (weight, segments) in enumerate(ordered, start=1)
    )
    largest = largest_packet_bytes(topology, (share.candidate for share in path.lists))
    return CandidatePathState(path.preference, lists, largest, name)


def headend_list(topology: Topology, candidate: CandidatePath) -> tuple[SegmentState, ...]:
    """What the headend pushes: SIDs, binding SIDs among them, or uSID containers."""
    sids = sid_list(topology, candidate)
    if candidate.usid:
        said = [
            *(uncut_said(topology, one, _NEXT) for one in candidate.segments),
            service_said(_NEXT),
        ]
        firsts = [said[container.start] for container in candidate.containers]
    else:
        firsts = [_said(topology, item) for item in candidate.pushed]
        firsts.append(service_said(frozenset()))
    return tuple(_segments(sids, firsts))


def bound_list(
    topology: Topology, candidate: CandidatePath, binding: Binding
) -> tuple[SegmentState, ...]:
    """What a binding SID pushes; the last SID takes the header off again."""
    pushed = candidate.segments[binding.first : binding.end]
    usd = frozenset({Flavor.USD})
    said = [*(_said(topology, one) for one in pushed[:-1]), uncut_said(topology, pushed[-1], usd)]
    return tuple(_segments(binding_list(topology, candidate, binding), said))


def largest_packet_bytes(topology: Topology, candidates: Iterable[CandidatePath]) -> int | None:
    """The largest packet that every one of the lists takes whole; None where an MTU is unknown.

    A binding SID pushes a second header, with its whole list in it (RFC 8986 §4.13).
    """
    fit = [_fits(topology, candidate) for candidate in candidates]
    known = [one for one in fit if one is not None]
    return min(known) if known and len(known) == len(fit) else None


def _fits(topology: Topology, candidate: CandidatePath) -> int | None:
    mtu_bytes = path_mtu_bytes(topology, candidate)
    if mtu_bytes is None:
        return None
    pushed = max((one.end - one.first for one in candidate.bindings), default=0)
    if pushed:
        mtu_bytes -= IPV6_HEADER_BYTES + SRH_BYTES + SID_BYTES * pushed
    return overhead(candidate.sid_count, mtu_bytes).largest_packet_bytes


def _segments(sids: Iterable[IPv6Address], said: Iterable[Said]) -> Iterator[SegmentState]:
    for sid, (behavior, flavors, structure) in zip(sids, said, strict=True):
        yield SegmentState(sid, behavior, flavors, structure)


def _said(topology: Topology, item: Segment | Binding) -> Said:
    """Of a binding SID the layout alone: End.B6.Encaps.Red is no behaviour of a local SID here."""
    if isinstance(item, Binding):
        return None, frozenset(), F3216
    return uncut_said(topology, item, frozenset())


def uncut_said(topology: Topology, segment: Segment, flavors: frozenset[Flavor]) -> Said:
    """What a headend knows of a segment's own SID; ``flavors`` are those that the plan adds."""
    end = segment.kind is Behavior.END
    behavior = EndpointBehavior.END if end else EndpointBehavior.END_X
    if topology.advertised:
        stated = _advertised(topology, segment)
        own = flavors | (_NEXT if stated is not None and stated.next_csid else frozenset())
        return behavior, own, None if stated is None else stated.structure
    return behavior, flavors, _UN if end and Flavor.NEXT_CSID in flavors else F3216


def _advertised(topology: Topology, segment: Segment) -> AdvertisedSid | None:
    if segment.kind is Behavior.END:
        sids = topology.node[segment.node].sids
    else:
        sids = topology.adjacency[(segment.link or "", segment.node)].sids
    return next((one for one in sids if one.algorithm == segment.algorithm), None)


def service_said(flavors: frozenset[Flavor]) -> Said:
    """What it knows of the service SID at the end."""
    return EndpointBehavior.END_DT6, flavors, F3216
