"""Failures against brute force on the topology without what failed, and repairs hop by hop."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_topologies import BruteForce, Walk, delay_us, topologies

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.survival import Carrier, Effect, Failure, FailureKind, Outcome
from netkit.model.srv6.segment_list import Behavior, Segment
from netkit.model.verdict import Verdict
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.plan import plan_demands
from netkit.planner.protection.failure_sweep import failed, single_failures, survival
from netkit.planner.protection.ti_lfa import Reconverged, Repair, Repairs

thorough = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def without(topology: Topology, failure: Failure) -> Topology:
    def lost(name: str, ends: set[str], srlgs: frozenset[str]) -> bool:
        return {
            FailureKind.LINK: name == failure.name,
            FailureKind.NODE: failure.name in ends,
            FailureKind.SRLG: failure.name in srlgs,
        }[failure.kind]

    links = tuple(
        link for link in topology.links if not lost(link.id, {link.a, link.b}, link.srlgs)
    )
    return dataclasses.replace(topology, links=links)


@thorough
@given(
    st.tuples(st.integers(1, 2), st.integers(0, 1)).flatmap(
        lambda drawn: topologies(operators=drawn[0], planes=drawn[1])
    ),
    st.integers(5, 60),
)
def test_every_single_failure_of_every_pair(topology: Topology, bound_us: int) -> None:
    demands = [Demand(a, b, bound_us) for a, b in itertools.permutations(topology.node, 2)]
    plan = plan_demands(topology, demands, PlanOptions(algorithms=tuple(topology.flex_algo)))
    igp = Igp.of(Network.of(topology))
    found = survival(igp, plan)
    brute = BruteForce(topology)
    for failure in found.failures:
        left = BruteForce(without(topology, failure))
        for pair in found.pairs:
            planned = plan.pair[(pair.demand.src, pair.demand.dst)]
            if failure.kind is FailureKind.NODE and failure.name in (
                pair.demand.src,
                pair.demand.dst,
            ):
                continue
            effect = next((e for e in pair.effects if e.failure == failure), None)
            if effect is None:
                assert _walks(brute, planned) == _walks(left, planned)
            else:
                _check(left, planned, effect)


def _walks(brute: BruteForce, planned: PairPlan) -> object:
    assert planned.primary is not None
    walks = brute.branches(planned.demand.src, planned.primary.segments, planned.demand.dst)
    return [[arc.key for arc in walk] for walk in walks]


def _check(left: BruteForce, planned: PairPlan, effect: Effect) -> None:
    demand, backup = planned.demand, planned.backup
    expected = Outcome(Verdict.BREACH)
    lists = [(Carrier.PRIMARY, planned.primary), (Carrier.BACKUP, backup)]
    for carrier, segments in [
        *((carrier, found.segments) for carrier, found in lists if found), (Carrier.IGP, ()),
    ]:  # fmt: skip
        links = [(s.link, s.node) for s in segments if s.kind is Behavior.END_X]
        names = {segment.node for segment in segments}
        if effect.failure.name in names or not set(links) <= set(left.topology.adjacency):
            continue
        walks = left.branches(demand.src, segments, demand.dst)
        if walks:
            worst_us = max(map(delay_us, walks))
            verdict = Verdict.PASS if worst_us <= demand.bound_us else Verdict.BREACH
            expected = Outcome(verdict, worst_us, len(segments) + 1, carrier)
            break
    assert effect.reconverged == expected
    assert effect.backup.worst_us == (backup and backup.certificate.guaranteed_us)
    if effect.repair.worst_us is not None:
        assert effect.repair.worst_us >= min(
            map(delay_us, left.walks(demand.src, demand.dst, igp_only=False))
        )


@thorough
@given(st.integers(0, 1).flatmap(lambda many: topologies(planes=many)), st.data())
def test_repairs_keep_clear_of_the_failure_on_the_old_tables(
    topology: Topology, data: st.DataObject
) -> None:
    igp = Igp.of(Network.of(topology))
    network, brute = igp.network, BruteForce(topology)
    failure = data.draw(st.sampled_from(list(single_failures(network))))
    gone, left = failed(network, failure), BruteForce(without(topology, failure))
    algorithm = data.draw(st.sampled_from([0, *topology.flex_algo]))
    repairs = Repairs(igp, gone.arcs, Reconverged(igp, gone.arcs)).plane(algorithm)
    lost = {network.arcs[arc].key for arc in gone.links}
    for node, target in itertools.permutations(topology.node, 2):
        if failure.kind is FailureKind.NODE and failure.name in (node, target):
            continue
        for land in (False, True):
            repair = repairs.repair(network.index[node], network.index[target], land=land)
            assert (repair is None) == (not left.shortest(node, target, algorithm))
            if repair is not None:
                walks = list(_repaired(brute, network, repair, (node, target), algorithm))
                assert not lost & {arc.key for walk in walks for arc in walk}
                assert repair.worst_us == max(map(delay_us, walks))
                assert repair.sids == len(repair.steps)


def _repaired(
    brute: BruteForce, network: Network, repair: Repair, ends: tuple[str, str], algorithm: int
) -> Iterator[Walk]:
    node, target = ends
    handed = tuple(network.arcs[arc] for arc in repair.handed)
    at = handed[-1].dst if handed else node
    active = Segment(Behavior.END, target, None, algorithm)
    segments = (*_segments(network, repair, algorithm), active)
    assert all(brute.has_sid(segment) for segment in segments)
    for walk in brute.branches(at, segments, target):
        yield (*handed, *walk)


def _segments(network: Network, repair: Repair, algorithm: int) -> tuple[Segment, ...]:
    nodes, arcs = network.nodes, network.arcs
    return tuple(
        Segment(Behavior.END, nodes[number].name, None, algorithm)
        if kind == 0
        else Segment(Behavior.END_X, arcs[number].src, arcs[number].link_id, algorithm)
        for kind, number in repair.steps
    )
