"""What one demand may use of the links' capacity once all others hold theirs."""

from __future__ import annotations

from collections.abc import Iterable

from netkit.model.demand import Demand
from netkit.model.plan import PairPlan, Shortage
from netkit.model.segment_list import CandidatePath
from netkit.planner.igp import Igp
from netkit.planner.lists import certified_list
from netkit.planner.options import PlanOptions
from netkit.planner.reservation import Ledger, held_by
from netkit.planner.steering import SteeringCosts


class Room:
    """Lists of ``demand``, which itself holds nothing, on what ``others`` leave.

    A demand without a bandwidth has room everywhere.
    """

    def __init__(
        self, igp: Igp, demand: Demand, others: Iterable[PairPlan], options: PlanOptions
    ) -> None:
        self._bandwidth_bps = demand.bandwidth_bps
        self._ledger = Ledger(igp)
        for other in others:
            if demand.bandwidth_bps is not None and other.demand.bandwidth_bps is not None:
                self._ledger.take(other.demand, held_by(self._ledger, other, options))

    def best(
        self, costs: SteeringCosts, demand: Demand, options: PlanOptions
    ) -> CandidatePath | None:
        """The list of :func:`~netkit.planner.lists.certified_list` among those with room."""
        return self._with_room(costs, demand, options, self._bandwidth_bps)

    def less(
        self, costs: SteeringCosts, demand: Demand, options: PlanOptions
    ) -> tuple[int, CandidatePath] | None:
        """The most of the bandwidth that some list has room for, and that list; None where there
        is none, or where all of it has room or none is wanted."""
        if self._bandwidth_bps is None:
            return None
        fits_bps = self._ledger.most(
            self._bandwidth_bps,
            lambda bps: self._with_room(costs, demand, options, bps) is not None,
        )
        found = self._with_room(costs, demand, options, fits_bps) if fits_bps else None
        return None if found is None else (fits_bps, found)

    def shortages(self, list_: CandidatePath) -> tuple[Shortage, ...]:
        """What ``list_`` lacks to carry the demand."""
        if self._bandwidth_bps is None:
            return ()
        return self._ledger.shortages(self._ledger.loads([(list_, self._bandwidth_bps)]))

    def _with_room(
        self, costs: SteeringCosts, demand: Demand, options: PlanOptions, bandwidth_bps: int | None
    ) -> CandidatePath | None:
        """A flow that may cross a link twice needs twice the room: where there is not, the search
        goes on without that link."""
        if bandwidth_bps is None:
            return certified_list(costs, demand, options)
        lacking = self._ledger.lacking(bandwidth_bps)
        while True:
            found = certified_list(costs.avoiding(lacking), demand, options)
            if found is None:
                return None
            over = self._ledger.overrun(self._ledger.loads([(found, bandwidth_bps)]))
            if not over.any():
                return found
            lacking |= over
