"""Routing tables as the IGP of each operator would fill them, for whoever has to install them."""

from __future__ import annotations

from collections.abc import Mapping

from netkit.model.topology import Adjacency, Topology
from netkit.planner.graph import Network, as_graph
from netkit.planner.igp import Igp, next_hops

RoutingTables = Mapping[str, Mapping[str, tuple[Adjacency, ...]]]


def flex_routing_tables(topology: Topology) -> Mapping[int, RoutingTables]:
    """The same of each Flexible Algorithm of ``topology``, by algorithm."""
    igp = Igp.of(Network.of(as_graph(topology)))
    return {plane.network.algorithm: next_hops(plane) for plane in igp.flex}


def routing_tables(topology: Topology) -> RoutingTables:
    """The ECMP set of every node towards every other that it reaches; node, then destination."""
    return next_hops(Igp.of(Network.of(as_graph(topology)), algorithms=()))
