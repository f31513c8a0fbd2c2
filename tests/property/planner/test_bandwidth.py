"""Reservation against brute force: each demand exact on what is left, no link over-reserved."""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter

from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_topologies import BruteForce, Walk, allowed, delay_us, topologies

from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.reason import Cause
from netkit.model.srv6.segment_list import Behavior, CandidatePath, Segment
from netkit.planner.plan import plan_demands

Key = tuple[str, str]
Load = Counter[Key]


@st.composite
def crowded(draw: st.DrawFn) -> tuple[Topology, list[Demand]]:
    topology = draw(st.integers(1, 2).flatmap(lambda many: topologies(operators=many)))
    capacity = st.none() | st.integers(1, 9)
    links = tuple(dataclasses.replace(one, capacity_bps=draw(capacity)) for one in topology.links)
    ends = st.sampled_from(list(itertools.permutations(topology.node, 2)))
    wanted = draw(st.lists(ends, min_size=1, max_size=5))
    demands = [
        Demand(
            *pair,
            draw(st.integers(0, 30)),
            bandwidth_bps=draw(st.integers(1, 5)),
            priority=draw(st.sampled_from([0, 3, 7])),
        )
        for pair in wanted
    ]
    return dataclasses.replace(topology, links=links), demands


def load(brute: BruteForce, src: str, segments: tuple[Segment, ...], dst: str, bps: int) -> Load:
    """The bandwidth once for every leg that may cross a link."""
    found, at = Load(), src
    for segment in segments:
        found.update({arc.key for walk in brute.shortest(at, segment.node) for arc in walk})
        at = segment.node
        if segment.kind is Behavior.END_X:
            key = (segment.link or "", segment.node)
            found.update({key})
            at = brute.topology.adjacency[key].dst
    found.update({arc.key for walk in brute.shortest(at, dst) for arc in walk})
    return Load({key: times * bps for key, times in found.items()})


def fits(wanted: Load, left: dict[Key, int]) -> bool:
    return all(left[key] >= bps for key, bps in wanted.items())


def apart(one: list[Walk], other: list[Walk]) -> bool:
    for a, b in itertools.product(one, other):
        inner = [{arc.dst for arc in walk[:-1]} for walk in (a, b)]
        risks = [{risk for arc in walk for risk in arc.srlgs} for walk in (a, b)]
        links = [{arc.link_id for arc in walk} for walk in (a, b)]
        if any(first & second for first, second in (inner, risks, links)):
            return False
    return True


def good_lists(brute: BruteForce, demand: Demand) -> list[tuple[Segment, ...]]:
    src, dst = demand.src, demand.dst
    found = []
    for segments in brute.lists(2):
        walks = brute.branches(src, segments, dst)
        if walks and all(
            delay_us(walk) <= demand.bound_us and allowed(brute.topology, src, dst, walk)
            for walk in walks
        ):
            found.append(segments)
    return found


@settings(max_examples=examples(150, one_in=3), suppress_health_check=list(HealthCheck))
@given(crowded(), st.booleans())
def test_each_demand_is_exact_on_what_is_left(
    case: tuple[Topology, list[Demand]], reserve_backups: bool
) -> None:
    topology, demands = case
    plan = plan_demands(topology, demands, PlanOptions(reserve_backups=reserve_backups))
    left = _capacities(topology)
    brute, held = BruteForce(topology), Load()
    for number in sorted(range(len(demands)), key=lambda n: (demands[n].priority, n)):
        demand, answer = demands[number], plan.pairs[number]
        src, dst, bps = demand.src, demand.dst, demand.bandwidth_bps or 0

        def needs(segments: tuple[Segment, ...], bps: int = bps, ends: Key = (src, dst)) -> Load:
            return load(brute, ends[0], segments, ends[1], bps)

        good = good_lists(brute, demand)
        room = [segments for segments in good if fits(needs(segments), left)]
        if answer.primary is None:
            assert not room
            assert answer.reason is not None
            if good:
                _explained(topology, demands, number, plan, brute, left, good, reserve_backups)
            continue
        own = answer.primary.segments
        assert fits(needs(own), left)
        assert len(own) <= min(map(len, room), default=len(own))
        taken = needs(own)
        walks = brute.branches(src, own, dst)
        if answer.backup is not None:
            assert apart(walks, brute.branches(src, answer.backup.segments, dst))
            assert fits(needs(answer.backup.segments), left)
            if reserve_backups:
                taken += needs(answer.backup.segments)
        else:
            assert not any(apart(walks, brute.branches(src, one, dst)) for one in room)
        assert fits(taken, left)
        held += taken
        for key, amount in taken.items():
            left[key] -= amount
    assert {(r.pool.owner, r.pool.node): r.reserved_bps for r in plan.reservations or ()} == held


def _explained(
    topology: Topology,
    demands: list[Demand],
    number: int,
    plan: Plan,
    brute: BruteForce,
    left: dict[Key, int],
    good: list[tuple[Segment, ...]],
    reserve_backups: bool,
) -> None:
    """Capacity is named, and what would fit really fits and is the most."""
    reason, demand = plan.pairs[number].reason, demands[number]
    assert reason is not None
    assert reason.cause is Cause.CAPACITY
    assert reason.shortages
    for one in range(1, demand.bandwidth_bps or 0):
        loads = (load(brute, demand.src, segments, demand.dst, one) for segments in good)
        if any(fits(wanted, left) for wanted in loads):
            assert (reason.fits_bps or 0) >= one
    if reason.fits_bps is not None:
        fewer = dataclasses.replace(demand, bandwidth_bps=reason.fits_bps)
        others = [*demands[:number], fewer, *demands[number + 1 :]]
        again = plan_demands(topology, others, PlanOptions(reserve_backups=reserve_backups))
        found: CandidatePath | None = again.pairs[number].primary
        assert found is not None


@st.composite
def packed(draw: st.DrawFn) -> tuple[Topology, list[Demand]]:
    """Several ways between three nodes, and demands of which not all find room in their order."""
    nodes = tuple(Node(name, Role.CITY, i) for i, name in enumerate("abc", start=1))
    links = tuple(
        Link(
            f"{a}{b}{i}", a, b, 1, 1, draw(st.integers(1, 3)), 1,
            capacity_bps=draw(st.integers(1, 6)),
        )
        for a, b in itertools.combinations("abc", 2)
        for i in range(draw(st.integers(1, 2)))
    )  # fmt: skip
    ends = st.sampled_from([("a", "b"), ("a", "c"), ("a", "c")])
    demands = [
        Demand(*pair, draw(st.integers(1, 2)), bandwidth_bps=draw(st.integers(1, 5)))
        for pair in draw(st.lists(ends, min_size=2, max_size=4))
    ]
    return Topology("packed", nodes, links), demands


@settings(max_examples=examples(150, one_in=3), suppress_health_check=list(HealthCheck))
@given(packed())
def test_moving_demands_carries_as_many_as_any_choice_of_paths(
    case: tuple[Topology, list[Demand]],
) -> None:
    topology, demands = case
    greedy, moved = (
        plan_demands(topology, demands, PlanOptions(backups=False, repack=repack))
        for repack in (False, True)
    )
    carried = [pair.primary is not None for pair in moved.pairs]
    stay = [pair.primary is not None for pair in greedy.pairs]
    assert all(now for now, before in zip(carried, stay, strict=True) if before)
    brute, free = BruteForce(topology), _capacities(topology)
    held = Load()
    for pair in moved.pairs:
        if pair.primary is not None:
            demand = pair.demand
            own = pair.primary.segments
            held += load(brute, demand.src, own, demand.dst, demand.bandwidth_bps or 0)
    assert fits(held, free)
    assert {(r.pool.owner, r.pool.node): r.reserved_bps for r in moved.reservations or ()} == held
    ways = [
        [
            Load({arc.key: demand.bandwidth_bps or 0 for arc in walk})
            for walk in brute.walks(demand.src, demand.dst, igp_only=False)
            if delay_us(walk) <= demand.bound_us and allowed(topology, demand.src, demand.dst, walk)
        ]
        for demand in demands
    ]
    for choice in itertools.product(*([None, *way] for way in ways)):
        taken = [way for way in choice if way is not None]
        kept = all(way is not None for way, before in zip(choice, stay, strict=True) if before)
        if kept and fits(sum(taken, Load()), free):
            assert len(taken) <= sum(carried)


def _capacities(topology: Topology) -> dict[Key, int]:
    return {a.key: topology.link[a.link_id].capacity_bps or 0 for a in topology.adjacencies}
