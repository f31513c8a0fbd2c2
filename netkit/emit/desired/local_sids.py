"""Locators and SIDs of a router: one locator an algorithm, ``End`` or uN, ``End.X`` or uA for every
adjacency, and ``End.DT6`` where customers are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

from netkit.emit.desired.words import CUSTOMER_VRF, locator_name
from netkit.model.network.advertised import SidStructure
from netkit.model.network.elements import Adjacency, Node
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.planning.sr_policy import policy_paths
from netkit.model.router_state import EndpointBehavior, Flavor, LocalSid, LocatorState
from netkit.model.srv6.node_sids import end_sid, end_x_sid, locator, next_hop, service_sid

F3216 = SidStructure(32, 16, 16, 0)
"""The layout of the address plan (RFC 9800 §4.1)."""

_SLOT_BITS = 16
_SID_BITS = 64
_ADDRESS_BITS = 128


def uses_usid(plan: Plan) -> bool:
    """Is a list of the plan pushed as uSID containers?"""
    return any(
        share.candidate.usid
        for pair in plan.pairs
        for path in policy_paths(pair)
        for share in path.lists
    )


def locators(topology: Topology, node: Node, *, usid: bool) -> tuple[LocatorState, ...]:
    """Those of all algorithms that the node takes part in, sorted."""
    found = []
    for algorithm in _algorithms(topology, node):
        prefix = locator(topology, node.name, algorithm)
        if prefix is not None:
            stated = _stated(topology, node, prefix)
            structure, shifts = (F3216, usid) if stated is None else stated
            name = locator_name(algorithm)
            found.append(LocatorState(name, prefix, structure, algorithm, shifts))
    return tuple(sorted(found))


def steering_sids(
    topology: Topology, node: Node, *, usid: bool, bare: bool = False
) -> Iterator[LocalSid]:
    """``End`` and ``End.X`` of every algorithm; none where routers advertise their own, unless they
    are ``bare``.

    A uN is the whole locator: what follows the node in a container is another SID, and may look
    like the function of an ``End``.
    """
    if topology.advertised and not bare:
        return
    flavors = frozenset({Flavor.NEXT_CSID} if usid else ())
    for algorithm in _algorithms(topology, node):
        end, prefix = (
            end_sid(topology, node.name, algorithm),
            locator(topology, node.name, algorithm),
        )
        if end is not None and prefix is not None:
            matched = prefix if usid else IPv6Network((int(end), _bits(topology)))
            yield LocalSid(matched, EndpointBehavior.END, flavors)
        for adjacency in _with_end_x(topology, node, algorithm):
            sid = end_x_sid(topology, adjacency, algorithm)
            if sid is not None:
                yield end_x(topology, adjacency, sid, flavors, bare=bare)


def end_x(
    topology: Topology,
    adjacency: Adjacency,
    sid: IPv6Address,
    flavors: frozenset[Flavor],
    *,
    bare: bool = False,
) -> LocalSid:
    """An ``End.X`` over an adjacency: its port, and the neighbour's address, as far as either is
    known; of a ``bare`` router those of the address plan."""
    far = topology.node[adjacency.dst].sid_index
    planned = topology.addresses.link_address(adjacency.subnet, far)
    return LocalSid(
        IPv6Network((int(sid), _bits(topology))),
        EndpointBehavior.END_X,
        flavors,
        port_name(topology, adjacency, bare=bare),
        planned if bare else next_hop(topology, adjacency),
    )


def port_name(topology: Topology, adjacency: Adjacency, *, bare: bool) -> str:
    """The interface of an adjacency: the stated one, else that of the address plan, which ``bare``
    routers have in any case."""
    near = adjacency.near
    if bare or near is None or near.interface is None:
        return topology.interface(adjacency).name
    return near.interface


def customer_sids(topology: Topology, node: Node) -> Iterator[LocalSid]:
    """``End.DT6`` into the customers' table. On the locator of a live router it is one address:
    which functions the router gives out itself nobody knows."""
    sid = service_sid(topology, node.name)
    if sid is not None:
        matched = IPv6Network((int(sid), _bits(topology)))
        yield LocalSid(matched, EndpointBehavior.END_DT6, vrf=CUSTOMER_VRF)


def _bits(topology: Topology) -> int:
    """How long SIDs are: those of the address plan end at bit 64, others may end anywhere."""
    return _ADDRESS_BITS if topology.advertised else _SID_BITS


def _algorithms(topology: Topology, node: Node) -> Iterator[int]:
    yield 0
    for flex in topology.flex_algos:
        if flex.has_node(node.name):
            yield flex.algorithm


def _with_end_x(topology: Topology, node: Node, algorithm: int) -> Iterator[Adjacency]:
    flex = topology.flex_algo.get(algorithm)
    for adjacency in topology.adjacencies_from[node.name]:
        if flex is None or flex.has_end_x(adjacency):
            yield adjacency


def _stated(
    topology: Topology, node: Node, prefix: IPv6Network
) -> tuple[SidStructure, bool] | None:
    """What a router says of the SIDs on a locator of its own, and whether they are uSIDs; None
    where all is by the address plan. Without a word of it, node and function have 16 bits each. A
    uN has no function, and for its argument the whole rest (RFC 9800 §4.1): the locator has both.
    """
    if not topology.advertised:
        return None
    own = [one for one in node.sids if one.sid in prefix]
    shifts = bool(own) and all(one.next_csid for one in own)
    for one in own:
        parts = one.structure
        if parts is not None and parts.block_bits + parts.node_bits == prefix.prefixlen:
            return _layout(parts) if shifts else parts, shifts
    block = max(0, prefix.prefixlen - _SLOT_BITS)
    return SidStructure(block, prefix.prefixlen - block, _SLOT_BITS), shifts


def _layout(usid: SidStructure) -> SidStructure:
    """That of a locator, one of whose uSIDs has these parts."""
    return replace(usid, function_bits=usid.function_bits or _SLOT_BITS, argument_bits=0)
