"""Pairs in danger planned anew on the measured network, and all others left as they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.upkeep import Pair, Replanned
from netkit.planner.reaction.danger import tightened_us
from netkit.planner.replan.replanner import Replanner


class Answers:
    """Demands answered with ``options`` on a network that changes, each time from the last."""

    def __init__(self, options: PlanOptions) -> None:
        self.options = options
        self._following: Replanner | None = None

    def on(self, measured: Topology, demands: Sequence[Demand]) -> tuple[PairPlan, ...]:
        """The answers on the network as it was measured, those of a plan made afresh."""
        if self._following is None:
            nothing = Plan(measured.name, "", ())
            self._following = Replanner(measured, nothing, self.options)
        return self._following.planned_on(measured, demands).pairs


def replanned(
    plan: Plan,
    measured: Topology,
    pairs: Collection[Pair],
    answers: Answers,
    margin_percent: float,
) -> Replanned:
    """New lists for ``pairs`` that leave the margin of their bounds, or else keep these barely.

    Where demands share bandwidth or numbers of binding SIDs the whole is planned anew, since none
    of them stands by itself. A pair for which there is no list keeps the one that it has: no worse
    than none.
    """
    whole = plan.reservations is not None or answers.options.binding_sids
    # By their places: several demands between the same ends have a policy each.
    places = [place for place, pair in enumerate(plan.pairs) if whole or _ends(pair) in pairs]
    asked = [plan.pairs[place] for place in places]
    found = dict(zip(places, _tight(asked, measured, answers, margin_percent), strict=True))
    new = tuple(_kept_or_new(pair, found.get(place)) for place, pair in enumerate(plan.pairs))
    changed = tuple(
        dict.fromkeys(
            _ends(after)
            for before, after in zip(plan.pairs, new, strict=True)
            if _lists(before) != _lists(after)
        )
    )
    left = tuple(pair for pair in sorted(pairs) if pair not in changed)
    return Replanned(replace(plan, pairs=new), changed, left)


def _tight(
    asked: Sequence[PairPlan], measured: Topology, answers: Answers, margin_percent: float
) -> Sequence[PairPlan]:
    tight = [_tightened(pair.demand, margin_percent) for pair in asked]
    found = answers.on(measured, tight)
    barely = [place for place, answer in enumerate(found) if not answer.primary]
    again = answers.on(measured, [asked[place].demand for place in barely])
    whole = [replace(answer, demand=pair.demand) for pair, answer in zip(asked, found, strict=True)]
    for place, answer in zip(barely, again, strict=True):
        whole[place] = answer
    return whole


def _tightened(demand: Demand, margin_percent: float) -> Demand:
    """The color of a policy is its bound unless stated: a tighter one must not make it another."""
    color = demand.bound_us if demand.color is None else demand.color
    return replace(demand, bound_us=tightened_us(demand.bound_us, margin_percent), color=color)


def _kept_or_new(before: PairPlan, answer: PairPlan | None) -> PairPlan:
    return before if answer is None or answer.primary is None else answer


def _ends(pair: PairPlan) -> Pair:
    return (pair.demand.src, pair.demand.dst)


def _lists(pair: PairPlan) -> list[object]:
    return [one.segments for one in pair.configured]
