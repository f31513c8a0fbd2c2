"""Repetita's text formats, with their defects."""

import itertools
import json

import pytest
from command import invoked
from goldens import check_golden

from netkit.cli.refusals import told
from netkit.errors import ExitCode, InputError
from netkit.files.demands import read_demands as read_table
from netkit.files.importers.formats import import_topology, read_topology
from netkit.files.importers.imported import DelayUnit, Options
from netkit.files.importers.node_words import node_words
from netkit.files.importers.research.repetita import parse_graph
from netkit.model.network.elements import MAX_LINK_METRIC
from netkit.model.planning.wanted import Wish
from netkit.workflows.plan import understood, unheard

GRAPH = """NODES 4
label x y
0_New_York -74.0 40.7
Perth,+Australia1 -87.6 41.8
2_St._Louis -90.2 38.6
island 0 0

EDGES 6
label src dest weight bw delay
edge_0 0 1 10 9953280 6000
edge_1 1 0 20 9953280 6100
Link_5 1 2 1 100 3000
Link_9 1 2 1 200 4000
Link_7 2 1 2 200 4000
Link_8 2 0 7 0 9000.5
"""
DEMANDS = "DEMANDS 2\nlabel src dest bw\nd0 0 2 1500\nd1 2 0 64\n"


@pytest.fixture
def graph(tmp_path):
    path = tmp_path / "small.graph"
    path.write_text(GRAPH)
    return path


def test_labels_directions_and_units(graph):
    topology = read_topology(graph)
    assert topology.name == "small"
    assert list(topology.node) == ["0_New_York", "Perth,+Australia1", "2_St._Louis", "island"]
    arcs = {arc.label: arc for arc in topology.adjacencies}
    assert set(arcs) == {"edge_0", "edge_1", "Link_5", "Link_9", "Link_7", "Link_8"}
    assert (arcs["edge_1"].src, arcs["edge_1"].delay_us) == ("Perth,+Australia1", 6100)
    assert arcs["edge_0"].link_id == arcs["edge_1"].link_id
    assert arcs["Link_9"].link_id == arcs["Link_7"].link_id  # of one capacity
    assert [link.id for link in topology.links if link.one_way] == ["Link_5", "Link_8"]
    assert topology.links[0].capacity_bps == 9_953_280_000
    assert (topology.link["Link_8"].capacity_bps, arcs["Link_8"].delay_us) == (None, 9001)


def test_delays_in_milliseconds(graph):
    text = with_delays("6 6.1 3 4 4 9")
    arcs = parse_graph(text, "x", Options(DelayUnit.MS)).topology.adjacencies
    assert [arc.delay_us for arc in arcs[:2]] == [6000, 6100]


def with_delays(delays):
    lines = GRAPH.splitlines()
    start = len(lines) - 6
    lines[start:] = [
        f"{line.rsplit(' ', 1)[0]} {delay}"
        for line, delay in zip(lines[start:], delays.split(), strict=True)
    ]
    return "\n".join(lines)


def test_a_unit_that_cannot_be_right_is_said():
    notes = [str(note) for note in parse_graph(with_delays("6 6 3 4 4 9"), "x", Options()).notes]
    assert "x:10: link edge_0: faster than light" in notes[0]
    assert notes[-1].startswith("x: most delays, read as us, beat light")
    assert notes[-1].endswith("Try delay unit ms")
    slow = parse_graph(with_delays("600 600 300 400 400 900"), "x", Options(DelayUnit.MS)).notes
    assert "over 20 times light" in str(slow[-1])
    with pytest.raises(InputError, match="x:10: delay: '6000'; expected a number from 0 to 1000"):
        parse_graph(GRAPH, "x", Options(DelayUnit.MS))


def test_every_defect_of_a_file_has_its_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.graph").write_text(
        "NODES 3\nlabel x y\na 1 2\nb x 2\nc 1\n\nEDGES two\nlabel src dest weight bw delay\n"
        "e0 0 7 1 1 1\ne1 0 1 1.5 1 1\ne2 0 1 -1 1 nan\ne3 0\nEDGES 1\ne4 0 1 1 1 9999999\n"
    )
    with pytest.raises(InputError) as caught:
        read_topology("bad.graph")
    check_golden("errors/bad.graph.txt", f"{caught.value}\n")


def test_what_one_can_live_with_is_noted():
    text = (
        "NODES 4\nlabel x y\na 0 0\na 0 0\na/b 0 0\n\x07 0 0\n"
        "EDGES 3\nlabel src dest weight bw delay\ne 0 0 1 1 1\ne 0 1 1 1 1\ne 1 2 1 1 1\n"
    )
    imported = parse_graph(text, "odd.graph", Options())
    assert list(imported.topology.node) == ["a", "a-2", "a-b", "node-4"]
    assert [link.id for link in imported.topology.links] == ["e", "e-2"]
    assert imported.topology.node["a-b"].label == "a/b"
    check_golden("import/odd.graph.txt", "".join(f"{note}\n" for note in imported.notes))


def read_demands(path, imported, tell=unheard):
    return understood(node_words(imported), read_table(path), tell)


def test_demands_of_all_kinds(graph, tmp_path):
    imported = import_topology(graph)
    path = tmp_path / "d"
    path.write_text(DEMANDS)
    names = "0_New_York", "2_St._Louis"
    assert read_demands(path, imported) == (
        Wish(*names, None, 1_500_000, "d0"), Wish(*names[::-1], None, 64_000, "d1"),
    )  # fmt: skip
    path.write_text("src,dst,bound_ms,bandwidth_gbps\n0,2_St._Louis,12.5,0.1\n\n2,1,,\n")
    assert read_demands(path, imported) == (
        Wish(*names, 12_500, 100_000_000, reserve=True), Wish(names[1], "Perth,+Australia1"),
    )  # fmt: skip
    path.write_text("src,dst,bound\n0,nobody\n")
    with pytest.raises(InputError) as caught:
        read_demands(path, imported)
    assert len(caught.value.problems) == 2


TWO_OF_ONE_LABEL = (
    "NODES 3\nlabel x y\nS 1 1\nS 2 2\nT 3 3\nEDGES 2\nlabel src dest weight bw delay\n"
    "e0 0 2 1 1000 9000\ne1 1 2 1 1000 9000\n"
)


def test_a_label_of_two_nodes_names_none_of_them(tmp_path):
    graph, demands = tmp_path / "two.graph", tmp_path / "d.csv"
    graph.write_text(TWO_OF_ONE_LABEL)
    imported = import_topology(graph)
    demands.write_text("src,dst\nS,T\n")
    with pytest.raises(InputError) as caught:
        read_demands(demands, imported)
    assert str(caught.value).endswith(
        "d.csv:2: src: 2 nodes are called that: 'S'; expected 0 or S-2"
    )
    demands.write_text("src,dst\n0,T\n1,T\nS-2,T\n")
    assert [wish.src for wish in read_demands(demands, imported)] == ["S", "S-2", "S-2"]
    said = invoked("plan", graph, "--pair", "S:T", "--bound", "20ms").exception
    assert str(told(said)).endswith("--pair: S; expected one of its nodes, 0 or S-2")


def test_a_demand_from_a_node_to_itself_is_left_out_and_said(tmp_path):
    graph, demands = tmp_path / "two.graph", tmp_path / "d.csv"
    graph.write_text(TWO_OF_ONE_LABEL)
    demands.write_text("src,dst\nT,T\n0,T\n")
    said = []
    wishes = read_demands(demands, import_topology(graph), said.append)
    assert [(wish.src, wish.dst) for wish in wishes] == [("S", "T")]
    (note,) = said
    assert str(note).endswith("d.csv:2: a demand from a node to itself is left out: T")
    demands.write_text("src,dst\nT,T\n")
    with pytest.raises(InputError, match="no demands"):
        read_demands(demands, import_topology(graph))


def test_a_plan_speaks_the_labels_of_the_file(graph, tmp_path):
    out = tmp_path / "plan.json"
    arguments = ["plan", str(graph), "--pairs", "all", "--bound", "30ms", "-o", str(out)]
    assert invoked(*arguments).exit_code == ExitCode.BREACH  # the island's pairs
    edges = {row[0]: row[1:3] for line in GRAPH.splitlines()[8:] if (row := line.split())}
    number = {name: str(index) for index, name in enumerate(read_topology(graph).node)}
    answers = json.loads(out.read_text())["pairs"]
    planned = [pair for pair in answers if pair["verdict"] == "pass"]
    assert len(planned) == 6
    assert {pair["verdict"] for pair in answers if pair not in planned} == {"breach"}
    for pair in planned:
        steps = [edges[label] for label in pair["links"]]
        assert steps[0][0] == number[pair["src"]]
        assert steps[-1][1] == number[pair["dst"]]
        assert all(one[1] == other[0] for one, other in itertools.pairwise(steps))


def test_a_plan_of_a_demand_file(graph, tmp_path):
    (tmp_path / "d").write_text("src,dst,bound_ms\n0_New_York,2_St._Louis,9.5\n")
    arguments = ["plan", str(graph), "--demands", str(tmp_path / "d"), "--json"]
    result = invoked(*arguments)
    assert result.exit_code == ExitCode.OK
    (pair,) = json.loads(result.stdout)["pairs"]
    assert (pair["verdict"], pair["bound_ms"], pair["links"]) == ("pass", 9.5, ["edge_0", "Link_5"])


def test_a_metric_that_is_not_for_spf_stays_what_it_is():
    text = GRAPH.replace("edge_1 1 0 20", "edge_1 1 0 16777215")
    link = parse_graph(text, "x", Options()).topology.links[0]
    assert (link.metric_ab, link.metric_ba) == (10, MAX_LINK_METRIC)
