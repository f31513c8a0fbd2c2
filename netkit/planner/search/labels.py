"""Labels of one layer of the search for lists, as rows of arrays, and which of them are worth
keeping.

A label is *dominated* by another one at the same node, with as many waypoints visited, that is no
worse in metric and in every sum: whatever completes it completes the other one no worse (Martins
1984). The other one then stands for both.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

import numpy as np

from netkit.planner.arrays import BoolArray, FloatArray, IntArray


class Labels(NamedTuple):
    """Lists so far, one a row: the position that each has come to, how many waypoints it has
    visited, its metric, its ``sums`` (r, rows) of delay and then of each limit, its steps.

    Rows are in lexicographic order of their steps, which settles ties.
    """

    at: IntArray
    visited: IntArray
    cost: FloatArray
    sums: FloatArray
    steps: IntArray

    def some(self, rows: IntArray) -> Labels:
        """The labels in ``rows``."""
        return Labels(
            self.at[rows], self.visited[rows], self.cost[rows], self.sums[:, rows], self.steps[rows]
        )


def joined(parts: Sequence[Labels]) -> Labels:
    """Labels that have come to one state by several moves, in order of their steps again."""
    if len(parts) == 1:
        return parts[0]
    sums = np.concatenate([part.sums for part in parts], axis=1)
    at, visited, cost, steps = (
        np.concatenate(column)
        for column in zip(*((p.at, p.visited, p.cost, p.steps) for p in parts), strict=True)
    )
    return Labels(at, visited, cost, sums, steps).some(np.lexsort(steps.T[::-1]))


def undominated(labels: Labels) -> Labels:
    """The labels without those that are no better in any sum than another which comes before them
    by (metric, delay, order); the rest in the same order. O(l log l) for l labels of one sum; with
    more, each label that is best in none so far is compared with those before it."""
    group = labels.at
    if len(group) == 1:
        return labels
    if labels.visited.any():
        group = group * (int(labels.visited.max()) + 1) + labels.visited
    order = np.lexsort((labels.sums[0], labels.cost, group))
    group, sums = group[order], labels.sums[:, order]
    kept = reduce(or_, (_new_least(group, each) for each in sums))
    if len(sums) > 1:
        starts = np.searchsorted(group, group)
        for row in np.flatnonzero(~kept):
            before = sums[:, starts[row] : row]
            kept[row] = not (before <= sums[:, row, None]).all(axis=0).any()
    return labels if kept.all() else labels.some(np.sort(order[kept]))


def _new_least(group: IntArray, figures: FloatArray) -> BoolArray:
    """Which figures are below all those before them in their group; groups stand in order."""
    # Each group's figures lie wholly below those of the group before: one minimum serves all.
    falling = figures - group * (figures.max() + 1)
    found = np.ones(len(group), dtype=np.bool_)
    found[1:] = falling[1:] < np.minimum.accumulate(falling)[:-1]
    return found
