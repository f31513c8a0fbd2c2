"""Fewest SIDs on one plane where delay is all that is limited: layers of labels, compiled.

Reference: :mod:`netkit.planner.search.fewest_sids` and :mod:`~netkit.planner.search.label_search`.
Steps are numbered as there, labels grow in the same order and drop out by the same rule.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netkit.planner.arrays import Barred, Figures, FloatArray, IntArray
from netkit.planner.compiled.compiler import compiled, inner
from netkit.planner.compiled.list_layers import (
    Layer,
    Marks,
    copied,
    joins,
    layer_for,
    roomier,
    survivors,
    trailed,
)
from netkit.planner.compiled.list_steps import (
    ListGraph,
    Space,
    all_the_same,
    home,
    near_enough,
    one_more,
    one_segment_away,
    space_of,
    steps_inside,
    way_us,
)


class _Able(NamedTuple):
    """Steps that can be taken in time; what each takes, and then the rest, at the least; and that
    over the least delay from where it begins. The least of that comes first."""

    step: IntArray
    onward_us: FloatArray
    over_us: FloatArray


@inner
def _able(space: Space, left: int) -> _Able:
    """The steps that can be taken with ``left`` segments left."""
    steps, many = space.steps, 0
    found, onward_us = np.empty(len(steps.at), np.int64), np.empty(len(steps.at))
    over_us = np.empty(len(steps.at))
    for step in range(len(steps.at)):
        us, at = steps.us[step] + space.to_go[left - 1, steps.to[step]], steps.at[step]
        if steps.most_left[step] >= left and us <= space.time_us[at]:
            found[many], onward_us[many], over_us[many] = step, us, us - space.left_us[at]
            many += 1
    order = np.argsort(over_us[:many])
    return _Able(found[order], onward_us[order], over_us[order])


@inner
def _in_time(space: Space, at: int, us: float, able: _Able, bound_us: float) -> IntArray:
    """The steps after which a label at ``at`` would still be in time, in their order."""
    spare_us, many = bound_us - us - space.left_us[at], 0
    found = np.empty(len(able.step), np.int64)
    for number in range(len(able.step)):
        if able.over_us[number] > spare_us:
            break
        by = space.steps.at[able.step[number]]
        if us + space.figures.worst_us[at, by] + able.onward_us[number] <= bound_us:
            found[many] = able.step[number]
            many += 1
    return np.sort(found[:many])


@inner
def _grown(space: Space, layer: Layer, left: int, bound_us: float) -> Layer:
    """Every label with every step that its node can take with ``left`` segments left and after
    which the end is still in time; without those that others stand for."""
    steps, able = space.steps, _able(space, left)
    made, many = layer_for(int(np.int64(256))), int(np.int64(0))
    last = np.full(len(space.time_us), -1)
    marks = Marks(np.full(256, -1), np.zeros(256, np.bool_))
    for row in range(len(layer.at)):
        at, us = layer.at[row], layer.us[row]
        for step in _in_time(space, at, us, able, bound_us):
            by = steps.at[step]
            arrival_us = us + way_us(space, at, by)
            if arrival_us == np.inf:
                continue
            if many == len(made.at):
                made, marks = copied(made, np.arange(many), 2 * many), roomier(marks)
            made.at[many], made.step[many], made.parent[many] = steps.to[step], step, row
            added = space.figures.cost[at, by] + steps.cost[step]
            made.cost[many] = layer.cost[row] + added
            made.us[many] = arrival_us + steps.us[step]
            if joins(made, last, marks.older, marks.dropped, many):
                marks.dropped[many] = False
                many += 1
    return survivors(made, marks, many)


@inner
def _at_home(space: Space, layer: Layer, dst: int, bound_us: float) -> int:
    """The label that comes home best, by metric, delay and order; -1 where none is in time."""
    best, best_cost, best_us = -1, np.inf, np.inf
    for row in range(len(layer.at)):
        us = layer.us[row] + space.to_go[0, layer.at[row]]
        if us > bound_us or us == np.inf:
            continue
        cost = layer.cost[row] + space.figures.cost[layer.at[row], dst]
        if best < 0 or cost < best_cost or (cost == best_cost and us < best_us):
            best, best_cost, best_us = row, cost, us
    return best


@inner
def _best(space: Space, src: int, dst: int, bound_us: float, count: int) -> IntArray:
    """Steps of the best list of ``count`` segments; none where there is no list."""
    layer = layer_for(int(np.int64(1)))
    layer.at[0], layer.cost[0], layer.us[0] = src, 0.0, 0.0
    layer.step[0] = layer.parent[0] = -1
    trail, starts = np.empty((2, 1024), np.int64), np.zeros(count + 1, np.int64)
    for done in range(count):
        layer = _grown(space, layer, count - done, bound_us)
        trail = trailed(trail, starts, done, layer)
    row = _at_home(space, layer, dst, bound_us)
    found = np.empty(count if row >= 0 else 0, np.int64)
    for place in range(len(found) - 1, -1, -1):
        found[place] = trail[0, starts[place] + row]
        row = trail[1, starts[place] + row]
    return found


@compiled
def fewest_steps(
    graph: ListGraph, figures: Figures, barred: Barred, from_us: FloatArray, to_us: FloatArray,
    src: int, dst: int, bound_us: float, most: int,
) -> IntArray:  # fmt: skip
    """The list of fewest segments, 1 to ``most``, inside the bound, then of least metric, then
    delay, then by order, as numbers of its steps; none where there is no list."""
    near = near_enough(from_us, to_us, bound_us)
    steps = steps_inside(graph, near, from_us, to_us, bound_us)
    space = space_of(figures, barred, steps, near, bound_us - from_us, to_us, most + 1)
    home(space, dst, space.to_go[0])
    for count in range(1, most + 1):
        if not _prepared(space, count, src, bound_us, to_us):
            break
        found = _best(space, src, dst, bound_us, count)
        if len(found):
            numbers: IntArray = steps.number[found]
            return numbers
    return np.empty(0, np.int64)


@inner
def _prepared(space: Space, count: int, src: int, bound_us: float, to_us: FloatArray) -> bool:
    """Make what is still to come behind the first of ``count`` segments; False where longer lists
    than those tried bring nothing."""
    to_go = space.to_go
    if count == 2:
        first = one_segment_away(space, src, bound_us, to_us)
        one_more(space, to_go[0], count - 1, first, to_go[1])
    everywhere = np.ones(len(to_us), np.bool_)
    for used in range(1 if count == 3 else count - 1, count):
        if count > 2:
            one_more(space, to_go[used - 1], used, everywhere, to_go[used])
            if all_the_same(to_go[used], to_go[used - 1], space.near):
                return False
    return True


@compiled
def least_within(
    graph: ListGraph, figures: Figures, barred: Barred, from_us: FloatArray, to_us: FloatArray,
    src: int, dst: int, bound_us: float, most: int,
) -> float:  # fmt: skip
    """The least delay that lists of at most ``most`` segments guarantee, of those that visit only
    what is near enough for the bound."""
    near = near_enough(from_us, to_us, bound_us)
    steps = steps_inside(graph, near, from_us, to_us, bound_us)
    space = space_of(figures, barred, steps, near, bound_us - from_us, to_us, most + 1)
    everywhere = np.ones(len(to_us), np.bool_)
    to_go = space.to_go
    home(space, dst, to_go[0])
    least_us = to_go[0, src]
    for used in range(1, most + 1):
        one_more(space, to_go[used - 1], used, everywhere, to_go[used])
        least_us = min(least_us, to_go[used, src])
        if all_the_same(to_go[used], to_go[used - 1], near):
            break
    return float(least_us)
