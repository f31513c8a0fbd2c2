"""The kernel settings and the ``ip -batch`` text that make a bare namespace a router or a host."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from netkit.lab.blueprint import CUSTOMER_PORT, HOST_PORT, Blueprint, Cable
from netkit.model.network.elements import Adjacency, Interface
from netkit.model.srv6.node_sids import locator, loopback

IgpRoutes = Mapping[str, Mapping[tuple[str, int], tuple[Adjacency, ...]]]
"""Next hops by node, then by destination node and algorithm; several of them are an ECMP set."""

CORE_MTU = 2000
"""Where the file states none: 1500 bytes under an outer header with ten SIDs are 1708."""

MOST_MTU = 9216
"""The most that a cable carries here; customers send 1500 unless told otherwise."""

ACCESS_MTU = 1500

COMMON_SYSCTLS = {
    "net/ipv6/conf/all/disable_ipv6": "0",
    "net/ipv6/conf/default/disable_ipv6": "0",
    "net/ipv6/conf/default/accept_dad": "0",
    "net/ipv6/conf/default/accept_ra": "0",
    "net/ipv6/conf/default/addr_gen_mode": "1",
    "net/ipv6/conf/default/router_solicitations": "0",
    "net/ipv6/auto_flowlabels": "1",
}

ROUTER_SYSCTLS = COMMON_SYSCTLS | {
    "net/ipv6/conf/all/forwarding": "1",
    "net/ipv6/conf/all/keep_addr_on_down": "1",
    "net/ipv6/conf/default/keep_addr_on_down": "1",
    "net/ipv6/conf/all/seg6_enabled": "1",
    "net/ipv6/conf/default/seg6_enabled": "1",
    # The headend makes the outer flow label from the customer's flow, and every router after it
    # chooses among equal paths by outer addresses and flow label (RFC 6438).
    "net/ipv6/seg6_flowlabel": "1",
    "net/ipv6/fib_multipath_hash_policy": "0",
}

CABLE_SYSCTLS = {
    "net/ipv6/conf/all/disable_ipv6": "1",
    "net/ipv6/conf/default/disable_ipv6": "1",
}
"""For the namespaces of wire and fabrics: they carry frames and must never speak themselves."""

RPS_DEFAULT_MASK = "net/core/rps_default_mask"
"""Which processors take in frames of interfaces made later; kernels from 6.3 on have it."""


def one_processor_a_flow(processors: Collection[int]) -> dict[str, str]:
    """The setting by which all frames of a flow are taken in by one of these processors.

    Else each is by that which sent it, and on a busy machine one frame overtakes another wherever
    the program or the timer that sends them has moved on.
    """
    mask = sum(1 << processor for processor in processors)
    groups = [f"{mask >> bits & 0xFFFF_FFFF:x}" for bits in range(0, mask.bit_length(), 32)]
    return {RPS_DEFAULT_MASK: ",".join(reversed(groups))}


def cable_mtu(cable: Cable) -> int:
    """The MTU of both ends of a cable: what the file states, but no more than :data:`MOST_MTU`;
    :data:`CORE_MTU` where it states nothing."""
    return CORE_MTU if cable.mtu_bytes is None else min(cable.mtu_bytes, MOST_MTU)


def port_mtu(blueprint: Blueprint, port: Interface) -> int:
    """The MTU of a router's port in bytes."""
    return cable_mtu(blueprint.cable[port.link_id or f"{port.fabric_id}:{port.node}"])


def router_batch(
    blueprint: Blueprint, node: str, igp_routes: IgpRoutes, more: Sequence[str] = ()
) -> str:
    """``ip -6 -batch`` text for a router: addresses, static neighbours, what an IGP needs ``more``
    of it, and the routes that are set at once."""
    lines = ["link set lo up"]
    addresses = blueprint.topology.addresses
    sid_index = blueprint.topology.node[node].sid_index
    lines.append(f"addr add {loopback(blueprint.topology, node)}/128 dev lo nodad")
    for port in blueprint.topology.interfaces[node]:
        lines.append(f"link set {port.name} up")
        lines.append(f"addr add {blueprint.port_address(port)}/64 dev {port.name} nodad")
        lines.extend(
            f"neigh add {peer.address} lladdr {peer.mac} dev {port.name} nud permanent"
            for peer in blueprint.peers(port)
        )
    if node in blueprint.hosts:
        lines.append(f"link set {CUSTOMER_PORT} up")
        lines.append(
            f"addr add {addresses.customer_gateway(sid_index)}/64 dev {CUSTOMER_PORT} nodad"
        )
        lines.append(
            f"neigh add {addresses.customer_host(sid_index)} lladdr {blueprint.host_mac(node)} "
            f"dev {CUSTOMER_PORT} nud permanent"
        )
    lines.extend(more)
    lines.extend(route_lines(blueprint, igp_routes.get(node, {})))
    return "\n".join(lines) + "\n"


def host_batch(blueprint: Blueprint, node: str) -> str:
    """``ip -6 -batch`` text for the customer host behind ``node``."""
    addresses = blueprint.topology.addresses
    sid_index = blueprint.topology.node[node].sid_index
    gateway = addresses.customer_gateway(sid_index)
    mac = blueprint.mac(0, node)
    return "\n".join(
        (
            "link set lo up",
            f"link set {HOST_PORT} up",
            f"addr add {addresses.customer_host(sid_index)}/64 dev {HOST_PORT} nodad",
            f"neigh add {gateway} lladdr {mac} dev {HOST_PORT} nud permanent",
            f"route add default via {gateway} dev {HOST_PORT}",
            "",
        )
    )


def exchange_batch(blueprint: Blueprint, fabric: str) -> str:
    """``ip -batch`` text for an exchange centre: one bridge, its legs as ports."""
    lines = ["link set lo up", "link add fabric type bridge mcast_snooping 0", "link set fabric up"]
    legs = [cable.b.port for cable in blueprint.cables if cable.fabric == fabric]
    lines.extend(f"link set {leg} master fabric up" for leg in legs)
    return "\n".join(lines) + "\n"


def exchange_fdb_batch(blueprint: Blueprint, fabric: str) -> str:
    """``bridge -batch`` text for an exchange centre: every member known, nothing flooded."""
    lines = []
    for cable in blueprint.cables:
        if cable.fabric == fabric:
            port = cable.b.port
            lines.append(f"fdb replace {cable.a.mac} dev {port} master static")
            lines.append(
                f"link set dev {port} learning off flood off mcast_flood off bcast_flood off"
            )
    return "\n".join(lines) + "\n"


def route_lines(
    blueprint: Blueprint,
    next_hops: Mapping[tuple[str, int], tuple[Adjacency, ...]],
    verb: str = "add",
) -> Iterator[str]:
    """A route to the locator of each destination and algorithm that has one, over its ECMP set."""
    topology = blueprint.topology
    for (destination, algorithm), adjacencies in next_hops.items():
        prefix = locator(topology, destination, algorithm)
        if not adjacencies or prefix is None:
            continue
        hops = [
            f"via {topology.addresses.link_address(hop.subnet, topology.node[hop.dst].sid_index)} "
            f"dev {topology.interface(hop).name}"
            for hop in adjacencies
        ]
        if len(hops) == 1:
            yield f"route {verb} {prefix} {hops[0]}"
        else:
            yield f"route {verb} {prefix} " + " ".join(f"nexthop {hop}" for hop in hops)
