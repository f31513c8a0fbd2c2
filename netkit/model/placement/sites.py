"""Cities and sites of a topology: routers of different operators at one place belong together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from netkit.model.network.elements import Node, Role
from netkit.model.network.topology import Topology
from netkit.model.placement.workload import Regions, Site


def cities_of(topology: Topology, regions: Regions) -> tuple[Site, ...]:
    """Every place with routers that are no cluster's, in file order."""
    return _sites((n for n in topology.active_nodes if n.role is not Role.CLUSTER), regions)


def sites_of(topology: Topology, regions: Regions) -> tuple[Site, ...]:
    """Every data-centre cluster, in file order."""
    nodes = (n for n in topology.active_nodes if n.role is Role.CLUSTER)
    return tuple(replace(site, cluster=True) for site in _sites(nodes, regions))


def spot_of(nodes: tuple[Node, ...], name: str, regions: Regions) -> Site:
    """One city or site behind ``nodes``, of one place."""
    place, hub = nodes[0].place, nodes[0].hub
    return Site(
        name,
        tuple(node.name for node in nodes),
        place,
        hub,
        regions.part_of(place, hub),
        regions.traits_of(place, hub),
    )


def named_sites(topology: Topology, regions: Regions, known: Mapping[str, str]) -> dict[str, Site]:
    """Every word that means a city: its name, or that of any one router, or what ``known`` has."""
    cities = {site.name: site for site in cities_of(topology, regions)}
    active = {node.name: node for node in topology.active_nodes}
    alone = {name: spot_of((node,), name, regions) for name, node in active.items()}
    others = {word: alone[name] for word, name in known.items() if name in alone}
    return {**others, **alone, **cities}


def _sites(nodes: Iterable[Node], regions: Regions) -> tuple[Site, ...]:
    """One a place; one a router where an operator has several there, or where no place is given."""
    groups: dict[tuple[str | None, str | None], list[Node]] = {}
    for node in nodes:
        groups.setdefault((node.place or f" {node.name}", node.hub), []).append(node)
    found = []
    for (place, _), group in groups.items():
        operators = {node.operator for node in group}
        if group[0].place is None or len(operators) < len(group) or _ambiguous(place, groups):
            found += [spot_of((node,), node.name, regions) for node in group]
        else:
            found.append(spot_of(tuple(group), str(place), regions))
    return tuple(found)


def _ambiguous(place: str | None, groups: Iterable[tuple[str | None, str | None]]) -> bool:
    return sum(place == other for other, _ in groups) > 1
