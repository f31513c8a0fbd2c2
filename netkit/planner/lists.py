"""The one way from a demand to a certified list."""

from __future__ import annotations

from netkit.model.plan import CandidatePath, Demand
from netkit.planner.options import PlanOptions
from netkit.planner.replay import certified
from netkit.planner.segments import fewest_sids
from netkit.planner.steering import SteeringCosts


def certified_list(
    costs: SteeringCosts, demand: Demand, options: PlanOptions
) -> CandidatePath | None:
    """The list of fewest SIDs that keeps the bound, replayed; None where there is none.

    Raises :class:`~netkit.errors.ReplayError` where the replay contradicts the search.
    """
    index, ends = costs.igp.network.index, (demand.src, demand.dst)
    src, dst = (index[name] for name in ends)
    segments = fewest_sids(costs, src, dst, demand.bound_us, options.max_sids).segments
    if segments is None:
        return None
    return certified(costs.igp, ends, segments, costs.promise(demand.bound_us))
