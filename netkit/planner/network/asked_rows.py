"""Figures of the IGP for a few demands on a large network: rows and columns as they are asked for.

All pairs of n nodes are n rows, and a demand reads those of few nodes. A row is what leads away
from a node, a column what leads to one; of what is read that side is made of which less has to be.
Either holds the figures of the whole table, to the last bit, for all are sums of whole numbers.
Memory grows with what is made, and once that is half of the table, all of it is. O(m log n) a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from netkit.planner.arrays import BoolArray, FloatArray, IntArray, Weights
from netkit.planner.network.ecmp import fold_by
from netkit.planner.network.network import Network
from netkit.planner.network.shortest_paths import Arcs

FEW = 100
"""With more nodes than these for each demand most are never asked for their rows of the IGP."""


def few(nodes: int, demands: int = 1) -> bool:
    """Do so many demands ask for few of the rows of a network of so many nodes?"""
    return nodes > FEW * demands


Maker = Callable[[IntArray], FloatArray]
"""Makes the rows, or the columns, of some nodes, (len(nodes), n)."""

_Index = Any
"""A number, a slice or an array, as arrays are read with."""


class AskedTable:
    """A table (n, n), read as an array is at a row and a column. ``rows`` and ``columns`` make what
    is not there yet."""

    def __init__(self, nodes: int, rows: Maker, columns: Maker) -> None:
        self._nodes = np.arange(nodes)
        self._rows, self._columns = _Side(nodes, rows), _Side(nodes, columns)

    def item(self, row: int, column: int) -> float:
        """One figure."""
        place = self._columns.place.item(column)
        return float(self[row, column] if place < 0 else self._columns.figures.item(place, row))

    def __getitem__(self, at: tuple[_Index, _Index]) -> Any:  # noqa: ANN401 (as arrays have it)
        row, column = self._apart(*at)
        if self._by_rows(np.unique(row), np.unique(column)):
            return self._rows.figures[self._rows.place[row], column]
        return self._columns.figures[self._columns.place[column], row]

    @property
    def made(self) -> int:
        """Rows and columns that there are."""
        return self._rows.made + self._columns.made

    def whole(self) -> FloatArray:
        """All of it."""
        found: FloatArray = self[:, :]
        return found

    def _apart(self, row: _Index, column: _Index) -> tuple[_Index, _Index]:
        """Both as numbers or arrays that are read item for item."""
        if isinstance(row, slice):
            row = self._nodes[row]
            row = row if np.ndim(column) == 0 and not isinstance(column, slice) else row[:, None]
        if isinstance(column, slice):
            row, column = np.asarray(row), self._nodes[column]
            row = row[:, None] if row.ndim == 1 else row
        return row, column

    def _by_rows(self, rows: IntArray, columns: IntArray) -> bool:
        """Make what is missing, and say where it is. Of rows and columns that are equally many
        columns are made: what is asked of one figure after the other mostly leads to one node."""
        by_row, by_column = self._rows.missing(rows), self._columns.missing(columns)
        fewest = min(len(by_row), len(by_column))
        if fewest and 2 * (fewest + self.made) > len(self._nodes):
            by_row = self._rows.missing(self._nodes)
            fewest = len(by_row)
        if len(by_column) == fewest:
            self._columns.add(by_column)
            return False
        self._rows.add(by_row)
        return True


class _Side:
    """Rows, or columns: those that there are, (room, n), and the ``place`` of each, or -1."""

    def __init__(self, nodes: int, make: Maker) -> None:
        self.place, self.made = np.full(nodes, -1), 0
        self.figures, self._make = np.empty((0, nodes)), make

    def missing(self, wanted: IntArray) -> IntArray:
        """Those of ``wanted`` that have yet to be made."""
        return wanted[self.place[wanted] < 0]

    def add(self, missing: IntArray) -> None:
        """Make them."""
        if not len(missing):
            return
        end = self.made + len(missing)
        if end > len(self.figures):
            room = np.empty((min(2 * end, len(self.place)), len(self.place)))
            room[: self.made] = self.figures[: self.made]
            self.figures = room
        self.figures[self.made : end] = self._make(missing)
        self.place[missing], self.made = np.arange(self.made, end), end


Table = FloatArray | AskedTable
"""Figures of every pair of nodes, (n, n), rows are sources."""


def whole(table: Table) -> FloatArray:
    """All figures of a table."""
    return table.whole() if isinstance(table, AskedTable) else table


def asked_distances(network: Network) -> AskedTable:
    """Distances of the IGP of one plane, as
    :func:`~netkit.planner.network.shortest_paths.all_pairs` has them."""
    sums = _Sums(network)
    return AskedTable(len(network.nodes), sums.rows, sums.columns)


def asked_worst(network: Network, distance: AskedTable, weight: Weights) -> AskedTable:
    """The largest sum of ``weight`` (m,) over shortest paths, as
    :func:`~netkit.planner.network.ecmp.fold` has it; metrics of 0 must close no loop."""
    folds = _Folds(network, distance, weight)
    return AskedTable(len(network.nodes), folds.rows, folds.columns)


def asked_worst_us(network: Network, distance: AskedTable) -> AskedTable:
    """The same of delays; a node that takes no part in a plane does not even reach itself."""
    folds = _InPlane(network, distance, network.delay_us)
    return AskedTable(len(network.nodes), folds.rows, folds.columns)


@dataclass(frozen=True)
class _Sums:
    """Distances from some nodes, and to some."""

    network: Network

    def rows(self, nodes: IntArray) -> FloatArray:
        """An overloaded node is left in the first step only."""
        network = self.network
        found: FloatArray = dijkstra(self._onward, indices=nodes)
        for number in np.flatnonzero(network.overload[nodes]).tolist():
            first = network.igp & (network.tail == nodes[number])
            found[number] = Arcs(network, self._transit | first).least(
                network.metric, int(nodes[number])
            )
        return _without_outside(network, nodes, found)

    def columns(self, nodes: IntArray) -> FloatArray:
        """What leaves overloaded nodes is left out, and then tried as a first step."""
        network = self.network
        found: FloatArray = dijkstra(self._back, indices=nodes)
        onward = found.copy() if network.overload.any() else found
        for arc in np.flatnonzero(network.igp & network.overload[network.tail]):
            least = found[:, network.tail[arc]]
            np.minimum(least, network.metric[arc] + onward[:, network.head[arc]], out=least)
        return _without_outside(network, nodes, found)

    @cached_property
    def _transit(self) -> BoolArray:
        found: BoolArray = self.network.igp & ~self.network.overload[self.network.tail]
        return found

    @cached_property
    def _onward(self) -> csr_array:
        return Arcs(self.network, self._transit).matrix(self.network.metric)

    @cached_property
    def _back(self) -> csr_array:
        return self._onward.T.tocsr()


@dataclass(frozen=True)
class _Folds:
    """Worst sums over the branches of ECMP from some nodes, and to some."""

    network: Network
    distance: AskedTable
    weight: Weights

    def columns(self, nodes: IntArray) -> FloatArray:
        """Folded from their ends outwards."""
        return fold_by(self.network, lambda to: self.distance[:, to].T, self.weight, nodes)[0].T

    def rows(self, nodes: IntArray) -> FloatArray:
        """The same with every arc turned round: where a packet comes from is as certain as where
        it goes while no loop is closed."""
        turned, order = self._turned
        weight = self.weight[order]
        return fold_by(turned, lambda src: self.distance[src, :], weight, nodes)[0].T

    @cached_property
    def _turned(self) -> tuple[Network, IntArray]:
        """The network with its arcs turned round, of which numbers are right, not names; and the
        arcs in its order."""
        network, order = self.network, self.network.by_tail
        turned = replace(
            network, tail=network.head[order], head=network.tail[order],
            metric=network.metric[order], delay_us=network.delay_us[order], igp=network.igp[order],
        )  # fmt: skip
        return turned, order


class _InPlane(_Folds):
    """The same for those that take part in the plane."""

    def columns(self, nodes: IntArray) -> FloatArray:
        """To them."""
        return _without_outside(self.network, nodes, super().columns(nodes))

    def rows(self, nodes: IntArray) -> FloatArray:
        """From them."""
        return _without_outside(self.network, nodes, super().rows(nodes))


def _without_outside(network: Network, nodes: IntArray, found: FloatArray) -> FloatArray:
    """Rows or columns ``found`` of ``nodes``, of which those outside the plane do not even reach
    themselves there."""
    outside = np.flatnonzero(~network.member[nodes])
    found[outside, nodes[outside]] = np.inf
    return found
