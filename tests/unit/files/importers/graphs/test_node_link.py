"""Node-link JSON of networkx by version, of D3 and of topohub."""

import json

import networkx as nx
import pytest

from netkit.errors import InputError
from netkit.files.importers.formats import import_topology
from netkit.files.importers.graphs.node_link import parse_node_link
from netkit.files.importers.imported import Options
from netkit.files.importers.recognised import Format, format_of
from netkit.model.network.geo import Coordinates, great_circle_km
from netkit.model.planning.wanted import Wish


def read(document, **options):
    text = document if isinstance(document, str) else json.dumps(document)
    return parse_node_link(text, "g.json", Options(**options))


def graph_of(*edges, nodes="abc", key="edges", **head):
    points = [{"id": name} for name in nodes]
    lines = [{"source": src, "target": dst, **data} for src, dst, data in edges]
    return {
        "directed": False,
        "multigraph": False,
        "graph": {},
        "nodes": points,
        key: lines,
        **head,
    }


@pytest.mark.parametrize("key", ["edges", "links"], ids=["networkx 3.6", "networkx 2.0 to 3.5"])
def test_both_names_of_edges(key):
    document = graph_of(
        ("a", "b", {"delay_ms": 3, "weight": 7}), ("b", "c", {"delay": "4ms"}), key=key
    )
    assert format_of(json.dumps(document)) is Format.NODE_LINK
    links = read(document).topology.links
    assert [(link.id, link.delay_ab_us, link.metric_ab) for link in links] == [
        ("a~b", 3000, 7), ("b~c", 4000, 10),
    ]  # fmt: skip


def test_networkx_1_has_places_for_ends():
    document = graph_of((0, 1, {"delay_us": 3}), (1, 2, {"delay_us": 4}), key="links")
    imported = read(document)
    assert [(link.a, link.b) for link in imported.topology.links] == [("a", "b"), ("b", "c")]
    assert any("places in the list of nodes" in str(note) for note in imported.notes)


def test_numbers_that_are_ids_are_no_places():
    document = graph_of((1, 2, {"delay_us": 3}), nodes=[2, 1, 0])
    (link,) = read(document).topology.links
    assert {link.a, link.b} == {"1", "2"}


def test_what_networkx_writes_is_read_back():
    graph = nx.MultiDiGraph(name="mine")
    graph.add_node(("pair", 1), label="p")
    graph.add_edge(("pair", 1), "b", "k1", delay_us=5, srlgs=["x", "y"], jitter_us=2)
    graph.add_edge("b", ("pair", 1), "k1", delay_us=6)
    topology = read(nx.node_link_data(graph, edges="edges")).topology
    assert topology.name == "mine"
    assert list(topology.node) == ["p", "b"]
    (link,) = topology.links
    assert (link.id, link.delay_ab_us, link.delay_ba_us, link.srlgs) == ("k1", 5, 6, {"x", "y"})
    assert (link.jitter_ab_us, link.jitter_ba_us) == (2, None)


TOPOHUB = {
    "name": "hub",
    "demands": {"0": {"1": 3580.0, "0": 1.0, "7": 2.0}},
    "stats": {"avg_link_len": 1},
}


def topohub(pos, dist):
    nodes = [{"id": place, "name": f"N{place}", "pos": where} for place, where in enumerate(pos)]
    edge = {"source": 0, "target": 1, "dist": dist, "ecmp_fwd": {"uni": 1}, "ecmp_bwd": {"uni": 2}}
    return {**graph_of(), "graph": TOPOHUB, "nodes": nodes, "edges": [edge]}


def test_a_great_circle_of_topohub_is_no_length_of_fibre():
    imported = read(topohub([[13.4, 52.52], [9.99, 53.55]], 255.1))
    (link,) = imported.topology.links
    assert (link.basis, link.delay_ab_us) == ("coordinates", 1999)
    assert imported.wishes == (Wish("N0", "N1", None, 3_580_000_000, "0-1"),)
    notes = [str(note) for note in imported.notes]
    assert notes == [
        "g.json: dist is the great circle: delays are derived from the coordinates",
        "g.json: demands that are left out: 2; expected two nodes and Mbit/s",
    ]


def test_a_plane_of_topohub_has_lengths_and_no_coordinates():
    imported = read(topohub([[300.0, 400.0], [0.0, 0.0]], 500.0))
    (link,) = imported.topology.links
    assert (link.basis, link.length_km) == ("length", 500)
    assert all(node.coordinates is None for node in imported.topology.nodes)


def test_a_drawing_of_sndlib_gives_neither():
    drawn = [[48.0, 557.0], [33.0, 401.0]]
    stated = great_circle_km(Coordinates(557.0, 48.0), Coordinates(401.0, 33.0))
    imported = read(topohub(drawn, round(stated, 2)))
    assert imported.topology.links == ()
    assert any("places on a drawing, and dist was derived" in str(note) for note in imported.notes)


def test_a_length_of_its_own_is_taken_as_it_is():
    (link,) = read(topohub([[13.4, 52.52], [9.99, 53.55]], 300.0)).topology.links
    assert (link.basis, link.length_km) == ("length", 300)


def test_a_dist_of_nobody_knows_whom_needs_a_unit():
    with pytest.raises(InputError, match="length without a unit: edge attribute 'dist': 1 edge"):
        read(graph_of(("a", "b", {"dist": 7})))


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("[]", "no node-link JSON; expected an object with lists nodes and edges, or links"),
        ('{"nodes": {}}', "no node-link JSON"),
        ('{"nodes": [7]}', "node 1 is no object: '7'"),
        ('{"nodes": [{"id": "a"}], "edges": ["x"]}', "edge 1 is no object: 'x'"),
        ('{"nodes": [{"id": "a"}, {"id": "a"}]}', "node id 'a' again"),
        (
            '{"nodes": [{"id": "a"}], "edges": [{"source": "a"}]}',
            "<edge> with an unknown end: 'null'",
        ),
        ('{"nodes": []}', "no nodes; expected at least one node"),
        ('{"nodes": [{"id": NaN}]}', "not usable JSON: NaN is no number"),
        ('{"nodes": ' + "[" * 100_000, "not usable JSON"),
        ('{"nodes"', "not valid JSON"),
    ],
)
def test_what_is_refused(document, message):
    with pytest.raises(InputError) as caught:
        read(document)
    assert message in str(caught.value)


def test_the_command_line_reads_it(tmp_path):
    path = tmp_path / "g.json"
    path.write_text(json.dumps(graph_of(("a", "b", {"latency": 5}))))
    with pytest.raises(InputError, match="delay without a unit"):
        import_topology(path)
