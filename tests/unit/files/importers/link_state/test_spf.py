"""What SPF routes over: routers, metrics and topologies of a link-state database."""

from __future__ import annotations

import pytest
from frr_lsps import FOUR, ONE, THREE, TWO, database, golden, links, lsp, planned, reach, read

from netkit.errors import InputError


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
