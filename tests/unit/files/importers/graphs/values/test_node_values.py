"""What nodes of graphs say of themselves, in GraphML, GML and node-link JSON."""

import json

import pytest

from netkit.files.importers.graphs.gml import parse_gml_graph
from netkit.files.importers.graphs.graphml import parse_graphml
from netkit.files.importers.graphs.node_link import parse_node_link
from netkit.files.importers.imported import DelayUnit, Options
from netkit.files.native.dump import dump_topology
from netkit.files.native.topology import parse_topology
from netkit.model.network.elements import LinkKind, Role, Status
from netkit.model.network.geo import Coordinates

OPTIONS = Options(delay_unit=DelayUnit.MS)


def as_graphml(nodes, edges):
    keys = {key for data in nodes.values() for key in data}
    declared = "".join(f'<key id="{key}" for="node" attr.name="{key}"/>' for key in sorted(keys))
    points = "".join(
        f'<node id="{name}">'
        + "".join(f'<data key="{key}">{value}</data>' for key, value in data.items())
        + "</node>"
        for name, data in nodes.items()
    )
    lines = "".join(
        f'<edge source="{a}" target="{b}"><data key="d">1</data></edge>' for a, b in edges
    )
    head = f'<graphml>{declared}<key id="d" for="edge" attr.name="delay"/>'
    return f'{head}<graph edgedefault="undirected">{points}{lines}</graph></graphml>'


def as_gml(nodes, edges):
    numbers = {name: number for number, name in enumerate(nodes)}
    points = "".join(
        f'node [ id {numbers[name]} label "{name}" '
        + " ".join(f'{key} "{value}"' for key, value in data.items()) + " ]\n"
        for name, data in nodes.items()
    )  # fmt: skip
    lines = "".join(f"edge [ source {numbers[a]} target {numbers[b]} delay 1 ]\n" for a, b in edges)
    return f"graph [ {points}{lines} ]"


def as_node_link(nodes, edges):
    return json.dumps({
        "directed": False, "multigraph": False, "graph": {},
        "nodes": [{"id": name, **data} for name, data in nodes.items()],
        "edges": [{"source": a, "target": b, "delay": 1} for a, b in edges],
    })  # fmt: skip


FORMATS = {
    "graphml": (as_graphml, parse_graphml), "gml": (as_gml, parse_gml_graph),
    "node-link": (as_node_link, parse_node_link),
}  # fmt: skip


@pytest.fixture(params=FORMATS)
def read(request):
    written, parse = FORMATS[request.param]
    return lambda nodes, edges=(("a", "b"),): parse(written(nodes, edges), "g", OPTIONS)


def notes(imported):
    return "\n".join(str(note) for note in imported.notes)


def test_a_node_has_what_the_model_has_a_place_for(read):
    imported = read({
        "a": {"role": "Border", "operator": "China Telecom", "city": "Wuhu", "hub": "Yangtze"},
        "b": {"role": "cluster", "operator": "China Telecom", "status": "planned",
              "overload": "true"},
    })  # fmt: skip
    a, b = imported.topology.nodes
    assert (a.role, a.operator, a.place, a.hub) == (
        Role.BORDER, "china-telecom", "Wuhu", "Yangtze",
    )  # fmt: skip
    assert (b.role, b.status, b.overload) == (Role.CLUSTER, Status.PLANNED, True)
    assert "not used" not in notes(imported)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        ("lat", "lon"), ("Latitude", "Longitude"), ("latitude_deg", "longitude_deg"),
        ("LAT", "LNG"), ("geo_lat", "geo_lon"), ("lat_deg", "lng_deg"), ("lat", "long"),
    ],
)  # fmt: skip
def test_coordinates_by_their_common_names(read, latitude, longitude):
    nodes = {"a": {latitude: "39.9", longitude: "116.4"}, "b": {latitude: 31, longitude: 121}}
    assert read(nodes).topology.nodes[0].coordinates == Coordinates(39.9, 116.4)


def test_words_that_are_not_the_model_s_are_counted_and_named(read):
    imported = read({
        "a": {"role": "Green Dot", "Country": "China", "Internal": "1", "type": "x"},
        "b": {"role": "Green Dot", "status": "lit", "Country": "China", "Internal": "0"},
    })  # fmt: skip
    assert {node.role for node in imported.topology.nodes} == {Role.CITY}
    said = notes(imported)
    for words in (
        "role 'Green Dot' is not used: 2 nodes", "status 'lit' is not used: 1 nodes",
        "nodes of other networks (Internal 0), taken as any other: 1",
        "node attributes that are not used: Country (2), type (1)",
    ):  # fmt: skip
        assert words in said


def test_links_between_operators_are_where_they_may_be(read):
    core = {"a": {"role": "core", "operator": "X"}, "b": {"role": "border", "operator": "Y"}}
    imported = read(core)
    (link,) = imported.topology.links
    assert link.kind is LinkKind.DIRECT_CONNECT
    assert parse_topology(dump_topology(imported.topology)) == imported.topology
    elsewhere = read({"a": {"operator": "X"}, "b": {"operator": "Y"}})
    assert elsewhere.topology.links[0].kind is LinkKind.TRUNK
    assert {node.operator for node in elsewhere.topology.nodes} == {"default"}
    assert "operators are not used: links between them" in notes(elsewhere)


YED = """<graphml xmlns:y="http://www.yworks.com/xml/graphml">
<key for="node" id="d6" yfiles.type="nodegraphics"/><key for="edge" id="d10"/>
<key attr.name="delay_ms" for="edge" id="d11"/><graph edgedefault="directed" id="G">
<node id="n0"><data key="d6"><y:ShapeNode><y:Geometry x="1"/><y:NodeLabel x="1">Beijing
 core<y:LabelModel/></y:NodeLabel><y:NodeLabel>192.0.2.1</y:NodeLabel></y:ShapeNode></data></node>
<node id="n1"><data key="d6"><y:ShapeNode><y:NodeLabel> 上海 </y:NodeLabel></y:ShapeNode></data>
</node><edge id="e0" source="n0" target="n1"><data key="d10"><y:PolyLineEdge>{arrows}
</y:PolyLineEdge></data><data key="d11">11</data></edge></graph></graphml>"""


@pytest.mark.parametrize(
    ("arrows", "one_way"),
    [
        ('<y:Arrows source="none" target="none"/>', False),
        ('<y:Arrows source="none" target="standard"/>', True),
        ('<y:Arrows source="standard" target="delta"/>', False),
        ("", True),
    ],
)
def test_drawings_of_yed(arrows, one_way):
    imported = parse_graphml(YED.replace("{arrows}", arrows), "g", Options())
    assert [node.label or node.name for node in imported.topology.nodes] == ["Beijing core", "上海"]
    assert imported.topology.links[0].one_way is one_way
