"""Systems of constraints x_j - x_i ≤ c_ij: the tightest ones that follow, or why there are none.

Cormen et al., Introduction to Algorithms, 24.4: such a system has a solution exactly if no cycle of
its graph has negative length, and then the shortest path from i to j is the least bound on
x_j - x_i that follows from all of them together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def tightest(bounds: NDArray[Any]) -> tuple[NDArray[Any] | None, list[int] | None]:
    """All bounds that follow (Floyd-Warshall); else None, and a simple cycle of negative length.

    ``bounds`` is a square array of Python integers and ``math.inf`` (dtype object, so that sums are
    exact at any size) with zeros on its diagonal. O(n³) time, O(n²) memory.
    """
    size = len(bounds)
    distance = bounds.copy()
    following = np.broadcast_to(np.arange(size), (size, size)).copy()
    for via in range(size):
        there, back = distance[:, via], distance[via, :]
        # Until now no cycle was negative, so both halves of a negative one are simple paths.
        around = there + back
        worst = int(np.argmin(around))
        if around[worst] < 0:
            walk = _walk(following, worst, via) + _walk(following, via, worst)
            return None, _simple_cycle(walk)
        through = there[:, None] + back[None, :]
        shorter = through < distance
        distance = np.where(shorter, through, distance)
        following = np.where(shorter, following[:, via][:, None], following)
    return distance, None


def _walk(following: NDArray[np.int64], start: int, end: int) -> list[int]:
    """The nodes of the shortest path, without its last."""
    nodes = [start]
    while (node := int(following[nodes[-1], end])) != end:
        nodes.append(node)
    return nodes


def _simple_cycle(walk: list[int]) -> list[int]:
    """The negative part of a negative closed walk from some node to ``via`` and back.

    If both halves cross at a node, the walk falls into two cycles there. The one without ``via``
    was there before ``via`` was tried, so it is not negative, and the other one is.
    """
    cycle: list[int] = []
    for node in walk:
        if node in cycle:
            return cycle[cycle.index(node) :]
        cycle.append(node)
    return cycle
