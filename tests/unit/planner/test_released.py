"""Work on a network keeps nothing of it: no cycle of references holds its tables once it is done.

Workers get the tables as mapped files, and whoever sends them waits for the files to be let go of.
"""

import gc
import random
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from random_cases import random_case

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.pair import PairPlanner
from netkit.planner.protection.failure_sweep import effects, single_failures

SEEDS = range(60)


@contextmanager
def no_collector() -> Iterator[None]:
    """Only references that are dropped free anything."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def released(topology: Topology, work: Callable[[Igp], None]) -> bool:
    igp = Igp.of(Network.of(topology))
    left = weakref.ref(igp)
    with no_collector():
        work(igp)
        del igp
        return left() is None


@pytest.mark.parametrize(
    "options",
    [
        PlanOptions(alternatives=2, protect=True),
        PlanOptions(binding_sids=True),
        PlanOptions(usid=True),
    ],
    ids=["plain", "cut", "usid"],
)
def test_planning_keeps_nothing_of_the_network(options):
    for seed in SEEDS:
        topology, demand = random_case(random.Random(seed))
        assert released(topology, lambda igp, d=demand: planned(igp, d, options)), seed


def test_a_sweep_over_failures_keeps_nothing_of_the_network():
    for seed in SEEDS:
        topology, demand = random_case(random.Random(seed))
        assert released(topology, lambda igp, d=demand: swept(igp, d)), seed


def planned(igp: Igp, demand: Demand, options: PlanOptions) -> PairPlan:
    return PairPlanner(igp, options).answer(demand)


def swept(igp: Igp, demand: Demand) -> None:
    answer = planned(igp, demand, PlanOptions())
    if answer.primary is not None:
        for failure in single_failures(igp.network):
            effects(igp, failure, [answer])
