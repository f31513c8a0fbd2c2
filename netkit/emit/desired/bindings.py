"""Binding SIDs of lists that are cut, and the SIDs that take their headers off again.

In the state a binding SID is a policy of the router that it belongs to: one candidate path, and
nothing that enters by itself (RFC 9256 §6). The last SID of its list has the USD flavor (RFC 8986
§4.16.3), at the router where it ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv6Network

from netkit.emit.desired.lists import bound_list
from netkit.emit.desired.local_sids import end_x
from netkit.emit.desired.words import binding_name, list_name, path_name
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.planning.sr_policy import PRIMARY_PREFERENCE, binding_color, policy_paths
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    Flavor,
    LocalSid,
    PolicyState,
    WeightedList,
)
from netkit.model.srv6.node_sids import loopback
from netkit.model.srv6.segment_list import Behavior, Binding, CandidatePath, Segment
from netkit.model.srv6.sids import sid_of, usd_sid

_USD = frozenset({Flavor.USD})
_SID_BITS = 64


def binding_policies(topology: Topology, plan: Plan) -> dict[str, list[PolicyState]]:
    """The policies behind binding SIDs, by router, each once."""
    found: dict[str, dict[int, PolicyState]] = {}
    for candidate, binding in _cuts(plan):
        own = found.setdefault(binding.node, {})
        if binding.number not in own:
            own[binding.number] = _policy(topology, candidate, binding)
    return {node: list(own.values()) for node, own in found.items()}


def usd_sids(topology: Topology, plan: Plan, *, bare: bool = False) -> dict[str, set[LocalSid]]:
    """The SIDs with USD that lists of binding SIDs end with, by router."""
    found: dict[str, set[LocalSid]] = {}
    for candidate, binding in _cuts(plan):
        last = candidate.segments[binding.end - 1]
        found.setdefault(last.node, set()).add(_usd(topology, last, bare=bare))
    return found


def _cuts(plan: Plan) -> Iterator[tuple[CandidatePath, Binding]]:
    for pair in plan.pairs:
        for path in policy_paths(pair):
            for share in path.lists:
                for binding in share.candidate.bindings:
                    yield share.candidate, binding


def _policy(topology: Topology, candidate: CandidatePath, binding: Binding) -> PolicyState:
    end = candidate.segments[binding.end - 1].node
    name = binding_name(binding.number, end)
    path = path_name(name, PRIMARY_PREFERENCE)
    pushed = WeightedList(list_name(path, 1, 1), 1, bound_list(topology, candidate, binding))
    return PolicyState(
        name,
        binding_color(binding.number),
        loopback(topology, end),
        (CandidatePathState(PRIMARY_PREFERENCE, (pushed,), name=path),),
        sid_of(topology, binding),
    )


def _usd(topology: Topology, segment: Segment, *, bare: bool) -> LocalSid:
    sid = usd_sid(topology, segment)
    if segment.kind is Behavior.END:
        return LocalSid(IPv6Network((int(sid), _SID_BITS)), EndpointBehavior.END, _USD)
    adjacency = topology.adjacency[(segment.link or "", segment.node)]
    return end_x(topology, adjacency, sid, _USD, bare=bare)
