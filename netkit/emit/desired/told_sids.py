"""What the bare SIDs of a plan's document are, as told by the topology that was planned on."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv6Address

from netkit.emit.common.usid import F3216, NEXT, usids
from netkit.emit.desired.lists import service_said, uncut_said
from netkit.model.network.topology import Topology
from netkit.model.router_state import SegmentState
from netkit.model.srv6.node_sids import end_sid, end_x_sid, locator, service_sid
from netkit.model.srv6.segment_list import Behavior, Segment


class ToldSids:
    """The SIDs of lists over ``topology``, pushed a SID each, or with ``usid`` as containers."""

    def __init__(self, topology: Topology, *, usid: bool) -> None:
        self._usid = usid
        self._known = {} if usid else {one.sid: one for one in _own(topology)}
        self._locators = set(_locators(topology))

    def told(self, sid: IPv6Address) -> SegmentState:
        """The SID with its behaviour, its flavors and the lengths of its parts.

        One that is on a locator and none of its router's own is a binding SID, of which a list says
        no more than its parts. Raises ValueError for a SID on no locator of the topology.
        """
        if sid in self._known:
            return self._known[sid]
        if not any(int(sid) >> 128 - bits == start for start, bits in self._locators):
            raise ValueError(f"{sid}: no router of the topology has its locator")
        if not self._usid:
            return SegmentState(sid, None, frozenset(), F3216)
        first = usids(SegmentState(sid, None, NEXT, F3216))[0]
        return SegmentState(sid, first.behavior, NEXT, first.structure)


def _own(topology: Topology) -> Iterator[SegmentState]:
    """The End, the End.X and the service SID of every router, as lists have them."""
    for node in topology.active_nodes:
        for algorithm in _algorithms(topology):
            sid = end_sid(topology, node.name, algorithm)
            if sid is not None:
                segment = Segment(Behavior.END, node.name, None, algorithm)
                yield SegmentState(sid, *uncut_said(topology, segment, frozenset()))
            for adjacency in topology.adjacencies_from[node.name]:
                sid = end_x_sid(topology, adjacency, algorithm)
                if sid is not None:
                    segment = Segment(Behavior.END_X, node.name, adjacency.link_id, algorithm)
                    yield SegmentState(sid, *uncut_said(topology, segment, frozenset()))
        sid = service_sid(topology, node.name)
        if sid is not None:
            yield SegmentState(sid, *service_said(frozenset()))


def _locators(topology: Topology) -> Iterator[tuple[int, int]]:
    """The bits of every locator, as a number, and how many they are."""
    for node in topology.active_nodes:
        for algorithm in _algorithms(topology):
            found = locator(topology, node.name, algorithm)
            if found is not None:
                bits = found.prefixlen
                yield int(found.network_address) >> 128 - bits, bits


def _algorithms(topology: Topology) -> tuple[int, ...]:
    return (0, *topology.flex_algo)
