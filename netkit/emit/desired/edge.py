"""The filter at the edge of the SRv6 domain (RFC 8754 §5.1): who may send to which SIDs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from ipaddress import IPv6Address, IPv6Network, collapse_addresses

from netkit.emit.desired.local_sids import port_name
from netkit.model.network.elements import Adjacency, Interface, LinkKind, Node
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.planning.sr_policy import policy_paths
from netkit.model.router_state import CustomerPort, EdgeFilter, PeerPort
from netkit.model.srv6.node_sids import locator, loopback, shared_locators
from netkit.model.srv6.segment_list import Behavior, CandidatePath
from netkit.model.srv6.sids import successors

Admitted = dict[str, dict[str, set[IPv6Address]]]
"""For each border router and port: the SIDs that policies bring in over it."""


def edge_filter(
    topology: Topology,
    node: Node,
    ports: Sequence[CustomerPort],
    admitted: Mapping[str, Collection[IPv6Address]],
    *,
    bare: bool = False,
) -> EdgeFilter:
    """The filter of one router; ``admitted`` are the SIDs to let in, by port to a peer."""
    advertised = tuple(_advertised_blocks(topology))
    blocks = advertised if topology.advertised else tuple(_blocks(topology))
    inside = advertised if topology.advertised else (topology.addresses.sid_block,)
    own = sorted(_own_locators(topology, node))
    peers = (
        PeerPort(one, tuple(sorted(admitted.get(one, ()))))
        for one in _peer_ports(topology, node, bare=bare)
    )
    return EdgeFilter(
        blocks=blocks,
        inside=inside,
        protected=tuple(own),
        reachable=(loopback(topology, node.name),),
        customers=tuple(sorted(port.interface for port in ports)),
        peers=tuple(sorted(peers, key=lambda one: one.interface)),
    )


def admitted_sids(topology: Topology, plan: Plan, *, bare: bool = False) -> Admitted:
    """What all candidate paths of the plan bring in from other operators."""
    found: Admitted = {}
    for pair in plan.pairs:
        for path in policy_paths(pair):
            for share in path.lists:
                for node, port, sid in _entries(topology, share.candidate, bare=bare):
                    found.setdefault(node, {}).setdefault(port, set()).add(sid)
    return found


def _entries(
    topology: Topology, candidate: CandidatePath, *, bare: bool
) -> Iterator[tuple[str, str, IPv6Address]]:
    """Router, port and active SID of each hand-over of a list."""
    for segment, following in successors(topology, candidate):
        if segment.kind is not Behavior.END_X:
            continue
        adjacency = topology.adjacency[(segment.link or "", segment.node)]
        if topology.link[adjacency.link_id].kind is not LinkKind.TRUNK:
            yield adjacency.dst, _port_towards(topology, adjacency, bare=bare), following


def _blocks(topology: Topology) -> Iterator[IPv6Network]:
    """The blocks of all algorithms, in order."""
    yield from sorted(topology.addresses.block(one) for one in (0, *topology.flex_algo))


def _advertised_blocks(topology: Topology) -> Iterator[IPv6Network]:
    """All locators, as few prefixes as hold nothing else."""
    if topology.advertised:
        own = [one.prefix for node in topology.nodes for one in node.locators]
        yield from collapse_addresses([*own, *shared_locators(topology)])


def _own_locators(topology: Topology, node: Node) -> Iterator[IPv6Network]:
    planes = (flex.algorithm for flex in topology.flex_algos if flex.has_node(node.name))
    for algorithm in (0, *planes):
        prefix = locator(topology, node.name, algorithm)
        if prefix is not None:
            yield prefix
    yield from shared_locators(topology, node.name)


def _port_towards(topology: Topology, adjacency: Adjacency, *, bare: bool) -> str:
    """The port of the far router on the subnet of ``adjacency``."""
    ports = topology.interfaces[adjacency.dst]
    own = next(port for port in ports if port.subnet == adjacency.subnet)
    return _name(topology, own, bare=bare)


def _peer_ports(topology: Topology, node: Node, *, bare: bool) -> Iterator[str]:
    """Ports that face other operators: direct-connect links and exchange fabrics."""
    for port in topology.interfaces[node.name]:
        link = topology.link[port.link_id] if port.link_id else None
        if port.fabric_id is not None or (link and link.kind is LinkKind.DIRECT_CONNECT):
            yield _name(topology, port, bare=bare)


def _name(topology: Topology, port: Interface, *, bare: bool) -> str:
    """What an adjacency over the port calls it; without one, the name of the address plan."""
    over = (one for one in topology.adjacencies_from[port.node] if one.subnet == port.subnet)
    adjacency = next(over, None)
    return port.name if adjacency is None else port_name(topology, adjacency, bare=bare)
