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


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is believed before anything is seen.

    ``fault_chance`` is that of a change on one arc, ``elsewhere`` that a flow changed for a reason
    of its own. Links change all flows alike but for ``relative_error``. Losses vary ``dispersion``
    times as much as independent ones. Up to ``together`` faults (3 at the most) are weighed, and
    smallest sets are looked for up to ``largest``.
    """

    fault_chance: float = 1e-3
    elsewhere: float = 1e-4
    relative_error: float = 0.02
    dispersion: float = 1.5
    together: int = 3
    largest: int = 8


def locate(
    quantity: Quantity,
    evidence: Sequence[Evidence],
    assumptions: Assumptions = Assumptions(),
    weights: Mapping[Arc, float] = _NO_WEIGHTS,
) -> Location:
    """The links that explain which flows changed and which did not.

    ``weights`` are by how much a fault on an arc is more likely than usual. Time is that of the
    sets that are weighed: about half a second for a national mesh.
    """
    known = [one for one in evidence if one.statement is not Statement.UNKNOWN]
    changed = [one for one in known if one.statement is Statement.CHANGED]
    all_columns = columns([one.route for one in known])
    suspicion = Suspicion.of(known, all_columns)
    weighed = _weighed(known, all_columns, suspicion, assumptions, weights)
    groups = _groups(all_columns)
    return Location(
        quantity=quantity,
        changed=tuple(one.flow for one in changed),
        unchanged=len(known) - len(changed),
        unknown=len(evidence) - len(known),
        explanations=explanations(weighed, groups, changed, losses=quantity is Quantity.LOSS),
        suspects=suspects(weighed, groups),
        nothing=weighed.nothing,
        smallest=_smallest(suspicion, all_columns, groups, assumptions.largest),
        excluded=suspicion.excluded,
    )


def _weighed(
    known: Sequence[Evidence],
    all_columns: Sequence[Column],
    suspicion: Suspicion,
    assumptions: Assumptions,
    weights: Mapping[Arc, float],
) -> Weighed:
    """Every set worth a closer look, with its posterior."""
    chosen = [all_columns[number] for number in sorted(suspicion.suspected)]
    crossing = [one for one in known if any(c.arcs[0] in one.route.arcs for c in chosen)]
    rows, branches = known_branches(crossing, chosen)
    if not chosen or not rows:
        return Weighed((), (), (), 1.0)
    seen = seen_of(rows, assumptions.relative_error, assumptions.dispersion)
    changed = np.array([one.statement is Statement.CHANGED for one in rows])
    scale = float(np.abs(seen.value[changed]).max(initial=seen.sigma.max()))
    chances = [_chance(column, assumptions.fault_chance, weights) for column in chosen]
    log_prior = np.array([math.log(chance / (1 - chance)) for chance in chances])
    fitting = Fitting(branches, seen, log_prior, scale, assumptions.elsewhere)
    sets = likely_sets(branches, seen, log_prior, scale, assumptions.together)
    return Weighed.of([fitting.fit(one) for one in sets], chosen)


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
