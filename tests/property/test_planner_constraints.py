"""Constraints, all together, against brute force: path, list and backup."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_topologies import (
    LOSSES_PPB,
    BruteForce,
    Walk,
    allowed,
    cost,
    delay_us,
    topologies,
)

from netkit.model.plan import Cause, Constraints, Demand, Metric
from netkit.model.topology import Topology
from netkit.planner.graph import as_graph
from netkit.planner.plan import plan_demands

names = st.sampled_from("abcde")
constraints = st.builds(
    Constraints,
    max_hops=st.none() | st.integers(1, 5),
    max_jitter_us=st.none() | st.integers(0, 8),
    max_loss_ppb=st.none() | st.sampled_from((*LOSSES_PPB, 29_800_000, 39_600_000)),
    include_any=st.frozensets(st.sampled_from(["red", "blue"]), max_size=1),
    include_all=st.frozensets(st.sampled_from(["red"]), max_size=1),
    exclude_any=st.frozensets(st.sampled_from(["blue"]), max_size=1),
    exclude_srlgs=st.frozensets(st.sampled_from(["s1"]), max_size=1),
    exclude_nodes=st.frozensets(names, max_size=1),
    exclude_operators=st.frozensets(st.sampled_from(["op2"]), max_size=1),
    waypoints=st.lists(names, max_size=2, unique=True).map(tuple),
    metric=st.sampled_from(Metric),
)
objective = {
    Metric.IGP: cost,
    Metric.TE: lambda walk: sum(a.metric if a.te_metric is None else a.te_metric for a in walk),
    Metric.DELAY: delay_us,
    Metric.HOPS: len,
    Metric.COST: lambda walk: sum(arc.cost for arc in walk),
}


def within(most: int | None, figures: list[int | None]) -> bool:
    """Is the sum within the limit, where there is one?"""
    return most is None or (None not in figures and sum(figures) <= most)


def kept_back(most_ppb: int | None, figures: list[int | None]) -> bool:
    """Is enough of the traffic left? Exact fractions, link after link."""
    if most_ppb is None or None in figures:
        return most_ppb is None
    left = math.prod(Fraction(10**9 - ppb, 10**9) for ppb in figures)
    return left >= 1 - Fraction(most_ppb, 10**9)


def passes(walk: Walk, src: str, waypoints: tuple[str, ...]) -> bool:
    nodes = iter([src, *(arc.dst for arc in walk)])
    return all(any(node == wanted for node in nodes) for wanted in waypoints)


def keeps(topology: Topology, demand: Demand, walk: Walk) -> bool:
    asked, ends = demand.constraints, (demand.src, demand.dst)
    shut = {
        node.name
        for node in topology.nodes
        if node.name in asked.exclude_nodes or node.operator in asked.exclude_operators
    } - set(ends)
    return (
        delay_us(walk) <= demand.bound_us
        and len(walk) <= (99 if asked.max_hops is None else asked.max_hops)
        and within(asked.max_jitter_us, [arc.jitter_us for arc in walk])
        and kept_back(asked.max_loss_ppb, [arc.loss_ppb for arc in walk])
        and passes(walk, demand.src, asked.waypoints)
        and allowed(topology, *ends, walk)
        and not shut & {name for arc in walk for name in (arc.src, arc.dst)}
        and all(
            (not asked.include_any or arc.admin_groups & asked.include_any)
            and asked.include_all <= arc.admin_groups
            and not arc.admin_groups & asked.exclude_any
            and not arc.srlgs & asked.exclude_srlgs
            for arc in walk
        )
    )


def walks_over(brute: BruteForce, demand: Demand) -> list[Walk]:
    """Simple from waypoint to waypoint; the whole may visit a node again."""
    stops = [demand.src, *demand.constraints.waypoints, demand.dst]
    legs = [brute.walks(a, b, igp_only=False) for a, b in itertools.pairwise(stops)]
    return [sum(choice, ()) for choice in itertools.product(*legs)]


def apart(demand: Demand, one: Walk, other: Walk) -> bool:
    shared = {demand.src, demand.dst, *demand.constraints.waypoints}
    inner = [{n for arc in walk for n in (arc.src, arc.dst)} - shared for walk in (one, other)]
    risks = [{risk for arc in walk for risk in arc.srlgs} for walk in (one, other)]
    links = [{arc.link_id for arc in walk} for walk in (one, other)]
    return all(first.isdisjoint(second) for first, second in (inner, risks, links))


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.tuples(st.integers(1, 2), st.integers(0, 1)).flatmap(
        lambda drawn: topologies(operators=drawn[0], planes=drawn[1], one_way=True, figures=True)
    ),
    constraints,
    st.integers(0, 40),
    st.data(),
)
def test_path_list_and_backup_keep_all_constraints(
    topology: Topology, asked: Constraints, bound_us: int, data: st.DataObject
) -> None:
    if not set(asked.waypoints) <= set(topology.node):
        return
    src, dst = data.draw(st.sampled_from(list(itertools.permutations(topology.node, 2))))
    demand, brute = Demand(src, dst, bound_us, constraints=asked), BruteForce(topology)
    measure = objective[asked.metric]
    answer = plan_demands(as_graph(topology), [demand], algorithms=tuple(topology.flex_algo)).pairs[
        0
    ]

    fit = [walk for walk in walks_over(brute, demand) if keeps(topology, demand, walk)]
    best = min(((measure(walk), delay_us(walk)) for walk in fit), default=None)
    if answer.optimum is None:
        assert best is None
    else:
        keys = zip(answer.optimum.links, answer.optimum.nodes, strict=False)
        found = tuple(topology.adjacency[key] for key in keys)
        assert keeps(topology, demand, found)
        assert (measure(found), delay_us(found)) == best

    lists = {}
    for segments in brute.lists(2):
        walks = brute.branches(src, segments, dst)
        if walks and all(keeps(topology, demand, walk) for walk in walks):
            worst = max(map(measure, walks))
            lists[segments] = (len(segments), worst, max(map(delay_us, walks)), walks)
    if answer.primary is None:
        assert not lists
        assert answer.reason is not None
        assert best is None or answer.reason.cause is Cause.SID_LIMIT
        return
    own = brute.branches(src, answer.primary.segments, dst)
    assert own
    assert all(keeps(topology, demand, walk) for walk in own)
    fewest = min((key[0] for key in lists.values()), default=len(answer.primary.segments))
    assert len(answer.primary.segments) == fewest

    if answer.backup is None:
        for *_, walks in lists.values():
            assert not all(apart(demand, *both) for both in itertools.product(own, walks))
    else:
        others = brute.branches(src, answer.backup.segments, dst)
        assert all(keeps(topology, demand, walk) for walk in others)
        assert all(apart(demand, *both) for both in itertools.product(own, others))
