"""The topology as a networkx graph, and that graph as the arrays the algorithms run on.

Every link is two arcs and parallel links stay apart. An *arc* here is a row of the arrays; the
:class:`~netkit.model.topology.Adjacency` behind it keeps the names.
"""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from netkit.model.topology import Adjacency, Node, Topology

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def as_graph(topology: Topology) -> nx.MultiDiGraph[str]:
    """The active part of ``topology``: nodes by name with their :class:`Node` under ``node``.

    Edges are keyed by link id and carry ``adjacency``, and for networkx's own algorithms
    ``metric`` and ``delay_us``.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=topology.name)
    for node in topology.active_nodes:
        graph.add_node(node.name, node=node)
    for adjacency in topology.adjacencies:
        graph.add_edge(
            adjacency.src,
            adjacency.dst,
            key=adjacency.link_id,
            adjacency=adjacency,
            metric=adjacency.metric,
            delay_us=adjacency.delay_us,
        )
    return graph


@dataclass(frozen=True)
class Network:
    """n nodes and m arcs as arrays; arcs are sorted by head, then by (link id, headend).

    ``tail``, ``head``, ``metric``, ``delay_us`` have shape (m,); ``igp`` says which arcs the
    interior gateway protocol carries; ``operator`` is a number for each node, shape (n,).
    """

    nodes: tuple[Node, ...]
    index: dict[str, int]
    arcs: tuple[Adjacency, ...]
    arc_index: dict[tuple[str, str], int]
    tail: IntArray
    head: IntArray
    metric: IntArray
    delay_us: IntArray
    igp: BoolArray
    operator: IntArray

    @classmethod
    def of(cls, graph: nx.MultiDiGraph[str]) -> Network:
        """Arrays of a graph made by :func:`as_graph`. O(m log m)."""
        nodes = tuple(data["node"] for _, data in graph.nodes(data=True))
        index = {node.name: number for number, node in enumerate(nodes)}
        adjacencies: list[Adjacency] = [data["adjacency"] for _, _, data in graph.edges(data=True)]
        arcs = tuple(sorted(adjacencies, key=lambda arc: (index[arc.dst], arc.key)))
        operators = {name: i for i, name in enumerate(sorted({node.operator for node in nodes}))}
        return cls(
            nodes=nodes,
            index=index,
            arcs=arcs,
            arc_index={arc.key: number for number, arc in enumerate(arcs)},
            tail=np.array([index[arc.src] for arc in arcs], dtype=np.int64),
            head=np.array([index[arc.dst] for arc in arcs], dtype=np.int64),
            metric=np.array([arc.metric for arc in arcs], dtype=np.int64),
            delay_us=np.array([arc.delay_us for arc in arcs], dtype=np.int64),
            igp=np.array([arc.igp for arc in arcs], dtype=np.bool_),
            operator=np.array([operators[node.operator] for node in nodes], dtype=np.int64),
        )

    def usable_arcs(self, src: int, dst: int) -> BoolArray:
        """The arcs that traffic from ``src`` to ``dst`` may take, shape (m,).

        Inside one operator: its own. Across two: those of both, and the hand-overs from the first
        to the second; so traffic crosses once, and no third operator carries it.
        """
        tail, head = self.operator[self.tail], self.operator[self.head]
        first, second = self.operator[src], self.operator[dst]
        inside: BoolArray = self.igp & ((tail == first) | (tail == second))
        if first == second:
            return inside
        across: BoolArray = ~self.igp & (tail == first) & (head == second)
        return inside | across
