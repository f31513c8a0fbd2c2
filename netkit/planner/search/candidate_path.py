"""The one way from a demand to a certified list (RFC 9256 §2.2).

Which search finds it depends on the options: fewest SIDs, fewest uSID containers, or cut lists.
None leaves here before it is replayed by the proof, which knows nothing of the search.
"""

from __future__ import annotations

from dataclasses import replace

from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.segment_list import CandidatePath, Segment, Stitch
from netkit.planner.proof.certify import certify
from netkit.planner.proof.srh_walk import check_headers
from netkit.planner.search.binding_sids import CutList, split_list, stitched_list
from netkit.planner.search.fewest_sids import fewest_sids, least_guaranteed_us
from netkit.planner.search.segment_costs import SteeringCosts
from netkit.planner.search.usid import fewest_containers, least_in_containers_us


def certified_list(
    costs: SteeringCosts, demand: Demand, options: PlanOptions
) -> CandidatePath | None:
    """The list of fewest SIDs that keeps the bound, replayed; None where there is none.

    It is cut by binding SIDs where the options say so. Raises
    :class:`~netkit.errors.ReplayError` where the replay contradicts the search.
    """
    found = found_list(costs, demand, options)
    if found is None:
        return None
    ends, promise = (demand.src, demand.dst), costs.requirements(demand.bound_us)
    candidate = certify(costs.igp, ends, found.segments, promise, found.bindings)
    if candidate.bindings:
        check_headers(costs.igp.network, candidate, options.max_sids)
    return replace(candidate, usid=True) if options.usid else candidate


def shortest_list(
    costs: SteeringCosts, demand: Demand, options: PlanOptions
) -> tuple[Segment, ...] | None:
    """The list of fewest SIDs, not cut and without its certificate; with uSID, the list of fewest
    containers."""
    ends = _ends(costs, demand)
    if options.usid:
        return fewest_containers(costs, *ends, demand.bound_us, options.max_sids)
    return fewest_sids(costs, *ends, demand.bound_us, options.max_sids)


def least_us(costs: SteeringCosts, demand: Demand, options: PlanOptions) -> float:
    """The least delay that any list guarantees, limits other than the platforms' aside."""
    ends = _ends(costs, demand)
    if options.usid:
        return least_in_containers_us(costs, *ends, options.max_sids)
    return least_guaranteed_us(costs, *ends, options.max_sids)


def found_list(costs: SteeringCosts, demand: Demand, options: PlanOptions) -> CutList | None:
    """The list as the search finds it, cut where it must be, not replayed."""
    network, (src, dst) = costs.igp.network, _ends(costs, demand)
    across = network.operator[src] != network.operator[dst]
    if across and options.stitch is Stitch.BINDING:
        return stitched_list(costs, src, dst, demand.bound_us, options)
    segments = shortest_list(costs, demand, options)
    if segments is not None:
        return CutList(segments)
    if not options.binding_sids:
        return None
    return split_list(costs, src, dst, demand.bound_us, options.max_sids)


def _ends(costs: SteeringCosts, demand: Demand) -> tuple[int, int]:
    index = costs.igp.network.index
    return index[demand.src], index[demand.dst]
