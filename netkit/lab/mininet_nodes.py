"""The lab as Mininet sees it: routers, customer hosts, exchange centres, the wire, and links.

Mininet starts the shells and offers its command line; the namespaces are filled by one
:class:`~netkit.lab.plant.Plant` when the wire starts, so nothing here runs a command per interface.
"""

from __future__ import annotations

import resource

from mininet.link import Intf, Link
from mininet.net import Mininet
from mininet.node import Node, Switch
from mininet.topo import Topo

from netkit.lab.blueprint import CUSTOMER_PORT, HOST_PORT, WIRE_NAME, Blueprint, host_name
from netkit.lab.kernel.marks import INDEX, NODE
from netkit.lab.plant import Plant

OPEN_FILES = 16384

PortPair = tuple[tuple[str, str | None], tuple[str, str | None]]
"""Name and address of both ports of a link; a bridge's port has no address."""


class LabNode(Node):  # type: ignore[misc]
    """A Mininet node whose processes carry the lab's mark and whose ports are made elsewhere."""

    def __init__(self, name: str, plant: Plant, **params: object) -> None:
        self.plant = plant
        self.environment = {**plant.environment, NODE: name}
        router = plant.blueprint.topology.node.get(name)
        if router is not None:
            self.environment[INDEX] = str(router.sid_index)
        super().__init__(name, **params)
        plant.adopt(name, self.pid)

    def config(self, **_: object) -> dict[str, object]:
        """Nothing to do: the plant has configured the namespace."""
        return {}

    def _popen(self, cmd: list[str], **params: object) -> object:
        params.setdefault("env", self.environment)
        return super()._popen(cmd, **params)


class Router(LabNode):
    """A backbone router."""


class CustomerHost(LabNode):
    """A host behind a router, from which the router's customers are probed."""


class ExchangeCentre(LabNode, Switch):  # type: ignore[misc]
    """A new-type internet exchange centre: a Linux bridge in a namespace of its own."""

    def start(self, controllers: object) -> None:
        """Nothing to do: the plant has made the bridge."""

    def stop(self, deleteIntfs: bool = True) -> None:  # noqa: N803
        """Nothing to do: the bridge goes with its namespace."""


class WireSwitch(LabNode, Switch):  # type: ignore[misc]
    """The user-space wire; starting it builds the whole backbone."""

    def start(self, controllers: object) -> None:  # noqa: ARG002
        """Fill all namespaces and launch the wire's process."""
        self.plant.build()

    def stop(self, deleteIntfs: bool = True) -> None:  # noqa: ARG002, N803
        """End the wire's process."""
        self.plant.stop()


class ReadyIntf(Intf):  # type: ignore[misc]
    """A port that the plant makes and configures."""

    def __init__(self, name: str, node: LabNode, link: ReadyLink, address: str | None) -> None:
        super().__init__(name, node=node, link=link, moveIntfFn=_stay)
        self.ip = address

    def config(self, **_: object) -> dict[str, object]:
        """Nothing to do: the plant configures it."""
        return {}

    def updateIP(self) -> str | None:  # noqa: N802
        """The port's address; it never changes."""
        address: str | None = self.ip
        return address

    def __str__(self) -> str:
        return f"{self.node}:{self.name}"


class ReadyLink(Link):  # type: ignore[misc]
    """A link between two ports that the plant makes."""

    def __init__(self, node1: LabNode, node2: LabNode, ports: PortPair, **_: object) -> None:
        (name1, address1), (name2, address2) = ports
        self.intf1 = ReadyIntf(name1, node1, self, address1)
        self.intf2 = ReadyIntf(name2, node2, self, address2)

    def stop(self) -> None:
        """Nothing to do: both ports go with their namespaces."""


def _stay(*_: object, **__: object) -> None:
    """A port is already in its namespace."""


class BackboneTopo(Topo):  # type: ignore[misc]
    """The Mininet topology of a plant."""

    def build(self, plant: Plant) -> None:
        """Declare every node and link."""
        blueprint = plant.blueprint
        for name in blueprint.routers:
            self.addHost(name, cls=Router, plant=plant)
        for name in blueprint.hosts:
            self.addHost(host_name(name), cls=CustomerHost, plant=plant)
        switches = [(fabric.id, ExchangeCentre) for fabric in blueprint.fabrics]
        for number, (name, cls) in enumerate([*switches, (WIRE_NAME, WireSwitch)], start=1):
            self.addSwitch(name, cls=cls, plant=plant, inNamespace=True, dpid=f"{number:x}")
        self._add_links(blueprint)

    def _add_links(self, blueprint: Blueprint) -> None:
        addresses = {
            (port.node, port.name): str(blueprint.port_address(port))
            for ports in blueprint.topology.interfaces.values()
            for port in ports
        }
        for cable in blueprint.cables:
            ports = tuple((e.port, addresses.get((e.node, e.port))) for e in (cable.a, cable.b))
            self.addLink(cable.a.node, cable.b.node, cls=ReadyLink, ports=ports)
        plan = blueprint.topology.addresses
        for name in blueprint.hosts:
            sid_index = blueprint.topology.node[name].sid_index
            gateway, host = plan.customer_gateway(sid_index), plan.customer_host(sid_index)
            access = ((CUSTOMER_PORT, str(gateway)), (HOST_PORT, str(host)))
            self.addLink(name, host_name(name), cls=ReadyLink, ports=access)


class BackboneNet(Mininet):  # type: ignore[misc]
    """Mininet without its system-wide settings: only this process's own file limit is raised."""

    @classmethod
    def init(cls) -> None:
        """Allow two descriptors and more for each node."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
