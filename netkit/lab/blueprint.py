"""What the lab must make for a topology, as plain values: no kernel, no Mininet.

A :class:`Cable` is one piece of fibre with its two delays. A link between routers is one cable; an
exchange centre has one cable per member, its leg to the fabric, so a packet between two members
crosses two.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv6Address

from netkit.errors import InputError, Problem
from netkit.model.network.elements import Interface, Status
from netkit.model.network.fabrics import Fabric
from netkit.model.network.topology import Topology

CUSTOMER_PORT = "cust0"
"""A router's port towards its customer host."""

HOST_PORT = "eth0"
"""The customer host's only port."""

SEGMENT_PORT = "sr0"
"""What SRv6 routes of an emitted configuration name as their device."""

ACCESS_SUBNET = 0
"""Subnet number of access links in MAC addresses; links and fabrics count from 1."""


@dataclass(frozen=True, slots=True)
class CableEnd:
    """Where a cable ends: a node, its port, and the node's MAC address (None on a bridge)."""

    node: str
    port: str
    mac: str | None


@dataclass(frozen=True, slots=True)
class Cable:
    """One piece of fibre; ``fabric`` is set on the leg of member ``a`` to that fabric.

    MTU, capacity, delay variation and losses are what the file states, None where it states
    nothing. A cable has two directions even under a one-way link, whose way back no route uses.
    """

    id: str
    a: CableEnd
    b: CableEnd
    delay_ab_us: int
    delay_ba_us: int
    fabric: str | None = None
    mtu_bytes: int | None = None
    capacity_bps: int | None = None
    jitter_ab_us: int | None = None
    jitter_ba_us: int | None = None
    loss_ab_ppb: int | None = None
    loss_ba_ppb: int | None = None


@dataclass(frozen=True, slots=True)
class Peer:
    """Another router on the same link or fabric, by its address there and its SID index."""

    address: IPv6Address
    mac: str
    sid_index: int


@dataclass(frozen=True)
class Blueprint:
    """Everything that a booted lab consists of; ``hosts`` are the routers with a customer host."""

    topology: Topology
    hosts: tuple[str, ...]

    @cached_property
    def routers(self) -> tuple[str, ...]:
        """Routers that exist, in file order."""
        return tuple(node.name for node in self.topology.active_nodes)

    @cached_property
    def fabrics(self) -> tuple[Fabric, ...]:
        """Exchange centres that exist."""
        return tuple(f for f in self.topology.fabrics if f.status is Status.ACTIVE)

    @cached_property
    def cables(self) -> tuple[Cable, ...]:
        """All cables: links in file order, then the legs of each fabric."""
        found = []
        for link in self.topology.all_links:
            if link.fabric is None:
                ends = self._router_end(link.a, link.id), self._router_end(link.b, link.id)
                back_us = link.delay_ab_us if link.delay_ba_us is None else link.delay_ba_us
                found.append(
                    Cable(
                        link.id, *ends, link.delay_ab_us, back_us, None, link.mtu_bytes,
                        link.capacity_bps, link.jitter_ab_us, link.jitter_ba_us,
                        link.loss_ab_ppb, link.loss_ba_ppb,
                    )
                )  # fmt: skip
        for fabric in self.fabrics:
            found.extend(self._legs(fabric))
        return tuple(found)

    @cached_property
    def cable(self) -> dict[str, Cable]:
        """Every cable by its id."""
        return {cable.id: cable for cable in self.cables}

    def fabric_members(self, fabric: Fabric) -> tuple[str, ...]:
        """The routers on a fabric that exist, in file order."""
        return tuple(m.node for m in fabric.members if m.node in self.routers)

    def port_mac(self, port: Interface) -> str:
        """The MAC address of a router's port."""
        return self.mac(port.subnet, port.node)

    def mac(self, subnet: int, node: str) -> str:
        """A locally administered address that tells the link (or fabric) and the node."""
        sid_index = self.topology.node[node].sid_index
        octets = (0x02, 0x5F, subnet >> 8, subnet & 0xFF, sid_index >> 8, sid_index & 0xFF)
        return ":".join(f"{octet:02x}" for octet in octets)

    def host_mac(self, node: str) -> str:
        """The MAC address of the customer host of ``node``."""
        return "06" + self.mac(ACCESS_SUBNET, node)[2:]

    def port_address(self, port: Interface) -> IPv6Address:
        """The address of a router's port."""
        sid_index = self.topology.node[port.node].sid_index
        return self.topology.addresses.link_address(port.subnet, sid_index)

    def peers(self, port: Interface) -> tuple[Peer, ...]:
        """All other routers that can be reached over a port without a hop between."""
        return tuple(
            Peer(
                self.port_address(other), self.port_mac(other),
                self.topology.node[other.node].sid_index,
            )
            for other in self._ports_on[port.subnet]
            if other.node != port.node
        )  # fmt: skip

    @cached_property
    def _ports_on(self) -> dict[int, list[Interface]]:
        found: dict[int, list[Interface]] = {}
        for ports in self.topology.interfaces.values():
            for port in ports:
                found.setdefault(port.subnet, []).append(port)
        return found

    def _router_end(self, node: str, id_: str) -> CableEnd:
        subnet = self.topology.subnet[id_]
        port = next(p for p in self.topology.interfaces[node] if p.subnet == subnet)
        return CableEnd(node, port.name, self.port_mac(port))

    def _legs(self, fabric: Fabric) -> list[Cable]:
        names = self.fabric_members(fabric)
        members = [member for member in fabric.members if member.node in names]
        return [
            Cable(
                f"{fabric.id}:{member.node}",
                self._router_end(member.node, fabric.id),
                CableEnd(fabric.id, f"leg{index}", None),
                member.delay_us,
                member.delay_us,
                fabric.id,
                member.mtu_bytes,
                member.capacity_bps,
                *(member.jitter_us, member.jitter_us, member.loss_ppb, member.loss_ppb),
            )
            for index, member in enumerate(members)
        ]


def host_name(router: str) -> str:
    """The name of the customer host behind ``router``."""
    return f"h-{router}"


def draw(topology: Topology, hosts: Collection[str]) -> Blueprint:
    """Lay out the lab of ``topology`` with a customer host behind each router in ``hosts``.

    Raises:
        InputError: hosts behind routers that the topology does not have or only plans, or names
            that a customer host, an exchange centre or the wire would take a second time.
    """
    exist = {node.name for node in topology.active_nodes}
    problems = [
        Problem("lab", None, "no such router for a host", name, "an active node of the topology")
        for name in sorted(set(hosts) - exist)
    ]
    exchanges = {fabric.id for fabric in topology.fabrics if fabric.status is Status.ACTIVE}
    own = {host_name(name) for name in hosts} | {WIRE_NAME}
    clashes = (exist | exchanges) & own
    problems += [
        Problem("lab", None, "the lab needs this name for itself", name, "another node name")
        for name in sorted(clashes)
    ]
    problems += [
        Problem("lab", None, "a router and an exchange of one name", name, "two names")
        for name in sorted(exist & exchanges)
    ]
    if problems:
        raise InputError(problems)
    return Blueprint(topology, tuple(name for name in topology.node if name in set(hosts)))


WIRE_NAME = "wire"
"""The Mininet node in whose namespace all cables lie."""
