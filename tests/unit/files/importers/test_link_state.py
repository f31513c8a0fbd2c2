"""Link-state databases as FRR and GoBGP print them."""

import json
import re
from ipaddress import IPv6Network

import pytest

from netkit.errors import InputError
from netkit.files.importers.formats import Format, format_of, import_topology
from netkit.files.importers.frr_isis import parse_frr
from netkit.files.importers.gobgp_ls import parse_gobgp
from netkit.files.importers.imported import Options


def reach(system, metric, mine=None, other=None, delay=None):
    made = {"mt-id": "Extended", "id": system, "metric": metric}
    if mine:
        made |= {"local-iface-ip": mine, "remote-iface-ip": other}
    if delay:
        made["adm-group"] = "0x5"
        made["max-min-delay"] = {"delay": "Normal", "micro-sec": f"{delay} / {delay + 9}"}
        made["delay-variation-micro-sec"] = delay // 100
        made["link-packet-loss"] = {"loss": "Normal", "percentaje": "0.000123"}
        made["te-metric"] = delay // 10
    return made


def lsp(id_, hostname, *neighbours, locator=None):
    made = {"lsp": {"id": id_, "own": " "}, "pdu-len": 90, "att-p-ol": "0/0/0"}
    made |= {"hostname": hostname} if hostname else {}
    made |= {"srv6-locator": {"prefix": locator}} if locator else {}
    return made | {"ext-reach": list(neighbours)}


def database(*lsps):
    level = {"id": 2, "lsps": list(lsps), "count": len(lsps)}
    return json.dumps({"areas": [{"area": {"name": "1"}, "levels": [{}, level]}]})


ONE, TWO, THREE = (f"0000.0000.000{n}.00" for n in (1, 2, 3))
FRR = database(
    lsp(f"{ONE}-00", "r1", reach(TWO, 10, "10.0.0.1", "10.0.0.2", 900),
        reach(TWO, 20, "10.0.1.1", "10.0.1.2", 700), locator="fcbb:bb00:1::/48"),
    lsp(f"{TWO}-00", "r2", reach(ONE, 21, "10.0.1.2", "10.0.1.1", 701),
        reach(ONE, 11, "10.0.0.2", "10.0.0.1", 901), locator="fcbb:bb00:2::/48"),
    lsp(f"{TWO}-01", None, reach(THREE, 16777215), reach("0000.0000.0002.07", 5, delay=50)),
    lsp(f"{THREE}-00", "r3", reach("0000.0000.0002.07", 6, delay=60),
        reach("0000.0000.0009.00", 1, delay=9), locator="fcbb:bb00:30::/48"),
    lsp("0000.0000.0002.07-00", None, reach(TWO, 0), reach(THREE, 0)),
)  # fmt: skip


def test_an_frr_database(tmp_path):
    path = tmp_path / "core.json"
    path.write_text(FRR)
    assert format_of(FRR) is Format.FRR
    imported = import_topology(path)
    topology = imported.topology
    assert [(node.name, node.sid_index) for node in topology.nodes] == [
        ("r1", 1), ("r2", 2), ("r3", 0x30),
    ]  # fmt: skip
    assert topology.addresses.sid_block == IPv6Network("fcbb:bb00::/32")
    arcs = sorted((arc.src, arc.dst, arc.metric, arc.delay_us) for arc in topology.adjacencies)
    assert arcs == [
        ("r1", "r2", 10, 900), ("r1", "r2", 20, 700), ("r2", "r1", 11, 901), ("r2", "r1", 21, 701),
        ("r2", "r3", 5, 50), ("r3", "r2", 6, 60),
    ]  # fmt: skip
    assert all(link.admin_groups == {"0", "2"} for link in topology.links)
    assert topology.links[-1].srlgs == {"lan-0000.0000.0002.07"}
    stated = [(a.jitter_us, a.loss_ppb, a.te_metric) for a in topology.adjacencies[:2]]
    assert stated == [(9, 1230, 90), (9, 1230, 90)]
    assert [str(note).partition("core.json: ")[2] for note in imported.notes] == [
        "adjacency 0000.0000.0002 to 0000.0000.0003: no usable metric, left out: 16777215; "
        "expected 0 to 16777214",
        "neighbour 0000.0000.0009 of 0000.0000.0003 is not in the database",
    ]


def test_host_names_are_told_by_addresses_and_cut_lists_count_for_both_ends():
    one = lsp("r1.00-00", "r1") | {"ext-reach": reach(TWO, 10, "10.0.0.1", "10.0.0.2", 900)}
    two = lsp("r2.00-00", "r2") | {"ext-reach": reach(ONE, 12, "10.0.0.2", "10.0.0.1", 800)}
    three = lsp("r3.00-00", "r3") | {"ext-reach": reach("r1.00", 7, "10.0.3.3", "10.0.3.1", 70)}
    imported = parse_frr(database(one, two, three), "x", Options())
    links = [(link.a, link.b, link.metric_ab, link.metric_ba) for link in imported.topology.links]
    assert links == [("r1", "r2", 10, 12), ("r3", "r1", 7, 7)]
    assert "x: adjacency r3 to r1 is printed from one end only" in str(imported.notes[-1])


def test_host_names_that_nothing_tells_are_said():
    text = database(lsp("r1.00-00", "r1", reach(TWO, 1)), lsp("r2.00-00", "r2", reach(ONE, 1)))
    notes = parse_frr(text, "x", Options()).notes
    assert str(notes[0]) == (
        "x: neighbour 0000.0000.0002 of r1 is not in the database. "
        "`no hostname dynamic` makes FRR print system ids"
    )


def test_repeated_keys_are_several_lsps_and_neighbours():
    text = (
        '{"lsp": {"id": "a.00-00"}, "ext-reach": {"id": "b.00", "metric": 3},'
        ' "ext-reach": {"id": "c.00", "metric": 4}, "lsp": {"id": "b.00-00"},'
        ' "ext-reach": {"id": "a.00", "metric": 3}, "avg-delay": {"micro-sec": 44},'
        ' "lsp": {"id": "c.00-00"}, "ext-reach": [{"id": "a.00", "metric": 5}]}'
    )
    imported = parse_frr(text, "x", Options())
    (link,) = imported.topology.links
    assert (link.a, link.b, link.delay_ab_us, link.delay_ba_us) == ("a", "b", 44, 44)
    assert any("link a~c has no delay" in str(note) for note in imported.notes)


def test_camel_case_is_the_same_and_so_is_a_document_for_each_lsp():
    camel = re.sub(r"-([a-z])(?=[a-z-]*\":)", lambda found: found[1].upper(), FRR)
    assert {"extReach", "maxMinDelay", "microSec"} <= set(re.findall(r"\w+", camel))
    parts = json.loads(FRR)["areas"][0]["levels"][1]["lsps"]
    alone = "\n".join(database(part) for part in parts)
    whole = parse_frr(FRR, "x", Options())
    assert parse_frr(camel, "x", Options()) == whole == parse_frr(alone, "x", Options())


def test_what_frr_8_does_not_print_is_said():
    """As FRR 8.4.4 prints a level of four LSPs: the last of them, with its last neighbour."""
    level = lsp("router-d.00-00", "router-d") | {"ext-reach": reach(THREE, 31)} | {"count": 4}
    text = json.dumps({"areas": [{"area": {"name": "core"}, "levels": [{}, {"id": 2} | level]}]})
    first = str(parse_frr(text, "x", Options()).notes[0])
    assert first.startswith("x: 4 LSPs are in the database, 1 of them printed. ")


def test_gobgp_that_prints_no_content():
    """As GoBGP 3.10 prints every BGP-LS route."""
    routes = {"NLRI { NODE }": [{"nlri": None, "age": 17, "best": True, "attrs": None}]}
    with pytest.raises(InputError, match=r"nlri is null\. GoBGP before 3\.11"):
        parse_gobgp(json.dumps(routes), "x", Options())


def descriptor(router):
    return {"asn": 65001, "bgp_ls_id": 0, "pseudo_node": False, "igp_router_id": router}


def route(nlri, attribute):
    attrs = [{"type": 1, "value": 0}, {"type": 29, **attribute}]
    return [{"nlri": nlri, "age": 1700000000, "best": True, "attrs": attrs, "stale": False}]


def node(router, name):
    nlri = {"type": 1, "local_node_desc": descriptor(router)}
    return route(nlri, {"node": {"name": name, "local_router_id_ipv4": "192.0.2.1"}})


def link(a, b, here, there, metric, **more):
    nlri = {
        "type": 2, "local_node_desc": descriptor(a), "remote_node_desc": descriptor(b),
        "link_desc": {"interface_addr_ipv4": here, "neighbor_addr_ipv4": there},
    }  # fmt: skip
    attribute = {"igp_metric": metric, "bandwidth": 1.25e9, "srlgs": [7], "admin_group": 5, **more}
    return route(nlri, {"link": attribute})


GOBGP = json.dumps(
    {
        "n1": node("0000.0000.0001", "r1"), "n2": node("0000.0000.0002", "r2"),
        "a": link("0000.0000.0001", "0000.0000.0002", "10.0.0.1", "10.0.0.2", 10,
                  unidirectional_link_delay=950, unidirectional_delay_variation=31,
                  default_te_metric=77,
                  min_max_unidirectional_link_delay={"min": 900, "max": 999}),
        "b": link("0000.0000.0002", "0000.0000.0001", "10.0.0.2", "10.0.0.1", 11,
                  unidirectional_link_delay=901),
        "c": link("0000.0000.0002", "0000.0000.0001", "10.0.9.2", "10.0.9.1", 12),
    }
)  # fmt: skip


def test_a_gobgp_table(tmp_path):
    path = tmp_path / "ls.json"
    path.write_text(GOBGP)
    assert format_of(GOBGP) is Format.GOBGP
    imported = import_topology(path)
    (link_,) = imported.topology.links
    assert (link_.a, link_.b, link_.delay_ab_us, link_.delay_ba_us) == ("r1", "r2", 900, 901)
    assert (link_.metric_ab, link_.metric_ba, link_.capacity_bps) == (10, 11, 10_000_000_000)
    assert (link_.srlgs, link_.admin_groups) == ({"7"}, {"0", "2"})
    assert (link_.jitter_ab_us, link_.jitter_ba_us, link_.te_metric_ab) == (31, None, 77)
    assert "is not reported back and is left out" in str(imported.notes[0])


@pytest.mark.parametrize(
    ("parse", "text", "message"),
    [
        (parse_frr, '{"areas": []}', "x: no LSPs"),
        (parse_gobgp, "[]", "x: no BGP-LS routes"),
        (parse_frr, '{"lsp": \n', "x:2: not valid JSON: Expecting value"),
        (parse_frr, "[" * 200_000, "x: not usable JSON: maximum recursion depth"),
        (parse_gobgp, '{"nlri": NaN}', "x: not usable JSON: NaN is no number"),
        (parse_frr, "[" + "9" * 5000 + "]", "x: not usable JSON: Exceeds the limit"),
    ],
    ids=["no-lsps", "no-routes", "broken", "deep", "nan", "long-number"],
)
def test_what_is_refused(parse, text, message):
    with pytest.raises(InputError) as caught:
        parse(text, "x", Options())
    assert str(caught.value).startswith(message)
