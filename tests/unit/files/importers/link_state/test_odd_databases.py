"""Databases with what no router would print: counted, left out, never a traceback."""

import json

import pytest
from frr_lsps import ONE, TWO, database, lsp, reach, read

from netkit.errors import InputError
from netkit.files.importers.gobgp_ls import parse_gobgp
from netkit.files.importers.imported import Options
from netkit.files.native.dump import dump_topology
from netkit.files.native.topology import parse_topology


@pytest.mark.parametrize("metric", [-1, 1.5, 2e7, 1e308, 10**400, "1e999", [1], True])
def test_a_metric_that_no_router_has_is_counted_and_not_taken(metric):
    text = database(lsp(ONE, "a", reach(TWO, metric)), lsp(TWO, "b", reach(ONE, 10)))
    imported = read(text)
    assert not imported.topology.links
    assert any("adjacencies without a metric of 24 bits (1)" in str(one) for one in imported.notes)


def test_figures_that_no_router_means_are_left_out():
    odd = {"teMetric": -5, "maxBandwithBytesSec": 1e308, "delayVariationMicroSec": "1e300"}
    odd |= {"asla": [{"standardApp": "0xzz"}], "extendedAdminGroup": {"9" * 5000: "0x1", "²": "1"}}
    pair = lsp(ONE, "a", reach(TWO, 10, delay=5, **odd)), lsp(TWO, "b", reach(ONE, 10, delay=5))
    (link,) = read(database(*pair)).topology.links
    assert (link.te_metric_ab, link.capacity_bps, link.jitter_ab_us) == (None, None, None)
    assert not link.admin_groups


def test_an_area_that_is_a_word_and_a_nest_without_end():
    one = {"id": 2, "lsps": [lsp(ONE, "a")], "count": 1}
    found = read(json.dumps({"areas": [{"area": "1", "levels": [one]}]}))
    assert [node.name for node in found.topology.nodes] == ["a"]
    with pytest.raises(InputError, match="nested too deep"):
        read('{"areas":[' * 600)


def gobgp(attributes=None, sid=None, prefix="NLRI { "):
    """Two routers and the link between them, one way of which says more."""
    node = "NODE {{ AS:1 BGP-LS ID:0 {} ISIS-L2:0 }} }}"
    ends = ((ONE, TWO), (TWO, ONE))
    link = "LINK {{ LOCAL_NODE: {} REMOTE_NODE: {} LINK: 10.0.0.1->10.0.0.2 ISIS-L2:0}} }}"
    made = {prefix + node.format(one): {} for one, _ in ends}
    made |= {prefix + link.format(*both): {"link": {"igp_metric": 10}} for both in ends}
    made[prefix + link.format(ONE, TWO)]["link"] |= attributes or {}
    if sid is not None:
        text = f"SRv6SID {{ LOCAL_NODE: {{IGP ROUTER ID: {ONE}}} SRv6_SID: {{SIDs: fc00:1::}} }} }}"
        made[prefix + text] = {"srv6_sid": sid}
    return json.dumps({
        text: [{"nlri": {}, "attrs": [{"type": 29, **found}]}] for text, found in made.items()
    })  # fmt: skip


@pytest.mark.parametrize(
    ("found", "note"),
    [
        ({"igp_metric": -1}, "links without an IGP metric (1)"),
        ({"default_te_metric": "1e999"}, "TE metrics that are none of 24 bits (1)"),
        (
            {"srv6_end_x_sid": {"sids": ["fc00::1"], "algorithm": [1]}},
            "SIDs of an algorithm that is no byte (1)",
        ),
        (
            {"srv6_end_x_sid": {"sids": ["fc00::1"], "algorithm": 256}},
            "SIDs of an algorithm that is no byte (1)",
        ),
    ],
)
def test_figures_of_gobgp_that_cannot_be_are_counted(found, note):
    imported = parse_gobgp(gobgp(found), "x", Options())
    assert any(note in str(one) for one in imported.notes)


def test_sids_of_gobgp_that_cannot_be():
    sizes = {f"local_{name}": 64 for name in ("block", "node", "func", "arg")}
    end_x = {"sids": ["10.0.0.1", "fc00::1"], "endpoint_behavior": [43], "sid_structure": sizes}
    delay = {"min_max_unidirectional_link_delay": {"min_delay": 5, "max_delay": 9}}
    end = {"srv6_endpoint_behavior": {"endpoint_behavior": 1, "algorithm": {}}}
    imported = parse_gobgp(gobgp({"srv6_end_x_sid": end_x, **delay}, end), "x", Options())
    (found,) = imported.topology.links[0].sids_ab
    assert (str(found.sid), found.next_csid, found.structure) == ("fc00::1", False, None)
    assert any("SIDs of an algorithm that is no byte (1)" in str(one) for one in imported.notes)


def test_routes_that_are_not_understood_are_counted():
    table = json.loads(gobgp()) | {
        "NLRI { NEW }": [{"nlri": {}}],
        "NLRI { PREFIXv4 }": [{"nlri": {}}],
    }
    imported = parse_gobgp(json.dumps(table), "x", Options())
    assert any("routes whose NLRI is not understood (1)" in str(one) for one in imported.notes)


def test_figures_that_no_plan_takes_are_counted_and_what_is_left_can_be_read_back():
    odd = {"delayVariationMicroSec": 16777215, "linkLocalId": -1, "linkRemoteId": True}
    odd |= {"localIfaceIp": "2001:db8::1", "localIfaceIpv6": "10.0.0.1"}
    odd["maxMinDelay"] = {"delay": "Normal", "microSec": "16777215 / 9"}
    pair = lsp(ONE, "a", reach(TWO, 10, **odd)), lsp(TWO, "b", reach(ONE, 10, delay=5))
    imported = read(database(*pair))
    (link,) = imported.topology.links
    assert (link.delay_ab_us, link.min_delay_ab_us, link.jitter_ab_us) == (9, None, None)
    assert (link.end_a, link.end_b) == (None, None)
    what = "least delays and delay variations over 1000000 µs, which no plan takes: 2"
    assert any(what in str(note) for note in imported.notes)
    assert parse_topology(dump_topology(imported.topology)) == imported.topology
