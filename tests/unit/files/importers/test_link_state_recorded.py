"""Recorded databases of FRR and GoBGP; what is refused of them, and what comes back written."""

import json

import frr_printer
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
    reach,
    read,
)
from lsdb import a_network

from netkit.errors import InputError
from netkit.files.importers.formats import Format, format_of, read_topology
from netkit.files.importers.frr_isis import parse_frr
from netkit.files.importers.gobgp_ls import parse_gobgp
from netkit.files.importers.imported import Options
from netkit.files.native.dump import dump_topology
from netkit.files.native.topology import parse_topology


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
    assert str(found.notes[0]) == (
        "x: read and not used: 4 SIDs whose behavior is not printed, "
        "4 nodes whose overload bit is not printed, 6 unreserved bandwidths"
    )
    assert "no link is left: 6 links without a delay" in golden_or_error("gobgp-3.36-recorded.json")
    assert "no link is left: 1 link without a delay" in golden_or_error("gobgp-3.11-rib-ls.json")


def golden_or_error(name):
    with pytest.raises(InputError) as caught:
        read_topology(GOLDEN / name)
    return str(caught.value)


def test_gobgp_links_that_do_not_say_their_level():
    def route(text, **attribute):
        attrs = [{"type": 29, "node": {}, "link": {}, **attribute}]
        return {text: [{"nlri": {"nlri": text}, "best": True, "attrs": attrs}]}

    table = {}
    for router in (ONE, TWO):
        for level in (1, 2):
            table |= route(f"NLRI {{ NODE {{ AS:1 BGP-LS ID:0 {router} ISIS-L{level}:0 }} }}")
    for here, there, ends in ((ONE, TWO, "10.0.0.1->10.0.0.2"), (TWO, ONE, "10.0.0.2->10.0.0.1")):
        text = f"NLRI {{ LINK {{ LOCAL_NODE: {here} REMOTE_NODE: {there} LINK: {ends}}} }}"
        table |= route(text, link={"igp_metric": 3})
    with pytest.raises(InputError, match="of 2 links nothing tells which of two levels"):
        parse_gobgp(json.dumps(table), "x", Options())


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
    assert "level 2: 1 of 5 LSPs" in golden_or_error("frr-8.4-recorded-cut.json")


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
