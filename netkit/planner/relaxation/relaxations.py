"""What would help a pair that cannot have its tier; and what margin a pair has that can.

Every relaxation is tried: with it, the search finds a list, and that list is replayed. In order: a
smallest set of constraints to give up, a limit to raise, SIDs, or both where neither is enough; the
bound, the next tier, less bandwidth, more capacity, a link to shorten. What could be built is the
business of :mod:`netkit.planner.relaxation.what_to_build`.

Sets of constraints are the smallest, limits and bounds the least to the unit (by halving, or by
ever lower bounds); kinds are not traded against each other. One list search a trial.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from netkit.model.network.geo import floor_us
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Constraints, Demand, Metric
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.reason import Evidence, Margin, RoomLacking
from netkit.model.planning.relaxation import Relaxation, RelaxationKind, WaivedConstraint
from netkit.model.planning.tier import Tier
from netkit.model.srv6.segment_list import CandidatePath
from netkit.planner.arrays import most
from netkit.planner.bandwidth.headroom import Headroom
from netkit.planner.network.asked_rows import few, whole
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.relaxation.waived_constraints import (
    LIMITS,
    smallest,
    taken,
)
from netkit.planner.search.binding_sids import unlimited
from netkit.planner.search.candidate_path import PathComputation, evidence
from netkit.planner.search.cspf import least_delay_path
from netkit.planner.search.fewest_sids import SEARCH_LIMIT
from netkit.planner.search.segment_costs import steering


def with_relaxations(
    topology: Topology,
    pair: PairPlan,
    options: PlanOptions,
    tiers: Sequence[Tier],
    others: Sequence[PairPlan] = (),
) -> PairPlan:
    """``pair``, planned on ``topology`` with ``options``, with relaxations or with its margin.

    ``tiers`` are those of its profile; ``others`` the other pairs of the plan, which keep what
    bandwidth they hold. A demand that is split over several lists is left as it is.
    """
    if pair.shares:
        return pair
    network = Network.of(topology)
    igp = Igp.of(network, options.algorithms, asked=few(len(network.nodes)))
    looser = _Relaxer(igp, pair.demand, replace(options, backups=False), others)
    why = pair.reason
    if pair.primary is not None:
        return replace(pair, margin=looser.margin(pair.primary))
    if why is None:
        return pair
    single = (*looser.constraints(), *looser.sids())
    found = (
        *(single or looser.constraints_and_sids()),
        *looser.bounds(tiers),
        *looser.bandwidth(),
        *looser.shorter(),
    )
    return replace(pair, reason=replace(why, relaxations=found))


class _Relaxer:
    """One demand, and what becomes of it where something gives way."""

    def __init__(
        self, igp: Igp, demand: Demand, options: PlanOptions, others: Sequence[PairPlan]
    ) -> None:
        self._igp, self._demand, self._options, self._others = igp, demand, options, others
        self._room = Headroom(igp, demand, others, options)
        self._asked = self._under(demand.constraints)

    def constraints(self) -> Iterator[Relaxation]:
        """The smallest sets that are enough to give up; a limit that is one alone, as raised."""
        for waived, list_ in smallest(self._demand.constraints, self._list):
            yield self._given_up(waived, list_)

    def constraints_and_sids(self) -> Iterator[Relaxation]:
        """The same where it takes longer lists as well."""
        for waived, list_ in smallest(self._demand.constraints, self._long_list):
            us, sids = list_.certificate.guaranteed_us, list_.sid_count
            yield Relaxation(RelaxationKind.CONSTRAINTS, us, waived=waived, sids=sids)

    def _given_up(self, waived: tuple[WaivedConstraint, ...], list_: CandidatePath) -> Relaxation:
        name = waived[0].constraint
        stated = self._list(self._raised(name)) if len(waived) == 1 and name in LIMITS else None
        if stated is not None:
            least, list_ = self._least_limit(name, stated)
            us = list_.certificate.guaranteed_us
            return Relaxation(RelaxationKind.LIMIT, us, waived=waived, limit=least)
        us = list_.certificate.guaranteed_us
        return Relaxation(RelaxationKind.CONSTRAINTS, us, waived=waived)

    def _raised(self, name: str) -> Constraints:
        """The constraints with one limit that only links exceed which do not state their own."""
        return Constraints(**{**self._demand.constraints.given, name: LIMITS[name][1]})

    def _least_limit(self, name: str, list_: CandidatePath) -> tuple[int, CandidatePath]:
        """The least limit that has a list, and that list, by halving; each list that is found
        lowers the limit to what it takes."""
        asked = self._demand.constraints
        low, high = int(asked.given[name]), taken(name, list_)
        while high - low > 1:
            middle = (low + high) // 2
            better = self._list(Constraints(**{**asked.given, name: middle}))
            if better is None:
                low = middle
            else:
                list_, high = better, taken(name, better)
        return high, list_

    def sids(self) -> Iterator[Relaxation]:
        """The fewest SIDs that would do, were routers able to handle them."""
        list_ = self._long_list(self._demand.constraints)
        if list_ is not None:
            us, sids = list_.certificate.guaranteed_us, list_.sid_count
            yield Relaxation(RelaxationKind.SIDS, us, sids=sids)

    def bounds(self, tiers: Sequence[Tier]) -> Iterator[Relaxation]:
        """The least bound that all else allows, and the next tier that is no less."""
        us = self.least_us()
        if us is None:
            return
        yield Relaxation(RelaxationKind.BOUND, us, bound_us=us)
        wider = [(tier.bound_us, tier.name) for tier in tiers if (tier.bound_us or 0) >= us]
        if wider:
            bound_us, name = min(wider)
            yield Relaxation(RelaxationKind.TIER, us, bound_us=bound_us, tier=name)

    def least_us(self) -> int | None:
        """The least delay that some list guarantees with all else kept: each list found lowers the
        bound for the next, and with delay as metric each has the least for its length."""
        fastest = replace(self._asked, costs=replace(self._asked.costs, metric=Metric.DELAY))
        least_us, bound_us = None, _forever_us(self._igp)
        while True:
            demand = replace(self._demand, bound_us=bound_us)
            list_ = self._room.best(replace(fastest, demand=demand))
            if list_ is None:
                return least_us
            least_us = list_.certificate.guaranteed_us
            bound_us = least_us - 1

    def bandwidth(self) -> Iterator[Relaxation]:
        """The most that has room; and what the links of the list that there is without regard to
        room would have to be given, where their capacity is known."""
        less = self._room.less(self._asked)
        if less is not None:
            bandwidth_bps, list_ = less
            us = list_.certificate.guaranteed_us
            yield Relaxation(RelaxationKind.BANDWIDTH, us, bandwidth_bps=bandwidth_bps)
        list_or_none = self._asked.certified_list()
        short = () if list_or_none is None else self._room.shortages(list_or_none)
        if list_or_none is not None and short and all(one.missing_bps for one in short):
            us = list_or_none.certificate.guaranteed_us
            yield Relaxation(RelaxationKind.CAPACITY, us, shortages=short)

    def shorter(self) -> Iterator[Relaxation]:
        """One link of the fastest path that, with less detour, would bring it inside the bound."""
        network, demand = self._igp.network, self._demand
        path = least_delay_path(self._asked.costs, *self._asked.ends)
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
            shorter = network.with_delay(key, left_us)
            igp = Igp.of(shorter, self._options.algorithms, asked=few(len(shorter.nodes)))
            list_ = _Relaxer(igp, demand, self._options, self._others)._list(demand.constraints)
            if list_ is not None:
                us = list_.certificate.guaranteed_us
                yield Relaxation(
                    RelaxationKind.SHORTEN, us, link=(arc.link_id, arc.src), delay_us=left_us,
                    label=arc.label, from_us=arc.delay_us,
                )  # fmt: skip
                return

    def margin(self, primary: CandidatePath) -> Margin:
        """How far the bound could fall, and what would bind below that."""
        bound_us, least_us = self._demand.bound_us, self.least_us()
        worst_us = primary.certificate.guaranteed_us
        if least_us is None:
            least_us = worst_us
        return Margin(bound_us - worst_us, least_us, self._binding_below(least_us))

    def _binding_below(self, bound_us: int) -> Evidence | RoomLacking:
        """What binds the demand just below a bound that no list with room can be below."""
        below = replace(self._demand, bound_us=bound_us - 1)
        asked = replace(self._asked, demand=below)
        faster = asked.certified_list()
        if faster is not None:
            return RoomLacking(self._room.shortages(faster))
        return evidence(asked)

    def _list(self, asked: Constraints) -> CandidatePath | None:
        return self._room.best(self._under(asked))

    def _long_list(self, asked: Constraints) -> CandidatePath | None:
        under, freed = self._under(asked), replace(self._options, max_sids=None)
        return self._room.best(replace(under, costs=unlimited(under.costs), options=freed))

    def _under(self, asked: Constraints) -> PathComputation:
        costs = steering(self._igp, self._demand, asked)
        return PathComputation(costs, self._demand, self._options)


def _forever_us(igp: Igp) -> int:
    """More than any list can take."""
    worst_us = [most(whole(plane.worst_us)) for plane in (igp, *igp.flex)]
    longest_us = int(max(worst_us)) + int(igp.network.delay_us.max(initial=0))
    return (SEARCH_LIMIT + 1) * longest_us
