"""Which sets of up to three columns are worth a closer look: all of one and two, the best of three.

Here each flow is taken to cross a column that only some of its branches cross exactly if it
changed, at the price of the chance of that. Then the model is linear and normal, and the evidence
of every set is a closed form in the entries of one Gram matrix:

    ln p(y | S) = ½ bᵀ (G + I/τ²)⁻¹ b - ½ ln det(I + τ² G) + constant,  G = AᵀWA, b = AᵀWy.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from netkit.monitor.locate.branches import Branches, Floats, Integers
from netkit.monitor.locate.likelihood import Seen

Columns = tuple[int, ...]

_ALL_TRIPLES = 100
"""With so many columns or fewer, all sets of three are tried."""

_BEST_PAIRS = 1500
"""Else those that add one to any of so many pairs."""

_BEST = 80
"""So many of each size are passed on."""


def likely_sets(
    branches: Branches, seen: Seen, log_prior: Floats, scale: float, largest: int
) -> Iterator[Columns]:
    """The best sets of each size up to ``largest`` (3 at the most), none twice.

    ``log_prior`` (c,) is the logarithm of the odds of a fault in each column, ``scale`` how large
    changes are. O(f c² + c³) for c columns up to 100, then O(f c² + 1,500 c).
    """
    matrix, penalty = _as_if_known(branches, seen)
    weighted = matrix / seen.sigma[:, None] ** 2
    gram, projected = matrix.T @ weighted, weighted.T @ seen.value
    price = log_prior + penalty
    sets = np.arange(len(price), dtype=np.int64)[:, None]
    for size in range(1, largest + 1):
        if size > 1:
            sets = _extended(sets, len(price), size)
        if not len(sets):
            return
        scores = _scores(sets, gram, projected, scale) + price[sets].sum(axis=1)
        order = np.argsort(-scores, kind="stable")
        yield from (tuple(int(column) for column in sets[place]) for place in order[:_BEST])
        sets = sets[order[:_BEST_PAIRS]] if size > 1 else sets


def _as_if_known(branches: Branches, seen: Seen) -> tuple[Floats, Floats]:
    """The matrix (f, c) as if branches were known, and what that costs each column."""
    flows = len(branches.first)
    most = np.maximum.reduceat(branches.crossed, branches.first, axis=0).astype(np.float64)
    least = np.minimum.reduceat(branches.crossed, branches.first, axis=0).astype(np.float64)
    chance = np.zeros_like(most)
    share = np.exp(branches.log_share)
    np.add.at(chance, branches.row, (branches.crossed > 0) * share[:, None])
    changed = np.abs(seen.value) > 3 * seen.sigma
    unsure = (most > 0) & (least == 0)
    taken = np.where(changed[:, None], chance, 1 - chance)
    cost = np.where(unsure, np.log(np.maximum(taken, np.finfo(float).tiny)), 0.0)
    matrix = np.where(unsure, np.where(changed[:, None], most, 0.0), most)
    return matrix.reshape(flows, -1), cost.sum(axis=0)


def _extended(sets: Integers, columns: int, size: int) -> Integers:
    """The sets with one more column each; all of that size if there are few columns."""
    if size == 2 or columns <= _ALL_TRIPLES:
        rows = list(combinations(range(columns), size))
        return np.array(rows, dtype=np.int64).reshape(-1, size)
    more = np.broadcast_to(np.arange(columns), (len(sets), columns)).reshape(-1, 1)
    joined = np.sort(np.hstack((np.repeat(sets, columns, axis=0), more)), axis=1)
    distinct = joined[(np.diff(joined, axis=1) > 0).all(axis=1)]
    numbers = distinct @ (columns ** np.arange(size)[::-1])
    return np.asarray(distinct[np.unique(numbers, return_index=True)[1]])


def _scores(sets: Integers, gram: Floats, projected: Floats, scale: float) -> Floats:
    """The closed form for each set, but for what all have in common."""
    size = sets.shape[1]
    inner = gram[sets[:, :, None], sets[:, None, :]] + np.eye(size) / scale**2
    right = projected[sets]
    solved = np.linalg.solve(inner, right[:, :, None])[:, :, 0]
    _, log_det = np.linalg.slogdet(inner)
    fit = 0.5 * (right * solved).sum(axis=1)
    return np.asarray(fit - 0.5 * (log_det + 2 * size * np.log(scale)))
