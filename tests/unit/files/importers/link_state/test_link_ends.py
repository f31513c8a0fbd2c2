"""Which ends are those of one link: printed twice, parallel, without addresses, of a LAN."""

from __future__ import annotations

from frr_lsps import ONE, THREE, TWO, database, golden, links, lsp, reach, read


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
