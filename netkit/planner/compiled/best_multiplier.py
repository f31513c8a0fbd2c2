"""The multiplier with the best bound on what a path still costs: compiled.

Reference: :func:`netkit.planner.search.larac.best_multiplier`, to the last tie. Least sums of
a weight are made only as far as the path search asks for them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netkit.planner.arrays import BoolArray, FloatArray, IntArray
from netkit.planner.compiled.compiler import compiled, inner
from netkit.planner.compiled.least_sums import Side, sums_until

BEST, NO_MULTIPLIER, NO_ROOM = 0, 1, 2


class Priced(NamedTuple):
    """Arcs (m,) in the order of their tails and in that of their heads, ``allowed`` to be crossed,
    with what they cost and take; ``most`` are the largest cost and delay of any arc."""

    onward: Side
    arcs: IntArray
    back: Side
    into: IntArray
    cost: IntArray
    delay_us: IntArray
    allowed: BoolArray
    most: tuple[int, int]


@inner
def _traced(
    priced: Priced, p: int, q: int, left: FloatArray, src: int, dst: int
) -> tuple[bool, int, int]:
    """Cost and delay of a path of least weight, q cost + p delay, of which ``left`` (n,) is still
    to come; False where there is none, or where arcs of weight 0 led astray."""
    cost, delay_us = int(np.int64(0)), int(np.int64(0))
    if left[src] == np.inf:
        return False, cost, delay_us
    node, seen = src, np.zeros(len(left), np.bool_)
    seen[src] = True
    while node != dst:
        taken = -1
        for place in range(priced.onward.starts[node], priced.onward.starts[node + 1]):
            arc, head = priced.arcs[place], priced.onward.far[place]
            weight = q * priced.cost[arc] + p * priced.delay_us[arc]
            if weight + left[head] == left[node] and priced.allowed[arc] and not seen[head]:
                taken = place
                break
        if taken < 0:
            return False, cost, delay_us
        arc, node = priced.arcs[taken], priced.onward.far[taken]
        cost, delay_us, seen[node] = cost + priced.cost[arc], delay_us + priced.delay_us[arc], True
    return True, cost, delay_us


@inner
def _weights(priced: Priced, p: int, q: int) -> IntArray:
    """In the order of heads, below 0 where an arc must not be crossed."""
    found = np.full(len(priced.into), -1)
    for place in range(len(found)):
        arc = priced.into[place]
        if priced.allowed[arc]:
            found[place] = q * priced.cost[arc] + p * priced.delay_us[arc]
    return found


@inner
def _common(one: int, other: int) -> int:
    """The greatest common divisor (Euclid)."""
    while other:
        one, other = other, one % other
    return one


@compiled
def multiplier(
    priced: Priced, cost_left: FloatArray, us_left: FloatArray, src: int, dst: int,
    bound_us: float, rounds: int, shift: int,
) -> tuple[int, int, int, FloatArray]:  # fmt: skip
    """With :data:`BEST` the multiplier as p and q, and the least sums still to come.

    :data:`NO_MULTIPLIER` where there is none. :data:`NO_ROOM`: sums are too large for this code.
    """
    p, q, left = int(np.int64(0)), int(np.int64(1)), us_left
    is_cheap, cheap, cheap_us = _traced(priced, p, q, cost_left, src, dst)
    is_quick, quick, quick_us = _traced(priced, q, p, us_left, src, dst)
    if not is_cheap or not is_quick or cheap_us <= bound_us or quick_us > bound_us:
        return NO_MULTIPLIER, p, q, left
    for _ in range(rounds):
        p, q = quick - cheap, cheap_us - quick_us
        common = _common(p, q)
        p, q = p // common, q // common
        largest = float(q) * priced.most[0] + float(p) * priced.most[1]
        if largest * len(us_left) >= 2.0 ** (62 - shift):
            return NO_ROOM, p, q, left
        left = sums_until(priced.back, _weights(priced, p, q), dst, shift, us_left)
        found, cost, delay_us = _traced(priced, p, q, left, src, dst)
        if not found or q * cost + p * delay_us == q * cheap + p * cheap_us:
            break
        if delay_us <= bound_us:
            quick, quick_us = cost, delay_us
        else:
            cheap, cheap_us = cost, delay_us
    return BEST, p, q, left
