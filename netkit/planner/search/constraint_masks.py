"""Constraints of a demand as masks over arcs and nodes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from netkit.model.network.elements import Adjacency, Node
from netkit.model.planning.demand import Constraints, Demand
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import BoolArray, Network
from netkit.planner.network.path_metrics import limits
from netkit.planner.search.segment_costs import SteeringCosts


def steering(
    igp: Igp, demand: Demand, asked: Constraints, flex: tuple[int, ...] = ()
) -> SteeringCosts:
    """The steps that lists between the ends of ``demand`` may use under what is ``asked``, those
    of the Flexible Algorithms ``flex`` beside those of algorithm 0."""
    network = igp.network
    src, dst = network.index[demand.src], network.index[demand.dst]
    usable = network.usable_arcs(src, dst)
    forbidden = forbidden_arcs(network, asked, src, dst)
    costs = SteeringCosts.of(igp, usable, forbidden, asked.metric)
    waypoints = tuple(network.index[name] for name in asked.waypoints)
    return replace(costs, limits=limits(asked), waypoints=waypoints, flex=flex)


def shut_nodes(network: Network, asked: Constraints) -> BoolArray:
    """The nodes that may only be ends, shape (n,)."""
    if not (asked.exclude_nodes or asked.exclude_operators or asked.avoid_regions):
        return np.zeros(len(network.nodes), dtype=np.bool_)
    return np.array([_shut(node, asked) for node in network.nodes], dtype=np.bool_)


def forbidden_arcs(network: Network, asked: Constraints, src: int, dst: int) -> BoolArray:
    """The arcs that a demand from ``src`` to ``dst`` must not cross on any branch, shape (m,)."""
    shut = shut_nodes(network, asked)
    shut[[src, dst]] = False
    crossed: BoolArray = shut[network.tail] | shut[network.head]
    if asked.include_any or asked.include_all or asked.exclude_any or asked.exclude_srlgs:
        crossed |= np.array([_refused(arc, asked) for arc in network.arcs], dtype=np.bool_)
    return crossed


def _shut(node: Node, asked: Constraints) -> bool:
    return (
        node.name in asked.exclude_nodes
        or node.operator in asked.exclude_operators
        or node.hub in asked.avoid_regions
        or node.place in asked.avoid_regions
    )


def _refused(arc: Adjacency, asked: Constraints) -> bool:
    groups = arc.admin_groups
    return (
        (bool(asked.include_any) and groups.isdisjoint(asked.include_any))
        or not asked.include_all <= groups
        or not groups.isdisjoint(asked.exclude_any)
        or not arc.srlgs.isdisjoint(asked.exclude_srlgs)
    )
