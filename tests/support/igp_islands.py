"""Random networks for an IGP: parallel links, unequal metrics, overloaded routers, stated figures.

Several of them make one topology: each is an operator, and so an IGP of its own.
"""

from __future__ import annotations

from random import Random

from netkit.model.network.elements import MAX_LINK_METRIC, Link, Node, Role
from netkit.model.network.topology import Topology

METRICS = (1, 2, 2, 3, 5, 10, 1000)
"""Few of them, so that many ways cost the same."""


def islands(count: int, seed: int) -> Topology:
    """So many networks of four to seven routers."""
    random = Random(seed)
    nodes: list[Node] = []
    links: list[Link] = []
    for number in range(count):
        own = [
            Node(
                f"i{number}-{k}", Role.CITY, len(nodes) + k + 1, f"op{number:02d}",
                overload=random.random() < 0.2,
            )
            for k in range(random.randint(4, 7))
        ]  # fmt: skip
        pairs = [(own[random.randrange(k)], own[k]) for k in range(1, len(own))]
        pairs += [tuple(random.sample(own, 2)) for _ in range(len(own))]
        pairs += random.sample(pairs, 2)
        nodes += own
        links += [_link(f"l{len(links) + k}", a.name, b.name, random)
                  for k, (a, b) in enumerate(pairs)]  # fmt: skip
    links[0] = _with_metric(links[0], MAX_LINK_METRIC - 1)
    return Topology("islands", tuple(nodes), tuple(links))


def _with_metric(link: Link, metric: int) -> Link:
    return Link(link.id, link.a, link.b, link.delay_ab_us, link.delay_ba_us, metric, metric)


def _link(id_: str, a: str, b: str, random: Random) -> Link:
    delay_us = random.randint(300, 9000)
    return Link(
        id_, a, b, delay_us, delay_us + random.randint(0, 50),
        random.choice(METRICS), random.choice(METRICS),
        capacity_bps=random.choice((None, 10**10, 10**11, 4 * 10**11)),
        admin_groups=frozenset(str(bit) for bit in range(32) if random.random() < 0.05),
        jitter_ab_us=random.choice((None, 0, 35)), jitter_ba_us=random.choice((None, 70)),
        loss_ab_ppb=random.choice((None, 30, 123_456)), loss_ba_ppb=random.choice((None, 10**7)),
        te_metric_ab=random.choice((None, 1, 77)), te_metric_ba=random.choice((None, 500)),
        min_delay_ab_us=random.choice((None, delay_us - 100)),
    )  # fmt: skip
