"""Random backbones of 5 to 13 nodes with demands and options, from a seeded generator.

Larger than :mod:`random_cases` has them, so that lists need several SIDs, searches meet many equal
choices and disjoint pairs are not found by chance; brute force could not follow.
"""

from __future__ import annotations

import random
from dataclasses import replace

from netkit.model.network.elements import Link, LinkKind, Node, Role, SidLimits
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Constraints, Demand, Metric
from netkit.model.planning.plan_options import PlanOptions

_RISKS, _COLOURS = ("s1", "s2", "s3", "s4"), ("red", "blue")


def random_backbone(rng: random.Random) -> tuple[Topology, list[Demand]]:
    """A multigraph of one to three operators with six demands, a third of them constrained.

    Parallel links, ties, asymmetry, metrics and delays of 0 (metrics of 0 may close loops), one-way
    links, SRLGs, overloaded routers, SID limits.
    """
    many = rng.randint(5, 13)
    operators = ("op1", "op2", "op3")[: rng.choice((1, 1, 1, 2, 3))]
    nodes = tuple(_node(rng, number, operators) for number in range(many))
    most_us, most_metric = rng.choice((3, 12, 60)), rng.choice((2, 5, 20))
    least_us, least_metric = rng.choice((0, 1, 1, 1)), rng.choice((0, 1, 1, 1))
    links = tuple(
        _link(rng, number, rng.sample(nodes, 2), (least_us, most_us), (least_metric, most_metric))
        for number in range(rng.randint(many, 3 * many))
    )
    demands = [_demand(rng, [node.name for node in nodes], 4 * most_us) for _ in range(6)]
    if rng.random() < 0.12:
        demands = [replace(one, bandwidth_bps=rng.randint(1, 9) * 10**8) for one in demands]
    return Topology("random", nodes, links), demands


def random_options(rng: random.Random, topology: Topology) -> PlanOptions:
    """Any options that go together."""
    options = PlanOptions(
        max_sids=rng.choice((None, None, 2, 4)),
        joint=rng.random() < 0.8,
        protect=rng.random() < 0.2,
        backups=rng.random() < 0.9,
        alternatives=rng.choice((0, 0, 0, 2)),
        algorithms=tuple(flex.algorithm for flex in topology.flex_algos),
    )
    special = rng.random()
    return replace(options, binding_sids=special < 0.1, usid=0.1 <= special < 0.2)


def _node(rng: random.Random, number: int, operators: tuple[str, ...]) -> Node:
    limits = SidLimits(rng.randint(1, 4), 9, rng.randint(1, 4), rng.randint(0, 4))
    return Node(
        f"n{number}", Role.CITY, number + 1, rng.choice(operators),
        overload=rng.random() < 0.06, sid_limits=rng.choice((SidLimits(), limits)),
    )  # fmt: skip


def _link(
    rng: random.Random, number: int, ends: list[Node], delays_us: tuple[int, int],
    metrics: tuple[int, int],
) -> Link:  # fmt: skip
    a, b = ends
    us, metric = rng.randint(*delays_us), rng.randint(*metrics)
    back_us, back = (us, metric)
    if rng.random() < 0.3:
        back_us, back = rng.randint(*delays_us), rng.randint(*metrics)
    both = rng.random() < 0.93
    return Link(
        f"l{number}", a.name, b.name, us, back_us if both else None,
        metric, back if both else None,
        kind=LinkKind.TRUNK if a.operator == b.operator else LinkKind.DIRECT_CONNECT,
        srlgs=frozenset(risk for risk in _RISKS if rng.random() < 0.12),
        admin_groups=frozenset(colour for colour in _COLOURS if rng.random() < 0.3),
        capacity_bps=rng.choice((None, 10**9, 10**10)), cost=rng.randint(0, 4),
    )  # fmt: skip


def _demand(rng: random.Random, names: list[str], most_us: int) -> Demand:
    src, dst = rng.sample(names, 2)
    bound_us, asked = rng.randint(2, most_us), Constraints()
    if rng.random() < 0.3:
        asked = Constraints(
            exclude_any=frozenset({"red"} if rng.random() < 0.4 else ()),
            exclude_srlgs=frozenset({"s1"} if rng.random() < 0.3 else ()),
            exclude_nodes=frozenset({rng.choice(names)} if rng.random() < 0.4 else ()),
            metric=rng.choice(list(Metric)),
            max_hops=rng.choice((None, None, 3)),
            waypoints=rng.choice(((), (), (rng.choice(names),))),
        )
    return Demand(src, dst, bound_us, constraints=asked)
