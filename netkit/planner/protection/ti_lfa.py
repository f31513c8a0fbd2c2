"""Local repair by TI-LFA (RFC 9855): what a neighbour of a failure does before anyone else knows.

The point of local repair sends the packet along the path that the IGP will converge to, with the
fewest SIDs that keep it there while all others still forward by the old tables. Each algorithm
repairs inside its own plane, by SIDs of its own (RFC 9350 §14.2). A node is in
P-space if no old shortest path to it crosses the failure; the neighbour on the new path
extends that, since the packet can be handed to it without a SID; Q-space are the nodes whose
old shortest paths to the target avoid the failure. In SRv6 one ``End.X`` covers adjacent P and Q.

Invariant of the search along the new path: the best repair to each position is known before any
longer one is built on it, and "best" is fewest SIDs, then least worst delay. O(L²) for L hops.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from netkit.model.planning.survival import Failure, FailureKind
from netkit.planner.arrays import BoolArray, FloatArray, Tables
from netkit.planner.network.crossing import Crossing
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.network.shortest_paths import LeastSums


@dataclass(frozen=True, slots=True, order=True)
class Repair:
    """``sids`` SIDs deliver within ``worst_us`` over every ECMP branch of the old tables.

    ``handed``: the first arc of the new path, where the packet starts over it without a SID.
    ``steps`` are the SIDs: (0, node number) is End, (1, arc number) is End.X.
    """

    sids: int
    worst_us: int
    handed: tuple[int, ...] = ()
    steps: tuple[tuple[int, int], ...] = ()

    def then(self, worst_us: float, *steps: tuple[int, int]) -> Repair:
        """This repair, continued."""
        spent = self.sids + len(steps)
        return Repair(spent, self.worst_us + int(worst_us), self.handed, (*self.steps, *steps))


class Reconverged:
    """The IGP once it knows that the arcs ``failed`` (m,) are gone; computed as it is asked for."""

    def __init__(self, igp: Igp, failed: BoolArray) -> None:
        self._igp, self._failed = igp, failed
        self._network = network = igp.network
        self._usable = network.igp & ~failed
        transit = self._usable & ~network.overload[network.tail]
        self._least = LeastSums(network, network.metric, transit)
        self._planes: dict[int, Reconverged] = {}

    def plane(self, algorithm: int) -> Reconverged:
        """The tables of one algorithm."""
        if algorithm == self._network.algorithm:
            return self
        if algorithm not in self._planes:
            self._planes[algorithm] = Reconverged(self._igp.plane(algorithm), self._failed)
        return self._planes[algorithm]

    @property
    def network(self) -> Network:
        """Nodes and arcs by the same numbers as before; what failed is only never used."""
        return self._network

    def ways(self, dst: int) -> tuple[Tables, FloatArray, int]:
        """The arcs that carry packets, and least metrics to ``dst`` as a column."""
        return self._tables, self._least.to_node(dst)[:, None], 0

    @cached_property
    def _tables(self) -> Tables:
        return self._network.tables._replace(usable=self._usable)

    def next_arcs(self, node: int, dst: int) -> tuple[int, ...]:
        """The ECMP set, ascending; empty at ``dst`` and where there is no route."""
        to, usable = self._least.to_node(dst).item, self._usable.item
        ways = [
            (metric + to(head), arc)
            for arc, head, metric, _ in self._network.leaving[node]
            if node != dst and usable(arc)
        ]
        here = min(ways, default=(np.inf, 0))[0]
        return tuple(arc for away, arc in ways if away == here < np.inf)


class Repairs:
    """The repairs around one failure, all in one plane; ``failed`` has shape (m,)."""

    def __init__(self, igp: Igp, failed: BoolArray, after: Reconverged) -> None:
        self._igp = igp
        self._failed = failed
        self._crossing = Crossing(igp, failed)
        self._after = after
        self._found: dict[tuple[int, int, bool], Repair | None] = {}
        self._planes: dict[int, Repairs] = {}

    def plane(self, algorithm: int) -> Repairs:
        """The repairs of one algorithm."""
        if algorithm == self._igp.network.algorithm:
            return self
        if algorithm not in self._planes:
            own = self._igp.plane(algorithm), self._failed, self._after.plane(algorithm)
            self._planes[algorithm] = Repairs(*own)
        return self._planes[algorithm]

    def repair(self, node: int, target: int, *, land: bool) -> Repair | None:
        """From ``node`` to ``target``; None where the new IGP has no path either.

        ``land``: the packet must visit ``target`` though its next SID is another's, as after an
        ``End.X`` that failed (RFC 9855 §6.3); then the repair list itself must lead there.
        """
        key = (node, target, land)
        if key not in self._found:
            path = self._path(node, target)
            self._found[key] = None if path is None else self._fewest(path, land=land)
        return self._found[key]

    def _path(self, node: int, target: int) -> list[int] | None:
        """Arcs of the new shortest path; of equal ones the first at each hop."""
        arcs: list[int] = []
        while node != target:
            onward = self._after.next_arcs(node, target)
            if not onward or len(arcs) > len(self._igp.network.nodes):
                return None
            arcs.append(onward[0])
            node = int(self._igp.network.head[onward[0]])
        return arcs

    def _fewest(self, arcs: list[int], *, land: bool) -> Repair:
        """Shortest path over the positions of ``arcs``: (SIDs, worst delay) to each, from 0.

        The first hop is free. From a position, one SID leads to any later one in its P-space,
        or over the arc behind that one.
        """
        network = self._igp.network
        nodes = np.array([network.tail[arcs[0]], *network.head[arcs]])
        way = self._igp.worst_us[nodes[:, None], nodes]
        way[self._crossing.between(nodes, nodes)] = np.inf
        delay_us, last = network.delay_us[arcs].tolist(), len(arcs)
        best: list[list[Repair]] = [[] for _ in range(last + 1)]
        best[0].append(Repair(0, 0))
        best[1].append(Repair(0, delay_us[0], (arcs[0],)))
        for at in range(last):
            so_far = min(best[at])
            for to in range(at, last):
                if way[at, to] < np.inf:
                    best[to].append(so_far.then(way[at, to], (0, int(nodes[to]))))
                    over = way[at, to] + delay_us[to]
                    best[to + 1].append(so_far.then(over, (1, arcs[to])))
            if way[at, last] < np.inf:
                own = [(0, int(nodes[last]))] if land else []
                best[last].append(so_far.then(way[at, last], *own))
        return min(best[last])


@dataclass(frozen=True)
class Failed:
    """What one failure takes away: arcs (m,), and nodes by number."""

    arcs: BoolArray
    nodes: frozenset[int] = frozenset()

    @classmethod
    def by(cls, failure: Failure, network: Network) -> Failed:
        """What ``failure`` takes away."""
        if failure.kind is FailureKind.NODE:
            node = network.index[failure.name]
            return cls((network.tail == node) | (network.head == node), frozenset({node}))
        members = network.arcs_of_srlg if failure.kind is FailureKind.SRLG else network.arcs_of_link
        arcs = np.zeros(len(network.arcs), dtype=np.bool_)
        arcs[list(members[failure.name])] = True
        return cls(arcs)

    @cached_property
    def links(self) -> frozenset[int]:
        """The arcs as numbers."""
        return frozenset(np.flatnonzero(self.arcs).tolist())
