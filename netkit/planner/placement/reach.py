"""How far a site is from a city: the least delay that certified lists guarantee, both ways.

The least guaranteed delay of some list, not the least delay of some path: what a tier may promise.
Routers are tried in order of least delay, until that alone exceeds the best list found.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from netkit.model.placement.workload import Reach, Site
from netkit.model.planning.demand import Constraints, Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.segment_list import CandidatePath
from netkit.planner.network.igp import Igp
from netkit.planner.search.candidate_path import PathComputation
from netkit.planner.search.fewest_sids import least_guaranteed_us
from netkit.planner.search.segment_costs import SteeringCosts, steering

_Ends = tuple[str, str]


class Reaches:
    """Reaches on one network; what was computed once is kept."""

    def __init__(self, igp: Igp, options: PlanOptions) -> None:
        self._igp = igp
        self._options = options
        self._costs: dict[tuple[int, int], SteeringCosts] = {}
        self._best: dict[_Ends, Reach | None] = {}

    def best(self, city: Site, site: Site) -> Reach | None:
        """Over the two routers between which the worse direction is least; None without a way.

        Ties go to routers of one operator, then to their names.
        """
        key = city.name, site.name
        if key not in self._best:
            self._best[key] = self._over(list(product(city.nodes, site.nodes)), None)
        return self._best[key]

    def clear_of(self, first: Reach, city: Site, site: Site) -> Reach | None:
        """The same by lists that share no link, node or SRLG with ``first``, on any branch.

        The router of the city may be the same: both start there.
        """
        own = {first.city_node, first.site_node}
        ends = [
            (city_node, site_node)
            for city_node, site_node in product(city.nodes, site.nodes)
            if site_node not in own or city_node == site_node
        ]
        return self._over(ends, first)

    def _over(self, ends: list[_Ends], first: Reach | None) -> Reach | None:
        """The best of ``ends``: the most promising are measured first, and one pair certified."""
        nodes, index = self._igp.network.nodes, self._igp.network.index
        best: tuple[float, bool, str, str] = np.inf, False, "", ""
        for fastest_us, (city_node, site_node) in sorted((self._fastest_us(e), e) for e in ends):
            if fastest_us > best[0]:
                break
            ways = (city_node, site_node), (site_node, city_node)
            worst_us = max(self._least_us(way, first) for way in ways)
            a, b = nodes[index[city_node]], nodes[index[site_node]]
            best = min(best, (worst_us, a.operator != b.operator, city_node, site_node))
        least_us, _, city_node, site_node = best
        if not np.isfinite(least_us):
            return None
        there = self._list((city_node, site_node), first)
        return Reach(city_node, site_node, there, self._list((site_node, city_node), first))

    def _fastest_us(self, ends: _Ends) -> float:
        """What no list between the two can beat in its worse direction."""
        src, dst = (self._igp.network.index[name] for name in ends)
        there, back = self._steering(ends, None), self._steering(ends[::-1], None)
        return float(max(there.delay.to_node(dst)[src], back.delay.to_node(src)[dst]))

    def _least_us(self, way: _Ends, first: Reach | None) -> float:
        if way[0] == way[1]:
            return 0.0
        src, dst = (self._igp.network.index[name] for name in way)
        return least_guaranteed_us(self._steering(way, first), src, dst, self._options.max_sids)

    def _list(self, way: _Ends, first: Reach | None) -> CandidatePath | None:
        if way[0] == way[1]:
            return None
        bound_us = int(self._least_us(way, first))
        costs, demand = self._steering(way, first), Demand(*way, bound_us)
        return PathComputation(costs, demand, self._options).certified_list()

    def _steering(self, way: _Ends, first: Reach | None) -> SteeringCosts:
        network = self._igp.network
        src, dst = (network.index[name] for name in way)
        key = int(network.operator[src]), int(network.operator[dst])
        if key not in self._costs:
            self._costs[key] = steering(self._igp, Demand(*way, 0), Constraints())
        costs = self._costs[key]
        for leg in () if first is None else (first.there, first.back):
            if leg is not None:
                costs = costs.clear_of(leg.certificate, Demand(*way, 0))
        return costs
