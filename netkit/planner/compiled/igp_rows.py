"""Distances and worst delays from single nodes, both in one Dijkstra (1959).

Reference: :func:`netkit.planner.network.shortest_paths.all_pairs` for the distances, and
:mod:`netkit.planner.network.ecmp` for the largest delay over all shortest paths. The latter folds
from each target outwards; here sums grow from each source, over the same arcs.

Invariant: metrics are above 0, so when a node leaves the heap all that lie before it on shortest
paths have left, and the largest delay to it is known. O(m log n) a source.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netkit.planner.arrays import BoolArray, FloatArray, IntArray
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
