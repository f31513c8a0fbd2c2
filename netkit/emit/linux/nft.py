"""The filter at the edge of the SRv6 domain (RFC 8754 §5.1), as ``nft -f`` takes it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from ipaddress import IPv6Address, IPv6Network, collapse_addresses

from netkit.model.network.elements import Adjacency, LinkKind, Node
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.srv6.node_sids import locator, loopback
from netkit.model.srv6.segment_list import Behavior
from netkit.model.srv6.sids import successors


def edge_filter(
    topology: Topology,
    node: Node,
    customer_ports: Collection[str],
    peers: Mapping[str, Collection[IPv6Address]],
) -> str:
    """The ``nft -f`` file of one router; ``peers`` are the SIDs to let in, by port."""
    rules = [*_customer_rules(topology, customer_ports), *_peer_rules(topology, node, peers)]
    rules.extend(_inside_only(topology, node))
    body = "\n".join(f"    {rule}" for rule in rules)
    return (
        f"# {node.name}: edge of the SRv6 domain (RFC 8754 section 5.1); apply with: nft -f FILE\n"
        "# From customers no SID may be addressed or claimed; from other operators only the SIDs\n"
        "# that certified policies use; local SIDs take packets from inside the domain only.\n"
        "table ip6 netkit_edge\n"
        "delete table ip6 netkit_edge\n"
        "table ip6 netkit_edge {\n"
        "  chain prerouting {\n"
        "    type filter hook prerouting priority raw; policy accept;\n"
        f"{body}\n"
        "  }\n"
        "}\n"
    )


def _customer_rules(topology: Topology, ports: Collection[str]) -> list[str]:
    blocks, sides = _blocks(topology), ("daddr", "saddr")
    if blocks is None:
        return []
    return [
        f'iifname "{port}" ip6 {side} {blocks} counter drop' for port in ports for side in sides
    ]


def _blocks(topology: Topology) -> str | None:
    """The blocks of all algorithms; None where no router has a locator: nft has no empty sets."""
    algorithms = (0, *topology.flex_algo)
    blocks = [str(topology.addresses.block(algorithm)) for algorithm in algorithms]
    if topology.advertised:
        blocks = [str(prefix) for prefix in _advertised_blocks(topology)]
    if not blocks:
        return None
    return blocks[0] if len(blocks) == 1 else "{ " + ", ".join(blocks) + " }"


def _advertised_blocks(topology: Topology) -> Iterator[IPv6Network]:
    """All locators, as few prefixes as hold nothing else."""
    return collapse_addresses(one.prefix for node in topology.nodes for one in node.locators)


def _peer_rules(
    topology: Topology, node: Node, peers: Mapping[str, Collection[IPv6Address]]
) -> list[str]:
    rules: list[str] = []
    blocks = _blocks(topology)
    if blocks is None:
        return rules
    for port in _peer_ports(topology, node):
        allowed = ", ".join(str(sid) for sid in sorted(peers.get(port, ())))
        if allowed:
            rules.append(f'iifname "{port}" ip6 daddr {{ {allowed} }} accept')
        rules.append(f'iifname "{port}" ip6 daddr {blocks} counter drop')
    return rules


def _inside_only(topology: Topology, node: Node) -> Iterator[str]:
    """Local SIDs take packets from the domain; the loopback stays open to the control plane."""
    inside = _blocks(topology) if topology.advertised else str(topology.addresses.sid_block)
    outside = f"ip6 saddr != {inside} counter drop"
    prefix = locator(topology, node.name)
    if prefix is not None:
        own = loopback(topology, node.name)
        yield f"ip6 daddr {prefix} ip6 daddr != {own} {outside}"
    for flex in topology.flex_algos:
        further = locator(topology, node.name, flex.algorithm)
        if flex.has_node(node.name) and further is not None:
            yield f"ip6 daddr {further} {outside}"


def peer_sids(topology: Topology, plan: Plan) -> dict[str, dict[str, set[IPv6Address]]]:
    """For each border router and port: the SIDs that the plan's policies bring in over it."""
    found: dict[str, dict[str, set[IPv6Address]]] = {}
    for pair in plan.pairs:
        for candidate in pair.configured:
            for segment, following in successors(topology, candidate):
                if segment.kind is not Behavior.END_X:
                    continue
                adjacency = topology.adjacency[(segment.link or "", segment.node)]
                if topology.link[adjacency.link_id].kind is not LinkKind.TRUNK:
                    port = _port_towards(topology, adjacency)
                    found.setdefault(adjacency.dst, {}).setdefault(port, set()).add(following)
    return found


def _port_towards(topology: Topology, adjacency: Adjacency) -> str:
    """The port of the far router on the subnet of ``adjacency``."""
    ports = topology.interfaces[adjacency.dst]
    return next(port.name for port in ports if port.subnet == adjacency.subnet)


def _peer_ports(topology: Topology, node: Node) -> list[str]:
    """Ports that face other operators: direct-connect links and exchange fabrics."""
    return [
        port.name
        for port in topology.interfaces[node.name]
        if port.fabric_id is not None
        or (port.link_id and topology.link[port.link_id].kind is LinkKind.DIRECT_CONNECT)
    ]
