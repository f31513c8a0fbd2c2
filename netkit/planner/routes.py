"""Routing tables as the IGP of each operator would fill them, for whoever has to install them."""

from __future__ import annotations

from collections.abc import Mapping

from netkit.model.elements import Adjacency
from netkit.model.topology import Topology
from netkit.planner.graph import Network, as_graph
from netkit.planner.igp import Igp, next_hops

RoutingTables = Mapping[str, Mapping[tuple[str, int], tuple[Adjacency, ...]]]


def routing_tables(topology: Topology) -> RoutingTables:
    """The ECMP set of every node towards every other that it reaches, in algorithm 0 and in each
    Flexible Algorithm; node, then (destination, algorithm)."""
    igp = Igp.of(Network.of(as_graph(topology)))
    tables: dict[str, dict[tuple[str, int], tuple[Adjacency, ...]]]
    tables = {node.name: {} for node in topology.active_nodes}
    for plane in (igp, *igp.flex):
        for node, hops in next_hops(plane).items():
            tables[node].update(
                ((destination, plane.network.algorithm), arcs) for destination, arcs in hops.items()
            )
    return tables
