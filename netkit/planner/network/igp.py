"""What the interior gateway protocol does with a packet: distances, ECMP, and what ECMP may cost.

``distance`` is D(i, j) of the IGP metric; ``paths`` is N(i, j), the number of shortest paths with
parallel links counted; ``worst_us`` is W(i, j), the largest delay over all of them. Flows are
hashed onto any of the shortest paths, so W is what can be promised for a node segment.
Each operator runs an IGP of its own: distances across operators are infinite. Flexible Algorithms
(RFC 9350) are further planes, each with these figures of its own.

Distances by Dijkstra (1959), as IS-IS computes them (ISO/IEC 10589); D and W are exact. A node
segment's delay is W and not the delay of some path: that is what makes plans promises. O(n m log n)
for D and O(n m) for N and W, a plane.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from netkit.errors import ReplayError
from netkit.model.network.elements import Adjacency
from netkit.model.network.topology import Topology
from netkit.planner.arrays import FloatArray, Tables, Weights, kind_for
from netkit.planner.network.advertised_sids import stripped
from netkit.planner.network.asked_rows import (
    AskedTable,
    Table,
    asked_distances,
    asked_worst,
    asked_worst_us,
    whole,
)
from netkit.planner.network.ecmp import fold, loops
from netkit.planner.network.network import Network
from netkit.planner.network.next_arcs import NextArcs
from netkit.planner.network.path_metrics import PathMetric
from netkit.planner.network.shortest_paths import all_pairs


@dataclass(frozen=True)
class Igp:
    """All-pairs figures, each of shape (n, n), rows are sources.

    Unreachable pairs have ``distance`` and ``worst_us`` infinite and ``paths`` 0. Where metrics of
    0 let ECMP loop, ``distance`` is finite and ``worst_us`` and ``paths`` are infinite. Metrics and
    delays are integers below 2^53, so the floats hold them exactly. A node that takes no part in a
    plane does not even reach itself there. ``flex`` are the planes beside algorithm 0, in
    order of their numbers. On a large network rows may be made as they are asked for.

    Two ways of equal metric, one slower: a packet may take either, so the slower one counts.

    >>> from netkit.model.network.elements import Link, Node, Role
    >>> nodes = tuple(Node(name, Role.CITY, i) for i, name in enumerate("abcd", start=1))
    >>> ways = (("a", "b", 100), ("b", "d", 100), ("a", "c", 700), ("c", "d", 700))
    >>> links = tuple(Link(f"{u}~{v}", u, v, us, us, 10, 10) for u, v, us in ways)
    >>> igp = Igp.of(Network.of(Topology("square", nodes, links)))
    >>> a, d = igp.network.index["a"], igp.network.index["d"]
    >>> float(igp.distance[a, d]), float(igp.paths[a, d]), float(igp.worst_us[a, d])
    (20.0, 2.0, 1400.0)
    """

    network: Network
    distance: Table
    worst_us: Table
    flex: tuple[Igp, ...] = ()

    @classmethod
    def of(
        cls, network: Network, algorithms: Collection[int] | None = None, *, asked: bool = False
    ) -> Igp:
        """Run the IGP of every operator, and those of its Flexible Algorithms that are in
        ``algorithms``, all if None. A plane: O(n m log n) for distances, O(n m) for ECMP; if
        ``asked`` each row and column when it is asked for, where that can be."""
        defined = {flex.algorithm: flex for flex in network.flex_algos}
        wanted = sorted(defined if algorithms is None else defined.keys() & set(algorithms))
        planes = tuple(cls.of(network.plane(defined[number]), asked=asked) for number in wanted)
        if asked and not network.compiled and not loops(network):
            rows = asked_distances(network)
            return cls(network, rows, asked_worst_us(network, rows), planes)
        distance, worst_us = _rows(network)
        outside = np.flatnonzero(~network.member)
        distance[outside, outside] = worst_us[outside, outside] = np.inf
        return cls(network, distance, worst_us, planes)

    def with_delays(self, network: Network) -> Igp:
        """The figures of ``network``, which differs from that of these in delays only: no distance
        is another. There must be no planes. Rows that are made as they are asked for still are."""
        if isinstance(self.distance, AskedTable) and not network.compiled:
            return Igp(network, self.distance, asked_worst_us(network, self.distance))
        everywhere = np.arange(len(network.nodes))
        distance = whole(self.distance)
        worst_us, _ = fold(network, distance, network.delay_us, everywhere)
        outside = np.flatnonzero(~network.member)
        worst_us[outside, outside] = np.inf
        return Igp(network, *_kept(network, distance, worst_us))

    def __setstate__(self, state: dict[str, object]) -> None:
        """Unpickled in another process its arrays may be files that are mapped: they are plain
        arrays over the same memory here, as numpy indexes those of its subclass through Python."""
        for name, value in state.items():
            self.__dict__[name] = value.view(np.ndarray) if isinstance(value, np.memmap) else value

    def plane(self, algorithm: int) -> Igp:
        """The same figures of one algorithm. Raises :class:`~netkit.errors.ReplayError` for one
        that is not here."""
        if algorithm == self.network.algorithm:
            return self
        for igp in self.flex:
            if igp.network.algorithm == algorithm:
                return igp
        raise ReplayError(f"no plane of algorithm {algorithm}")

    def worst(self, metric: PathMetric) -> Table:
        """The largest sum of ``metric`` over the shortest paths, shape (n, n)."""
        if metric is PathMetric.METRIC and self.network.algorithm == 0:
            return self.distance
        if metric is PathMetric.DELAY:
            return self.worst_us
        if metric not in self._worst:
            self._worst[metric] = self._folded(self.network.weight(metric))
        return self._worst[metric]

    def _folded(self, weight: Weights) -> Table:
        network = self.network
        if isinstance(self.distance, AskedTable):
            return asked_worst(network, self.distance, weight)
        sums, _ = fold(network, self.distance, weight, np.arange(len(network.nodes)))
        return _kept(network, sums, sums)[0]

    @cached_property
    def paths(self) -> FloatArray:
        """The number of shortest paths, shape (n, n). O(n m)."""
        network, everywhere = self.network, np.arange(len(self.network.nodes))
        _, paths = fold(network, whole(self.distance), network.delay_us, everywhere)
        outside = np.flatnonzero(~network.member)
        paths[outside, outside] = 0
        return paths

    @cached_property
    def with_every_sid(self) -> Igp:
        """The same as if every router advertised every SID."""
        flex = tuple(plane.with_every_sid for plane in self.flex)
        return replace(self, network=stripped(self.network), flex=flex)

    @cached_property
    def _worst(self) -> dict[PathMetric, Table]:
        return {}

    @cached_property
    def loops(self) -> bool:
        """Do metrics of 0 close a loop somewhere?"""
        return loops(self.network)

    def next_arcs(self, node: int, dst: int) -> tuple[int, ...]:
        """The ECMP set, ascending: the arcs that ``node`` forwards over towards ``dst``."""
        return self._next_arcs.towards(node, dst)

    @cached_property
    def _next_arcs(self) -> NextArcs:
        return NextArcs(self.network, self.distance)

    def ways(self, dst: int) -> tuple[Tables, FloatArray, int]:
        """The arcs that carry packets, and the matrix whose column ``dst`` are the least metrics
        to there."""
        return self.network.tables, whole(self.distance), dst


def _rows(network: Network) -> tuple[FloatArray, FloatArray]:
    """Distances and worst delays of all pairs; of a network whose inner loops are compiled, in
    floats of 32 bits where both are exact in them."""
    if network.compiled:
        from netkit.planner.network.compiled_rows import compiled_rows

        found = compiled_rows(network)
        if found is not None:
            return found
    distance = all_pairs(network, network.metric, network.igp)
    worst_us, _ = fold(network, distance, network.delay_us, np.arange(len(network.nodes)))
    return _kept(network, distance, worst_us)


def _kept(
    network: Network, distance: FloatArray, worst_us: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Both as they are kept: for compiled code as small as is exact, and of one kind."""
    if not network.compiled:
        return distance, worst_us
    kind = kind_for(distance, worst_us)
    return distance.astype(kind, copy=False), worst_us.astype(kind, copy=False)


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


RoutingTables = Mapping[str, Mapping[tuple[str, int], tuple[Adjacency, ...]]]


def routing_tables(topology: Topology) -> RoutingTables:
    """The ECMP set of every node towards every other that it reaches, in algorithm 0 and in each
    Flexible Algorithm; node, then (destination, algorithm)."""
    igp = Igp.of(Network.of(topology))
    tables: dict[str, dict[tuple[str, int], tuple[Adjacency, ...]]]
    tables = {node.name: {} for node in topology.active_nodes}
    for plane in (igp, *igp.flex):
        for node, hops in next_hops(plane).items():
            tables[node].update(
                ((destination, plane.network.algorithm), arcs) for destination, arcs in hops.items()
            )
    return tables
