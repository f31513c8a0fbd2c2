"""What one demand may use of the links' capacity once all others hold theirs.

The ledger is filled with the others' reservations once; every question is then a list search on the
arcs with room, and what less would fit is found by halving over what arcs have left.
"""

from __future__ import annotations

from collections.abc import Iterable

from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.reservation import Shortage
from netkit.model.srv6.segment_list import CandidatePath
from netkit.planner.arrays import BoolArray
from netkit.planner.bandwidth.ledger import Ledger, Loads, first_with_room
from netkit.planner.network.igp import Igp
from netkit.planner.search.candidate_path import PathComputation


class Headroom:
    """Lists of ``demand``, which itself holds nothing, on what ``others`` leave.

    A demand without a bandwidth has room everywhere.
    """

    def __init__(
        self, igp: Igp, demand: Demand, others: Iterable[PairPlan], options: PlanOptions
    ) -> None:
        self._bandwidth_bps = demand.bandwidth_bps
        self._ledger = Ledger(igp, reserve_backups=options.reserve_backups)
        for other in others:
            if demand.bandwidth_bps is not None and other.demand.bandwidth_bps is not None:
                self._ledger.hold(other)

    def best(self, asked: PathComputation) -> CandidatePath | None:
        """The certified list of ``asked`` among those with room."""
        return self._with_room(asked, self._bandwidth_bps)

    def less(self, asked: PathComputation) -> tuple[int, CandidatePath] | None:
        """The most of the bandwidth that some list has room for, and that list; None where there
        is none, or where all of it has room or none is wanted."""
        if self._bandwidth_bps is None:
            return None
        fits_bps = self._ledger.largest_fit(
            self._bandwidth_bps, lambda bps: self._with_room(asked, bps) is not None
        )
        found = self._with_room(asked, fits_bps) if fits_bps else None
        return None if found is None else (fits_bps, found)

    def shortages(self, list_: CandidatePath) -> tuple[Shortage, ...]:
        """What ``list_`` lacks to carry the demand."""
        if self._bandwidth_bps is None:
            return ()
        return self._ledger.shortages(self._ledger.loads([(list_, self._bandwidth_bps)]))

    def _with_room(self, asked: PathComputation, bandwidth_bps: int | None) -> CandidatePath | None:
        if bandwidth_bps is None:
            return asked.certified_list()

        def search(avoided: BoolArray) -> CandidatePath | None:
            return asked.without_arcs(avoided).certified_list()

        def loads(found: CandidatePath | None) -> Loads:
            return self._ledger.loads([] if found is None else [(found, bandwidth_bps)])

        return first_with_room(self._ledger, bandwidth_bps, search, loads)
