"""A router that keeps probes refutes the plan, as a link that loses them does, and is named."""

from __future__ import annotations

import pytest
from backends_here import BACKENDS_HERE
from goldens import ROOT
from lab_topologies import igp_routes, needs_root, plan_all

from netkit.emit.linux.words import CUSTOMER_TABLE
from netkit.files.native.topology import load_topology
from netkit.lab.delay.line_shape import LineShape
from netkit.lab.drills.calm import calm
from netkit.lab.lab import Lab
from netkit.lab.measure import measure
from netkit.lab.plant import IP_BATCH, NFT
from netkit.report.ledger_line import LedgerCause
from netkit.workflows.lab_results import measured_pair
from netkit.workflows.lab_stated import Stated

pytestmark = [pytest.mark.lab, needs_root]

PAIR = ("qingpu-dc", "wuhu-dc")
FILTER = """table ip6 thief {{
  chain forward {{
    type filter hook forward priority 0; policy accept;
    oifname "{port}" {how} drop
  }}
}}
"""


@pytest.fixture(scope="module", params=BACKENDS_HERE)
def booted(request):
    topology = calm(load_topology(ROOT / "topologies" / "lab-region.yaml"))
    plan, configs = plan_all(topology)
    names = [node.name for node in topology.active_nodes]
    with Lab.boot(
        topology, igp_routes(topology), configs, hosts=names, backend=request.param
    ) as lab:
        yield lab, plan


def ledgers(lab, plan):
    (pair,) = measure(lab, [PAIR], count=40, interval_ms=10, timeout_ms=300).pairs
    there, back = plan.pair[PAIR], plan.pair[PAIR[::-1]]
    found = measured_pair(Stated(lab.topology), pair, there, back)
    return found.forward.ledger, found.backward.ledger


def told(line):
    return [(one.cause, one.link, one.headend) for one in line.contradictions]


def last_of(plan):
    path = plan.pair[PAIR].primary.path
    return path.links[-1], path.nodes[-2]


def port_towards(lab, plan, place):
    """The router in that place of the path, and its port onwards."""
    path = plan.pair[PAIR].primary.path
    adjacency = lab.topology.adjacency[path.links[place], path.nodes[place]]
    return path.nodes[place], lab.topology.interface(adjacency).name


@pytest.mark.parametrize(("how", "all_"), [("", True), ("numgen random mod 3 == 0", False)])
def test_a_filter_in_a_router_is_told_by_the_link_that_leads_there(booted, how, all_):
    lab, plan = booted
    router, port = port_towards(lab, plan, 1)
    lab.namespace(router).batch(NFT, FILTER.format(port=port, how=how))
    try:
        there, back = ledgers(lab, plan)
    finally:
        lab.namespace(router).batch(NFT, "delete table ip6 thief\n")
    path = plan.pair[PAIR].primary.path
    assert told(there) == [(LedgerCause.SWALLOWED, path.links[0], path.nodes[0])]
    assert told(back) == []
    assert (there.contradictions[0].probes == 40) is all_


def test_a_far_router_that_passes_nothing_on_to_its_host_is_told(booted):
    lab, plan = booted
    lab.namespace(PAIR[1]).batch(NFT, FILTER.format(port="cust0", how=""))
    try:
        there, _ = ledgers(lab, plan)
    finally:
        lab.namespace(PAIR[1]).batch(NFT, "delete table ip6 thief\n")
    assert told(there) == [(LedgerCause.SWALLOWED, *last_of(plan))]


@pytest.mark.parametrize("kind", ["blackhole", "unreachable"])
@pytest.mark.parametrize("end", [0, 1])
def test_a_headend_or_an_egress_without_a_way_on_is_told(booted, kind, end):
    """Also where it says so: the ICMP error is that of a router which passes nothing on."""
    lab, plan = booted
    router = lab.namespace(PAIR[end])
    prefix = lab.topology.addresses.customer_prefix(lab.topology.node[PAIR[1]].sid_index)
    route = f"route {{}} {kind} {prefix} table {CUSTOMER_TABLE} metric 1\n"
    router.batch(IP_BATCH, route.format("add"))
    try:
        there, _ = ledgers(lab, plan)
    finally:
        router.batch(IP_BATCH, route.format("del"))
    where = last_of(plan) if end else (None, None)
    assert told(there) == [(LedgerCause.SWALLOWED, *where)]


def test_what_a_link_holds_longer_than_its_sender_waits_is_no_routers_doing(booted):
    """Such a probe is on its link yet when the run is over."""
    lab, plan = booted
    path = plan.pair[PAIR].primary.path
    own_us = lab.topology.adjacency[path.links[1], path.nodes[1]].delay_us
    lab.shape(path.links[1], path.nodes[1], LineShape(250_000_000))
    try:
        (pair,) = measure(lab, [PAIR], count=12, interval_ms=5, timeout_ms=60).pairs
    finally:
        lab.shape(path.links[1], path.nodes[1], LineShape(own_us * 1000))
    assert all(one.forward is not None and one.forward.held_ns for one in pair.traced)
