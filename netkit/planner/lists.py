"""The one way from a demand to a certified list."""

from __future__ import annotations

from netkit.model.plan import CandidatePath, Demand, Stitch
from netkit.planner.bindings import CutList, split_list
from netkit.planner.headers import check_headers
from netkit.planner.options import PlanOptions
from netkit.planner.replay import certified
from netkit.planner.segments import fewest_sids
from netkit.planner.steering import SteeringCosts
from netkit.planner.stitching import stitched_list


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
    ends, promise = (demand.src, demand.dst), costs.promise(demand.bound_us)
    candidate = certified(costs.igp, ends, found.segments, promise, found.bindings)
    if candidate.bindings:
        check_headers(costs.igp.network, candidate, options.max_sids)
    return candidate


def found_list(costs: SteeringCosts, demand: Demand, options: PlanOptions) -> CutList | None:
    """The same as the search finds it, not replayed."""
    network, bound_us, most = costs.igp.network, demand.bound_us, options.max_sids
    src, dst = network.index[demand.src], network.index[demand.dst]
    across = network.operator[src] != network.operator[dst]
    if across and options.stitch is Stitch.BINDING:
        return stitched_list(costs, src, dst, bound_us, options)
    segments = fewest_sids(costs, src, dst, bound_us, most).segments
    if segments is not None:
        return CutList(segments)
    return split_list(costs, src, dst, bound_us, most) if options.binding_sids else None
