"""The planner against brute force: distances, paths, lists, backups, certificates, verdicts."""

from __future__ import annotations

import math
import random
from unittest.mock import patch

from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_topologies import BruteForce, allowed, cost, delay_us, topologies

from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.verdict import Verdict
from netkit.planner.network.allowed_arcs import usable_arcs
from netkit.planner.network.igp import Igp, next_hops
from netkit.planner.network.network import Network
from netkit.planner.plan import plan_demands
from netkit.planner.proof.replay import Replay
from netkit.planner.search import cspf as constrained
from netkit.planner.search.cspf import least_cost_path
from netkit.planner.search.fewest_sids import fewest_sids
from netkit.planner.search.segment_costs import SteeringCosts

thorough = settings(
    max_examples=examples(150, one_in=3),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
bounds = st.integers(0, 40)
several_operators = st.integers(1, 3).flatmap(
    lambda operators: topologies(limits=True, operators=operators)
)


def igp_of(topology: Topology) -> Igp:
    return Igp.of(Network.of(topology))


@thorough
@given(topologies())
def test_distance_ecmp_count_and_worst_delay(topology: Topology) -> None:
    igp, brute = igp_of(topology), BruteForce(topology)
    for i, src in enumerate(topology.nodes):
        for j, dst in enumerate(topology.nodes):
            walks = brute.shortest(src.name, dst.name)
            assert igp.paths[i, j] == len(walks)
            assert igp.distance[i, j] == min(map(cost, walks), default=math.inf)
            assert igp.worst_us[i, j] == max(map(delay_us, walks), default=math.inf)


@thorough
@given(topologies())
def test_next_hops_are_the_first_steps_of_shortest_paths(topology: Topology) -> None:
    table, brute = next_hops(igp_of(topology)), BruteForce(topology)
    for src in topology.node:
        for dst in topology.node:
            expected = {walk[0].key for walk in brute.shortest(src, dst) if walk}
            assert {arc.key for arc in table[src].get(dst, ())} == expected


@thorough
@given(several_operators, bounds, st.sampled_from((0, constrained.PATIENCE)))
def test_least_cost_path_under_the_bound(topology: Topology, bound_us: int, patience: int) -> None:
    with patch.object(constrained, "PATIENCE", patience):
        check_least_cost_paths(topology, bound_us)


def check_least_cost_paths(topology: Topology, bound_us: int) -> None:
    igp, brute = igp_of(topology), BruteForce(topology)
    network = igp.network
    for i, src in enumerate(topology.node):
        for j, dst in enumerate(topology.node):
            if i == j:
                continue
            fit = [
                (cost(walk), delay_us(walk))
                for walk in brute.walks(src, dst, igp_only=False)
                if delay_us(walk) <= bound_us and allowed(topology, src, dst, walk)
            ]
            costs = SteeringCosts.of(igp, usable_arcs(network, i, j))
            path = least_cost_path(costs, i, j, bound_us)
            assert (path and (path.cost, path.delay_us)) == min(fit, default=None)


@settings(max_examples=examples(60, one_in=3))
@given(st.integers(0, 10**6))
def test_the_better_bound_changes_no_answer(seed: int) -> None:
    """On graphs in which costs and delays pull apart, so that many labels are settled."""
    rng = random.Random(seed)
    nodes = tuple(Node(f"n{i}", Role.CITY, i + 1) for i in range(40))
    links = []
    for number in range(140):
        a, b = rng.sample(nodes, 2)
        slow = rng.randint(0, 30)
        dear = 30 - slow + rng.randint(0, 9)
        links.append(Link(f"l{number}", a.name, b.name, slow, slow, dear, dear))
    igp = igp_of(Topology("apart", nodes, tuple(links)))
    costs = SteeringCosts.of(igp, igp.network.igp)
    least_us = costs.delay.to_node(1)[0]
    bound_us = int(least_us * rng.uniform(1.0, 3.0)) if math.isfinite(least_us) else 0
    found = []
    for patience in (math.inf, 0):
        with patch.object(constrained, "PATIENCE", patience):
            path = least_cost_path(costs, 0, 1, bound_us)
            found.append(None if path is None else (path.cost, path.delay_us))
    assert found[0] == found[1]


@thorough
@given(several_operators, bounds, st.none() | st.integers(1, 3))
def test_fewest_sids_that_guarantee_the_bound(
    topology: Topology, bound_us: int, max_sids: int | None
) -> None:
    igp, brute = igp_of(topology), BruteForce(topology)
    network = igp.network
    lists = brute.lists(2)
    for i, src in enumerate(topology.node):
        for j, dst in enumerate(topology.node):
            if i == j:
                continue
            fit = []
            for segments in lists:
                walks = brute.branches(src, segments, dst)
                worst = max(map(delay_us, walks), default=math.inf)
                if (
                    worst <= bound_us
                    and brute.accepted(src, segments, dst)
                    and len(segments) < (max_sids or 99)
                    and all(allowed(topology, src, dst, walk) for walk in walks)
                ):
                    fit.append((len(segments), cost(walks[0]), worst))
            costs = SteeringCosts.of(igp, usable_arcs(network, i, j))
            found = fewest_sids(costs, i, j, bound_us, max_sids)
            if found is None:
                assert not fit
                continue
            walks = brute.branches(src, found, dst)
            key = (len(found), cost(walks[0]), max(map(delay_us, walks)))
            assert key == min(fit, default=key)
            assert brute.accepted(src, found, dst)


@thorough
@given(several_operators, bounds)
def test_certificates_and_backups(topology: Topology, bound_us: int) -> None:
    brute = BruteForce(topology)
    demands = [
        Demand(src, dst, bound_us) for src in topology.node for dst in topology.node if src != dst
    ]
    for pair in plan_demands(topology, demands).pairs:
        src, dst = pair.demand.src, pair.demand.dst
        assert (pair.verdict is Verdict.PASS) == (pair.primary is not None)
        assert (pair.reason is None) == (pair.primary is not None)
        if pair.primary is None:
            continue
        walks = brute.branches(src, pair.primary.segments, dst)
        certificate = pair.primary.certificate
        assert certificate.guaranteed_us == max(map(delay_us, walks)) <= bound_us
        assert certificate.best_us == min(map(delay_us, walks)) == pair.primary.path.delay_us
        assert certificate.branches == len(walks)
        assert set(certificate.links) == {arc.key for walk in walks for arc in walk}

        def clear(
            segments: tuple[object, ...],
            walks: list[tuple[object, ...]] = walks,
            src: str = src,
            dst: str = dst,
        ) -> bool:
            others = brute.branches(src, segments, dst)
            fit = bool(others) and max(map(delay_us, others)) <= bound_us
            inner = {arc.dst for walk in walks for arc in walk} - {dst}
            return fit and all(
                allowed(topology, src, dst, other)
                and all(
                    arc.link_id not in {a.link_id for walk in walks for a in walk}
                    and not arc.srlgs & {risk for walk in walks for a in walk for risk in a.srlgs}
                    and not {arc.src, arc.dst} & (inner - {src})
                    for arc in other
                )
                for other in others
            )

        if pair.backup is not None:
            assert clear(pair.backup.segments)
        else:
            assert pair.backup_reason
            accepted = [s for s in brute.lists(2) if brute.accepted(src, s, dst)]
            assert not any(clear(segments) for segments in accepted)


@thorough
@given(topologies(), st.data())
def test_replay_of_any_list(topology: Topology, data: st.DataObject) -> None:
    igp, brute = igp_of(topology), BruteForce(topology)
    src, dst = (data.draw(st.sampled_from(sorted(topology.node))) for _ in range(2))
    segments = data.draw(st.sampled_from(brute.lists(2)))
    walks = brute.branches(src, segments, dst)
    if walks:
        certificate = Replay(igp, src, segments, dst).certificate
        assert certificate.guaranteed_us == max(map(delay_us, walks))
        assert certificate.branches == len(walks)
