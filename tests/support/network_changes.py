"""Random changes of a network: what a day brings, and a few that it does not."""

from __future__ import annotations

import random
from dataclasses import replace

from netkit.model.network.elements import MAX_LINK_METRIC, Link, Status
from netkit.model.network.topology import Topology


def changed(rng: random.Random, topology: Topology) -> Topology:
    """One to three links with other delays or metrics, up, down or of another capacity, or a node
    down or up."""
    if rng.random() < 0.1:
        return _node_flipped(rng, topology)
    links = list(topology.links)
    for number in rng.sample(range(len(links)), min(len(links), rng.choice((1, 1, 1, 2, 3)))):
        links[number] = _changed_link(rng, links[number])
    return replace(topology, links=tuple(links))


def _changed_link(rng: random.Random, link: Link) -> Link:
    what = rng.random()
    if what < 0.4:
        return _retimed(rng, link)
    if what < 0.6:
        return replace(link, metric_ab=rng.choice((1, rng.randint(1, 20), MAX_LINK_METRIC)))
    if what < 0.7:
        metric_ba = None if link.one_way else rng.randint(1, 20)
        return replace(_retimed(rng, link), metric_ba=metric_ba)
    if what < 0.95:
        down = link.status is Status.ACTIVE
        return replace(link, status=Status.PLANNED if down else Status.ACTIVE)
    return replace(link, capacity_bps=rng.choice((None, 10**9)))


def _node_flipped(rng: random.Random, topology: Topology) -> Topology:
    """A node that is down comes up; else one goes down, mostly."""
    nodes = list(topology.nodes)
    down = [place for place, node in enumerate(nodes) if node.status is not Status.ACTIVE]
    place = rng.choice(down or range(len(nodes)))
    nodes[place] = replace(nodes[place], status=Status.ACTIVE if down else Status.PLANNED)
    return replace(topology, nodes=tuple(nodes))


def _retimed(rng: random.Random, link: Link) -> Link:
    """Slower or faster, either way or one way."""
    factor = rng.choice((0.3, 0.7, 0.9, 1.2, 2, 4))

    def other(us: int | None) -> int | None:
        return None if us is None else max(1, round(us * factor))

    if rng.random() < 0.3:
        return replace(link, delay_ab_us=other(link.delay_ab_us))
    return replace(link, delay_ab_us=other(link.delay_ab_us), delay_ba_us=other(link.delay_ba_us))
