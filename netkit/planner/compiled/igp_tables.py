"""Tables of the IGP: rows of distances and worst delays, and branches of ECMP folded.

Rows: both figures from single nodes in one Dijkstra (1959). Reference:
:func:`netkit.planner.network.shortest_paths.all_pairs` for the distances, and
:mod:`netkit.planner.network.ecmp` for the largest delay over all shortest paths. The latter folds
from each target outwards; here sums grow from each source, over the same arcs.

Invariant: metrics are above 0, so when a node leaves the heap all that lie before it on shortest
paths have left, and the largest delay to it is known. O(m log n) a source.

Folds: from each target outwards, one target after the other. Reference:
:mod:`netkit.planner.network.ecmp`, which folds many targets side by side in arrays.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netkit.planner.arrays import BoolArray, FloatArray, IntArray, Tables
from netkit.planner.compiled.compiler import compiled, inner
from netkit.planner.compiled.heaps import pop, push


class Roads(NamedTuple):
    """The arcs that carry packets, side by side in the order of their tails; ``busy`` nodes (n,)
    only end ways."""

    starts: IntArray
    head: NDArray[np.int32]
    metric: NDArray[np.int32]
    delay_us: NDArray[np.int32]
    busy: BoolArray


@inner
def _row(
    roads: Roads, source: int, shift: int, heap: IntArray, distance: FloatArray,
    worst_us: FloatArray,
) -> None:  # fmt: skip
    mask = (1 << shift) - 1
    for node in range(len(distance)):
        distance[node] = worst_us[node] = np.inf
    distance[source] = worst_us[source] = 0.0
    heap[0], size = source, int(np.int64(1))
    while size:
        away, node = heap[0] >> shift, heap[0] & mask
        pop(heap, size)
        size -= 1
        if away > distance[node] or (roads.busy[node] and node != source):
            continue
        us = worst_us[node]
        for place in range(roads.starts[node], roads.starts[node + 1]):
            head, onward = roads.head[place], away + roads.metric[place]
            if onward < distance[head]:
                distance[head], worst_us[head] = onward, us + roads.delay_us[place]
                push(heap, size, (onward << shift) | head)
                size += 1
            elif onward == distance[head]:
                worst_us[head] = max(worst_us[head], us + roads.delay_us[place])


@compiled
def igp_rows(
    roads: Roads, first: int, shift: int, distance: FloatArray, worst_us: FloatArray
) -> None:
    """Write the rows of the nodes from ``first`` on, each (rows, n); infinite where no way leads.

    Nodes must be fewer than 2^``shift``, and sums of metrics less than 2^(62 - ``shift``).
    """
    heap = np.empty(len(roads.head) + 1, np.int64)
    for number in range(len(distance)):
        _row(roads, first + number, shift, heap, distance[number], worst_us[number])


@compiled
def folded(
    starts: IntArray, arcs: IntArray, tables: Tables, distance: FloatArray, tail: IntArray,
    weight: FloatArray, targets: IntArray, worst: FloatArray, count: FloatArray,
) -> float:  # fmt: skip
    """Write the largest sums of ``weight`` and the numbers of branches, (n, targets); the largest
    finite number of branches is given back. ``arcs`` are in order of their heads. O(n m)."""
    n, most = len(starts) - 1, 0.0
    to, used = np.empty(n), np.empty(len(tail), np.bool_)
    sums, many = np.empty(n), np.empty(n)
    for column in range(len(targets)):
        target = targets[column]
        for node in range(n):
            to[node] = distance[node, target]
        _fold_one(starts, arcs, tables, to, tail, weight, target, used, sums, many)
        for node in range(n):
            worst[node, column], count[node, column] = sums[node], many[node]
            if many[node] < np.inf:
                most = max(most, many[node])
    return most


@inner
def _fold_one(
    starts: IntArray, arcs: IntArray, tables: Tables, to: FloatArray, tail: IntArray,
    weight: FloatArray, target: int, used: BoolArray, sums: FloatArray, many: FloatArray,
) -> None:  # fmt: skip
    """A node is done once all that it forwards to are; what is then still waiting may loop."""
    n = len(to)
    waiting, queue = np.zeros(n, np.int64), np.empty(n, np.int64)
    for arc in range(len(tail)):
        u, v = tail[arc], tables.head[arc]
        onward = to[v] + tables.metric[arc]
        used[arc] = (
            onward == to[u] and onward < np.inf and tables.usable[arc] and u != target
            and (not tables.busy[v] or v == target)
        )  # fmt: skip
        waiting[u] += used[arc]
    for node in range(n):
        sums[node], many[node] = -np.inf, 0.0
    sums[target], many[target], queue[0] = 0.0, 1.0, target
    done, reached = 0, 1
    while done < reached:
        head = queue[done]
        done += 1
        for place in range(starts[head], starts[head + 1]):
            arc = arcs[place]
            if used[arc]:
                node = tail[arc]
                sums[node] = max(sums[node], sums[head] + weight[arc])
                many[node] += many[head]
                waiting[node] -= 1
                if waiting[node] == 0:
                    queue[reached] = node
                    reached += 1
    for node in range(n):
        if waiting[node] > 0 or sums[node] == -np.inf:
            sums[node] = np.inf
        if waiting[node] > 0:
            many[node] = np.inf
