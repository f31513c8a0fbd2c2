"""Dijkstra (1959) from one node, over arcs side by side in the order of one of their ends.

Reference: :class:`netkit.planner.network.shortest_paths.LeastSums`, which has scipy do it. O(m log
n); a node of no finite sum is not looked at.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netkit.planner.arrays import FloatArray, IntArray
from netkit.planner.compiled.compiler import compiled, inner
from netkit.planner.compiled.heaps import pop, push


class Side(NamedTuple):
    """The arcs at node u lead to ``far[starts[u]:starts[u + 1]]``."""

    starts: IntArray
    far: IntArray


@compiled
def least_sums(
    side: Side, weight: IntArray, source: int, shift: int, away: FloatArray, most: float
) -> FloatArray:
    """Least sums of ``weight`` (m,), below 0 where an arc is not used, from ``source``, shape (n,).

    Infinite where sum and ``away`` (n,) are more than ``most``: such nodes are not looked at, so
    the other sums are right if ``away`` are least sums too.
    """
    sums, mask = np.full(len(side.starts) - 1, np.inf), (1 << shift) - 1
    heap, size = np.empty(len(side.far) + 1, np.int64), int(np.int64(0))
    if away[source] <= most:
        sums[source], heap[0], size = 0.0, source, 1
    while size:
        sum_, node = heap[0] >> shift, heap[0] & mask
        pop(heap, size)
        size -= 1
        if sum_ > sums[node]:
            continue
        for place in range(side.starts[node], side.starts[node + 1]):
            onward, head = sum_ + weight[place], side.far[place]
            if weight[place] >= 0 and onward < sums[head] and onward + away[head] <= most:
                sums[head] = onward
                push(heap, size, (onward << shift) | head)
                size += 1
    return sums


@inner
def sums_until(
    side: Side, weight: IntArray, source: int, shift: int, wanted: FloatArray
) -> FloatArray:
    """The same without a bound, right where ``wanted`` (n,) is finite, and up to the largest sum
    there; no further than that."""
    many, mask = int(np.int64(0)), (1 << shift) - 1
    for node in range(len(wanted)):
        many += wanted[node] < np.inf
    sums, heap = np.full(len(side.starts) - 1, np.inf), np.empty(len(side.far) + 1, np.int64)
    sums[source], heap[0], size, last = 0.0, source, int(np.int64(1)), int(np.int64(0))
    while size and (many > 0 or heap[0] >> shift == last):
        sum_, node = heap[0] >> shift, heap[0] & mask
        pop(heap, size)
        size -= 1
        if sum_ > sums[node]:
            continue
        many, last = many - (wanted[node] < np.inf), sum_
        for place in range(side.starts[node], side.starts[node + 1]):
            onward, head = sum_ + weight[place], side.far[place]
            if weight[place] >= 0 and onward < sums[head]:
                sums[head] = onward
                push(heap, size, (onward << shift) | head)
                size += 1
    return sums
