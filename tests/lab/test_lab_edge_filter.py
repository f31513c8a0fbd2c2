"""The edge of the SRv6 domain, tried with packets: who may address a SID, and who may not."""

from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest
from goldens import ROOT
from waiting import until

from netkit.api import boot, load_topology, plan
from netkit.lab.lab import Lab
from netkit.model.srv6.sids import sid_list

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the lab makes network namespaces: needs root"),
]
TOPOLOGY = load_topology(ROOT / "topologies" / "lab-two-operators.yaml")
ANSWERS = plan(TOPOLOGY, itertools.permutations(TOPOLOGY.node, 2))
ADDRESSES = TOPOLOGY.addresses


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with boot(TOPOLOGY, ANSWERS) as booted:
        yield booted


def index(router: str) -> int:
    return TOPOLOGY.node[router].sid_index


def run(place: AbstractContextManager[object], *command: str) -> str:
    with place:
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout


def send(place: AbstractContextManager[object], source: object, target: object) -> None:
    with place, socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp:
        udp.bind((str(source), 0))
        udp.sendto(b"hostile", (str(target), 9))


def dropped(lab: Lab, router: str, needle: str) -> int:
    """Packets that the router's rules with ``needle`` in them have dropped."""
    listing = run(
        lab.namespace(router).entered(), "nft", "-j", "list", "table", "ip6", "netkit_edge"
    )
    rules = [item["rule"] for item in json.loads(listing)["nftables"] if "rule" in item]
    counts = [
        step["counter"]["packets"]
        for rule in rules
        if needle in json.dumps(rule)
        for step in rule["expr"]
        if "counter" in step
    ]
    assert counts, f"no rule of {router} has {needle}"
    return sum(counts)


def test_a_customer_cannot_address_a_sid(lab: Lab) -> None:
    before = dropped(lab, "wuhu-dc-ct", "daddr")
    host = ADDRESSES.customer_host(index("wuhu-dc-ct"))
    send(lab.host_namespace("wuhu-dc-ct").entered(), host, ADDRESSES.end(index("nanjing-ct")))
    until(lambda: dropped(lab, "wuhu-dc-ct", "daddr") == before + 1, "a packet dropped")


def test_a_customer_cannot_claim_an_address_of_the_domain(lab: Lab) -> None:
    inside, host = lab.host_namespace("wuhu-dc-ct"), ADDRESSES.customer_host(index("nanjing-ct"))
    forged = ADDRESSES.loopback(index("shanghai-ct"))
    run(inside.entered(), "ip", "addr", "add", f"{forged}/128", "dev", "lo", "nodad")
    before = dropped(lab, "wuhu-dc-ct", '"saddr"')
    send(inside.entered(), forged, host)
    until(lambda: dropped(lab, "wuhu-dc-ct", '"saddr"') == before + 1, "a packet dropped")


def test_the_other_operator_reaches_no_sid_but_those_of_policies(lab: Lab) -> None:
    (link,) = (k for k in TOPOLOGY.all_links if {k.a, k.b} == {"nanjing-ct", "nanjing-cm"})
    gateway = ADDRESSES.link_address(TOPOLOGY.subnet[link.id], index("nanjing-ct"))
    inside = lab.namespace("nanjing-cm")
    source = ADDRESSES.loopback(index("nanjing-cm"))
    allowed = {
        sid
        for pair in ANSWERS.pairs
        for candidate in filter(None, (pair.primary, pair.backup))
        for sid in sid_list(TOPOLOGY, candidate)
    }
    hostile = ADDRESSES.end(index("shanghai-ct"))
    assert hostile not in allowed
    run(inside.entered(), "ip", "-6", "route", "add", f"{hostile}/128", "via", str(gateway))
    before = dropped(lab, "nanjing-ct", "ge")
    send(inside.entered(), source, hostile)
    until(lambda: dropped(lab, "nanjing-ct", "ge") == before + 1, "a packet dropped at the edge")
