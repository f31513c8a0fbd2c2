"""All branches of one leg of a list, walked and joined: compiled, for the proof and for what comes
after failures.

Reference: ``netkit.planner.proof.replay``. It shares no code with a search: what a node forwards
over is decided here, by the least of metric and distance over its arcs, as a router would.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netkit.planner.arrays import FloatArray, IntArray, Tables
from netkit.planner.compiled.compiler import compiled, inner


class Walk(NamedTuple):
    """Joined figures of a leg, or not ``sound``: a loop, no route, or more branches than can be
    counted here. ``best`` are the arcs of the quickest branch, ties to the earlier arcs."""

    sound: bool
    worst_us: int
    best_us: int
    branches: float
    hops: int
    sums: FloatArray
    nodes: IntArray
    arcs: IntArray
    best: IntArray


_MOST_BRANCHES = 2.0**53


@inner
def forwards(
    tables: Tables, to: FloatArray, column: int, node: int, dst: int, into: IntArray
) -> int:
    """Write the arcs that a node forwards over, ascending, and say how many; none where there is no
    route, and at ``dst``."""
    least, many = np.inf, 0
    for place in range(tables.starts[node], tables.starts[node + 1]):
        arc = tables.arcs[place]
        head = tables.head[arc]
        if not tables.usable[arc] or (tables.busy[head] and head != dst):
            continue
        away = tables.metric[arc] + to[head, column]
        if away < least:
            least, many = away, 0
        if away == least and away < np.inf:
            into[many] = arc
            many += 1
    return many


@inner
def _ordered(
    tables: Tables, to: FloatArray, column: int, src: int, dst: int
) -> tuple[bool, IntArray, IntArray, IntArray]:
    """The nodes that a packet may visit, each after all that it forwards to; the arcs that nodes
    forward over, and where those of each node begin and end, (n, 2). False where it may loop or be
    dropped.

    Depth first: a node met again while what it forwards to is still open closes a loop.
    """
    n = len(tables.starts) - 1
    state, follow = np.zeros(n, np.int8), np.zeros((n, 2), np.int64)
    arcs, made = np.empty(len(tables.arcs), np.int64), 0
    order, stack, next_ = np.empty(n, np.int64), np.empty(n, np.int64), np.zeros(n, np.int64)
    order[0], stack[0], state[dst] = dst, src, 2
    done, depth = 1, 0 if src != dst else -1
    while depth >= 0:
        node = stack[depth]
        if state[node] == 0:
            state[node] = 1
            many = forwards(tables, to, column, node, dst, arcs[made:])
            if not many:
                return False, order, arcs, follow
            follow[node, 0], follow[node, 1], next_[node] = made, made + many, made
            made += many
        if next_[node] == follow[node, 1]:
            state[node], order[done] = 2, node
            done, depth = done + 1, depth - 1
            continue
        head = tables.head[arcs[next_[node]]]
        next_[node] += 1
        if state[head] == 1:
            return False, order, arcs, follow
        if state[head] == 0:
            depth += 1
            stack[depth] = head
    return True, order[:done], arcs[:made], follow


@compiled
def walk(tables: Tables, to: FloatArray, column: int, src: int, dst: int) -> Walk:
    """Every branch from ``src`` to ``dst``, whose distances from all nodes are ``to[:, column]``.

    O(m); a node is joined when all that it forwards to are. What is told is copied: legs are kept,
    and room for the whole network would be kept with each.
    """
    none, n, r = np.empty(0, np.int64), len(tables.starts) - 1, len(tables.sums)
    sound, order, arcs, follow = _ordered(tables, to, column, src, dst)
    if not sound:
        return Walk(False, 0, 0, 0.0, 0, np.empty(0), none, none, none)
    worst, best, hops = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    branches, chosen, sums = np.zeros(n), np.full(n, -1), np.zeros((n, r))
    branches[dst] = 1.0
    for node in order[1:]:
        for arc in arcs[follow[node, 0] : follow[node, 1]]:
            head, us = tables.head[arc], tables.delay_us[arc]
            worst[node] = max(worst[node], us + worst[head])
            hops[node] = max(hops[node], 1 + hops[head])
            branches[node] += branches[head]
            if chosen[node] < 0 or us + best[head] < best[node]:
                best[node], chosen[node] = us + best[head], arc
            for number in range(r):
                sum_ = tables.sums[number, arc] + sums[head, number]
                sums[node, number] = max(sums[node, number], sum_)
    return Walk(
        branches[src] < _MOST_BRANCHES, worst[src], best[src], branches[src], hops[src],
        sums[src].copy(), order.copy(), arcs.copy(), _followed(tables, chosen, src),
    )  # fmt: skip


@inner
def _followed(tables: Tables, chosen: IntArray, src: int) -> IntArray:
    """The arcs chosen from ``src`` on."""
    many, node = 0, src
    while chosen[node] >= 0:
        many, node = many + 1, tables.head[chosen[node]]
    found, node = np.empty(many, np.int64), src
    for place in range(many):
        found[place] = chosen[node]
        node = tables.head[found[place]]
    return found
