"""Demands with a bandwidth, one after the other, each exactly on what those before it left.

They come by priority, 0 first, then in their own order: who comes first is served first, and the
same demands give the same plan.

Sequential admission, priorities as the setup priorities of RFC 3209 §4.7: not the optimum over all
demands, for which packing them is NP-hard, but exact for each given those before it, and
explainable by who came first. :mod:`netkit.planner.reoptimization` then moves demands on request.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from netkit.model.planning.absent_lists import BackupObstacle, BackupReason
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.reason import NoRoom, Reason
from netkit.model.planning.reservation import SplitObstacle, SplitRefusal
from netkit.model.srv6.segment_list import CandidatePath
from netkit.model.verdict import Verdict
from netkit.planner.bandwidth.ledger import Ledger, first_with_room
from netkit.planner.network.igp import Igp
from netkit.planner.pair import PairPlanner

if TYPE_CHECKING:
    from netkit.planner.bandwidth.weighted_lists import Split


def in_order(demands: Sequence[Demand]) -> list[int]:
    """Numbers of the demands that have a bandwidth, in the order in which they reserve.

    >>> free = Demand("a", "b", bound_us=9_000)
    >>> late = Demand("a", "b", bound_us=9_000, bandwidth_bps=10**9, priority=7)
    >>> early = Demand("b", "a", bound_us=9_000, bandwidth_bps=10**9, priority=0)
    >>> in_order([free, late, early])
    [2, 1]
    """
    numbers = [number for number, demand in enumerate(demands) if demand.bandwidth_bps is not None]
    return sorted(numbers, key=lambda number: (demands[number].priority, number))


class Admission:
    """Plans demands in the order in which they come, and holds what they need."""

    def __init__(self, igp: Igp, options: PlanOptions) -> None:
        self._igp = igp
        self._options = options
        self._planner = PairPlanner(igp, options)
        self._alone = PairPlanner(igp, replace(options, backups=False, alternatives=0))
        self.ledger = Ledger(igp, reserve_backups=options.reserve_backups)

    def again(self, answers: Sequence[PairPlan]) -> list[PairPlan]:
        """The same demands with some of them moved, if that carries more; ``answers`` are all that
        were given, in their order, and are held anew."""
        from netkit.planner.reoptimization import reoptimized

        new = reoptimized(self._igp, self._options, answers)
        if new is None:
            return list(answers)
        self.ledger = self.ledger.empty()
        for answer in new:
            if answer.primary is not None:
                self.ledger.hold(answer)
        return [self.answer(one.demand) if one.primary is None else one for one in new]

    def answer(self, demand: Demand) -> PairPlan:
        """Plan one demand on what is left, and reserve its lists' bandwidth."""
        bandwidth_bps = demand.bandwidth_bps or 0
        answer = self._tried(self._planner, demand)
        if answer.primary is None:
            return self._without_one_list(answer, bandwidth_bps)
        self.ledger.hold(answer)
        if answer.backup_reason is not None:
            with_room = replace(answer.backup_reason, bandwidth_bps=bandwidth_bps)
            answer = replace(answer, backup_reason=with_room)
        return answer

    def _tried(self, planner: PairPlanner, demand: Demand) -> PairPlan:
        """The answer on what is left."""
        return first_with_room(
            self.ledger,
            demand.bandwidth_bps or 0,
            partial(planner.answer, demand),
            self.ledger.held_by,
        )

    def _without_one_list(self, answer: PairPlan, bandwidth_bps: int) -> PairPlan:
        """Split the demand over several lists, if that is allowed and possible; or say why not."""
        demand = answer.demand
        free = self._alone.answer(demand)
        if free.primary is None:
            return replace(answer, reason=free.reason)
        split, refused = self._split(demand)
        if split is None:
            lacking = self._no_room(demand, bandwidth_bps, free.primary)
            return replace(answer, reason=Reason(replace(lacking, split=refused)))
        made = replace(
            answer,
            verdict=Verdict.PASS,
            primary=split.shares[0].candidate,
            shares=split.shares,
        )
        self.ledger.hold(made)
        return self._with_split_backup(made) if self._options.backups else made

    def _split(self, demand: Demand) -> tuple[Split, None] | tuple[None, SplitRefusal | None]:
        """The split; or why there is none, None where it is not asked for."""
        if self._options.share == 1:
            return None, None
        if demand.constraints.waypoints:
            return None, SplitRefusal(SplitObstacle.WAYPOINTS, self._options.share)
        split = self._planner.split(demand, self.ledger)
        return (split, None) if split.shares else (None, self._refused(split))

    def _with_split_backup(self, made: PairPlan) -> PairPlan:
        """The same split once more, over lists disjoint from all that it has, if there is room."""
        demand, bandwidth_bps = made.demand, made.demand.bandwidth_bps or 0
        spare = self._planner.split(demand, self.ledger, made.shares)
        if not spare.shares:
            none = SplitRefusal(SplitObstacle.DISJOINT, self._options.share)
            why = BackupReason(
                BackupObstacle.SPLIT,
                demand.bound_us,
                shares=len(made.shares),
                split=self._refused(spare) if spare.carried_bps else none,
            )
            return replace(made, backup_reason=why)
        if self._options.reserve_backups:
            self.ledger.reserve(demand, self.ledger.shared_loads(spare.shares, bandwidth_bps))
        return replace(made, backup_shares=spare.shares)

    def _refused(self, split: Split) -> SplitRefusal:
        most = self._options.share
        if split.lists:
            return SplitRefusal(SplitObstacle.LISTS, most, lists=split.lists)
        return SplitRefusal(SplitObstacle.CAPACITY, most, carried_bps=split.carried_bps)

    def _no_room(self, demand: Demand, bandwidth_bps: int, best: CandidatePath) -> NoRoom:
        """What ``best``, the list that the demand had were there room, lacks; and what fits."""
        short = self.ledger.shortages(self.ledger.loads([(best, bandwidth_bps)]))
        fits_bps = self.ledger.largest_fit(
            bandwidth_bps, lambda bps: self._has_room(replace(demand, bandwidth_bps=bps))
        )
        return NoRoom(bandwidth_bps, best.certificate.guaranteed_us, fits_bps or None, short)

    def _has_room(self, demand: Demand) -> bool:
        return self._tried(self._alone, demand).primary is not None
