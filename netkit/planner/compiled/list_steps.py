"""What lists may be made of on one plane: the steps inside a bound, the ways that cross nothing
barred.

Reference: :mod:`netkit.planner.search.search_graph` and :meth:`netkit.planner.network.igp.Igp.
may_cross`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netkit.planner.arrays import Barred, BoolArray, Figures, FloatArray, IntArray
from netkit.planner.compiled.compiler import compiled, inner


class ListGraph(NamedTuple):
    """Arcs (m,) in order of their heads, and where those of each node begin, (n + 1,); what each
    takes and costs, and which of them a list may visit, and steer over by End.X; nodes (n,), which
    have an End, and the segments left with which they execute a SID."""

    tail: IntArray
    starts: IntArray
    delay_us: FloatArray
    cost: FloatArray
    allowed: BoolArray
    steerable: BoolArray
    has_end: BoolArray
    most_left: IntArray


class Steps(NamedTuple):
    """What the next segment may be, (p,): from node ``at`` to ``to``; on top of the way to ``at``
    it takes ``us`` and costs ``cost``; it is End.X of arc ``number``, or of less than 0, End of
    node -1 - ``number``."""

    at: IntArray
    to: IntArray
    us: FloatArray
    cost: FloatArray
    most_left: IntArray
    number: IntArray


@inner
def steps_inside(
    graph: ListGraph, near: IntArray, from_us: FloatArray, to_us: FloatArray, bound_us: float
) -> Steps:
    """The steps of lists inside the bound, by End in order of nodes and then by End.X in order of
    arcs; ``from_us`` and ``to_us`` are the least delays from and to the ends, (n,)."""
    many = len(near)
    for node in near:
        many += graph.starts[node + 1] - graph.starts[node]
    at, to, number = np.empty(many, np.int64), np.empty(many, np.int64), np.empty(many, np.int64)
    us, cost, made = np.zeros(many), np.zeros(many), 0
    for node in near:
        if graph.has_end[node]:
            at[made] = to[made] = node
            number[made] = -1 - node
            made += 1
    for v in near:
        for arc in range(graph.starts[v], graph.starts[v + 1]):
            u = graph.tail[arc]
            through_us = from_us[u] + graph.delay_us[arc] + to_us[v]
            if graph.allowed[arc] and graph.steerable[arc] and through_us <= bound_us:
                at[made], to[made], number[made] = u, v, arc
                us[made], cost[made] = graph.delay_us[arc], graph.cost[arc]
                made += 1
    most_left = np.empty(made, np.int64)
    for step in range(made):
        most_left[step] = graph.most_left[at[step]]
    return Steps(at[:made], to[:made], us[:made], cost[:made], most_left, number[:made])


@inner
def near_enough(from_us: FloatArray, to_us: FloatArray, bound_us: float) -> IntArray:
    """The nodes over which the bound can be kept, ascending."""
    found, many = np.empty(len(to_us), np.int64), 0
    for node in range(len(to_us)):
        if from_us[node] + to_us[node] <= bound_us:
            found[many] = node
            many += 1
    return found[:many]


@compiled
def crosses(figures: Figures, barred: Barred, i: int, j: int) -> bool:
    """May ECMP take a packet from i to j over what is barred?"""
    if i == j:
        return False
    if barred.ends[i] or barred.ends[j]:
        return True
    distance = figures.distance
    whole = distance[i, j]
    for via in range(len(barred.tail)):
        u, v = barred.tail[via], barred.head[via]
        if distance[i, u] + (distance[v, j] + barred.metric[via]) != whole:
            continue
        if u == v or not ((barred.busy[u] and u != i) or (barred.busy[v] and v != j)):
            return True
    return False


@inner
def all_the_same(one: FloatArray, other: FloatArray, near: IntArray) -> bool:
    """Are two rows of figures (n,) equal at the nodes ``near``?"""
    for i in near:  # noqa: SIM110 (compiled code has no all)
        if one[i] != other[i]:
            return False
    return True
