"""Plans that follow a network: what a change can alter is computed, and nothing else.

The answer is byte for byte the plan made afresh on the changed network. Changes of delays, metrics
and of what is up are met pair by pair; what bounds cannot tell is planned again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand, Metric
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.segment_list import Path
from netkit.planner.arrays import IntArray
from netkit.planner.checks import checked
from netkit.planner.compiled import compiler
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.optima import least_cost_paths
from netkit.planner.pair import PairPlanner
from netkit.planner.plan import by_rows, plan_demands
from netkit.planner.replan.answer import Touched, answered_again, spared
from netkit.planner.replan.change import Change, crossing, rerouted, same_distances
from netkit.planner.search.segment_costs import SteeringCosts
from netkit.planner.warm_up import warm_up


class Replanner:
    """``plan``, made on ``topology`` with ``options``, and what it takes to follow a change of it.

    Each call of :meth:`planned_on` follows from the state before it.
    """

    def __init__(self, topology: Topology, plan: Plan, options: PlanOptions | None = None) -> None:
        self._options = options or PlanOptions()
        self._network, self._plan = Network.of(topology), plan
        self._igp = self._wanted()

    def planned_on(self, topology: Topology, demands: Sequence[Demand] | None = None) -> Plan:
        """The plan of ``demands``, None for the same as before, on ``topology``.

        Of a network on which plans make few rows of the IGP all are wanted to follow it, before the
        change and after: such a plan is sooner made afresh, and in less memory. Raises
        :class:`~netkit.errors.InputError` where planning afresh does. O(n m) and one search for a
        path a pair, beside the pairs that the change can alter.
        """
        if demands is None:
            demands = [pair.demand for pair in self._plan.pairs]
        after = checked(topology, demands, self._options)
        change = self._change_to(after, demands)
        if change is None:
            profile = self._plan.profile
            self._plan = plan_demands(topology, demands, self._options, profile=profile)
            self._network = after
            self._igp = self._wanted()
            return self._plan
        before = self._igp or _igp(self._network, len(demands))
        now = _followed(before, after, change, len(demands))
        pairs = _Again(before, now, self._options, change).answers(self._known(demands))
        self._network, self._igp = after, now
        self._plan = Plan(after.name, self._plan.profile, pairs)
        return self._plan

    def _wanted(self) -> Igp | None:
        """All rows of the IGP, where they are wanted to follow from here."""
        many = len(self._plan.pairs)
        return None if by_rows(len(self._network.nodes), many) else _igp(self._network, many)

    def _change_to(self, after: Network, demands: Sequence[Demand]) -> Change | None:
        """What has changed; None where the plan is to be made afresh."""
        if by_rows(len(after.nodes), len(demands)) or not self._bounded(demands):
            return None
        return Change.between(self._network, after)

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


def with_unsteered(topology: Topology, plan: Plan, options: PlanOptions) -> Plan:
    """``plan``, made on ``topology``, with where the IGP takes each pair by itself: as documents of
    plans leave that out. O(m) a pair."""
    planner = PairPlanner(Igp.of(Network.of(topology), ()), options)
    pairs = (replace(pair, unsteered=planner.unsteered(pair.demand)) for pair in plan.pairs)
    return replace(plan, pairs=tuple(pairs))


class _Again:
    """Answers before a change to answers after it."""

    def __init__(self, before: Igp, after: Igp, options: PlanOptions, change: Change) -> None:
        self._before, self._after, self._change = before, after, change
        self._options = options
        self._planner = PairPlanner(after, options)
        self._joint = PairPlanner(replace(after, network=change.joint), options)
        self._rerouted = rerouted(change, before, after)

    def answers(self, asked: Sequence[Demand | PairPlan]) -> tuple[PairPlan, ...]:
        """Those to demands that had none before are made afresh."""
        known = {row: one for row, one in enumerate(asked) if isinstance(one, PairPlan)}
        if not self._change.keys:
            answers = known
        else:
            told = self._told(known)
            sure = sum(spared(self._change, known[row], one) for row, one in told.items())
            self._planner = self._worth(len(told) - sure + len(asked) - len(known))
            optima = self._optima({row: known[row].demand for row in told})
            answers = {
                row: answered_again(self._planner, self._change, known[row], optima[row], touched)
                for row, touched in told.items()
            }
        return tuple(
            answers[row] if row in answers else self._planner.answer(_demand(one))
            for row, one in enumerate(asked)
        )

    def _worth(self, computed: int) -> PairPlanner:
        """The planner for so many answers that may have to be computed: with machine code where
        loading it is repaid."""
        network = self._after.network
        faster = _compiled(network, computed)
        if faster is network:
            return self._planner
        return PairPlanner(self._after.with_delays(faster), self._options)

    def _told(self, known: Mapping[int, PairPlan]) -> dict[int, Touched]:
        """How the change meets the pairs of which bounds tell something."""
        found: dict[int, Touched] = {}
        demands = {row: one.demand for row, one in known.items() if one.primary is not None}
        for costs, rows in self._kinds(demands):
            if costs.plain and costs.metric is not Metric.DELAY:
                met = self._touched(costs, [demands[row] for row in rows])
                found.update(zip(rows, met, strict=True))
        return found

    def _kinds(self, demands: Mapping[int, Demand]) -> Iterable[tuple[SteeringCosts, list[int]]]:
        """The rows of demands under the same costs."""
        kinds: dict[int, tuple[SteeringCosts, list[int]]] = {}
        for row, demand in demands.items():
            costs = self._planner.steering(demand)
            kinds.setdefault(id(costs), (costs, []))[1].append(row)
        return kinds.values()

    def _touched(self, costs: SteeringCosts, demands: Sequence[Demand]) -> Iterator[Touched]:
        """How the change meets some pairs under the same costs."""
        src, dst = _ends(self._after.network, demands)
        keys, joint = self._change.keys, self._joint.steering(demands[0])
        by_igp = crossing(self._after, keys, src, dst)
        by_igp |= crossing(self._before, keys, *_ends(self._before.network, demands))
        through_us = self._change.through_us(joint, *_ends(self._change.joint, demands))
        for row in range(len(demands)):
            over_us = costs.delay.from_node(int(src[row])) + costs.delay.to_node(int(dst[row]))
            yield Touched(float(through_us[row]), bool(by_igp[row]), over_us, self._rerouted)

    def _optima(self, demands: Mapping[int, Demand]) -> dict[int, Path | None]:
        """The best path of each."""
        found: dict[int, Path | None] = {}
        for costs, rows in self._kinds(demands):
            src, dst = _ends(self._after.network, [demands[row] for row in rows])
            ends = list(zip(src.tolist(), dst.tolist(), strict=True))
            paths = least_cost_paths(costs, ends, [demands[row].bound_us for row in rows])
            found.update(zip(rows, paths, strict=True))
        return found


def _demand(one: Demand | PairPlan) -> Demand:
    return one if isinstance(one, Demand) else one.demand


def _ends(network: Network, demands: Sequence[Demand]) -> tuple[IntArray, IntArray]:
    index = network.index
    rows = [(index[demand.src], index[demand.dst]) for demand in demands]
    src, dst = np.array(rows, dtype=np.int64).reshape(-1, 2).T.copy()
    return src, dst


def _compiled(network: Network, demands: int) -> Network:
    """The network as compiled code takes it, where so many demands repay that."""
    if network.compiled or not compiler.repays(demands * len(network.nodes)):
        return network
    warm_up()
    return replace(network, compiled=True)


def _igp(network: Network, demands: int) -> Igp:
    """The IGP of a network on which a plan of so many demands is followed. Machine code that is not
    loaded yet waits for what will have to be computed."""
    return Igp.of(_compiled(network, demands) if compiler.loaded() else network, ())


def _followed(before: Igp, network: Network, change: Change, demands: int) -> Igp:
    """The IGP after the change; where delays alone differ no distance is another."""
    if not same_distances(change, before.network, network):
        return _igp(network, demands)
    return before.with_delays(replace(network, compiled=before.network.compiled))
