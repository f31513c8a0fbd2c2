"""The slower of two disjoint paths: Dijkstra clear of what the faster one has, guided by least
delays to the end (A*; Hart, Nilsson & Raphael 1968)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netkit.planner.arrays import BoolArray, FloatArray, IntArray, Way
from netkit.planner.compiled.compiler import inner
from netkit.planner.compiled.heaps import sift_in, sift_out


class Slower(NamedTuple):
    """What the faster path has: risks, how often each, nodes between, and whether it is at its end;
    room to search the slower one: least sums, the arc that each node is reached by, a heap."""

    risks: IntArray
    nodes: BoolArray
    ended: BoolArray
    sums: FloatArray
    by: IntArray
    keys: FloatArray
    items: IntArray


@inner
def take(way: Way, other: Slower, arc: int, dst: int) -> None:
    """The faster path goes on over an arc."""
    other.nodes[way.far[arc]] = way.far[arc] != dst
    other.ended[0] = way.far[arc] == dst
    for place in range(way.first_risk[arc], way.first_risk[arc + 1]):
        other.risks[way.risks[place]] += 1


@inner
def take_back(way: Way, other: Slower, arc: int) -> None:
    """The faster path does not cross its last arc after all."""
    other.nodes[way.far[arc]] = False
    for place in range(way.first_risk[arc], way.first_risk[arc + 1]):
        other.risks[way.risks[place]] -= 1


@inner
def clear(way: Way, other: Slower, arc: int, dst: int) -> bool:
    """May the slower path cross an arc?"""
    if other.nodes[way.near[arc]] or (other.nodes[way.far[arc]] and way.far[arc] != dst):
        return False
    for place in range(way.first_risk[arc], way.first_risk[arc + 1]):
        if other.risks[way.risks[place]] > 0:
            return False
    return True


@inner
def least_us(way: Way, other: Slower, src: int, dst: int, bound_us: float) -> float:
    """The least delay of a slower path, within the bound; its arcs lead back by ``by``. The search
    goes on until sums are final wherever a path as quick could come by."""
    for node in range(len(other.sums)):
        other.sums[node] = np.inf
    other.sums[src], other.by[src] = 0.0, -1
    other.keys[0], other.items[0], size = way.left_us[src], src, int(np.int64(1))
    while size:
        key, node = other.keys[0], other.items[0]
        sift_out(other.keys, other.items, size)
        size -= 1
        if key > other.sums[dst]:
            break
        if node == dst or key > other.sums[node] + way.left_us[node]:
            continue
        for place in range(way.starts[node], way.starts[node + 1]):
            arc = way.arcs[place]
            if not way.fits[arc]:
                continue
            head = way.far[arc]
            onward = other.sums[node] + way.delay_us[arc]
            if onward >= other.sums[head] or onward + way.left_us[head] > bound_us:
                continue
            if clear(way, other, arc, dst):
                other.sums[head], other.by[head] = onward, arc
                sift_in(other.keys, other.items, size, onward + way.left_us[head], head)
                size += 1
    return float(other.sums[dst])


@inner
def kept(way: Way, other: Slower, dst: int, arcs: IntArray, many: int) -> bool:
    """Is a slower path still clear?"""
    for place in range(many):  # noqa: SIM110 (compiled code has no all)
        if not clear(way, other, arcs[place], dst):
            return False
    return True


@inner
def back(way: Way, other: Slower, dst: int, into: IntArray) -> int:
    """Write the path that was just found, from its end back, and say how many arcs it has."""
    many, node = 0, dst
    while other.by[node] >= 0:
        into[many] = other.by[node]
        many, node = many + 1, way.near[other.by[node]]
    return many


@inner
def slower_path(way: Way, n: int, many_risks: int) -> Slower:
    """Room for searches among ``n`` nodes; nothing is taken yet."""
    room = len(way.far) + 1
    return Slower(
        np.zeros(many_risks, np.int64), np.zeros(n, np.bool_), np.zeros(1, np.bool_),
        np.empty(n), np.empty(n, np.int64), np.empty(room), np.empty(room, np.int64),
    )  # fmt: skip
