"""GraphML of other programs: defaults, several graphs, ids that name directions, units."""

import pytest
from goldens import check_golden

from netkit.errors import InputError
from netkit.files.importers.graphs.graphml import parse_graphml
from netkit.files.importers.imported import DelayUnit, Options
from netkit.model.network.elements import MAX_LINK_METRIC

DIRECTED, UNDIRECTED = "directed", "undirected"


def document_of(rows, kind=UNDIRECTED, keys="delay_ms metric"):
    declared = "".join(f'<key id="{name}" for="edge" attr.name="{name}"/>' for name in keys.split())
    points = "".join(f'<node id="{name}"/>' for name in "abc")
    lines = "".join(edge(src, dst, id_, **data) for src, dst, id_, data in rows)
    return f'<graphml>{declared}<graph edgedefault="{kind}">{points}{lines}</graph></graphml>'


def edge(src, dst, id_=None, **data):
    named = "" if id_ is None else f' id="{id_}"'
    values = "".join(f'<data key="{key}">{value}</data>' for key, value in data.items())
    return f'<edge source="{src}" target="{dst}"{named}>{values}</edge>'


def read(text, **options):
    return parse_graphml(text, "g.graphml", Options(**options))


def links(text, **options):
    return {
        link.id: (link.a, link.b, link.delay_ab_us, link.delay_ba_us, link.metric_ab)
        for link in read(text, **options).topology.links
    }


def test_a_default_stands_for_what_an_edge_does_not_say():
    text = (
        '<graphml><key id="m" for="edge" attr.name="metric"><default>100</default></key>'
        '<key id="d" for="edge" attr.name="delay_ms"><default>5.0</default></key>'
        '<key id="l" for="node" attr.name="label"><default>x</default></key>'
        '<graph edgedefault="undirected"><node id="a"><data key="l">y</data></node><node id="b"/>'
        '<edge source="a" target="b"/><edge source="a" target="b"><data key="d">1</data>'
        '<data key="m">1</data></edge></graph></graphml>'
    )
    assert links(text) == {"y~x": ("y", "x", 5000, 5000, 100), "y~x-2": ("y", "x", 1000, 1000, 1)}


GRAPHS = (
    '<graphml><key id="d" for="edge" attr.name="delay_ms"/>'
    '<graph id="g1"><node id="a"/><node id="b"/><edge source="a" target="b"><data key="d">1</data>'
    '</edge></graph><graph id="g2"><node id="c"/></graph></graphml>'
)


def test_of_several_graphs_one_must_be_named():
    with pytest.raises(InputError) as caught:
        read(GRAPHS)
    assert str(caught.value) == (
        "g.graphml: 2 graphs in one file: g1, g2; expected one graph. Name it"
    )
    chosen = read(GRAPHS, network="g2")
    assert list(chosen.topology.node) == ["c"]
    assert any("graphs of the file that are left out: g1" in str(note) for note in chosen.notes)
    with pytest.raises(InputError, match="no graph of that name: g3; expected g1, g2"):
        read(GRAPHS, network="g3")


def test_ids_that_both_directions_have_pair_them_whatever_the_order():
    rows = [
        ("a", "b", "l1", {"delay_ms": 3, "metric": 10}),
        ("a", "b", "l2", {"delay_ms": 9, "metric": 10}),
        ("b", "a", "l2", {"delay_ms": 8, "metric": 30}),
        ("b", "a", "l1", {"delay_ms": 4, "metric": 20}),
    ]
    assert links(document_of(rows, kind=DIRECTED)) == {
        "l1": ("a", "b", 3000, 4000, 10), "l2": ("a", "b", 9000, 8000, 10),
    }  # fmt: skip


@pytest.mark.parametrize(
    "ids",
    [
        ("0", "1", "1", "0"), ("a-b-1", "a-b-2", "b-a-2", "b-a-1"),
        ("l1:ab", "l2:ab", "l2:ba", "l1:ba"), ("l1", "l2", "l2:back", "l1:back"),
        ("x_fwd", "y_fwd", "y_rev", "x_rev"),
        ("a->b #7", "a->b #8", "b->a #8", "b->a #7"),
    ],
)  # fmt: skip
def test_ids_that_name_directions_pair_them(ids):
    rows = [
        (src, dst, id_, {"delay_ms": delay})
        for (src, dst, delay), id_ in zip(
            [("a", "b", 3), ("a", "b", 9), ("b", "a", 8), ("b", "a", 4)], ids, strict=True
        )
    ]
    more = [("b", "c", ids[0], {"delay_ms": 1}), ("c", "b", ids[0], {"delay_ms": 1})]
    found = links(document_of(rows + more, kind=DIRECTED)).values()
    assert {one[2:4] for one in found if "c" not in one} == {(3000, 4000), (9000, 8000)}


def test_the_least_capacity_of_two_directions_counts_and_is_noted():
    rows = [
        ("a", "b", "l1", {"delay_ms": 3, "capacity_gbps": 100}),
        ("b", "a", "l1", {"delay_ms": 3, "capacity_gbps": 40}),
    ]
    imported = read(document_of(rows, kind=DIRECTED, keys="delay_ms capacity_gbps"))
    (link,) = imported.topology.links
    assert (link.one_way, link.capacity_bps) == (False, 40_000_000_000)
    assert any("have the least of them: 1 link" in str(note) for note in imported.notes)


def test_parallel_directions_without_ids_are_paired_in_order_and_that_is_noted():
    rows = [
        (src, dst, None, {"delay_ms": delay})
        for src, dst, delay in [("a", "b", 3), ("a", "b", 9), ("b", "a", 8), ("b", "a", 4)]
    ]
    imported = read(document_of(rows, kind=DIRECTED))
    assert len(imported.topology.links) == 2
    assert any("are paired in order: 2 links" in str(note) for note in imported.notes)


def test_an_undirected_edge_from_both_ends_is_one_link():
    rows = [("a", "b", None, {"delay_ms": 1}), ("b", "a", None, {"delay_ms": 1})]
    imported = read(document_of(rows))
    assert [link.id for link in imported.topology.links] == ["a~b"]
    assert any("taken as one link each: 1" in str(note) for note in imported.notes)


def test_undirected_edges_that_ids_tell_apart_are_parallel():
    rows = [("a", "b", "x", {"delay_ms": 1}), ("b", "a", "y", {"delay_ms": 1})]
    assert set(links(document_of(rows))) == {"x", "y"}


@pytest.mark.parametrize(
    ("keys", "values", "expected"),
    [
        ("latency_ms", {"latency_ms": 7}, (7000, 10, None)),
        ("latency", {"latency": "7 ms"}, (7000, 10, None)),
        ("length_km weight", {"length_km": 100, "weight": 7}, (490, 7, None)),
        ("dist_km bandwidth_Mbps", {"dist_km": 100, "bandwidth_Mbps": 10}, (490, 10, 10_000_000)),
        ("delay_us bandwidth", {"delay_us": 7, "bandwidth": "10 Gbps"}, (7, 10, 10_000_000_000)),
    ],
)
def test_common_names_of_attributes(keys, values, expected):
    (link,) = read(document_of([("a", "b", None, values)], keys=keys)).topology.links
    assert (link.delay_ab_us, link.metric_ab, link.capacity_bps) == expected


def test_delays_without_a_unit_need_one_that_somebody_states():
    rows = [("a", "b", None, {"delay": 7}), ("b", "c", None, {"delay": 8})]
    text = document_of(rows, keys="delay")
    with pytest.raises(InputError, match="delay without a unit: edge attribute 'delay': 2 edges"):
        read(text)
    assert [one[2] for one in links(text, delay_unit=DelayUnit.MS).values()] == [7000, 8000]
    assert [one[2] for one in links(text, delay_unit=DelayUnit.US).values()] == [7, 8]


def test_what_has_no_unit_and_decides_no_delay_is_left_out_with_a_note():
    rows = [
        ("a", "b", None, {"delay_ms": 7, "dist": 5, "bandwidth": 10, "loss": 1, "colour": "red"})
    ]
    imported = read(document_of(rows, keys="delay_ms dist bandwidth loss colour"))
    (link,) = imported.topology.links
    assert (link.delay_ab_us, link.length_km, link.capacity_bps) == (7000, None, None)
    check_golden("import/units.txt", "".join(f"{note}\n" for note in imported.notes))


def test_every_doubt_is_told_at_once():
    rows = [
        ("a", "b", None, {"latency": 7}), ("b", "c", None, {"dist": 8}),
        ("a", "c", None, {"delay_ms": 1}), ("c", "a", None, {"delay_ms": 2}),
    ]  # fmt: skip
    with pytest.raises(InputError) as caught:
        read(document_of(rows, keys="latency dist delay_ms"))
    check_golden("errors/doubts.graphml.txt", f"{caught.value}\n")


def test_a_metric_that_is_not_for_spf_stays_what_it_is():
    rows = [("a", "b", None, {"delay_ms": 1, "metric": MAX_LINK_METRIC})]
    (link,) = read(document_of(rows)).topology.links
    assert (link.metric_ab, link.metric_ba) == (MAX_LINK_METRIC, MAX_LINK_METRIC)
