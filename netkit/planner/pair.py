"""One demand to one answer: optimum, certified primary and backup, or the reason why not.

The order of work for every demand: the best path there is, the list that guarantees the bound, the
backup disjoint from it, both together where that fails, alternatives. Each step is exact by its own
search; nothing here searches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netkit.model.planning.demand import Constraints, Demand
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.reason import Reason
from netkit.model.srv6.segment_list import CandidatePath, Path, Share
from netkit.model.verdict import Verdict
from netkit.planner.arrays import BoolArray
from netkit.planner.bandwidth.ledger import Ledger
from netkit.planner.network.allowed_arcs import shut_nodes
from netkit.planner.network.igp import Igp
from netkit.planner.optima import shared_optima
from netkit.planner.proof.certify import certify
from netkit.planner.proof.replay import KnownLegs, Requirements
from netkit.planner.protection.protected import protected
from netkit.planner.search.alternatives import best_lists, with_alternatives
from netkit.planner.search.candidate_path import PathComputation, evidence, floor_of
from netkit.planner.search.cspf import least_cost_path
from netkit.planner.search.segment_costs import SteeringCosts, steering

if TYPE_CHECKING:
    from netkit.planner.bandwidth.weighted_lists import Split


_MOST_LEGS = 2_000
"""Legs of replayed lists that are kept; to be over that means to begin again."""


class _Kind(NamedTuple):
    """Demands of the same constraints: which nodes may only be ends, (n,), and what steps cost, by
    the operators of the ends and by those of the ends that others must not visit."""

    shut: list[bool]
    costs: dict[object, SteeringCosts]


class PairPlanner:
    """Plans demands on one network; what demands of the same kind share is computed once."""

    def __init__(self, igp: Igp, options: PlanOptions) -> None:
        self._igp = igp
        self._options = options
        self._operator = igp.network.operator.tolist()
        self._kinds: dict[Constraints, _Kind] = {}
        self._legs: KnownLegs = {}

    def answer(self, demand: Demand, arcs_without: BoolArray | None = None) -> PairPlan:
        """Plan one demand, both ends of which are in the network, without the arcs ``arcs_without``
        (m,) room for it; where these are what binds, the reason is left to whoever knows them."""
        asked = self.asked(demand)
        if arcs_without is not None:
            asked = asked.without_arcs(arcs_without)
        best = least_cost_path(asked.costs, *asked.ends, demand.bound_us)
        return self._with_lists(asked, best, explained=arcs_without is None)

    def answers(self, demands: Sequence[Demand]) -> Iterator[PairPlan]:
        """Plan demands as :meth:`answer` does, in their order. Those of one source that follow each
        other share the search for their best paths."""
        for _, several in groupby(demands, key=lambda demand: demand.src):
            asked = [self.asked(demand) for demand in several]
            best = shared_optima(asked)
            for place, one in enumerate(asked):
                if place not in best:
                    best[place] = least_cost_path(one.costs, *one.ends, one.demand.bound_us)
                yield self._with_lists(one, best.pop(place), explained=True)

    def _with_lists(
        self, asked: PathComputation, best: Path | None, *, explained: bool
    ) -> PairPlan:
        """The answer whose optimum is ``best``; ``explained``: why there is no list, if so."""
        self._forget_legs()
        demand, primary = asked.demand, asked.certified_list()
        answer = PairPlan(
            demand,
            Verdict.BREACH if primary is None else Verdict.PASS,
            floor_of(self._igp, demand),
            best,
            primary,
            unsteered=self.unsteered(demand, primary),
        )
        if primary is None:
            return replace(answer, reason=Reason(evidence(asked))) if explained else answer
        if self._options.backups:
            answer = protected(asked, answer, primary)
        return with_alternatives(asked, answer)

    def variants(self, demand: Demand, arcs_without: BoolArray, many: int) -> Iterator[PairPlan]:
        """Answers without the arcs ``arcs_without`` (m,): the usual one, then by the best paths."""
        usual = self.answer(demand, arcs_without)
        if usual.primary is None:
            return
        yield usual
        if demand.constraints.waypoints:
            return
        asked = self.asked(demand).without_arcs(arcs_without)
        plain = replace(usual, backup=None, backup_reason=None)
        for held in best_lists(asked, many)[0]:
            answer = replace(plain, primary=held)
            yield protected(asked, answer, held) if self._options.backups else answer

    def split(self, demand: Demand, ledger: Ledger, apart: Sequence[Share] = ()) -> Split:
        """``demand`` over several lists, on what a ledger has left; each of them disjoint from all
        of the lists ``apart``."""
        from netkit.planner.bandwidth.weighted_lists import Splitter

        asked = self.asked(demand)
        for share in apart:
            asked = asked.clear_of(share.candidate.certificate)
        return Splitter(asked, ledger).split()

    def asked(self, demand: Demand) -> PathComputation:
        """What the lists of a demand are found from."""
        self._forget_legs()
        return PathComputation(self.steering(demand), demand, self._options, self._legs)

    def steering(self, demand: Demand) -> SteeringCosts:
        """What steps cost a demand: one object for all demands of a kind."""
        index = self._igp.network.index
        src, dst = index[demand.src], index[demand.dst]
        kind = self._kinds.get(demand.constraints)
        if kind is None:
            shut = shut_nodes(self._igp.network, demand.constraints) | self._igp.network.overload
            kind = self._kinds[demand.constraints] = _Kind(shut.tolist(), {})
        only_end = kind.shut
        key = (
            self._operator[src], self._operator[dst],
            src if only_end[src] else None, dst if only_end[dst] else None,
        )  # fmt: skip
        if key not in kind.costs:
            kind.costs[key] = steering(self._igp, demand, demand.constraints)
        return kind.costs[key]

    def unsteered(
        self, demand: Demand, primary: CandidatePath | None = None
    ) -> CandidatePath | None:
        """Where the IGP takes the packet; None where it does not, or where ECMP may loop. It is
        ``primary`` itself, if that is known and has no segments."""
        if primary is not None and not (primary.segments or primary.usid):
            return primary
        src, dst = (self._igp.network.index[end] for end in (demand.src, demand.dst))
        if not np.isfinite(self._igp.worst_us[src, dst]):
            return None
        self._forget_legs()
        ends = demand.src, demand.dst
        return certify(self._igp, ends, (), Requirements(np.inf), known=self._legs)

    def _forget_legs(self) -> None:
        if len(self._legs) > _MOST_LEGS:
            self._legs.clear()
