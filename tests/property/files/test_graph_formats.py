"""Random topologies, written by writers of these tests, are imported as what they are."""

import json
from xml.sax.saxutils import escape, quoteattr

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from netkit.errors import InputError
from netkit.files.importers.formats import parsed
from netkit.files.importers.imported import Options
from netkit.files.importers.recognised import Format, format_of
from netkit.files.native.nodes import NODE_NAME
from netkit.files.reading.labels import one_line

SAFE = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}", fullmatch=True)
WILD = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff"), min_size=1,
    max_size=12,
).filter(lambda word: one_line(word) == word)  # fmt: skip


@st.composite
def networks(draw, labels=WILD):
    """(labels, links): each link (a, b, delays, metrics, capacity), one-way where b's are None.

    All one-way links between two nodes lead the same way: others could be one link.
    """
    names = draw(st.lists(labels, unique=True, min_size=2, max_size=6))
    ends = st.lists(st.integers(0, len(names) - 1), min_size=2, max_size=2, unique=True)
    delay, metric = st.integers(0, 10**6), st.integers(1, 2**24 - 2)
    links = []
    for _ in range(draw(st.integers(0, 8))):
        one_way, pair = draw(st.booleans()), draw(ends)
        a, b = sorted(pair) if one_way else pair
        delays = draw(delay), None if one_way else draw(delay)
        metrics = draw(metric), None if one_way else draw(metric)
        links.append((a, b, delays, metrics, draw(st.none() | st.integers(1, 10**6))))
    return names, links


def expected(network):
    names, links = network
    arcs = set()
    for number, (a, b, delays, metrics, mbps) in enumerate(links):
        bps = None if mbps is None else mbps * 1_000_000
        arcs.add((number, names[a], names[b], delays[0], metrics[0], bps))
        if delays[1] is not None:
            arcs.add((number, names[b], names[a], delays[1], metrics[1], bps))
    return arcs


def found(text, names):
    """The adjacencies by the labels of the file; the number of a link is in its id."""
    kind = format_of(text)
    topology = parsed(text, "file", Options(), kind).topology
    label = {node.name: node.label or node.name for node in topology.nodes}
    assert sorted(label.values()) == sorted(names)
    return kind, {
        (
            int(arc.link_id.strip("l>")), label[arc.src], label[arc.dst], arc.delay_us, arc.metric,
            topology.link[arc.link_id].capacity_bps,
        )
        for arc in topology.adjacencies
    }  # fmt: skip


def directed(network):
    """Every direction as (id, a, b, delay, metric, Mbit/s); both of one link have the same id."""
    rows = []
    for number, (a, b, delays, metrics, mbps) in enumerate(network[1]):
        rows.append((f"l{number}", a, b, delays[0], metrics[0], mbps))
        if delays[1] is not None:
            rows.append((f"l{number}", b, a, delays[1], metrics[1], mbps))
    return rows


KEYS = "".join(
    f'<key id="{key}" attr.name="{name}"/>'
    for key, name in (("l", "label"), ("d", "delay_us"), ("m", "metric"), ("c", "capacity_mbps"))
)


@settings(max_examples=examples(100, one_in=3))
@given(networks(), st.randoms())
def test_graphml(network, random):
    names, rows = network[0], directed(network)
    random.shuffle(rows)
    nodes = "".join(
        f'<node id="n{place}"><data key="l">{escape(name)}</data></node>'
        for place, name in enumerate(names)
    )
    edges = ""
    for id_, a, b, us, metric, mbps in rows:
        edges += f'<edge id={quoteattr(id_)} source="n{a}" target="n{b}">'
        edges += f'<data key="d">{us}</data><data key="m">{metric}</data>'
        edges += ("" if mbps is None else f'<data key="c">{mbps}</data>') + "</edge>"
    text = f'<graphml>{KEYS}<graph edgedefault="directed">{nodes}{edges}</graph></graphml>'
    names = [name.strip() for name in names]
    kind, arcs = found(text, names)
    assert (kind, arcs) == (Format.GRAPHML, expected((names, network[1])))


def gml_text(word):
    return "".join(c if " " <= c <= "~" and c not in '&"' else f"&#{ord(c)};" for c in word)


@settings(max_examples=examples(100, one_in=3))
@given(networks(), st.randoms())
def test_gml(network, random):
    names, rows = network[0], directed(network)
    random.shuffle(rows)
    lines = ["graph [", "  directed 1"]
    for place, name in enumerate(names):
        lines.append(f'  node [ id {place} label "{gml_text(name)}" ]')
    for id_, a, b, us, metric, mbps in rows:
        capacity = "" if mbps is None else f"capacity_Mbps {mbps} "
        lines += ["  edge [", f'    source {a} target {b} id "{id_}"']
        lines += [f"    delayus {us}.0 metric {metric} {capacity}", "  ]"]
    kind, arcs = found("\n".join([*lines, "]"]), names)
    assert (kind, arcs) == (Format.GML, expected(network))


@settings(max_examples=examples(100, one_in=3))
@given(networks(), st.randoms(), st.sampled_from(["edges", "links"]))
def test_node_link(network, random, key):
    names, rows = network[0], directed(network)
    random.shuffle(rows)
    edges = [
        {
            "source": names[a], "target": names[b], "key": id_, "latency": f"{us} us",
            "metric": metric, "bandwidth_mbps": mbps,
        }
        for id_, a, b, us, metric, mbps in rows
    ]  # fmt: skip
    document = {
        "directed": True, "multigraph": True, "graph": {}, "nodes": [{"id": one} for one in names],
        key: edges,
    }  # fmt: skip
    kind, arcs = found(json.dumps(document), names)
    assert (kind, arcs) == (Format.NODE_LINK, expected(network))


@settings(max_examples=examples(100, one_in=3))
@given(networks(labels=SAFE), st.randoms(), st.sampled_from(",;\t"))
def test_edge_list(network, random, separator):
    rows = directed(network)
    if not rows:
        return
    random.shuffle(rows)
    names = [network[0][place] for place in dict.fromkeys(end for row in rows for end in row[1:3])]
    lines = ["id,from,to,delay_us,igp_metric,capacity_mbps,directed".replace(",", separator)]
    for id_, a, b, us, metric, mbps in rows:
        ends = network[0][a], network[0][b]
        cells = (id_, *ends, us, metric, "" if mbps is None else mbps, "true")
        lines.append(separator.join(map(str, cells)))
    kind, arcs = found("\n".join(lines), names)
    assert (kind, arcs) == (Format.EDGES, expected(network))


@settings(max_examples=examples(100, one_in=3))
@given(networks(), st.randoms(), st.booleans())
def test_ietf(network, random, as_xml):
    names, rows = network[0], directed(network)
    random.shuffle(rows)
    links = []
    for id_, a, b, us, metric, mbps in rows:
        te = {"te-igp-metric": metric, "te-delay-metric": us}
        if mbps is not None:
            te["max-link-bandwidth"] = {"te-bandwidth": {"generic": str(mbps * 125_000)}}
        links.append(
            {
                "link-id": id_ if a < b else f"{id_}>",
                "source": {"source-node": f"n{a}", "source-tp": id_},
                "destination": {"dest-node": f"n{b}", "dest-tp": id_},
                "te": {"te-link-attributes": te},
            }
        )
    nodes = [
        {"node-id": f"n{place}", "te": {"te-node-attributes": {"name": name}}}
        for place, name in enumerate(names)
    ]
    body = {"network": [{"network-id": "n", "node": nodes, "link": links}]}
    if as_xml:
        text = f'<networks xmlns="urn:ietf:params:xml:ns:yang:ietf-network">{xml(body)}</networks>'
        names = [name.strip() for name in names]
    else:
        text = json.dumps({"ietf-network:networks": body})
    kind, arcs = found(text, names)
    assert (kind, arcs) == (Format.IETF, expected((names, network[1])))


def xml(value):
    if not isinstance(value, dict):
        return escape(str(value))
    return "".join(
        f"<{key}>{xml(item)}</{key}>"
        for key, items in value.items()
        for item in (items if isinstance(items, list) else [items])
    )


IETF = {
    "network-id": "n", "node": [{"node-id": "a"}, {"node-id": "b"}],
    "link": [{
        "link-id": "l", "source": {"source-node": "a"}, "destination": {"dest-node": "b"},
        "te": {"te-link-attributes": {"te-delay-metric": 5}},
    }],
}  # fmt: skip
PLAIN = {
    "directed": False, "multigraph": False, "nodes": [{"id": "a"}, {"id": 1}],
    "edges": [{"source": "a", "target": 1, "latency": "5ms", "weight": 3}],
}  # fmt: skip
TOPOHUB = {
    "directed": False, "multigraph": False, "graph": {"demands": {"0": {"1": 2.0}}, "stats": {}},
    "nodes": [{"id": 0, "pos": [1, 2]}, {"id": 1, "pos": [3, 4]}],
    "edges": [{"source": 0, "target": 1, "dist": 314.4}],
}  # fmt: skip
SAMPLES = [
    'graph [ directed 1 node [ id 0 label "a&#228;" ] node [ id 1 ] '
    "edge [ source 0 target 1 delay_ms 2 ] ]",
    json.dumps(PLAIN),
    "src,dst,delay_ms,id\na,b,1,x\nb,a,2,y\n",
    json.dumps({"ietf-network:networks": {"network": [IETF]}}),
    json.dumps(TOPOHUB),
]


@settings(max_examples=examples(300, one_in=3))
@given(
    st.sampled_from(SAMPLES), st.integers(0, 10**4), st.integers(0, 12),
    st.text(max_size=8)
    | st.sampled_from(["-1", "1e999", "NaN", "[[", "]", '"', "&#99999999;", "&x;", "null", "\0"]),
)  # fmt: skip
def test_damaged_files_are_read_or_refused_and_nothing_else(text, place, length, junk):
    place %= len(text)
    damaged = text[:place] + junk + text[place + length :]
    for kind in {format_of(damaged), format_of(text)}:
        try:
            topology = parsed(damaged, "file", Options(), kind).topology
        except InputError:
            continue
        assert all(NODE_NAME.fullmatch(name) for name in topology.node)
