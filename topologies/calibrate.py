"""Compare the national backbone with published figures, and keep the tables of README.md current.

Runs as the last step of ``build_east_data_west_compute.py``; a test compares README.md with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import mean

import networkx as nx

from netkit.model.network.elements import Role
from netkit.model.network.geo import pair_floor_us
from netkit.model.network.topology import Topology

README = Path(__file__).resolve().parent / "README.md"
BOUND_US = 20_000
PUBLISHED_IP_MS = (14.6, 23.9)
PUBLISHED_OPTICAL_MS = (9.7, 17.1)
PUBLISHED_PAIRS_MS = {
    ("zhongwei-dc", "beijing"): (8.0, 10.0),
    ("zhongwei-dc", "shanghai"): (0.0, 15.0),
    ("zhangjiakou-dc", "beijing"): (0.0, 1.5),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cluster cities of different hubs: light time, and the best of the operators, in µs."""

    a: str
    b: str
    floor_us: float
    best_us: int


def igp_graphs(topology: Topology) -> dict[str, nx.MultiDiGraph]:
    """One graph an operator, with the delay and metric of each adjacency inside it."""
    graphs: dict[str, nx.MultiDiGraph] = {}
    for edge in topology.adjacencies:
        if edge.igp:
            graph = graphs.setdefault(topology.node[edge.src].operator, nx.MultiDiGraph())
            graph.add_edge(edge.src, edge.dst, delay=edge.delay_us, metric=edge.metric)
    return graphs


def best_us(graphs: dict[str, nx.MultiDiGraph], a: str, b: str) -> int:
    """Least delay between two cities inside any one operator: the best of the three."""
    return min(
        nx.dijkstra_path_length(graph, f"{a}-{operator}", f"{b}-{operator}", weight="delay")
        for operator, graph in graphs.items()
        if f"{a}-{operator}" in graph and f"{b}-{operator}" in graph
    )


def hub_pairs(topology: Topology, graphs: dict[str, nx.MultiDiGraph]) -> list[Pair]:
    """All unordered pairs of cluster cities that lie in different hubs."""
    clusters = {n.name.rpartition("-")[0]: n for n in topology.nodes if n.role is Role.CLUSTER}
    return [
        Pair(
            a,
            b,
            pair_floor_us(clusters[a].coordinates, clusters[b].coordinates) or 0.0,
            best_us(graphs, a, b),
        )
        for a, b in combinations(sorted(clusters), 2)
        if clusters[a].hub != clusters[b].hub
    ]


def steering(topology: Topology, graph: nx.MultiDiGraph) -> list[int]:
    """Pairs of a cluster with any other router: IGP keeps 20 ms, steering does, nothing does."""
    count = [0, 0, 0]
    for source in graph:
        if topology.node[source].role is Role.CLUSTER:
            least = nx.single_source_dijkstra_path_length(graph, source, weight="delay")
            worst = worst_igp_us(graph, source)
            for node in graph:
                if node != source:
                    count[
                        0 if worst[node] <= BOUND_US else 1 if least[node] <= BOUND_US else 2
                    ] += 1
    return count


def worst_igp_us(graph: nx.MultiDiGraph, source: str) -> dict[str, int]:
    """Worst delay over all IGP-shortest paths from ``source``."""
    cost = nx.single_source_dijkstra_path_length(graph, source, weight="metric")
    worst = {source: 0}
    for node in cost:  # in order of cost
        if node != source:
            worst[node] = max(
                worst[before] + edge["delay"]
                for before, _, edge in graph.in_edges(node, data=True)
                if cost[before] + edge["metric"] == cost[node]
            )
    return worst


def tables(topology: Topology, optical_us: list[float]) -> str:
    """Both tables of README.md, in Markdown; ``optical_us`` is light time in the ducts."""
    graphs = igp_graphs(topology)
    pairs = hub_pairs(topology, graphs)
    layers = (
        ("IP layer", PUBLISHED_IP_MS, [pair.best_us for pair in pairs]),
        ("optical layer", PUBLISHED_OPTICAL_MS, optical_us),
    )
    lines = ["| one-way | published | this topology | difference |", "|---|---|---|---|"]
    for layer, published, delays_us in layers:
        ours = mean(delays_us) / 1000, max(delays_us) / 1000
        for what, theirs, own in zip(("mean", "largest"), published, ours, strict=True):
            name = f"{layer}, {what} of the {len(pairs)} hub pairs"
            lines.append(f"| {name} | {theirs} ms | {own:.2f} ms | {own / theirs - 1:+.1%} |")
    for (a, b), (low, high) in PUBLISHED_PAIRS_MS.items():
        own = best_us(graphs, a, b) / 1000
        where = "inside" if low <= own <= high else "outside"
        lines.append(f"| `{a}` – `{b}` | {low:g} to {high:g} ms | {own:.2f} ms | {where} |")
    floor = mean(p.floor_us for p in pairs) / 1000, max(p.floor_us for p in pairs) / 1000
    lines.append(f"| light over the great circle, mean / largest | – | {_both(floor)} ms | – |")
    return "\n".join([*lines, "", *_steering_lines(topology, graphs)])


def _both(figures: tuple[float, float]) -> str:
    return f"{figures[0]:.2f} / {figures[1]:.2f}"


def _steering_lines(topology: Topology, graphs: dict[str, nx.MultiDiGraph]) -> Iterator[str]:
    yield "| operator | IGP alone keeps 20 ms | only steering keeps it | nothing does |"
    yield "|---|---|---|---|"
    for operator, graph in graphs.items():
        keeps, steers, never = steering(topology, graph)
        yield f"| {operator} | {keeps} | {steers} | {never} |"


def update_readme(topology: Topology, optical_us: list[float]) -> None:
    """Put the tables between their markers."""
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition("<!-- tables -->\n")
    _, _, after = rest.partition("<!-- end of tables -->")
    made = f"{before}<!-- tables -->\n{tables(topology, optical_us)}\n<!-- end of tables -->{after}"
    README.write_text(made, encoding="utf-8")
