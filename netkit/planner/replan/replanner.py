"""Plans that follow a network: what a change can alter is computed, and nothing else.

The answer is byte for byte the plan made afresh on the changed network. Changes of delays, metrics
and of what is up are met pair by pair; what bounds cannot tell is planned again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand, Metric
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.segment_list import Path
from netkit.planner.arrays import IntArray
from netkit.planner.compiled import compiler
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.pair import PairPlanner
from netkit.planner.plan import checked, plan_demands
from netkit.planner.replan.answer import Touched, answered_again
from netkit.planner.replan.change import Change, crossing, rerouted
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
        self._igp = _igp(Network.of(topology), len(plan.pairs))

    def planned_on(self, topology: Topology, demands: Sequence[Demand] | None = None) -> Plan:
        """The plan of ``demands``, None for the same as before, on ``topology``.

        Raises :class:`~netkit.errors.InputError` where planning afresh does. O(n m) and one search
        for a path a pair, beside the pairs that the change can alter.
        """
        if demands is None:
            demands = [pair.demand for pair in self._plan.pairs]
        after, profile = checked(topology, demands, self._options), self._plan.profile
        change = Change.between(self._igp.network, after) if self._bounded(demands) else None
        if change is None:
            self._plan = plan_demands(topology, demands, self._options, profile=profile)
            self._igp = _igp(after, len(demands))
            return self._plan
        before, self._igp = self._igp, _followed(self._igp, after, change, len(demands))
        pairs = _Again(before, self._igp, self._options, change).answers(self._known(demands))
        self._plan = Plan(after.name, profile, pairs)
        return self._plan

    def _bounded(self, demands: Sequence[Demand]) -> bool:
        """Do the bounds speak of all that these options ask for?"""
        asked = self._options
        usual = PlanOptions(max_sids=asked.max_sids, backups=asked.backups, joint=asked.joint)
        reserves = self._plan.reservations is not None or any(
            demand.bandwidth_bps is not None for demand in demands
        )
        return replace(asked, reserve_backups=True) == usual and not reserves

    def _known(self, demands: Sequence[Demand]) -> list[Demand | PairPlan]:
        """The answers to ``demands`` before, where they were asked for and can be of use."""
        known = {pair.demand: pair for pair in self._plan.pairs if pair.margin is None}
        return [known.get(demand, demand) for demand in demands]


class _Again:
    """Answers before a change to answers after it."""

    def __init__(self, before: Igp, after: Igp, options: PlanOptions, change: Change) -> None:
        self._before, self._after, self._change = before, after, change
        self._planner = PairPlanner(after, options)
        self._joint = PairPlanner(replace(after, network=change.joint), options)
        self._rerouted = rerouted(change, before, after)

    def answers(self, asked: Sequence[Demand | PairPlan]) -> tuple[PairPlan, ...]:
        """Those to demands that had none before are made afresh."""
        kinds: dict[int, tuple[SteeringCosts, list[int]]] = {}
        answers: dict[int, PairPlan] = {}
        for number, one in enumerate(asked):
            if isinstance(one, Demand):
                answers[number] = self._planner.answer(one)
            elif not self._change.keys:
                answers[number] = one
            else:
                costs = self._planner.asked(one.demand).costs
                if costs.plain and costs.metric is not Metric.DELAY:
                    kinds.setdefault(id(costs), (costs, []))[1].append(number)
                else:
                    answers[number] = self._planner.answer(one.demand)
        for costs, rows in kinds.values():
            old = [one for one in map(asked.__getitem__, rows) if isinstance(one, PairPlan)]
            answers.update(zip(rows, self._of_a_kind(costs, old), strict=True))
        return tuple(answers[number] for number in range(len(asked)))

    def _of_a_kind(self, costs: SteeringCosts, old: Sequence[PairPlan]) -> Iterator[PairPlan]:
        """Those under the same costs."""
        demands = [pair.demand for pair in old]
        for pair, optimum, touched in zip(
            old, self._optima(costs, demands), self._touched(costs, demands), strict=True
        ):
            yield answered_again(self._planner, self._change, pair, optimum, touched)

    def _touched(self, costs: SteeringCosts, demands: Sequence[Demand]) -> Iterator[Touched]:
        """How the change meets some pairs under the same costs."""
        src, dst = _ends(self._after.network, demands)
        keys, joint = self._change.keys, self._joint.asked(demands[0]).costs
        by_igp = crossing(self._after, keys, src, dst)
        by_igp |= crossing(self._before, keys, *_ends(self._before.network, demands))
        through_us = self._change.through_us(joint, *_ends(self._change.joint, demands))
        for row in range(len(demands)):
            over_us = costs.delay.from_node(int(src[row])) + costs.delay.to_node(int(dst[row]))
            yield Touched(float(through_us[row]), bool(by_igp[row]), over_us, self._rerouted)

    def _optima(self, costs: SteeringCosts, demands: Sequence[Demand]) -> list[Path | None]:
        """The best paths of some pairs under the same costs."""
        src, dst = _ends(self._after.network, demands)
        ends = list(zip(src.tolist(), dst.tolist(), strict=True))
        return least_cost_paths(costs, ends, [demand.bound_us for demand in demands])


def _ends(network: Network, demands: Sequence[Demand]) -> tuple[IntArray, IntArray]:
    index = network.index
    rows = [(index[demand.src], index[demand.dst]) for demand in demands]
    src, dst = np.array(rows, dtype=np.int64).reshape(-1, 2).T.copy()
    return src, dst


def _igp(network: Network, demands: int) -> Igp:
    if compiler.repays(demands * len(network.nodes)):
        warm_up()
        network = replace(network, compiled=True)
    return Igp.of(network, ())


def _followed(before: Igp, network: Network, change: Change, demands: int) -> Igp:
    """The IGP after the change; where delays alone differ no distance is another."""
    if change.reroutes or before.network.nodes != network.nodes:
        return _igp(network, demands)
    return before.with_delays(replace(network, compiled=before.network.compiled))
