"""Failures against brute force on the topology without what failed, and repairs hop by hop."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator

from examples import examples
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
from netkit.planner.protection.failure_sweep import single_failures, survival
from netkit.planner.protection.ti_lfa import Failed, Reconverged, Repair, Repairs

thorough = settings(max_examples=examples(100, one_in=3), suppress_health_check=list(HealthCheck))


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
    network = igp.network
    found = survival(igp, plan)
    brute = BruteForce(topology)
    for failure in found.failures:
        left = BruteForce(without(topology, failure))
        gone = Failed.by(failure, network)
        repairs = Repairs(igp, gone.arcs, Reconverged(igp, gone.arcs))
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
                assert effect.repair == _Packet(brute, network, gone, repairs, planned).outcome()


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


class _Packet:
    """A packet of the primary on every old shortest path, repaired wherever the next arc is gone.

    Each repair by itself is held to brute force in the test below.
    """

    def __init__(
        self, brute: BruteForce, network: Network, gone: Failed, repairs: Repairs, pair: PairPlan
    ) -> None:
        assert pair.primary is not None
        self.brute, self.network, self.repairs, self.pair = brute, network, repairs, pair
        self.lost = {network.arcs[arc].key for arc in gone.links}
        self.gone = {network.nodes[number].name for number in gone.nodes}
        self.segments, self.sids = pair.primary.segments, pair.primary.most_sids

    def outcome(self) -> Outcome:
        """Lost if one branch is, else as late as the latest, and with the most SIDs at once."""
        branches = list(self._from(self.pair.demand.src, 0))
        if None in branches:
            return Outcome(Verdict.BREACH)
        worst_us = max(us for us, _ in branches)
        extra = max(sids for _, sids in branches)
        verdict = Verdict.PASS if worst_us <= self.pair.demand.bound_us else Verdict.BREACH
        return Outcome(verdict, worst_us, self.sids + extra, Carrier.PRIMARY)

    def _from(self, at: str, done: int) -> Iterator[tuple[int, int] | None]:
        """Delay and repair SIDs of each branch from here; None for one that is lost."""
        if done == len(self.segments):
            target, algorithm = self.pair.demand.dst, 0
        else:
            target, algorithm = self.segments[done].node, self.segments[done].algorithm
        for walk in self.brute.shortest(at, target, algorithm):
            yield from self._along(walk, target, algorithm, done)

    def _along(
        self, walk: Walk, target: str, algorithm: int, done: int
    ) -> Iterator[tuple[int, int] | None]:
        whole = list(itertools.takewhile(lambda arc: arc.key not in self.lost, walk))
        step: tuple[int, int] | None = (delay_us(tuple(whole)), 0)
        if len(whole) < len(walk):
            step = self._later(step, self._repair(walk[len(whole)].src, target, algorithm, False))
        for ahead in self._arrived(target, done) if step else [None]:
            yield self._later(step, ahead)

    def _arrived(self, target: str, done: int) -> Iterator[tuple[int, int] | None]:
        """At the end of a segment: over its link if it has one, and on with the next segment."""
        if done == len(self.segments):
            yield (0, 0)
            return
        segment = self.segments[done]
        if segment.kind is not Behavior.END_X:
            yield from self._from(target, done + 1)
            return
        arc = self.brute.topology.adjacency[(segment.link or "", target)]
        step: tuple[int, int] | None = (arc.delay_us, 0)
        if arc.key in self.lost:
            step = self._repair(target, arc.dst, segment.algorithm, True)
        for ahead in self._from(arc.dst, done + 1) if step else [None]:
            yield self._later(step, ahead)

    def _repair(self, at: str, to: str, algorithm: int, land: bool) -> tuple[int, int] | None:
        if to in self.gone:
            return None
        index, plane = self.network.index, self.repairs.plane(algorithm)
        repair = plane.repair(index[at], index[to], land=land)
        return None if repair is None else (repair.worst_us, repair.sids)

    @staticmethod
    def _later(
        step: tuple[int, int] | None, ahead: tuple[int, int] | None
    ) -> tuple[int, int] | None:
        """One after the other: delays add up, of repair SIDs those of one repair are on at once."""
        if step is None or ahead is None:
            return None
        return step[0] + ahead[0], max(step[1], ahead[1])


@thorough
@given(st.integers(0, 1).flatmap(lambda many: topologies(planes=many)), st.data())
def test_repairs_keep_clear_of_the_failure_on_the_old_tables(
    topology: Topology, data: st.DataObject
) -> None:
    igp = Igp.of(Network.of(topology))
    network, brute = igp.network, BruteForce(topology)
    failure = data.draw(st.sampled_from(list(single_failures(network))))
    gone, left = Failed.by(failure, network), BruteForce(without(topology, failure))
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
