"""Two disjoint lists: found where brute force over pairs of paths finds one, and only there."""

from __future__ import annotations

import itertools

from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_topologies import BruteForce, Walk, allowed, delay_us, topologies

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.segment_list import CandidatePath
from netkit.planner.plan import plan_demands


def apart(one: Walk, other: Walk) -> bool:
    inner = [{arc.dst for arc in walk[:-1]} for walk in (one, other)]
    risks = [{risk for arc in walk for risk in arc.srlgs} for walk in (one, other)]
    links = [{arc.link_id for arc in walk} for walk in (one, other)]
    return all(first.isdisjoint(second) for first, second in (inner, risks, links))


@settings(max_examples=examples(150, one_in=3), suppress_health_check=list(HealthCheck))
@given(st.integers(1, 2).flatmap(lambda many: topologies(operators=many)), st.integers(0, 40))
def test_a_disjoint_pair_is_found_exactly_where_one_exists(
    topology: Topology, bound_us: int
) -> None:
    brute = BruteForce(topology)
    demands = [Demand(a, b, bound_us) for a, b in itertools.permutations(topology.node, 2)]
    for answer in plan_demands(topology, demands, PlanOptions(protect=True)).pairs:
        src, dst = answer.demand.src, answer.demand.dst
        fit = [
            walk
            for walk in brute.walks(src, dst, igp_only=False)
            if delay_us(walk) <= bound_us and allowed(topology, src, dst, walk)
        ]
        exists = any(apart(one, other) for one, other in itertools.combinations(fit, 2))
        assert exists == (answer.backup is not None)
        if answer.primary is None or answer.backup is None:
            assert answer.primary is None or answer.disjoint_pair_reason
            continue
        for one, other in itertools.product(
            _walks(brute, answer.primary), _walks(brute, answer.backup)
        ):
            assert apart(one, other)
            assert max(delay_us(one), delay_us(other)) <= bound_us


def _walks(brute: BruteForce, candidate: CandidatePath) -> list[Walk]:
    nodes = candidate.path.nodes
    return brute.branches(nodes[0], candidate.segments, nodes[-1])
