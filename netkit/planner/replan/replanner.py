"""Plans that follow a network: what a change can alter is computed, and nothing else.

The answer is byte for byte the plan made afresh on the changed network. Changes of delay are met
pair by pair; after any other change, of metrics, of what is up or down, all pairs are planned
again.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Metric
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.segment_list import Path
from netkit.planner.compiled import compiler
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.pair import PairPlanner
from netkit.planner.plan import plan_demands
from netkit.planner.replan.answer import Touched, answered_again
from netkit.planner.replan.delay_change import DelayChange
from netkit.planner.search.cspf import least_cost_paths
from netkit.planner.search.segment_costs import SteeringCosts
from netkit.planner.warm_up import warm_up


class Replanner:
    """``plan``, made on ``topology`` with ``options``, and what it takes to follow a change of it.

    Each call of :meth:`planned_on` follows from the state before it.
    """

    def __init__(self, topology: Topology, plan: Plan, options: PlanOptions | None = None) -> None:
        self._options = options or PlanOptions()
        self._plan = plan
        self._igp = _igp(topology, plan)

    def planned_on(self, topology: Topology) -> Plan:
        """The plan of the same demands on ``topology``.

        Raises :class:`~netkit.errors.InputError` where planning afresh does. O(n m) and one search
        for a path a pair for a change of delays, beside the pairs that it can alter.
        """
        before, after = self._igp.network, Network.of(topology)
        change = DelayChange.between(before, after) if self._bounded() else None
        if change is None:
            demands = [pair.demand for pair in self._plan.pairs]
            profile = self._plan.profile
            self._plan = plan_demands(topology, demands, self._options, profile=profile)
            self._igp = _igp(topology, self._plan)
            return self._plan
        self._igp = self._igp.with_delays(replace(after, compiled=before.compiled))
        pairs = self._again(change) if len(change.arcs) else self._plan.pairs
        self._plan = Plan(after.name, self._plan.profile, pairs, self._plan.reservations)
        return self._plan

    def _bounded(self) -> bool:
        """Do the bounds speak of all that these options ask for?"""
        asked = self._options
        usual = PlanOptions(max_sids=asked.max_sids, backups=asked.backups, joint=asked.joint)
        reserves = any(pair.demand.bandwidth_bps is not None for pair in self._plan.pairs)
        return replace(asked, reserve_backups=True) == usual and not reserves

    def _again(self, change: DelayChange) -> tuple[PairPlan, ...]:
        planner, index = PairPlanner(self._igp, self._options), self._igp.network.index
        pairs = self._plan.pairs
        ends = np.array([(index[p.demand.src], index[p.demand.dst]) for p in pairs], dtype=np.int64)
        by_igp = change.crossed_by_igp(self._igp, ends[:, 0], ends[:, 1])
        kinds: dict[int, tuple[SteeringCosts, list[int]]] = {}
        answers: dict[int, PairPlan] = {}
        for number, pair in enumerate(pairs):
            costs = planner.asked(pair.demand).costs
            if costs.plain and costs.metric is not Metric.DELAY and pair.margin is None:
                kinds.setdefault(id(costs), (costs, []))[1].append(number)
            else:
                answers[number] = planner.answer(pair.demand)
        for costs, rows in kinds.values():
            through_us = change.through_us(costs, ends[rows, 0], ends[rows, 1])
            for row, us, optimum in zip(rows, through_us, self._optima(costs, rows), strict=True):
                touched = Touched(float(us), bool(by_igp[row]))
                answers[row] = answered_again(planner, change, pairs[row], optimum, touched)
        return tuple(answers[number] for number in range(len(pairs)))

    def _optima(self, costs: SteeringCosts, rows: list[int]) -> list[Path | None]:
        """The best paths of some pairs under the same costs."""
        index, demands = self._igp.network.index, [self._plan.pairs[row].demand for row in rows]
        ends = [(index[demand.src], index[demand.dst]) for demand in demands]
        return least_cost_paths(costs, ends, [demand.bound_us for demand in demands])


def _igp(topology: Topology, plan: Plan) -> Igp:
    network = Network.of(topology)
    if compiler.repays(len(plan.pairs) * len(network.nodes)):
        warm_up()
        network = replace(network, compiled=True)
    return Igp.of(network, ())
