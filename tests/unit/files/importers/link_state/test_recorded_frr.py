"""What FRR printed, from release to release: read whole, or refused."""

from __future__ import annotations

import json

import frr_printer
import pytest
from frr_lsps import FOUR, GOLDEN, ONE, golden, links, read
from lsdb import a_network

from netkit.errors import InputError
from netkit.files.importers.formats import read_topology
from netkit.files.importers.frr_isis import parse_frr
from netkit.files.importers.gobgp_ls import parse_gobgp
from netkit.files.importers.imported import Options
from netkit.files.importers.recognised import Format, format_of
from netkit.files.native.dump import dump_topology
from netkit.files.native.topology import parse_topology


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


def test_frr_10_3_prints_the_same_in_both_ways():
    text = golden("frr-10.3-recorded-lan-overload.txt").topology
    whole = golden("frr-10.3-recorded-lan-overload.json").topology
    assert (text.nodes, text.links) == (whole.nodes, whole.links)
    lan = [link for link in whole.links if link.lan is not None]
    assert [[str(one.sid) for one in link.sids_ab] for link in lan] == [
        ["fcbb:bb00:2:2::"], ["fcbb:bb00:2:4::"], ["fcbb:bb00:3:4::"],
    ]  # fmt: skip
    assert [node.name for node in whole.nodes if node.overload] == ["r3"]


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


def test_text_that_a_pager_cut_is_refused():
    whole = (GOLDEN / "frr-8.4-recorded.txt").read_text()
    assert len(read(whole).topology.links) == 7
    with pytest.raises(InputError, match="the text is not whole: level 2: 3 LSPs and no count"):
        read(whole[: whole.index("r4.00-00")])
    second = whole[: whole.index("r2.00-00")] + whole[whole.index("r3.00-00") :]
    with pytest.raises(InputError, match="the text is not whole: level 2: 4 of 5 LSPs"):
        read(second)


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
