"""The least-cost path whose delay keeps a bound: exact, by label setting.

The problem is NP-hard; exact bounds on what is still to come and dominance make it quick on real
backbones (Joksch 1966; Lozano & Medaglia 2013 for the pruning).
"""

from __future__ import annotations

import heapq
import sys
from dataclasses import replace
from operator import le
from typing import NamedTuple

import numpy as np

from netkit.model.plan import Metric, Path
from netkit.planner.graph import Network
from netkit.planner.steering import SteeringCosts


class _Label(NamedTuple):
    """A walk from the source: where it is, how many waypoints it has visited, what it took.

    ``sums`` are those of the limits, in their order.
    """

    node: int
    visited: int
    cost: float
    delay_us: int
    sums: tuple[float, ...]
    arc: int
    parent: _Label | None


_Entry = tuple[float, float, int, _Label]
"""Least metric and delay of any way home over the label; its number, which settles ties."""


def least_cost_path(costs: SteeringCosts, src: int, dst: int, bound_us: float) -> Path | None:
    """The path of least metric among those of at most ``bound_us``; None where there is none.

    Ties go to the lesser delay, then to the path found first, arcs taken in ascending order.
    Labels are settled by (metric, delay) with the least of both still to come, so the first one at
    ``dst`` is the answer. With waypoints the path may visit a node again. Exponential in the worst
    case only.
    """
    search = _Search(costs, dst, bound_us)
    queue: list[_Entry] = []
    nothing = (0.0,) * len(costs.limits)
    start = _Label(src, search.visits(src, 0), 0, 0, nothing, -1, None)
    search.push(queue, start)
    while queue:
        label = heapq.heappop(queue)[3]
        if not search.settle(label):
            continue
        if label.node == dst and label.visited == len(costs.waypoints):
            return _path(costs.igp.network, src, label)
        search.grow(queue, label)
    return None


class _Search:
    """Labels and what bounds them."""

    def __init__(self, costs: SteeringCosts, dst: int, bound_us: float) -> None:
        self._leaving = costs.igp.network.leaving
        self._allowed, self._arc_cost = costs.allowed.item, costs.arc_cost.item
        self._waypoints = costs.waypoints
        self._bound_us = bound_us if np.isfinite(bound_us) else sys.float_info.max
        network = costs.igp.network
        self._most = [limit.most for limit in costs.limits]
        self._weights = [network.weight(limit.measure).item for limit in costs.limits]
        self._us_left = [row.item for row in costs.still(costs.delay, dst)]
        self._cost_left = [row.item for row in costs.still(costs.cost, dst)]
        self._sums_left = [[row.item for row in costs.still(each, dst)] for each in costs.limited]
        self._least_us: dict[tuple[int, int], int] = {}
        self._settled: dict[tuple[int, int], list[tuple[float, ...]]] = {}
        self._made = 0

    def visits(self, node: int, visited: int) -> int:
        """How many waypoints are visited once ``node`` is reached."""
        while visited < len(self._waypoints) and self._waypoints[visited] == node:
            visited += 1
        return visited

    def push(self, queue: list[_Entry], label: _Label) -> None:
        """Queue a label, unless it cannot come home within the bounds."""
        arrival_us = label.delay_us + self._us_left[label.visited](label.node)
        if arrival_us > self._bound_us:
            return
        for sum_, left, most in zip(label.sums, self._sums_left, self._most, strict=True):
            if sum_ + left[label.visited](label.node) > most:
                return
        self._made += 1
        cost = label.cost + self._cost_left[label.visited](label.node)
        heapq.heappush(queue, (cost, arrival_us, self._made, label))

    def settle(self, label: _Label) -> bool:
        """Keep the label, unless one that was settled before it is as good in all that counts."""
        if self._is_behind(label.node, label.visited, label.delay_us, label.sums):
            return False
        if not self._most:
            self._least_us[label.node, label.visited] = label.delay_us
        else:
            known = self._settled.setdefault((label.node, label.visited), [])
            known.append((label.delay_us, *label.sums))
        return True

    def _is_behind(self, node: int, visited: int, delay_us: int, sums: tuple[float, ...]) -> bool:
        if not self._most:
            return delay_us >= self._least_us.get((node, visited), np.inf)
        known = self._settled.get((node, visited), ())
        return any(all(map(le, earlier, (delay_us, *sums))) for earlier in known)

    def grow(self, queue: list[_Entry], label: _Label) -> None:
        """Queue the label with every arc that leaves its node."""
        node, visited, cost, delay_us, sums, _, _ = label
        for arc, head, _, arc_us in self._leaving[node]:
            reached = self.visits(head, visited) if self._waypoints else 0
            late_us = delay_us + arc_us
            more = sums
            if sums:
                more = tuple(
                    sum_ + weigh(arc) for sum_, weigh in zip(sums, self._weights, strict=True)
                )
            if self._allowed(arc) and not self._is_behind(head, reached, late_us, more):
                total = cost + self._arc_cost(arc)
                self.push(queue, _Label(head, reached, total, late_us, more, arc, label))


def least_delay_path(costs: SteeringCosts, src: int, dst: int) -> Path | None:
    """The path of least delay, ties to the lesser metric; None where ``dst`` cannot be reached."""
    if costs.limits:
        return least_cost_path(replace(costs, metric=Metric.DELAY), src, dst, np.inf)
    least_us = float(costs.still(costs.delay, dst)[0][src])
    return least_cost_path(costs, src, dst, least_us) if np.isfinite(least_us) else None


def _path(network: Network, src: int, label: _Label) -> Path:
    arcs = []
    step: _Label | None = label
    while step is not None and step.parent is not None:
        arcs.append(network.arcs[step.arc])
        step = step.parent
    arcs.reverse()
    nodes = (network.nodes[src].name, *(arc.dst for arc in arcs))
    cost = sum(arc.metric for arc in arcs)
    return Path(nodes, tuple(arc.link_id for arc in arcs), cost, label.delay_us)
