"""The kinds of arrays that the planner works on, and arcs in the orders that loops want."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
Weights = IntArray | FloatArray

NARROW_MOST = 2**19
"""Whole numbers up to this are kept as floats of 32 bits; sums of 32 of them are still exact."""


class Tables(NamedTuple):
    """Arcs in the order of their tails and which of them carry packets; ``busy`` nodes only end
    ways; ``sums`` (r, m) are what else adds up."""

    starts: IntArray
    arcs: IntArray
    head: IntArray
    metric: IntArray
    usable: BoolArray
    busy: BoolArray
    delay_us: IntArray
    sums: FloatArray


class Figures(NamedTuple):
    """Of every pair (n, n): IGP distance, worst delay, and the metric that is minimised."""

    distance: FloatArray
    worst_us: FloatArray
    cost: FloatArray


class Barred(NamedTuple):
    """What no segment may cross, as arcs from ``tail`` to ``head`` of ``metric``: of a node all of
    whose arcs are barred only that node, as an arc of metric 0 to itself. ``busy`` (n,) are
    overloaded nodes; those of them that are barred whole are ``ends`` (n,)."""

    tail: IntArray
    head: IntArray
    metric: FloatArray
    busy: BoolArray
    ends: BoolArray


class Way(NamedTuple):
    """What a search for two disjoint paths is given: arcs that fit into the bound, in the order of
    their near ends, what each takes, and the least delay from each node to the end. Arc a has the
    risks ``risks[first_risk[a]:first_risk[a + 1]]``, its link among them."""

    starts: IntArray
    arcs: IntArray
    near: IntArray
    far: IntArray
    delay_us: FloatArray
    fits: BoolArray
    left_us: FloatArray
    first_risk: IntArray
    risks: IntArray


DEEPEST = 64
"""Arcs of a path that is tried."""

MOST_PAIRS = 64
"""Best pairs that are told."""


def arcs_by(end: IntArray, nodes: int) -> tuple[IntArray, IntArray]:
    """The arcs in order of one of their ends (m,), of equal ones ascending, and where those of each
    node begin, (m,) and (nodes + 1,)."""
    order = np.argsort(end, kind="stable")
    return order, np.searchsorted(end[order], np.arange(nodes + 1))


def failing(arcs: int, groups: Sequence[Iterable[int]]) -> tuple[IntArray, IntArray, int]:
    """Groups of ``arcs`` that fail together, turned round: where the numbers of each arc's groups
    begin, (arcs + 1,), those numbers, one arc after the other, and how many groups there are."""
    own: list[list[int]] = [[] for _ in range(arcs)]
    for number, members in enumerate(groups):
        for arc in members:
            own[arc].append(number)
    numbers = np.array([one for some in own for one in some], dtype=np.int64)
    return np.cumsum([0, *map(len, own)]), numbers, len(groups)


def most(figures: FloatArray) -> float:
    """The largest finite figure; 0 where there is none."""
    return float(np.max(figures, initial=0.0, where=np.isfinite(figures)))


def kind_for(*tables: FloatArray) -> np.dtype[Any]:
    """The smallest kind of float in which all of these whole numbers are exact."""
    narrow = all(most(table) <= NARROW_MOST for table in tables)
    return np.dtype(np.float32 if narrow else np.float64)


def packing(weight: IntArray, nodes: int) -> int | None:
    """Bits to the right of a sum of ``weight`` (m,) that hold the number of a node beside it in 63
    bits; None where there is no room."""
    shift = int(nodes).bit_length()
    return shift if int(weight.max(initial=0)) * nodes < 2 ** (62 - shift) else None
