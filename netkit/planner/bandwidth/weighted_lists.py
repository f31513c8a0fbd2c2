"""A demand split over weighted segment lists (RFC 9256 §2.11), where no single one can carry it.

Each list is held to one loopless path, so its load is known to the bit. The split is a linear
program over all paths inside the bound; those that it needs are made one by one, each the path of
least price for the program's dual values, by the same exact search as any other path (column
generation; Desaulniers, Desrosiers & Solomon 2005). First as much as can be is carried; if that is
all of it, then at the least sum of metrics.

Invariant: the program over the columns made so far is solved to its optimum before a column is
added; when no path has a price below the dual value of the demand, that optimum is the optimum over
all paths. One exact path search a column. The solver's floats choose the columns; the weights are
then solved in fractions, so no link is overrun by rounding.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice

import numpy as np
from scipy.optimize import LinearConstraint, OptimizeResult, linprog, milp
from scipy.sparse import csr_array

from netkit.model.srv6.segment_list import CandidatePath, Path, Share
from netkit.model.srv6.weights import lowest_terms
from netkit.planner.arrays import FloatArray
from netkit.planner.bandwidth.ledger import Ledger
from netkit.planner.search.alternatives import arcs_of, pinned, ranked_paths
from netkit.planner.search.candidate_path import PathComputation
from netkit.planner.search.segment_costs import SteeringCosts

_CLOSE = 1e-9
"""Shares and duals that differ by less than this are the same to the solver."""

_TIGHT = 1e-6
"""A pool that is filled but for so much of the demand may be one that fixes the split."""

_MOST_TRIED = 1_000
"""Paths drawn for one column before the search gives up on SID limits that hold hardly any."""


@dataclass(frozen=True, slots=True)
class Split:
    """``shares`` of a demand, heaviest first, none where it cannot be split so; ``carried_bps`` is
    the most that any number of lists could carry, ``lists`` how many the cheapest split takes."""

    shares: tuple[Share, ...]
    carried_bps: int
    lists: int


@dataclass(frozen=True, slots=True)
class _Column:
    """A path with its list, its sum of metrics and the pools that it loads."""

    candidate: CandidatePath
    cost: float
    pools: tuple[int, ...]


class Splitter:
    """The program for one demand on what a ledger has left."""

    def __init__(self, asked: PathComputation, ledger: Ledger) -> None:
        self._asked = asked.without_arcs(ledger.arcs_without(1))
        self._costs, self._ledger = self._asked.costs, ledger
        self._bps = asked.demand.bandwidth_bps or 0
        self._columns: dict[Path, _Column] = {}
        self._held: dict[Path, CandidatePath | None] = {}

    def split(self) -> Split:
        """The split over at most as many lists as the options allow; O(1) searches a column."""
        carried = self._solved(most=True)
        if carried is None:
            return Split((), 0, 0)
        carried_bps = round(-carried.fun * self._bps)
        if -carried.fun < 1 - _CLOSE:
            return Split((), min(carried_bps, self._bps - 1), 0)
        cheapest = self._solved(most=False)
        if cheapest is None:
            return Split((), carried_bps, 0)
        lists: list[int] = np.flatnonzero(cheapest.x > _CLOSE).tolist()
        used = lists if len(lists) <= self._asked.options.share else self._fewer()
        columns = list(self._columns.values())
        return Split(self._shares([columns[i] for i in used]), self._bps, len(lists))

    def _solved(self, *, most: bool) -> OptimizeResult | None:
        """The optimum over all paths: the most that can be carried, or all of it at least cost."""
        while True:
            if not self._columns and not self._added(self._costs, np.inf):
                return None
            columns = list(self._columns.values())
            solved = self._program(columns, most=most)
            if solved.status != 0:
                return None
            if most and -solved.fun >= 1 - _CLOSE:
                return solved
            prices = np.zeros(self._ledger.count)
            rows = _pools(columns)
            prices[rows] = -solved.ineqlin.marginals[: len(rows)]
            worth = 1 + solved.ineqlin.marginals[-1] if most else solved.eqlin.marginals[0]
            per_arc = self._ledger.of_arcs(prices)
            priced = replace(self._costs, prices=per_arc + (0 if most else self._costs.arc_cost))
            if not self._added(priced, worth):
                return solved

    def _program(self, columns: list[_Column], *, most: bool) -> OptimizeResult:
        """Shares of the bandwidth, of sum 1 at the most or exactly, within what pools have left."""
        rows = _pools(columns)
        loads, room = _loads(columns, rows), self._room(rows)
        whole = np.ones((1, len(columns)))
        if most:
            limits = np.vstack((loads.toarray(), whole))
            return linprog(-whole[0], A_ub=limits, b_ub=np.append(room, 1.0), method="highs-ds")
        cost = np.array([column.cost for column in columns])
        return linprog(cost, A_ub=loads, b_ub=room, A_eq=whole, b_eq=[1.0], method="highs-ds")

    def _room(self, rows: list[int]) -> FloatArray:
        return np.array([self._ledger.left(pool) / self._bps for pool in rows])

    def _added(self, costs: SteeringCosts, worth: float) -> bool:
        """Add the path of least price that a list can hold, if its price is below ``worth``."""
        paths = ranked_paths(costs, *self._asked.ends, self._asked.demand.bound_us)
        for path in islice(paths, _MOST_TRIED):
            arcs = list(arcs_of(costs, path))
            price = float(costs.arc_cost[arcs].sum())
            if price >= worth - _CLOSE * max(1.0, abs(worth)) or path in self._columns:
                return False
            if path not in self._held:
                self._held[path] = pinned(self._asked, path)
            held = self._held[path]
            if held is not None:
                cost = float(self._costs.arc_cost[arcs].sum())
                self._columns[path] = _Column(held, cost, self._ledger.pools_of(arcs))
                return True
        return False

    def _fewer(self) -> list[int]:
        """Columns of a split over no more lists than allowed, of those made; none if there is none.

        A share only where its list is taken: x ≤ z, Σ z at most so many, as an integer program.
        """
        columns = list(self._columns.values())
        many, rows = len(columns), _pools(columns)
        cost = np.array([column.cost for column in columns] + [0.0] * many)
        loads = np.hstack((_loads(columns, rows).toarray(), np.zeros((len(rows), many))))
        taken = np.hstack((np.eye(many), -np.eye(many)))
        whole = np.repeat((1.0, 0.0), many)
        count = np.repeat((0.0, 1.0), many)
        solved = milp(
            cost,
            constraints=[
                LinearConstraint(loads, -np.inf, self._room(rows)),
                LinearConstraint(taken, -np.inf, 0),
                LinearConstraint(whole[None, :], 1, 1),
                LinearConstraint(count[None, :], -np.inf, self._asked.options.share),
            ],
            integrality=count,
            bounds=(0, 1),
            options={"mip_rel_gap": 0.0},
        )
        return [] if solved.x is None else np.flatnonzero(solved.x[many:] > 0.5).tolist()

    def _shares(self, columns: list[_Column]) -> tuple[Share, ...]:
        """Whole-numbered weights of a split over ``columns``, exact, heaviest first."""
        if not columns:
            return ()
        solved = self._program(columns, most=False)
        if solved.status != 0:
            return ()
        used = [column for column, share in zip(columns, solved.x, strict=True) if share > _CLOSE]
        rows = _pools(used)
        crossing = [[pool in column.pools for column in used] for pool in rows]
        left = [self._ledger.left(pool) for pool in rows]
        shares = [float(share) for share in solved.x if share > _CLOSE]
        weights = _exact_weights(shares, self._bps, crossing, left)
        found = (Share(weight, one.candidate) for weight, one in zip(weights, used, strict=False))
        return tuple(sorted(found, key=lambda share: -share.weight))


def _pools(columns: list[_Column]) -> list[int]:
    return sorted({pool for column in columns for pool in column.pools})


def _loads(columns: list[_Column], rows: list[int]) -> csr_array:
    """Shape (len(rows), len(columns)): 1 where a path loads a pool."""
    place = {pool: row for row, pool in enumerate(rows)}
    at = [(place[pool], i) for i, column in enumerate(columns) for pool in column.pools]
    row, column = np.array(at, dtype=np.int64).reshape(-1, 2).T
    return csr_array((np.ones(len(at)), (row, column)), shape=(len(rows), len(columns)))


def _exact_weights(
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
    return lowest_terms([int(flow * scale) for flow in flows])


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
