"""Label setting for the path of least metric inside a bound, without limits or waypoints.

Reference: :mod:`netkit.planner.search.cspf`; labels are made, numbered, ordered and dropped as
there, so ties fall alike.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netkit.planner.arrays import BoolArray, FloatArray, IntArray
from netkit.planner.compiled.compiler import compiled, inner


class PathGraph(NamedTuple):
    """Arcs in the order of their tails, what each costs and takes, and the least of both from each
    node to the end."""

    starts: IntArray
    arcs: IntArray
    head: IntArray
    cost: FloatArray
    delay_us: FloatArray
    allowed: BoolArray
    cost_left: FloatArray
    us_left: FloatArray


class Guide(NamedTuple):
    """A multiplier of :mod:`netkit.planner.search.larac`; ``q`` is 0 where there is none."""

    p: float
    q: float
    left: FloatArray


class Labels(NamedTuple):
    """One row a label; its number is its row. ``first`` and ``second`` are the queue's order, which
    is a heap; of settled labels ``older`` is the one that was settled before it at its node.
    ``many`` (2,) are how many labels are made and how many wait."""

    node: IntArray
    arc: IntArray
    parent: IntArray
    older: IntArray
    queue: IntArray
    cost: FloatArray
    delay_us: FloatArray
    first: FloatArray
    second: FloatArray
    many: IntArray


@inner
def labels_for(room: int) -> Labels:
    """No labels, with room for so many."""
    return Labels(
        np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64),
        np.empty(room, np.int64), np.empty(room, np.int64),
        np.empty(room), np.empty(room), np.empty(room), np.empty(room), np.zeros(2, np.int64),
    )  # fmt: skip


@inner
def roomier(labels: Labels) -> Labels:
    """The same labels with room for twice as many."""
    had = len(labels.node)
    more = labels_for(2 * had)
    for label in range(had):
        more.node[label], more.arc[label] = labels.node[label], labels.arc[label]
        more.parent[label], more.older[label] = labels.parent[label], labels.older[label]
        more.queue[label], more.cost[label] = labels.queue[label], labels.cost[label]
        more.delay_us[label] = labels.delay_us[label]
        more.first[label], more.second[label] = labels.first[label], labels.second[label]
    more.many[0], more.many[1] = labels.many[0], labels.many[1]
    return more


@inner
def _before(labels: Labels, one: int, other: int) -> bool:
    """Does a label leave the queue before another?"""
    if labels.first[one] != labels.first[other]:
        return bool(labels.first[one] < labels.first[other])
    if labels.second[one] != labels.second[other]:
        return bool(labels.second[one] < labels.second[other])
    return one < other


@inner
def _enqueue(labels: Labels, label: int) -> None:
    place, queue = labels.many[1], labels.queue
    labels.many[1] += 1
    while place > 0:
        above = (place - 1) // 2
        if _before(labels, queue[above], label):
            break
        queue[place] = queue[above]
        place = above
    queue[place] = label


@inner
def dequeue(labels: Labels) -> int:
    """Take off the first label."""
    labels.many[1] -= 1
    queue, last, place = labels.queue, labels.many[1], 0
    taken, moved = queue[0], queue[last]
    while True:
        below = 2 * place + 1
        if below >= last:
            break
        if below + 1 < last and _before(labels, queue[below + 1], queue[below]):
            below += 1
        if _before(labels, moved, queue[below]):
            break
        queue[place] = queue[below]
        place = below
    queue[place] = moved
    return int(taken)


@inner
def _is_behind(labels: Labels, known: int, cost: float, delay_us: float, guided: bool) -> bool:
    """Is ``known``, the label settled last at a node, or one before it as good? Without a guide the
    latest is the quickest, and none is dearer than what comes."""
    if not guided:
        return known >= 0 and labels.delay_us[known] <= delay_us
    while known >= 0:
        if labels.delay_us[known] <= delay_us and labels.cost[known] <= cost:
            return True
        known = labels.older[known]
    return False


FOUND, NONE, OUT_OF_PATIENCE = 0, 1, 2


@compiled
def best_path(
    graph: PathGraph, guide: Guide, src: int, dst: int, bound_us: float, patience: float
) -> tuple[int, IntArray]:
    """The arcs of the path with :data:`FOUND`; no arcs with :data:`NONE`, or with
    :data:`OUT_OF_PATIENCE` after so many labels were settled."""
    labels, latest = labels_for(int(np.int64(256))), np.full(len(graph.starts) - 1, -1)
    settled, nothing = 0, int(np.int64(-1))
    if graph.us_left[src] <= bound_us:
        add(labels, nothing, nothing, src, 0.0, 0.0, 0.0, 0.0)
    while labels.many[1] and settled < patience:
        label = dequeue(labels)
        node = labels.node[label]
        cost, delay_us = labels.cost[label], labels.delay_us[label]
        if _is_behind(labels, latest[node], cost, delay_us, guide.q > 0):
            continue
        labels.older[label], latest[node] = latest[node], label
        if node == dst:
            return FOUND, arcs_of(labels, label)
        while labels.many[0] + graph.starts[node + 1] - graph.starts[node] > len(labels.node):
            labels = roomier(labels)
        _grow(graph, guide, labels, latest, label, bound_us)
        settled += 1
    return (OUT_OF_PATIENCE if labels.many[1] else NONE), np.empty(0, np.int64)


@compiled
def best_paths(
    graph: PathGraph, cost_left: FloatArray, us_left: FloatArray, rows: IntArray, srcs: IntArray,
    dsts: IntArray, bounds_us: FloatArray, patience: float,
) -> tuple[IntArray, IntArray, IntArray]:  # fmt: skip
    """Many searches without a guide. ``rows`` tell which of ``cost_left`` and ``us_left`` each has.
    How each ended, where its arcs begin, and all arcs, one path after the other."""
    how, starts = np.empty(len(rows), np.int64), np.zeros(len(rows) + 1, np.int64)
    arcs = np.empty(64 * len(rows) + 1, np.int64)
    guide = Guide(0.0, 0.0, us_left[0])
    for number in range(len(rows)):
        own = PathGraph(
            graph.starts, graph.arcs, graph.head, graph.cost, graph.delay_us, graph.allowed,
            cost_left[rows[number]], us_left[rows[number]],
        )  # fmt: skip
        src, dst, bound_us = srcs[number], dsts[number], bounds_us[number]
        how[number], found = best_path(own, guide, src, dst, bound_us, patience)
        first, last = starts[number], starts[number] + len(found)
        if last > len(arcs):
            more = np.empty(2 * last, np.int64)
            for place in range(first):
                more[place] = arcs[place]
            arcs = more
        for place in range(first, last):
            arcs[place] = found[place - first]
        starts[number + 1] = last
    return how, starts, arcs[: starts[-1]]


@inner
def add(
    labels: Labels, parent: int, arc: int, node: int, cost: float, delay_us: float, first: float,
    second: float,
) -> None:  # fmt: skip
    """Make a label and queue it; there must be room."""
    made = labels.many[0]
    labels.node[made], labels.arc[made], labels.parent[made] = node, arc, parent
    labels.cost[made], labels.delay_us[made] = cost, delay_us
    labels.first[made], labels.second[made] = first, second
    labels.many[0] += 1
    _enqueue(labels, made)


@inner
def _grow(
    graph: PathGraph, guide: Guide, labels: Labels, latest: IntArray, label: int, bound_us: float
) -> None:
    """Queue the label with every arc that leaves its node and lets it come home in time."""
    node = labels.node[label]
    for place in range(graph.starts[node], graph.starts[node + 1]):
        arc = graph.arcs[place]
        head, late_us = graph.head[arc], labels.delay_us[label] + graph.delay_us[arc]
        if late_us + graph.us_left[head] > bound_us or not graph.allowed[arc]:
            continue
        total = labels.cost[label] + graph.cost[arc]
        if _is_behind(labels, latest[head], total, late_us, guide.q > 0):
            continue
        to_pay = graph.cost_left[head]
        if guide.q > 0:
            priced = guide.p * (bound_us - late_us) - guide.left[head]
            to_pay = max(to_pay, -(priced // guide.q))
        arrival_us = late_us + graph.us_left[head]
        add(labels, label, arc, head, total, late_us, total + to_pay, arrival_us)


@inner
def arcs_of(labels: Labels, label: int) -> IntArray:
    """The walk to a label."""
    many, step = 0, label
    while labels.parent[step] >= 0:
        many += 1
        step = labels.parent[step]
    found, step = np.empty(many, np.int64), label
    while labels.parent[step] >= 0:
        many -= 1
        found[many] = labels.arc[step]
        step = labels.parent[step]
    return found
