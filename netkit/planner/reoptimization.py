"""Demands moved to other lists, so that more of them find room than came first and were served.

One exact step beyond the greedy order: of each demand's best lists one is chosen by an integer
program, such that every demand that is carried stays carried, most of those without room are too
(one of higher priority before any number of lower), and as few as can be are moved for it.

Choosing one list a demand under many capacities is a multiple-choice knapsack of many dimensions,
NP-hard; HiGHS decides it over the lists tried. Invariant: whatever is picked is held anew in a
ledger, in whole bits, before it counts, so the solver's tolerance cannot overbook a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import csr_array

from netkit.model.planning.plan import PairPlan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.reason import Cause
from netkit.planner.arrays import FloatArray
from netkit.planner.bandwidth.ledger import Ledger, Loads
from netkit.planner.network.igp import Igp
from netkit.planner.pair import PairPlanner

_LISTS = 8
"""Best paths of each demand that are tried."""

_NODE_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class _Choice:
    """One way to answer a demand, by the demand's place."""

    place: int
    answer: PairPlan
    loads: Loads
    moved: bool


def reoptimized(
    igp: Igp, options: PlanOptions, answers: Sequence[PairPlan]
) -> list[PairPlan] | None:
    """Answers in the same order of which more are carried, those carried before included; None
    where the lists tried allow no more. Demands that are split stay as they are."""
    late = [place for place, answer in enumerate(answers) if _lacks_room(answer)]
    if not late:
        return None
    empty = Ledger(igp, reserve_backups=options.reserve_backups)
    single = replace(options, joint=False, protect=False, alternatives=0)
    choices = _choices(empty, PairPlanner(igp, single), answers)
    if not any(choice.place in late for choice in choices):
        return None
    picked = _picked(empty, choices, answers, late)
    if picked is None or not any(choice.place in late for choice in picked):
        return None
    new = list(answers)
    for choice in picked:
        new[choice.place] = choice.answer
    return new


def _lacks_room(answer: PairPlan) -> bool:
    return answer.reason is not None and answer.reason.cause is Cause.CAPACITY


def _choices(empty: Ledger, planner: PairPlanner, answers: Sequence[PairPlan]) -> list[_Choice]:
    """What each demand has, and what else it could have on a network without the others."""
    found = []
    for place, answer in enumerate(answers):
        carried = answer.primary is not None
        if carried:
            found.append(_Choice(place, answer, empty.held_by(answer), moved=False))
        if answer.shares or not (carried or _lacks_room(answer)):
            continue
        arcs_without = empty.arcs_without(answer.demand.bandwidth_bps or 0)
        others = planner.variants(answer.demand, arcs_without, _LISTS)
        found.extend(
            _Choice(place, other, empty.held_by(other), moved=True)
            for other in others
            if answer.backup is None or other.backup is not None
        )
    return found


def _picked(
    ledger: Ledger, choices: list[_Choice], answers: Sequence[PairPlan], late: list[int]
) -> list[_Choice] | None:
    """The best choice for each demand, at most one each; None where none was proved to fit."""
    kept = [[choice.place == place for choice in choices] for place in range(len(answers))]
    least = np.array([float(answer.primary is not None) for answer in answers])
    most = np.array([float(bool(place in late or least[place])) for place in range(len(answers))])
    pools = sorted({pool for choice in choices for pool in choice.loads})
    shares = [
        [one.loads.get(pool, 0) / max(ledger.left(pool), 1) for one in choices] for pool in pools
    ]
    loads = csr_array(np.array(shares).reshape(len(pools), len(choices)))
    solved = milp(
        _worth(choices, answers, late),
        constraints=[
            LinearConstraint(csr_array(kept).astype(np.float64), least, most),
            LinearConstraint(loads, -np.inf, 1),
        ],
        integrality=np.ones(len(choices)),
        bounds=(0, 1),
        options={"mip_rel_gap": 0.0, "node_limit": _NODE_LIMIT},
    )
    if solved.x is None:
        return None
    picked = [choice for choice, taken in zip(choices, solved.x > 0.5, strict=True) if taken]
    for choice in picked:
        if ledger.overrun(choice.loads).any():
            return None
        ledger.reserve(choice.answer.demand, choice.loads)
    return picked


def _worth(choices: list[_Choice], answers: Sequence[PairPlan], late: list[int]) -> FloatArray:
    """What is minimised: a late demand counts more than all of lower priority and all moves."""
    ranks = sorted({answers[place].demand.priority for place in late}, reverse=True)
    weight = {priority: float((len(late) + 1) ** rank) for rank, priority in enumerate(ranks)}
    move = 1 / (2 * len(answers))
    gain = {place: weight[answers[place].demand.priority] for place in late}
    return np.array([move * one.moved - gain.get(one.place, 0.0) for one in choices])
