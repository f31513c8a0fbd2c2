"""What a link-state database says of links and routers beside metrics: SIDs, TE, delays, bits."""

from ipaddress import IPv6Network

import pytest
from frr_documents import (
    FOUR,
    GOLDEN,
    ONE,
    THREE,
    TWO,
    database,
    golden,
    links,
    lsp,
    planned,
    reach,
    read,
)

from netkit.emit.linux.nft import edge_filter
from netkit.errors import InputError
from netkit.files.importers.formats import read_topology
from netkit.files.importers.imported import DelayFigure
from netkit.files.native.dump import dump_topology
from netkit.files.native.topology import parse_topology
from netkit.model.network.elements import DelayBasis
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.reason import Cause
from netkit.model.srv6.sids import sid_list
from netkit.planner.plan import plan_demands
from netkit.report.words.reasons import reason_text


def test_the_plain_default_of_frr_10_3():
    imported = golden("frr-10.3-recorded-3-routers.json")
    assert [node.name for node in imported.topology.nodes] == ["r1", "r2", "r3"]
    ends = [(link.a, link.b) for link in (*imported.topology.links, *imported.undelayed)]
    assert ends == [("r1", "r2"), ("r1", "r2"), ("r1", "r3"), ("r2", "r3")]
    assert imported.left_out == ("3 links without a delay",)
    assert [str(sid.sid) for sid in imported.topology.links[0].sids_ab] == ["fcbb:bb00:1:2::"]
    with pytest.raises(InputError) as caught:
        read_topology(GOLDEN / "frr-10.3-recorded-3-routers.json")
    assert "3 links that the IGP routes over have no delay" in str(caught.value)


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
    rules = edge_filter(imported.topology, imported.topology.nodes[0], ["cust0"], {})
    assert "drop" not in rules
    native = dump_topology(imported.topology)
    assert parse_topology(native) == imported.topology
    numbered = parse_topology(native.replace("sids_advertised: true\n", ""))
    found = plan_demands(numbered, [Demand("r1", "r2", 5000)]).pairs[0].primary
    assert [str(sid) for sid in sid_list(numbered, found)] == ["5f00:0:2:d046::"]


def test_what_te_says_of_a_link():
    link = golden("frr-asla.json").topology.links[0]
    assert (link.admin_groups, link.te_metric_ab, link.capacity_bps) == ({"1"}, 7, 10**10)
    assert (link.delay_ab_us, link.min_delay_ab_us) == (1009, 1000)
    lost = golden("frr-loss.json").topology.links[0]
    assert (lost.loss_ab_ppb, lost.jitter_ab_us) == (50_000_000, 7)
    risks = [
        {"neighbor": f"{TWO}.00", "interfaceAddress": "10.0.0.1", "neighborAddress": "10.0.0.2",
         "values": [7, 4294967295]}
    ]  # fmt: skip
    groups = {"0": "0x5", "2": "0x1"}
    odd = {"unknownThing": 1, "adjSid": [{"sid": 15000}]}
    text = database(
        lsp(ONE, "r1", reach(TWO, 1, "10.0.0.1", "10.0.0.2", 10, extendedAdminGroup=groups, **odd),
            srlg=risks, msd=8),
        lsp(TWO, "r2", reach(ONE, 1, "10.0.0.2", "10.0.0.1", 10)),
    )  # fmt: skip
    found = read(text)
    assert found.topology.links[0].srlgs == {"7", "4294967295"}
    assert found.topology.links[0].admin_groups == {"0", "2", "64"}
    assert str(found.notes[0]) == (
        "x: read and not used: 1 SID depths of SR-MPLS, 1 `unknownthing` of an adjacency, "
        "1 adjacency SIDs of SR-MPLS"
    )


@pytest.mark.parametrize(
    ("figure", "us", "basis"),
    [
        (DelayFigure.MIN, 1000, DelayBasis.ADVERTISED_MIN),
        (DelayFigure.AVG, 2000, DelayBasis.ADVERTISED_AVG),
        (DelayFigure.MAX, 30000, DelayBasis.ADVERTISED_MAX),
    ],
)
def test_which_delay_is_planned_with(figure, us, basis):
    both = {
        "maxMinDelay": {"delay": "Normal", "microSec": "1000 / 30000"},
        "avgDelay": {"delay": "Anomalous", "microSec": 0x80000000 + 2000},
    }
    text = database(lsp(ONE, "r1", reach(TWO, 1, **both)), lsp(TWO, "r2", reach(ONE, 1, **both)))
    link = read(text, delay=figure).topology.links[0]
    assert (link.delay_ab_us, link.delay_ba_us, link.basis) == (us, us, basis)
    assert link.min_delay_ab_us == 1000


def test_what_spf_does_not_see_is_left_out_and_said():
    text = database(
        lsp(ONE, "r1", reach(TWO, 1, delay=5), reach(FOUR, 1, delay=5), reach(THREE, 1, delay=5)),
        lsp(TWO, "r2", reach(ONE, 1, delay=5)),
        lsp(THREE, "r3"),
        lsp(FOUR, "r4", reach(ONE, 1, delay=5)) | {"holdtime": "(12)"},
    )
    found = read(text)
    assert [link[0] for link in links(found)] == ["r1~r2"]
    assert found.left_out == (
        "1 adjacencies to systems that are not in the database",
        "1 adjacencies that the neighbour does not list back",
    )
