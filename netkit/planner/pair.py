"""One demand to one answer: optimum, certified primary and backup, or the reason why not.

The order of work for every demand: the best path there is, the list that guarantees the bound, the
backup disjoint from it, both together where that fails, alternatives. Each step is exact by its own
search; nothing here searches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from netkit.model.planning.absent_lists import (
    BackupObstacle,
    BackupReason,
    Disjointness,
    DisjointPairReason,
    PairObstacle,
)
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.reason import Reason
from netkit.model.srv6.segment_list import CandidatePath, Certificate, DisjointPair, Share
from netkit.model.verdict import Verdict
from netkit.planner.bandwidth.ledger import Ledger
from netkit.planner.bandwidth.weighted_lists import Split, Splitter
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import BoolArray
from netkit.planner.proof.certify import certify
from netkit.planner.proof.replay import Requirements
from netkit.planner.protection.disjoint_pair import disjoint_paths
from netkit.planner.search.alternatives import best_lists, with_alternatives
from netkit.planner.search.candidate_path import certified_list, evidence, floor_of, least_us
from netkit.planner.search.cspf import least_cost_path
from netkit.planner.search.segment_costs import SteeringCosts, shut_nodes, steering


class PairPlanner:
    """Plans demands on one network; what demands of the same kind share is computed once."""

    def __init__(self, igp: Igp, options: PlanOptions) -> None:
        self._igp = igp
        self._options = options
        self._costs: dict[object, SteeringCosts] = {}

    def answer(self, demand: Demand, arcs_without: BoolArray | None = None) -> PairPlan:
        """Plan one demand, both ends of which are in the network, without the arcs ``arcs_without``
        (m,) room for it; where these are what binds, the reason is left to whoever knows them."""
        igp = self._igp
        src, dst = igp.network.index[demand.src], igp.network.index[demand.dst]
        costs = self._steering(demand, src, dst)
        if arcs_without is not None:
            costs = costs.without_arcs(arcs_without)
        answer = PairPlan(
            demand,
            Verdict.BREACH,
            floor_of(igp, demand),
            least_cost_path(costs, src, dst, demand.bound_us),
            unsteered=self._unsteered(demand, src, dst),
        )
        primary = certified_list(costs, demand, self._options)
        if primary is None:
            if arcs_without is not None:
                return answer
            return replace(answer, reason=Reason(evidence(costs, demand, self._options)))
        answer = replace(answer, verdict=Verdict.PASS, primary=primary)
        if self._options.backups:
            answer = self._protected(costs, answer, primary)
        return with_alternatives(costs, answer, self._options)

    def _protected(
        self, costs: SteeringCosts, answer: PairPlan, primary: CandidatePath
    ) -> PairPlan:
        """``answer`` with the primary's backup; or why there is none, and what there is instead."""
        options, demand = self._options, answer.demand
        backups = _Backups(costs, primary.certificate, demand, options)
        spare = backups.best()
        if spare is not None:
            return replace(answer, backup=spare)
        answer = replace(answer, backup_reason=backups.why_none())
        if not options.joint:
            return answer
        pair = self._disjoint_pair(costs, demand)
        if not isinstance(pair, DisjointPair):
            return replace(answer, disjoint_pair_reason=pair)
        answer = replace(answer, disjoint_pair=pair)
        if not options.protect:
            return answer
        return replace(answer, primary=pair.primary, backup=pair.backup, backup_reason=None)

    def _disjoint_pair(
        self, costs: SteeringCosts, demand: Demand
    ) -> DisjointPair | DisjointPairReason:
        """The pair of least total delay as lists of fewest SIDs: one that keeps clear of one of the
        two best paths, then one that keeps clear of that list; or why there is none."""
        legs = disjoint_paths(costs, demand)
        if isinstance(legs, DisjointPairReason):
            return legs
        for other in reversed(legs):
            primary = certified_list(costs.clear_of(other, demand), demand, self._options)
            if primary is not None:
                backup = _Backups(costs, primary.certificate, demand, self._options).best()
                if backup is not None:
                    return DisjointPair(primary, backup)
        return DisjointPairReason(PairObstacle.SID_LIMIT, demand.bound_us)

    def variants(self, demand: Demand, arcs_without: BoolArray, many: int) -> Iterator[PairPlan]:
        """Answers without the arcs ``arcs_without`` (m,): the usual one, then by the best paths."""
        usual = self.answer(demand, arcs_without)
        if usual.primary is None:
            return
        yield usual
        if demand.constraints.waypoints:
            return
        ends = [self._igp.network.index[name] for name in (demand.src, demand.dst)]
        costs = self._steering(demand, *ends).without_arcs(arcs_without)
        plain = replace(usual, backup=None, backup_reason=None)
        for held in best_lists(costs, demand, self._options, many)[0]:
            answer = replace(plain, primary=held)
            yield self._protected(costs, answer, held) if self._options.backups else answer

    def split(self, demand: Demand, ledger: Ledger, apart: Sequence[Share] = ()) -> Split:
        """``demand`` over several lists, on what a ledger has left; each of them disjoint from all
        of the lists ``apart``."""
        index = self._igp.network.index
        costs = self._steering(demand, index[demand.src], index[demand.dst])
        for share in apart:
            costs = costs.clear_of(share.candidate.certificate, demand)
        return Splitter(costs, demand, ledger, self._options).split()

    def _steering(self, demand: Demand, src: int, dst: int) -> SteeringCosts:
        network, asked = self._igp.network, demand.constraints
        shut = shut_nodes(network, asked) | network.overload
        ends = tuple(end if shut[end] else None for end in (src, dst))
        key = int(network.operator[src]), int(network.operator[dst]), asked, ends
        if key not in self._costs:
            self._costs[key] = steering(self._igp, demand, asked)
        return self._costs[key]

    def _unsteered(self, demand: Demand, src: int, dst: int) -> CandidatePath | None:
        """Where the IGP takes the packet; None where it does not, or where ECMP may loop."""
        if not np.isfinite(self._igp.worst_us[src, dst]):
            return None
        return certify(self._igp, (demand.src, demand.dst), (), Requirements(np.inf))


_WEAKER = (Disjointness(srlgs=False), Disjointness(nodes=False), Disjointness(False, False))


class _Backups:
    """The search for a backup of ``primary``, within what ``costs`` allow the demand."""

    def __init__(
        self,
        costs: SteeringCosts,
        primary: Certificate,
        demand: Demand,
        options: PlanOptions,
    ) -> None:
        self._costs = costs
        self._primary = primary
        self._demand = demand
        self._options = options
        self._full = costs.clear_of(primary, demand)

    def best(self) -> CandidatePath | None:
        """The backup with the fewest SIDs inside the bound, replayed; None where none exists."""
        return certified_list(self._full, self._demand, self._options)

    def why_none(self) -> BackupReason:
        """What keeps a fully disjoint backup away, and the nearest thing that exists."""
        bound_us = self._demand.bound_us
        if not self._costs.plain:
            return BackupReason(BackupObstacle.CONSTRAINTS, bound_us)
        best_us = least_us(self._full, self._demand, self._options)
        if best_us <= bound_us:
            return BackupReason(BackupObstacle.BINDING_SID, bound_us, int(best_us))
        if np.isfinite(best_us):
            return BackupReason(BackupObstacle.DELAY, bound_us, int(best_us))
        for kind in _WEAKER:
            clear = self._costs.clear_of(self._primary, self._demand, kind)
            found = certified_list(clear, self._demand, self._options)
            if found is not None:
                took_us = found.certificate.guaranteed_us
                return BackupReason(BackupObstacle.SHARED_RISK, bound_us, took_us, kind)
        return BackupReason(BackupObstacle.LINKS, bound_us)
