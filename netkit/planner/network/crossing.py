"""Between which nodes ECMP may take a packet over an arc that it must not cross."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from netkit.planner.arrays import Barred, BoolArray, IntArray
from netkit.planner.network.asked_rows import whole
from netkit.planner.network.ecmp import fold
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network

_AT_ONCE = 1 << 16
"""Sums that are compared in one step, where steps would cost more than the sums."""


class Crossing:
    """The arcs ``forbidden`` (m,), on the tables of one plane."""

    def __init__(self, igp: Igp, forbidden: BoolArray) -> None:
        self._igp, self._forbidden = igp, forbidden

    def between(self, rows: IntArray, columns: IntArray) -> BoolArray:
        """May ECMP take a packet from row to column over one of them?

        Shape (len(rows), len(columns)); of no meaning where there is no route.
        """
        igp = self._igp
        if igp.loops:
            crossed, distance = self._forbidden.astype(np.int64), whole(igp.distance)
            sums, _ = fold(igp.network, distance, crossed, columns)
            found: BoolArray = sums[rows] > 0
            return found
        return self._on_shortest_paths(rows, columns)

    @cached_property
    def barred(self) -> Barred:
        """The same for compiled code, where no metrics of 0 close a loop."""
        network = self._igp.network
        nodes, arcs = _closed(network, self._forbidden)
        busy, ends = network.overload, np.zeros(len(network.nodes), np.bool_)
        ends[nodes[busy[nodes]]] = True
        nodes = nodes[~busy[nodes]]
        tail = np.concatenate((nodes, network.tail[arcs]))
        head = np.concatenate((nodes, network.head[arcs]))
        metric = np.concatenate((np.zeros(len(nodes)), network.metric[arcs].astype(np.float64)))
        return Barred(tail, head, metric, busy, ends)

    def _on_shortest_paths(self, rows: IntArray, columns: IntArray) -> BoolArray:
        """An arc u→v is on a shortest path i to j iff D(i, u) + metric + D(v, j) = D(i, j), and
        neither u nor v is an overloaded node between i and j."""
        distance, barred = self._igp.distance, self.barred
        tail, head, busy = barred.tail, barred.head, barred.busy
        whole = distance[rows[:, None], columns]
        before = distance[rows[:, None], tail]
        after = distance[head[:, None], columns] + barred.metric[:, None]
        if self._any_busy:
            before[busy[tail] & (rows[:, None] != tail)] = np.inf
            after[busy[head][:, None] & (head[:, None] != columns)] = np.inf
        crossed = barred.ends[rows][:, None] | barred.ends[columns]
        if whole.size * len(tail) <= _AT_ONCE:
            crossed |= (before[:, :, None] + after == whole[:, None]).any(axis=1)
        else:
            for via in range(len(tail)):
                crossed |= before[:, via, None] + after[via] == whole
        crossed[rows[:, None] == columns] = False
        return crossed

    @cached_property
    def _any_busy(self) -> bool:
        return bool(self.barred.busy.any())


def _closed(network: Network, forbidden: BoolArray) -> tuple[IntArray, IntArray]:
    """IGP arcs in ``forbidden`` as the nodes all of whose arcs they are, and the arcs left over."""
    n = len(network.nodes)
    inside = np.flatnonzero(forbidden & network.igp)  # mostly few of all
    tail, head = network.tail[inside], network.head[inside]
    shut = np.bincount(tail, minlength=n)
    shut += np.bincount(head, minlength=n)
    blocked = (shut > 0) & (shut == network.degree)
    return np.flatnonzero(blocked), inside[~(blocked[tail] | blocked[head])]
