"""Link-state databases as FRR and GoBGP print them, one test a kind of thing they hold."""

import json
from ipaddress import IPv6Network
from pathlib import Path

import frr_printer
import pytest
from frr_lsps import FOUR, ONE, THREE, TWO, database, links, lsp, reach, read
from lsdb import a_network

from netkit.emit.linux.ip_batch import emit_linux
from netkit.errors import InputError
from netkit.files.importers.formats import import_topology, read_topology
from netkit.files.importers.frr_isis import parse_frr
from netkit.files.importers.gobgp_ls import parse_gobgp
from netkit.files.importers.imported import DelayFigure, Options
from netkit.files.importers.recognised import Format, format_of
from netkit.files.native.dump import dump_topology
from netkit.files.native.topology import parse_topology
from netkit.model.network.elements import DelayBasis
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.reason import Cause
from netkit.model.srv6.sids import sid_list
from netkit.planner.plan import plan_demands
from netkit.report.words.reasons import reason_text

GOLDEN = Path(__file__).parents[3] / "golden" / "import"


def golden(name, **options):
    return import_topology(GOLDEN / name, options=Options(**options))


def planned(imported, src, dst, bound_ms=20, **options):
    demand = Demand(src, dst, bound_ms * 1000)
    plan = plan_demands(imported.topology, [demand], PlanOptions(**options))
    return plan.pairs[0]


def test_nothing_goes_through_an_overloaded_router():
    imported = golden("frr-overload2.json")
    assert [node.name for node in imported.topology.nodes if node.overload] == ["r2"]
    assert str(imported.notes[0]).endswith("1 overloaded, so without transit: r2")
    assert planned(imported, "r1", "r3").primary.certificate.guaranteed_us == 8100
    assert planned(imported, "r1", "r2").primary.certificate.guaranteed_us == 1050
    assert planned(imported, "r2", "r3").primary.certificate.guaranteed_us == 1050


def test_a_drained_direction_is_out_and_the_other_stays():
    imported = golden("frr-maxmetric.json")
    assert links(imported)[2][:3] == ("r2~r3", 16777215, 10)
    assert planned(imported, "r3", "r2").unsteered.path.nodes == ("r3", "r2")
    assert planned(imported, "r2", "r3").unsteered.path.nodes == ("r2", "r1", "r4", "r3")


def test_each_link_once_whatever_is_printed_twice():
    assert links(golden("frr-frr101.json")) == [
        ("r1~r2", 10, 10, 1050, 1050), ("r2~r3", 10, 10, 1050, 1050),
    ]  # fmt: skip
    narrow = [{"isReach": f"{TWO}.00", "metric": 10}]
    both = database(
        lsp(ONE, "r1", reach(TWO, 10, delay=5), oldReachStyle=narrow),
        lsp(TWO, "r2", reach(ONE, 10, delay=5)),
    )
    assert links(read(both)) == [("r1~r2", 10, 10, 14, 14)]


def test_the_topology_that_carries_ipv6():
    imported = golden("frr-mt.json")
    assert links(imported) == [("r1~r2", 50, 50, 1050, 1050)]
    assert imported.left_out == ("2 adjacencies of other topologies",)
    six = {"mtId": "MT", "mtName": "ipv6-unicast"}
    text = database(
        lsp(ONE, "r1", reach(TWO, 1, delay=5), reach(TWO, 7, delay=5, **six),
            reach(THREE, 1, delay=5)),
        lsp(TWO, "r2", reach(ONE, 1, delay=5), reach(ONE, 8, delay=5, **six), bits="0/0/1",
            mt=[{"mtid": 0, "overloadBit": False}, {"mtid": 2, "overloadBit": False}]),
        lsp(THREE, "r3", reach(ONE, 1, delay=5),
            mt=[{"mtid": 0, "overloadBit": False}, {"mtid": 2, "overloadBit": True}]),
    )  # fmt: skip
    found = read(text)
    assert links(found) == [("r1~r2", 7, 8, 14, 14)]
    assert [node.overload for node in found.topology.nodes] == [False, False, True]


def test_ipv6_prefixes_all_in_the_standard_topology_say_which_carries_srv6():
    six = {"mtId": "MT", "mtName": "ipv6-unicast"}
    prefixes = {"ipv6Reach": [{"mtId": "", "prefix": "fcbb:bb00:1::/48", "metric": 0}]}
    text = database(
        lsp(ONE, "r1", reach(TWO, 1, delay=5), reach(TWO, 7, delay=5, **six), **prefixes),
        lsp(TWO, "r2", reach(ONE, 2, delay=5), reach(ONE, 8, delay=5, **six), **prefixes),
    )
    assert links(read(text)) == [("r1~r2", 1, 2, 14, 14)]


def test_two_levels_are_two_networks():
    one = [lsp(ONE, "r1", reach(TWO, 3, delay=5)), lsp(TWO, "r2", reach(ONE, 3, delay=5))]
    two = [lsp(ONE, "r1", reach(TWO, 9, delay=5)), lsp(TWO, "r2", reach(ONE, 9, delay=5))]
    text = database(*two, more=[{"id": 1, "lsps": one, "count": 2}])
    with pytest.raises(InputError) as caught:
        read(text)
    assert str(caught.value) == (
        "x: both levels have an SPF of their own: level 1: 2 routers, level 2: 2 routers. "
        "Choose 1 or 2"
    )
    assert [link[1] for link in links(read(text, level=1))] == [3]
    assert [link[1] for link in links(read(text, level=2))] == [9]
    quiet = database(*two, more=[{"id": 1, "lsps": [lsp(ONE, "r1")], "count": 1}])
    assert [link[1] for link in links(read(quiet))] == [9]
    with pytest.raises(InputError, match="no LSPs of level 1"):
        read(database(*two), level=1)


def test_ends_of_parallel_links_are_told_by_addresses_not_by_order():
    first, again = golden("frr-ordA.json").topology, golden("frr-ordB.json").topology
    assert (first.nodes, first.links) == (again.nodes, again.links)
    assert [link.id for link in first.links] == ["r1~r2@10.0.0.1", "r1~r2@10.0.1.1"]
    assert [link.delay_ab_us for link in first.links] == [1050, 9050]


def test_unnumbered_parallel_links_are_told_by_link_ids():
    ids = [{"linkLocalId": 5, "linkRemoteId": 8}, {"linkLocalId": 6, "linkRemoteId": 7}]
    back = [{"linkLocalId": 7, "linkRemoteId": 6}, {"linkLocalId": 8, "linkRemoteId": 5}]
    text = database(
        lsp(ONE, "r1", reach(TWO, 1, delay=10, **ids[0]), reach(TWO, 1, delay=90, **ids[1])),
        lsp(TWO, "r2", reach(ONE, 1, delay=91, **back[0]), reach(ONE, 1, delay=11, **back[1])),
    )
    assert links(read(text)) == [("r1~r2@#5", 1, 1, 19, 20), ("r1~r2@#6", 1, 1, 99, 100)]


def test_a_guess_which_ends_belong_together_is_said():
    text = database(
        lsp(ONE, "r1", reach(TWO, 1, delay=10), reach(TWO, 2, delay=90)),
        lsp(TWO, "r2", reach(ONE, 2, delay=91), reach(ONE, 1, delay=11)),
    )
    found = read(text)
    assert [link[1:] for link in links(found)] == [(1, 1, 19, 20), (2, 2, 99, 100)]
    assert "nothing tells which ends of the links" in str(found.notes[0])


def test_a_lan_is_no_router_and_is_paid_for_once():
    imported = golden("frr-lanhost.json")
    assert [node.name for node in imported.topology.nodes] == ["r1", "r2"]
    assert links(imported) == [("r1~r2", 10, 10, 200, 200)]
    (link,) = imported.topology.links
    assert (link.lan, link.srlgs) == (f"{TWO}.02", {f"lan-{TWO}.02"})


def test_the_ports_of_a_lan_are_shared_by_all_that_leave_over_them():
    member = {"id": f"{ONE}.07", "maxBandwithBytesSec": "1.25e+06"}
    routers = [
        lsp(system, name, reach(system, 5, delay=9) | member)
        for system, name in ((ONE, "r1"), (TWO, "r2"), (THREE, "r3"))
    ]
    pseudo = [{"id": f"{system}.00", "metric": 0} for system in (ONE, TWO, THREE)]
    lan = {"lsp": {"id": f"{ONE}.07-00"}, "extReach": pseudo, "attPOl": "0/0/0"}
    topology = read(database(*routers, lan)).topology
    assert len(topology.links) == 3
    out = {pool for arc in topology.adjacencies if arc.src == "r1" for pool in arc.pools[:1]}
    assert [(pool.owner, pool.node, pool.capacity_bps) for pool in out] == [
        (f"{ONE}.07", "r1", 10_000_000)
    ]


def test_long_names_that_are_cut_alike_stay_three_routers():
    names = [f"backbone-router-{n}" for n in (1, 2, 3)]
    cut = [name[:14] for name in names]
    text = database(
        lsp(cut[0], names[0], reach(TWO, 1, delay=5)),
        lsp(cut[1], names[1], reach(ONE, 1, delay=5), reach(THREE, 2, delay=6)),
        lsp(cut[2], names[2], reach(TWO, 2, delay=6)),
    )
    found = read(text)
    assert [node.name for node in found.topology.nodes] == names
    assert [link[0] for link in links(found)] == [
        "backbone-router-1~backbone-router-2", "backbone-router-2~backbone-router-3",
    ]  # fmt: skip


def test_names_that_nothing_tells_are_refused():
    text = database(lsp("r1", "r1", reach(TWO, 1, delay=5)), lsp("r2", "r2", reach(THREE, 1)),
                    lsp("r3", "r3", reach(FOUR, 1)))  # fmt: skip
    with pytest.raises(InputError, match="`no hostname dynamic` makes FRR print system ids"):
        read(text)


def test_the_plain_default_of_frr_10_3():
    imported = golden("frr-10.3-recorded-3-routers.json")
    assert [node.name for node in imported.topology.nodes] == ["r1", "r2", "r3"]
    ends = [(link.a, link.b) for link in (*imported.topology.links, *imported.undelayed)]
    assert ends == [("r1", "r2"), ("r1", "r2"), ("r1", "r3"), ("r2", "r3")]
    assert imported.left_out == ("3 links without a delay",)
    assert [str(sid.sid) for sid in imported.topology.links[0].sids_ab] == ["fcbb:bb00:1:2::"]
    with pytest.raises(InputError) as caught:
        read_topology(GOLDEN / "frr-10.3-recorded-3-routers.json")
    assert "no delay of 3 links that the IGP routes over" in str(caught.value)


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


def test_a_figure_of_0_is_stated_whatever_an_application_says():
    own = {"asla": [{"standardApp": "0x40"}, {"standardApp": "0x10", "delayVariationMicroSec": 7}]}
    ends = {"delayVariationMicroSec": 0, **own}
    there, back = reach(TWO, 10, delay=5, **ends), reach(ONE, 10, delay=5)
    link = read(database(lsp(ONE, "r1", there), lsp(TWO, "r2", back))).topology.links[0]
    assert link.jitter_ab_us == 0


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
    assert list(map(str, found.notes)) == [
        "x: links whose ends state other admin groups: both count both ways: 1",
        "x: read and not used: SID depths of SR-MPLS (1), `unknownthing` of an adjacency (1), "
        "adjacency SIDs of SR-MPLS (1)",
    ]


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
        "1 adjacency to systems that are not in the database",
        "1 adjacency that the neighbour does not list back",
    )


def test_routers_without_ipv6_carry_none_of_it():
    four, both = (
        {"supportedProtocols": {"0": "IPv4"}},
        {"supportedProtocols": {"0": "IPv4", "1": "IPv6"}},
    )
    text = database(
        lsp(ONE, "r1", reach(TWO, 1, delay=5), reach(THREE, 9, delay=5), **both),
        lsp(TWO, "r2", reach(ONE, 1, delay=5), reach(THREE, 1, delay=5), **four),
        lsp(THREE, "r3", reach(ONE, 9, delay=5), reach(TWO, 1, delay=5), **both),
    )
    assert [link[0] for link in links(read(text))] == ["r1~r3"]
    only_four = text.replace('{"0": "IPv4", "1": "IPv6"}', '{"0": "IPv4"}')
    assert len(links(read(only_four))) == 3


def test_the_json_of_frr_before_10_1_is_refused_and_its_text_read():
    one = {
        "lsp": {"id": "r2.00-00"},
        "ext-reach": {"mt-id": "Extended", "id": f"{ONE}.00", "metric": 3},
    }
    text = json.dumps(
        {"areas": [{"area": {"name": "1"}, "levels": [{}, {"id": 2} | one | {"count": 4}]}]}
    )
    with pytest.raises(InputError) as caught:
        read(text)
    assert "level 2: 1 of 4 LSPs" in str(caught.value)
    assert "The text of `show isis database detail` is whole" in str(caught.value)
    network = a_network(3, srlg=False)
    words = frr_printer.as_text(network, "8.4")
    assert format_of(words) is Format.FRR
    assert len(read(words).topology.nodes) == len(network.routers)


@pytest.mark.parametrize(
    ("parse", "text", "message"),
    [
        (parse_frr, '{"areas": []}', "x: no LSPs"),
        (parse_gobgp, "{}", "x: no BGP-LS routes"),
        (parse_frr, '{"lsp": \n', "x:2: not valid JSON: Expecting value"),
        (parse_frr, '{"a": 1 "b"', "x:1: not valid JSON: expecting ','"),
        (parse_frr, '{"x":' + "[" * 200_000, "x: not usable JSON: maximum recursion depth"),
        (parse_gobgp, '{"nlri": NaN}', "x: not usable JSON: NaN is no number"),
        (parse_frr, '{"x": ' + "9" * 5000 + "}", "x: not usable JSON: Exceeds the limit"),
    ],
    ids=["no-lsps", "no-routes", "broken", "no-comma", "deep", "nan", "long-number"],
)
def test_what_is_refused(parse, text, message):
    with pytest.raises(InputError) as caught:
        parse(text, "x", Options())
    assert str(caught.value).startswith(message)


WHOLE = [path.name for path in GOLDEN.glob("frr-*") if "cut" not in path.name]


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_what_is_imported_can_be_written_and_read_back(name):
    topology = golden(name).topology
    assert parse_topology(dump_topology(topology), "y") == topology


def test_an_lsp_that_two_routers_printed_is_one_and_a_name_that_two_routers_have_is_not():
    pair = lsp(ONE, "r1", reach(TWO, 1, delay=5)), lsp(TWO, "r2", reach(ONE, 1, delay=5))
    newer = lsp(ONE, "r1", reach(TWO, 4, delay=5)) | {"seqNumber": "0x00000009"}
    twice = database(*pair) + "\n" + database(newer, pair[1])
    assert links(read(twice)) == [("r1~r2", 4, 1, 14, 14)]
    same = database(
        lsp("frr", "frr", reach(TWO, 1, delay=5)),
        lsp("frr", "frr", reach(ONE, 1, delay=5), reach(THREE, 3, delay=5)),
        lsp("frr", "frr", reach(TWO, 3, delay=5)),
    )
    assert [link[0] for link in links(read(same))] == ["frr~frr-2", "frr-2~frr-3"]


def test_frr_8_4_as_recorded():
    """Parallel links and a LAN: its text is whole, its JSON is one router of four."""
    imported = golden("frr-8.4-recorded.txt")
    assert [node.name for node in imported.topology.nodes if node.overload] == ["r3"]
    assert links(imported) == [
        ("r1~r2@10.1.1.1", 10, 12, 1011, 1012), ("r1~r2@10.1.2.1", 30, 31, 5011, 5012),
        ("r1~r3", 5, 5, 711, 712), ("r2~r3", 20, 21, 320, 320), ("r2~r4", 20, 22, 320, 320),
        ("r3~r4@10.1.4.1", 5, 6, 811, 812), (f"r3~r4@{FOUR}.03", 21, 22, 320, 320),
    ]  # fmt: skip
    with pytest.raises(InputError, match="level 2: 1 of 5 LSPs"):
        golden("frr-8.4-recorded-cut.json")


def test_frr_10_3_prints_the_same_in_both_ways():
    text = golden("frr-10.3-recorded-lan-overload.txt").topology
    whole = golden("frr-10.3-recorded-lan-overload.json").topology
    assert (text.nodes, text.links) == (whole.nodes, whole.links)
    lan = [link for link in whole.links if link.lan is not None]
    assert [[str(one.sid) for one in link.sids_ab] for link in lan] == [
        ["fcbb:bb00:2:2::"], ["fcbb:bb00:2:4::"], ["fcbb:bb00:3:4::"],
    ]  # fmt: skip
    assert [node.name for node in whole.nodes if node.overload] == ["r3"]


def test_text_that_a_pager_cut_is_refused():
    whole = (GOLDEN / "frr-8.4-recorded.txt").read_text()
    assert len(read(whole).topology.links) == 7
    with pytest.raises(InputError, match="the text is not whole: level 2: 3 LSPs and no count"):
        read(whole[: whole.index("r4.00-00")])
    second = whole[: whole.index("r2.00-00")] + whole[whole.index("r3.00-00") :]
    with pytest.raises(InputError, match="the text is not whole: level 2: 4 of 5 LSPs"):
        read(second)
