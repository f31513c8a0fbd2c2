"""Tables of BGP-LS as GoBGP prints them."""

import json
from pathlib import Path

import pytest
from frr_lsps import FOUR, ONE, THREE, TWO

from netkit.errors import InputError
from netkit.files.importers.formats import read_topology
from netkit.files.importers.gobgp_ls import parse_gobgp
from netkit.files.importers.imported import Options

GOLDEN = Path(__file__).parents[4] / "golden" / "import"


def test_gobgp_as_recorded():
    imported = golden_or_error("gobgp-3.10-recorded.json")
    assert "nlri is null. GoBGP before 3.11 prints BGP-LS so" in imported
    text = (GOLDEN / "gobgp-3.36-recorded.json").read_text()
    found = parse_gobgp(text, "x", Options())
    rows = [(one.a, one.b, one.metric_ab, one.metric_ba) for one in found.undelayed]
    assert rows == [
        (ONE, TWO, 10, 10), (ONE, TWO, 20, 20), (ONE, FOUR, 16777215, 30), (TWO, THREE, 10, 10),
        (TWO, FOUR, 15, 15), (THREE, FOUR, 12, 12),
    ]  # fmt: skip
    first = found.undelayed[0]
    assert (first.srlgs, first.admin_groups, first.te_metric_ab) == ({"7", "9"}, {"0", "2"}, 77)
    assert first.capacity_bps == 10_000_000_000
    assert list(map(str, found.notes))[:2] == [
        "x: 1 direction of metric 16777215, which SPF does not use: "
        "0000.0000.0001 to 0000.0000.0004",
        "x: read and not used: SIDs whose behavior is not printed (4), "
        "nodes whose overload bit is not printed (4), unreserved bandwidths (6)",
    ]
    assert "no link is left: 6 links without a delay" in golden_or_error("gobgp-3.36-recorded.json")
    assert "no link is left: 1 link without a delay" in golden_or_error("gobgp-3.11-rib-ls.json")


def golden_or_error(name):
    with pytest.raises(InputError) as caught:
        read_topology(GOLDEN / name)
    return str(caught.value)


def route(text, **attribute):
    attrs = [{"type": 29, "node": {}, "link": {}, **attribute}]
    return {text: [{"nlri": {"nlri": text}, "best": True, "attrs": attrs}]}


def node(router, protocol="ISIS-L2:0", asn=1, ls_id=0, **said):
    text = f"NLRI {{ NODE {{ AS:{asn} BGP-LS ID:{ls_id} {router} {protocol} }} }}"
    return route(text, node=said)


def link(here, there, ends, tail="", **said):
    text = f"NLRI {{ LINK {{ LOCAL_NODE: {here} REMOTE_NODE: {there} LINK: {ends}{tail}}} }}"
    delay = {"flags": {}, "min_delay": 5, "max_delay": 9}
    figures = {"igp_metric": 3, "min_max_unidirectional_link_delay": delay}
    return route(text, link=figures | said)


def pair(a, b, number=1, tail="", **said):
    near, far = f"10.0.{number}.1", f"10.0.{number}.2"
    return link(a, b, f"{near}->{far}", tail, **said) | link(b, a, f"{far}->{near}", tail, **said)


def read(*tables, **options):
    whole = {text: paths for table in tables for text, paths in table.items()}
    return parse_gobgp(json.dumps(whole), "x", Options(**options))


def test_gobgp_links_that_do_not_say_their_level():
    nodes = [node(one, f"ISIS-L{level}:0") for one in (ONE, TWO) for level in (1, 2)]
    with pytest.raises(InputError, match="nothing tells of 2 links which of two levels"):
        read(*nodes, pair(ONE, TWO))


def test_a_link_is_of_the_level_that_both_of_its_routers_have():
    nodes = [node(ONE, f"ISIS-L{level}:0") for level in (1, 2)]
    found = read(*nodes, node(TWO), pair(ONE, TWO))
    assert [(one.a, one.b) for one in found.topology.links] == [(ONE, TWO)]
    assert "x: level 1 holds no adjacency and is left out" in map(str, found.notes)


INSTANCES = [
    node(ONE, "ISIS-L2:0"), node(TWO, "ISIS-L2:0"), node(ONE, "ISIS-L2:7"),
    node(THREE, "ISIS-L2:7"), pair(ONE, TWO, 1, " ISIS-L2:0"), pair(ONE, THREE, 2, " ISIS-L2:7"),
]  # fmt: skip


def test_two_instances_are_two_networks_and_one_is_chosen_by_name():
    with pytest.raises(InputError) as caught:
        read(*INSTANCES)
    assert str(caught.value) == (
        "x: 2 IGP instances in one file: 1:0:0, 1:0:7; expected one IGP instance. Name it"
    )
    assert caught.value.problems[0].field == "network"
    for name, other in (("1:0:0", TWO), ("1:0:7", THREE)):
        found = read(*INSTANCES, network=name)
        assert [(one.a, one.b) for one in found.topology.links] == [(ONE, other)]
        assert {one.name for one in found.topology.nodes} == {ONE, other}
    with pytest.raises(InputError, match="no IGP instance of that name: 1:0:9"):
        read(*INSTANCES, network="1:0:9")


def test_routers_of_one_id_in_two_systems_are_two():
    tables = [node(ONE, asn=asn) for asn in (1, 2)]
    tables += [node(TWO, asn=1), node(THREE, asn=2), pair(ONE, TWO, 1), pair(THREE, ONE, 2)]
    found = read(*tables, network="2:0:0")
    assert [(one.a, one.b) for one in found.topology.links] == [(ONE, THREE)]
    with pytest.raises(InputError, match="2 links which of two levels or instances"):
        read(*tables, node(TWO, asn=2), network="2:0:0")


def test_links_before_4_8_of_two_instances_that_share_their_routers_are_refused():
    nodes = [node(one, f"ISIS-L2:{number}") for one in (ONE, TWO) for number in (0, 7)]
    with pytest.raises(InputError, match=r"4\.8 on prints the protocol and instance"):
        read(*nodes, pair(ONE, TWO))


def test_what_is_no_igp_is_no_network():
    tables = [node(ONE), node(TWO), pair(ONE, TWO, 1, " ISIS-L2:0")]
    tables += [node(ONE, f"{word}:0") for word in ("DIRECT", "STATIC", "BGP")]
    tables.append(pair(ONE, TWO, 2, " BGP:0"))
    found = read(*tables)
    assert len(found.topology.links) == 1
    (note,) = [str(one) for one in found.notes if "not used" in str(one)]
    assert "nodes of protocol DIRECT (1), nodes of protocol STATIC (1)" in note
    assert "links of protocol BGP (2)" in note


def test_two_protocols_are_two_networks():
    tables = [node(ONE), node(TWO), pair(ONE, TWO, 1, " ISIS-L2:0")]
    tables += [node("10.0.0.1", "OSPFv2:0"), node("10.0.0.2", "OSPFv2:0")]
    tables.append(pair("10.0.0.1", "10.0.0.2", 2, " OSPFv2:0"))
    with pytest.raises(InputError, match="2 IGP instances in one file: IS-IS, OSPFv2"):
        read(*tables)
    found = read(*tables, network="OSPFv2")
    assert [(one.a, one.b) for one in found.topology.links] == [("10.0.0.1", "10.0.0.2")]


def test_flexible_algorithms_as_4_8_prints_them():
    taking = {"sr_algorithms": "AIA="}  # Go prints the bytes 0 and 128 so.
    rules = {"exclude_any_affinity": [2], "include_any_affinity": [4, 1], "exclude_srlg": [9]}
    made = {"algorithm": 128, "metric_type": 1, "calc_type": 0, "priority": 7, **rules}
    other = made | {"priority": 3, "metric_type": 0}
    nodes = [
        node(ONE, **taking, flex_algo_defs=[other]), node(TWO, **taking, flex_algo_defs=[made]),
        node(THREE),
    ]  # fmt: skip
    links = [pair(ONE, TWO, 1, admin_group=2, srlgs=[9]), pair(TWO, THREE, 2, admin_group=1)]
    groups = pair(ONE, THREE, 3, admin_group=4)
    (plane,) = read(*nodes, *links, groups).topology.flex_algos
    assert (plane.algorithm, plane.metric, plane.nodes) == (128, "delay", {ONE, TWO})
    assert (plane.exclude_any, plane.include_any, plane.exclude_srlgs) == (
        {"1"},
        {"2", "32"},
        {"9"},
    )
