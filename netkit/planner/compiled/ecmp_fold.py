"""Branches of ECMP folded from each target outwards, one target after the other.

Reference: :mod:`netkit.planner.network.ecmp`, which folds many targets side by side in arrays.
"""

from __future__ import annotations

import numpy as np

from netkit.planner.arrays import BoolArray, FloatArray, IntArray, Tables
from netkit.planner.compiled.compiler import compiled, inner


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
