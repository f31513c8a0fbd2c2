"""Small random backbones and demands with every constraint there is, from a seeded generator."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

from netkit.model.network.elements import Link, LinkKind, Node, Role, SidLimits
from netkit.model.network.flex_algo import FlexAlgo, FlexMetric
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Constraints, Demand, Metric

LOSSES_PPB = (0, 10_000_000, 20_000_000, 123_456_789)
LIMITS_PPB = (*LOSSES_PPB, 19_900_000, 29_800_000, 39_600_000)
COLOURS, RISKS, REGIONS = ("red", "blue"), ("s1", "s2"), ("north", "south")


def random_case(rng: random.Random) -> tuple[Topology, Demand]:
    """A multigraph of 2 to 6 nodes and 1 to 10 links, and a demand on it.

    Half of them ask for anything at all; the others limit sums only, over links of which each is
    good at one thing, so that lists which are best at nothing count. Parallel links, equal metrics,
    metrics of 0 that close no loop, islands, one-way links, delays, jitter and loss that differ by
    direction or are unknown, two operators, SRLGs, colours, regions, SID limits of up to four SIDs,
    and now and then a Flexible Algorithm.
    """
    traded = rng.random() < 0.5
    names = "abcdef"[: rng.randint(4, 6) if traded else rng.randint(2, 5)]
    operators = rng.choice((("op1",), ("op1",), ("op1", "op2")))
    nodes = tuple(_node(rng, name, index, operators) for index, name in enumerate(names, start=1))
    operator = {node.name: node.operator for node in nodes}
    ends = list(itertools.combinations(names, 2))
    chosen = [rng.choice(ends) for _ in range(rng.randint(7, 10) if traded else rng.randint(1, 9))]
    links = tuple(_link(rng, f"l{n}", a, b, operator) for n, (a, b) in enumerate(chosen))
    if traded:
        links = tuple(_traded(rng, link) for link in links)
    flex = (_flex_algo(rng, names),) if rng.random() < 0.2 else ()
    demand = _tight_demand(rng, names) if traded else _demand(rng, names)
    return Topology("random", nodes, links, flex_algos=flex), demand


def _node(rng: random.Random, name: str, index: int, operators: tuple[str, ...]) -> Node:
    limits = SidLimits(rng.randint(0, 4), 9, rng.randint(1, 4), rng.randint(0, 4))
    generous = SidLimits(9, 9, rng.randint(3, 4), 9)
    return Node(
        name, Role.CITY, index, rng.choice(operators), place=rng.choice((None, *REGIONS)),
        sid_limits=rng.choice((limits, generous, generous)),
    )  # fmt: skip


def _link(rng: random.Random, id_: str, a: str, b: str, operator: dict[str, str]) -> Link:
    back = rng.random() < 0.85
    known = rng.choice((0.9, 1.0))

    def stated(*values: int) -> int | None:
        return rng.choice(values) if rng.random() < known else None

    return Link(
        id_, a, b, rng.randint(1, 12), rng.randint(1, 12) if back else None,
        rng.randint(0, 3), rng.randint(1, 3) if back else None,
        kind=LinkKind.TRUNK if operator[a] == operator[b] else LinkKind.DIRECT_CONNECT,
        srlgs=frozenset(_some(rng, RISKS)), admin_groups=frozenset(_some(rng, COLOURS)),
        jitter_ab_us=stated(0, 1, 2, 3), jitter_ba_us=stated(0, 1, 2, 3) if back else None,
        loss_ab_ppb=stated(*LOSSES_PPB), loss_ba_ppb=stated(*LOSSES_PPB) if back else None,
        te_metric_ab=stated(0, 1, 2, 3), te_metric_ba=stated(0, 1, 2, 3) if back else None,
        cost=rng.randint(0, 3),
    )  # fmt: skip


def _traded(rng: random.Random, link: Link) -> Link:
    """The same, good in one of delay, jitter, loss and metric, and bad in the others."""
    good = rng.randrange(4)
    delay_us, jitter_us, loss_ppb, metric = (
        low if place == good else high
        for place, (low, high) in enumerate(
            ((1, rng.randint(6, 12)), (0, rng.randint(3, 5)), (0, 20_000_000), (1, 2))
        )
    )
    both = link.delay_ba_us is not None
    return replace(
        link, delay_ab_us=delay_us, metric_ab=metric, jitter_ab_us=jitter_us, loss_ab_ppb=loss_ppb,
        delay_ba_us=delay_us if both else None, metric_ba=metric if both else None,
        jitter_ba_us=jitter_us if both else None, loss_ba_ppb=loss_ppb if both else None,
    )  # fmt: skip


def _tight_demand(rng: random.Random, names: str) -> Demand:
    src, dst = rng.sample(names, 2)
    asked = Constraints(
        max_hops=rng.choice((None, None, 3, 4)),
        max_jitter_us=rng.choice((None, 3, 5, 7, 9)),
        max_loss_ppb=rng.choice((None, 20_000_000, 39_600_000, 60_000_000)),
        waypoints=rng.choice(((), (), (rng.choice(names),))),
        metric=rng.choice(list(Metric)),
    )
    return Demand(src, dst, rng.randint(10, 30), constraints=asked)


def _flex_algo(rng: random.Random, names: str) -> FlexAlgo:
    left_out = rng.choice((None, None, frozenset(names[:-1])))
    return FlexAlgo(
        128, rng.choice(list(FlexMetric)), exclude_any=frozenset(_some(rng, COLOURS)),
        exclude_srlgs=frozenset(_some(rng, RISKS)), nodes=left_out,
    )  # fmt: skip


def _some(rng: random.Random, words: tuple[str, ...]) -> list[str]:
    return [word for word in words if rng.random() < 0.25]


def _demand(rng: random.Random, names: str) -> Demand:
    src, dst = rng.sample(names, 2)

    def now_and_then(value: object, otherwise: object = frozenset()) -> object:
        return value if rng.random() < 0.2 else otherwise

    def one_of(words: tuple[str, ...]) -> frozenset[str]:
        return frozenset({rng.choice(words)})

    via = tuple(rng.sample(names, rng.randint(1, 2)))
    asked = Constraints(
        max_hops=now_and_then(rng.randint(1, 5), None),
        max_jitter_us=now_and_then(rng.randint(0, 8), None),
        max_loss_ppb=now_and_then(rng.choice(LIMITS_PPB), None),
        include_any=now_and_then(one_of(COLOURS)) if rng.random() < 0.3 else frozenset(),
        include_all=now_and_then(one_of(COLOURS)) if rng.random() < 0.3 else frozenset(),
        exclude_any=now_and_then(one_of(COLOURS)),
        exclude_srlgs=now_and_then(one_of(RISKS)),
        exclude_nodes=now_and_then(one_of(tuple(names))),
        exclude_operators=now_and_then(frozenset({"op2"})),
        avoid_regions=now_and_then(one_of(REGIONS)),
        waypoints=now_and_then(via, ()),
        metric=rng.choice(list(Metric)),
    )  # type: ignore[arg-type]
    return Demand(src, dst, rng.randint(3, 45), constraints=asked)
