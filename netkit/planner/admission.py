"""Demands with a bandwidth, one after the other, each exactly on what those before it left.

They come by priority, 0 first, then in their own order: who comes first is served first, and the
same demands give the same plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import Cause, PairPlan, Reason, Shortage
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.segment_list import CandidatePath
from netkit.model.units import gbps_text, us_to_ms
from netkit.model.verdict import Verdict
from netkit.planner.bandwidth.ledger import Ledger, held_by
from netkit.planner.bandwidth.weighted_lists import Split
from netkit.planner.network.igp import Igp
from netkit.planner.pair import PairPlanner
from netkit.planner.reoptimization import reoptimized

_SHORTAGES_NAMED = 3


def in_order(demands: Sequence[Demand]) -> list[int]:
    """Numbers of the demands that have a bandwidth, in the order in which they reserve."""
    numbers = [number for number, demand in enumerate(demands) if demand.bandwidth_bps is not None]
    return sorted(numbers, key=lambda number: (demands[number].priority, number))


class Admission:
    """Plans demands in the order in which they come, and holds what they need."""

    def __init__(self, igp: Igp, options: PlanOptions) -> None:
        self._igp = igp
        self._options = options
        self._planner = PairPlanner(igp, options)
        self._alone = PairPlanner(igp, replace(options, backups=False, alternatives=0))
        self.ledger = Ledger(igp)

    def again(self, answers: Sequence[PairPlan]) -> list[PairPlan]:
        """The same demands with some of them moved, if that carries more; ``answers`` are all that
        were given, in their order, and are held anew."""
        new = reoptimized(self._igp, self._options, answers)
        if new is None:
            return list(answers)
        self.ledger = Ledger(self._igp)
        for answer in new:
            if answer.primary is not None:
                self.ledger.reserve(answer.demand, held_by(self.ledger, answer, self._options))
        return [self.answer(one.demand) if one.primary is None else one for one in new]

    def answer(self, demand: Demand) -> PairPlan:
        """Plan one demand on what is left, and reserve its lists' bandwidth."""
        bandwidth_bps = demand.bandwidth_bps or 0
        answer = self._tried(self._planner, demand)
        if answer.primary is None:
            return self._without_one_list(answer, bandwidth_bps)
        self.ledger.reserve(demand, held_by(self.ledger, answer, self._options))
        if answer.backup_reason is not None:
            with_room = f"{answer.backup_reason}, on links with room for {gbps_text(bandwidth_bps)}"
            answer = replace(answer, backup_reason=with_room)
        return answer

    def _tried(self, planner: PairPlanner, demand: Demand) -> PairPlan:
        """The answer on what is left. A list on which a flow may cross a link twice needs twice the
        room; where there is not, the search goes on without that link."""
        arcs_without = self.ledger.arcs_without(demand.bandwidth_bps or 0)
        while True:
            answer = planner.answer(demand, arcs_without)
            over = self.ledger.overrun(held_by(self.ledger, answer, self._options))
            if not over.any():
                return answer
            arcs_without |= over

    def _without_one_list(self, answer: PairPlan, bandwidth_bps: int) -> PairPlan:
        """Split the demand over several lists, if that is allowed and possible; or say why not."""
        demand = answer.demand
        free = self._alone.answer(demand)
        if free.primary is None:
            return replace(answer, reason=free.reason)
        why = self._reason(demand, bandwidth_bps, free.primary)
        if self._options.share == 1:
            return replace(answer, reason=why)
        if demand.constraints.waypoints:
            text = f"{why.text}; demands with waypoints are not split"
            return replace(answer, reason=replace(why, text=text))
        split = self._planner.split(demand, self.ledger)
        if not split.shares:
            text = f"{why.text}; {self._split_text(split)}"
            return replace(answer, reason=replace(why, text=text))
        made = replace(
            answer,
            verdict=Verdict.PASS,
            primary=split.shares[0].candidate,
            shares=split.shares,
        )
        self.ledger.reserve(demand, held_by(self.ledger, made, self._options))
        return self._with_split_backup(made) if self._options.backups else made

    def _with_split_backup(self, made: PairPlan) -> PairPlan:
        """The same split once more, over lists disjoint from all that it has, if there is room."""
        demand, bandwidth_bps = made.demand, made.demand.bandwidth_bps or 0
        spare = self._planner.split(demand, self.ledger, made.shares)
        if not spare.shares:
            many = self._split_text(spare) if spare.carried_bps else "there is none"
            text = f"of lists disjoint from all {len(made.shares)} that it is split over, {many}"
            return replace(made, backup_reason=text)
        if self._options.reserve_backups:
            self.ledger.reserve(demand, self.ledger.shared_loads(spare.shares, bandwidth_bps))
        return replace(made, backup_shares=spare.shares)

    def _split_text(self, split: Split) -> str:
        if split.lists:
            return f"{split.lists} lists would carry it, over {self._options.share}"
        return f"any number of lists would carry {gbps_text(split.carried_bps)} at most"

    def _reason(self, demand: Demand, bandwidth_bps: int, best: CandidatePath) -> Reason:
        """What ``best``, the list that the demand had were there room, lacks; and what fits."""
        short = self.ledger.shortages(self.ledger.loads([(best, bandwidth_bps)]))
        fits_bps = self.ledger.largest_fit(
            bandwidth_bps, lambda bps: self._has_room(replace(demand, bandwidth_bps=bps))
        )
        guaranteed_us = best.certificate.guaranteed_us
        text = (
            f"no list has room for {gbps_text(bandwidth_bps)}: the best of {_ms(guaranteed_us)} "
            f"{'; '.join(map(_lack, short[:_SHORTAGES_NAMED]))}"
        )
        if len(short) > _SHORTAGES_NAMED:
            text += f"; and {len(short) - _SHORTAGES_NAMED} more links"
        text += f"; {gbps_text(fits_bps)} would fit" if fits_bps else "; no bandwidth would fit"
        return Reason(
            Cause.CAPACITY, text, guaranteed_us, fits_bps=fits_bps or None, shortages=short
        )

    def _has_room(self, demand: Demand) -> bool:
        return self._tried(self._alone, demand).primary is not None


def _lack(short: Shortage) -> str:
    """What one pool lacks, and who has it."""
    pool = short.pool
    place = f"{pool.owner} {'into' if pool.inward else 'from'} {pool.node}"
    if pool.capacity_bps is None or short.missing_bps is None:
        return f"crosses {place}, whose capacity nobody states"
    text = f"lacks {gbps_text(short.missing_bps)} on {place}"
    if not short.holders:
        return f"{text}, which has {gbps_text(pool.capacity_bps)} in all"
    most = ", ".join(f"{src} → {dst} {gbps_text(bps)}" for src, dst, bps in short.holders)
    held, all_ = gbps_text(short.reserved_bps), gbps_text(pool.capacity_bps)
    return f"{text}, where {held} of {all_} are held, most by {most}"


def _ms(delay_us: int) -> str:
    return f"{us_to_ms(delay_us):.3f} ms"
