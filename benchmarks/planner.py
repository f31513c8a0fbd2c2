"""The planner against networkx and bare scipy, alternating in the same run.

``python -m benchmarks.planner --large`` adds the rows that take minutes.
"""

from __future__ import annotations

import itertools
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import networkx as nx
import numpy as np

from netkit.files.importers.networkx_graph import as_graph
from netkit.files.native.topology import load_topology
from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.geo import Coordinates, floor_us
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.tier import PROFILES, tier_demands
from netkit.planner.arrays import IntArray
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.network.shortest_paths import LeastSums
from netkit.planner.plan import plan_demands
from netkit.planner.protection.failure_sweep import survival

ROUNDS = 3
NEAR = 8
NATIONAL = Path(__file__).parents[1] / "topologies" / "east-data-west-compute.yaml"

Row = dict[str, object]


def backbone(nodes: int, links: int, seed: int = 1) -> Topology:
    """A random geometric backbone: each node to its nearest, then to others near."""
    rng = random.Random(seed)
    places = [Coordinates(rng.uniform(22, 45), rng.uniform(90, 125)) for _ in range(nodes)]
    made = tuple(
        Node(f"n{i}", Role.CITY, i + 1, coordinates=place) for i, place in enumerate(places)
    )
    near = _nearest(places)
    pairs = {(i, near.before[i]) for i in range(1, nodes)}
    while len(pairs) < links:
        i = rng.randrange(nodes)
        j = int(near.first[i][rng.randrange(NEAR)])
        pairs.add((max(i, j), min(i, j)))
    cables = []
    for i, j in sorted(pairs):
        delay_us = int(1.6 * floor_us(places[i], places[j])) + 10
        metric = rng.choice((10, 100)) + delay_us // 100
        cables.append(Link(f"n{i}~n{j}", f"n{i}", f"n{j}", delay_us, delay_us, metric, metric))
    return Topology(f"geometric {nodes}/{links}", made, tuple(cables))


class _Nearest(NamedTuple):
    """For each place its :data:`NEAR` nearest, nearest first; the nearest of those before it."""

    first: IntArray
    before: list[int]


def _nearest(places: Sequence[Coordinates]) -> _Nearest:
    """Row by row: 20,000 places have 400 million distances."""
    degrees = np.radians([(place.lat_deg, place.lon_deg) for place in places])
    lat, lon = degrees[:, 0], degrees[:, 1]
    points = np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
    first, before = np.empty((len(places), NEAR), np.int64), [0]
    for i, point in enumerate(points):
        closeness = points @ point
        closeness[i] = -2.0
        some = np.sort(np.argpartition(-closeness, NEAR)[:NEAR])
        first[i] = some[np.argsort(-closeness[some], kind="stable")][:NEAR]
        if i:
            before.append(int(np.argmax(closeness[:i])))
    return _Nearest(first, before)


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def best_of(*works: Callable[[], object]) -> list[float]:
    """Median time of each, run in turns so that a noisy machine disturbs all alike."""
    rounds = [[seconds(work) for work in works] for _ in range(ROUNDS)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def peak_mb() -> dict[str, object]:
    """Largest memory of this process so far, and of the largest of its children."""
    own, child = (
        resource.getrusage(who).ru_maxrss // 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {"peak_mb": own, "largest_ended_child_mb": child}


def asked(topology: Topology, count: int, stretch: float = 1.2) -> list[Demand]:
    """Random pairs whose bound is ``stretch`` times the least delay there is."""
    network, rng = Network.of(topology), random.Random(2)
    least = LeastSums(network, network.delay_us, network.igp)
    found = []
    for _ in range(count):
        src, dst = rng.sample(sorted(network.index), 2)
        least_us = least.from_node(network.index[src])[network.index[dst]]
        found.append(Demand(src, dst, int(least_us * stretch) + 1))
    return found


def all_pairs(nodes: int, links: int) -> Row:
    """Distances, ECMP counts and worst delays of all pairs."""
    network = Network.of(backbone(nodes, links))
    ours, bare = best_of(
        lambda: Igp.of(network),
        lambda: LeastSums(network, network.metric, network.igp).all_pairs(),
    )
    return {
        "what": f"all pairs, {nodes} nodes, {links} links",
        "netkit_s": round(ours, 4),
        "scipy_distances_only_s": round(bare, 4),
        "times_scipy": round(ours / bare, 2),
    }


def demands(nodes: int, links: int, count: int, **options: bool) -> Row:
    """Optimum, certified list and what ``options`` add, for all demands at once, on all cores."""
    topology = backbone(nodes, links)
    wanted = asked(topology, count)
    plans: list[Plan] = []
    took = seconds(lambda: plans.append(plan_demands(topology, wanted, PlanOptions(**options))))
    pairs = plans[0].pairs
    return {
        "what": f"{count} demands, {nodes} nodes, {links} links",
        "backups": options.get("backups", True),
        "joint_pairs": options.get("joint", True) and options.get("backups", True),
        "netkit_s": round(took, 2),
        "lists": sum(pair.primary is not None for pair in pairs),
        "with_backup": sum(pair.backup is not None for pair in pairs),
        "with_joint_pair": sum(pair.disjoint_pair is not None for pair in pairs),
        **peak_mb(),
    }


def against_networkx(nodes: int, links: int, count: int, tried: int, tries: int) -> Row:
    """Per demand: networkx takes simple paths by metric until one keeps the bound, or gives up.

    netkit plans ``count`` demands, all pairs counted in; networkx the first ``tried`` of them.
    """
    topology = backbone(nodes, links)
    wanted = asked(topology, count)
    simple: nx.DiGraph[str] = nx.DiGraph(as_graph(topology))
    found = 0

    def peer() -> None:
        nonlocal found
        for demand in wanted[:tried]:
            paths = nx.shortest_simple_paths(simple, demand.src, demand.dst, weight="metric")
            for path in islice(paths, tries):
                if nx.path_weight(simple, path, "delay_us") <= demand.bound_us:
                    found += 1
                    break

    theirs = seconds(peer) / tried
    ours = seconds(lambda: plan_demands(topology, wanted, PlanOptions(backups=False))) / count
    return {
        "what": f"path within the bound, {nodes} nodes, {links} links",
        "netkit_ms_per_demand_with_list": round(1000 * ours, 2),
        "networkx_ms_per_demand": round(1000 * theirs, 1),
        "networkx_found": f"{found} of {tried} in at most {tries} tries",
        "times_faster_at_least": round(theirs / ours),
    }


def national() -> Row:
    """Every cluster to every city and back: plan and all single-failure certificates."""
    topology = load_topology(NATIONAL)
    hubs, cities = (
        [node.name for node in topology.active_nodes if node.role is role]
        for role in (Role.CLUSTER, Role.CITY)
    )
    pairs = [pair for a, b in itertools.product(hubs, cities) for pair in ((a, b), (b, a))]
    plans: list[Plan] = []
    tried: list[int] = []

    def work() -> None:
        plan = plan_demands(
            topology, tier_demands(topology, pairs, PROFILES["2023"]), PlanOptions(joint=False)
        )
        found = survival(Igp.of(Network.of(topology)), plan)
        plans.append(plan)
        tried.append(sum(len(pair.effects) for pair in found.pairs))

    took = seconds(work)
    return {
        "what": f"national backbone, {len(pairs)} hub-city pairs, all single failures",
        "netkit_s": round(took, 2),
        "lists": sum(pair.primary is not None for pair in plans[0].pairs),
        "failures_replayed": tried[0],
        **peak_mb(),
    }


def run() -> list[Row]:
    """All rows that take seconds."""
    return [
        all_pairs(150, 400),
        all_pairs(1000, 3000),
        demands(1000, 3000, 1000, joint=False),
        against_networkx(1000, 3000, 300, tried=3, tries=150),
        national(),
    ]


def large() -> list[Row]:
    """The rows that take minutes."""
    return [
        all_pairs(5000, 15000),
        demands(5000, 15000, 10_000, backups=False),
        demands(1000, 3000, 1000),
    ]


if __name__ == "__main__":
    for row in (*run(), *(large() if "--large" in sys.argv else ())):
        print(row, flush=True)
