"""Which links the probes of a pair cross: on every ECMP branch, and on any of them."""

from __future__ import annotations

from dataclasses import dataclass

from netkit.errors import ReplayError
from netkit.model.network.topology import Topology
from netkit.model.srv6.segment_list import Behavior, Segment
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.proof.anycast import certificate_of

LinkKey = tuple[str, str]
"""A link in a direction: its id and its headend."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Links that a packet may cross, and those of them that it crosses on every branch."""

    possible: frozenset[LinkKey]
    certain: frozenset[LinkKey]


class Crossings:
    """Crossings in one topology, by the IGP and over segment lists."""

    def __init__(self, topology: Topology) -> None:
        self._groups = {group.name: group.nodes for group in topology.anycasts}
        self._igp = Igp.of(Network.of(topology))

    def of(self, src: str, dst: str, segments: tuple[Segment, ...] = ()) -> Crossing | None:
        """What a packet from ``src`` to ``dst`` crosses over ``segments``, by IGP without any.

        None where it would loop or be dropped. O(s m) for s segments and m links.
        """
        try:
            certificate = certificate_of(self._igp, (src, dst), segments, self._groups)
        except ReplayError:
            return None
        possible = frozenset(certificate.links)
        return Crossing(possible, possible & self._certain(src, dst, segments))

    def _certain(self, src: str, dst: str, segments: tuple[Segment, ...]) -> set[LinkKey]:
        """Leg by leg; none of a leg to or from one of a group, which may be any of its members."""
        found: set[LinkKey] = set()
        at = src
        for segment in segments:
            found |= self._leg(at, segment.node, segment.algorithm)
            at = segment.node
            if segment.kind is Behavior.END_X and segment.link is not None:
                key = (segment.link, segment.node)
                found.add(key)
                network = self._igp.network
                at = network.arcs[network.arc_index[key]].dst
        return found | self._leg(at, dst, 0)

    def _leg(self, src: str, dst: str, algorithm: int) -> set[LinkKey]:
        """The arcs u→v with N(src, u) · N(v, dst) = N(src, dst): all shortest paths cross them."""
        if src in self._groups or dst in self._groups:
            return set()
        igp = self._igp.plane(algorithm)
        network, paths = igp.network, igp.paths.item
        start, end = network.index[src], network.index[dst]
        found, here = set(), {start}
        while here:
            ahead = {arc for node in here for arc in igp.next_arcs(node, end)}
            found |= {
                network.arcs[arc].key
                for arc in ahead
                if paths(start, int(network.tail[arc])) * paths(int(network.head[arc]), end)
                == paths(start, end)
            }
            here = {int(network.head[arc]) for arc in ahead}
        return found
