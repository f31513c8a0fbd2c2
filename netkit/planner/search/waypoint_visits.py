"""Which waypoints a list surely visits, whatever branch of ECMP a packet takes.

A segment from i to j surely visits w iff w is on every shortest path: D(i, w) + D(w, j) = D(i, j)
and N(i, w) N(w, j) = N(i, j), where N counts shortest paths (Brandes 2001 counts them so). What
comes after w is then a node segment from w to j, so the same test counts on to the next waypoint.
Where metrics of 0 lead from j to w and back, N(i, w) has paths beyond j, which no packet to j
takes: there the test is a walk over the next hops.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from netkit.planner.arrays import BoolArray, IntArray
from netkit.planner.network.asked_rows import Table
from netkit.planner.network.igp import Igp
from netkit.planner.search.search_graph import SearchGraph


class WaypointVisits:
    """Waypoints visited in order, from 0 to w, by lists inside ``graph``."""

    def __init__(self, graph: SearchGraph) -> None:
        self._graph, self._waypoints = graph, graph.costs.waypoints
        self._known: dict[tuple[int, int], IntArray] = {}

    @property
    def at_start(self) -> int:
        """Those that the source itself is."""
        return int(self._onto[0, self._graph.src]) if self._waypoints else 0

    def after(
        self, starts: IntArray, visited: IntArray, arrivals: IntArray, to: IntArray
    ) -> IntArray:
        """Visited once a packet that had visited so many has gone by IGP from positions to arrivals
        and by a step on to positions, item for item."""
        if not self._waypoints:
            return visited
        table, row = self._rows(starts, visited)
        done: IntArray = self._onto[table[row, arrivals], to]
        return done

    def all_at_home(self, starts: IntArray, visited: IntArray) -> BoolArray:
        """Are all of them visited once a packet has gone by IGP from positions to the end?"""
        table, row = self._rows(starts, visited)
        done: BoolArray = table[row, self._graph.dst] == len(self._waypoints)
        return done

    def _rows(self, starts: IntArray, visited: IntArray) -> tuple[IntArray, IntArray]:
        """Visited at every arrival, for each different start, and which of them each item has."""
        many = len(self._waypoints) + 1
        keys, row = np.unique(starts * many + visited, return_inverse=True)
        rows = [self._surely_by(*divmod(key, many)) for key in keys.tolist()]
        return np.stack(rows), row

    def _surely_by(self, position: int, visited: int) -> IntArray:
        """Surely visited by node segments from a position to every arrival, (A k,)."""
        key = int(self._graph.nodes[position]), visited
        if key not in self._known:
            planes = [self._surely(igp, *key) for igp in self._graph.costs.planes]
            self._known[key] = np.concatenate(planes)
        return self._known[key]

    def _surely(self, igp: Igp, node: int, visited: int) -> IntArray:
        columns = self._graph.nodes
        if visited == len(self._waypoints):
            return np.full(len(columns), visited)
        waypoint = self._waypoints[visited]
        distance: Table = igp.distance
        by = distance[node, waypoint] + distance[waypoint, columns] == distance[node, columns]
        with np.errstate(invalid="ignore"):  # no path times infinitely many: equals no number
            many = igp.paths[node, waypoint] * igp.paths[waypoint, columns]
        surely = by & np.isfinite(distance[node, columns]) & (many == igp.paths[node, columns])
        _leave_out_beyond(igp, node, waypoint, columns, surely)
        if not surely.any():
            return np.full(len(columns), visited)
        return np.where(surely, self._surely(igp, waypoint, visited + 1), visited)

    @cached_property
    def _onto(self) -> IntArray:
        """Visited once a packet that had visited some is at a position, (w + 1, k)."""
        nodes, all_ = self._graph.nodes, len(self._waypoints)
        rows = [np.full(len(nodes), all_)]
        for visited in range(all_ - 1, -1, -1):
            rows.append(np.where(nodes == self._waypoints[visited], rows[-1], visited))
        return np.array(rows[::-1])


def _leave_out_beyond(
    igp: Igp, node: int, waypoint: int, columns: IntArray, surely: BoolArray
) -> None:
    """Clear ``surely`` at the arrivals that a packet from ``node`` may reach without the waypoint,
    among those that metrics of 0 join to it both ways. O(m) for each of these."""
    there, back = igp.distance[waypoint, columns], igp.distance[columns, waypoint]
    joined = surely & (there == 0) & (back == 0) & (columns != waypoint)
    for column in np.flatnonzero(joined).tolist():
        surely[column] = not _may_avoid(igp, node, waypoint, int(columns[column]))


def _may_avoid(igp: Igp, node: int, waypoint: int, dst: int) -> bool:
    """Whether next hops lead from ``node`` to ``dst`` other than by the waypoint."""
    heads, seen, queue = igp.network.head, {node, waypoint}, [node]
    while queue and node != waypoint:
        at = queue.pop()
        if at == dst:
            return True
        onward = {int(heads[arc]) for arc in igp.next_arcs(at, dst)} - seen
        seen |= onward
        queue += onward
    return False
