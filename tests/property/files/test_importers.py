"""Files of other people against everything that hypothesis can think of."""

from dataclasses import replace
from xml.sax.saxutils import quoteattr

from goldens import GOLDEN
from hypothesis import given
from hypothesis import strategies as st

from netkit.errors import InputError
from netkit.files.importers.formats import parsed
from netkit.files.importers.graphs.graphml import parse_graphml
from netkit.files.importers.imported import Options
from netkit.files.importers.recognised import format_of
from netkit.files.importers.research.repetita import parse_graph
from netkit.files.importers.research.repetita_dump import dump_repetita
from netkit.files.native.nodes import NODE_NAME
from netkit.files.native.topology import dump_topology, parse_topology
from netkit.files.reading.labels import unique_names
from netkit.model.network.geo import Coordinates, floor_us

labels = st.from_regex(NODE_NAME, fullmatch=True).filter(str.isprintable)
degrees = st.decimals(-80, 80, places=4, allow_nan=False)
OPTIONS = Options()


@st.composite
def graphs(draw):
    """A Repetita file as (nodes, edges): parallel, one-way and reverse edges, islands."""
    names = draw(st.lists(labels, unique=True, min_size=2, max_size=6))
    nodes = [(name, draw(degrees), draw(degrees)) for name in names]
    ends = st.lists(st.integers(0, len(names) - 1), min_size=2, max_size=2, unique=True)
    edges = [
        (f"e{number}", *draw(ends), draw(st.integers(1, 9)), draw(st.integers(0, 2)) * 1000,
         draw(st.integers(0, 3)))
        for number in range(draw(st.integers(0, 12)))
    ]  # fmt: skip
    return nodes, edges


def text_of(nodes, edges):
    rows = [" ".join(map(str, row)) for row in (*nodes, *edges)]
    nodes, edges = rows[: len(nodes)], rows[len(nodes) :]
    head = [f"NODES {len(nodes)}", "label x y", *nodes, ""]
    return "\n".join([*head, f"EDGES {len(edges)}", "label src dest weight bw delay", *edges, ""])


def without_positions(topology):
    nodes = tuple(replace(node, coordinates=None) for node in topology.nodes)
    return replace(topology, nodes=nodes)


@given(graphs())
def test_every_edge_is_one_direction_under_its_own_label(graph):
    nodes, edges = graph
    topology = parse_graph(text_of(nodes, edges), "g.graph", OPTIONS).topology
    assert [node.name for node in topology.nodes] == [name for name, *_ in nodes]
    found = {
        arc.label: (arc.src, arc.dst, arc.metric, topology.link[arc.link_id].capacity_bps or 0,
                    arc.delay_us)
        for arc in topology.adjacencies
    }  # fmt: skip
    assert found == {
        label: (nodes[a][0], nodes[b][0], weight, kbps * 1000, delay)
        for label, a, b, weight, kbps, delay in edges
    }
    one_way = [link for link in topology.links if link.one_way]
    for link in one_way:  # no two of them could have been one link
        assert not any(
            (link.a, link.b, link.capacity_bps) == (other.b, other.a, other.capacity_bps)
            for other in one_way
        )


@given(graphs())
def test_what_is_written_as_repetita_or_natively_is_read_back(graph):
    topology = without_positions(parse_graph(text_of(*graph), "g.graph", OPTIONS).topology)
    assert parse_topology(dump_topology(topology)) == topology
    again = parse_graph(dump_repetita(topology), "g.graph", OPTIONS).topology
    assert sorted(again.adjacencies, key=lambda arc: arc.label) == [
        replace(
            arc,
            number=other.number,
            subnet=other.subnet,
            link_id=other.link_id,
            pools=tuple(
                replace(pool, owner=one.owner)
                for pool, one in zip(arc.pools, other.pools, strict=True)
            ),
        )
        for arc, other in zip(
            sorted(topology.adjacencies, key=lambda arc: arc.label),
            sorted(again.adjacencies, key=lambda arc: arc.label),
            strict=True,
        )
    ]


@given(graphs(), st.booleans())
def test_graphml_says_the_same_as_repetita(graph, directed):
    nodes, edges = graph
    keys = "".join(
        f'<key id="{key}" attr.name="{key}"/>' for key in ("lat", "lon", "label", "metric")
    )
    points = "".join(
        f'<node id="{index}"><data key="label">{quoteattr(name)[1:-1]}</data>'
        f'<data key="lat">{y}</data><data key="lon">{x}</data></node>'
        for index, (name, x, y) in enumerate(nodes)
    )
    lines = "".join(
        f'<edge id="{label}" source="{a}" target="{b}"><data key="metric">{weight}</data></edge>'
        for label, a, b, weight, *_ in edges
    )
    default = "directed" if directed else "undirected"
    text = f'<graphml>{keys}<graph edgedefault="{default}">{points}{lines}</graph></graphml>'
    topology = parse_graphml(text, "g.graphml", OPTIONS).topology
    assert [node.name for node in topology.nodes] == [name for name, *_ in nodes]
    if len({(x, y) for _, x, y in nodes}) == 1:
        assert topology.links == ()
        return
    expected = {(label, nodes[a][0], nodes[b][0], weight) for label, a, b, weight, *_ in edges}
    if not directed:
        expected |= {(label, dst, src, weight) for label, src, dst, weight in expected}
    assert {(arc.label, arc.src, arc.dst, arc.metric) for arc in topology.adjacencies} == expected
    for arc in topology.adjacencies:
        a, b = topology.node[arc.src].coordinates, topology.node[arc.dst].coordinates
        assert isinstance(a, Coordinates)
        assert arc.delay_us >= floor_us(a, b)


@given(st.lists(st.none() | st.text(max_size=70), max_size=12))
def test_names_are_unique_and_fit(found):
    spare = [f"node-{number}" for number in range(len(found))]
    names = unique_names(found, NODE_NAME, 60, spare)
    assert len(set(names)) == len(names)
    assert all(NODE_NAME.fullmatch(name) for name in names)
    for label, name in zip(found, names, strict=True):
        if label is not None and NODE_NAME.fullmatch(label) and found.count(label) == 1:
            assert name == label


SAMPLES = [
    (GOLDEN / "import" / "odd.graphml").read_text(),
    text_of([("a", 1, 2), ("b", 3, 4)], [("e", 0, 1, 1, 1, 9000), ("f", 1, 0, 1, 1, 9000)]),
    "?SNDlib native format; type: network; version: 1.0\nNODES (\n A ( 1 2 )\n B ( 3 4 )\n)\n"
    "LINKS (\n L ( A B ) 0 0 0 0 ( 1 1 )\n)\nDEMANDS (\n D ( A B ) 1 2 UNLIMITED\n)\n",
    '{"levels": [{"lsps": [{"lsp": {"id": "a.00-00"}, "ext-reach": [{"id": "b.00", "metric": 3,'
    ' "avg-delay": {"micro-sec": 7}}]}, {"lsp": {"id": "b.00-00"}, "ext-reach": {"id": "a.00",'
    ' "metric": 4}}]}]}',
    '{"x": [{"nlri": {"type": 2, "local_node_desc": {"igp_router_id": "1"}, "remote_node_desc":'
    ' {"igp_router_id": "2"}}, "attrs": [{"link": {"igp_metric": 5, "srlgs": [1]}}]}]}',
    '<network><networkStructure><nodes><node id="A"/></nodes><links><link id="L"><source>A'
    "</source></link></links></networkStructure></network>",
]


@given(
    st.sampled_from(SAMPLES), st.integers(0, 10**4), st.integers(0, 12),
    st.text(max_size=8) | st.sampled_from(["-1", "1e999", "nan", "((", ")", "</node>", "[[", "{}"]),
)  # fmt: skip
def test_damaged_files_are_read_or_refused_and_nothing_else(text, place, length, junk):
    place %= len(text)
    damaged = text[:place] + junk + text[place + length :]
    for reader in {format_of(damaged), format_of(text)}:
        for name in names_in(reader, damaged):
            assert NODE_NAME.fullmatch(name)


def names_in(reader, text):
    try:
        topology = parsed(text, "file", OPTIONS, reader).topology
    except InputError:
        return ()
    return topology.node
