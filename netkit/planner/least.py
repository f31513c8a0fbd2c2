"""Least sums over the arcs of a network: scipy's compiled Dijkstra, fed with multigraphs."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from netkit.planner.graph import BoolArray, FloatArray, Network, Weights


class LeastSums:
    """Least sums of one non-negative ``weight`` over ``usable`` arcs, both of shape (m,).

    An arc of infinite weight is not used.
    Single rows and columns are computed when they are first asked for, and kept.
    """

    def __init__(self, network: Network, weight: Weights, usable: BoolArray) -> None:
        self._onward = _matrix(network, weight, usable)
        self._back: csr_array | None = None
        self._from: dict[int, FloatArray] = {}
        self._to: dict[int, FloatArray] = {}

    def all_pairs(self) -> FloatArray:
        """Shape (n, n), rows are sources. O(n m log n)."""
        sums: FloatArray = dijkstra(self._onward, directed=True)
        return sums

    def from_node(self, src: int) -> FloatArray:
        """From ``src`` to every node, shape (n,)."""
        if src not in self._from:
            self._from[src] = dijkstra(self._onward, directed=True, indices=src)
        return self._from[src]

    def to_node(self, dst: int) -> FloatArray:
        """From every node to ``dst``, shape (n,)."""
        if dst not in self._to:
            if self._back is None:
                self._back = self._onward.T.tocsr()
            self._to[dst] = dijkstra(self._back, directed=True, indices=dst)
        return self._to[dst]


def _matrix(network: Network, weight: Weights, usable: BoolArray) -> csr_array:
    """The lightest of parallel arcs; zero weights stay explicit entries, as csgraph wants them."""
    n = len(network.nodes)
    arcs = np.flatnonzero(usable & np.isfinite(weight))
    arcs = arcs[np.argsort(weight[arcs], kind="stable")]
    arcs = arcs[np.argsort(network.tail[arcs] * n + network.head[arcs], kind="stable")]
    tail, head = network.tail[arcs], network.head[arcs]
    first = np.ones(len(arcs), dtype=np.bool_)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    starts = np.searchsorted(tail[first], np.arange(n + 1))
    values = weight[arcs[first]].astype(np.float64)
    return csr_array((values, head[first].astype(np.int32), starts.astype(np.int32)), shape=(n, n))
