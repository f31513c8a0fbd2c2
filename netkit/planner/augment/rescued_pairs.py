"""Which pairs each candidate would bring inside their bounds, by the least delays that there are.

An arc u→v of delay l gives the pair s, t a way of D(s, u) + l + D(v, t); a fastest path crosses one
and the same new link, fabric or router at most once. So a candidate is a few arcs between routers
that exist, and all pairs can be tried at once.

O(a p) for a arcs that could be built and p pairs, as arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from netkit.model.network.elements import Adjacency
from netkit.model.network.topology import Topology
from netkit.model.planning.addition import Addition, extended
from netkit.model.planning.demand import Demand
from netkit.planner.arrays import BoolArray, FloatArray, IntArray
from netkit.planner.network.network import Network

_ENTRIES = 2_000_000
"""Size of the largest temporary array, in (arc, pair) entries."""


@dataclass(frozen=True)
class Asked:
    """Pairs as arrays of shape (p,): node numbers of their ends, and their bounds."""

    src: IntArray
    dst: IntArray
    bound_us: FloatArray

    @classmethod
    def of(cls, network: Network, demands: Sequence[Demand]) -> Asked:
        """Demands as arrays."""
        ends = [(network.index[one.src], network.index[one.dst]) for one in demands]
        src, dst = np.array(ends, dtype=np.int64).reshape(-1, 2).T
        return cls(src, dst, np.array([one.bound_us for one in demands], dtype=np.float64))


@dataclass(frozen=True)
class Shortcuts:
    """What each of ``count`` candidates adds, as arcs of shape (a,) between routers that exist.

    ``owner`` is the number of the candidate. A way over a planned router is one arc.
    """

    network: Network
    count: int
    tail: IntArray
    head: IntArray
    delay_us: IntArray
    owner: IntArray

    @classmethod
    def of(cls, network: Network, topology: Topology, candidates: Sequence[Addition]) -> Shortcuts:
        """Arcs of ``candidates`` for the ``topology`` behind ``network``. O(candidates)."""
        rows = np.array(list(_rows(network, topology, candidates)), dtype=np.int64).reshape(-1, 4)
        return cls(network, len(candidates), *np.ascontiguousarray(rows.T))

    def each_us(self, best_us: FloatArray, src: int, dst: int) -> FloatArray:
        """Least delay of one pair over each arc, shape (a,); infinite where it must not go so."""
        usable = self._usable(self.network.operator[src], self.network.operator[dst])
        way_us: FloatArray = best_us[src, self.tail] + self.delay_us + best_us[self.head, dst]
        way_us[~usable] = np.inf
        return way_us

    def rescues(self, best_us: FloatArray, asked: Asked) -> csr_array:
        """Does the candidate of the row alone bring the pair of the column inside its bound?

        A sparse array (count, p) of ones. ``best_us`` is that of
        :func:`~netkit.planner.network.shortest_paths.least_delays`. O(a p), all in numpy.
        """
        found = list(self._hits(best_us, asked)) or [(np.zeros(0, np.int64),) * 2]
        candidate, pair = (np.concatenate(part) for part in zip(*found, strict=True))
        shape = (self.count, len(asked.src))
        once = np.unique(candidate * shape[1] + pair)
        where = (once // max(1, shape[1]), once % max(1, shape[1]))
        return csr_array((np.ones(len(once)), where), shape=shape)

    def _hits(self, best_us: FloatArray, asked: Asked) -> Iterator[tuple[IntArray, IntArray]]:
        """(candidate, pair) for each arc that rescues, pairs of two operators at a time."""
        operator = self.network.operator
        kinds = np.stack((operator[asked.src], operator[asked.dst]), axis=1)
        for first, second in np.unique(kinds, axis=0):
            pairs = np.flatnonzero((kinds == (first, second)).all(axis=1))
            arcs = np.flatnonzero(self._usable(first, second))
            start, end = asked.src[pairs][:, None], asked.dst[pairs][:, None]
            step = max(1, _ENTRIES // len(pairs))
            for block in np.split(arcs, range(step, len(arcs), step)):
                way_us = best_us[start, self.tail[block]] + self.delay_us[block]
                way_us += best_us[self.head[block], end]
                pair, arc = np.nonzero(way_us <= asked.bound_us[pairs][:, None])
                yield self.owner[block[arc]], pairs[pair]

    def _usable(self, first: int, second: int) -> BoolArray:
        """May traffic from operator ``first`` to ``second`` go over each arc? It changes hands once
        or, inside one operator, never."""
        operator = self.network.operator
        tail, head = operator[self.tail], operator[self.head]
        ways = np.stack((tail != first, tail != head, head != second))
        usable: BoolArray = ways.sum(axis=0) == (first != second)
        return usable


def _rows(
    network: Network, topology: Topology, candidates: Sequence[Addition]
) -> Iterator[tuple[int, int, int, int]]:
    """(tail, head, delay, candidate) of each arc."""
    index = network.index
    for number, one in enumerate(candidates):
        if not one.is_link:
            continue
        for link in one.links:
            yield index[link.a], index[link.b], link.delay_ab_us, number
            if link.delay_ba_us is not None:
                yield index[link.b], index[link.a], link.delay_ba_us, number
    yield from _site_rows(network, topology, candidates)


def _site_rows(
    network: Network, topology: Topology, candidates: Sequence[Addition]
) -> Iterator[tuple[int, int, int, int]]:
    """The same of exchanges and of routers, both of which make links of their own."""
    index = network.index
    numbers = [number for number, one in enumerate(candidates) if not one.is_link]
    built = extended(replace(topology, links=()), [candidates[number] for number in numbers])
    owner = {id_: number for number in numbers for id_ in candidates[number].ids}
    routers = {candidates[number].name: number for number in numbers if candidates[number].nodes}
    over: dict[int, list[Adjacency]] = {}
    for arc in built.adjacencies:
        new = [end for end in (arc.src, arc.dst) if end not in index]
        owned = owner.get(built.link[arc.link_id].fabric or arc.link_id)
        if not new and owned is not None:
            yield index[arc.src], index[arc.dst], arc.delay_us, owned
        elif len(new) == 1 and owned in (None, routers[new[0]]):
            # Without an owner it is a leg to an exchange that waits for the router.
            over.setdefault(routers[new[0]], []).append(arc)
    for number, arcs in over.items():
        yield from _through(network, candidates[number].name, arcs, number)


def _through(
    network: Network, name: str, arcs: Sequence[Adjacency], number: int
) -> Iterator[tuple[int, int, int, int]]:
    """Every way over the new router ``name`` that changes hands at most once."""
    for enter in (arc for arc in arcs if arc.dst == name):
        for leave in (arc for arc in arcs if arc.src == name):
            if enter.src != leave.dst and (enter.igp or leave.igp):
                delay_us = enter.delay_us + leave.delay_us
                yield network.index[enter.src], network.index[leave.dst], delay_us, number
