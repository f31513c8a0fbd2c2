"""What a topology file has as planned, as things that could be built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from netkit.model.building import Addition, AdditionKind
from netkit.model.derive import DelayRule, from_coordinates
from netkit.model.elements import Link, LinkKind, Status
from netkit.model.topology import Topology


def planned_links(topology: Topology, rule: DelayRule) -> Iterator[Addition]:
    """Planned links between routers that exist."""
    active = {node.name for node in topology.active_nodes}
    for link in topology.links:
        if link.status is Status.PLANNED and {link.a, link.b} <= active:
            built = replace(link, status=Status.ACTIVE)
            trunk = link.kind is LinkKind.TRUNK
            kind = AdditionKind.LINK if trunk else AdditionKind.DIRECT_CONNECT
            km = _fibre_km(topology, link, rule) if trunk else None
            place = None if trunk else topology.node[link.a].place
            yield Addition(kind, link.id, place, km, True, links=(built,))


def planned_nodes(topology: Topology, rule: DelayRule) -> Iterator[Addition]:
    """Planned routers, each with all its links to routers that exist."""
    active = {node.name for node in topology.active_nodes}
    for node in topology.nodes:
        if node.status is Status.ACTIVE:
            continue
        links = [
            replace(link, status=Status.ACTIVE)
            for link in topology.links
            if node.name in (link.a, link.b) and {link.a, link.b} - {node.name} <= active
        ]
        lengths = [_fibre_km(topology, link, rule) for link in links if link.kind is LinkKind.TRUNK]
        km = sum(length for length in lengths if length is not None) or None
        built = replace(node, status=Status.ACTIVE)
        yield Addition(
            AdditionKind.NODE, node.name, node.place, km, True, nodes=(built,), links=tuple(links)
        )


def planned_fabrics(topology: Topology, _rule: DelayRule) -> Iterator[Addition]:
    """Planned exchange centres, with those of their members that exist."""
    for fabric in topology.fabrics:
        if fabric.status is Status.PLANNED:
            built = replace(fabric, status=Status.ACTIVE)
            yield Addition(
                AdditionKind.EXCHANGE, fabric.id, fabric.place, None, True, fabrics=(built,)
            )


def _fibre_km(topology: Topology, link: Link, rule: DelayRule) -> float | None:
    """The length that the file states, else that of a cable by the rule; None if it has none."""
    if link.length_km is not None:
        return link.length_km or None
    a, b = topology.node[link.a].coordinates, topology.node[link.b].coordinates
    return None if a is None or b is None else from_coordinates(a, b, rule).length_km or None
