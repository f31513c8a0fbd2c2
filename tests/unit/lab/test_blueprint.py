"""What is laid out and configured for a topology, without a kernel."""

from __future__ import annotations

from dataclasses import replace

import pytest
from goldens import check_golden
from lab_topologies import chain, igp_routes, two_sides

from netkit.errors import InputError
from netkit.lab.blueprint import draw
from netkit.lab.delay.wire_control import line_of
from netkit.lab.kernel.router_setup import (
    exchange_batch,
    exchange_fdb_batch,
    host_batch,
    router_batch,
)
from netkit.lab.truth.cuts import cuts_for, links_of_srlg
from netkit.model.network.elements import Link, Status
from netkit.model.network.topology import Topology


def diamond():
    """Two equal ways from r0 to r2."""
    nodes = chain(1, 1, 1).nodes
    ends = (("r0", "r1"), ("r1", "r2"), ("r0", "r3"), ("r3", "r2"))
    links = [Link(f"{a}-{b}", a, b, 100, 100, 10, 10, srlgs=frozenset({a})) for a, b in ends]
    return Topology("diamond", nodes, tuple(links))


def test_every_batch_of_a_backbone_with_an_exchange():
    blueprint = draw(two_sides(), ["w1"])
    routes = igp_routes(blueprint.topology)
    parts = [(name, router_batch(blueprint, name, routes)) for name in blueprint.routers]
    parts.append(("host w1", host_batch(blueprint, "w1")))
    parts.append(("exchange", exchange_batch(blueprint, "ix")))
    parts.append(("fdb", exchange_fdb_batch(blueprint, "ix")))
    text = "".join(f"## {name}\n{batch}" for name, batch in parts)
    check_golden("lab/two_sides.batch", text)


def test_equal_ways_become_one_route_with_several_next_hops():
    blueprint = draw(diamond(), ())
    lines = router_batch(blueprint, "r0", igp_routes(blueprint.topology)).splitlines()
    assert (
        "route add 5f00:0:3::/48 nexthop via fd5f:0:0:1::2 dev ge0 "
        "nexthop via fd5f:0:0:3::4 dev ge1" in lines
    )


def test_cables_are_links_then_legs_with_their_own_delay_each_way():
    blueprint = draw(two_sides(), ())
    assert [cable.id for cable in blueprint.cables] == [
        "west", "east", "direct", "ix:w2", "ix:e2", "ix:x",
    ]  # fmt: skip
    far, delays_ns = line_of(blueprint.cables)
    assert far == [1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10]
    assert delays_ns[:2] == [1_500_000, 1_700_000]
    assert delays_ns[6:8] == [50_000, 50_000]


def test_planned_things_are_not_built():
    topology = chain(100, 200)
    planned = replace(topology.nodes[2], status=Status.PLANNED)
    blueprint = draw(replace(topology, nodes=(*topology.nodes[:2], planned)), ["r0"])
    assert blueprint.routers == ("r0", "r1")
    assert [cable.id for cable in blueprint.cables] == ["l0"]
    with pytest.raises(InputError, match="no such router for a host: r2"):
        draw(blueprint.topology, ["r2"])


def test_all_bad_hosts_and_taken_names_are_told_at_once():
    topology = chain(100)
    renamed = replace(topology, nodes=(*topology.nodes, replace(topology.nodes[0], name="h-r0")))
    with pytest.raises(InputError) as caught:
        draw(renamed, ["r0", "r7", "r9"])
    assert len(caught.value.problems) == 3


def test_mac_addresses_are_unique_and_local():
    blueprint = draw(two_sides(), ["w1", "w2", "e1"])
    ports = [port for ports in blueprint.topology.interfaces.values() for port in ports]
    macs = [blueprint.port_mac(port) for port in ports]
    macs += [blueprint.mac(0, name) for name in blueprint.hosts]
    macs += [blueprint.host_mac(name) for name in blueprint.hosts]
    assert len(set(macs)) == len(macs)
    assert all(int(mac[:2], 16) & 0b11 == 0b10 for mac in macs)


def test_cuts_of_links_legs_fabrics_and_links_inside_a_fabric():
    blueprint = draw(two_sides(), ())
    assert cuts_for(blueprint, ["east"]) == [(2, None), (3, None)]
    assert cuts_for(blueprint, ["ix:e2"]) == [(8, None), (9, None)]
    assert cuts_for(blueprint, ["ix"]) == [(end, None) for end in range(6, 12)]
    one, other = cuts_for(blueprint, ["ix:w2~e2"])
    assert one == (6, "025f0004000c")
    assert other == (8, "025f00040002")


def test_a_link_with_a_name_each_way_is_cut_by_either():
    topology = two_sides()
    links = (replace(one, id_ba="tsae") if one.id == "east" else one for one in topology.links)
    blueprint = draw(replace(topology, links=tuple(links)), ())
    assert cuts_for(blueprint, ["tsae"]) == cuts_for(blueprint, ["east"])


def test_an_exchange_and_a_router_of_one_name_are_no_two_nodes_of_a_lab():
    topology = two_sides()
    (fabric,) = topology.fabrics
    same = replace(topology, fabrics=(replace(fabric, id="w1"),))
    with pytest.raises(InputError, match="w1"):
        draw(same, ())
    planned = replace(topology, fabrics=(replace(fabric, id="w1", status=Status.PLANNED),))
    assert draw(planned, ()).fabrics == ()


def test_unknown_cuts_and_risks_are_refused_by_name():
    blueprint = draw(diamond(), ())
    with pytest.raises(InputError) as caught:
        cuts_for(blueprint, ["r0-r1", "nope", "nor this"])
    assert [problem.value for problem in caught.value.problems] == ["nope", "nor this"]
    assert links_of_srlg(blueprint.topology, "r0") == ("r0-r1", "r0-r3")
    with pytest.raises(InputError, match="r0, r1, r3"):
        links_of_srlg(blueprint.topology, "r2")
