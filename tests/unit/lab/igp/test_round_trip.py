"""What was read back otherwise than it was booted is told, field by field."""

from dataclasses import replace
from ipaddress import IPv6Network

import pytest
from lab_topologies import chain

from netkit.lab.blueprint import draw
from netkit.lab.igp.frr.config import FrrOptions
from netkit.lab.igp.frr.round_trip import unlike
from netkit.model.network.advertised import LinkEnd, Locator
from netkit.model.network.elements import MAX_LINK_METRIC

ROUTERS = ("r0", "r1")
NEW, OLD = FrrOptions(srv6=True, loss=True), FrrOptions(srv6=False, loss=False)


def booted():
    topology = chain(100)
    stated = replace(
        topology.links[0], jitter_ab_us=7, loss_ab_ppb=3000, te_metric_ab=9, capacity_bps=10**10,
        min_delay_ab_us=90, admin_groups=frozenset({"3"}),
    )  # fmt: skip
    return draw(replace(topology, links=(stated,)), ())


def read(blueprint, **link):
    """What a faithful router advertises, with some fields of the link otherwise."""
    topology = blueprint.topology
    ends = [
        LinkEnd(ipv6=blueprint.port_address(topology.interfaces[name][0])) for name in ("r0", "r1")
    ]
    said = replace(
        topology.links[0], end_a=ends[0], end_b=ends[1],
        **({"min_delay_ba_us": 100} | link),
    )  # fmt: skip
    nodes = tuple(
        replace(node, locators=(Locator(IPv6Network(f"5f00:0:{node.sid_index}::/48")),))
        for node in topology.nodes
    )
    return replace(topology, nodes=nodes, links=(said,))


def test_a_faithful_router_is_told_nothing_of():
    blueprint = booted()
    assert unlike(blueprint, ROUTERS, read(blueprint), NEW) == []


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("metric_ab", 11, "metric"),
        ("delay_ab_us", 101, "delay_us"),
        ("min_delay_ab_us", 89, "least delay_us"),
        ("jitter_ab_us", None, "jitter_us"),
        ("te_metric_ab", 8, "te_metric"),
        ("loss_ab_ppb", 3031, "loss"),
        ("capacity_bps", 9 * 10**9, "capacity"),
        ("admin_groups", frozenset(), "admin groups"),
    ],
)
def test_each_field_is_compared(field, value, word):
    blueprint = booted()
    said = unlike(blueprint, ROUTERS, read(blueprint, **{field: value}), NEW)
    assert said
    assert all(one.startswith(f"{word} of r") for one in said)


def test_units_and_digits_that_is_is_rounds_to_are_allowed():
    blueprint = booted()
    near = read(blueprint, loss_ab_ppb=3030, capacity_bps=10**10 + 90_000)
    assert unlike(blueprint, ROUTERS, near, NEW) == []


def test_what_a_version_cannot_carry_is_not_asked_for():
    blueprint = booted()
    bare = read(blueprint, loss_ab_ppb=None)
    bare = replace(bare, nodes=tuple(replace(node, locators=()) for node in bare.nodes))
    assert unlike(blueprint, ROUTERS, bare, OLD) == []
    assert len(unlike(blueprint, ROUTERS, bare, NEW)) == 3


def test_routers_and_directions_that_are_missing_or_too_many_are_told():
    blueprint = booted()
    back = read(blueprint)
    lost = replace(back, links=())
    assert [one.split()[0] for one in unlike(blueprint, ROUTERS, lost, NEW)] == ["no", "no"]
    busy = replace(back, nodes=(replace(back.nodes[0], overload=True), back.nodes[1]))
    assert unlike(blueprint, ROUTERS, busy, NEW) == ["router r0: booted False, read True"]
    other = replace(back, links=(replace(back.links[0], end_a=LinkEnd()),))
    said = unlike(blueprint, ROUTERS, other, NEW)
    assert any(one.endswith("was read, not booted") for one in said)


def test_what_no_router_floods_to_another_is_not_missing():
    """Two parts of an operator's network, each an IS-IS of its own."""
    topology = booted().topology
    blueprint = draw(replace(topology, links=()), ())
    alone = replace(read(booted()), links=())
    alone = replace(alone, nodes=alone.nodes[:1])
    assert unlike(blueprint, ("r0",), alone, NEW) == []
    assert unlike(blueprint, ROUTERS, alone, NEW) == [
        "router r1: booted False, read None",
        "locators of r1: booted ['5f00:0:2::/48'], read None",
    ]


@pytest.mark.parametrize("one_way", [True, False])
def test_a_direction_that_no_router_forwards_by_is_advertised_so_or_not_at_all(one_way):
    """An adjacency is one both ways: back over a one-way link it has the greatest metric."""
    whole = booted().topology
    back = {"delay_ba_us": None, "metric_ba": None} if one_way else {"metric_ba": MAX_LINK_METRIC}
    blueprint = draw(replace(whole, links=(replace(whole.links[0], **back),)), ())
    told = read(draw(whole, ()), metric_ba=MAX_LINK_METRIC)
    untold = replace(told, links=(replace(told.links[0], delay_ba_us=None, metric_ba=None),))
    assert unlike(blueprint, ROUTERS, told, NEW) == unlike(blueprint, ROUTERS, untold, NEW) == []
    usable = read(draw(whole, ()))
    (said,) = unlike(blueprint, ROUTERS, usable, NEW)
    assert ("was read, not booted" if one_way else "metric of r1") in said
