"""Flexible Algorithms against brute force: planes, lists that mix them, and their certificates."""

from __future__ import annotations

import dataclasses
import itertools
import math

import numpy as np
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_topologies import (
    BruteForce,
    Walk,
    allowed,
    cost,
    delay_us,
    far_ends,
    ladders,
    topologies,
)

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand, Metric
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.network.allowed_arcs import usable_arcs
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.plan import plan_demands
from netkit.planner.proof.replay import Replay
from netkit.planner.search.fewest_sids import fewest_sids, least_guaranteed_us
from netkit.planner.search.segment_costs import SteeringCosts

thorough = settings(max_examples=examples(120, one_in=3), suppress_health_check=list(HealthCheck))
meshes = ladders() | st.tuples(st.integers(1, 2), st.booleans()).flatmap(
    lambda drawn: topologies(limits=drawn[1], operators=drawn[0], one_way=True, planes=2)
)
bounds = st.integers(0, 40)


def te_metric(walk: Walk) -> int:
    """A link without a TE metric has its IGP metric."""
    return sum(arc.metric if arc.te_metric is None else arc.te_metric for arc in walk)


objective = {
    Metric.IGP: cost, Metric.DELAY: delay_us, Metric.HOPS: len, Metric.TE: te_metric,
}  # fmt: skip


def igp_of(topology: Topology) -> Igp:
    return Igp.of(Network.of(topology))


@thorough
@given(meshes)
def test_each_plane_has_its_own_distances_branches_and_worst_delays(topology: Topology) -> None:
    igp, brute = igp_of(topology), BruteForce(topology)
    for (i, src), (j, dst) in itertools.product(enumerate(topology.node), repeat=2):
        for algorithm in topology.flex_algo:
            plane, walks = igp.plane(algorithm), brute.shortest(src, dst, algorithm)
            assert plane.paths[i, j] == len(walks)
            assert plane.worst_us[i, j] == max(map(delay_us, walks), default=math.inf)


@thorough
@given(meshes, bounds, st.none() | st.integers(1, 3), st.sampled_from(list(objective)), st.data())
def test_mixed_lists_are_the_best_there_are(
    topology: Topology, bound_us: int, max_sids: int | None, metric: Metric, data: st.DataObject
) -> None:
    igp, brute = igp_of(topology), BruteForce(topology)
    src, dst = data.draw(far_ends(topology))
    i, j = igp.network.index[src], igp.network.index[dst]
    # Planes that leave out what a list must not cross are what makes them worth their SIDs.
    shut = data.draw(st.frozensets(st.sampled_from(["red", "blue"]), max_size=1))
    fit: list[tuple[int, int, int]] = []
    least = math.inf
    for segments in brute.lists(2):
        walks = brute.branches(src, segments, dst)
        if (
            walks
            and brute.accepted(src, segments, dst)
            and len(segments) < (max_sids or 99)
            and all(allowed(topology, src, dst, walk) for walk in walks)
            and not any(arc.admin_groups & shut for walk in walks for arc in walk)
        ):
            worst = max(map(delay_us, walks))
            least = min(least, worst)
            if worst <= bound_us:
                fit.append((len(segments), max(map(objective[metric], walks)), worst))
    usable = usable_arcs(igp.network, i, j)
    forbidden = np.array([bool(arc.admin_groups & shut) for arc in igp.network.arcs])
    costs = SteeringCosts.of(igp, usable, forbidden, metric)
    promised = least_guaranteed_us(costs, i, j, max_sids)
    assert promised == least or (promised < least and (max_sids or 99) > 3)
    found = fewest_sids(costs, i, j, bound_us, max_sids)
    if found is None:
        assert not fit
        return
    walks = brute.branches(src, found, dst)
    worst, most = max(map(delay_us, walks)), max(map(objective[metric], walks))
    assert worst <= bound_us
    assert brute.accepted(src, found, dst)
    assert all(brute.has_sid(segment) for segment in found)
    assert all(allowed(topology, src, dst, walk) for walk in walks)
    assert not any(arc.admin_groups & shut for walk in walks for arc in walk)
    key = (len(found), most, worst)
    assert key == min(fit, default=key)


@thorough
@given(meshes, st.data())
def test_replay_of_any_mixed_list(topology: Topology, data: st.DataObject) -> None:
    igp, brute = igp_of(topology), BruteForce(topology)
    src, dst = (data.draw(st.sampled_from(sorted(topology.node))) for _ in range(2))
    segments = data.draw(st.sampled_from(brute.lists(2)))
    walks = brute.branches(src, segments, dst)
    if walks:
        certificate = Replay(igp, src, segments, dst).certificate
        assert certificate.guaranteed_us == max(map(delay_us, walks))
        assert certificate.branches == len(walks)


@thorough
@given(meshes, st.integers(0, 60))
def test_lists_stay_in_algorithm_0_unless_others_are_asked_for(
    topology: Topology, bound_us: int
) -> None:
    plain = dataclasses.replace(topology, flex_algos=())
    demands = [Demand(a, b, bound_us) for a, b in itertools.permutations(topology.node, 2)]
    assert plan_demands(topology, demands) == plan_demands(plain, demands)
    for pair in plan_demands(topology, demands, PlanOptions(algorithms=(128,))).pairs:
        if pair.primary is not None:
            assert {segment.algorithm for segment in pair.primary.segments} <= {0, 128}
