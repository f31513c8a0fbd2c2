"""How far pairs are from what light could do, and the link that would fix each.

A pair's detour is its delay over the great-circle light time of its ends, which no network beats. A
fix is exact: an arc u→v of delay l gives D(s, u) + l + D(v, t), so all candidates are tried at
once, O(a) a pair for a arcs that could be built.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace
from enum import StrEnum

import numpy as np

from netkit.model.network.topology import Topology
from netkit.model.planning.addition import AdditionKind
from netkit.model.planning.augmentation import BuildRule, Detour, Fix, Guarantor
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.tier import Scope, scope_of
from netkit.model.progress import Progress
from netkit.model.verdict import Verdict
from netkit.planner.augment.candidates import EVERYTHING, additions, direct_us
from netkit.planner.augment.rescued_pairs import Shortcuts
from netkit.planner.network.network import Network
from netkit.planner.network.shortest_paths import least_delays


class RankedBy(StrEnum):
    """Which delay puts the worst pair first."""

    BEST = "best"
    GUARANTEED = "guaranteed"


class Fixer:
    """Finds what would bring a pair inside its bound; candidates and delays are computed once."""

    def __init__(
        self, topology: Topology, rule: BuildRule, kinds: Collection[AdditionKind] = EVERYTHING
    ) -> None:
        self.network = Network.of(topology)
        self.best_us = least_delays(self.network)
        self._candidates = additions(topology, rule, kinds)
        self._shortcuts = Shortcuts.of(self.network, topology, self._candidates)
        self._km = np.array([one.km or 0.0 for one in self._candidates], dtype=np.float64)

    def best(self, demand: Demand) -> int | None:
        """The least delay of the pair as things are, in µs; None without a path."""
        index = self.network.index
        delay_us = self.best_us[index[demand.src], index[demand.dst]]
        return int(delay_us) if np.isfinite(delay_us) else None

    def fixes(self, demand: Demand, most: int) -> tuple[Fix, ...]:
        """The ``most`` best single candidates that make the pair faster.

        First those that bring it inside its bound, the least new fibre first, a site counting
        none; then those that leave the least delay. Where it is inside already, the least delay is
        all that counts. Ties go to the candidate found first. O(a) for a arcs.
        """
        index = self.network.index
        src, dst = index[demand.src], index[demand.dst]
        now_us = self.best_us[src, dst]
        way_us = self._shortcuts.each_us(self.best_us, src, dst)
        faster = np.flatnonzero(way_us < now_us)
        owner, way_us = self._shortcuts.owner[faster], way_us[faster]
        km, inside = self._km[owner], way_us <= demand.bound_us
        wanted = inside & (now_us > demand.bound_us)
        keys = (owner, np.where(wanted, way_us, km), np.where(wanted, km, way_us), ~wanted)
        found: dict[int, Fix] = {}
        for place in np.lexsort(keys):
            if len(found) == most:
                break
            number = int(owner[place])
            fix = Fix(self._candidates[number], int(way_us[place]), bool(inside[place]))
            found.setdefault(number, fix)
        return tuple(found.values())


def fixing_links(
    topology: Topology, demand: Demand, rule: BuildRule | None = None, *, most: int = 3
) -> tuple[Fix, ...]:
    """The best single things to build for one pair, as :meth:`Fixer.fixes` has them.

    Both ends are active nodes of ``topology``. O(n² + n m log n).
    """
    return Fixer(topology, rule or BuildRule()).fixes(demand, most)


def detours(
    topology: Topology,
    plan: Plan,
    rule: BuildRule | None = None,
    *,
    kinds: Collection[AdditionKind] = EVERYTHING,
    by: RankedBy = RankedBy.BEST,
    worst: int | None = None,
    progress: Progress | None = None,
) -> tuple[Detour, ...]:
    """The pairs of ``plan``, made on ``topology``, against light; ``worst`` of each scope, or all.

    National pairs come before those of a region, these before those inside a city: fibre is what a
    detour between places is about, hand-overs what one inside a place is. In a scope first those
    without the delay that they are ranked by, then those whose delay is most times that of a cable
    of their own (a ratio to light would put neighbours first, whose floor is next to nothing), last
    those without coordinates; ties in the order of the plan, both directions of a pair together.
    """
    asked = rule or BuildRule()
    fixer = Fixer(topology, asked, kinds)
    every = [_detour(topology, fixer, pair, asked) for pair in plan.pairs]
    chosen = _ranked(every, by, worst)
    found = []
    for detour in chosen:
        fix = next(iter(fixer.fixes(detour.demand, 1)), None)
        found.append(replace(detour, fix=fix))
        if progress is not None:
            progress(len(found), len(chosen))
    return tuple(found)


def _ranked(every: Sequence[Detour], by: RankedBy, worst: int | None) -> list[Detour]:
    first: dict[frozenset[str], int] = {}
    for place, one in enumerate(every):
        first.setdefault(frozenset((one.demand.src, one.demand.dst)), place)

    def rank(one: Detour) -> tuple[float, int]:
        return -_badness(one, by), first[frozenset((one.demand.src, one.demand.dst))]

    scopes = ([one for one in every if one.scope is scope] for scope in reversed(Scope))
    return [one for own in scopes for one in sorted(own, key=rank)[:worst]]


def _detour(topology: Topology, fixer: Fixer, pair: PairPlan, rule: BuildRule) -> Detour:
    demand = pair.demand
    src, dst = topology.node[demand.src], topology.node[demand.dst]
    candidate, guarantor = pair.unsteered, Guarantor.IGP
    if pair.verdict is Verdict.PASS:
        candidate, guarantor = pair.primary, Guarantor.PLAN
    return Detour(
        demand=demand,
        scope=scope_of(src, dst),
        verdict=pair.verdict,
        floor_us=pair.floor_us,
        direct_us=direct_us(src, dst, rule),
        best_us=fixer.best(demand),
        guaranteed_us=None if candidate is None else candidate.certificate.guaranteed_us,
        guaranteed_by=None if candidate is None else guarantor,
    )


def _badness(detour: Detour, by: RankedBy) -> float:
    if detour.direct_us is None:
        return -math.inf
    delay_us = detour.best_us if by is RankedBy.BEST else detour.guaranteed_us
    if delay_us is None:
        return math.inf
    if detour.direct_us == 0:
        return math.inf if delay_us else 0.0
    return delay_us / detour.direct_us
