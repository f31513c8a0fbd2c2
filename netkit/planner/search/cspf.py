"""The path of least metric whose delay keeps a bound: exact, by label setting.

Problem: constrained shortest path (the constraint-based routing of RFC 2702; Joksch 1966), NP-hard.
Labels are walks from the source, settled best first by metric with the least that is still to come;
bounds on what is to come and dominance make it quick on real backbones (Lozano & Medaglia 2013 for
the pruning). Limits and waypoints count the same way.

Invariant: some label in the queue begins the answer, or a walk as good, and stands there by no more
than that will cost; so the first label at the destination is the answer. Without a multiplier the
labels of one node come in order of metric, and dominance need not compare it; where a multiplier
guides the order they do not, and it does. Exponential in the worst case only.

Its labels are plain tuples and numbers: it looks at few arcs at a time, for which arrays would cost
more than the work.
"""

from __future__ import annotations

import heapq
import sys
from dataclasses import replace
from operator import le
from typing import NamedTuple

import numpy as np

from netkit.model.planning.demand import Metric
from netkit.model.srv6.segment_list import Path
from netkit.planner.arrays import FloatArray
from netkit.planner.network.network import Network
from netkit.planner.search.larac import Multiplier, best_multiplier
from netkit.planner.search.segment_costs import SteeringCosts


class Label(NamedTuple):
    """A walk from the source: where it is, how many waypoints it has visited, what it took.

    ``sums`` are those of the limits, in their order.
    """

    node: int
    visited: int
    cost: float
    delay_us: int
    sums: tuple[float, ...]
    arc: int
    parent: Label | None


_Counts = tuple[float, ...]

_Entry = tuple[float, float, int, Label]
"""Least metric and delay of any way home over the label; its number, which settles ties."""


PATIENCE = 100
"""Labels that are settled before a better bound on what is still to come repays its making."""


def least_cost_path(costs: SteeringCosts, src: int, dst: int, bound_us: float) -> Path | None:
    """The path of least metric among those of at most ``bound_us``; None where there is none.

    Ties go to the lesser delay, then to the path found first, arcs taken in ascending order.
    Labels are settled by (metric, delay) with the least of both still to come, so the first one at
    ``dst`` is the answer. With waypoints the path may visit a node again. Exponential in the worst
    case only.
    """
    if costs.igp.network.compiled and costs.plain:
        from netkit.planner.search.compiled_searches import compiled_path

        arcs = compiled_path(costs, src, dst, bound_us, PATIENCE)
        return None if arcs is None else costs.igp.network.names.path(src, arcs)
    search = _Search(costs, dst, bound_us)
    label = search.label(src, PATIENCE)
    if label is None and not search.over:
        label = _Search(costs, dst, bound_us, _multiplier(costs, src, dst, bound_us)).label(src)
    return None if label is None else _path(costs.igp.network, src, label)


def _multiplier(costs: SteeringCosts, src: int, dst: int, bound_us: float) -> Multiplier | None:
    """Least sums go straight to the end: over waypoints they would have to be added up."""
    return None if costs.waypoints else best_multiplier(costs, src, dst, bound_us)


def _plain(rows: list[FloatArray]) -> list[list[float]]:
    """As lists: where single items are looked up, they are quicker than arrays."""
    return [row.tolist() for row in rows]


class _Search:
    """Labels and what bounds them."""

    def __init__(
        self, costs: SteeringCosts, dst: int, bound_us: float, guide: Multiplier | None = None
    ) -> None:
        network = costs.igp.network
        self._dst = dst
        self._leaving = network.leaving
        self._allowed, self._arc_cost = costs.allowed.item, costs.arc_cost.item
        self._waypoints = costs.waypoints
        self._bound_us = bound_us if np.isfinite(bound_us) else sys.float_info.max
        self._guide = guide
        self._most = [limit.most for limit in costs.limits]
        self._weights = [network.weight(limit.metric).item for limit in costs.limits]
        self._us_left = _plain(costs.remaining(costs.delay, dst))
        self._cost_left = _plain(costs.remaining(costs.cost, dst))
        self._sums_left = [_plain(costs.remaining(each, dst)) for each in costs.limited]
        self._settled: dict[tuple[int, int], list[_Counts]] = {}
        self._queue: list[_Entry] = []
        self._made = 0

    def label(self, src: int, most: float = np.inf) -> Label | None:
        """The best label at the destination; None where there is none, or none among the first
        ``most`` that are settled."""
        start = Label(src, self._visits(src, 0), 0, 0, (0.0,) * len(self._most), -1, None)
        if self._us_left[start.visited][src] <= self._bound_us:
            self._push(start)
        settled = 0
        while self._queue and settled < most:
            label = heapq.heappop(self._queue)[3]
            if self._settle(label):
                if label.node == self._dst and label.visited == len(self._waypoints):
                    return label
                self._grow(label)
                settled += 1
        return None

    @property
    def over(self) -> bool:
        """Has every label been looked at?"""
        return not self._queue

    def _visits(self, node: int, visited: int) -> int:
        """How many waypoints are visited once ``node`` is reached."""
        while visited < len(self._waypoints) and self._waypoints[visited] == node:
            visited += 1
        return visited

    def _push(self, label: Label) -> None:
        """Queue a label that is in time, unless it cannot come home within the limits."""
        node, visited, cost, delay_us, sums, _, _ = label
        for sum_, left, most in zip(sums, self._sums_left, self._most, strict=True):
            if sum_ + left[visited][node] > most:
                return
        self._made += 1
        arrival_us = delay_us + self._us_left[visited][node]
        to_pay = self._cost_left[visited][node]
        if self._guide is not None:
            to_pay = max(to_pay, self._guide.cost_left(node, delay_us))
        heapq.heappush(self._queue, (cost + to_pay, arrival_us, self._made, label))

    def _counts(self, cost: float, delay_us: int, sums: tuple[float, ...]) -> _Counts:
        """In what another label must be as good. Without a guide labels come to a node by cost."""
        return (delay_us, *sums) if self._guide is None else (delay_us, cost, *sums)

    def _settle(self, label: Label) -> bool:
        """Keep the label, unless one that was settled before it is as good in all that counts."""
        counts = self._counts(label.cost, label.delay_us, label.sums)
        known = self._settled.setdefault((label.node, label.visited), [])
        if _is_behind(counts, known):
            return False
        if len(counts) == 1:
            known.clear()
        known.append(counts)
        return True

    def _grow(self, label: Label) -> None:
        """Queue the label with every arc that leaves its node and lets it come home in time."""
        node, visited, cost, delay_us, sums, _, _ = label
        reached, more = visited, sums
        for arc, head, _, arc_us in self._leaving[node]:
            if self._waypoints:
                reached = self._visits(head, visited)
            late_us = delay_us + arc_us
            if late_us + self._us_left[reached][head] > self._bound_us or not self._allowed(arc):
                continue
            if sums:
                more = tuple(
                    sum_ + weigh(arc) for sum_, weigh in zip(sums, self._weights, strict=True)
                )
            total = cost + self._arc_cost(arc)
            known = self._settled.get((head, reached))
            if known is None or not _is_behind(self._counts(total, late_us, more), known):
                self._push(Label(head, reached, total, late_us, more, arc, label))


def _is_behind(counts: _Counts, known: list[_Counts]) -> bool:
    return any(all(map(le, earlier, counts)) for earlier in known)


def least_delay_path(costs: SteeringCosts, src: int, dst: int) -> Path | None:
    """The path of least delay, ties to the lesser metric; None where ``dst`` cannot be reached."""
    if costs.limits:
        return least_cost_path(replace(costs, metric=Metric.DELAY), src, dst, np.inf)
    least_us = float(costs.remaining(costs.delay, dst)[0][src])
    return least_cost_path(costs, src, dst, least_us) if np.isfinite(least_us) else None


def _path(network: Network, src: int, label: Label) -> Path:
    arcs = []
    step: Label | None = label
    while step is not None and step.parent is not None:
        arcs.append(step.arc)
        step = step.parent
    return network.names.path(src, arcs[::-1])
