"""What becomes of many lists after one failure: repaired, switched, reconverged. Compiled.

Reference: :mod:`netkit.planner.protection.phases`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netkit.planner.arrays import BoolArray, FloatArray, IntArray
from netkit.planner.compiled.compiler import compiled, inner
from netkit.planner.compiled.repaired_ways import Failing, World, ask, leg, repair, world_of

LISTS = 3
"""Of each pair: primary, backup, and the empty list, which is the IGP alone."""


class Lists(NamedTuple):
    """List k, if it ``exists``, has the steps ``first[k]`` to ``first[k + 1]``: each leads from
    node ``at`` by IGP to node ``to``, or with ``to`` below 0 over arc ``at``. Any branch of it may
    cross ``arcs[first_arc[k]:first_arc[k + 1]]``, which is known of backups alone."""

    exists: BoolArray
    first: IntArray
    at: IntArray
    to: IntArray
    first_arc: IntArray
    arcs: IntArray


class Fates(NamedTuple):
    """Of each pair: worst delay and SIDs of repairs; whether its backup is left alone; which list
    carries it in the end, and the worst delay then. Below 0 where packets are lost."""

    repaired_us: FloatArray
    repair_sids: IntArray
    switched: BoolArray
    carrier: IntArray
    carried_us: FloatArray


@compiled
def fates(now: Failing, lists: Lists, pairs: IntArray) -> Fates:
    """What the failure does to each of ``pairs``, the lists of which are those from ``LISTS`` times
    its number on. O(m log n) for each target, and O(L²) for a repair along L hops."""
    row, targets = _targets(now, lists, pairs)
    world, many = world_of(now, row, targets), len(pairs)
    found = Fates(
        np.full(many, -1.0), np.zeros(many, np.int64), np.zeros(many, np.bool_),
        np.full(many, -1), np.full(many, -1.0),
    )  # fmt: skip
    for place in range(many):
        own = LISTS * pairs[place]
        found.repaired_us[place], found.repair_sids[place] = _repaired(world, lists, own)
        found.switched[place] = lists.exists[own + 1] and not _hit(world, lists, own + 1)
        for carrier in range(LISTS):
            us = _reconverged(world, lists, own + carrier)
            if us >= 0:
                found.carrier[place], found.carried_us[place] = carrier, us
                break
    return found


@inner
def _targets(now: Failing, lists: Lists, pairs: IntArray) -> tuple[IntArray, int]:
    """Rows for the ends of all legs, and of the arcs that failed under End.X; how many."""
    row, many = np.full(len(now.gone), -1), int(np.int64(0))
    for pair in pairs:
        for step in range(lists.first[LISTS * pair], lists.first[LISTS * pair + LISTS]):
            node, at = lists.to[step], lists.at[step]
            if node < 0 and now.failed[at]:
                node = now.tables.head[at]
            if node >= 0 and row[node] < 0:
                row[node] = many
                many += 1
    return row, many


@inner
def _hit(world: World, lists: Lists, number: int) -> bool:
    """May any branch of a list cross what failed?"""
    for place in range(lists.first_arc[number], lists.first_arc[number + 1]):
        if world.now.failed[lists.arcs[place]]:
            return True
    return False


@inner
def _repaired(world: World, lists: Lists, number: int) -> tuple[float, int]:
    """A packet of the list on the old tables: worst delay, below 0 if lost, and SIDs of repairs."""
    now, us, sids = world.now, 0.0, int(np.int64(0))
    for step in range(lists.first[number], lists.first[number + 1]):
        at, to = lists.at[step], lists.to[step]
        if to >= 0:
            way = leg(world, now.tables, now.figures.distance, to, world.old, at, to)
        elif now.failed[at]:
            way = repair(world, now.tail[at], now.tables.head[at], 1)
        else:
            way = float(now.tables.delay_us[at]), int(np.int64(0))
        if way[0] < 0:
            return way
        us, sids = us + way[0], max(sids, way[1])
    return us, sids


@inner
def _reconverged(world: World, lists: Lists, number: int) -> float:
    """The same on the new tables; below 0 too where the list or a SID of it is not there."""
    now, us = world.now, 0.0
    if not lists.exists[number]:
        return -1.0
    for step in range(lists.first[number], lists.first[number + 1]):
        at, to = lists.at[step], lists.to[step]
        if now.gone[to] if to >= 0 else now.failed[at]:
            return -1.0
    for step in range(lists.first[number], lists.first[number + 1]):
        at, to = lists.at[step], lists.to[step]
        if to < 0:
            us += now.tables.delay_us[at]
            continue
        ask(world, to)
        way = leg(world, world.after, world.to, world.row[to], world.new, at, to)
        if way[0] < 0:
            return -1.0
        us += way[0]
    return us
