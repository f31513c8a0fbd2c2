"""Networks of RFC 8345 with the attributes of RFC 8346 and RFC 8795, in JSON and XML."""

import json

import pytest
from goldens import check_golden

from netkit.errors import InputError
from netkit.files.importers.formats import read_topology
from netkit.files.importers.ietf.network import parse_networks
from netkit.files.importers.imported import Options
from netkit.files.importers.recognised import Format, format_of

NS = "urn:ietf:params:xml:ns:yang:"


def read(document, **options):
    text = document if isinstance(document, str) else json.dumps(document)
    return parse_networks(text, "n", Options(**options))


def link(id_, src, dst, te=None, **more):
    ends = {
        "source": {"source-node": src[0], "source-tp": src[1]},
        "destination": {"dest-node": dst[0], "dest-tp": dst[1]},
    }
    augmented = {} if te is None else {"ietf-te-topology:te": {"te-link-attributes": te}}
    return {"link-id": id_, **ends, **augmented, **more}


def network(*links, nodes="ab", id_="n1", **more):
    points = [{"node-id": name} for name in nodes]
    return {"network-id": id_, "node": points, "ietf-network-topology:link": list(links), **more}


def document(*networks):
    return {"ietf-network:networks": {"network": list(networks)}}


TE = {
    "te-default-metric": 20, "te-delay-metric": 9000, "te-igp-metric": 30,
    "administrative-group": "00:00:00:05", "te-srlgs": {"value": [7, 8]},
    "max-link-bandwidth": {"te-bandwidth": {"generic": "0x1.2a05f2p33"}},
    "ietf-te-topology-packet:performance-metrics-one-way": {
        "one-way-delay": 5000, "one-way-delay-variation": 12, "one-way-packet-loss": "0.000030",
    },
}  # fmt: skip


def test_links_outside_any_network_are_counted():
    pair = link("x", ("a", "1"), ("b", "2"), TE), link("y", ("b", "2"), ("a", "1"), TE)
    whole = document(network(*pair))
    whole["ietf-network:networks"]["link"] = [pair[0]]
    assert "links outside any network are not read: 1" in [
        str(note).removeprefix("n: ") for note in read(whole).notes
    ]


def test_every_attribute_of_te():
    back = {**TE, "te-default-metric": 21}
    pair = link("x", ("a", "1"), ("b", "2"), TE), link("y", ("b", "2"), ("a", "1"), back)
    text = json.dumps(document(network(*pair)))
    assert format_of(text) is Format.IETF
    (found,) = read(text).topology.links
    assert (found.id, found.id_ba, found.metric_ab) == ("x", "y", 30)
    assert (found.te_metric_ab, found.te_metric_ba) == (20, 21)
    assert (found.delay_ab_us, found.jitter_ab_us, found.loss_ab_ppb) == (5000, 12, 300)
    assert (found.srlgs, found.admin_groups) == ({"7", "8"}, {"0", "2"})
    assert found.capacity_bps == round(float.fromhex("0x1.2a05f2p33") * 8)


def test_parallel_links_pair_by_their_termination_points():
    rows = [
        link("l1", ("a", "1"), ("b", "1"), {"te-delay-metric": 1}),
        link("l2", ("a", "2"), ("b", "2"), {"te-delay-metric": 2}),
        link("l3", ("b", "2"), ("a", "2"), {"te-delay-metric": 3}),
        link("l4", ("b", "1"), ("a", "1"), {"te-delay-metric": 4}),
    ]
    found = read(document(network(*rows))).topology.links
    assert [(one.id, one.id_ba, one.delay_ab_us, one.delay_ba_us) for one in found] == [
        ("l1", "l4", 1, 4), ("l2", "l3", 2, 3),
    ]  # fmt: skip


def test_a_link_without_its_way_back_is_one_way():
    imported = read(document(network(link("x", ("a", "1"), ("b", "2"), TE))))
    assert imported.topology.links[0].one_way
    assert any("are one-way: 1" in str(note) for note in imported.notes)


def test_metrics_and_names_of_layer_3():
    nodes = [
        {"node-id": key, "ietf-l3-unicast-topology:l3-node-attributes": {"name": name}}
        for key, name in (("D1", "paris"), ("D2", "lyon"))
    ]
    l3 = {"ietf-l3-unicast-topology:l3-link-attributes": {"metric1": "100"}}
    rows = [link("x", ("D1", "1"), ("D2", "1"), **l3), link("y", ("D2", "1"), ("D1", "1"), **l3)]
    imported = read(document({**network(*rows), "node": nodes}))
    assert list(imported.topology.node) == ["paris", "lyon"]
    assert imported.topology.links == ()
    (undelayed,) = imported.undelayed
    assert undelayed.metric_ab == 100
    assert imported.known["D1"] == "paris"


def test_xml_says_the_same():
    text = f"""<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><data>
      <nw:networks xmlns:nw="{NS}ietf-network" xmlns:nt="{NS}ietf-network-topology"><nw:network>
      <nw:network-id>n1</nw:network-id><nw:node><nw:node-id>a</nw:node-id></nw:node>
      <nw:node><nw:node-id>b</nw:node-id><te xmlns="{NS}ietf-te-topology"><geolocation>
      <latitude>48.85</latitude><longitude>2.35</longitude></geolocation></te></nw:node>
      <nt:link><nt:link-id>x</nt:link-id>
        <nt:source><nt:source-node>a</nt:source-node></nt:source>
        <nt:destination><nt:dest-node>b</nt:dest-node></nt:destination>
        <te xmlns="{NS}ietf-te-topology"><te-link-attributes><te-delay-metric>7</te-delay-metric>
        <te-srlgs><value>1</value><value>2</value></te-srlgs></te-link-attributes></te></nt:link>
      </nw:network></nw:networks></data></rpc-reply>"""
    assert format_of(text) is Format.IETF
    topology = read(text).topology
    (found,) = topology.links
    assert (found.delay_ab_us, found.srlgs, found.one_way) == (7, {"1", "2"}, True)
    assert topology.node["b"].coordinates.lat_deg == 48.85


def test_of_several_networks_the_one_with_links_or_the_one_that_is_named():
    first, second = network(link("x", ("a", "1"), ("b", "1"), TE)), network(id_="n2", nodes="cd")
    imported = read(document(first, second))
    assert list(imported.topology.node) == ["a", "b"]
    assert any("networks without links are left out: n2" in str(note) for note in imported.notes)
    assert list(read(document(first, second), network="n2").topology.node) == ["c", "d"]
    third = {**first, "network-id": "n3"}
    with pytest.raises(InputError, match="2 networks in one file: n1, n3; expected one network"):
        read(document(first, third))


def test_what_is_down_is_left_out_and_said():
    down = {"ietf-te-topology:te": {"oper-status": "down"}}
    off = {**TE, "admin-status": "maintenance"}
    nodes = [{"node-id": "a"}, {"node-id": "b"}, {"node-id": "c", **down}]
    rows = [
        link("x", ("a", "1"), ("b", "1"), off), link("y", ("a", "2"), ("c", "1"), TE),
        link("z", ("a", "3"), ("b", "3"), {**TE, "admin-status": "up"}),
    ]  # fmt: skip
    imported = read(document({**network(*rows), "node": nodes}))
    assert [one.id for one in imported.topology.links] == ["z"]
    check_golden("import/ietf-down.txt", "".join(f"{note}\n" for note in imported.notes))


def test_every_problem_and_every_odd_figure():
    odd = {
        "te-default-metric": 2**32, "te-igp-metric": "x", "te-delay-metric": -5,
        "administrative-group": "5", "max-link-bandwidth": {"te-bandwidth": {"generic": "fast"}},
    }  # fmt: skip
    imported = read(document(network(link("x", ("a", "1"), ("b", "1"), odd))))
    check_golden("import/ietf-odd.txt", "".join(f"{note}\n" for note in imported.notes))
    rows = [link("x", ("a", "1"), ("q", "1")), {"link-id": "y"}]
    with pytest.raises(InputError) as caught:
        read(document({**network(*rows), "node": [{"node-id": "a"}, {"node-id": "a"}, {}]}))
    check_golden("errors/bad.ietf.txt", f"{caught.value}\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "n: no network; expected ietf-network:networks with a network"),
        ("<networks/>", "n: no network"),
        ("<!DOCTYPE n [<!ENTITY a 'b'>]><networks/>", "n:1: a document type or entity declaration"),
        ("[" * 100_000, "n: not usable JSON"),
        ('{"ietf-network:network": [{"network-id": "n1"}]}', "n: no nodes"),
    ],
)
def test_what_is_refused(text, message):
    with pytest.raises(InputError) as caught:
        read(text)
    assert str(caught.value).startswith(message)


def test_thresholds_and_members_of_a_bundle_are_no_measurements():
    others = {
        "throttle": {"threshold-out": {"one-way-delay": 1, "one-way-delay-variation": 2}},
        "bundled-links": {"bundled-link": [{"te-delay-metric": 3}]},
        "underlay": {"primary-path": {"one-way-max-delay": 4}},
        "information-source-entry": [{"te-default-metric": 5}],
    }
    te = {"ietf-te-topology-packet:x": others, **others, "te-delay-metric": 9000}
    pair = link("x", ("a", "1"), ("b", "1"), te), link("y", ("b", "1"), ("a", "1"), te)
    (found,) = read(document(network(*pair))).topology.links
    assert (found.delay_ab_us, found.jitter_ab_us, found.te_metric_ab) == (9000, None, None)


@pytest.mark.parametrize("word", ["1e308", "0xFFFFFFFFp999", "1e999"])
def test_a_bandwidth_past_all_numbers_is_noted(word):
    te = {"te-delay-metric": 1, "max-link-bandwidth": {"te-bandwidth": {"generic": word}}}
    imported = read(document(network(link("x", ("a", "1"), ("b", "1"), te))))
    assert imported.topology.links[0].capacity_bps is None
    assert any("max-link-bandwidth is not used" in str(note) for note in imported.notes)


def test_a_node_that_stands_for_a_lan_is_refused():
    pair = [link("x", ("a", "1"), ("b", "1"), TE), link("y", ("b", "1"), ("a", "1"), TE)]
    lan = network(*pair)
    lan["node"][1]["ietf-te-topology:te"] = {"is-multi-access-dr": [None]}
    with pytest.raises(InputError, match="stands for a LAN"):
        read(document(lan))


def test_nodes_without_any_link_are_refused(tmp_path):
    file = tmp_path / "n.json"
    file.write_text(json.dumps(document(network())))
    with pytest.raises(InputError, match="no link between the nodes"):
        read_topology(file)


def test_templates_and_bundles_are_counted_by_name():
    te = {"te-link-attributes": {"te-igp-metric": 5, "te-delay-metric": 7}}
    one = link("x", ("a", "1"), ("b", "2")) | {
        "ietf-te-topology:te": {**te, "te-link-template": ["gold", "silver"]}
    }
    two = link("y", ("b", "2"), ("a", "1")) | {
        "ietf-te-topology:te": {**te, "bundled-links": {"bundled-link": [{"sequence": 1}]}}
    }
    net = network(one, two)
    net["node"][0]["ietf-te-topology:te"] = {"te-node-template": ["core"]}
    said = [str(note) for note in read(document(net)).notes]
    for words in (
        "nodes that take attributes of a template, which is not resolved: 1: 'core'",
        "links that take attributes of a template, which is not resolved: 1: 'gold' 'silver'",
        "bundles, whose members are not looked at: 1: 'y'",
    ):
        assert f"n: {words}" in said
