"""The small topologies do what their comments say."""

import networkx as nx
import pytest
from goldens import ROOT

from netkit.files.native.topology import load_topology, parse_topology
from netkit.model.network.elements import LinkKind

FOLDER = ROOT / "topologies"


def load(name):
    topology = load_topology(FOLDER / f"{name}.yaml")
    graph = nx.MultiDiGraph()
    for edge in topology.adjacencies:
        graph.add_edge(
            edge.src, edge.dst, metric=edge.metric, delay=edge.delay_us, igp=edge.igp,
            link=edge.link_id, srlgs=edge.srlgs,
        )  # fmt: skip
    return topology, graph


def igp_delays(graph, a, b):
    paths = set(map(tuple, nx.all_shortest_paths(graph, a, b, weight="metric")))
    return sorted(nx.path_weight(graph, path, "delay") for path in paths)


def least(graph, a, b):
    return nx.dijkstra_path_length(graph, a, b, weight="delay")


def test_metro_breaks_1_ms_by_igp_and_by_ecmp_and_keeps_it_by_steering():
    _, graph = load("lab-metro")
    assert igp_delays(graph, "haidian", "yizhuang-dc") == [1105]
    assert igp_delays(graph, "xidan", "yizhuang-dc") == [151, 1188]
    assert all(least(graph, a, b) < 1000 for a in graph for b in graph)


def test_region_has_a_pair_to_steer_with_a_disjoint_backup():
    _, graph = load("lab-region")
    assert igp_delays(graph, "qingpu-dc", "wuhu-dc") == [5915]
    over_suzhou = ["qingpu-dc", "suzhou", "nanjing", "wuhu-dc"]
    over_lateral = ["qingpu-dc", "shanghai", "hangzhou", "wuhu-dc"]
    assert nx.path_weight(graph, over_suzhou, "delay") == 2524
    assert nx.path_weight(graph, over_lateral, "delay") == 3405
    assert not srlgs(graph, over_suzhou) & srlgs(graph, over_lateral)
    assert len(igp_delays(graph, "nanjing", "hefei")) == 2
    assert graph.number_of_edges("suzhou", "shanghai") == 2
    assert all(least(graph, a, b) < 5000 for a in graph for b in graph)


def srlgs(graph, path):
    edges = [edge for a, b in nx.utils.pairwise(path) for edge in graph[a][b].values()]
    return frozenset().union(*(edge["srlgs"] for edge in edges))


@pytest.mark.parametrize(
    ("pair", "kind"),
    [
        (("wuhu-dc-ct", "wuhu-dc-cm"), LinkKind.DIRECT_CONNECT),
        (("hangzhou-ct", "hangzhou-cm"), LinkKind.EXCHANGE),
    ],
)
def test_two_operators_meet_at_the_nearer_of_two_points(pair, kind):
    topology, graph = load("lab-two-operators")
    path = nx.dijkstra_path(graph, *pair, weight="delay")
    crossed = {
        topology.link[edge["link"]].kind
        for a, b in nx.utils.pairwise(path)
        for edge in graph[a][b].values()
        if not edge["igp"]
    }
    assert crossed == {kind}
    assert nx.number_weakly_connected_components(igp_only(graph)) == 2


def igp_only(graph):
    edges = [(a, b, key) for a, b, key, data in graph.edges(keys=True, data=True) if data["igp"]]
    return graph.edge_subgraph(edges)


def test_the_example_of_the_documentation_is_read():
    text = (FOLDER.parent / "docs" / "topology-format.md").read_text("utf-8")
    example = text.partition("```yaml\n")[2].partition("```")[0]
    given, derived = parse_topology(example).links[::-1]
    assert (given.delay_ab_us, given.delay_ba_us) == (7400, 7900)
    assert derived.length_km == 1710.505
