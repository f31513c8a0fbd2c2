"""Metrics of 0 and one-way links: what routers would do hop by hop, loops and all."""

from __future__ import annotations

import itertools
import math
from functools import cache

from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_topologies import BruteForce, Walk, cost, delay_us, topologies

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Constraints, Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.network.igp import Igp, next_hops
from netkit.planner.network.network import Network
from netkit.planner.plan import plan_demands

thorough = settings(max_examples=examples(150, one_in=3), suppress_health_check=list(HealthCheck))
zero = topologies(least_metric=0, one_way=True)


class HopByHop(BruteForce):
    """Follows next hops instead of whole paths, so that it sees loops."""

    def onward(self, node: str, dst: str) -> list[Walk]:
        least = min(map(cost, self.walks(node, dst)), default=math.inf)
        arcs = [arc for arc in self.topology.adjacencies if arc.src == node and arc.igp]
        return [
            (arc,)
            for arc in arcs
            if arc.metric + min(map(cost, self.walks(arc.dst, dst)), default=math.inf)
            == least
            < math.inf
        ]

    @cache  # noqa: B019
    def shortest(self, src: str, dst: str, algorithm: int = 0) -> list[Walk]:
        """All that may happen; nothing where a packet may loop."""
        found: list[Walk] = []
        queue: list[tuple[str, Walk]] = [(src, ())]
        while queue:
            node, walk = queue.pop()
            if node == dst:
                found.append(walk)
            elif node in {arc.src for arc in walk}:
                return []
            else:
                queue += [(hop[0].dst, (*walk, *hop)) for hop in self.onward(node, dst)]
        return found


@thorough
@given(zero)
def test_figures_of_the_igp(topology: Topology) -> None:
    igp, brute = Igp.of(Network.of(topology)), HopByHop(topology)
    table = next_hops(igp)
    for (i, src), (j, dst) in itertools.product(enumerate(topology.node), repeat=2):
        reached = brute.walks(src, dst)
        assert igp.distance[i, j] == min(map(cost, reached), default=math.inf)
        walks = brute.shortest(src, dst)
        loops = bool(reached) and not walks
        assert igp.worst_us[i, j] == max(map(delay_us, walks), default=math.inf)
        assert igp.paths[i, j] == (math.inf if loops else len(walks))
        if src != dst:
            expected = {hop[0].key for hop in brute.onward(src, dst)}
            assert {arc.key for arc in table[src].get(dst, ())} == expected


@thorough
@given(zero, st.integers(0, 40))
def test_lists_and_backups(topology: Topology, bound_us: int) -> None:
    brute = HopByHop(topology)
    lists = brute.lists(2)
    demands = [Demand(a, b, bound_us) for a, b in itertools.permutations(topology.node, 2)]
    for pair in plan_demands(topology, demands, PlanOptions(joint=False)).pairs:
        src, dst = pair.demand.src, pair.demand.dst
        fit = [
            (len(segments), cost(walks[0]), max(map(delay_us, walks)))
            for segments in lists
            if (walks := brute.branches(src, segments, dst))
            and max(map(delay_us, walks)) <= bound_us
        ]
        if pair.primary is None:
            assert not fit
            continue
        walks = brute.branches(src, pair.primary.segments, dst)
        key = (len(pair.primary.segments), cost(walks[0]), max(map(delay_us, walks)))
        assert key == min(fit, default=key)
        others = [] if pair.backup is None else brute.branches(src, pair.backup.segments, dst)
        assert (pair.backup is None) or (others and _apart(walks, others))
        if pair.backup is None:
            for segments in lists:
                others = brute.branches(src, segments, dst)
                fast = bool(others) and max(map(delay_us, others)) <= bound_us
                assert not (fast and _apart(walks, others))


@settings(thorough, max_examples=examples(60, one_in=3))
@given(zero, st.integers(0, 40))
def test_lists_over_a_waypoint(topology: Topology, bound_us: int) -> None:
    """A packet that reaches a node does not go on from there and come back, though that be free."""
    brute = HopByHop(topology)
    lists = brute.lists(2)
    asked = [
        Demand(src, dst, bound_us, constraints=Constraints(waypoints=(via,)))
        for src, dst, via in itertools.permutations(topology.node, 3)
    ]
    for pair in plan_demands(topology, asked, PlanOptions(backups=False, joint=False)).pairs:
        src, dst = pair.demand.src, pair.demand.dst
        (via,) = pair.demand.constraints.waypoints
        fit = [
            len(segments)
            for segments in lists
            if (walks := brute.branches(src, segments, dst))
            and max(map(delay_us, walks)) <= bound_us
            and all(via in {arc.dst for arc in walk} for walk in walks)
        ]
        if pair.primary is None:
            assert not fit
        else:
            walks = brute.branches(src, pair.primary.segments, dst)
            assert all(via in {arc.dst for arc in walk} for walk in walks)
            assert len(pair.primary.segments) <= min(fit, default=math.inf)


def _apart(walks: list[Walk], others: list[Walk]) -> bool:
    for one, other in itertools.product(walks, others):
        ends = {one[0].src, one[-1].dst}
        inner = [{arc.src for arc in w} | {arc.dst for arc in w} for w in (one, other)]
        risks = [{risk for arc in w for risk in arc.srlgs} for w in (one, other)]
        links = [{arc.link_id for arc in w} for w in (one, other)]
        if (inner[0] & inner[1]) - ends or risks[0] & risks[1] or links[0] & links[1]:
            return False
    return True
