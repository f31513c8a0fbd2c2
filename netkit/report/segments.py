"""Segment lists as people read them, and as the SIDs that packets carry."""

from __future__ import annotations

from netkit.language.words import say
from netkit.model.network.elements import Adjacency
from netkit.model.network.topology import Topology
from netkit.model.srv6.segment_list import Behavior, Binding, CandidatePath, Segment
from netkit.model.srv6.sids import binding_list, sid_list


def sid_addresses(candidate: CandidatePath, topology: Topology) -> list[str]:
    """The SIDs in the order of travel, the endpoint's service SID last."""
    return [str(sid) for sid in sid_list(topology, candidate)]


def segment_names(candidate: CandidatePath, topology: Topology) -> list[str]:
    """The same in words: ``End.X a>b``, ``End c algo 128``, ``End.B6.Encaps e``, ``End.DT6 d``; of
    a uSID list a container each: ``uA a>b + uN c + uDT6 d``."""
    return _pushed_names(candidate, topology, [f"End.DT6 {candidate.path.nodes[-1]}"])


def steering_names(candidate: CandidatePath, topology: Topology) -> list[str]:
    """The same without the service SID."""
    return _pushed_names(candidate, topology, [])


def _pushed_names(candidate: CandidatePath, topology: Topology, service: list[str]) -> list[str]:
    names = [
        f"End.B6.Encaps {item.node}" if isinstance(item, Binding) else segment_name(item, topology)
        for item in candidate.pushed
    ]
    names += service
    if not candidate.usid:
        return names
    short = [_usid_name(name) for name in names]
    held = (short[one.start : one.stop] for one in candidate.containers)
    return [" + ".join(container) for container in held if container]


def _usid_name(name: str) -> str:
    """``End``, ``End.X`` and ``End.DT6`` as RFC 9800 calls their uSID forms."""
    behavior, rest = name.split(" ", 1)
    return f"{_USID_NAMES[behavior]} {rest}"


_USID_NAMES = {"End": "uN", "End.X": "uA", "End.DT6": "uDT6"}


def pushed_sids(
    candidate: CandidatePath, binding: Binding, topology: Topology
) -> list[tuple[str, str]]:
    """What a binding SID pushes, in the order of travel: addresses, each with its words."""
    addresses = binding_list(topology, candidate, binding)
    segments = candidate.segments[binding.first : binding.end]
    names = [segment_name(segment, topology) for segment in segments]
    names[-1] += " with USD"
    return [(str(address), name) for address, name in zip(addresses, names, strict=True)]


def hand_over(candidate: CandidatePath, topology: Topology) -> Adjacency | None:
    """Where the list goes from one operator to another; None inside one."""
    steps = zip(candidate.path.links, candidate.path.nodes, strict=False)
    crossed = (topology.adjacency[step] for step in steps)
    return next((adjacency for adjacency in crossed if not adjacency.igp), None)


def hand_over_words(adjacency: Adjacency, topology: Topology) -> str:
    """The hand-over in words."""
    link, (src, dst) = topology.link[adjacency.link_id], (adjacency.src, adjacency.dst)
    if link.fabric is not None:
        return say("over exchange {name}, from {src} to {dst}",
                   name=link.fabric, src=src, dst=dst)  # fmt: skip
    return say("over direct connect {name}, from {src} to {dst}",
               name=adjacency.label, src=src, dst=dst)  # fmt: skip


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
