"""A bound on what a path still costs that knows how little delay is left.

The path of least cost may be late, and the least cost still to come says nothing of that. For any
multiplier p/q the least sum of cost + p/q delay, less p/q times the delay that is left, bounds the
cost from below; LARAC finds the multiplier with the best such bound (Jüttner et al., INFOCOM 2001).
Costs and delays are whole numbers, so all of this is exact: a bound, never a guess.

Invariant: the two paths at hand, one in time and one too late, both of least weight for the last
multiplier or for cost and delay alone, enclose the best multiplier. O(m + n log n) a multiplier.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np

from netkit.planner.arrays import FloatArray, Weights
from netkit.planner.search.segment_costs import SteeringCosts

ROUNDS = 3
"""Multipliers that are tried; any of them bounds, and the best is mostly found by then."""

_EXACT = 2**53
"""Sums below this are whole numbers in floats too."""


@dataclass(frozen=True, slots=True)
class Multiplier:
    """Prices a delay of ``q`` at a cost of ``p``; ``left`` holds the least sums of q cost + p delay
    from every node to the destination."""

    p: int
    q: int
    bound_us: int
    left: list[float]

    def cost_left(self, node: int, delay_us: int) -> float:
        """Least cost of the way from ``node`` after ``delay_us``, if it is to be in time."""
        return -((self.p * (self.bound_us - delay_us) - self.left[node]) // self.q)


def best_multiplier(costs: SteeringCosts, src: int, dst: int, bound_us: float) -> Multiplier | None:
    """The multiplier with the best bound from ``src``.

    None where least costs alone are the best bound there is, or where no path is in time, or where
    costs are no whole numbers. O(m + n log n) for each of the multipliers that are tried.
    """
    cost, delay_us = costs.arc_cost, costs.igp.network.delay_us
    if cost.dtype.kind != "i" or not np.isfinite(bound_us):
        return None
    cheap = _least(costs, cost, costs.cost.to_node(dst), src, dst)
    quick = _least(costs, delay_us, costs.delay.to_node(dst), src, dst)
    if cheap is None or quick is None or cheap[1] <= bound_us or quick[1] > bound_us:
        return None
    best = None
    for _ in range(ROUNDS):
        p, q = quick[0] - cheap[0], cheap[1] - quick[1]
        p, q = p // gcd(p, q), q // gcd(p, q)
        weight = q * cost + p * delay_us
        if int(weight.max()) * len(costs.igp.network.nodes) >= _EXACT:
            break
        left = costs.towards.least(weight, dst)
        best = Multiplier(p, q, int(bound_us), left.tolist())
        found = _least(costs, weight, left, src, dst)
        if found is None or q * found[0] + p * found[1] == q * cheap[0] + p * cheap[1]:
            break
        if found[1] <= bound_us:
            quick = found
        else:
            cheap = found
    return best


def _least(
    costs: SteeringCosts, weight: Weights, left: FloatArray, src: int, dst: int
) -> tuple[int, int] | None:
    """Cost and delay of a path of least ``weight``, of which ``left`` (n,) is still to come.

    None where there is no path, or where arcs of weight 0 led astray.
    """
    network, cost, delay_us = costs.igp.network, 0, 0
    if not np.isfinite(left[src]):
        return None
    node, seen = src, {src}
    while node != dst:
        for arc, head, _, _ in network.leaving[node]:
            onward = weight[arc] + left[head] == left[node] and costs.allowed[arc]
            if onward and head not in seen:
                break
        else:
            return None
        cost, delay_us = cost + int(costs.arc_cost[arc]), delay_us + int(network.delay_us[arc])
        node = head
        seen.add(node)
    return cost, delay_us
