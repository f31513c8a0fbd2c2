"""Weighted lists against a linear program over all paths, enumerated."""

from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from small_topologies import BruteForce, Walk, allowed, cost, delay_us, topologies

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.reservation import SplitObstacle
from netkit.model.planning.sr_policy import policy_paths
from netkit.model.srv6.segment_list import Share
from netkit.planner.plan import plan_demands


@st.composite
def narrow(draw: st.DrawFn) -> tuple[Topology, Demand]:
    topology = draw(st.integers(1, 2).flatmap(lambda many: topologies(operators=many)))
    links = [
        dataclasses.replace(
            one,
            id=f"{one.id}{copy}",
            delay_ab_us=draw(st.integers(1, 9)),
            metric_ab=draw(st.integers(1, 3)),
            capacity_bps=draw(st.integers(1, 7)),
        )
        for one in topology.links
        for copy in "xy"[: draw(st.integers(1, 2))]
    ]
    unstated = {one.id for one in draw(st.lists(st.sampled_from(links), max_size=1))}
    links = [
        dataclasses.replace(one, capacity_bps=None) if one.id in unstated else one for one in links
    ]
    src, dst = draw(st.sampled_from([(one.a, one.b) for one in links]))
    demand = Demand(src, dst, draw(st.integers(10, 60)), bandwidth_bps=draw(st.integers(3, 16)))
    return dataclasses.replace(topology, links=tuple(links)), demand


@settings(max_examples=examples(250, one_in=3), suppress_health_check=list(HealthCheck))
@given(narrow(), st.sampled_from([2, 3, 20]))
def test_a_split_is_found_exactly_where_the_program_over_all_paths_has_one(
    case: tuple[Topology, Demand], share: int
) -> None:
    topology, demand = case
    brute, src, dst = BruteForce(topology), demand.src, demand.dst
    bps, room = demand.bandwidth_bps or 0, _room(topology)
    walks = [
        walk
        for walk in brute.walks(src, dst, igp_only=False)
        if delay_us(walk) <= demand.bound_us and allowed(topology, src, dst, walk)
    ]
    plan = plan_demands(topology, [demand], PlanOptions(backups=False, share=share))
    answer = plan.pairs[0]
    most = _optimum(walks, room, [-1.0] * len(walks), bps, exactly=False)
    if answer.primary is None:
        if walks and most is not None and -most >= bps - 1e-6:
            assert share < 20
            refused = answer.reason.evidence.split
            assert (refused.obstacle, refused.most_lists) == (SplitObstacle.LISTS, share)
        return
    if not answer.shares:
        return
    assert -most >= bps - 1e-6
    whole = sum(one.weight for one in answer.shares)
    assert 2 <= len(answer.shares) <= share
    load = dict.fromkeys(room, 0)
    spent = 0
    for one in answer.shares:
        (walk,) = brute.branches(src, one.candidate.segments, dst)
        assert walk in walks
        spent += one.weight * cost(walk)
        for arc in walk:
            load[arc.key] += one.weight * bps
    assert all(load[key] <= room[key] * whole for key in room)
    least = _optimum(walks, room, [float(cost(walk)) for walk in walks], bps, exactly=True)
    if share == 20:
        assert np.isclose(spent * bps / whole, least)
    held = {(r.pool.owner, r.pool.node): r.reserved_bps for r in plan.reservations or ()}
    assert held == {key: -(-bits // whole) for key, bits in load.items() if bits}


@settings(max_examples=examples(250, one_in=3), suppress_health_check=list(HealthCheck))
@given(narrow(), st.booleans())
def test_a_split_has_a_split_backup_exactly_where_disjoint_walks_have_room_for_all_of_it(
    case: tuple[Topology, Demand], reserve_backups: bool
) -> None:
    topology, demand = case
    brute, src, dst = BruteForce(topology), demand.src, demand.dst
    bps, room = demand.bandwidth_bps or 0, _room(topology)
    plan = plan_demands(topology, [demand], PlanOptions(share=20, reserve_backups=reserve_backups))
    answer = plan.pairs[0]
    if not answer.shares:
        assert not answer.backup_shares
        return
    assert answer.backup is None
    primary, held = _split(brute, demand, answer.shares)
    left = {key: room[key] - held.get(key, 0) for key in room}
    apart = [
        walk
        for walk in brute.walks(src, dst, igp_only=False)
        if delay_us(walk) <= demand.bound_us
        and allowed(topology, src, dst, walk)
        and not any(_share_something(walk, other, {src, dst}) for other in primary)
    ]
    most = _optimum(apart, left, [-1.0] * len(apart), bps, exactly=False)
    if not answer.backup_shares:
        assert answer.backup_reason
        assert most is None or -most < bps - 1e-6
        return
    assert answer.backup_reason is None
    backup, also = _split(brute, demand, answer.backup_shares)
    assert set(backup) <= set(apart)
    assert all(also[key] <= left[key] for key in also)
    expected = held | also if reserve_backups else held
    assert {
        (r.pool.owner, r.pool.node): r.reserved_bps for r in plan.reservations or ()
    } == expected
    paths = policy_paths(answer)
    assert [one.lists for one in paths[:2]] == [answer.shares, answer.backup_shares]


def _split(
    brute: BruteForce, demand: Demand, shares: tuple[Share, ...]
) -> tuple[list[Walk], dict[tuple[str, str], int]]:
    """The walks of a split, and the bits a second that it puts on each link, rounded up."""
    whole, walks, load = sum(one.weight for one in shares), [], Counter[tuple[str, str]]()
    for one in shares:
        (walk,) = brute.branches(demand.src, one.candidate.segments, demand.dst)
        walks.append(walk)
        for arc in walk:
            load[arc.key] += one.weight * (demand.bandwidth_bps or 0)
    return walks, {key: -(-bits // whole) for key, bits in load.items()}


def _share_something(one: Walk, other: Walk, ends: set[str]) -> bool:
    nodes = [{n for arc in walk for n in (arc.src, arc.dst)} - ends for walk in (one, other)]
    links = [{arc.link_id for arc in walk} for walk in (one, other)]
    risks = [{risk for arc in walk for risk in arc.srlgs} for walk in (one, other)]
    return any(a & b for a, b in (nodes, links, risks))


def _room(topology: Topology) -> dict[tuple[str, str], int]:
    return {arc.key: topology.link[arc.link_id].capacity_bps or 0 for arc in topology.adjacencies}


def _optimum(
    walks: list[Walk],
    room: dict[tuple[str, str], int],
    objective: list[float],
    bps: int,
    *,
    exactly: bool,
) -> float | None:
    if not walks:
        return None
    loads = np.array([[key in {arc.key for arc in walk} for walk in walks] for key in room])
    whole = np.ones((1, len(walks)))
    if exactly:
        solved = linprog(objective, loads, list(room.values()), whole, [bps])
    else:
        solved = linprog(objective, np.vstack((loads, whole)), [*room.values(), bps])
    return solved.fun if solved.status == 0 else None
