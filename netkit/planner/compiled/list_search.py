"""Fewest SIDs on one plane where delay is all that is limited: layers of labels, compiled.

Reference: :mod:`netkit.planner.search.fewest_sids` and :mod:`~netkit.planner.search.label_search`.
Steps are numbered as there, labels grow in the same order and drop out by the same rule. Whether a
node segment may cross what is forbidden is asked of single pairs only, when one would be used.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netkit.planner.arrays import Barred, BoolArray, Figures, FloatArray, IntArray
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
from netkit.planner.compiled.list_steps import (  # fmt: skip
    ListGraph,
    Steps,
    all_the_same,
    crosses,
    near_enough,
    steps_inside,
)


class _Space(NamedTuple):
    """One search: the nodes it looks at, in order, and the place of each (n,); the time left there
    (n,), after the least delay to them; which ways between places it has asked about: 0 not yet, 1
    open, 2 shut; the least still to come, (segments, n), right where there is time for it."""

    figures: Figures
    barred: Barred
    steps: Steps
    near: IntArray
    place: IntArray
    time_us: FloatArray
    asked: NDArray[np.int8]
    to_go: FloatArray


@inner
def _space(
    figures: Figures, barred: Barred, steps: Steps, near: IntArray, time_us: FloatArray,
    segments: int,
) -> _Space:  # fmt: skip
    n = len(time_us)
    place, k = np.zeros(n, np.int64), len(near) if len(barred.tail) else 1
    for number in range(len(near)):
        place[near[number]] = number
    asked, to_go = np.zeros((k, k), np.int8), np.full((segments, n), np.inf)
    return _Space(figures, barred, steps, near, place, time_us, asked, to_go)


@inner
def _way_us(space: _Space, i: int, j: int) -> float:
    """Worst delay of the node segment, infinite where it must not be used."""
    if not len(space.barred.tail):
        return float(space.figures.worst_us[i, j])
    row, column = space.place[i], space.place[j]
    key = space.asked[row, column]
    if key == 0:
        key = 2 if crosses(space.figures, space.barred, i, j) else 1
        space.asked[row, column] = key
    return float(space.figures.worst_us[i, j]) if key == 1 else np.inf


@inner
def _home(space: _Space, dst: int, into: FloatArray) -> None:
    """Write the worst delay by IGP to ``dst`` from every node near, (n,)."""
    for i in space.near:
        into[i] = _way_us(space, i, dst)


@inner
def _one_more(
    space: _Space, behind: FloatArray, count: int, only: BoolArray, found: FloatArray
) -> None:
    """Write the least delay to the end with one segment more than ``behind``, which are ``count``,
    over what was infinite, where there is time for it."""
    steps, onward = space.steps, np.full(len(behind), np.inf)
    for step in range(len(steps.at)):
        if steps.most_left[step] >= count:
            left = steps.us[step] + behind[steps.to[step]]
            if left < onward[steps.at[step]]:
                onward[steps.at[step]] = left
    by = _in_time(space, onward)
    for i in space.near:
        if only[i]:
            for j in by:
                if space.figures.worst_us[i, j] + onward[j] < found[i]:
                    whole = _way_us(space, i, j) + onward[j]
                    if whole < found[i]:
                        found[i] = whole


@inner
def _in_time(space: _Space, onward: FloatArray) -> IntArray:
    """The nodes from which the way ``onward`` (n,) is in time, ascending."""
    found, many = np.empty(len(space.near), np.int64), 0
    for j in space.near:
        if onward[j] <= space.time_us[j]:
            found[many] = j
            many += 1
    return found[:many]


@inner
def _able(space: _Space, left: int) -> tuple[IntArray, FloatArray]:
    """The steps that can be taken with ``left`` segments left and in time; what each takes, and
    then the rest, at the least."""
    steps, many = space.steps, 0
    found, onward = np.empty(len(steps.at), np.int64), np.empty(len(steps.at))
    for step in range(len(steps.at)):
        onward[step] = steps.us[step] + space.to_go[left - 1, steps.to[step]]
        if steps.most_left[step] >= left and onward[step] <= space.time_us[steps.at[step]]:
            found[many] = step
            many += 1
    return found[:many], onward


@inner
def _grown(space: _Space, layer: Layer, left: int, bound_us: float) -> Layer:
    """Every label with every step that its node can take with ``left`` segments left and after
    which the end is still in time; without those that others stand for."""
    steps, to_go = space.steps, space.to_go[left - 1]
    able, onward = _able(space, left)
    made, many = layer_for(int(np.int64(256))), int(np.int64(0))
    last, marks = np.full(len(to_go), -1), Marks(np.full(256, -1), np.zeros(256, np.bool_))
    for row in range(len(layer.at)):
        at = layer.at[row]
        for step in able:
            by = steps.at[step]
            slack_us = bound_us - onward[step]
            if layer.us[row] + space.figures.worst_us[at, by] > slack_us:
                continue
            arrival_us = layer.us[row] + _way_us(space, at, by)
            if arrival_us > slack_us:
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
def _at_home(space: _Space, layer: Layer, dst: int, bound_us: float) -> int:
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
def _best(space: _Space, src: int, dst: int, bound_us: float, count: int) -> IntArray:
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
    space = _space(figures, barred, steps, near, bound_us - from_us, most + 1)
    _home(space, dst, space.to_go[0])
    for count in range(1, most + 1):
        if not _prepared(space, count, src, bound_us, to_us):
            break
        found = _best(space, src, dst, bound_us, count)
        if len(found):
            numbers: IntArray = steps.number[found]
            return numbers
    return np.empty(0, np.int64)


@inner
def _prepared(space: _Space, count: int, src: int, bound_us: float, to_us: FloatArray) -> bool:
    """Make what is still to come behind the first of ``count`` segments; False where longer lists
    than those tried bring nothing."""
    to_go = space.to_go
    if count == 2:
        first = _one_segment_away(space, src, bound_us, to_us)
        _one_more(space, to_go[0], count - 1, first, to_go[1])
    everywhere = np.ones(len(to_us), np.bool_)
    for used in range(1 if count == 3 else count - 1, count):
        if count > 2:
            _one_more(space, to_go[used - 1], used, everywhere, to_go[used])
            if all_the_same(to_go[used], to_go[used - 1], space.near):
                return False
    return True


@inner
def _one_segment_away(space: _Space, src: int, bound_us: float, to_us: FloatArray) -> BoolArray:
    """The nodes at which a list inside the bound may stand after its first segment, (n,)."""
    steps, found = space.steps, np.zeros(len(to_us), np.bool_)
    for step in range(len(steps.at)):
        to, rest_us = steps.to[step], steps.us[step] + to_us[steps.to[step]]
        if not found[to] and space.figures.worst_us[src, steps.at[step]] + rest_us <= bound_us:
            found[to] = _way_us(space, src, steps.at[step]) + rest_us <= bound_us
    return found


@compiled
def least_within(
    graph: ListGraph, figures: Figures, barred: Barred, from_us: FloatArray, to_us: FloatArray,
    src: int, dst: int, bound_us: float, most: int,
) -> float:  # fmt: skip
    """The least delay that lists of at most ``most`` segments guarantee, of those that visit only
    what is near enough for the bound."""
    near = near_enough(from_us, to_us, bound_us)
    steps = steps_inside(graph, near, from_us, to_us, bound_us)
    space = _space(figures, barred, steps, near, bound_us - from_us, most + 1)
    everywhere = np.ones(len(to_us), np.bool_)
    to_go = space.to_go
    _home(space, dst, to_go[0])
    least_us = to_go[0, src]
    for used in range(1, most + 1):
        _one_more(space, to_go[used - 1], used, everywhere, to_go[used])
        least_us = min(least_us, to_go[used, src])
        if all_the_same(to_go[used], to_go[used - 1], near):
            break
    return float(least_us)
