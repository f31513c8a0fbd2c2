"""Binding SIDs on Linux routers, and the SIDs that take their headers off again.

The kernel pushes the whole list of a binding SID as SRH (End.B6.Encaps, RFC 8986 §4.13): one SID
more in the header than reduced. It has no USD flavour (§4.16.3), so the last SID of such a list is
End.DT6 into the main table where the segment is an End, and End.DX6 to the neighbour where it is an
End.X: both take the header off and send the packet on as that would.
"""

from __future__ import annotations

from collections.abc import Iterator

from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.srv6.segment_list import Behavior, Segment
from netkit.model.srv6.sids import binding_list, sid_of, usd_sid


def binding_sids(topology: Topology, plan: Plan) -> dict[str, dict[str, str]]:
    """For each node that has any, its SIDs with their seg6local actions, each once, in order."""
    found: dict[str, dict[str, str]] = {}
    for node, sid, action in _wanted(topology, plan):
        found.setdefault(node, {})[sid] = action
    return {node: dict(sorted(own.items())) for node, own in found.items()}


def _wanted(topology: Topology, plan: Plan) -> Iterator[tuple[str, str, str]]:
    for pair in plan.pairs:
        for candidate in pair.configured:
            for binding in candidate.bindings:
                pushed = ",".join(map(str, binding_list(topology, candidate, binding)))
                sid = str(sid_of(topology, binding))
                yield binding.node, sid, f"End.B6.Encaps srh segs {pushed}"
                last = candidate.segments[binding.end - 1]
                yield last.node, str(usd_sid(topology, last)), _usd_action(topology, last)


def _usd_action(topology: Topology, segment: Segment) -> str:
    if segment.kind is Behavior.END:
        return "End.DT6 table main"
    adjacency = topology.adjacency[(segment.link or "", segment.node)]
    far = topology.node[adjacency.dst].sid_index
    return f"End.DX6 nh6 {topology.addresses.link_address(adjacency.subnet, far)}"
