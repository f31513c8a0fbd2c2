"""The k best paths, each with a list that takes no other, against brute force."""

from __future__ import annotations

import itertools

from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_topologies import BruteForce, allowed, cost, delay_us, topologies

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Constraints, Demand, Metric
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.plan import plan_demands

measures = {Metric.IGP: cost, Metric.DELAY: delay_us, Metric.HOPS: len}


@settings(max_examples=examples(150, one_in=3), suppress_health_check=list(HealthCheck))
@given(
    st.integers(1, 2).flatmap(lambda many: topologies(operators=many, one_way=True)),
    st.integers(0, 40),
    st.integers(1, 6),
    st.sampled_from(list(measures)),
    st.none() | st.integers(1, 4),
)
def test_the_k_best_paths_that_lists_can_hold(
    topology: Topology, bound_us: int, wanted: int, metric: Metric, max_hops: int | None
) -> None:
    brute, measure = BruteForce(topology), measures[metric]
    asked = Constraints(metric=metric, max_hops=max_hops)
    demands = [
        Demand(a, b, bound_us, constraints=asked)
        for a, b in itertools.permutations(topology.node, 2)
    ]
    plan = plan_demands(
        topology, demands, PlanOptions(backups=False, max_sids=3, alternatives=wanted)
    )
    for answer in plan.pairs:
        src, dst = answer.demand.src, answer.demand.dst
        held = {
            walks[0]
            for segments in brute.lists(2)
            if len(walks := brute.branches(src, segments, dst)) == 1
        }
        best = sorted(
            (measure(walk), delay_us(walk))
            for walk in brute.walks(src, dst, igp_only=False)
            if delay_us(walk) <= bound_us
            and allowed(topology, src, dst, walk)
            and len(walk) <= (max_hops or 99)
            and walk in held
        )
        found = [brute.branches(src, candidate.segments, dst) for candidate in answer.alternatives]
        assert all(len(walks) == 1 for walks in found)
        assert [(measure(walk), delay_us(walk)) for (walk,) in found] == best[:wanted]
        assert len({walk for (walk,) in found}) == len(found)
        if answer.primary is not None:
            assert (answer.alternatives_reason is None) == (len(found) == wanted)
