"""Two disjoint paths inside a bound, of least total delay, by branch and bound over the faster one.

Reference: the plain :mod:`netkit.planner.protection.best_pairs`, which finds the same pairs, or is
as unsure, after as many steps. The judge of both is the mixed integer program of
:mod:`netkit.planner.protection.disjoint_pair`, asked where they take too long or find too many.

The faster path grows arc by arc from one end. The least delay of a path that keeps clear of what it
has crossed so far bounds the slower one from below. Invariant: every pair whose total is no more
than the best so far either begins with the arcs at hand, or was found, or is still to be tried.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netkit.planner.arrays import DEEPEST, MOST_PAIRS, FloatArray, IntArray, Way
from netkit.planner.compiled.compiler import compiled, inner
from netkit.planner.compiled.slower_path import (
    Slower,
    back,
    clear,
    kept,
    least_us,
    slower_path,
    take,
    take_back,
)

KNOWN, UNSURE = 0, 1


class _Found(NamedTuple):
    """Faster and slower paths in turns, as arcs in no order and then -1, (rows, :data:`DEEPEST`);
    how many ``rows`` are filled, (1,)."""

    arcs: IntArray
    rows: IntArray


@inner
def _collect(way: Way, other: Slower, dst: int, faster: IntArray, found: _Found) -> bool:
    """Append the faster path and each slower one that takes as little as the one just found, unless
    that is more than :data:`MOST_PAIRS` pairs in all.

    From the end back, each node is reached over every arc that leads there in the least time.
    """
    taken, at = np.empty(DEEPEST, np.int64), np.empty(DEEPEST + 1, np.int64)
    tried, depth = np.zeros(DEEPEST + 1, np.int64), 0
    at[0] = dst
    while depth >= 0:
        node = at[depth]
        if other.sums[node] == 0.0:
            row = found.rows[0]
            if row == len(found.arcs):
                return False
            for place in range(found.arcs.shape[1]):
                found.arcs[row, place] = faster[place] if place < len(faster) else -1
                found.arcs[row + 1, place] = taken[place] if place < depth else -1
            found.rows[0] += 2
            depth -= 1
            continue
        arc = tried[depth]
        tried[depth] += 1
        if arc == len(way.far):
            depth -= 1
            continue
        if way.far[arc] != node or not way.fits[arc]:
            continue
        before = other.sums[way.near[arc]]
        if before + way.delay_us[arc] == other.sums[node] and clear(way, other, arc, dst):
            if depth == DEEPEST:
                return False
            taken[depth], at[depth + 1], tried[depth + 1] = arc, way.near[arc], 0
            depth += 1
    return True


class _Tree(NamedTuple):
    """The faster path by depth: the node there, the arc to the next, the next to try, what is gone;
    the slower path that keeps clear of it, its arcs and its delay."""

    at: IntArray
    taken: IntArray
    next: IntArray
    gone_us: FloatArray
    slower: IntArray
    length: IntArray
    slower_us: FloatArray


@inner
def _tree(n: int) -> _Tree:
    many = DEEPEST + 1
    return _Tree(
        np.empty(many, np.int64), np.empty(many, np.int64), np.zeros(many, np.int64),
        np.zeros(many), np.empty((many, n), np.int64), np.zeros(many, np.int64), np.zeros(many),
    )  # fmt: skip


@inner
def _slower_us(
    way: Way, other: Slower, tree: _Tree, depth: int, src: int, dst: int, bound_us: float
) -> None:
    """Have the slower path at a depth: that of the depth before if it is clear."""
    many = tree.length[depth - 1]
    if depth and not other.ended[0] and kept(way, other, dst, tree.slower[depth - 1], many):
        tree.slower_us[depth], tree.length[depth] = tree.slower_us[depth - 1], many
        for place in range(many):
            tree.slower[depth, place] = tree.slower[depth - 1, place]
        return
    tree.slower_us[depth] = least_us(way, other, src, dst, bound_us)
    if tree.slower_us[depth] < np.inf:
        tree.length[depth] = back(way, other, dst, tree.slower[depth])


@compiled
def two_paths(
    way: Way, many_risks: int, src: int, dst: int, bound_us: float, budget: int
) -> tuple[int, IntArray]:
    """With :data:`KNOWN` every best pair, its faster and then its slower path, as arcs in no order
    and then -1; a pair whose paths take as long comes both ways round.

    ``budget``: the faster path takes so many arcs in all at the most. Delays must be above 0.
    """
    n = len(way.starts) - 1
    found = _Found(np.empty((2 * MOST_PAIRS, DEEPEST), np.int64), np.zeros(1, np.int64))
    other, tree = slower_path(way, n, many_risks), _tree(n)
    depth, best_us = int(np.int64(0)), 2 * bound_us
    tree.at[0], tree.next[0] = src, way.starts[src]
    _slower_us(way, other, tree, depth, src, dst, bound_us)
    steps = int(np.int64(0))
    if tree.slower_us[0] == np.inf:
        return KNOWN, found.arcs[:0]
    while depth >= 0:
        if tree.next[depth] == way.starts[tree.at[depth] + 1]:
            depth -= 1
            if depth >= 0:
                take_back(way, other, tree.taken[depth])
            continue
        arc = _next(way, tree, depth)
        whole_us = tree.gone_us[depth] + way.delay_us[arc] + way.left_us[way.far[arc]]
        if not way.fits[arc] or other.nodes[way.far[arc]] or 2 * whole_us > best_us:
            continue
        if steps >= budget or depth + 1 == DEEPEST:
            return UNSURE, found.arcs[:0]
        take(way, other, arc, dst)
        steps, depth = steps + 1, depth + 1
        _slower_us(way, other, tree, depth, src, dst, bound_us)
        total_us = whole_us + max(whole_us, tree.slower_us[depth])
        if total_us <= best_us and way.far[arc] != dst:
            continue
        if total_us <= best_us and tree.slower_us[depth] >= whole_us:
            found.rows[0] = found.rows[0] if total_us == best_us else 0
            best_us = total_us
            if not _collect(way, other, dst, tree.taken[:depth], found):
                return UNSURE, found.arcs[:0]
        depth -= 1
        take_back(way, other, arc)
    return KNOWN, found.arcs[: found.rows[0]]


@inner
def _next(way: Way, tree: _Tree, depth: int) -> int:
    """The next arc to try at a depth, with what lies behind it made ready."""
    arc = way.arcs[tree.next[depth]]
    tree.next[depth] += 1
    tree.taken[depth], tree.at[depth + 1] = arc, way.far[arc]
    tree.next[depth + 1] = way.starts[way.far[arc]]
    tree.gone_us[depth + 1] = tree.gone_us[depth] + way.delay_us[arc]
    return int(arc)
