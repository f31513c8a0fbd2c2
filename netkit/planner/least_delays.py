"""The least delay between all pairs, hand-overs between operators counted in."""

from __future__ import annotations

import numpy as np

from netkit.planner.graph import FloatArray, Network
from netkit.planner.least import LeastSums


def least_delays(network: Network) -> FloatArray:
    """Least delays in µs over the arcs that each pair may use, shape (n, n), rows are sources.

    Infinite where there is no path. Inside an operator over its own arcs; between two operators
    over those of both and one hand-over. O(n m log n) and, for h hand-overs, O(h n²).
    """
    inside = LeastSums(network, network.delay_us, network.igp).all_pairs()
    best = inside.copy()
    operator = network.operator
    across = ~network.igp & (operator[network.tail] != operator[network.head])
    for arc in np.flatnonzero(across):
        tail, head = network.tail[arc], network.head[arc]
        rows = np.flatnonzero(operator == operator[tail])
        columns = np.flatnonzero(operator == operator[head])
        before = inside[rows, tail] + network.delay_us[arc]
        block = np.ix_(rows, columns)
        best[block] = np.minimum(best[block], before[:, None] + inside[head, columns])
    return best
