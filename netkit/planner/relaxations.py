"""What would help a pair that cannot have its tier; and what margin a pair has that can.

Every relaxation is tried: with it, the search finds a list, and that list is replayed. In order: a
smallest set of constraints to give up, a limit to raise, SIDs, the bound, the next tier, a link to
shorten. What could be built is the business of :mod:`netkit.planner.to_build`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import networkx as nx
import numpy as np

from netkit.model.demand import Constraints, Demand, Metric
from netkit.model.geo import floor_us
from netkit.model.plan import Margin, PairPlan
from netkit.model.relaxation import Relaxation, RelaxationKind, Waived
from netkit.model.segment_list import CandidatePath
from netkit.model.tier import Tier
from netkit.model.units import PPB, ppb_to_percent, us_to_ms
from netkit.planner.bindings import unlimited
from netkit.planner.constrained import least_delay_path
from netkit.planner.constraints import steering
from netkit.planner.explain import constraint_words, reason
from netkit.planner.graph import Network
from netkit.planner.igp import Igp
from netkit.planner.lists import certified_list
from netkit.planner.options import PlanOptions
from netkit.planner.segments import SEARCH_LIMIT
from netkit.planner.steering import SteeringCosts

MOST_SETS = 8
"""So many smallest sets of constraints are named; more are not looked for."""

_LIMITS = {
    "max_hops": ("hops", 10**6),
    "max_jitter_us": ("jitter_us", 10**10),
    "max_loss_ppb": ("loss_ppb", PPB - 1),
}
"""Each limit's figure in a certificate, and more of it than any path has."""


def explained(
    graph: nx.MultiDiGraph[str], pair: PairPlan, options: PlanOptions, tiers: Sequence[Tier]
) -> PairPlan:
    """``pair``, planned on ``graph`` with ``options``, with relaxations or with its margin.

    ``tiers`` are those of its profile. To demands that reserve a bandwidth nothing is added: what
    others hold is not known here.
    """
    if pair.demand.bandwidth_bps is not None:
        return pair
    alone = replace(options, backups=False)
    looser = _Relaxer(Igp.of(Network.of(graph), options.algorithms), pair.demand, alone)
    why = pair.reason
    if pair.primary is not None:
        return replace(pair, margin=looser.margin(pair.primary))
    if why is None:
        return pair
    found = (
        *looser.constraints(),
        *looser.sids(),
        *looser.bounds(tiers),
        *looser.shorter(graph),
    )
    return replace(pair, reason=replace(why, relaxations=found))


class _Relaxer:
    """One demand, and what becomes of it where something gives way."""

    def __init__(self, igp: Igp, demand: Demand, options: PlanOptions) -> None:
        self._igp, self._demand, self._options = igp, demand, options
        self._costs = self._steering(demand.constraints)

    def constraints(self) -> Iterator[Relaxation]:
        """The smallest sets that are enough to give up; a limit that is one alone, as raised."""
        atoms = list(_atoms(self._demand.constraints))
        for size in range(1, len(atoms) + 1):
            found = list(
                itertools.islice(
                    (
                        (waived, list_)
                        for waived in itertools.combinations(atoms, size)
                        if (list_ := self._list(_without(self._demand.constraints, waived)))
                    ),
                    MOST_SETS,
                )
            )
            for waived, list_ in found:
                yield self._given_up(waived, list_)
            if found:
                return

    def _given_up(self, waived: tuple[Waived, ...], list_: CandidatePath) -> Relaxation:
        name = waived[0].constraint
        stated = self._list(self._raised(name)) if len(waived) == 1 and name in _LIMITS else None
        if stated is not None:
            least, list_ = self._least_limit(name, stated)
            us = list_.certificate.guaranteed_us
            text = f"raise {constraint_words(name)} from {_limit(name, waived[0].value)} to "
            text += _limit(name, least)
            return Relaxation(RelaxationKind.LIMIT, text, us, waived=waived, limit=least)
        us = list_.certificate.guaranteed_us
        text = f"give up {' and '.join(map(_waived, waived))}"
        return Relaxation(RelaxationKind.CONSTRAINTS, text, us, waived=waived)

    def _raised(self, name: str) -> Constraints:
        """The constraints with one limit that only links exceed which do not state their own."""
        return Constraints(**{**self._demand.constraints.given, name: _LIMITS[name][1]})

    def _least_limit(self, name: str, list_: CandidatePath) -> tuple[int, CandidatePath]:
        """The least limit that has a list, and that list, by halving; each list that is found
        lowers the limit to what it takes."""
        asked = self._demand.constraints
        low, high = int(asked.given[name]), _taken(name, list_)
        while high - low > 1:
            middle = (low + high) // 2
            better = self._list(Constraints(**{**asked.given, name: middle}))
            if better is None:
                low = middle
            else:
                list_, high = better, _taken(name, better)
        return high, list_

    def sids(self) -> Iterator[Relaxation]:
        """The fewest SIDs that would do, were routers able to handle them."""
        freed = replace(self._options, max_sids=None)
        list_ = certified_list(unlimited(self._costs), self._demand, freed)
        if list_ is not None:
            us = list_.certificate.guaranteed_us
            text = f"let routers handle lists of {list_.sid_count} SIDs"
            yield Relaxation(RelaxationKind.SIDS, text, us, sids=list_.sid_count)

    def bounds(self, tiers: Sequence[Tier]) -> Iterator[Relaxation]:
        """The least bound that all else allows, and the next tier that is no less."""
        us = self.least_us()
        if us is None:
            return
        yield Relaxation(RelaxationKind.BOUND, f"raise the bound to {_ms(us)}", us, bound_us=us)
        wider = [(tier.bound_us, tier.name) for tier in tiers if (tier.bound_us or 0) >= us]
        if wider:
            bound_us, name = min(wider)
            text = f"take tier {name}"
            yield Relaxation(RelaxationKind.TIER, text, us, bound_us=bound_us, tier=name)

    def least_us(self) -> int | None:
        """The least delay that some list guarantees with all else kept: each list found lowers the
        bound for the next, and with delay as metric each has the least for its length."""
        fastest = replace(self._costs, metric=Metric.DELAY)
        least_us, bound_us = None, _forever_us(self._igp)
        while True:
            demand = replace(self._demand, bound_us=bound_us)
            list_ = certified_list(fastest, demand, self._options)
            if list_ is None:
                return least_us
            least_us = list_.certificate.guaranteed_us
            bound_us = least_us - 1

    def shorter(self, graph: nx.MultiDiGraph[str]) -> Iterator[Relaxation]:
        """One link of the fastest path that, with less detour, would bring it inside the bound."""
        network, demand = self._igp.network, self._demand
        src, dst = network.index[demand.src], network.index[demand.dst]
        path = least_delay_path(self._costs, src, dst)
        if path is None or path.delay_us <= demand.bound_us:
            return
        excess_us = path.delay_us - demand.bound_us
        spare = []
        for key in zip(path.links, path.nodes, strict=False):
            arc = network.arcs[network.arc_index[key]]
            a, b = (network.nodes[network.index[name]].coordinates for name in (arc.src, arc.dst))
            if a is not None and b is not None and arc.delay_us - excess_us >= floor_us(a, b):
                spare.append((floor_us(a, b) - arc.delay_us, key, arc))
        for _, key, arc in sorted(spare):
            left_us = arc.delay_us - excess_us
            igp = Igp.of(Network.of(_with_delay(graph, key, left_us)), self._options.algorithms)
            list_ = _Relaxer(igp, demand, self._options)._list(demand.constraints)
            if list_ is not None:
                us = list_.certificate.guaranteed_us
                text = f"shorten {arc.label} from {_ms(arc.delay_us)} to {_ms(left_us)}"
                link = (arc.link_id, arc.src)
                yield Relaxation(RelaxationKind.SHORTEN, text, us, link=link, delay_us=left_us)
                return

    def margin(self, primary: CandidatePath) -> Margin:
        """How far the bound could fall, and what would bind below that."""
        bound_us, least_us = self._demand.bound_us, self.least_us()
        worst_us = primary.certificate.guaranteed_us
        if least_us is None:
            least_us = worst_us
        why = reason(self._costs, replace(self._demand, bound_us=least_us - 1), self._options)
        text = f"{_ms(bound_us - worst_us)} to the bound; the bound could fall to {_ms(least_us)}"
        return Margin(bound_us - worst_us, least_us, why.cause, f"{text}; below that {why.text}")

    def _list(self, asked: Constraints) -> CandidatePath | None:
        return certified_list(self._steering(asked), self._demand, self._options)

    def _steering(self, asked: Constraints) -> SteeringCosts:
        return steering(self._igp, self._demand, asked, self._options.algorithms)


def _forever_us(igp: Igp) -> int:
    """More than any list can take."""
    worst_us = [plane.worst_us[np.isfinite(plane.worst_us)].max() for plane in (igp, *igp.flex)]
    longest_us = int(max(worst_us)) + int(igp.network.delay_us.max(initial=0))
    return (SEARCH_LIMIT + 1) * longest_us


def _atoms(asked: Constraints) -> Iterator[Waived]:
    """The least that can be given up: a limit, one name of a list, all of ``include_any``."""
    for name, value in asked.given.items():
        if name == "include_any":
            yield Waived(name)
        elif isinstance(value, frozenset | tuple):
            yield from (Waived(name, one) for one in sorted(value))
        elif name != "metric":
            yield Waived(name, value)


def _without(asked: Constraints, waived: Sequence[Waived]) -> Constraints:
    for one in waived:
        value = asked.given[one.constraint]
        if one.value is None or isinstance(value, int):
            asked = asked.without(one.constraint)
        else:
            left = type(value)(name for name in value if name != one.value)
            asked = Constraints(**{**asked.given, one.constraint: left})
    return asked


def _taken(name: str, list_: CandidatePath) -> int:
    """What a list takes of what a limit limits; it keeps the limit, so that is known."""
    return int(getattr(list_.certificate, _LIMITS[name][0]))


def _with_delay(
    graph: nx.MultiDiGraph[str], key: tuple[str, str], delay_us: int
) -> nx.MultiDiGraph[str]:
    """A copy in which one direction of one link is as fast as that."""
    changed = graph.copy()
    for _, _, data in changed.edges(data=True):
        if data["adjacency"].key == key:
            data["adjacency"] = replace(data["adjacency"], delay_us=delay_us)
            data["delay_us"] = delay_us
    return changed


def _waived(one: Waived) -> str:
    listed = one.constraint.startswith(("exclude", "include_all", "avoid", "waypoints"))
    return (
        f"{constraint_words(one.constraint)} {one.value}"
        if listed
        else constraint_words(one.constraint)
    )


def _limit(name: str, value: object) -> str:
    number = int(str(value))
    if name == "max_jitter_us":
        return _ms(number)
    return f"{ppb_to_percent(number):g} %" if name == "max_loss_ppb" else str(number)


def _ms(delay_us: int) -> str:
    return f"{us_to_ms(delay_us):.3f} ms"
