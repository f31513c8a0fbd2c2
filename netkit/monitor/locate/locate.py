"""From evidence of flows to the links that explain it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from netkit.model.srv6.route import Arc
from netkit.monitor.locate.branches import known_branches
from netkit.monitor.locate.columns import Column, columns
from netkit.monitor.locate.evidence import Evidence, Quantity, Statement
from netkit.monitor.locate.fit import Fitting
from netkit.monitor.locate.likelihood import seen_of
from netkit.monitor.locate.location import Location
from netkit.monitor.locate.minimal import smallest_sets
from netkit.monitor.locate.posterior import Weighed, explanations, suspects
from netkit.monitor.locate.screening import likely_sets
from netkit.monitor.locate.suspicion import Suspicion

_NO_WEIGHTS: Mapping[Arc, float] = MappingProxyType({})

_RELATIVE_ERROR = {Quantity.DELAY: 0.02, Quantity.JITTER: 0.1, Quantity.LOSS: 0.05}
"""By what share of a change links fail to change all flows alike. Of jitter more: where much varies
no packet of a window meets all queues empty, and so the least is too high."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is believed before anything is seen.

    ``fault_chance`` is that of a change on one arc, ``elsewhere`` that a flow changed for a reason
    of its own; where more flows did so, as no link explains them, that many are believed to. Losses
    vary ``dispersion`` times as much as independent ones. Up to ``together`` faults (3 at the most)
    are weighed, and smallest sets are looked for up to ``largest``.
    """

    fault_chance: float = 3e-4
    elsewhere: float = 3e-5
    dispersion: float = 1.5
    together: int = 3
    largest: int = 8


def locate(
    quantity: Quantity,
    evidence: Sequence[Evidence],
    least: float = 0.0,
    assumptions: Assumptions = Assumptions(),
    weights: Mapping[Arc, float] = _NO_WEIGHTS,
) -> Location:
    """The links that explain which flows changed and which did not.

    A change of a link by less than half of ``least`` is no fault: clocks that move a little make
    all flows of a site change together. ``weights`` are by how much a fault on an arc is more
    likely than usual. Raises ValueError for evidence of delays beside evidence of losses. Time is
    that of the sets that are weighed: up to half a second for a national mesh.
    """
    known = [one for one in evidence if one.seen is not None]
    changed = [one for one in known if one.statement is Statement.CHANGED]
    unchanged = [one for one in known if one.statement is Statement.UNCHANGED]
    all_columns = columns([one.route for one in known])
    suspicion = Suspicion.of(known, all_columns)
    weighed = _weighed(quantity, known, all_columns, suspicion, least, assumptions, weights)
    groups = _groups(all_columns)
    return Location(
        quantity=quantity,
        changed=tuple(one.flow for one in changed),
        unchanged=len(unchanged),
        unknown=len(evidence) - len(changed) - len(unchanged),
        explanations=explanations(weighed, groups, changed, losses=quantity is Quantity.LOSS),
        suspects=suspects(weighed, groups),
        nothing=weighed.nothing,
        smallest=_smallest(suspicion, all_columns, groups, assumptions.largest),
        excluded=suspicion.excluded,
    )


def _weighed(
    quantity: Quantity,
    known: Sequence[Evidence],
    all_columns: Sequence[Column],
    suspicion: Suspicion,
    least: float,
    assumptions: Assumptions,
    weights: Mapping[Arc, float],
) -> Weighed:
    """Every set worth a closer look, with its posterior."""
    chosen = [all_columns[number] for number in sorted(suspicion.suspected)]
    crossing = [one for one in known if any(c.arcs[0] in one.route.arcs for c in chosen)]
    rows, branches = known_branches(crossing, chosen)
    if not chosen or not rows:
        return Weighed((), (), (), 1.0)
    seen = seen_of(rows, _RELATIVE_ERROR[quantity], assumptions.dispersion)
    changed = np.array([one.statement is Statement.CHANGED for one in rows])
    scale = float(np.abs(seen.value[changed]).max(initial=seen.sigma.max()))
    chances = [_chance(column, assumptions.fault_chance, weights) for column in chosen]
    log_prior = np.array([math.log(chance / (1 - chance)) for chance in chances])
    sets = list(likely_sets(branches, seen, log_prior, scale, assumptions.together))

    def weighed(elsewhere: float) -> Weighed:
        fitting = Fitting(branches, seen, log_prior, scale, elsewhere)
        fits = [fitting.fit(one) for one in sets]
        return Weighed.of([one for one in fits if one.smallest >= least / 2], chosen)

    found = weighed(assumptions.elsewhere)
    alone = len(_unexplained(found, chosen, rows).union(suspicion.excluded))
    # Where flows change on their own, a link that one flow alone accuses may well be innocent.
    share = min(alone / len(known), 0.5)
    return weighed(share) if share > assumptions.elsewhere else found


def _unexplained(
    found: Weighed, chosen: Sequence[Column], rows: Sequence[Evidence]
) -> frozenset[str]:
    """The flows that changed and cross no link of the likeliest set."""
    best = max(found.fits, key=lambda one: one.log_evidence, default=None)
    faulty = () if best is None else best.columns
    arcs = {arc for number in faulty for arc in chosen[number].arcs}
    return frozenset(
        one.flow for one in rows if one.statement is Statement.CHANGED and not arcs & one.route.arcs
    )


def _chance(column: Column, usual: float, weights: Mapping[Arc, float]) -> float:
    """That some arc of a column changed."""
    none = math.prod(1 - min(usual * weights.get(arc, 1.0), 0.5) for arc in column.arcs)
    return 1 - none


def _groups(all_columns: Iterable[Column]) -> Mapping[int, tuple[Arc, ...]]:
    """The arcs of each group, sorted."""
    found: dict[int, list[Arc]] = {}
    for column in all_columns:
        found.setdefault(column.group, []).extend(column.arcs)
    return {group: tuple(sorted(arcs)) for group, arcs in found.items()}


def _smallest(
    suspicion: Suspicion,
    all_columns: Sequence[Column],
    groups: Mapping[int, tuple[Arc, ...]],
    largest: int,
) -> tuple[tuple[tuple[Arc, ...], ...], ...]:
    sets = smallest_sets(suspicion.may_explain, largest) if suspicion.may_explain else ()
    named = {
        tuple(sorted(groups[all_columns[number].group] for number in one)): None for one in sets
    }
    return tuple(named)
