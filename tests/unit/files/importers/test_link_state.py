"""Routers, links and levels of a link-state database as FRR prints it, one test a kind."""

import pytest
from frr_documents import (
    FOUR,
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
