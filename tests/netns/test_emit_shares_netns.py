"""Linux shares flows over the weighted lists of a split demand as the emitted route says."""

from __future__ import annotations

import os
import socket
from collections import Counter
from ipaddress import IPv6Address

import pytest
from goldens import ROOT
from netns_net import net

from netkit.emit.linux.ip_batch import emit_linux
from netkit.emit.linux.words import CUSTOMER_TABLE
from netkit.files.native.topology import load_topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.sids import sid_list
from netkit.planner.plan import plan_demands

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces; needs root"),
]

FLOWS = 400
IPV6 = 0x86DD


def test_flows_take_the_lists_by_weight() -> None:
    topology = load_topology(ROOT / "topologies" / "lab-region.yaml")
    split = Demand("wuhu-dc", "qingpu-dc", 5_000, bandwidth_bps=700 * 10**9)
    plan = plan_demands(topology, [split], PlanOptions(share=2))
    (pair,) = plan.pairs
    batch = emit_linux(topology, plan)["wuhu-dc"].ip_batch
    routes = [line for line in batch.splitlines() if f"table {CUSTOMER_TABLE} metric" in line]
    lists = [str(sid_list(topology, share.candidate)[0]) for share in pair.shares]
    prefix = topology.addresses.customer_prefix(topology.node["qingpu-dc"].sid_index)
    with net() as made:
        for node in ("host", "edge", "core"):
            made.node(node)
        made.link(("host", "h0", "fd01::2/64"), ("edge", "cust0", "fd01::1/64"))
        made.link(("edge", "e0", "fd02::1/64"), ("core", "c0", "fd02::2/64"))
        made.ip("edge", "link", "add", "sr0", "type", "bridge")
        made.ip("edge", "link", "set", "sr0", "up")
        made.ip("edge", "route", "add", "5f00::/16", "via", "fd02::2")
        made.ip("edge", "-6", "rule", "add", "iif", "cust0", "table", str(CUSTOMER_TABLE))
        made.inside("edge", "sysctl", "-qw", "net.ipv6.fib_multipath_hash_policy=1")
        for line in routes:
            made.ip("edge", *line.split())
        made.ip("host", "route", "add", str(prefix), "via", "fd01::1")
        with made.entered("core"):
            heard = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(IPV6))
        with heard, made.entered("host"):
            heard.bind(("c0", 0))
            heard.settimeout(60)
            seen = Counter(_first_sid(heard, str(prefix[9]), port) for port in range(FLOWS))
    assert set(seen) == set(lists)
    whole = sum(share.weight for share in pair.shares)
    for first, share in zip(lists, pair.shares, strict=True):
        assert abs(seen[first] / FLOWS - share.weight / whole) < 0.15


def _first_sid(heard: socket.socket, address: str, flow: int) -> str:
    """Where one flow's packet is sent first; each flow has a port of its own."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sender:
        sender.bind(("::", 20_000 + flow))
        sender.sendto(b"", (address, 9))
    while True:
        towards = IPv6Address(heard.recv(2_048)[24:40])
        if not towards.is_multicast:
            return str(towards)
