"""IOS XR: shapes after genieparser's and N2G's captures, names and addresses of our own."""

import pytest

from netkit.errors import InputError
from netkit.files.importers.imported import DelayFigure, Options
from netkit.files.importers.vendor_text.reading import parsed, read_iosxr
from netkit.model.network.advertised import SidStructure
from netkit.model.network.elements import DelayBasis

TITLE = "LSPID                 LSP Seq Num  LSP Checksum  LSP Holdtime/Rcvd  ATT/P/OL"


def head(name, bits="0/0/0", life="1115 /1200"):
    return f"{name:<22s}0x0000000c   0x5c39        {life}         {bits}"


def level(*lines, number=2, instance="CORE", count=None):
    end = [] if count is None else [f" Total Level-{number} LSP count: {count}     Local ...: 1"]
    return "\n".join(
        [f"IS-IS {instance} (Level-{number}) Link State Database", TITLE, *lines, "", *end, ""]
    )


def router(name, *lines, bits="0/0/0", life="1115 /1200"):
    return [head(f"{name}.00-00", bits, life), f"  Hostname:       {name}", *lines]


def reach(name, cost=10, *lines, mt=""):
    return [f"  Metric: {cost:<10d} {mt}IS-Extended {name}", *(f"    {line}" for line in lines)]


def both(us=500, **more):
    """Two routers with a link, and what else each of them states."""
    a = router("a", *reach("b.00", 10, f"Link Average Delay: {us} us", *more.get("a", ())))
    b = router("b", *reach("a.00", 20, f"Link Average Delay: {us} us", *more.get("b", ())))
    return [*a, *more.get("of_a", ()), *b]


def read(text, **options):
    return parsed(read_iosxr, text, "x.txt", Options(**options))


def notes(imported):
    return "\n".join(str(note) for note in imported.notes)


def test_an_overloaded_router_is_told_by_its_bits():
    lines = [*router("a", *reach("b.00"), bits="0/0/1"), *router("b", *reach("a.00"), bits="1/0/0")]
    imported = read(level(*lines, count=2))
    assert [node.overload for node in imported.topology.nodes] == [True, False]
    assert "1 leading out of the area (attached bit): b" in notes(imported)


def test_of_topologies_that_of_ipv6_counts_with_its_own_overload_bit():
    mt = "MT (IPv6 Unicast) "
    ends = ("Link Average Delay: 700 us",)
    a = router(
        "a", "  MT:             Standard (IPv4 Unicast)                      0/0/1",
        "  MT:             IPv6 Unicast                                 0/0/0",
        *reach("b.00", 5), *reach("b.00", 30, *ends, mt=mt), bits="0/0/1",
    )  # fmt: skip
    b = router("b", *reach("a.00", 5), *reach("a.00", 31, *ends, mt=mt))
    imported = read(level(*a, *b, count=2))
    (link,) = imported.topology.links
    assert (link.metric_ab, link.metric_ba, link.delay_ab_us) == (30, 31, 700)
    assert not imported.topology.nodes[0].overload


def test_two_levels_are_two_networks():
    text = level(*both(), number=1, count=2) + level(*both(900), number=2, count=2)
    with pytest.raises(InputError, match="both levels have an SPF of their own"):
        read(text)
    assert read(text, level=1).topology.links[0].delay_ab_us == 500
    assert read(text, level=2).topology.links[0].delay_ab_us == 900


def test_an_instance_is_chosen_by_name():
    text = level(*both(), instance="A", count=2) + level(*both(900), instance="B", count=2)
    with pytest.raises(InputError, match="2 IS-IS instances in one file: A, B"):
        read(text)
    imported = read(text, network="B")
    assert imported.topology.links[0].delay_ab_us == 900
    assert "IS-IS instances of the file that are left out: A" in notes(imported)


def test_a_lan_is_no_router():
    lines = [
        *router("a", *reach("b.03", 10, "Link Average Delay: 100 us")),
        *router("b", *reach("b.03", 20, "Link Average Delay: 200 us")),
        head("b.03-00"), "  Metric: 0          IS-Extended a.00",
        "  Metric: 0          IS-Extended b.00",
    ]  # fmt: skip
    imported = read(level(*lines, count=3))
    (link,) = imported.topology.links
    assert [node.name for node in imported.topology.nodes] == ["a", "b"]
    assert (link.metric_ab, link.metric_ba, link.lan) == (10, 20, "b.03")


def test_every_figure_of_a_link_is_read():
    figures = (
        "Local Interface ID: 9, Remote Interface ID: 50", "Interface IP Address: 192.0.2.1",
        "Neighbor IP Address: 192.0.2.2", "Affinity: 0x00000005",
        "Physical BW: 10000000 kbits/sec, 1250000000 bytes/sec", "Admin. Weight: 120",
        "Ext Admin Group: Length: 32", "  0x00000005   0x00000001", "  0x00000000   0x80000000",
        "Link Min/Max Delay: 901/1442 us", "Link Delay Variation: 215 us",
    )  # fmt: skip
    imported = read(level(*both(1116, a=figures), count=2))
    (link,) = imported.topology.links
    assert (link.delay_ab_us, link.basis) == (1442, DelayBasis.ADVERTISED_AVG)
    assert (link.delay_ba_us, link.min_delay_ab_us, link.jitter_ab_us) == (1116, 901, 215)
    assert (link.te_metric_ab, link.capacity_bps) == (120, 10_000_000_000)
    assert link.admin_groups == {"0", "2", "32", "127"}
    least = read(level(*both(1116, a=figures), count=2), delay=DelayFigure.MIN).topology.links[0]
    assert least.delay_ab_us == 901


def test_figures_of_an_application_count_where_none_are_for_all():
    own = (
        "Application Specific Link Attributes: ", "  L flag: 0, SA-Length: 1, UDA-Length: 1",
        "  Standard Applications: 0x10 FLEX-ALGO", "  Link Delay Variation: 7 us",
        "  Link Min/Max Delay: 5/6 us",
        "Application Specific Link Attributes: ", "  Standard Applications: 0x40 SR-TE",
        "  Link Delay Variation: 0 us", "Admin. Weight: 44",
    )  # fmt: skip
    (link,) = read(level(*both(a=own), count=2)).topology.links
    assert (link.jitter_ab_us, link.delay_ab_us, link.te_metric_ab) == (0, 6, 44)


def test_sids_with_their_algorithm_flavor_and_parts():
    sids = (
        "END.X SID: 2001:db8:1:e001:: B:1 S:0 P:0 uA (PSP/USD) Alg:0",
        "END.X SID: 2001:db8:1:e000:: B:0 S:0 P:0 uA (PSP/USD) Alg:0", "  SID Structure:",
        "    Block Length: 32, Node-ID Length: 16, Func-Length: 16, Args-Length: 0",
        "END.X SID: 2001:db8:8:e000:: B:0 S:0 P:0 uA (PSP/USD) Alg:128",
    )  # fmt: skip
    locators = (
        "  SRv6 Locator:   MT (IPv6 Unicast) 2001:db8:1::/48 D:0 Metric: 0 Algorithm: 0",
        "    Prefix Attribute Flags: X:0 R:0 N:0 E:0 A:0", "    END SID: 2001:db8:1:: uN (PSP/USD)",
        "      SID Structure:",
        "        Block Length: 32, Node-ID Length: 16, Func-Length: 0, Args-Length: 0",
        "  SRv6 Locator:   MT (IPv6 Unicast) 2001:db8:8::/48 D:0 Metric: 0 Algorithm: 128",
        "    END SID: 2001:db8:8:: uN (PSP/USD)",
    )  # fmt: skip
    mt = "MT (IPv6 Unicast) "
    a = router("a", *reach("b.00", 10, "Link Average Delay: 5 us", *sids, mt=mt), *locators)
    b = router("b", *reach("a.00", 10, "Link Average Delay: 5 us", mt=mt))
    topology = read(level(*a, *b, count=2)).topology
    node, link = topology.nodes[0], topology.links[0]
    assert [(str(one.prefix), one.algorithm) for one in node.locators] == [
        ("2001:db8:1::/48", 0), ("2001:db8:8::/48", 128),
    ]  # fmt: skip
    assert [(str(one.sid), one.algorithm, one.next_csid) for one in node.sids] == [
        ("2001:db8:1::", 0, True), ("2001:db8:8::", 128, True),
    ]  # fmt: skip
    assert node.sids[0].structure == SidStructure(32, 16, 0, 0)
    assert [(str(one.sid), one.algorithm) for one in link.sids_ab] == [
        ("2001:db8:1:e000::", 0), ("2001:db8:8:e000::", 128), ("2001:db8:1:e001::", 0),
    ]  # fmt: skip
    assert link.sids_ab[0].structure == SidStructure(32, 16, 16, 0)


@pytest.mark.parametrize(
    ("line", "flags"),
    [
        ("2001:db8:2::/48 D:1 Metric: 10 Algorithm: 0", "X:0 R:0 N:0 E:0 A:0"),
        ("2001:db8:2::/48 D:0 Metric: 4261412865 Algorithm: 0", "X:0 R:1 N:0 E:0 A:0"),
        ("2001:db8:3::/48 D:0 Metric: 11 Algorithm: 0", "X:0 R:0 N:0 E:0 A:0"),
    ],
    ids=["down", "redistributed", "farther than another"],
)
def test_locators_that_are_passed_on_are_not_the_router_s(line, flags):
    of_a = [f"  SRv6 Locator:   MT (IPv6 Unicast) {line}", f"    Prefix Attribute Flags: {flags}"]
    own = ["  SRv6 Locator:   MT (IPv6 Unicast) 2001:db8:3::/48 D:0 Metric: 0 Algorithm: 0"]
    imported = read(level(*both(of_a=of_a), *router("c", *own), count=3))
    nodes = {node.name: node.locators for node in imported.topology.nodes}
    assert nodes["a"] == ()
    assert len(nodes["c"]) == 1
    assert "locators of other routers that are passed on (1)" in notes(imported)


def test_risks_are_of_the_link_with_the_same_ids():
    near = ("Local Interface ID: 8, Remote Interface ID: 9",)
    risks = [
        "  TLV code:138 length:20", "  MPLS SRLG:      b.00", "    Local Interface ID: 8",
        "    Remote Interface ID: 9", "    Flags: 0x0", "    SRLGs:", "      [0]: 100",
        "      [1]: 4294967295", "  Application Specific SRLG: b.00",
        "    L flag: 0, SA-Length 1, UDA-Length 1", "    SRLGs:", "      [0]: 7",
    ]  # fmt: skip
    imported = read(level(*both(a=near, of_a=risks), count=2))
    assert imported.topology.links[0].srlgs == {"100", "4294967295"}
    assert "SRLGs of single applications (1)" in notes(imported)


def test_risks_stay_off_the_parallel_link_of_other_ids():
    near, other = [
        (f"Local Interface ID: {a}, Remote Interface ID: {b}", "Link Average Delay: 5 us")
        for a, b in ((8, 9), (18, 19))
    ]
    risks = [
        "  MPLS SRLG:      b.00", "    Local Interface ID: 18", "    SRLGs:", "      [0]: 100",
    ]  # fmt: skip
    a = router("a", *reach("b.00", 1, *near), *reach("b.00", 1, *other), *risks)
    far = [
        reach("a.00", 1, f"Local Interface ID: {b}, Remote Interface ID: {a}")
        for a, b in ((8, 9), (18, 19))
    ]
    imported = read(level(*a, *router("b", *far[0], *far[1]), count=2))
    risks_of = {link.end_a.link_id: link.srlgs for link in imported.topology.links}
    assert risks_of == {8: frozenset(), 18: {"100"}}


def test_the_largest_metric_takes_one_direction_out_of_spf():
    ends = ("Link Average Delay: 5 us",)
    a = router("a", *reach("b.00", 16777215, *ends))
    imported = read(level(*a, *router("b", *reach("a.00", 4, *ends)), count=2))
    (link,) = imported.topology.links
    assert (link.metric_ab, link.metric_ba) == (16777215, 4)


def test_narrow_metrics_count_where_there_are_no_others():
    a = router("a", "  Metric: 10         IS b.00", "  Metric: 0          ES 0000.0CFF.0C35")
    b = router("b", "  Metric: 12         IS a.00")
    imported = read(level(*a, *b, count=2))
    assert [(link.metric_ab, link.metric_ba) for link in imported.undelayed] == [(10, 12)]


def test_what_is_for_labels_is_counted_by_kind():
    near = ("ADJ-SID: F:0 B:0 V:1 L:1 S:0 P:0 weight:0 Adjacency-sid:24001", "New Thing: 7")
    of_a = [
        "  Metric: 0          IP-Extended 192.0.2.9/32",
        "    Prefix-SID Index: 14, Algorithm:0, R:0 N:1 P:0 E:0 V:0 L:0",
        "  Router Cap:     192.0.2.9 D:0 S:0", "    SR Algorithm: ", "      Algorithm: 128",
        "    Flex-Algo Definition: ",
        "      Algorithm: 128 Metric-Type: 1 Alg-type: 0 Priority: 128",
        "      Flex-Algo Exclude Ext Admin Group:", "        0x00000004",
    ]  # fmt: skip
    imported = read(level(*both(a=near, of_a=of_a), count=2))
    assert not imported.topology.links[0].admin_groups
    for kind in (
        "adjacency SIDs of SR-MPLS (1)", "prefix SIDs of SR-MPLS (1)", "lines `New Thing` (1)",
        "Flexible Algorithms of a router (1)", "definitions of Flexible Algorithms (1)",
    ):  # fmt: skip
        assert kind in notes(imported)


def test_detail_holds_the_network_without_its_links_ends():
    imported = read(level(*router("a", *reach("b.00")), *router("b", *reach("a.00")), count=2))
    assert len(imported.undelayed) == 1
    assert "no addresses, figures or SIDs of links; expected the whole of" in notes(imported)


def test_purged_lsps_are_not_there():
    lines = [*both(), head("c.00-00", life="0   /*")]
    assert len(read(level(*lines, count=3)).topology.nodes) == 2


def test_lsps_of_one_name_are_two_routers_and_refused():
    text = level(*both(), *router("a", *reach("b.00")), count=3)
    with pytest.raises(InputError, match="two routers have one host name: a"):
        read(text)
    with pytest.raises(InputError, match="two routers have one host name"):
        read(level(*both(), *router("A", *reach("b.00")), count=3))


def test_a_database_printed_twice_is_one():
    text = level(*both(), count=2)
    assert read(text + text).topology == read(text).topology


def test_less_than_the_router_counts_is_refused():
    with pytest.raises(InputError, match="the text is not whole: level 2: 2 of 3 LSPs"):
        read(level(*both(), count=3))
    assert "no count of LSPs: the text may be cut" in notes(read(level(*both())))


def test_indentation_may_be_lost():
    text = level(*both(), count=2)
    flat = "\n".join(line.strip() for line in text.splitlines())
    assert read(flat).topology == read(text).topology
