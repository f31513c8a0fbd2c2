"""Ways by IGP to some targets around one failure, before and after the tables know of it, and the
local repairs of neighbours. Compiled.

Reference: :mod:`netkit.planner.protection.repaired` and :mod:`~netkit.planner.protection.ti_lfa`.
A way is joined once for all that ask for it, and a repair is known by the SIDs and the delay of the
best alone, not by what it crosses.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netkit.planner.arrays import Barred, BoolArray, Figures, FloatArray, IntArray, Tables
from netkit.planner.compiled.compiler import inner
from netkit.planner.compiled.least_sums import Side, least_sums
from netkit.planner.compiled.list_steps import crosses
from netkit.planner.compiled.walks import forwards


class Failing(NamedTuple):
    """The IGP as it was, with what fails of it: ``gone`` nodes (n,), ``failed`` arcs (m,), and
    between which nodes packets may cross these; the arcs by their heads, as ``back`` and ``into``,
    and the room that their sums ask for."""

    tables: Tables
    figures: Figures
    barred: Barred
    tail: IntArray
    back: Side
    into: IntArray
    shift: int
    gone: BoolArray
    failed: BoolArray


class Ways(NamedTuple):
    """Ways from all nodes to some targets, one a row: how far they are known, their worst delay,
    and the SIDs of repairs."""

    state: NDArray[np.int8]
    us: FloatArray
    sids: IntArray


class World(NamedTuple):
    """One failure. Targets have a ``row`` (n,), or -1; tables after it, where arcs weigh ``weight``
    in the order of their heads, and the least metrics ``to`` targets, (n, rows), once they are
    ``asked`` for; ways by the old tables and by the new ones; room to work in."""

    now: Failing
    row: IntArray
    after: Tables
    weight: IntArray
    to: FloatArray
    asked: BoolArray
    old: Ways
    new: Ways
    stack: IntArray
    sets: IntArray


_OPEN, _ARRIVES, _LOST = 1, 2, 3
"""States of a way; 0 is not known yet."""


@inner
def world_of(now: Failing, row: IntArray, many: int) -> World:
    """Nothing is known yet; targets have the ``many`` rows that ``row`` (n,) says."""
    tables, n, m = now.tables, len(now.gone), len(now.failed)
    after = Tables(
        tables.starts, tables.arcs, tables.head, tables.metric, tables.usable & ~now.failed,
        tables.busy, tables.delay_us, tables.sums,
    )  # fmt: skip
    weight = np.full(m, -1)
    for place in range(m):
        arc = now.into[place]
        if after.usable[arc] and not tables.busy[now.back.far[place]]:
            weight[place] = tables.metric[arc]
    old = Ways(np.zeros((many, n), np.int8), np.empty((many, n)), np.empty((many, n), np.int64))
    new = Ways(np.zeros((many, n), np.int8), np.empty((many, n)), np.empty((many, n), np.int64))
    return World(
        now, row, after, weight, np.empty((n, many)), np.zeros(many, np.bool_), old, new,
        np.empty(n + m + 1, np.int64), np.empty((2, m), np.int64),
    )  # fmt: skip


@inner
def ask(world: World, target: int) -> None:
    """Have the least metrics to a target after the failure."""
    column, now = world.row[target], world.now
    if not world.asked[column]:
        world.asked[column] = True
        anywhere = np.zeros(len(now.gone))
        sums = least_sums(now.back, world.weight, target, now.shift, anywhere, np.inf)
        world.to[:, column] = sums


@inner
def leg(
    world: World, tables: Tables, to: FloatArray, column: int, ways: Ways, src: int, dst: int
) -> tuple[float, int]:
    """From ``src`` to ``dst`` by ``tables``, to which least metrics are ``to[:, column]``: worst
    delay, below 0 where a packet is lost, and SIDs of repairs.

    Depth first: a node is joined when all that it forwards to are. One met again before that would
    close a loop.
    """
    row, stack, sets = world.row[dst], world.stack, world.sets[0]
    state, depth = ways.state[row], int(np.int64(0))
    state[dst], ways.us[row, dst], ways.sids[row, dst] = _ARRIVES, 0.0, 0
    stack[0] = src
    while state[src] < _ARRIVES:
        node = stack[depth]
        if state[node] >= _ARRIVES:
            depth -= 1
            continue
        many, ahead = forwards(tables, to, column, node, dst, sets), depth
        for arc in sets[:many]:
            if not world.now.failed[arc] and state[tables.head[arc]] < _ARRIVES:
                ahead += 1
                stack[ahead] = tables.head[arc]
        if ahead == depth or state[node] == _OPEN:
            _join(world, ways, node, dst, many if ahead == depth else 0)
            depth -= 1
        else:
            state[node], depth = _OPEN, ahead
    if state[src] == _LOST:
        return -1.0, 0
    return ways.us[row, src], ways.sids[row, src]


@inner
def _join(world: World, ways: Ways, node: int, dst: int, many: int) -> None:
    """Write what is known of a node that forwards over the first ``many`` arcs of the set."""
    tables, row, us, sids = world.now.tables, world.row[dst], 0.0, int(np.int64(0))
    lost = not many
    for arc in world.sets[0, :many]:
        head = tables.head[arc]
        if world.now.failed[arc]:
            way = repair(world, node, dst, 0)
        elif ways.state[row, head] == _LOST:
            way = -1.0, int(np.int64(0))
        else:
            way = tables.delay_us[arc] + ways.us[row, head], ways.sids[row, head]
        lost = lost or way[0] < 0
        us, sids = max(us, way[0]), max(sids, way[1])
    ways.state[row, node] = _LOST if lost else _ARRIVES
    ways.us[row, node], ways.sids[row, node] = us, sids


@inner
def repair(world: World, node: int, target: int, land: int) -> tuple[float, int]:
    """From ``node`` to ``target`` by local repair: worst delay, below 0 where the new tables have
    no way either, and SIDs; ``land``, 1 or 0, to be there with a SID of its own."""
    now, tables, n = world.now, world.now.tables, len(world.now.gone)
    if now.gone[target]:
        return -1.0, 0
    ask(world, target)
    nodes, delay_us, last = np.empty(n + 1, np.int64), np.empty(n + 1), int(np.int64(0))
    nodes[0] = node
    while nodes[last] != target:
        column, at = world.row[target], nodes[last]
        many = forwards(world.after, world.to, column, at, target, world.sets[1])
        if not many or last == n:
            return -1.0, 0
        arc = world.sets[1, 0]
        delay_us[last], nodes[last + 1] = tables.delay_us[arc], tables.head[arc]
        last += 1
    return _fewest(now, nodes[: last + 1], delay_us, land)


@inner
def _fewest(now: Failing, nodes: IntArray, delay_us: FloatArray, land: int) -> tuple[float, int]:
    """Fewest SIDs, then least worst delay, along a new shortest path over ``nodes``; the first hop
    is free."""
    last = len(nodes) - 1
    us, sids = np.full(last + 1, np.inf), np.full(last + 1, 2 * last + 2)
    us[0], sids[0], us[1], sids[1] = 0.0, 0, delay_us[0], 0
    for at in range(last):
        for to in range(at, last + 1):
            if crosses(now.figures, now.barred, nodes[at], nodes[to]):
                continue
            way_us = us[at] + now.figures.worst_us[nodes[at], nodes[to]]
            if way_us == np.inf:
                continue
            if to == last:
                _better(us, sids, to, way_us, sids[at] + land)
                continue
            _better(us, sids, to, way_us, sids[at] + 1)
            _better(us, sids, to + 1, way_us + delay_us[to], sids[at] + 1)
    return us[last], sids[last]


@inner
def _better(us: FloatArray, sids: IntArray, place: int, other_us: float, other_sids: int) -> None:
    if (other_sids, other_us) < (sids[place], us[place]):
        us[place], sids[place] = other_us, other_sids
