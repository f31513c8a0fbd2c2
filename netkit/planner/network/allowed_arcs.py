"""Which arcs a demand may use at all, and which its constraints or another list forbid."""

from __future__ import annotations

import numpy as np

from netkit.model.network.elements import Adjacency, Node
from netkit.model.planning.absent_lists import Disjointness
from netkit.model.planning.demand import Constraints, Demand
from netkit.model.srv6.segment_list import Certificate
from netkit.planner.arrays import BoolArray
from netkit.planner.network.network import Network


def usable_arcs(network: Network, src: int, dst: int) -> BoolArray:
    """The arcs that traffic from ``src`` to ``dst`` may take, shape (m,).

    Inside one operator: its own. Across two: those of both, and the hand-overs from the first to
    the second; so traffic crosses once, and no third operator carries it. Overloaded routers only
    send and receive.
    """
    tail, head = network.operator[network.tail], network.operator[network.head]
    first, second = network.operator[src], network.operator[dst]
    inside: BoolArray = network.igp & ((tail == first) | (tail == second))
    if network.overload.any():
        inside &= ~network.overload[network.tail] | (network.tail == src)
        inside &= ~network.overload[network.head] | (network.head == dst)
    if first == second:
        return inside
    across: BoolArray = ~network.igp & (tail == first) & (head == second)
    return inside | across


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


def shared_risk(
    network: Network, primary: Certificate, demand: Demand, kind: Disjointness
) -> BoolArray:
    """The arcs that a backup of ``primary`` must not cross, shape (m,)."""
    shared = np.zeros(len(network.arcs), dtype=np.bool_)
    if kind.srlgs:
        own = [network.risks_of_arc[network.arc_index[key]] for key in primary.links]
        for risk in set().union(*own):
            shared[network.risk_groups[risk]] = True
    else:
        shared[[arc for link, _ in primary.links for arc in network.arcs_of_link[link]]] = True
    if kind.nodes:
        shared_nodes = (demand.src, demand.dst, *demand.constraints.waypoints)
        inner = np.zeros(len(network.nodes), dtype=np.bool_)
        inner[[network.index[name] for name in primary.nodes]] = True
        inner[[network.index[name] for name in shared_nodes]] = False
        shared |= inner[network.tail] | inner[network.head]
    return shared
