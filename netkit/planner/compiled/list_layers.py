"""A layer of labels, and which of them are worth keeping.

Reference: :mod:`netkit.planner.search.labels`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netkit.planner.arrays import BoolArray, FloatArray, IntArray
from netkit.planner.compiled.compiler import inner


class Layer(NamedTuple):
    """Labels of equally many segments in lexicographic order of their steps: where each stands, its
    metric and delay, its last step and the label of the layer before that it has grown from."""

    at: IntArray
    cost: FloatArray
    us: FloatArray
    step: IntArray
    parent: IntArray


@inner
def layer_for(room: int) -> Layer:
    """An empty layer with room for so many labels."""
    return Layer(
        np.empty(room, np.int64), np.empty(room), np.empty(room),
        np.empty(room, np.int64), np.empty(room, np.int64),
    )  # fmt: skip


@inner
def copied(layer: Layer, rows: IntArray, room: int) -> Layer:
    """The labels in ``rows``, with room for so many."""
    made = layer_for(room)
    for number in range(len(rows)):
        row = rows[number]
        made.at[number], made.cost[number] = layer.at[row], layer.cost[row]
        made.us[number] = layer.us[row]
        made.step[number], made.parent[number] = layer.step[row], layer.parent[row]
    return made


@inner
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


class Marks(NamedTuple):
    """Of each label the one before it at its node, and whether another stands for it."""

    older: IntArray
    dropped: BoolArray


@inner
def roomier(marks: Marks) -> Marks:
    """The same for twice as many labels."""
    many = len(marks.older)
    older, dropped = np.full(2 * many, -1), np.zeros(2 * many, np.bool_)
    for row in range(many):
        older[row], dropped[row] = marks.older[row], marks.dropped[row]
    return Marks(older, dropped)


@inner
def trailed(trail: IntArray, starts: IntArray, done: int, layer: Layer) -> IntArray:
    """``trail``, where step and parent of the labels of each layer stand from its start on, with
    another layer, and where the next starts."""
    first, last = starts[done], starts[done] + len(layer.at)
    starts[done + 1] = last
    if last > trail.shape[1]:
        more = np.empty((2, 2 * last), np.int64)
        for place in range(first):
            more[0, place], more[1, place] = trail[0, place], trail[1, place]
        trail = more
    for row in range(len(layer.at)):
        trail[0, first + row], trail[1, first + row] = layer.step[row], layer.parent[row]
    return trail


@inner
def survivors(layer: Layer, marks: Marks, many: int) -> Layer:
    """Of the first ``many`` labels those that no other stands for."""
    rows, kept = np.empty(many, np.int64), int(np.int64(0))
    for row in range(many):
        if not marks.dropped[row]:
            rows[kept] = row
            kept += 1
    return copied(layer, rows[:kept], kept)
