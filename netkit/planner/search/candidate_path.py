"""The one way from a demand to a certified list (RFC 9256 §2.2), or to the reason why none exists.

Which search finds it depends on the options: fewest SIDs, fewest uSID containers, or cut lists.
None leaves here before it is replayed by the proof, which knows nothing of the search. Where there
is none, what binds is the first of floor, topology, delay, constraints and SID limit that does,
with the figures of the nearest thing that would work.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from netkit.model.network.geo import pair_floor_us
from netkit.model.planning.absent_lists import Disjointness
from netkit.model.planning.demand import Constraints, Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.reason import (
    ConstraintsBind,
    Evidence,
    FloorOverBound,
    NoPath,
    NotAdvertised,
    OtherSteering,
    SteeringOption,
    TooManySids,
    TooSlow,
)
from netkit.model.srv6.segment_list import (
    Behavior,
    CandidatePath,
    Certificate,
    Path,
    Segment,
    Stitch,
    sids_pushed,
)
from netkit.planner.arrays import BoolArray
from netkit.planner.network.advertised_sids import sids_lacking, states_nothing
from netkit.planner.network.igp import Igp
from netkit.planner.network.path_metrics import limits
from netkit.planner.proof.certify import certify
from netkit.planner.proof.replay import KnownLegs
from netkit.planner.search.binding_sids import SplitLists, StitchedLists, unlimited
from netkit.planner.search.cspf import least_delay_path
from netkit.planner.search.fewest_sids import FewestSids
from netkit.planner.search.list_search import CutList, ListSearch, UncutSearch
from netkit.planner.search.segment_costs import FULL, SteeringCosts, steering
from netkit.planner.search.usid import FewestContainers

_SLOWEST_NAMED = 3


@dataclass(frozen=True, slots=True)
class PathComputation:
    """All that the lists of one demand are found from: what it asks, the steps that it may take and
    what they cost, and what options say. What is asked of it is computed anew each time, but for
    ``legs`` that were replayed before on the same tables."""

    costs: SteeringCosts
    demand: Demand
    options: PlanOptions
    legs: KnownLegs | None = None

    @property
    def ends(self) -> tuple[int, int]:
        """Numbers of source and destination."""
        index = self.costs.igp.network.index
        return index[self.demand.src], index[self.demand.dst]

    def without_arcs(self, shared: BoolArray) -> PathComputation:
        """The same, with the arcs ``shared`` (m,) forbidden as well."""
        return replace(self, costs=self.costs.without_arcs(shared))

    def clear_of(self, other: Certificate, kind: Disjointness = FULL) -> PathComputation:
        """The same for lists that share nothing with ``other``, whatever branch either takes."""
        return replace(self, costs=self.costs.clear_of(other, self.demand, kind))

    def certified_list(self) -> CandidatePath | None:
        """The list of fewest SIDs that keeps the bound, replayed; None where there is none.

        It is cut by binding SIDs where the options say so. Raises
        :class:`~netkit.errors.ReplayError` where the replay contradicts the search.
        """
        found, demand, options = self.found_list(), self.demand, self.options
        if found is None:
            return None
        promise = self.costs.requirements(demand.bound_us, options.max_sids)
        ends = demand.src, demand.dst
        igp, segments, bindings = self.costs.igp, found.segments, found.bindings
        candidate = certify(igp, ends, segments, promise, bindings, self.legs)
        return replace(candidate, usid=True) if options.usid else candidate

    def found_list(self) -> CutList | None:
        """The list as the search finds it, cut where it must be, not replayed."""
        (src, dst), operator = self.ends, self.costs.igp.network.operator
        search = _search(self.options, across=bool(operator[src] != operator[dst]))
        return search.found(self.costs, src, dst, self.demand.bound_us, self.options.max_sids)

    def shortest_list(self) -> tuple[Segment, ...] | None:
        """The list of fewest SIDs, not cut and without its certificate; with uSID, the list of
        fewest containers."""
        bound_us, max_sids = self.demand.bound_us, self.options.max_sids
        found = _uncut(self.options).found(self.costs, *self.ends, bound_us, max_sids)
        return None if found is None else found.segments

    def least_us(self) -> float:
        """The least delay that any list guarantees, limits other than the platforms' aside."""
        return _uncut(self.options).least_us(self.costs, *self.ends, self.options.max_sids)


def _search(options: PlanOptions, *, across: bool) -> ListSearch:
    """The search that serves; ``across``: another operator is handed over to."""
    if across and options.stitch is Stitch.BINDING:
        return StitchedLists(cuts=options.binding_sids)
    return SplitLists() if options.binding_sids else _uncut(options)


def _uncut(options: PlanOptions) -> UncutSearch:
    return FewestContainers() if options.usid else FewestSids()


def _ends(costs: SteeringCosts, demand: Demand) -> tuple[int, int]:
    index = costs.igp.network.index
    return index[demand.src], index[demand.dst]


def floor_of(igp: Igp, demand: Demand) -> float | None:
    """Great-circle light time of the pair in µs; None without coordinates."""
    nodes, index = igp.network.nodes, igp.network.index
    ends = nodes[index[demand.src]], nodes[index[demand.dst]]
    return pair_floor_us(*(end.coordinates for end in ends))


def evidence(asked: PathComputation) -> Evidence:
    """What binds a demand for which there is no certified list."""
    costs, demand = asked.costs, asked.demand
    igp, (src, dst) = costs.igp, asked.ends
    fastest = least_delay_path(costs, src, dst)
    free = fastest
    if demand.constraints.given:
        free = least_delay_path(steering(igp, demand, Constraints()), src, dst)
    floor_us = floor_of(igp, demand)
    if floor_us is not None and floor_us > demand.bound_us:
        best_us = None if free is None else free.delay_us
        return FloorOverBound(demand.bound_us, floor_us, best_us)
    if free is None:
        nodes = igp.network.nodes
        return NoPath(nodes[src].operator, nodes[dst].operator)
    if free.delay_us > demand.bound_us:
        return TooSlow(demand.bound_us, free.delay_us, _slowest(igp, free), floor_us)
    if fastest is None or fastest.delay_us > demand.bound_us:
        return _constraints(igp, demand, fastest, free)
    return _not_advertised(asked, fastest) or _sid_limit(asked, fastest)


def _not_advertised(asked: PathComputation, fastest: Path) -> NotAdvertised | None:
    """Where a list would keep the bound, did routers advertise the SIDs for it: which are missing;
    None where that is not what binds."""
    igp, demand = asked.costs.igp, asked.demand
    lacking = sids_lacking(igp.network)
    if not igp.network.has_service[igp.network.index[demand.dst]]:
        nothing = states_nothing(igp.network)
        return NotAdvertised(fastest.delay_us, demand.dst, (), *lacking, nothing)
    if not lacking[0] and not lacking[2]:
        return None
    found = replace(asked, costs=replace(asked.costs, igp=igp.with_every_sid)).shortest_list()
    missing = tuple((one.node, one.link) for one in found or () if not _is_there(igp, one))
    return NotAdvertised(fastest.delay_us, None, missing, *lacking) if missing else None


def _is_there(igp: Igp, segment: Segment) -> bool:
    own = igp.plane(segment.algorithm).network
    if segment.kind is Behavior.END:
        return bool(own.has_end[own.index[segment.node]])
    return bool(own.steerable[own.arc_index[segment.link or "", segment.node]])


def _slowest(igp: Igp, path: Path) -> tuple[tuple[str, int], ...]:
    """The slowest links of a path with their delays, the slowest first."""
    network = igp.network
    hops = [
        (link, int(network.delay_us[network.arc_index[link, at]]))
        for link, at in zip(path.links, path.nodes, strict=False)
    ]
    return tuple(sorted(hops, key=lambda hop: -hop[1])[:_SLOWEST_NAMED])


def _constraints(igp: Igp, demand: Demand, fastest: Path | None, free: Path) -> ConstraintsBind:
    """Find the constraints any one of which, given up, would let a path keep the bound."""
    src, dst = igp.network.index[demand.src], igp.network.index[demand.dst]
    asked, enough = demand.constraints, []
    for name in asked.given:
        path = least_delay_path(steering(igp, demand, asked.without(name)), src, dst)
        if path is not None and path.delay_us <= demand.bound_us:
            enough.append((name, path.delay_us))
    best_us = None if fastest is None else fastest.delay_us
    unstated = tuple(_unstated(igp, demand))
    return ConstraintsBind(best_us, free.delay_us, tuple(enough), unstated, len(igp.network.arcs))


def _unstated(igp: Igp, demand: Demand) -> Iterator[tuple[str, int]]:
    """How many links a limit shuts out for want of a figure."""
    for measure, _ in limits(demand.constraints):
        unknown = int(np.isinf(igp.network.weight(measure)).sum())
        if unknown:
            yield measure, unknown


def _sid_limit(asked: PathComputation, fastest: Path) -> TooManySids:
    """What lists there are within the limits, without them, and with another option."""
    best = asked.least_us() if asked.costs.plain else np.inf
    return TooManySids(
        asked.demand.bound_us,
        fastest.delay_us,
        int(best) if np.isfinite(best) else None,
        _sids_needed(asked),
        _other_steering(asked),
    )


def _sids_needed(asked: PathComputation) -> int | None:
    """SIDs of the shortest list there would be, did no platform limit them."""
    options = replace(asked.options, max_sids=None)
    found = replace(asked, costs=unlimited(asked.costs), options=options).shortest_list()
    return None if found is None else sids_pushed(found, usid=options.usid)


def _other_steering(asked: PathComputation) -> OtherSteering | None:
    """The option about binding SIDs with which a list fits the platforms, if there is one."""
    network, options, (src, dst) = asked.costs.igp.network, asked.options, asked.ends
    if options.usid or network.advertised:
        return None
    helps, other = SteeringOption.BINDING_SIDS, replace(options, binding_sids=True)
    if network.operator[src] != network.operator[dst] and options.stitch is Stitch.BINDING:
        helps, other = SteeringOption.STITCH_BORDER, replace(options, stitch=Stitch.BORDER)
    found = None if other == options else replace(asked, options=other).found_list()
    if found is None:
        return None
    return OtherSteering(helps, tuple(binding.node for binding in found.bindings))
