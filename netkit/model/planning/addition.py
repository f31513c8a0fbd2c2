"""One thing that could be built on a backbone, and the topology with it.

Lengths are km of fibre.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from netkit.model.network.elements import Link, Node
from netkit.model.network.fabrics import Fabric
from netkit.model.network.topology import Topology


class AdditionKind(StrEnum):
    """What is built: a link inside an operator, a hand-over between two, a fabric, a router."""

    LINK = "link"
    DIRECT_CONNECT = "direct_connect"
    EXCHANGE = "exchange"
    NODE = "node"


@dataclass(frozen=True, slots=True)
class Addition:
    """One thing that could be built; ``planned`` if the file has it as planned.

    ``nodes``, ``links`` and ``fabrics`` are new, or stand for those of the same name. ``km`` is the
    new fibre; None for a site: hand-overs, exchanges, and whatever has no length.
    """

    kind: AdditionKind
    name: str
    place: str | None
    km: float | None
    planned: bool
    nodes: tuple[Node, ...] = ()
    links: tuple[Link, ...] = ()
    fabrics: tuple[Fabric, ...] = ()

    @property
    def is_link(self) -> bool:
        """Is it one link between routers that exist?"""
        return self.kind in (AdditionKind.LINK, AdditionKind.DIRECT_CONNECT)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the links and fabrics that it adds."""
        links = (link.id for link in self.links)
        return (*links, *(fabric.id for fabric in self.fabrics))


def extended(topology: Topology, additions: Iterable[Addition]) -> Topology:
    """The topology with all of ``additions`` built; what is new comes last, in their order."""
    nodes = {node.name: node for node in topology.nodes}
    links = {link.id: link for link in topology.links}
    fabrics = {fabric.id: fabric for fabric in topology.fabrics}
    for addition in additions:
        nodes |= {node.name: node for node in addition.nodes}
        links |= {link.id: link for link in addition.links}
        fabrics |= {fabric.id: fabric for fabric in addition.fabrics}
    return replace(
        topology,
        nodes=tuple(nodes.values()),
        links=tuple(links.values()),
        fabrics=tuple(fabrics.values()),
    )
