"""Which k candidates together cover the most pairs: exact by mixed integer program, else greedy.

Maximum coverage is NP-hard. Candidates that another one outdoes, and pairs that the same candidates
cover, are merged first. The greedy choice covers at least 1 - 1/e of the optimum (Nemhauser, Wolsey
& Fisher 1978), and its own last gains bound the optimum from above, often closer.

Merging loses nothing: an outdone candidate can be replaced by the one that outdoes it, and pairs
covered alike count together. The program has one variable a candidate and one a group of pairs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array, eye_array, hstack

from netkit.model.planning.augmentation import Method
from netkit.planner.arrays import FloatArray, IntArray

_NODE_LIMIT = 10_000
"""Branch-and-bound nodes after which the program counts as too large."""

_MILP_ENTRIES = 150_000
"""Coverings, merged, from which on the program counts as too large to begin with."""

_COMPARED = 5_000
"""Candidates up to which each is compared with every other."""

_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Choice:
    """Numbers of the candidates chosen, ascending; ``at_most`` bounds what any choice covers."""

    chosen: tuple[int, ...]
    method: Method
    covered: int
    at_most: int


@dataclass(frozen=True)
class Covering:
    """Candidates against pairs: ``covers`` (c, g) has a one where a candidate covers all pairs of a
    group, ``weight`` (g,) counts the pairs of each, ``km`` (c,) is the fibre of each candidate."""

    covers: csr_array
    weight: FloatArray
    km: FloatArray

    def covered(self, chosen: IntArray) -> float:
        """How many pairs any of ``chosen`` covers."""
        return float(self.weight[np.unique(self.covers[chosen].indices)].sum())


def best_set(
    rescues: csr_array,
    km: FloatArray,
    k: int,
    budget_km: float | None = None,
    *,
    milp_entries: int = _MILP_ENTRIES,
) -> Choice:
    """At most ``k`` candidates with at most ``budget_km`` of fibre that cover the most pairs.

    ``rescues`` (c, p) is that of :meth:`~netkit.planner.augment.rescued_pairs.Shortcuts.rescues`;
    ``km`` (c,) is 0 for sites. Among the sets that cover the most the one of least fibre wins, a
    member counted as 1 km. One candidate alone is chosen without a program.
    """
    budget = math.inf if budget_km is None else budget_km
    kept, covering = _merged(rescues, km, budget)
    greedy = list(_greedy(covering, k, budget))
    at_most = _bound(covering, greedy, k)
    best, method = np.array(greedy, dtype=np.int64), Method.GREEDY
    if kept.size and k > 1 and covering.covers.nnz <= milp_entries:
        exact, limit = _exact(covering, k, budget)
        at_most = min(at_most, limit)
        if exact is not None and covering.covered(exact) >= covering.covered(best):
            best, method = exact, Method.MILP
    covered = round(covering.covered(best))
    chosen = tuple(sorted(kept[best].tolist()))
    return Choice(chosen, method, covered, max(covered, math.floor(at_most + _ROUNDING)))


def _merged(rescues: csr_array, km: FloatArray, budget_km: float) -> tuple[IntArray, Covering]:
    """Candidates worth choosing among, and pairs in groups that the same candidates cover."""
    kept = np.flatnonzero((np.diff(rescues.indptr) > 0) & (km <= budget_km))
    kept = kept[_undominated(csr_array(rescues[kept]), km[kept])]
    columns = csr_array(rescues[kept]).T.tocsr()
    columns.sort_indices()
    groups: dict[bytes, list[int]] = {}
    for pair, (start, end) in enumerate(zip(columns.indptr, columns.indptr[1:], strict=False)):
        if end > start:
            groups.setdefault(columns.indices[start:end].tobytes(), []).append(pair)
    first = [pairs[0] for pairs in groups.values()]
    weight = np.array([len(pairs) for pairs in groups.values()], dtype=np.float64)
    return kept, Covering(csr_array(columns[first].T.tocsr()), weight, km[kept])


def _undominated(covers: csr_array, km: FloatArray) -> IntArray:
    """Without candidates all of whose pairs another one covers with no more fibre; of equals the
    first stays."""
    count = covers.shape[0]
    if not 1 < count <= _COMPARED:
        return np.arange(count)
    shared = (covers @ covers.T).tocoo()
    size = np.diff(covers.indptr)
    a, b = shared.row, shared.col
    inside = (shared.data == size[a]) & (km[b] <= km[a]) & (a != b)
    equal = (size[a] == size[b]) & (km[a] == km[b])
    beaten = np.zeros(count, dtype=np.bool_)
    beaten[a[inside & (~equal | (b < a))]] = True
    return np.flatnonzero(~beaten)


def _greedy(covering: Covering, k: int, budget_km: float) -> Iterator[int]:
    """Candidate after candidate: the most pairs not covered yet, then the least fibre."""
    left = covering.weight.copy()
    for _ in range(min(k, len(covering.km))):
        gain = covering.covers @ left
        gain[covering.km > budget_km] = 0
        best = int(np.lexsort((covering.km, -gain))[0])
        if gain[best] <= 0:
            return
        yield best
        left[covering.covers[[best]].indices] = 0
        budget_km -= covering.km[best]


def _bound(covering: Covering, greedy: list[int], k: int) -> float:
    """No k candidates cover more: each adds at most its gain to whatever was chosen before."""
    left = covering.weight.copy()
    most = float(left.sum())
    for sofar in range(len(greedy) + 1):
        gain = np.sort(covering.covers @ left)[::-1]
        most = min(most, covering.weight.sum() - left.sum() + gain[:k].sum())
        if sofar < len(greedy):
            left[covering.covers[[greedy[sofar]]].indices] = 0
    return most


def _exact(covering: Covering, k: int, budget_km: float) -> tuple[IntArray | None, float]:
    """The best choice and what bounds any; None and a bound where the solver gave up.

    First the most pairs; then, for as many pairs, the least fibre and the fewest candidates.
    """
    most = _solve(covering, k, budget_km, None)
    limit = math.inf if most.mip_dual_bound is None else -float(most.mip_dual_bound)
    if most.x is None:
        return None, limit
    chosen = np.flatnonzero(most.x[: len(covering.km)] > 0.5)
    if most.status != 0:
        return chosen, limit
    covered = covering.covered(chosen)
    least = _solve(covering, k, budget_km, covered)
    if least.x is not None:
        cheaper = np.flatnonzero(least.x[: len(covering.km)] > 0.5)
        if covering.covered(cheaper) >= covered:
            chosen = cheaper
    return chosen, covered


def _solve(covering: Covering, k: int, budget_km: float, at_least: float | None) -> OptimizeResult:
    """A 0/1 variable for each candidate, and for each group how far it is covered."""
    count, groups = covering.covers.shape
    covered = hstack((-csr_array(covering.covers.T), eye_array(groups)))
    picked = np.concatenate((np.ones(count), np.zeros(groups)))
    fibre = np.concatenate((covering.km, np.zeros(groups)))
    pairs = np.concatenate((np.zeros(count), covering.weight))
    limits = [
        LinearConstraint(covered, -np.inf, 0),
        LinearConstraint(picked[None, :], -np.inf, k),
    ]
    if math.isfinite(budget_km):
        limits.append(LinearConstraint(fibre[None, :], -np.inf, budget_km))
    objective = -pairs
    if at_least is not None:
        limits.append(LinearConstraint(pairs[None, :], at_least - _ROUNDING, np.inf))
        objective = fibre + picked
    return milp(
        objective,
        constraints=limits,
        integrality=picked,
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0, "node_limit": _NODE_LIMIT},
    )
