"""Weighted lists against a linear program over all paths, enumerated."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from small_topologies import BruteForce, Walk, allowed, cost, delay_us, topologies

from netkit.model.demand import Demand
from netkit.model.topology import Topology
from netkit.planner.graph import as_graph
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


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
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
    plan = plan_demands(as_graph(topology), [demand], backups=False, share=share)
    answer = plan.pairs[0]
    most = _optimum(walks, room, [-1.0] * len(walks), bps, exactly=False)
    if answer.primary is None:
        if walks and most is not None and -most >= bps - 1e-6:
            assert share < 20
            assert f"over {share}" in answer.reason.text
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
