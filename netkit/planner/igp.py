"""What the interior gateway protocol does with a packet: distances, ECMP, and what ECMP may cost.

``distance`` is D(i, j) of the IGP metric; ``paths`` is N(i, j), the number of shortest paths with
parallel links counted; ``worst_us`` is W(i, j), the largest delay over all of them. Flows are
hashed onto any of the shortest paths, so W is what can be promised for a node segment.
Each operator runs an IGP of its own: distances across operators are infinite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from netkit.model.topology import Adjacency
from netkit.planner.graph import BoolArray, IntArray, Network

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Igp:
    """All-pairs figures, each of shape (n, n), rows are sources.

    Unreachable pairs have ``distance`` and ``worst_us`` infinite and ``paths`` 0. Metrics and
    delays are integers below 2^53, so the floats hold them exactly.
    """

    network: Network
    distance: FloatArray
    paths: FloatArray
    worst_us: FloatArray

    @classmethod
    def of(cls, network: Network) -> Igp:
        """Run the IGP of every operator.

        O(n m log n) for the distances, O(h n m) for ECMP, where h is the largest number of hops of
        a shortest path.
        """
        distance = least(network, network.metric, network.igp)
        tight = _tight(network, distance)
        return cls(
            network=network,
            distance=distance,
            paths=_count(network, tight),
            worst_us=_worst(network, tight, network.delay_us),
        )

    def worst_over(self, weight: IntArray) -> FloatArray:
        """The largest sum of ``weight`` (shape (m,)) over the shortest paths, shape (n, n)."""
        return _worst(self.network, _tight(self.network, self.distance), weight)

    def next_arcs(self, node: int, dst: int) -> tuple[int, ...]:
        """The ECMP set: the arcs that ``node`` forwards over towards ``dst``."""
        network = self.network
        if node == dst or not np.isfinite(self.distance[node, dst]):
            return ()
        onward = network.metric + self.distance[network.head, dst]
        on_path = network.igp & (network.tail == node) & (onward == self.distance[node, dst])
        return tuple(int(arc) for arc in np.flatnonzero(on_path))


def next_hops(igp: Igp) -> Mapping[str, Mapping[str, tuple[Adjacency, ...]]]:
    """Routing tables as the IGP would fill them: node, then destination, to the ECMP set."""
    network = igp.network
    return {
        node.name: {
            target.name: tuple(network.arcs[arc] for arc in arcs)
            for j, target in enumerate(network.nodes)
            if (arcs := igp.next_arcs(i, j))
        }
        for i, node in enumerate(network.nodes)
    }


def least(network: Network, weight: IntArray, usable: BoolArray) -> FloatArray:
    """All-pairs least sums of a non-negative ``weight`` over ``usable`` arcs, shape (n, n)."""
    sums: FloatArray = dijkstra(_matrix(network, weight, usable), directed=True)
    return sums


def least_to(network: Network, dst: int, weight: IntArray, usable: BoolArray) -> FloatArray:
    """Least sums of ``weight`` from every node to ``dst``, shape (n,)."""
    matrix = _matrix(network, weight, usable).T
    sums: FloatArray = dijkstra(matrix, directed=True, indices=dst)
    return sums


def _matrix(network: Network, weight: IntArray, usable: BoolArray) -> csr_array:
    """The lightest of parallel arcs; zero weights stay explicit entries, as csgraph wants them."""
    n = len(network.nodes)
    tail, head, value = network.tail[usable], network.head[usable], weight[usable]
    order = np.lexsort((value, head, tail))
    tail, head, value = tail[order], head[order], value[order]
    first = np.ones(len(tail), dtype=np.bool_)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    shape = (n, n)
    return csr_array((value[first].astype(np.float64), (tail[first], head[first])), shape=shape)


def _tight(network: Network, distance: FloatArray) -> BoolArray:
    """Shape (n, m): is arc a on a shortest path from source s?"""
    onward = distance[:, network.tail] + network.metric
    tight: BoolArray = network.igp & np.isfinite(onward) & (onward == distance[:, network.head])
    return tight


def _by_head(network: Network) -> tuple[IntArray, IntArray]:
    """The heads that have arcs, and where each one's run of arcs starts (arcs sort by head)."""
    heads, starts = np.unique(network.head, return_index=True)
    return heads, starts


def _worst(network: Network, tight: BoolArray, weight: IntArray) -> FloatArray:
    """Longest paths in all ECMP DAGs at once: one round a hop, until nothing changes."""
    n = len(network.nodes)
    worst = np.full((n, n), -np.inf)
    np.fill_diagonal(worst, 0.0)
    heads, starts = _by_head(network)
    while len(heads):
        over_arc = np.where(tight, worst[:, network.tail] + weight, -np.inf)
        reached = np.maximum.reduceat(over_arc, starts, axis=1)
        longer = reached > worst[:, heads]
        if not longer.any():
            break
        worst[:, heads] = np.maximum(worst[:, heads], reached)
    return np.where(np.isneginf(worst), np.inf, worst)


def _count(network: Network, tight: BoolArray) -> FloatArray:
    """Shortest paths by number of hops, summed: walks of h hops in a DAG are paths of h hops."""
    n = len(network.nodes)
    walks = np.eye(n)
    total = walks.copy()
    heads, starts = _by_head(network)
    while len(heads) and walks.any():
        over_arc = np.where(tight, walks[:, network.tail], 0.0)
        walks = np.zeros((n, n))
        walks[:, heads] = np.add.reduceat(over_arc, starts, axis=1)
        total += walks
    return total
