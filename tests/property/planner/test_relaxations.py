"""What explain says would help, against brute force: enough, smallest, least; and the margin."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest
from examples import examples
from exhaustive import Exhaustive
from random_cases import random_case

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Constraints, Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.relaxation import Relaxation, RelaxationKind
from netkit.planner.plan import plan_demands
from netkit.planner.relaxation.relaxations import with_relaxations
from netkit.planner.relaxation.waived_constraints import MOST_SETS

LIMITS = ("max_hops", "max_jitter_us", "max_loss_ppb")


def least_us(topology: Topology, demand: Demand) -> int | None:
    lists = Exhaustive(topology, replace(demand, bound_us=10**6)).lists.values()
    return min((max(sum(a.delay_us for a in w) for w in walks) for walks in lists), default=None)


def has_list(topology: Topology, demand: Demand, asked: Constraints) -> bool:
    return bool(Exhaustive(topology, replace(demand, constraints=asked)).lists)


def smaller(asked: Constraints, given_up: tuple[tuple[str, object], ...]) -> Constraints:
    values = dict(asked.given)
    for name, value in given_up:
        left = type(values[name])(v for v in values[name] if v != value) if value else None
        values[name] = left
    kept = {name: value for name, value in values.items() if value is not None}
    return Constraints(**kept)


def smallest_sets(topology: Topology, demand: Demand) -> list[frozenset[tuple[str, object]]]:
    atoms: list[tuple[str, object]] = []
    for name, value in demand.constraints.given.items():
        if name in (*LIMITS, "include_any"):
            atoms.append((name, None))
        elif name != "metric":
            atoms += [(name, one) for one in value]
    for size in range(1, len(atoms) + 1):
        found = [
            frozenset(chosen)
            for chosen in itertools.combinations(atoms, size)
            if has_list(topology, demand, smaller(demand.constraints, chosen))
        ]
        if found:
            return found
    return []


def as_set(one: Relaxation) -> frozenset[tuple[str, object]]:
    return frozenset(
        (w.constraint, None if w.constraint in LIMITS else w.value) for w in one.waived
    )


@pytest.mark.parametrize("start", [0, 40, 80])
def test_relaxations_are_enough_smallest_and_least(start: int) -> None:
    for seed in range(start, start + examples(40, one_in=3)):
        topology, demand = random_case(random.Random(seed))
        algorithms = tuple(flex.algorithm for flex in topology.flex_algos)
        options = PlanOptions(algorithms=algorithms)
        pair = plan_demands(
            topology, [demand], PlanOptions(backups=False, algorithms=algorithms)
        ).pairs[0]
        pair = with_relaxations(topology, pair, options, ())
        if pair.margin is not None:
            assert pair.margin.least_us == least_us(topology, demand)
            assert not has_list(
                topology, replace(demand, bound_us=pair.margin.least_us - 1), demand.constraints
            )
            continue
        assert pair.reason is not None
        found: dict[RelaxationKind, list[Relaxation]] = {kind: [] for kind in RelaxationKind}
        for one in pair.reason.relaxations or ():
            found[one.kind].append(one)
        bounds = [one.bound_us for one in found[RelaxationKind.BOUND]]
        assert bounds == [us for us in [least_us(topology, demand)] if us is not None]
        waived = [*found[RelaxationKind.LIMIT], *found[RelaxationKind.CONSTRAINTS]]
        sets, expected = [as_set(one) for one in waived], smallest_sets(topology, demand)
        assert len(sets) == min(len(expected), MOST_SETS)
        assert set(sets) <= set(expected)
        for one in found[RelaxationKind.LIMIT]:
            name, limit = one.waived[0].constraint, one.limit or 0
            asked = demand.constraints
            assert has_list(topology, demand, replace(asked, **{name: limit}))
            assert not has_list(topology, demand, replace(asked, **{name: limit - 1}))
