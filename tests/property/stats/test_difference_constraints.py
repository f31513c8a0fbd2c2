"""Systems of difference constraints against every path and every cycle there is."""

from __future__ import annotations

import math
from itertools import pairwise, permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from netkit.stats.clocks.difference_constraints import tightest

BOUNDS = st.integers(1, 5).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(-3, 9) | st.just(math.inf), min_size=size, max_size=size),
        min_size=size,
        max_size=size,
    )
)


def length(bounds: list[list[float]], walk: tuple[int, ...]) -> float:
    return sum(bounds[i][j] for i, j in pairwise(walk))


@settings(max_examples=300)
@given(BOUNDS)
def test_all_paths_and_all_cycles(bounds: list[list[float]]) -> None:
    for node in range(len(bounds)):
        bounds[node][node] = 0
    nodes = range(len(bounds))
    walks = [walk for count in range(2, len(bounds) + 1) for walk in permutations(nodes, count)]
    impossible = any(length(bounds, (*walk, walk[0])) < 0 for walk in walks)
    distance, cycle = tightest(np.array(bounds, dtype=object))
    if impossible:
        assert distance is None
        assert cycle is not None
        assert len(set(cycle)) == len(cycle)
        assert length(bounds, (*cycle, cycle[0])) < 0
        return
    assert cycle is None
    assert distance is not None
    for i in nodes:
        for j in nodes:
            ways = (length(bounds, walk) for walk in walks if (walk[0], walk[-1]) == (i, j))
            assert distance[i, j] == (0 if i == j else min(ways))
