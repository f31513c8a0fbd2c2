"""What lists may be made of on one plane: the steps inside a bound, the ways that cross nothing
barred, and the least that is still to come.

Reference: :mod:`netkit.planner.search.search_graph`, :mod:`netkit.planner.network.crossing`
and :meth:`netkit.planner.search.label_search.LabelSearch.one_more`. Whether a node segment may
cross what is barred is asked of single pairs only, when one would be used: least delays are a bound
that comes first, for a node segment takes no less than what they differ by at its ends.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netkit.planner.arrays import Barred, BoolArray, Figures, FloatArray, IntArray
from netkit.planner.compiled.compiler import compiled, inner


class ListGraph(NamedTuple):
    """Arcs (m,) in order of their heads, and where those of each node begin, (n + 1,); what each
    takes and costs, and which of them a list may visit, and steer over by End.X; nodes (n,), which
    have an End, and the segments left with which they execute a SID."""

    tail: IntArray
    starts: IntArray
    delay_us: FloatArray
    cost: FloatArray
    allowed: BoolArray
    steerable: BoolArray
    has_end: BoolArray
    most_left: IntArray


class Steps(NamedTuple):
    """What the next segment may be, (p,): from node ``at`` to ``to``; on top of the way to ``at``
    it takes ``us`` and costs ``cost``; it is End.X of arc ``number``, or of less than 0, End of
    node -1 - ``number``."""

    at: IntArray
    to: IntArray
    us: FloatArray
    cost: FloatArray
    most_left: IntArray
    number: IntArray


@inner
def steps_inside(
    graph: ListGraph, near: IntArray, from_us: FloatArray, to_us: FloatArray, bound_us: float
) -> Steps:
    """The steps of lists inside the bound, by End in order of nodes and then by End.X in order of
    arcs; ``from_us`` and ``to_us`` are the least delays from and to the ends, (n,)."""
    many = len(near)
    for node in near:
        many += graph.starts[node + 1] - graph.starts[node]
    at, to, number = np.empty(many, np.int64), np.empty(many, np.int64), np.empty(many, np.int64)
    us, cost, made = np.zeros(many), np.zeros(many), 0
    for node in near:
        if graph.has_end[node]:
            at[made] = to[made] = node
            number[made] = -1 - node
            made += 1
    for v in near:
        for arc in range(graph.starts[v], graph.starts[v + 1]):
            u = graph.tail[arc]
            through_us = from_us[u] + graph.delay_us[arc] + to_us[v]
            if graph.allowed[arc] and graph.steerable[arc] and through_us <= bound_us:
                at[made], to[made], number[made] = u, v, arc
                us[made], cost[made] = graph.delay_us[arc], graph.cost[arc]
                made += 1
    most_left = np.empty(made, np.int64)
    for step in range(made):
        most_left[step] = graph.most_left[at[step]]
    return Steps(at[:made], to[:made], us[:made], cost[:made], most_left, number[:made])


@inner
def near_enough(from_us: FloatArray, to_us: FloatArray, bound_us: float) -> IntArray:
    """The nodes over which the bound can be kept, ascending."""
    found, many = np.empty(len(to_us), np.int64), 0
    for node in range(len(to_us)):
        if from_us[node] + to_us[node] <= bound_us:
            found[many] = node
            many += 1
    return found[:many]


@compiled
def crosses(figures: Figures, barred: Barred, i: int, j: int) -> bool:
    """May ECMP take a packet from i to j over what is barred?"""
    if i == j:
        return False
    if barred.ends[i] or barred.ends[j]:
        return True
    distance = figures.distance
    whole = distance[i, j]
    for via in range(len(barred.tail)):
        u, v = barred.tail[via], barred.head[via]
        if distance[i, u] + (distance[v, j] + barred.metric[via]) != whole:
            continue
        if u == v or not ((barred.busy[u] and u != i) or (barred.busy[v] and v != j)):
            return True
    return False


@inner
def all_the_same(one: FloatArray, other: FloatArray, near: IntArray) -> bool:
    """Are two rows of figures (n,) equal at the nodes ``near``?"""
    for i in near:  # noqa: SIM110 (compiled code has no all)
        if one[i] != other[i]:
            return False
    return True


class Space(NamedTuple):
    """One search: the nodes it looks at, in order, and the place of each (n,); the time left there
    (n,), after the least delay to them; the least delay from there (n,); which ways between places
    it has asked about: 0 not yet, 1 open, 2 shut; the least still to come, (segments, n), infinite
    where there is no time for it."""

    figures: Figures
    barred: Barred
    steps: Steps
    near: IntArray
    place: IntArray
    time_us: FloatArray
    left_us: FloatArray
    asked: NDArray[np.int8]
    to_go: FloatArray


@inner
def space_of(
    figures: Figures, barred: Barred, steps: Steps, near: IntArray, time_us: FloatArray,
    left_us: FloatArray, segments: int,
) -> Space:  # fmt: skip
    """What is still to come is not known yet."""
    n = len(time_us)
    place, k = np.zeros(n, np.int64), len(near) if len(barred.tail) else 1
    for number in range(len(near)):
        place[near[number]] = number
    asked, to_go = np.zeros((k, k), np.int8), np.full((segments, n), np.inf)
    return Space(figures, barred, steps, near, place, time_us, left_us, asked, to_go)


@inner
def way_us(space: Space, i: int, j: int) -> float:
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
def home(space: Space, dst: int, into: FloatArray) -> None:
    """Write the worst delay by IGP to ``dst`` from every node near, (n,), where there is time."""
    for i in space.near:
        if space.figures.worst_us[i, dst] <= space.time_us[i]:
            into[i] = way_us(space, i, dst)


@inner
def one_more(
    space: Space, behind: FloatArray, count: int, only: BoolArray, found: FloatArray
) -> None:
    """Write the least delay to the end with one segment more than ``behind``, which are ``count``,
    over what was infinite, where there is time for it."""
    steps, onward = space.steps, np.full(len(behind), np.inf)
    for step in range(len(steps.at)):
        if steps.most_left[step] >= count:
            left = steps.us[step] + behind[steps.to[step]]
            if left < onward[steps.at[step]]:
                onward[steps.at[step]] = left
    by, over_us = _in_time(space, onward)
    for i in space.near:
        if only[i]:
            found[i] = _least(space, i, by, over_us, onward)


@inner
def _in_time(space: Space, onward: FloatArray) -> tuple[IntArray, FloatArray]:
    """The nodes from which the way ``onward`` (n,) is in time, and what it takes over the least
    delay from there; the least of that first."""
    found, many = np.empty(len(space.near), np.int64), 0
    for j in space.near:
        if onward[j] <= space.time_us[j]:
            found[many] = j
            many += 1
    over_us = onward[found[:many]] - space.left_us[found[:many]]
    order = np.argsort(over_us)
    return found[order], over_us[order]


@inner
def _least(space: Space, i: int, by: IntArray, over_us: FloatArray, onward: FloatArray) -> float:
    """The least delay over a node segment to one of ``by`` and then ``onward``; infinite where it
    is not in time."""
    most_us, found = space.time_us[i], np.inf
    for number in range(len(by)):
        at_least = space.left_us[i] + over_us[number]
        if at_least > most_us or at_least >= found:
            break
        j = by[number]
        whole = space.figures.worst_us[i, j] + onward[j]
        if whole <= most_us and whole < found and way_us(space, i, j) < np.inf:
            found = whole
    return float(found)


@inner
def one_segment_away(space: Space, src: int, bound_us: float, to_us: FloatArray) -> BoolArray:
    """The nodes at which a list inside the bound may stand after its first segment, (n,)."""
    steps, found = space.steps, np.zeros(len(to_us), np.bool_)
    for step in range(len(steps.at)):
        to, rest_us = steps.to[step], steps.us[step] + to_us[steps.to[step]]
        if not found[to] and space.figures.worst_us[src, steps.at[step]] + rest_us <= bound_us:
            found[to] = way_us(space, src, steps.at[step]) + rest_us <= bound_us
    return found
