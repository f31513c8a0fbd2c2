"""The list with the fewest uSID containers (RFC 9800), found jointly with the path.

Containers come first, then SIDs, then metric, then guaranteed delay. Filling containers greedily
along a list found before is not enough: a list with more SIDs, or a longer path, may need fewer. So
the search knows what *room* is left: (a, free, more), ``free`` slots of a container of plane a and
``more`` containers behind it. A step takes its slots, or opens the next container, of any plane; a
node processes its SID with ``more`` segments left. It covers delay, limits and waypoints alike.
"""

from __future__ import annotations

import numpy as np

from netkit.model.srv6.segment_list import Segment
from netkit.model.srv6.usid import END_SLOTS, END_X_SLOTS, SERVICE_SLOTS, SLOTS
from netkit.planner.network.network import FloatArray
from netkit.planner.search.constrained_lists import ConditionedSearch, Partial, out_of_reach
from netkit.planner.search.fewest_sids import SEARCH_LIMIT, WIDER, most_segments
from netkit.planner.search.search_graph import SearchGraph
from netkit.planner.search.segment_costs import SteeringCosts

ContainerSpace = tuple[int, int, int]


def fewest_containers(
    costs: SteeringCosts, src: int, dst: int, bound_us: float, most_sids: int | None = None
) -> tuple[Segment, ...] | None:
    """The list from ``src`` to ``dst`` with the fewest containers that guarantees ``bound_us`` and
    keeps all limits; None where there is none.

    ``most_sids`` and the platforms' limits count containers, each of which is one SID to them.
    Lists have at most :data:`~netkit.planner.search.fewest_sids.SEARCH_LIMIT` segments.
    """
    most = most_segments(costs.igp.network, src, dst, most_sids)
    if most < 0 or out_of_reach(costs, src, dst, bound_us):
        return None
    search = _ContainerSearch(costs, src, dst, bound_us)
    for more in range(most + 1):
        for count in range(_most_sids(more) + 1):
            found = search.fewest(count, more)
            if found is not None:
                return found
            if costs.plain and search.settled(count, more):
                break
    return None


def least_in_containers_us(
    costs: SteeringCosts, src: int, dst: int, most_sids: int | None = None
) -> float:
    """The least delay that any list within the platforms' limits guarantees, other limits aside;
    infinite where there is none."""
    fastest_us = float(costs.delay.to_node(dst)[src])
    most = most_segments(costs.igp.network, src, dst, most_sids)
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


class _ContainerSearch(ConditionedSearch[int]):
    """The same arrays; tables of least sums to the end are kept by SIDs and containers left."""

    def __init__(self, costs: SteeringCosts, src: int, dst: int, bound_us: float) -> None:
        window = SearchGraph(costs, src, dst, bound_us)
        super().__init__(window, dst, bound_us, window.able)
        self._slots = np.where(window.kind == 0, END_SLOTS, END_X_SLOTS)
        self._tables: dict[tuple[int, int], FloatArray] = {}

    def fewest(self, count: int, more: int) -> tuple[Segment, ...] | None:
        """The best list of ``count`` segments in one container and ``more``."""
        src, planes = self._window.src, range(len(self._costs.planes))
        rooms = [
            (plane, SLOTS, more)
            for plane in planes
            if self._keeps(self._table(count, more)[plane, SLOTS, :, src][:, None])[0]
        ]
        partials = [self._start(room) for room in rooms]
        for left in range(count, 0, -1):
            partials = self._kept([one for p in partials for one in self._after_any(p, left)])
        found = self._best_home(partials)
        return None if found is None else tuple(map(self._window.segment, found.steps))

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
        return float(self._table(count, more)[:, SLOTS, 0, self._window.src].min())

    def _after_any(self, partial: Partial, segments_left: int) -> list[Partial]:
        """The partial list with every step that its room, or the next container, has space for."""
        window, grown = self._window, []
        for plane, free, more in self._rooms(partial):
            able = window.able(more) & (window.plane == plane)
            table = self._table(segments_left - 1, more)[plane]
            for slots in (END_SLOTS, END_X_SLOTS):
                if slots <= free:
                    room = (plane, free - slots, more)
                    fitting = able & (self._slots == slots)
                    grown.extend(self._grown(partial, fitting, table[free - slots], room))
        return grown

    def _rooms(self, partial: Partial) -> list[ContainerSpace]:
        plane, free, more = partial.room
        opened = [(other, SLOTS, more - 1) for other in range(len(self._costs.planes)) if more]
        return [(plane, free, more), *opened]

    def _table(self, count: int, more: int) -> FloatArray:
        """Least sums to the end with at most ``count`` segments and ``more`` containers, by plane
        and free slots of the container in hand, shape (A, 7, r, k); waypoints aside."""
        if (count, more) not in self._tables:
            self._tables[count, more] = self._made(count, more)
        return self._tables[count, more]

    def _made(self, count: int, more: int) -> FloatArray:
        planes, (sums, k) = len(self._costs.planes), self._way.shape[:2]
        table = np.full((planes, SLOTS + 1, sums, k), np.inf)
        table[0, SERVICE_SLOTS:] = self._way[:, :, self._window.dst]
        if more:
            np.minimum(table, self._table(count, more - 1)[:, SLOTS].min(axis=0), out=table)
        if count:
            before = self._table(count - 1, more)
            for plane in range(planes):
                for free in range(1, SLOTS + 1):
                    own = self._over(before[plane], plane, free, more)
                    np.minimum(table[plane, free], own, out=table[plane, free])
        return table

    def _over(self, before: FloatArray, plane: int, free: int, more: int) -> FloatArray:
        """Least sums (r, k) over one step of a plane into a container with ``free`` slots."""
        window, k = self._window, self._way.shape[1]
        steps = np.flatnonzero((window.plane == plane) & (self._slots <= free) & window.able(more))
        left = before[free - self._slots[steps], :, window.to[steps]].T
        prices = self._step[:, steps] + left
        onward = np.full((len(prices), k), np.inf)
        for row, price in zip(onward, prices, strict=True):
            np.minimum.at(row, window.at[steps] - plane * k, price)
        least: FloatArray = (self._way[:, :, plane * k : (plane + 1) * k] + onward[:, None, :]).min(
            axis=2
        )
        return least
