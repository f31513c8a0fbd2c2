"""The planner's IGP against tables: what is equal, and each way in which it is not."""

import pytest
from lab_topologies import chain

from netkit.lab.igp.comparison import compare
from netkit.lab.igp.tables import RouteSeen, kernel_routes, owners, zebra_routes

TOPOLOGY = chain(100, 100)
RIGHT = {
    "r0": {"r1": ("ge0", 10), "r2": ("ge0", 20)},
    "r1": {"r0": ("ge0", 10), "r2": ("ge1", 10)},
    "r2": {"r0": ("ge0", 20), "r1": ("ge0", 10)},
}


def tables(**others):
    found = {
        src: {dst: RouteSeen(frozenset({port}), far) for dst, (port, far) in own.items()}
        for src, own in RIGHT.items()
    }
    found["r0"].update(others)
    return {src: {dst: one for dst, one in own.items() if one} for src, own in found.items()}


def test_equal_tables_are_equal_with_distances_or_without():
    found = compare(TOPOLOGY, tables())
    assert (found.pairs, found.with_distance, found.equal) == (6, 6, True)
    found = compare(TOPOLOGY, tables(r2=RouteSeen(frozenset({"ge0"}))))
    assert (found.pairs, found.with_distance, found.equal) == (6, 5, True)


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        (None, "r0 to r2: planned ge0, distance 20, found no route"),
        (RouteSeen(frozenset({"ge0"}), 21), "r0 to r2: planned ge0, distance 20, found ge0, "
         "distance 21"),
        (RouteSeen(frozenset({"ge0", "ge1"})), "r0 to r2: planned ge0, distance 20, found ge0 ge1"),
    ],
)  # fmt: skip
def test_every_difference_is_told(seen, text):
    found = compare(TOPOLOGY, tables(r2=seen))
    assert [str(one) for one in found.differences] == [text]
    assert not found.equal


def test_of_the_kernels_table_only_ways_to_other_locators_count():
    routes = [
        {"dst": "5f00:0:2::/48", "dev": "ge0", "gateway": "fe80::2"},
        {"dst": "5f00:0:3::/48", "nexthops": [{"dev": "ge0"}, {"dev": "ge1"}]},
        {"dst": "5f00:0:1::/48", "dev": "sr0"},
        {"dst": "5f00:0:3::1", "dev": "ge5"},
        {"type": "blackhole", "dst": "5f00:0:2::/48", "dev": "lo"},
    ]
    assert dict(kernel_routes(routes, "r0", owners(TOPOLOGY))) == {
        "r1": RouteSeen(frozenset({"ge0"})),
        "r2": RouteSeen(frozenset({"ge0", "ge1"})),
    }


def test_of_zebras_table_the_selected_route_and_its_active_next_hops_count():
    hops = [{"interfaceName": "ge0", "active": True}, {"interfaceName": "ge1"}]
    routes = {
        "5f00:0:2::/48": [{"metric": 5}, {"selected": True, "metric": 10, "nexthops": hops}],
        "5f00:0:3::/48": [{"metric": 7, "nexthops": hops}],
        "fd5f:0:0:1::/64": [{"selected": True, "metric": 3, "nexthops": hops}],
    }
    assert dict(zebra_routes(routes, owners(TOPOLOGY))) == {"r1": RouteSeen(frozenset({"ge0"}), 10)}
