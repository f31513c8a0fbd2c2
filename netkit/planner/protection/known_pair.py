"""The best disjoint pairs, all of them, where a search finds that out soon."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from netkit.model.planning.demand import Demand
from netkit.model.srv6.segment_list import Certificate
from netkit.planner.arrays import BoolArray, Way
from netkit.planner.network.network import Network
from netkit.planner.protection.best_pairs import Legs, best_pairs
from netkit.planner.search.segment_costs import SteeringCosts, within_reach

Pair = tuple[Certificate, Certificate]
"""Two paths as what they cross, the faster first."""

_BUDGET = 1000
"""Steps of the faster path that are tried from either end before the solver is asked."""


def known_pairs(costs: SteeringCosts, demand: Demand) -> list[Pair] | None:
    """All pairs of least total delay inside the bound, the faster path first: none where two
    disjoint paths do not exist; None where this search cannot tell."""
    network = costs.igp.network
    if not costs.plain:
        return None
    src, dst = network.index[demand.src], network.index[demand.dst]
    bound_us = float(demand.bound_us)
    _, fits = within_reach(costs, src, dst, bound_us)
    fits = fits & (network.head != src) & (network.tail != dst)
    if (network.delay_us[fits] <= 0).any():
        return None
    for way, start, end in _both_ways(costs, fits, src, dst):
        found = _searched(network, way, start, end, bound_us)
        if found is not None:
            return [(_leg(network, faster), _leg(network, slower)) for faster, slower in found]
    return None


def _searched(
    network: Network, way: Way, start: int, end: int, bound_us: float
) -> list[Legs] | None:
    if not network.compiled:
        return best_pairs(way, start, end, bound_us, _BUDGET)
    from netkit.planner.compiled.two_paths import KNOWN, two_paths

    how, found = two_paths(way, network.risks[2], start, end, bound_us, _BUDGET)
    if how != KNOWN:
        return None
    legs = [arcs[arcs >= 0].tolist() for arcs in found]
    return list(zip(legs[::2], legs[1::2], strict=True))


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


def _leg(network: Network, arcs: list[int]) -> Certificate:
    """A path as what it crosses."""
    delay_us = int(network.delay_us[arcs].sum())
    crossed = [network.arcs[arc] for arc in arcs]
    nodes = {end for arc in crossed for end in (arc.src, arc.dst)}
    keys = tuple(sorted(arc.key for arc in crossed))
    return Certificate(delay_us, delay_us, 1, keys, tuple(sorted(nodes)))
