"""Least sums over the arcs of a network: scipy's compiled Dijkstra, fed with multigraphs.

Dijkstra (1959) needs weights that are not negative, which delays, metrics and prices are. Of
parallel arcs the lightest counts. Sums are floats, exact below 2^53 where weights are whole
numbers. O(m log n) a source, each computed when it is first asked for.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from netkit.planner.arrays import BoolArray, FloatArray, IntArray, Weights, packing
from netkit.planner.network.network import Network

if TYPE_CHECKING:
    from netkit.planner.compiled.least_sums import Side

    _Arcs = tuple[Side, IntArray]
    _Sides = tuple[int, tuple[_Arcs, _Arcs]]


class Arcs:
    """The ``usable`` arcs (m,) of a network in the shape that scipy wants, for any weight.

    ``back`` turns every arc round.
    """

    def __init__(self, network: Network, usable: BoolArray, *, back: bool = False) -> None:
        self._n = n = len(network.nodes)
        ends, order = (network.tail, network.head), network.by_tail
        if back:
            ends, order = ends[::-1], network.by_head
        self._order = order[usable[order]]
        src, dst = ends[0][self._order], ends[1][self._order]
        first = np.ones(len(src), dtype=np.bool_)
        first[1:] = (src[1:] != src[:-1]) | (dst[1:] != dst[:-1])
        self._first = np.flatnonzero(first)
        self._heads = dst[first].astype(np.int32)
        self._starts = np.searchsorted(src[first], np.arange(n + 1)).astype(np.int32)

    def matrix(self, weight: Weights) -> csr_array:
        """The lightest of parallel arcs; zeros stay explicit entries, as csgraph wants them."""
        values = weight[self._order].astype(np.float64)
        if len(values):
            values = np.minimum.reduceat(values, self._first)
        return csr_array((values, self._heads, self._starts), shape=(self._n, self._n))

    def least(self, weight: Weights, node: int) -> FloatArray:
        """Least sums from ``node`` to every other, shape (n,)."""
        sums: FloatArray = dijkstra(self.matrix(weight), directed=True, indices=node)
        return sums


class LeastSums:
    """Least sums of one non-negative ``weight`` over ``usable`` arcs, both of shape (m,).

    An arc of infinite weight is not used.
    Single rows and columns are computed when they are first asked for, and kept.
    """

    def __init__(self, network: Network, weight: Weights, usable: BoolArray) -> None:
        if weight.dtype.kind != "i":
            usable = usable & np.isfinite(weight)
        self._network, self._weight, self._usable = network, weight, usable
        self._from: dict[int, FloatArray] = {}
        self._to: dict[int, FloatArray] = {}
        self._last: tuple[tuple[int, int, float], FloatArray] | None = None

    @cached_property
    def _onward(self) -> csr_array:
        return Arcs(self._network, self._usable).matrix(self._weight)

    @cached_property
    def _back(self) -> csr_array:
        return Arcs(self._network, self._usable, back=True).matrix(self._weight)

    def all_pairs(self) -> FloatArray:
        """Shape (n, n), rows are sources. O(n m log n)."""
        sums: FloatArray = dijkstra(self._onward, directed=True)
        return sums

    def from_node(self, src: int) -> FloatArray:
        """From ``src`` to every node, shape (n,)."""
        if src not in self._from:
            self._from[src] = self._least(src, back=False)
        return self._from[src]

    def to_node(self, dst: int) -> FloatArray:
        """From every node to ``dst``, shape (n,)."""
        if dst not in self._to:
            self._to[dst] = self._least(dst, back=True)
        return self._to[dst]

    def _least(self, node: int, *, back: bool) -> FloatArray:
        if self._sides is None:
            matrix = self._back if back else self._onward
            sums: FloatArray = dijkstra(matrix, directed=True, indices=node)
            return sums
        anywhere = np.zeros(len(self._network.nodes))
        return _searched(self._sides, back, node, anywhere, np.inf)

    def within(self, src: int, dst: int, most: float) -> FloatArray:
        """From every node to ``dst``, shape (n,); where all ways from ``src`` over the node add up
        to more than ``most`` perhaps infinite."""
        if dst in self._to or self._sides is None:
            return self.to_node(dst)
        if self._last is None or self._last[0] != (src, dst, most):
            sums = _searched(self._sides, True, dst, self.from_node(src), most)
            self._last = (src, dst, most), sums
        return self._last[1]

    def between(self, src: int, dst: int) -> float:
        """From ``src`` to ``dst``."""
        if dst in self._to or self._sides is None:
            return float(self.to_node(dst)[src])
        return float(self.from_node(src)[dst])

    @cached_property
    def _sides(self) -> _Sides | None:
        """The arcs by their tails and by their heads for compiled code, each with its weight, and
        the room that it asks for; None where the network is not compiled, or the weight is no whole
        number."""
        network, usable = self._network, self._usable
        if not network.compiled:
            return None
        from netkit.planner.compiled.least_sums import Side

        whole = np.where(usable, self._weight, -1).astype(np.int64, copy=False)
        shift = packing(whole, len(network.nodes))
        fractions = self._weight.dtype.kind != "i" and (self._weight[usable] != whole[usable]).any()
        if shift is None or fractions:
            return None
        (out, starts), (into, ends) = network.outgoing, network.incoming
        onward, back = Side(starts, network.outgoing_heads), Side(ends, network.incoming_tails)
        return shift, ((onward, whole[out]), (back, whole[into]))


def _searched(sides: _Sides, back: bool, node: int, away: FloatArray, most: float) -> FloatArray:
    from netkit.planner.compiled.least_sums import least_sums

    shift, (onward, backward) = sides
    side, weight = backward if back else onward
    return least_sums(side, weight, node, shift, away, float(most))


def all_pairs(network: Network, weight: Weights, usable: BoolArray) -> FloatArray:
    """Least sums of every pair, (n, n), rows are sources; no overloaded node on the way.

    O(n m log n). What leaves an overloaded node is left out, and then tried as a first step only.
    """
    busy = network.overload
    sums = LeastSums(network, weight, usable & ~busy[network.tail]).all_pairs()
    onward = sums.copy() if busy.any() else sums
    for arc in np.flatnonzero(usable & busy[network.tail]):
        row = sums[network.tail[arc]]
        np.minimum(row, weight[arc] + onward[network.head[arc]], out=row)
    return sums


def least_delays(network: Network) -> FloatArray:
    """Least delays in µs over the arcs that each pair may use, shape (n, n), rows are sources.

    Infinite where there is no path. Inside an operator over its own arcs; between two operators
    over those of both and one hand-over. O(n m log n) and, for h hand-overs, O(h n²).
    """
    inside = all_pairs(network, network.delay_us, network.igp)
    best = inside.copy()
    operator = network.operator
    across = ~network.igp & (operator[network.tail] != operator[network.head])
    for arc in np.flatnonzero(across):
        tail, head = network.tail[arc], network.head[arc]
        rows = np.flatnonzero(operator == operator[tail])
        columns = np.flatnonzero(operator == operator[head])
        before = inside[rows, tail] + network.delay_us[arc]
        block = np.ix_(rows, columns)
        best[block] = np.minimum(best[block], before[:, None] + inside[head, columns])
    return best
