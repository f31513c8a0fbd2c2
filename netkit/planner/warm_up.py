"""All machine code made in advance, by a small network for which every kernel has work.

``python -m netkit.planner.warm_up`` does so, once a version and machine; set-up calls it.
"""

from __future__ import annotations

from dataclasses import replace

from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.arrays import NARROW_MOST
from netkit.planner.compiled import compiler
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.network.path_metrics import PathMetric
from netkit.planner.optima import SHARED, least_cost_paths
from netkit.planner.pair import PairPlanner
from netkit.planner.protection.failure_sweep import survival

_BOUND_US = 600

_LINKS = (
    ("s", "t", 5000, 1), ("s", "a", 100, 10), ("a", "b", 100, 10), ("b", "t", 100, 10),
    ("a", "d", 300, 30), ("d", "t", 100, 10), ("s", "c", 100, 10), ("c", "b", 300, 30),
)  # fmt: skip
"""Ends, delay in µs and metric. From s to t the IGP is too slow, the fastest path stands in the way
of any other, and a disjoint pair exists: so lists, backups and pairs are all searched."""


def warm_up() -> None:
    """Make what machine code is not yet kept, where there is a compiler; ten seconds and more, or
    nothing."""
    if compiler.warm() or not compiler.available():
        return
    use_all()
    compiler.made()


def use_all() -> None:
    """Have every kernel work once with arguments of every kind; raises ImportError where there is
    no compiler."""
    for metric in (1, 2 * NARROW_MOST):
        _plan(metric)


def _plan(metric: int) -> None:
    """Have all work done once with metrics so many times as large: beyond a limit tables are other
    arrays, and want code of their own."""
    from netkit.planner.search.compiled_searches import compiled_path

    names = sorted({end for link in _LINKS for end in link[:2]})
    nodes = tuple(Node(name, Role.CITY, number) for number, name in enumerate(names, start=1))
    links = tuple(
        Link(f"{u}~{v}", u, v, us, us, cost * metric, cost * metric) for u, v, us, cost in _LINKS
    )
    network = replace(Network.of(Topology("warm-up", nodes, links)), compiled=True)
    igp, demand = Igp.of(network, ()), Demand("s", "t", _BOUND_US)
    planner = PairPlanner(igp, PlanOptions())
    survival(igp, Plan(network.name, "", (planner.answer(demand),)))
    igp.worst(PathMetric.HOPS)
    ends = network.index[demand.src], network.index[demand.dst]
    costs = planner.asked(demand).costs
    compiled_path(costs, *ends, demand.bound_us, patience=0)
    for many in (1, SHARED):
        least_cost_paths(costs, [ends] * many, [demand.bound_us] * many)


if __name__ == "__main__":
    warm_up()
