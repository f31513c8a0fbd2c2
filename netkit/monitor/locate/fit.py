"""How well a set of columns explains what was seen: sizes of the changes, and their evidence.

The sizes x have the prior N(0, τ²); each of another sign than most costs a factor of 100, for one
event rarely makes some links slower and others faster. The likelihood of a flow is a mixture over
its branches and over causes that are no link. Its mode is found by expectation and maximisation
(Dempster, Laird and Rubin 1977), and the integral over x by Laplace's method at the mode, which is
exact where branches are known and changes are normal.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from netkit.monitor.locate.branches import Branches, Floats, Integers
from netkit.monitor.locate.likelihood import Seen

_ROUNDS = 30
_CLOSE = 1e-4
"""A fit is done once no size moves by more than this share of τ."""

_REWEIGHTED = 8
_TURNED = 2

_LOG_OTHER_SIGN = math.log(0.01)
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Fit:
    """``log_evidence`` is beside that of no fault at all; ``sizes`` with ``sigmas`` by column."""

    columns: tuple[int, ...]
    log_evidence: float
    sizes: tuple[float, ...]
    sigmas: tuple[float, ...]

    @property
    def smallest(self) -> float:
        """The least change of any column, whatever its sign."""
        return min(abs(size) for size in self.sizes)

    def is_another_mode(self, other: Fit) -> bool:
        """Are some sizes further apart than both modes are wide?"""
        both = zip(self.sizes, self.sigmas, other.sizes, other.sigmas, strict=True)
        return any(abs(a - b) > s + t for a, s, b, t in both)


class Fitting:
    """Fits sets of columns to what was seen.

    ``log_prior`` (c,) is the logarithm of the odds of a fault in each column, ``scale`` is τ,
    ``elsewhere`` the chance that a flow changed for a reason of its own.
    """

    def __init__(
        self, branches: Branches, seen: Seen, log_prior: Floats, scale: float, elsewhere: float
    ) -> None:
        self._branches, self._seen = branches, seen
        self._log_prior, self._scale = log_prior, scale
        self._log_link = math.log1p(-elsewhere)
        self._otherwise = math.log(elsewhere) + seen.log_otherwise(scale)
        flows = np.arange(len(branches.first), dtype=np.int64)
        idle = seen.log_likelihood(flows, np.zeros(len(flows)))
        self._idle = np.logaddexp(self._log_link + idle, self._otherwise)

    def fit(self, columns: tuple[int, ...]) -> Fit:
        """The best sizes for these columns, and the evidence of all modes that were found.
        O(branches of the flows that may cross them)."""
        touched = self._touched(columns)
        found = [self._climbed(columns, touched, start) for start in self._starts(touched)]
        found.sort(key=lambda one: -one.log_evidence)
        modes: list[Fit] = []
        for one in found:
            if all(one.is_another_mode(other) for other in modes):
                modes.append(one)
        whole = np.logaddexp.reduce([one.log_evidence for one in modes])
        return replace(modes[0], log_evidence=float(whole))

    def _climbed(self, columns: tuple[int, ...], touched: _Touched, sizes: Floats) -> Fit:
        """From these sizes to the mode above them."""
        for _ in range(_ROUNDS):
            before = sizes
            sizes, precision = self._improved(touched, sizes)
            if np.abs(sizes - before).max() <= _CLOSE * self._scale:
                break
        log_fit = self._mixture(touched, sizes)[0].sum() - self._idle[touched.flows].sum()
        return Fit(
            columns,
            float(log_fit + self._log_prior_of(columns, sizes) + self._log_volume(precision)),
            tuple(sizes.tolist()),
            tuple(np.sqrt(np.diag(np.linalg.inv(precision))).tolist()),
        )

    def _touched(self, columns: tuple[int, ...]) -> _Touched:
        branches = self._branches
        crossed = branches.crossed[:, columns].astype(np.float64)
        flows = np.unique(branches.row[crossed.any(axis=1)])
        inside = np.isin(branches.row, flows)
        rows = branches.row[inside]
        first = np.searchsorted(rows, flows)
        return _Touched(crossed[inside], rows, flows, first, branches.log_share[inside])

    def _starts(self, touched: _Touched) -> Iterator[Floats]:
        """Sizes by the flows that have no choice; and as if all that changed took the branch that
        crosses most of the columns, or one of them another. There may be several modes, and these
        are on their slopes."""
        sure = np.asarray(touched.log_share > -_ROUNDING, dtype=np.float64)
        yield self._solved(touched, sure, None)[0]
        yield self._median(touched, sure)
        if not sure.all():
            fullest = touched.crossed.sum(axis=1)
            best = np.maximum.reduceat(fullest, touched.first)
            changed = np.abs(self._seen.value) > 3 * self._seen.sigma
            taken = (fullest == touched.of_branch(best)) & changed[touched.rows]
            likely = np.maximum(sure, taken)
            yield self._solved(touched, likely, None)[0]
            yield self._median(touched, likely)
        yield from (self._solved(touched, one, None)[0] for one in self._turned(touched, sure))

    def _turned(self, touched: _Touched, sure: Floats) -> Iterator[Floats]:
        """What is sure, but a flow that changed much takes one of its branches, or has no part:
        between links that are alike to all other flows, it says which."""
        change = np.abs(self._seen.value[touched.flows]) / self._seen.sigma[touched.flows]
        ranked = touched.flows[np.argsort(-change, kind="stable")]
        is_sure = np.isin(ranked, touched.rows[sure > 0])
        for flow in (*ranked[is_sure][:_TURNED], *ranked[~is_sure][:_TURNED]):
            mine = np.flatnonzero(touched.rows == flow)
            _, kinds = np.unique(touched.crossed[mine], axis=0, return_index=True)
            for branch in mine[kinds]:
                taken = sure.copy()
                taken[branch] = 1 - sure[branch]
                yield taken

    def _median(self, touched: _Touched, taken: Floats) -> Floats:
        """Sizes of least absolute deviations, which flows with causes of their own do not draw
        away from the others: least squares, reweighted (Schlossmacher 1973)."""
        sizes = self._solved(touched, taken, None)[0]
        for _ in range(_REWEIGHTED):
            off = self._seen.value[touched.rows] - touched.crossed @ sizes
            near = self._seen.sigma[touched.rows] / np.maximum(
                np.abs(off), self._seen.sigma[touched.rows]
            )
            sizes = self._solved(touched, taken * near, sizes)[0]
        return sizes

    def _improved(self, touched: _Touched, sizes: Floats) -> tuple[Floats, Floats]:
        _, responsibility = self._mixture(touched, sizes)
        return self._solved(touched, responsibility, sizes)

    def _mixture(self, touched: _Touched, sizes: Floats) -> tuple[Floats, Floats]:
        """The logarithm of the likelihood of each flow, and how much of it each branch has."""
        change = touched.crossed @ sizes
        parts = self._seen.log_likelihood(touched.rows, change) + touched.log_share
        parts = parts + self._log_link
        links = np.logaddexp.reduceat(parts, touched.first)
        whole = np.logaddexp(links, self._otherwise[touched.flows])
        return whole, np.exp(parts - touched.of_branch(whole))

    def _solved(
        self, touched: _Touched, responsibility: Floats, before: Floats | None
    ) -> tuple[Floats, Floats]:
        """Weighted least squares with the prior: sizes and their precision."""
        crossed, rows = touched.crossed, touched.rows
        change = self._seen.value[rows] if before is None else crossed @ before
        weight = responsibility * self._seen.information(rows, change)
        weighted = crossed * weight[:, None]
        prior = np.eye(crossed.shape[1]) / self._scale**2
        precision = crossed.T @ weighted + prior
        sizes = np.linalg.solve(precision, weighted.T @ self._seen.value[rows])
        return np.asarray(sizes, dtype=np.float64), precision

    def _log_prior_of(self, columns: tuple[int, ...], sizes: Floats) -> float:
        other = min(int((sizes > 0).sum()), int((sizes < 0).sum()))
        width = -0.5 * ((sizes / self._scale) ** 2).sum() - len(sizes) * math.log(self._scale)
        faults = self._log_prior[list(columns)].sum()
        return float(faults + width + other * _LOG_OTHER_SIGN)

    @staticmethod
    def _log_volume(precision: Floats) -> float:
        """What Laplace's method adds, with the constant of the prior taken off already."""
        return -0.5 * float(np.linalg.slogdet(precision)[1])


@dataclass(frozen=True)
class _Touched:
    """The flows that may cross some column of a set, and their branches over these alone."""

    crossed: Floats
    rows: Integers
    flows: Integers
    first: Integers
    log_share: Floats

    def of_branch(self, of_flow: Floats) -> Floats:
        """What each flow has, for each of its branches."""
        return np.repeat(of_flow, np.diff(self.first, append=len(self.rows)))
