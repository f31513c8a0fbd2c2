"""Several goals in order, over whole-number variables that may belong to marked groups (HiGHS).

Preemptive goal programming: each goal is minimised and its optimum then held as a constraint while
the next is sought. Invariant: a later goal never worsens an earlier one, exactly where goals count
whole numbers. One mixed integer program a goal, each NP-hard in general.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from netkit.planner.arrays import FloatArray, IntArray

_NODE_LIMIT = 100_000
"""Branch-and-bound nodes of one goal after which the answer is called unproved."""

_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Solved:
    """The value of every variable; ``proved`` if each goal was reached and nothing is better."""

    values: FloatArray
    proved: bool


class LexicographicProgram:
    """A program over c whole-number columns from 0 to ``most`` (c,), a 0/1 mark for each group of
    columns, which must be 1 where one of them is not 0; then ``whole`` and ``free`` more variables
    from 0 on, whole numbers and any.

    ``group`` (c,) numbers the groups. Variables are in that order: columns, marks, whole, free.
    """

    def __init__(self, most: FloatArray, group: IntArray, whole: int = 0, free: int = 0) -> None:
        self.groups = int(group.max()) + 1
        self.width = len(most) + self.groups + whole + free
        self._count = len(most)
        self._most = np.concatenate((most, np.ones(self.groups), np.full(whole + free, np.inf)))
        self._whole = np.concatenate((np.ones(self.width - free), np.zeros(free)))
        row = np.arange(self._count)
        entries = np.concatenate((np.ones(self._count), -most))
        where = np.tile(row, 2), np.concatenate((row, self._count + group))
        marked = csr_array((entries, where), shape=(self._count, self.width))
        self._limits = [LinearConstraint(marked, -np.inf, 0)]

    def at_most(
        self, row: IntArray, weight: FloatArray, limit: FloatArray, less: IntArray | None = None
    ) -> None:
        """For each number in ``row`` (c,): the columns with it, times ``weight`` (c,), are at most
        ``limit``, plus the variable ``less`` of that number where given."""
        self._limits.append(LinearConstraint(self._sums(row, weight, limit, less), -np.inf, limit))

    def exactly(self, row: IntArray, weight: FloatArray, limit: FloatArray) -> None:
        """The same with equality, where there are columns."""
        used = np.unique(row)
        sums = self._sums(row, weight, limit, None)[used]
        self._limits.append(LinearConstraint(sums, limit[used], limit[used]))

    def solve(self, goals: Sequence[FloatArray]) -> Solved:
        """Minimise each goal, the first that counts most; shorter arrays end in zeros."""
        held = list(self._limits)
        solved = Solved(np.zeros(self.width), proved=False)
        for goal in goals:
            objective = np.concatenate((goal, np.zeros(self.width - len(goal))))
            answer = milp(
                objective,
                constraints=held,
                integrality=self._whole,
                bounds=Bounds(0, self._most),
                options={"mip_rel_gap": 0.0, "node_limit": _NODE_LIMIT},
            )
            if answer.x is None:
                return Solved(solved.values, proved=False)
            solved = Solved(answer.x, proved=answer.status == 0)
            if not solved.proved:
                return solved
            held.append(self._hold(objective, answer.x))
        return solved

    def _hold(self, objective: FloatArray, values: FloatArray) -> LinearConstraint:
        """The goal must not get worse: by less than 1 where it counts whole numbers."""
        counted = objective[self._whole > 0]
        whole = np.array_equal(objective, np.rint(objective))
        whole = whole and np.count_nonzero(counted) == np.count_nonzero(objective)
        reached = float(objective @ values)
        limit = round(reached) + 0.5 if whole else reached + _TOLERANCE * max(1.0, abs(reached))
        return LinearConstraint(csr_array(objective[None, :]), -np.inf, limit)

    def _sums(
        self, row: IntArray, weight: FloatArray, limit: FloatArray, less: IntArray | None
    ) -> csr_array:
        columns, weights, rows = np.arange(self._count), weight, row
        if less is not None:
            rows = np.concatenate((rows, np.arange(len(limit))))
            columns = np.concatenate((columns, less))
            weights = np.concatenate((weights, -np.ones(len(limit))))
        return csr_array((weights, (rows, columns)), shape=(len(limit), self.width))
