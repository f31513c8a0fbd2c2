"""GML as networkx, igraph, Gephi and the Topology Zoo write it, and what is none."""

import networkx as nx
import pytest

from netkit.errors import InputError
from netkit.files.importers.graphs.gml import parse_gml_graph
from netkit.files.importers.graphs.gml_source import MAX_DEPTH, parse_gml
from netkit.files.importers.imported import Options
from netkit.files.importers.recognised import Format, format_of

ZOO = """graph [
  Network "Net"
  GeoLocation "Europe"
  node [
    id 0
    label "Z&#252;rich &amp; more &notes;"
    Longitude 8.54
    Latitude 47.37
  ]
  node [ id 1 label "Gen\u00e8ve" Longitude 6.15 Latitude 46.2 ]
  edge [
    source 0
    target 1
    LinkSpeedRaw 155000000.0
    id "e1"
  ]
]
"""
GEPHI = """graph
[
  Creator "Gephi"
  directed 1
  node
  [
    id n0
    label "a"
    graphics
    [
      x -1.5
      y 2.0E-4
    ]
  ]
  node
  [
    id n1
    label "b"
  ]
  edge
  [
    id 0
    source n0
    target n1
    value 1.0
    delay_ms "5.5"
  ]
  edge
  [
    id 1
    source n1
    target n0
    value 1.0
    delay_ms "6"
  ]
]
"""
IGRAPH = """Creator "igraph version 0.10.16 Tue Jun 10 2025"
Version 1
# a comment
graph
[
  directed 0
  node
  [
    id 0
    name "a"
  ]
  node
  [
    id 1
    name "b"
  ]
  edge
  [
    source 1
    target 0
    delayms 2.5
    weight 3
  ]
]
"""


def read(text, **options):
    return parse_gml_graph(text, "g.gml", Options(**options))


def test_the_zoo():
    topology = read(ZOO).topology
    assert [node.label or node.name for node in topology.nodes] == [
        "Zürich & more &notes;",
        "Genève",
    ]
    (link,) = topology.links
    assert (link.id, link.capacity_bps, link.basis) == ("e1", 155_000_000, "coordinates")
    assert topology.description == "Net, Europe"


@pytest.mark.parametrize(
    ("text", "delays", "metric"), [(GEPHI, (5500, 6000), 10), (IGRAPH, (2500, 2500), 3)]
)
def test_other_programs(text, delays, metric):
    assert format_of(text) is Format.GML
    topology = read(text).topology
    assert set(topology.node) == {"a", "b"}
    (link,) = topology.links
    assert (link.delay_ab_us, link.delay_ba_us, link.metric_ab) == (*delays, metric)


def test_parallel_directed_links_of_networkx_by_key():
    graph = nx.MultiDiGraph()
    rows = [
        ("a", "b", "x", 1, 2),
        ("a", "b", "y", 3, 4),
        ("b", "a", "y", 5, 6),
        ("b", "a", "x", 7, 8),
    ]
    for src, dst, key, delay, metric in rows:
        graph.add_edge(src, dst, key, delay_us=delay, metric=metric, srlgs=["r1"])
    graph.add_edge("b", "c", "x", delay_us=9, capacity_bps=10**10)
    topology = read("\n".join(nx.generate_gml(graph))).topology
    found = {
        (link.a, link.b, link.delay_ab_us, link.delay_ba_us, link.metric_ba)
        for link in topology.links
    }
    assert found == {("a", "b", 1, 7, 8), ("a", "b", 3, 5, 6), ("b", "c", 9, None, None)}
    (last,) = (link for link in topology.links if link.b == "c")
    assert (last.capacity_bps, last.srlgs) == (10**10, frozenset())
    assert topology.links[0].srlgs == {"r1"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("graph [ node [ id 0 ]", "g.gml:1: a list does not end; expected ']'"),
        ("graph [\nnode [ id ] ]", "g.gml:2: no GML: ']'; expected a value of id"),
        ("graph [ node ]", "g.gml:1: no GML: ']'; expected a value of node"),
        ("graph [ 7 7 ]", "g.gml:1: no GML: '7'; expected a key"),
        ("graph [ ] ]", "g.gml:1: no GML: ']'; expected a key"),
        ('graph [ label "x', "g.gml:1: a text does not end; expected '\"'"),
        ("graph", "g.gml:1: a key without a value: graph"),
        ("node [ id 0 ]", "g.gml:1: no graph; expected graph [ … ]"),
        ("a [" * MAX_DEPTH, "g.gml:1: lists nest too deep; expected at most 50"),
        ("graph [ node [ id 1 ] node [ label 7 ] ]", "g.gml:1: a node without an id"),
        ("graph [ node [ id 0 ]\nnode [ id 0 ] ]", "g.gml:2: node id '0' again: first in line 1"),
        ("graph [ node [ id 0 ] edge [ source 0 ] ]", "g.gml:1: <edge> with an unknown end: ''"),
        ("graph [ ] graph [ ]", "g.gml: 2 graphs in one file: 1, 2; expected one graph"),
        ("graph [ ]", "g.gml: no nodes; expected at least one node"),
    ],
)
def test_what_is_refused(text, message):
    with pytest.raises(InputError) as caught:
        read(text)
    assert str(caught.value).startswith(message)


def test_numbers_that_are_none_are_noted():
    text = (
        "graph [ node [ id 0 ] node [ id 1 ] edge [ source 0 target 1 delay_ms {} te_metric {} ] ]"
    )
    for delay, metric in (("NAN", "INF"), ("+INF", "-1"), ("1E999", "2.5")):
        imported = read(text.format(delay, metric))
        assert imported.topology.links == ()
        notes = " ".join(map(str, imported.notes))
        assert "delay_ms is not used" in notes
        assert "te_metric is not used" in notes


@pytest.mark.parametrize("metric", ["INF", "-1", "2.5", "16777216", "1E999"])
def test_a_metric_that_no_igp_takes_is_refused_and_no_default_put_in_its_place(metric):
    edges = "edge [ source 0 target 1 delay_ms 1 metric {} ] edge [ source 0 target 1 delay_ms 2 ]"
    text = "graph [ node [ id 0 ] node [ id 1 ]\n" + edges + " ]"
    with pytest.raises(InputError, match=r"g\.gml:2: metric is no IGP metric: .* 0 to 16777215"):
        read(text.format(metric))


@pytest.mark.parametrize("weight", ["0.5", "-1", "16777216"])
def test_weights_are_the_metric_of_all_edges_or_of_none(weight):
    text = (
        "graph [ node [ id 0 ] node [ id 1 ] node [ id 2 ]\n"
        "edge [ source 0 target 1 delay_ms 1 weight 5 ]\n"
        "edge [ source 1 target 2 delay_ms 1 weight {} ] ]"
    )
    imported = read(text.format(weight))
    assert [link.metric_ab for link in imported.topology.links] == [10, 10]
    (note,) = [note for note in imported.notes if "IGP metric of no edge" in str(note)]
    assert str(note).startswith("g.gml:3: edge attribute 'weight'")
    assert "1 of 2 are none" in str(note)


def test_edges_without_a_metric_among_others_are_counted():
    text = (
        "graph [ node [ id 0 ] node [ id 1 ] edge [ source 0 target 1 delay_ms 1 metric 7 ]"
        " edge [ source 0 target 1 delay_ms 2 ] ]"
    )
    imported = read(text)
    assert [link.metric_ab for link in imported.topology.links] == [7, 10]
    assert any("10 is taken: 1 edge" in str(note) for note in imported.notes)


def test_lines_are_counted_inside_texts_and_comments():
    root = parse_gml('# one [\nlabel "two\nthree"\ngraph [\n]', "g.gml")
    assert root.word("label") == "two\nthree"
    assert [graph.line for graph in root.lists("graph")] == [4]
