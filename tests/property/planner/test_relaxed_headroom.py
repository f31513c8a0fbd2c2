"""What explain says would help a demand that finds no room, tried by planning it again; and what
takes both longer lists and fewer constraints, against brute force."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest
from examples import examples
from exhaustive import Exhaustive
from random_cases import random_case

from netkit.model.network.elements import SidLimits
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.reason import Cause
from netkit.model.planning.relaxation import Relaxation, RelaxationKind
from netkit.planner.plan import plan_demands
from netkit.planner.relaxation.relaxations import with_relaxations
from netkit.planner.relaxation.waived_constraints import without


def pushing(topology: Topology, sids: int) -> Topology:
    """The same with routers that push so many SIDs, and handle whatever comes."""
    nodes = (replace(node, sid_limits=SidLimits(9, 9, sids, 9)) for node in topology.nodes)
    return replace(topology, nodes=tuple(nodes))


def loaded_case(rng: random.Random) -> tuple[Topology, list[Demand]]:
    """A random case whose links have room for one to four, and four demands of one or two."""
    topology, last = random_case(rng)
    links = (replace(link, capacity_bps=rng.choice((1, 2, 3, 4))) for link in topology.links)
    ends = list(itertools.permutations([node.name for node in topology.nodes], 2))
    first = [Demand(*rng.choice(ends), 60, bandwidth_bps=rng.choice((1, 2))) for _ in range(3)]
    demands = [*first, replace(last, bandwidth_bps=rng.choice((1, 2, 3)))]
    return pushing(replace(topology, links=tuple(links)), 10), demands


def last_of(topology: Topology, demands: list[Demand]) -> PairPlan:
    algorithms = tuple(topology.flex_algo)
    return plan_demands(topology, demands, PlanOptions(backups=False, algorithms=algorithms)).pairs[
        -1
    ]


def relaxed(demand: Demand, one: Relaxation) -> Demand | None:
    if one.kind is RelaxationKind.BANDWIDTH:
        return replace(demand, bandwidth_bps=one.bandwidth_bps)
    if one.kind is RelaxationKind.BOUND:
        return replace(demand, bound_us=one.bound_us or 0)
    if one.kind is RelaxationKind.CONSTRAINTS:
        return replace(demand, constraints=without(demand.constraints, one.waived))
    if one.kind is RelaxationKind.LIMIT:
        asked = replace(demand.constraints, **{one.waived[0].constraint: one.limit})
        return replace(demand, constraints=asked)
    return None


def test_whatever_helps_leaves_to_others_what_they_hold() -> None:
    seen: set[tuple[Cause, RelaxationKind]] = set()
    for seed in range(examples(250, one_in=3)):
        topology, demands = loaded_case(random.Random(seed))
        algorithms = tuple(topology.flex_algo)
        pairs = plan_demands(
            topology, demands, PlanOptions(backups=False, algorithms=algorithms)
        ).pairs
        pair, others, demand = pairs[-1], pairs[:-1], demands[-1]
        found = with_relaxations(topology, pair, PlanOptions(algorithms=algorithms), (), others)
        if found.margin is not None:
            least_us = found.margin.least_us
            for bound_us, kept in ((least_us, True), (least_us - 1, False)):
                again = last_of(topology, [*demands[:-1], replace(demand, bound_us=bound_us)])
                assert (again.primary is not None) == kept
            continue
        assert found.reason is not None
        assert found.reason.relaxations is not None
        for one in found.reason.relaxations:
            seen.add((found.reason.cause, one.kind))
            again = relaxed(demand, one)
            if again is not None:
                made = last_of(topology, [*demands[:-1], again]).primary
                assert made is not None
                assert made.certificate.guaranteed_us == one.guaranteed_us
            if one.kind is RelaxationKind.BOUND:
                below = replace(demand, bound_us=(one.bound_us or 0) - 1)
                assert last_of(topology, [*demands[:-1], below]).primary is None
    assert {
        (Cause.CAPACITY, RelaxationKind.BANDWIDTH),
        (Cause.CAPACITY, RelaxationKind.CAPACITY),
        (Cause.CAPACITY, RelaxationKind.CONSTRAINTS),
        (Cause.DELAY, RelaxationKind.BOUND),
    } <= seen


@pytest.mark.parametrize("start", [1040, 2040])
def test_longer_lists_and_fewer_constraints_together(start: int) -> None:
    both = 0
    for seed in range(start, start + examples(120, one_in=3)):
        topology, demand = random_case(random.Random(seed))
        algorithms = tuple(topology.flex_algo)
        pair = plan_demands(
            topology, [demand], PlanOptions(backups=False, algorithms=algorithms)
        ).pairs[0]
        pair = with_relaxations(topology, pair, PlanOptions(algorithms=algorithms), ())
        tried = [] if pair.reason is None else list(pair.reason.relaxations or ())
        together = [one for one in tried if one.kind is RelaxationKind.CONSTRAINTS and one.sids]
        if not together:
            continue
        both += 1
        for one in together:
            looser = replace(demand, constraints=without(demand.constraints, one.waived))
            assert not Exhaustive(topology, looser).lists
            enough, fewer = pushing(topology, one.sids or 0), pushing(topology, (one.sids or 0) - 1)
            assert not Exhaustive(enough, demand).lists
            assert Exhaustive(enough, looser).lists
            assert not Exhaustive(fewer, looser).lists
    assert both
