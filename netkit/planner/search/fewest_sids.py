"""The segment list with the fewest SIDs that still guarantees the bound.

A tier needs no particular path: it needs that every path the packet may take stays inside the
bound. So the search runs over lists, not over paths, and each step is priced at its worst.
Limits of the platforms (RFC 9352 §4) are part of the search: encoding afterwards would call
feasible pairs infeasible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netkit.model.srv6.segment_list import Segment
from netkit.planner.network.network import BoolArray, FloatArray, IntArray, Network
from netkit.planner.search.constrained_lists import conditioned_list
from netkit.planner.search.search_graph import SearchGraph
from netkit.planner.search.segment_costs import SteeringCosts

SEARCH_LIMIT = 16
"""More segments than this are never tried; hardware pushes about ten."""


@dataclass(frozen=True)
class FewestSids:
    """Result of :func:`fewest_sids`: the list without its service SID, None where none exists."""

    segments: tuple[Segment, ...] | None


def fewest_sids(
    costs: SteeringCosts, src: int, dst: int, bound_us: float, max_sids: int | None = None
) -> FewestSids:
    """Find the list from ``src`` to ``dst`` with the fewest SIDs that guarantees ``bound_us``.

    Among lists of equal length the least metric wins, then the least guaranteed delay, then a
    fixed order of segments. O(k² + p) a segment, for k nodes and p steps in the window.
    """
    most = most_segments(costs.igp.network, src, dst, max_sids)
    if most < 0 or costs.delay.to_node(dst)[src] > bound_us:
        return FewestSids(None)
    if not costs.plain:
        return FewestSids(conditioned_list(costs, src, dst, bound_us, most))
    direct_us = costs.direct_us(src, dst)
    if direct_us <= bound_us and np.isfinite(direct_us):
        return FewestSids(())
    window = SearchGraph(costs, src, dst, bound_us)
    to_go = [window.home_us]
    for used in range(1, most + 1):
        onward = onward_us(window, to_go[-1], window.able(used))
        if (window.first_us[0] + onward).min() <= bound_us:
            able = [window.able(left) for left in range(used, 0, -1)]
            return FewestSids(cheapest(window, bound_us, to_go, able).segments)
        if used == most:
            break
        if used == 1:
            near_us = _near_us(window, onward)
            if (window.first_us[0] + onward_us(window, near_us, window.able(2))).min() <= bound_us:
                able = [window.able(2), window.able(1)]
                found = cheapest(window, bound_us, [window.home_us, near_us], able)
                return FewestSids(found.segments)
        to_go.append((window.all_us + onward).min(axis=1))
        if _settled(to_go):
            break
    return FewestSids(None)


def _near_us(window: SearchGraph, onward: FloatArray) -> FloatArray:
    """Least delay with one segment to come, (k,), where a list of two may stand in between; two
    are mostly enough, and the other rows would be most of the work."""
    found = np.full(len(window.nodes), np.inf)
    near = window.one_segment_away
    found[near] = (window.ways_from(near) + onward).min(axis=1, initial=np.inf)
    return found


WIDER = (1.0, 1.1, 1.5)
"""Bounds to try for the least guaranteed delay, in least delays."""


def least_guaranteed_us(
    costs: SteeringCosts, src: int, dst: int, max_sids: int | None = None
) -> float:
    """The least delay that any list within the limits guarantees; infinite where there is none.

    Least delays bound it from below, and mostly some list is not far off: so ever wider windows
    are searched until one holds the answer.
    """
    fastest_us = float(costs.delay.to_node(dst)[src])
    most = most_segments(costs.igp.network, src, dst, max_sids)
    if most < 0 or not np.isfinite(fastest_us):
        return np.inf
    for bound_us in (*(fastest_us * factor for factor in WIDER), np.inf):
        least_us = _least_within(SearchGraph(costs, src, dst, bound_us), most)
        if least_us <= bound_us:
            return least_us
    return np.inf


def _least_within(window: SearchGraph, most: int) -> float:
    to_go = [window.home_us]
    for used in range(1, most + 1):
        onward = onward_us(window, to_go[-1], window.able(used))
        to_go.append((window.all_us + onward).min(axis=1))
        if _settled(to_go):
            break
    return min(float(sums[window.src]) for sums in to_go)


def most_segments(network: Network, src: int, dst: int, max_sids: int | None) -> int:
    """Segments before the service SID that headend and endpoint allow: with reduced encapsulation
    (RFC 8986 §5.2) a list of s SIDs puts s - 1 of them into the header. Negative where there is not
    even a service SID."""
    if not network.has_service[dst]:
        return -1
    nodes = network.nodes
    most = min(nodes[src].sid_limits.max_h_encaps - 1, nodes[dst].sid_limits.max_end_d)
    return min(most, SEARCH_LIMIT, SEARCH_LIMIT if max_sids is None else max_sids - 1)


def onward_us(window: SearchGraph, to_go_us: FloatArray, able: BoolArray) -> FloatArray:
    """Least delay to the end for a packet that has come to each arrival for its next SID, which
    only the steps ``able`` (p,) can be; ``to_go_us`` (k,) is the least delay behind it."""
    step_us = np.where(able, window.step_us + to_go_us[window.to], np.inf)
    onward = np.full(window.arrivals, np.inf)
    np.minimum.at(onward, window.at, step_us)
    return onward


def _settled(to_go: list[FloatArray]) -> bool:
    """Will longer lists bring nothing? Nodes that accept a longer list are never more."""
    return np.array_equal(to_go[-1], to_go[-2])


@dataclass(frozen=True, slots=True)
class _Labels:
    """Partial lists, one a row: where they have come to, what they cost, their steps so far.

    Rows are in lexicographic order of their steps, which settles ties.
    """

    at: IntArray
    cost: FloatArray
    delay_us: FloatArray
    steps: IntArray


@dataclass(frozen=True, slots=True)
class Cheapest:
    """A list without its service SID, with its metric and its guaranteed delay."""

    cost: float
    delay_us: float
    segments: tuple[Segment, ...]


def cheapest(
    window: SearchGraph, bound_us: float, to_go: Sequence[FloatArray], able: Sequence[BoolArray]
) -> Cheapest:
    """Least (metric, delay) among the lists of one length inside the bound, of which there is one:
    layer by layer, each node keeping the partial lists that no other dominates.

    ``able[i]`` (p,) says which steps the i-th segment may be, ``to_go[r]`` (k,) the least delay
    from each position with r segments to come.
    """
    labels = _Labels(np.array([window.src]), np.zeros(1), np.zeros(1), np.zeros((1, 0), np.int64))
    for behind, steps in zip(reversed(to_go), able, strict=True):
        labels = _undominated(_grown(window, labels, behind, steps, bound_us))
    cost = labels.cost + window.home_cost[labels.at]
    delay_us = labels.delay_us + to_go[0][labels.at]
    best = np.lexsort((delay_us, cost))[0]
    segments = tuple(window.segment(int(step)) for step in labels.steps[best])
    return Cheapest(float(cost[best]), float(delay_us[best]), segments)


_BLOCK = 2_000_000
"""Size of the largest temporary array, in (partial list, step) entries."""


def _grown(
    window: SearchGraph, labels: _Labels, to_go_us: FloatArray, able: BoolArray, bound_us: float
) -> _Labels:
    """Every partial list with every segment from which the end is still within the bound."""
    onward = np.where(able, window.step_us + to_go_us[window.to], np.inf)
    steps = np.flatnonzero(onward <= bound_us)
    size = max(1, _BLOCK // max(1, len(steps)))
    found = [
        _pairs(window, labels, slice(first, first + size), steps, bound_us - onward[steps])
        for first in range(0, len(labels.at), size)
    ]
    row, step, delay_us, cost = (np.concatenate(column) for column in zip(*found, strict=True))
    grown = np.column_stack((labels.steps[row], step))
    return _Labels(window.to[step], cost, delay_us, grown)


def _pairs(
    window: SearchGraph, labels: _Labels, rows: slice, steps: IntArray, latest_us: FloatArray
) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
    """Rows and steps that fit, in order, with the delay and cost they come to."""
    first = not labels.steps.shape[1]
    way_us = window.first_us if first else window.ways_from(labels.at[rows])
    at = window.at[steps]
    arrival_us = labels.delay_us[rows, None] + way_us[:, at]
    row, column = np.nonzero(arrival_us <= latest_us)
    step = steps[column]
    delay_us = arrival_us[row, column] + window.step_us[step]
    row += rows.start
    cost = window.way_cost(labels.at[row], at[column]) + window.step_cost[step]
    return row, step, delay_us, labels.cost[row] + cost


def _undominated(labels: _Labels) -> _Labels:
    """At each node, drop what costs no less and is no faster than another; keep the order."""
    order = np.lexsort((labels.delay_us, labels.cost, labels.at))
    at, delay_us = labels.at[order], labels.delay_us[order]
    span = delay_us.max() + 1 if len(order) else 1.0
    # Each node's delays lie wholly below those of the node before: one running minimum serves all.
    falling = delay_us - at * span
    best = np.minimum.accumulate(falling)
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = falling[1:] < best[:-1]
    kept = np.sort(order[first])
    return _Labels(labels.at[kept], labels.cost[kept], labels.delay_us[kept], labels.steps[kept])
