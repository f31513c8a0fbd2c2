"""What ECMP adds to distances: how many branches a flow may take, and the worst sum over them.

A packet at u for t may leave over any arc u→v with D(u, t) = metric + D(v, t). For one t these arcs
make a DAG, which is folded from t outwards, for many t at once. Arcs of metric 0 can close a
loop; a node from which a packet may enter such a loop has infinitely many branches, and no delay
can be promised for it.

Invariant: a node is folded once all that it forwards to are (topological order; Kahn 1962), so its
sum and its number are final when they are passed on. O(n m) for all targets.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from netkit.planner.arrays import BoolArray, FloatArray, IntArray, Weights
from netkit.planner.network.network import Network

_ENTRIES = 3_000_000
"""Size of the largest temporary array, in (target, arc) entries."""


def fold(
    network: Network, distance: FloatArray, weight: Weights, targets: IntArray
) -> tuple[FloatArray, FloatArray]:
    """The largest sum of ``weight`` (m,) and the number of branches, each (n, len(targets)).

    The sum is infinite and the number 0 where there is no route; both are infinite where ECMP may
    loop. O(n m) for all targets, in one round a hop.
    """
    if network.compiled:
        from netkit.planner.network.compiled_ecmp import compiled_fold

        found = compiled_fold(network, distance, weight, targets)
        if found is not None:
            return found
    return fold_by(network, lambda block: distance[:, block].T, weight, targets)


def fold_by(
    network: Network, to: Callable[[IntArray], FloatArray], weight: Weights, targets: IntArray
) -> tuple[FloatArray, FloatArray]:
    """The same, of least metrics that are made as they are asked for, (len(block), n) to the nodes
    of a block."""
    n, many = len(network.nodes), len(targets)
    worst, count = np.empty((n, many)), np.empty((n, many))
    step = max(1, _ENTRIES // max(1, len(network.arcs)))
    for start in range(0, many, step):
        block = targets[start : start + step]
        block_worst, block_count = _fold_block(network, to(block), weight, block)
        worst[:, start : start + step] = block_worst.T
        count[:, start : start + step] = block_count.T
    return worst, count


def _fold_block(
    network: Network, to: FloatArray, weight: Weights, targets: IntArray
) -> tuple[FloatArray, FloatArray]:
    """States are numbered target * n + node; a round folds into what forwards to states done."""
    n = len(network.nodes)
    arc, row = _branches(network, to, targets)
    tails, heads, weights = row * n + network.tail[arc], row * n + network.head[arc], weight[arc]
    starts = np.searchsorted(heads, np.arange(len(targets) * n + 1))
    waiting = np.bincount(tails, minlength=len(targets) * n)
    worst, count = np.full(len(targets) * n, -np.inf), np.zeros(len(targets) * n)
    done = np.arange(len(targets)) * n + targets
    worst[done], count[done] = 0.0, 1.0
    place = np.empty(len(targets) * n, dtype=np.int64)
    while len(done):
        first, many = starts[done], starts[done + 1] - starts[done]
        into = np.repeat(first - np.concatenate(([0], np.cumsum(many)[:-1])), many)
        into += np.arange(len(into))
        source, at = np.repeat(done, many), tails[into]
        np.maximum.at(worst, at, worst[source] + weights[into])
        np.add.at(count, at, count[source])
        np.subtract.at(waiting, at, 1)
        done = _once(at[waiting[at] == 0], place)
    worst[np.isneginf(worst) | (waiting > 0)] = np.inf
    count[waiting > 0] = np.inf
    return worst.reshape(-1, n), count.reshape(-1, n)


def _once(states: IntArray, place: IntArray) -> IntArray:
    """Each of ``states`` once; ``place`` is scratch space."""
    order = np.arange(len(states))
    place[states] = order
    once: IntArray = states[place[states] == order]
    return once


def _branches(network: Network, to: FloatArray, targets: IntArray) -> tuple[IntArray, IntArray]:
    """The arcs of each target's DAG and the target's row, sorted by row and then by head."""
    to = np.ascontiguousarray(to)
    onward = to[:, network.head] + network.metric
    used = onward == to[:, network.tail]
    used &= np.isfinite(onward)
    used &= network.igp
    used &= network.tail != targets[:, None]
    if network.overload.any():
        used &= ~network.overload[network.head] | (network.head == targets[:, None])
    row, arc = np.divmod(np.flatnonzero(used), used.shape[1])
    return arc, row


def loops(network: Network) -> bool:
    """Do arcs of metric 0 close a loop? Those into nodes without a way on are peeled off."""
    free: BoolArray = network.igp & (network.metric == 0)
    while free.any():
        onward = free & np.isin(network.head, network.tail[free])
        if (onward == free).all():
            return True
        free = onward
    return False
