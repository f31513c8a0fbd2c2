"""Lists are made of the SIDs that routers advertise, and of no others."""

from __future__ import annotations

from ipaddress import IPv6Network

import pytest
from frr_lsps import FOUR, ONE, THREE, TWO, database, golden, lsp, planned, reach, read

from netkit.emit.linux.ip_batch import emit_linux
from netkit.errors import InputError
from netkit.files.native.dump import dump_topology
from netkit.files.native.topology import parse_topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.reason import Cause
from netkit.model.srv6.sids import sid_list
from netkit.planner.plan import plan_demands
from netkit.report.words.reasons import reason_text


def test_lists_are_made_of_the_sids_that_routers_advertise():
    imported = golden("frr-10.3-recorded-6-routers-numbered.json")
    topology = imported.topology
    assert topology.addresses.sid_block == IPv6Network("fcbb:bb00::/32")
    found = planned(imported, "r1", "r4", bound_ms=2)
    assert found.reason.cause is Cause.DELAY
    direct = planned(imported, "r1", "r4", bound_ms=3.1).primary
    assert direct.segments == ()
    assert [str(sid) for sid in sid_list(topology, direct)] == ["fcbb:bb00:4:d046::"]
    demand = Demand("r1", "r2", 5000)
    pair = plan_demands(topology, [demand], PlanOptions(backups=True)).pairs[0]
    stated = {str(one.sid) for link in topology.links for one in (*link.sids_ab, *link.sids_ba)}
    stated |= {str(one.sid) for node in topology.nodes for one in node.sids}
    assert {str(sid) for sid in sid_list(topology, pair.backup)[:-1]} <= stated


def test_what_nobody_advertises_is_not_made_up():
    locators = [
        {"srv6Locator": {"mtId": 0, "prefix": f"2001:db8:{n}::/64", "algorithm": 0}}
        for n in range(1, 5)
    ]
    text = database(
        lsp(ONE, "r1", reach(TWO, 1, delay=1000), reach(THREE, 9, delay=10), **locators[0]),
        lsp(TWO, "r2", reach(ONE, 1, delay=1000), reach(FOUR, 1, delay=1000), **locators[1]),
        lsp(THREE, "r3", reach(ONE, 9, delay=10), reach(FOUR, 9, delay=10), **locators[2]),
        lsp(FOUR, "r4", reach(TWO, 1, delay=1000), reach(THREE, 9, delay=10), **locators[3]),
    )
    imported = read(text)
    assert planned(imported, "r1", "r4").primary.segments == ()
    refused = planned(imported, "r1", "r4", bound_ms=1).reason
    assert refused.cause is Cause.NO_SID
    assert reason_text(refused.evidence) == (
        "a path of 0.038 ms is inside the bound, but the shortest list for it needs the End of r3, "
        "which nobody advertises; 4 of 4 routers advertise no End, 8 of 8 adjacencies no End.X"
    )
    with pytest.raises(InputError, match="binding SIDs"):
        planned(imported, "r1", "r4", binding_sids=True)
    none = read(
        text.replace('"srv6Locator": {"mtId": 0, "prefix": "2001:db8:4::/64"', '"x": {"y": 0')
    )
    assert "r4 advertises no SRv6 locator for a list to end in" in reason_text(
        planned(none, "r1", "r4").reason.evidence
    )


def test_where_nobody_advertises_srv6_no_sid_is_made_up():
    text = database(
        lsp(ONE, "r1", reach(TWO, 1, delay=1000)), lsp(TWO, "r2", reach(ONE, 1, delay=1000))
    )
    imported = read(text)
    refused = planned(imported, "r1", "r2").reason
    assert refused.cause is Cause.NO_SID
    assert "2 of 2 routers advertise no End" in reason_text(refused.evidence)
    assert "take `sids_advertised` out" in reason_text(refused.evidence)
    configs = emit_linux(imported.topology, Plan("none", "", ()), customers=["r1"])
    assert 'iifname "cust0"' not in configs["r1"].nft
    assert "seg6local" not in configs["r1"].ip_batch
    native = dump_topology(imported.topology)
    assert parse_topology(native) == imported.topology
    numbered = parse_topology(native.replace("sids_advertised: true\n", ""))
    found = plan_demands(numbered, [Demand("r1", "r2", 5000)]).pairs[0].primary
    assert [str(sid) for sid in sid_list(numbered, found)] == ["5f00:0:2:d046::"]
