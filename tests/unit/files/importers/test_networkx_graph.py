"""A networkx graph of one's own handed in."""

import networkx as nx
import numpy as np
import pytest

from netkit.api import Demand, plan
from netkit.errors import InputError
from netkit.files.importers.networkx_graph import topology_from_networkx
from netkit.model.network.elements import DelayBasis, Role
from netkit.model.network.geo import Coordinates


def test_an_undirected_edge_is_a_link_with_both_directions_alike():
    graph = nx.Graph()
    graph.add_node(
        "bj", role="core", operator="ct", place="北京", hub="north", lat=39.9, lon=116.41
    )
    graph.add_node("sh", operator="ct", coordinates=(31.23, 121.47), sid_index=9, x=1)
    graph.add_edge("bj", "sh", delay_us=np.int64(8000), metric=np.int32(7), srlgs={"e3", "e1"})
    topology = topology_from_networkx(graph, name="mine")
    bj, sh = topology.nodes
    (link,) = topology.links
    assert topology.name == "mine"
    assert (bj.role, bj.operator, bj.place, bj.hub) == (Role.CORE, "ct", "北京", "north")
    assert bj.coordinates == Coordinates(39.9, 116.41)
    assert (sh.role, sh.sid_index) == (Role.CITY, 9)
    assert (link.id, link.delay_ab_us, link.delay_ba_us) == ("bj~sh", 8000, 8000)
    assert (link.metric_ab, link.metric_ba, link.srlgs) == (7, 7, frozenset({"e1", "e3"}))


def test_parallel_edges_stay_apart_and_delays_are_derived():
    graph = nx.MultiGraph()
    graph.add_node(0, coordinates=(39.9, 116.41))
    graph.add_node(1, coordinates=(31.23, 121.47))
    graph.add_edge(0, 1)
    graph.add_edge(0, 1, key="north", length_km=2000.0)
    graph.add_edge(0, 1, id="south", delay_us=9000, basis="length", length_km=1800)
    links = topology_from_networkx(graph).links
    assert [link.id for link in links] == ["0~1", "north", "south"]
    assert [link.delay_ab_us for link in links] == [8358, 9794, 9000]
    assert [link.basis for link in links] == [
        DelayBasis.COORDINATES, DelayBasis.LENGTH, DelayBasis.LENGTH,
    ]  # fmt: skip


def test_directed_edges_pair_up():
    graph = nx.MultiDiGraph()
    graph.add_edge("a", "b", key=0, delay_us=10, metric=1)
    graph.add_edge("b", "a", key=1, delay_us=41, id="x")
    graph.add_edge("b", "a", key=0, delay_us=12, metric=3)
    graph.add_edge("a", "b", key=7, delay_us=40, id="x")
    first, second = topology_from_networkx(graph).links
    assert (first.a, first.delay_ab_us, first.delay_ba_us) == ("a", 10, 12)
    assert (first.metric_ab, first.metric_ba) == (1, 3)
    assert (second.id, second.a, second.delay_ab_us, second.delay_ba_us) == ("x", "a", 40, 41)


def test_an_edge_without_a_reverse_is_a_one_way_link():
    graph = nx.DiGraph()
    graph.add_edge("a", "b", delay_us=10, metric=1, id="there")
    graph.add_edge("b", "c", delay_us=20, id="bc")
    graph.add_edge("b", "a", delay_us=11, metric=2, id="back")
    topology = topology_from_networkx(graph)
    both, single = topology.links
    assert (both.id, both.id_ba, both.delay_ba_us, both.metric_ba) == ("there", "back", 11, 2)
    assert (single.id, single.delay_ba_us, single.metric_ba) == ("bc", None, None)
    ways = [(arc.label, arc.src, arc.dst) for arc in topology.adjacencies]
    assert ways == [("there", "a", "b"), ("back", "b", "a"), ("bc", "b", "c")]


def test_every_problem_of_a_graph_is_named_at_once():
    graph = nx.DiGraph()
    graph.add_edge("a", "b", delay_us=10)
    graph.add_edge("b", "c", delay_us=10, srlgs=["x"])
    graph.add_edge("c", "b", delay_us=10)
    graph.add_edge("a", "a", delay_us=10)
    graph.add_edge("d", "a", delay_us="7")
    graph.add_edge("a", "d", delay_us=float("nan"))
    with pytest.raises(InputError) as caught:
        topology_from_networkx(graph)
    assert str(caught.value).splitlines() == [
        "graph: edge b -> c and its reverse differ in srlgs: ['x'] and None; expected the same",
        "graph: link a~a: both ends are the same node: a; expected two different nodes",
        "graph: link a~d: delay_us: ab: .nan; expected a whole number from 0 to 1000000",
        "graph: link a~d: delay_us: ba: '7'; expected a whole number from 0 to 1000000",
    ]


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (nx.Graph(), "graph: the list of nodes is empty"),
        (nx.path_graph(2), "graph: link 0~1: no delay"),
    ],
)
def test_graphs_that_cannot_be_used(graph, message):
    with pytest.raises(InputError, match=message):
        topology_from_networkx(graph)


def test_any_node_of_any_graph_has_a_name_and_can_be_asked_for():
    graph = nx.MultiGraph()
    nx.add_path(graph, [1, "1", "北京 1", ("a", 2), "../c;$(x)" * 20], delay_us=100)
    topology = topology_from_networkx(graph)
    names = [node.name for node in topology.nodes]
    assert names[:4] == ["1", "1-2", "北京-1", "a',-2)"]
    assert names[4] == ("c-(x)..-" * 20)[:60].rstrip("-")
    assert [node.label for node in topology.nodes[:4]] == [None, "1", "北京 1", "('a', 2)"]
    pairs = plan(graph, [(1, "北京 1"), Demand(("a", 2), 1, bound_us=300)]).pairs
    assert [(p.demand.src, p.demand.dst) for p in pairs] == [("1", "北京-1"), ("a',-2)", "1")]
    assert pairs[1].primary.certificate.guaranteed_us == 300
