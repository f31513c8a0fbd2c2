"""Flexible Algorithms as the text of FRR states them (``format_tlv_router_cap``)."""

import pytest
from frr_lsps import ONE, THREE, TWO, database, lsp, notes, reach, read
from goldens import GOLDEN

from netkit.errors import InputError
from netkit.files.importers.frr_isis import parse_frr
from netkit.files.importers.imported import Options
from netkit.files.importers.link_state.frr_text import read_frr_text
from netkit.files.importers.link_state.records import FlexRecord
from netkit.files.importers.link_state.skipped import Skipped
from netkit.files.native.dump import dump_topology
from netkit.files.native.topology import parse_topology
from netkit.model.network.flex_algo import FlexMetric

IDS = {"r1": ONE, "r2": TWO, "r3": THREE}
LINKS = (
    ("r1", "r2", 1, "0x00000002"),
    ("r2", "r3", 2, "0x00000004"),
    ("r1", "r3", 3, "0x00000001"),
)


def definition(number=128, metric=0, calculation=0, priority=128, rules=()):
    groups = {"Exclude-Any": "not-set", "Include-Any": "not-set", "Include-All": "not-set"}
    groups |= {word: mask for word, mask in rules if word in groups}
    return [
        f"  Flex-Algo Definition: {number}", f"    Metric-Type: {metric}",
        f"    Calc-Type: {calculation}", f"    Priority: {priority}",
        *(f"    {word}: {mask}" for word, mask in groups.items()), "    M-Flag: 0",
        *(f"    {word}: {value}" for word, value in rules if word not in groups),
    ]  # fmt: skip


def text_of(definitions=(), takers=("r1", "r2", "r3"), number=128, links=LINKS, delays=True):
    """A triangle, as FRR prints it in words."""
    lines = ["Area 1:", "IS-IS Level-2 link-state database:"]
    for name, id_ in IDS.items():
        lines.append(f"{id_}.00-00  *    100   0x00000002  0x0001    1100    0/0/0")
        lines += [
            f"  Hostname: {name}",
            "  Router Capability: 10.0.0.1 , D:0, S:0",
            "    SR Algorithm:",
        ]
        lines.append("      0: SPF")
        if name in takers:
            lines.append(f"      {number}: Flex-Algo")
        lines += [f"  {line}" for owner, one in definitions if owner == name for line in one]
        for a, b, cost, group in links:
            for near, far in ((a, b), (b, a)):
                if near == name:
                    lines.append(f"  Extended Reachability: {IDS[far]}.00 (Metric: {cost})")
                    lines.append(f"    Admin Group: {group}")
                    if delays:
                        lines.append("    Normal Min/Max Link Delay: 5 / 9 (micro-sec)")
                    lines.append("    Normal Average Link Delay: 7 (micro-sec)")
    return "\n".join([*lines, "    3 LSPs", ""])


def imported(*definitions, **options):
    return parse_frr(text_of(definitions, **options), "x", Options())


def test_a_definition_becomes_a_plane():
    rules = (("Exclude-Any", "0x00000004 "), ("Include-Any", "0x00000003 00000003 "))
    found = imported(("r2", definition(metric=1, rules=rules)), takers=("r1", "r2"))
    (plane,) = found.topology.flex_algos
    assert (plane.algorithm, plane.metric, plane.nodes) == (128, FlexMetric.DELAY, {"r1", "r2"})
    assert (plane.exclude_any, plane.include_any) == ({"2"}, {"0", "1", "32", "33"})
    assert not any("Flexible" in note for note in notes(found))
    assert parse_topology(dump_topology(found.topology)) == found.topology


def test_the_highest_priority_wins_then_the_highest_system_id():
    first = ("r1", definition(metric=0, priority=130))
    second, third = (("r2", definition(metric=2)), ("r3", definition(metric=1)))
    (plane,) = imported(first, second, third).topology.flex_algos
    assert (plane.metric, plane.nodes) == (FlexMetric.IGP, None)
    (plane,) = imported(second, third).topology.flex_algos
    assert plane.metric is FlexMetric.DELAY


def test_groups_go_on_over_lines():
    words = "0x00000001 00000000 00000000 00000000 \n                 0x00000002 "
    rules = (("Exclude-Any", words),)
    (plane,) = imported(("r1", definition(rules=rules))).topology.flex_algos
    assert plane.exclude_any == {"1", "128"}


@pytest.mark.parametrize(
    ("stated", "lack"),
    [
        ({"metric": 128}, "its metric type 128"),
        ({"calculation": 1}, "its calculation type 1"),
        ({"rules": (("Exclude SRLG", "Enabled"),)}, "its shared risks to exclude"),
        ({"rules": (("Flags", "0x1"),)}, "its flags"),
        (
            {"rules": (("Got an unsupported sub-TLV", "Yes"), ("Flags", "0x1"))},
            "its rules that FRR does not know and flags",
        ),
        (
            {"rules": (("Include-All", "0x00000003 "), ("Include-Any", "0x00000100 "))},
            "no link has the admin groups that it wants",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_told_of_a_plane_is_said(stated, lack):
    found = imported(("r1", definition(**stated)))
    assert not found.topology.flex_algos
    assert f"Flexible Algorithm 128 of 3 routers is left out: {lack}" in notes(found)


def test_planes_that_nobody_defines_nobody_takes_or_that_lack_delays():
    assert (
        "Flexible Algorithm 128 of 3 routers is left out: its definition is not printed"
        in notes(imported())
    )
    assert "Flexible Algorithm 128 of 0 routers is left out: nobody takes part" in notes(
        imported(("r1", definition()), takers=())
    )
    found = imported(("r1", definition(metric=1)), delays=False)
    lack = "links in it state no least delay"
    assert f"Flexible Algorithm 128 of 3 routers is left out: {lack}" in notes(found)


def flex_end_x(sid):
    return {"srv6EndXSID": [{"sid": sid, "algorithm": "Flex-Algo", "behavior": "End.X"}]}


def test_which_flexible_algorithm_an_end_x_is_of():
    """FRR prints the same word for all of them: the locator tells, or the only one taken."""
    algorithms = {"0": "SPF", "128": "Strict SPF", "129": "Strict SPF"}
    one = {"prefix": "fcbb:0:1::/48", "algorithm": 129}
    inside, outside = flex_end_x("fcbb:0:1:e::"), flex_end_x("fcbb:0:9:e::")
    here = [reach(TWO, 1, "10.0.0.1", "10.0.0.2", delay=5, **inside),
            reach(TWO, 1, "10.0.1.1", "10.0.1.2", delay=5, **outside)]  # fmt: skip
    there = [reach(ONE, 1, "10.0.0.2", "10.0.0.1", delay=5),
             reach(ONE, 1, "10.0.1.2", "10.0.1.1", delay=5, **outside)]  # fmt: skip
    first = lsp(ONE, "r1", *here, segmentRoutingAlgorithm=algorithms, srv6Locator=one)
    second = lsp(TWO, "r2", *there, segmentRoutingAlgorithm={"0": "SPF", "200": "Strict SPF"})
    found = read(database(first, second))
    assert [
        [(str(sid.sid), sid.algorithm) for sid in arc.sids] for arc in found.topology.adjacencies
    ] == [[("fcbb:0:1:e::", 129)], [], [], [("fcbb:0:9:e::", 200)]]
    assert any(
        "End.X SIDs of a Flexible Algorithm whose number is not printed (1)" in note
        for note in notes(found)
    )


def test_several_locators_in_the_text_of_a_router_without_flexible_algorithms():
    lines = text_of(takers=("r2",)).splitlines()
    where = lines.index("  Hostname: r1") + 1
    both = [f"  SRv6 Locator: fcbb:0:{n}::/48 (Metric: 0) standard" for n in (1, 2)]
    lines[where:where] = both
    other = lines.index("  Hostname: r2") + 1
    lines[other:other] = [line.replace("fcbb", "fcbc") for line in both]
    found = parse_frr("\n".join(lines), "x", Options())
    assert [len(node.locators) for node in found.topology.nodes] == [2, 0, 0]
    assert any("locators whose algorithm is not printed (2)" in note for note in notes(found))


def test_a_definition_as_recorded_of_frr_10_3():
    """Its routers took the LSPs of each other for corrupt, so only that of r1 says anything."""
    text = (GOLDEN / "import" / "frr-10.3-recorded-flex-algo.txt").read_text()
    (lsps,) = read_frr_text(text.splitlines(), "x", Skipped()).levels.values()
    assert lsps[0].flex_algos == [FlexRecord(128, 1, 0, 130, exclude_any=frozenset({"2"}))]
    assert lsps[0].algorithms == {0}
    assert [reach.traffic.admin_groups for reach in lsps[0].reaches] == [{"0", "2"}, set(), set()]
    with pytest.raises(InputError, match="no link is left: 3 adjacencies"):
        parse_frr(text, "x", Options()).with_links("x")
