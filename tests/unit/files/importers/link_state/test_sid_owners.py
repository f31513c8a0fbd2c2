"""Locators and SIDs of several routers, and SIDs that lead to another router (RFC 9352 §6)."""

from ipaddress import IPv6Network

import pytest
from frr_lsps import FOUR, ONE, THREE, TWO, database, lsp, notes, reach, read

from netkit.emit.desired.edge import edge_filter
from netkit.files.native.dump import dump_topology
from netkit.files.native.topology import parse_topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.sids import sid_list
from netkit.planner.plan import plan_demands

SHARED = "fcbb:0:ff::/48"


def locator(prefix, *sids, algorithm=0):
    ends = [{"endpointBehavior": "End", "sidValue": sid} for sid in sids]
    return {"mtId": 0, "prefix": prefix, "algorithm": algorithm, "subtlvs": {"srv6EndSid": ends}}


def sid_of(one):
    return str(one.sid)


def end_x(sid, **flags):
    return {"sid": sid, "algorithm": "SPF", "weight": 0, "behavior": "End.X", **flags}


def ring(*locators, end_xs=None):
    """r1 to r2 and r3, these to r4; each with its locators. FRR prints the last of several."""
    ids = (ONE, TWO, THREE, FOUR)
    near = {ONE: (TWO, THREE), TWO: (ONE, FOUR), THREE: (ONE, FOUR), FOUR: (TWO, THREE)}
    made = []
    for number, (id_, own) in enumerate(zip(ids, locators, strict=True), start=1):
        rows = [
            reach(far, 10, delay=5 * int(far[-1]), **(end_xs or {}).get((id_, far), {}))
            for far in near[id_]
        ]
        made.append(lsp(id_, f"r{number}", *rows, srv6Locator=list(own)))
    return database(*made)


def own(number, *more):
    return [locator(f"fcbb:0:{number}::/48", f"fcbb:0:{number}:1::"), *more]


def test_a_locator_of_several_routers_is_a_group_and_nobodys_own():
    anycast = locator(SHARED, "fcbb:0:ff:1::")
    found = read(ring(own(1), own(2, anycast), own(3, anycast), own(4)))
    (group,) = found.topology.anycasts
    assert (group.name, group.nodes) == ("anycast-fcbb-0-ff-48", ("r2", "r3"))
    assert [str(one.prefix) for one in group.locators] == [SHARED]
    assert [str(one.sid) for one in group.sids] == ["fcbb:0:ff:1::"]
    for number, node in enumerate(found.topology.nodes, start=1):
        assert [str(one.prefix) for one in node.locators] == [f"fcbb:0:{number}::/48"]
        assert [str(one.sid) for one in node.sids] == [f"fcbb:0:{number}:1::"]
    assert notes(found) == [
        "1 anycast: SIDs of the nearest of several routers, in no list: "
        "anycast-fcbb-0-ff-48 of r2 r3"
    ]
    assert parse_topology(dump_topology(found.topology)) == found.topology


def test_no_list_takes_an_anycast_sid_for_that_of_a_router():
    only = [locator(SHARED, "fcbb:0:ff:1::")]
    found = read(ring(own(1), only, only, own(4))).topology
    assert not any(node.sids or node.locators for node in found.nodes[1:3])
    plan = plan_demands(found, [Demand("r1", "r4", 100), Demand("r1", "r2", 100)], PlanOptions())
    through, to = plan.pairs
    assert [str(sid) for sid in sid_list(found, through.primary)] == ["fcbb:0:4:d046::"]
    assert to.primary is None


@pytest.mark.parametrize(
    ("locators", "note"),
    [
        (
            [own(1), [locator(SHARED, "fcbb:0:ff:1::")], [locator(SHARED)], own(4)],
            "1 SID that not all routers of their locator have, which no list uses: "
            "fcbb:0:ff:1:: of r2",
        ),
        (
            [own(1, locator("fcbb:0:2:1::/64")), own(2), own(3), own(4)],
            "1 SID that the IGP takes to another router, which no list uses: fcbb:0:2:1:: of r2",
        ),
    ],
    ids=["not of all", "within the longer locator of another"],
)
def test_sids_that_no_list_may_use_are_named(locators, note):
    found = read(ring(*locators))
    assert note in notes(found)
    assert parse_topology(dump_topology(found.topology)) == found.topology
    assert not any(str(one.sid) in note for node in found.topology.nodes for one in node.sids)


def test_a_locator_of_two_algorithms_is_of_nobody():
    plain, delay = locator(SHARED, "fcbb:0:ff:1::"), locator(SHARED, algorithm=128)
    for locators in ([own(1), own(2, plain), own(3, delay), own(4)],
                     [own(1), own(2, plain, delay), own(3), own(4)]):  # fmt: skip
        found = read(ring(*locators))
        assert not found.topology.anycasts
        assert all(len(node.locators) == 1 for node in found.topology.nodes)
        assert notes(found) == [
            "1 SID in locators of several algorithms, which no list uses: fcbb:0:ff:1:: of r2"
        ]
        assert parse_topology(dump_topology(found.topology)) == found.topology


def test_end_x_sids_of_sets_of_several_links_and_of_others_are_no_links_own():
    said = {
        (ONE, TWO): {"srv6EndXSID": [end_x("fcbb:0:1:e::"), end_x("fcbb:0:1:5::", flagS=True)]},
        (ONE, THREE): {"srv6EndXSID": [end_x("fcbb:0:1:e::"), end_x("fcbb:0:1:e3::")]},
        (TWO, ONE): {"srv6EndXSID": [end_x("fcbb:0:1:99::")]},
    }
    found = read(ring(own(1), own(2), own(3), own(4), end_xs=said))
    sids = {
        (arc.src, arc.dst): [str(one.sid) for one in arc.sids] for arc in found.topology.adjacencies
    }
    assert {ends: own for ends, own in sids.items() if own} == {("r1", "r3"): ["fcbb:0:1:e3::"]}
    assert notes(found) == [
        "2 End.X SIDs of several adjacencies, which no list uses: fcbb:0:1:e:: of r1",
        "1 End.X SID that the IGP takes to other routers, which no list uses: fcbb:0:1:99:: of r2",
        "read and not used: End.X SIDs of sets of adjacencies (1)",
    ]
    assert parse_topology(dump_topology(found.topology)) == found.topology


def test_structures_and_sids_that_cannot_be_are_counted():
    sizes = {"locBlockLen": 64, "locNodeLen": 64, "funcLen": 64, "argLen": 0}
    odd = {"endpointBehavior": "End", "sidValue": "fcbb:0:1:1::", "srv6SidStructure": sizes}
    bad = {"endpointBehavior": "End", "sidValue": "fcbb:0:1:xyz::"}
    one = {"prefix": "fcbb:0:1::/48", "algorithm": 0, "subtlvs": {"srv6EndSid": [odd, bad]}}
    found = read(ring([one, {"prefix": "fcbb:0:1::/200"}], own(2), own(3), own(4)))
    assert found.topology.nodes[0].sids[0].structure is None
    assert notes(found) == [
        "read and not used: SID structures that are not four lengths of 128 bits in all (1), "
        "SIDs that are no IPv6 address (1), locators that are no IPv6 prefix (1)"
    ]


def test_the_edge_of_the_domain_guards_what_is_shared_as_well():
    anycast = locator(SHARED, "fcbb:0:ff:1::")
    found = read(ring(own(1), own(2, anycast), own(3, anycast), own(4))).topology
    rules = [edge_filter(found, node, (), {}) for node in found.nodes]
    assert all(any(IPv6Network(SHARED).subnet_of(one) for one in rule.blocks) for rule in rules)
    assert [IPv6Network(SHARED) in rule.protected for rule in rules] == [False, True, True, False]
