"""Which pairs of a plan are in danger on the network as it was measured."""

from __future__ import annotations

from collections.abc import Iterable

from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.upkeep import Danger
from netkit.planner.reaction.held_lists import HeldLists


def in_danger(plan: Plan, held: HeldLists, margin_percent: float) -> tuple[Danger, ...]:
    """Every pair that has less than the margin of its bound left on the network as it is measured.

    What each list holds there is that of all its ECMP branches; a pair without a list is in none.
    """
    found = (_danger(held, pair, margin_percent) for pair in plan.pairs if pair.primary is not None)
    return tuple(one for one in found if one is not None)


def _danger(held: HeldLists, pair: PairPlan, margin_percent: float) -> Danger | None:
    demand = pair.demand
    ends = (demand.src, demand.dst)
    now_us = [held.guaranteed_us(ends, one.segments) for one in pair.configured]
    limit_us = tightened_us(demand.bound_us, margin_percent)
    if all(delay is not None and delay <= limit_us for delay in now_us):
        return None
    planned_us = max(one.certificate.guaranteed_us for one in pair.configured)
    if planned_us > limit_us and _worst(now_us) == planned_us:
        return None  # it was planned with as little left, and nothing has changed
    return Danger(ends, demand.bound_us, planned_us, _worst(now_us))


def _worst(delays_us: Iterable[int | None]) -> int | None:
    known = list(delays_us)
    return None if None in known else max(one for one in known if one is not None)


def tightened_us(bound_us: int, margin_percent: float) -> int:
    """What a list may take so that the margin is left.

    >>> tightened_us(20_000, 5)
    19000
    """
    return int(bound_us * (100 - margin_percent) // 100)
