"""The paths of least metric from one node to many others, each inside its own bound, by one label
setting for all of them.

Reference: :func:`netkit.planner.search.cspf.least_cost_path`, end by end. Labels are settled by
metric and then delay, without a bound on the metric that is to come, so the first at an end that is
in time for it is as good as its path. Which of equally good paths an end has depends on what its
own search prunes: where there is another, no answer is given.

Invariant: no arc adds nothing to both sums, so whatever leads to a label was settled before it; of
labels at a node that were settled each is dearer and quicker than those before. Exponential in the
worst case only.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netkit.planner.arrays import BoolArray, FloatArray, IntArray
from netkit.planner.compiled.compiler import compiled, inner
from netkit.planner.compiled.heaps import sift_in, sift_out
from netkit.planner.compiled.path_search import (
    FOUND,
    NONE,
    OUT_OF_PATIENCE,
    Labels,
    add,
    arcs_of,
    dequeue,
    labels_for,
    roomier,
)


class Ways(NamedTuple):
    """Arcs in the order of their tails and of their heads, what each costs and takes, and which may
    be used."""

    starts: IntArray
    out: IntArray
    ends: IntArray
    into: IntArray
    tail: IntArray
    head: IntArray
    cost: FloatArray
    delay_us: FloatArray
    allowed: BoolArray


@inner
def _latest_us(ways: Ways, dsts: IntArray, bounds_us: FloatArray) -> FloatArray:
    """When a walk must have come to each node, (n,), for some end to be reached in time; below 0
    where it cannot. Dijkstra (1959) from all ends at once, the latest first."""
    found, size = np.full(len(ways.starts) - 1, -1.0), int(np.int64(0))
    room = len(ways.tail) + len(dsts)
    keys, items = np.empty(room), np.empty(room, np.int64)
    for number in range(len(dsts)):
        if bounds_us[number] > found[dsts[number]]:
            found[dsts[number]] = bounds_us[number]
            sift_in(keys, items, size, -bounds_us[number], dsts[number])
            size += 1
    while size:
        key, node = keys[0], items[0]
        sift_out(keys, items, size)
        size -= 1
        if -key < found[node]:
            continue
        for place in range(ways.ends[node], ways.ends[node + 1]):
            arc = ways.into[place]
            us, tail = found[node] - ways.delay_us[arc], ways.tail[arc]
            if ways.allowed[arc] and us >= 0 and us > found[tail]:
                found[tail] = us
                sift_in(keys, items, size, -us, tail)
                size += 1
    return found


class _Ends(NamedTuple):
    """The ends at each node, chained by ``first`` (n,) and ``next``, with their bounds; the label
    that answers each, or -1."""

    first: IntArray
    next: IntArray
    bounds_us: FloatArray
    label: IntArray


@inner
def _chained(n: int, dsts: IntArray, bounds_us: FloatArray) -> _Ends:
    first, next_ = np.full(n, -1), np.empty(len(dsts), np.int64)
    for number in range(len(dsts)):
        next_[number], first[dsts[number]] = first[dsts[number]], number
    return _Ends(first, next_, bounds_us, np.full(len(dsts), -1))


@inner
def _answered(ends: _Ends, labels: Labels, label: int) -> int:
    """Have a label that was just settled answer what it can; how many ends that were."""
    number, many = ends.first[labels.node[label]], int(np.int64(0))
    while number >= 0:
        if ends.label[number] < 0 and labels.delay_us[label] <= ends.bounds_us[number]:
            ends.label[number] = label
            many += 1
        number = ends.next[number]
    return many


@inner
def _grow(ways: Ways, labels: Labels, latest: IntArray, latest_us: FloatArray, label: int) -> None:
    """Queue the label with every arc that leaves its node and lets it come to some end in time."""
    node = labels.node[label]
    for place in range(ways.starts[node], ways.starts[node + 1]):
        arc = ways.out[place]
        head, us = ways.head[arc], labels.delay_us[label] + ways.delay_us[arc]
        if us > latest_us[head] or not ways.allowed[arc]:
            continue
        known = latest[head]
        if known < 0 or labels.delay_us[known] > us:
            cost = labels.cost[label] + ways.cost[arc]
            add(labels, label, arc, head, cost, us, cost, us)


@inner
def _alone(ways: Ways, labels: Labels, latest: IntArray, label: int) -> bool:
    """Does no other walk take what the one of a label does, in metric and in delay?"""
    while labels.parent[label] >= 0:
        node, many = labels.node[label], 0
        for place in range(ways.ends[node], ways.ends[node + 1]):
            arc = ways.into[place]
            cost = labels.cost[label] - ways.cost[arc]
            us, known = labels.delay_us[label] - ways.delay_us[arc], latest[ways.tail[arc]]
            while known >= 0 and labels.cost[known] >= cost and ways.allowed[arc]:
                many += labels.cost[known] == cost and labels.delay_us[known] == us
                known = labels.older[known]
        if many > 1:
            return False
        label = labels.parent[label]
    return True


@compiled
def paths_from(
    ways: Ways, src: int, dsts: IntArray, bounds_us: FloatArray, most: int
) -> tuple[IntArray, IntArray, IntArray]:
    """How the search for each end ended, where its arcs begin, and all arcs, one path after the
    other: with :data:`OUT_OF_PATIENCE` where another path is as good, or after ``most`` labels."""
    n, settled, waiting = len(ways.starts) - 1, 0, len(dsts)
    ends, latest_us = _chained(n, dsts, bounds_us), _latest_us(ways, dsts, bounds_us)
    labels, latest = labels_for(int(np.int64(1024))), np.full(n, -1)
    nothing = int(np.int64(-1))
    if latest_us[src] >= 0:
        add(labels, nothing, nothing, src, 0.0, 0.0, 0.0, 0.0)
    while labels.many[1] and waiting and settled < most:
        label = dequeue(labels)
        node = labels.node[label]
        if latest[node] >= 0 and labels.delay_us[latest[node]] <= labels.delay_us[label]:
            continue
        labels.older[label], latest[node] = latest[node], label
        waiting -= _answered(ends, labels, label)
        while labels.many[0] + ways.starts[node + 1] - ways.starts[node] > len(labels.node):
            labels = roomier(labels)
        _grow(ways, labels, latest, latest_us, label)
        settled += 1
    return _told(ways, ends, labels, latest, NONE if not labels.many[1] else OUT_OF_PATIENCE)


@inner
def _told(
    ways: Ways, ends: _Ends, labels: Labels, latest: IntArray, otherwise: int
) -> tuple[IntArray, IntArray, IntArray]:
    """The answers; ``otherwise`` is said of ends without a label."""
    how, starts = np.full(len(ends.label), otherwise), np.zeros(len(ends.label) + 1, np.int64)
    arcs = np.empty(64 * len(ends.label) + 1, np.int64)
    for number in range(len(ends.label)):
        first = last = starts[number]
        label = ends.label[number]
        if label >= 0:
            how[number] = FOUND if _alone(ways, labels, latest, label) else OUT_OF_PATIENCE
        if how[number] == FOUND:
            found = arcs_of(labels, label)
            last = first + len(found)
            if last > len(arcs):
                more = np.empty(2 * last, np.int64)
                more[:first] = arcs[:first]
                arcs = more
            arcs[first:last] = found
        starts[number + 1] = last
    return how, starts, arcs[: starts[-1]]
