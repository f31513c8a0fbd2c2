"""Shared risks that routers state apart from their adjacencies (RFC 5307 §1.4)."""

from frr_lsps import ONE, THREE, TWO, database, lsp, notes, reach, read


def srlg(system, near, far, *values, circuit="00"):
    return {
        "neighbor": f"{system}.{circuit}", "interfaceAddress": near, "neighborAddress": far,
        "values": list(values),
    }  # fmt: skip


def two_routers(*risks, ends=(("10.0.0.1", "10.0.0.2"), ("10.0.1.1", "10.0.1.2")), **more):
    here = [reach(TWO, 1, *pair, delay=5, **more) for pair in ends]
    there = [reach(ONE, 1, *pair[::-1], delay=5) for pair in ends]
    return read(database(lsp(ONE, "r1", *here, srlg=list(risks)), lsp(TWO, "r2", *there)))


def risks_of(imported):
    return [set(link.srlgs) for link in imported.topology.links]


def test_a_risk_is_of_the_link_whose_address_it_says():
    found = two_routers(srlg(TWO, "10.0.1.1", "10.0.1.2", 7), srlg(TWO, "10.0.0.1", "0.0.0.0", 8))
    assert risks_of(found) == [{"8"}, {"7"}]
    assert notes(found) == []


def test_a_risk_without_an_address_is_of_all_parallel_links():
    found = two_routers(srlg(TWO, "0.0.0.0", "0.0.0.0", 7))
    assert risks_of(found) == [{"7"}, {"7"}]
    assert notes(found) == [
        "1 list of shared risks without an address of one of several adjacencies: r1 to r2. "
        "All of them have these risks"
    ]


def test_a_risk_of_no_adjacency_is_named():
    found = two_routers(srlg(TWO, "10.9.9.1", "10.9.9.2", 7), srlg(THREE, "10.0.0.1", None, 9, 8))
    assert risks_of(found) == [set(), set()]
    assert notes(found) == ["2 lists of shared risks of no adjacency that is there: r1 to r2: 7"]


def test_a_risk_is_of_the_link_in_every_topology():
    mt = {"mtId": "MT", "mtName": "ipv6-unicast"}
    ends = ("10.0.0.1", "10.0.0.2")
    here = [reach(TWO, 1, *ends, delay=5), reach(TWO, 1, *ends, delay=5, **mt)]
    there = [reach(ONE, 1, *ends[::-1], delay=5), reach(ONE, 1, *ends[::-1], delay=5, **mt)]
    risk = srlg(TWO, "10.0.0.1", "10.0.0.2", 7)
    found = read(database(lsp(ONE, "r1", *here, srlg=[risk]), lsp(TWO, "r2", *there)))
    assert risks_of(found) == [{"7"}]
    assert not any("risks" in note for note in notes(found))


def test_risks_of_an_unnumbered_link_stand_under_its_id():
    ids = {"linkLocalId": 300, "linkRemoteId": 4}
    other = {"linkLocalId": 301, "linkRemoteId": 5}
    here = [reach(TWO, 1, delay=5, **both) for both in (ids, other)]
    there = [reach(ONE, 1, delay=5, linkLocalId=a, linkRemoteId=b) for a, b in ((4, 300), (5, 301))]
    text = database(
        lsp(ONE, "r1", *here, srlg=[srlg(TWO, "0.0.1.44", "0.0.0.4", 7)]), lsp(TWO, "r2", *there)
    )
    assert risks_of(read(text)) == [{"7"}, set()]


def test_risks_of_a_port_on_a_lan_are_of_all_that_leaves_over_it():
    onto = {"mtId": "Extended", "id": f"{TWO}.2a", "metric": 3, "localIfaceIp": "10.5.0.1"}
    onto["maxMinDelay"] = {"delay": "Normal", "microSec": "5 / 9"}
    rows = [{"mtId": "Extended", "id": f"{one}.00", "metric": 0} for one in (ONE, TWO, THREE)]
    pseudo = {"lsp": {"id": f"{TWO}.2a-00"}, "seqNumber": "0x1", "holdtime": 9, "extReach": rows}
    risk = srlg(TWO, "10.5.0.1", "0.0.0.0", 7, circuit="2A")
    found = read(
        database(
            lsp(ONE, "r1", onto, srlg=[risk]), lsp(TWO, "r2", onto), lsp(THREE, "r3", onto), pseudo
        )
    )
    risks = {link.id: {risk for risk in link.srlgs if risk == "7"} for link in found.topology.links}
    assert risks == {"r1~r2": {"7"}, "r1~r3": {"7"}, "r2~r3": set()}
    assert notes(found) == []


def test_what_is_no_risk_is_counted():
    found = two_routers({"neighbor": "nobody", "values": [1]}, {"neighbor": f"{TWO}.00"})
    assert "shared risks of what is no neighbour, or without values (2)" in notes(found)[0]
