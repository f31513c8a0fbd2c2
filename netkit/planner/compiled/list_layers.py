"""A layer of labels, and which of them are worth keeping.

Reference: :mod:`netkit.planner.search.labels`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netkit.planner.arrays import BoolArray, FloatArray, IntArray
from netkit.planner.compiled.compiler import compiled


class Layer(NamedTuple):
    """Labels of equally many segments in lexicographic order of their steps: where each stands, its
    metric and delay, its last step and the label of the layer before that it has grown from."""

    at: IntArray
    cost: FloatArray
    us: FloatArray
    step: IntArray
    parent: IntArray


@compiled
def layer_for(room: int) -> Layer:
    """An empty layer with room for so many labels."""
    return Layer(
        np.empty(room, np.int64), np.empty(room), np.empty(room),
        np.empty(room, np.int64), np.empty(room, np.int64),
    )  # fmt: skip


@compiled
def copied(layer: Layer, rows: IntArray, room: int) -> Layer:
    """The labels in ``rows``, with room for so many."""
    made, many = layer_for(room), len(rows)
    made.at[:many] = layer.at[rows]
    made.cost[:many] = layer.cost[rows]
    made.us[:many] = layer.us[rows]
    made.step[:many] = layer.step[rows]
    made.parent[:many] = layer.parent[rows]
    return made


@compiled
def joins(layer: Layer, last: IntArray, older: IntArray, dropped: BoolArray, label: int) -> bool:
    """Keep a label among those at its node, which are chained by ``last`` and ``older``, unless one
    is no worse in metric and delay; those that it beats so drop out."""
    node, cost, us = layer.at[label], layer.cost[label], layer.us[label]
    other = last[node]
    while other >= 0:
        if layer.cost[other] <= cost and layer.us[other] <= us:
            return False
        other = older[other]
    newer, other = -1, last[node]
    while other >= 0:
        if cost <= layer.cost[other] and us <= layer.us[other]:
            dropped[other] = True
            if newer < 0:
                last[node] = older[other]
            else:
                older[newer] = older[other]
        else:
            newer = other
        other = older[other]
    older[label], last[node] = last[node], label
    return True
