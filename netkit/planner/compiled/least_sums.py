"""Dijkstra (1959) from one node, over arcs in the order of one of their ends.

Reference: :class:`netkit.planner.network.shortest_paths.LeastSums`, which has scipy do it. O(m log
n); a node of no finite sum is not looked at.
"""

from __future__ import annotations

import numpy as np

from netkit.planner.arrays import BoolArray, FloatArray, IntArray
from netkit.planner.compiled.compiler import compiled
from netkit.planner.compiled.heap import sift_in, sift_out


@compiled
def least_sums(
    starts: IntArray, arcs: IntArray, far: IntArray, weight: FloatArray, usable: BoolArray,
    source: int,
) -> FloatArray:  # fmt: skip
    """Least sums of ``weight`` (m,) from ``source`` over ``usable`` arcs (m,), shape (n,).

    The arcs at node u are ``arcs[starts[u]:starts[u + 1]]``, and lead to ``far`` (m,).
    """
    sums = np.full(len(starts) - 1, np.inf)
    keys, items = np.empty(len(arcs) + 1), np.empty(len(arcs) + 1, np.int64)
    sums[source] = keys[0] = 0.0
    items[0] = source
    size = int(np.int64(1))
    while size:
        sum_, node = keys[0], items[0]
        sift_out(keys, items, size)
        size -= 1
        if sum_ > sums[node]:
            continue
        for place in range(starts[node], starts[node + 1]):
            arc = arcs[place]
            if usable[arc]:
                onward = sum_ + weight[arc]
                if onward < sums[far[arc]]:
                    sums[far[arc]] = onward
                    sift_in(keys, items, size, onward, far[arc])
                    size += 1
    return sums
