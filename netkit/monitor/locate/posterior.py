"""Posteriors of sets, of groups of links, and of what is meant by each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from netkit.model.srv6.route import Arc
from netkit.monitor.locate.columns import Column
from netkit.monitor.locate.evidence import Evidence
from netkit.monitor.locate.fit import Fit
from netkit.monitor.locate.location import Explanation, Suspect

Groups = Mapping[int, tuple[Arc, ...]]

_TOLD = 1e-3
"""What is less likely than this is not listed."""

_AT_MOST = 20


@dataclass(frozen=True)
class Weighed:
    """Sets that were fitted, each by the groups of its columns, and their posteriors; ``nothing``
    is that of no fault."""

    fits: tuple[Fit, ...]
    groups: tuple[tuple[int, ...], ...]
    posteriors: tuple[float, ...]
    nothing: float

    @classmethod
    def of(cls, fits: Sequence[Fit], columns: Sequence[Column]) -> Weighed:
        """Bayes: evidence beside that of no fault, which has 1."""
        logs = np.array([0.0, *(one.log_evidence for one in fits)])
        shares = np.exp(logs - logs.max())
        shares /= shares.sum()
        groups = [tuple(columns[n].group for n in one.columns) for one in fits]
        return cls(tuple(fits), tuple(groups), tuple(shares[1:].tolist()), float(shares[0]))


def suspects(weighed: Weighed, groups: Groups) -> tuple[Suspect, ...]:
    """The posterior of each group to have a fault, most likely first."""
    sums: dict[int, float] = {}
    for members, posterior in zip(weighed.groups, weighed.posteriors, strict=True):
        for group in set(members):
            sums[group] = sums.get(group, 0.0) + posterior
    found = [Suspect(groups[group], chance) for group, chance in sums.items() if chance >= _TOLD]
    return tuple(sorted(found, key=lambda one: (-one.posterior, one.arcs)))[:_AT_MOST]


def explanations(
    weighed: Weighed, groups: Groups, changed: Sequence[Evidence], *, losses: bool
) -> tuple[Explanation, ...]:
    """Sets of groups, most likely first; what cannot be told apart is one explanation."""
    best: dict[tuple[int, ...], tuple[Fit, tuple[int, ...]]] = {}
    sums: dict[tuple[int, ...], float] = {}
    parts = zip(weighed.fits, weighed.groups, weighed.posteriors, strict=True)
    for fit, members, posterior in sorted(parts, key=lambda one: -one[2]):
        key = tuple(sorted(members))
        best.setdefault(key, (fit, members))
        sums[key] = sums.get(key, 0.0) + posterior
    ranked = sorted(sums, key=lambda key: (-sums[key], key))[:_AT_MOST]
    return tuple(
        _explanation(*best[key], sums[key], groups, changed, losses=losses)
        for key in ranked
        if sums[key] >= _TOLD
    )


def _explanation(
    fit: Fit,
    members: tuple[int, ...],
    posterior: float,
    groups: Groups,
    changed: Sequence[Evidence],
    *,
    losses: bool,
) -> Explanation:
    faults = tuple(groups[group] for group in members)
    arcs = {arc for fault in faults for arc in fault}
    sizes, sigmas = fit.sizes, fit.sigmas
    if losses:
        sigmas = tuple(s * math.exp(-x) for x, s in zip(sizes, sigmas, strict=True))
        sizes = tuple(-math.expm1(-x) for x in sizes)
    unexplained = tuple(one.flow for one in changed if not arcs & one.route.arcs)
    return Explanation(faults, posterior, sizes, sigmas, unexplained)
