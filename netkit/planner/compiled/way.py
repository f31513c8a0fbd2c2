"""What a search for two disjoint paths is given, by compiled code and by its plain reference."""

from __future__ import annotations

from typing import NamedTuple

from netkit.planner.arrays import BoolArray, FloatArray, IntArray

DEEPEST = 64
"""Arcs of a path that is tried."""

MOST_PAIRS = 64
"""Best pairs that are told."""


class Way(NamedTuple):
    """Arcs that fit into the bound, in the order of their near ends, what each takes, and the least
    delay from each node to the end. Arc a has the risks ``risks[first_risk[a]:first_risk[a + 1]]``,
    its link among them."""

    starts: IntArray
    arcs: IntArray
    near: IntArray
    far: IntArray
    delay_us: FloatArray
    fits: BoolArray
    left_us: FloatArray
    first_risk: IntArray
    risks: IntArray
