"""What a database does to routing is said in words, of routers by their names."""

from frr_lsps import ONE, THREE, TWO, database, lsp, notes, reach, read

MAX_METRIC = 0xFFFFFF


def both(near, far, metrics, **more):
    ends = ("10.0.0.1", "10.0.0.2")
    yield reach(far, metrics[0], *ends, delay=5, **more)
    yield reach(near, metrics[1], *ends[::-1], delay=5)


def test_a_drained_direction_is_named():
    here, there = both(ONE, TWO, (MAX_METRIC, 7))
    found = read(database(lsp(ONE, "r1", here), lsp(TWO, "r2", there)))
    assert notes(found) == ["1 direction of metric 16777215, which SPF does not use: r1 to r2"]


def test_a_guess_and_unlike_admin_groups_name_routers_by_their_names():
    here = [reach(TWO, metric, delay=5, admGroup="0x4") for metric in (1, 2)]
    there = [reach(ONE, metric, delay=5) for metric in (1, 2)]
    found = read(database(lsp(ONE, "r1", *here), lsp(TWO, "r2", *there)))
    assert notes(found) == [
        "nothing tells which ends of the links r1 to r2 belong together; expected interface "
        "addresses or link ids. Paired by metric and delay",
        "links whose ends state other admin groups: both count both ways: 2",
    ]


def test_two_lsps_of_one_number_and_another_checksum_are_a_dispute():
    here, there = both(ONE, TWO, (1, 1))
    one = lsp(ONE, "r1", here, chksum="0x0001")
    found = read(database(one, one | {"chksum": "0x0002"}, lsp(TWO, "r2", there)))
    assert notes(found) == [
        "1 with LSPs of one number that differ: two routers of one system id?: r1"
    ]
    assert notes(read(database(one, one, lsp(TWO, "r2", there)))) == []


def old(system, metric):
    return {"isReach": f"{system}.00", "metric": metric}


def test_narrow_metrics_alone_and_among_wide_ones():
    alone = database(
        lsp(ONE, "r1", oldReachStyle=[old(TWO, 63)]), lsp(TWO, "r2", oldReachStyle=[old(ONE, 1)])
    )
    found = read(alone)
    assert [(one.metric_ab, one.metric_ba) for one in found.undelayed] == [(63, 1)]
    assert not any("narrow" in note for note in notes(found))
    here, there = both(ONE, TWO, (1000, 1000))
    mixed = read(
        database(
            lsp(ONE, "r1", here, oldReachStyle=[old(TWO, 63), old(THREE, 9)]),
            lsp(TWO, "r2", there), lsp(THREE, "r3", oldReachStyle=[old(ONE, 9)]),
        )
    )  # fmt: skip
    assert [(one.metric_ab, one.metric_ba) for one in mixed.topology.links] == [(1000, 1000)]
    assert (
        "1 with narrow metrics only, among others: taken as in transition (RFC 5305 §5): r3"
        in notes(mixed)
    )
    assert mixed.left_out == ("1 adjacency that the neighbour does not list back",)


def test_the_ends_of_links_are_kept():
    here, there = both(ONE, TWO, (1, 1), localIfaceIpv6="2001:db8::1", linkLocalId=9)
    del there["remoteIfaceIp"], there["localIfaceIp"]
    found = read(database(lsp(ONE, "r1", here), lsp(TWO, "r2", there))).topology
    (link,) = found.links
    assert (str(link.end_a.ipv4), str(link.end_a.ipv6), link.end_a.link_id) == (
        "10.0.0.1", "2001:db8::1", 9,
    )  # fmt: skip
    assert (str(link.end_b.ipv4), link.end_b.ipv6, link.end_b.interface) == ("10.0.0.2", None, None)
    back = found.adjacency[link.id, "r2"]
    assert (back.near, back.far) == (link.end_b, link.end_a)
