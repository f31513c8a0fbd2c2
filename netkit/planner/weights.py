"""From the shares that a solver found, in floats, to weights in whole numbers that are exact."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

_TIGHT = 1e-6


def whole_weights(
    shares: Sequence[float],
    bandwidth_bps: int,
    crossing: Sequence[Sequence[bool]],
    left_bps: Sequence[int],
) -> tuple[int, ...]:
    """Weights in lowest terms, such that no pool carries more than it has left; () if none such.

    ``crossing[e][p]`` says whether list p loads pool e, of which ``left_bps[e]`` is left. A vertex
    of the program is fixed by the pools that it fills: that system is solved in fractions.
    """
    tight: list[tuple[float, int]] = []
    for number, (row, left) in enumerate(zip(crossing, left_bps, strict=True)):
        load = sum(share for share, on in zip(shares, row, strict=True) if on)
        gap = abs(load * bandwidth_bps - left)
        if gap <= _TIGHT * bandwidth_bps:
            tight.append((gap, number))
    rows = [[Fraction(1)] * len(shares) + [Fraction(bandwidth_bps)]]
    rows += [[*map(Fraction, crossing[e]), Fraction(left_bps[e])] for _, e in sorted(tight)]
    flows = _solved(rows, len(shares))
    if flows is None or min(flows) < 0:
        return ()
    for row, left in zip(crossing, left_bps, strict=True):
        if sum(flow for flow, on in zip(flows, row, strict=True) if on) > left:
            return ()
    scale = math.lcm(*(flow.denominator for flow in flows))
    weights = [int(flow * scale) for flow in flows]
    common = math.gcd(*weights)
    return tuple(weight // common for weight in weights)


def _solved(rows: list[list[Fraction]], unknowns: int) -> list[Fraction] | None:
    """The solution of the first independent rows, by Gauss-Jordan elimination; None if they are
    too few. Rows that are filled only nearly stand last, and are not needed."""
    for done in range(unknowns):
        pivot = next((i for i in range(done, len(rows)) if any(rows[i][:-1])), None)
        if pivot is None:
            return None
        rows.insert(done, rows.pop(pivot))
        column = next(i for i, value in enumerate(rows[done]) if value)
        first = rows[done][column]
        rows[done] = [value / first for value in rows[done]]
        for i, row in enumerate(rows):
            if i != done and row[column]:
                factor = row[column]
                rows[i] = [a - factor * b for a, b in zip(row, rows[done], strict=True)]
    solution = [Fraction(0)] * unknowns
    for row in rows[:unknowns]:
        solution[row.index(Fraction(1))] = row[-1]
    return solution
