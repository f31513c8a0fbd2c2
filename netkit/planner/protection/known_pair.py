"""The best disjoint pairs, all of them, where compiled search finds that out soon."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from netkit.model.planning.demand import Demand
from netkit.model.srv6.segment_list import Certificate
from netkit.planner.arrays import BoolArray, IntArray
from netkit.planner.compiled.slower_path import Way
from netkit.planner.compiled.two_paths import KNOWN, two_paths
from netkit.planner.network.network import Network
from netkit.planner.search.segment_costs import SteeringCosts, within_reach

Pair = tuple[Certificate, Certificate]
"""Two paths as what they cross, the faster first."""

_BUDGET = 300
"""Slower paths that are searched from either end before the solver is asked."""


def known_pairs(costs: SteeringCosts, demand: Demand) -> list[Pair] | None:
    """All pairs of least total delay inside the bound, the faster path first: none where two
    disjoint paths do not exist; None where this search cannot tell."""
    network = costs.igp.network
    if not network.compiled or not costs.plain:
        return None
    src, dst = network.index[demand.src], network.index[demand.dst]
    bound_us = float(demand.bound_us)
    _, fits = within_reach(costs, src, dst, bound_us)
    fits = fits & (network.head != src) & (network.tail != dst)
    if (network.delay_us[fits] <= 0).any():
        return None
    for way, start, end in _both_ways(costs, fits, src, dst):
        how, found = two_paths(way, network.risks[2], start, end, bound_us, _BUDGET)
        if how == KNOWN:
            legs = [_leg(network, arcs[arcs >= 0]) for arcs in found]
            return list(zip(legs[::2], legs[1::2], strict=True))
    return None


def _both_ways(
    costs: SteeringCosts, fits: BoolArray, src: int, dst: int
) -> Iterator[tuple[Way, int, int]]:
    """What is looked at from either end: where the risks lie that stand against a pair is not
    known, and near the start they are soon met."""
    network = costs.igp.network
    delay_us = network.delay_us.astype(np.float64)
    (arcs, starts), left_us = network.outgoing, costs.delay.to_node(dst)
    ends, risks = (network.tail, network.head), network.risks[:2]
    yield Way(starts, arcs, *ends, delay_us, fits, left_us, *risks), src, dst
    (arcs, starts), left_us = network.incoming, costs.delay.from_node(src)
    yield Way(starts, arcs, *ends[::-1], delay_us, fits, left_us, *risks), dst, src


def _leg(network: Network, arcs: IntArray) -> Certificate:
    """A path as what it crosses."""
    delay_us = int(network.delay_us[arcs].sum())
    crossed = [network.arcs[arc] for arc in arcs.tolist()]
    nodes = {end for arc in crossed for end in (arc.src, arc.dst)}
    keys = tuple(sorted(arc.key for arc in crossed))
    return Certificate(delay_us, delay_us, 1, keys, tuple(sorted(nodes)))
