"""The planner against networkx and bare scipy, alternating in the same run."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from itertools import islice

import networkx as nx

from netkit.model.geo import Coordinates, floor_us
from netkit.model.plan import Demand
from netkit.model.topology import Link, Node, Role, Topology
from netkit.planner.graph import Network, as_graph
from netkit.planner.igp import Igp
from netkit.planner.least import LeastSums
from netkit.planner.plan import plan_demands

ROUNDS = 3


def backbone(nodes: int, links: int, seed: int = 1) -> Topology:
    """A random geometric backbone: each node to its nearest, then the shortest pairs left over."""
    rng = random.Random(seed)
    places = [Coordinates(rng.uniform(22, 45), rng.uniform(90, 125)) for _ in range(nodes)]
    made = tuple(
        Node(f"n{i}", Role.CITY, i + 1, coordinates=place) for i, place in enumerate(places)
    )
    pairs = {
        (i, min(range(i), key=lambda j: floor_us(places[i], places[j]))) for i in range(1, nodes)
    }
    while len(pairs) < links:
        i = rng.randrange(nodes)
        near = sorted(range(nodes), key=lambda j: floor_us(places[i], places[j]))[1:9]
        j = rng.choice(near)
        pairs.add((max(i, j), min(i, j)))
    cables = []
    for i, j in sorted(pairs):
        delay_us = int(1.6 * floor_us(places[i], places[j])) + 10
        metric = rng.choice((10, 100)) + delay_us // 100
        cables.append(Link(f"n{i}~n{j}", f"n{i}", f"n{j}", delay_us, delay_us, metric, metric))
    return Topology(f"geometric {nodes}/{links}", made, tuple(cables))


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def best_of(*works: Callable[[], object]) -> list[float]:
    """Median time of each, run in turns so that a noisy machine disturbs all alike."""
    rounds = [[seconds(work) for work in works] for _ in range(ROUNDS)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def all_pairs(nodes: int, links: int) -> dict[str, object]:
    """Distances, ECMP counts and worst delays of all pairs."""
    graph = as_graph(backbone(nodes, links))
    network = Network.of(graph)
    ours, bare, peer = best_of(
        lambda: Igp.of(network),
        lambda: LeastSums(network, network.metric, network.igp).all_pairs(),
        lambda: dict(nx.all_pairs_dijkstra_path_length(graph, weight="metric")),
    )
    return {
        "what": f"all pairs, {nodes} nodes, {links} links",
        "netkit_s": round(ours, 4),
        "scipy_distances_only_s": round(bare, 4),
        "networkx_distances_only_s": round(peer, 4),
    }


def demands(nodes: int, links: int, count: int) -> dict[str, object]:
    """Certified list and disjoint backup, a demand; networkx only looks for a path in the bound."""
    topology = backbone(nodes, links)
    graph = as_graph(topology)
    rng = random.Random(2)
    asked = []
    for _ in range(count):
        src, dst = rng.sample(sorted(graph), 2)
        least_us = nx.shortest_path_length(graph, src, dst, weight="delay_us")
        asked.append(Demand(src, dst, int(least_us * 1.2) + 1))
    simple = nx.DiGraph(graph)

    def peer() -> None:
        for demand in asked:
            paths = nx.shortest_simple_paths(simple, demand.src, demand.dst, weight="metric")
            for path in islice(paths, 50):
                if nx.path_weight(simple, path, "delay_us") <= demand.bound_us:
                    break

    ours, theirs = best_of(lambda: plan_demands(graph, asked), peer)
    return {
        "what": f"{count} demands, {nodes} nodes, {links} links",
        "netkit_ms_per_demand": round(1000 * ours / count, 3),
        "networkx_path_only_at_most_50_tries_ms_per_demand": round(1000 * theirs / count, 3),
    }


def run() -> list[dict[str, object]]:
    """All rows."""
    return [all_pairs(150, 400), all_pairs(400, 1200), demands(150, 400, 30)]
