"""The list with the fewest uSID containers (RFC 9800), found jointly with the path.

Problem: containers come first, then SIDs, then metric, then guaranteed delay. Filling containers
greedily along a list found before is not enough: a list with more SIDs, or a longer path, may need
fewer. So labels carry what *space* is left: (a, free, more), ``free`` 16-bit slots of a container
of plane a (six in all with F3216) and ``more`` containers behind it. A step takes its slots, one
for a uN and two for a routable uA, or opens the next container, of any plane; a node processes its
SID with ``more`` segments left. It covers delay, limits and waypoints alike.

Invariant: table (count, more) holds the least sums to the end of any list of at most ``count``
segments and ``more`` further containers, exact for delay and each limit by itself; so it only
prunes, and the label search decides. O(A s (k² + p)) a table, for A planes, s slots in a container,
k nodes and p steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from netkit.model.srv6.segment_list import Segment
from netkit.model.srv6.usid import END_SLOTS, END_X_SLOTS, SERVICE_SLOTS, SLOTS
from netkit.planner.arrays import FloatArray
from netkit.planner.search.fewest_sids import SEARCH_LIMIT, WIDER, most_segments, out_of_reach
from netkit.planner.search.label_search import LabelSearch, Move
from netkit.planner.search.list_search import CutList
from netkit.planner.search.search_graph import SearchGraph
from netkit.planner.search.segment_costs import SteeringCosts

ContainerSpace = tuple[int, int, int]
"""Plane and free slots of the container in hand, and the containers behind it."""


@dataclass(frozen=True, slots=True)
class FewestContainers:
    """Lists with the fewest containers; ``max_sids`` and the platforms' limits count containers,
    each of which is one SID to them.

    Lists have at most :data:`~netkit.planner.search.fewest_sids.SEARCH_LIMIT` segments.
    """

    def found(
        self, costs: SteeringCosts, src: int, dst: int, bound_us: float, max_sids: int | None
    ) -> CutList | None:
        """The best list from ``src`` to ``dst``; None where there is none."""
        most = most_segments(costs.igp.network, src, dst, max_sids)
        if most < 0 or out_of_reach(costs, src, dst, bound_us):
            return None
        search = _ContainerSearch(costs, src, dst, bound_us)
        for more in range(most + 1):
            for count in range(_most_sids(more) + 1):
                segments = search.fewest(count, more)
                if segments is not None:
                    return CutList(segments)
                if costs.plain and search.settled(count, more):
                    break
        return None

    def least_us(
        self, costs: SteeringCosts, src: int, dst: int, max_sids: int | None = None
    ) -> float:
        """The least delay that any list within the platforms' limits guarantees, other limits
        aside; infinite where there is none."""
        fastest_us = float(costs.delay.to_node(dst)[src])
        most = most_segments(costs.igp.network, src, dst, max_sids)
        if most < 0 or not np.isfinite(fastest_us):
            return np.inf
        for bound_us in (*(fastest_us * factor for factor in WIDER), np.inf):
            search = _ContainerSearch(costs, src, dst, bound_us)
            least_us = min(search.least_us(more) for more in range(most + 1))
            if least_us <= bound_us:
                return least_us
        return np.inf


def _most_sids(more: int) -> int:
    return min(SEARCH_LIMIT, (more + 1) * SLOTS - SERVICE_SLOTS)


class _ContainerSearch:
    """Lists by what space is left; tables of least sums to the end are kept by segments and
    containers left."""

    def __init__(self, costs: SteeringCosts, src: int, dst: int, bound_us: float) -> None:
        self._graph = graph = SearchGraph(costs, src, dst, bound_us)
        self._labels = LabelSearch(graph, bound_us)
        self._planes = range(len(costs.planes))
        self._slots = np.where(graph.end_x, END_X_SLOTS, END_SLOTS)
        self._tables: dict[tuple[int, int], FloatArray] = {}

    def fewest(self, count: int, more: int) -> tuple[Segment, ...] | None:
        """The best list of ``count`` segments in one container and ``more``."""
        labels, table = self._labels, self._table(count, more)[:, SLOTS, :, self._graph.src]
        starts = [(plane, SLOTS, more) for plane in np.flatnonzero(labels.keeps(table.T)).tolist()]
        found = labels.best(starts, count, self._moves)
        return None if found is None else labels.segments(found)

    def settled(self, count: int, more: int) -> bool:
        """Will longer lists in so many containers bring nothing?"""
        return count > 0 and all(
            np.array_equal(self._table(count, fewer), self._table(count - 1, fewer))
            for fewer in range(more + 1)
        )

    def least_us(self, more: int) -> float:
        """The least delay of lists in one container and up to ``more``."""
        count = 0
        while count < _most_sids(more) and not self.settled(count, more):
            count += 1
        return float(self._table(count, more)[:, SLOTS, 0, self._graph.src].min())

    def _moves(self, space: ContainerSpace, left: int) -> Iterator[Move[ContainerSpace]]:
        """Every segment that the container in hand, or the next one, has slots for."""
        graph = self._graph
        for plane, free, more in self._spaces(space):
            able = graph.able(more) & (graph.plane == plane)
            table = self._table(left - 1, more)[plane]
            for slots in (END_SLOTS, END_X_SLOTS):
                if slots <= free:
                    after = (plane, free - slots, more)
                    yield Move(able & (self._slots == slots), table[free - slots], after)

    def _spaces(self, space: ContainerSpace) -> list[ContainerSpace]:
        """The space as it is, and what opening the next container, of any plane, makes of it."""
        more = space[2]
        return [space, *((plane, SLOTS, more - 1) for plane in self._planes if more)]

    def _table(self, count: int, more: int) -> FloatArray:
        """Least sums to the end with at most ``count`` segments and ``more`` containers, by plane
        and free slots of the container in hand, shape (A, 7, r, k); waypoints aside."""
        if (count, more) not in self._tables:
            self._tables[count, more] = self._made(count, more)
        return self._tables[count, more]

    def _made(self, count: int, more: int) -> FloatArray:
        home = self._labels.home
        table = np.full((len(self._planes), SLOTS + 1, *home.shape), np.inf)
        table[0, SERVICE_SLOTS:] = home
        if more:
            np.minimum(table, self._table(count, more - 1)[:, SLOTS].min(axis=0), out=table)
        if count:
            before = self._table(count - 1, more)
            for plane in self._planes:
                own = self._over(before[plane], plane, more)
                np.minimum(table[plane, 1:], own, out=table[plane, 1:])
        return table

    def _over(self, before: FloatArray, plane: int, more: int) -> FloatArray:
        """Least sums over one step of a plane into a container with 1, 2, … free slots, shape
        (6, r, k)."""
        graph, k = self._graph, len(self._graph.nodes)
        steps = np.flatnonzero((graph.plane == plane) & graph.able(more))
        room = np.arange(1, SLOTS + 1)[:, None] - self._slots[steps]
        left = before[np.maximum(room, 0), :, graph.to[steps]]
        left[room < 0] = np.inf
        # All containers side by side: positions of the next one stand k further on.
        at = np.arange(SLOTS)[:, None] * k + (graph.at[steps] - plane * k)
        least = np.empty((SLOTS, len(self._labels.steps), k))
        for row, ways in enumerate(self._labels.ways):
            onward = np.full(SLOTS * k, np.inf)
            price = self._labels.steps[row, steps] + left[:, :, row]
            np.minimum.at(onward, at.ravel(), price.ravel())
            own = ways[:, plane * k : (plane + 1) * k]
            least[:, row] = (own + onward.reshape(SLOTS, 1, k)).min(axis=2)
        return least
