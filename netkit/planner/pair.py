"""One demand to one answer: optimum, certified primary and backup, or the reason why not."""

from __future__ import annotations

import dataclasses

import numpy as np

from netkit.model.plan import CandidatePath, Demand, PairPlan
from netkit.model.verdict import Verdict
from netkit.planner.constrained import least_cost_path
from netkit.planner.disjoint import Backups
from netkit.planner.explain import floor_of, reason
from netkit.planner.igp import Igp
from netkit.planner.replay import certified
from netkit.planner.segments import fewest_sids
from netkit.planner.steering import SteeringCosts


class PairPlanner:
    """Plans demands on one network; what demands of the same kind share is computed once."""

    def __init__(self, igp: Igp, max_sids: int | None = None) -> None:
        self._igp = igp
        self._max_sids = max_sids
        self._costs: dict[tuple[int, int], SteeringCosts] = {}

    def answer(self, demand: Demand) -> PairPlan:
        """Plan one demand, both ends of which are in the network."""
        igp = self._igp
        src, dst = igp.network.index[demand.src], igp.network.index[demand.dst]
        costs = self._steering(src, dst)
        answer = PairPlan(
            demand,
            Verdict.BREACH,
            floor_of(igp, demand),
            least_cost_path(costs, src, dst, demand.bound_us),
            unsteered=self._unsteered(demand, src, dst),
        )
        segments = fewest_sids(costs, src, dst, demand.bound_us, self._max_sids).segments
        if segments is None:
            return dataclasses.replace(answer, reason=reason(costs, demand, self._max_sids))
        ends = (demand.src, demand.dst)
        primary = certified(igp, ends, segments, demand.bound_us, costs.forbidden)
        backups = Backups(costs, primary.certificate, demand, self._max_sids)
        spare = backups.best()
        return dataclasses.replace(
            answer,
            verdict=Verdict.PASS,
            primary=primary,
            backup=spare,
            backup_reason=backups.why_none() if spare is None else None,
        )

    def _steering(self, src: int, dst: int) -> SteeringCosts:
        network = self._igp.network
        key = int(network.operator[src]), int(network.operator[dst])
        if key not in self._costs:
            self._costs[key] = SteeringCosts.of(self._igp, network.usable_arcs(src, dst))
        return self._costs[key]

    def _unsteered(self, demand: Demand, src: int, dst: int) -> CandidatePath | None:
        """Where the IGP takes the packet; None where it does not, or where ECMP may loop."""
        if not np.isfinite(self._igp.worst_us[src, dst]):
            return None
        return certified(self._igp, (demand.src, demand.dst), (), np.inf)
