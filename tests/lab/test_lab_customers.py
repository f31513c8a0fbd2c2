"""What customers hear through every policy, whatever the core takes: TCP passes, packets that are
too big are told so, and so are closed ports, hosts that are not there, and pings of routers."""

from __future__ import annotations

import itertools
import json
import os
import re
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from goldens import ROOT

from netkit.api import boot, load_topology, plan
from netkit.emit.desired.words import CUSTOMER_INTERFACE
from netkit.lab.blueprint import WIRE_NAME
from netkit.lab.kernel.netns import Namespace
from netkit.lab.lab import Lab
from netkit.model.planning.plan import Plan

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the lab makes network namespaces: needs root"),
]
Booted = tuple[Lab, Plan, int, int]
Pair = tuple[str, str]
MEGABYTE = 1_000_000
PORT = 5001
CABLE_BYTES = 9500
"""What the lab's cables carry, whatever routers take."""

MOST_HEADERS_BYTES = 200
"""More than any list of these labs adds."""

CASES = [
    ("lab-two-operators", 1400, 1500),
    ("lab-region", 1500, 1500),
    ("lab-two-operators", 1700, 1500),
    ("lab-metro", 1400, 9000),
    ("lab-two-operators", 4000, 9000),
    ("lab-metro", 9000, 1500),
    ("lab-region", 9000, 9000),
    ("lab-metro", 9000, 8000),
]
"""A lab, what its core takes, and what its customers send."""


@pytest.fixture(scope="module", params=CASES, ids=lambda case: "-".join(map(str, case)))
def booted(request: pytest.FixtureRequest) -> Iterator[Booted]:
    """A lab whose core ports take what the topology says that its links do."""
    name, mtu_bytes, customer_bytes = request.param
    topology = load_topology(ROOT / "topologies" / f"{name}.yaml")
    links = tuple(replace(one, mtu_bytes=mtu_bytes) for one in topology.links)
    fabrics = tuple(
        replace(one, members=tuple(replace(m, mtu_bytes=mtu_bytes) for m in one.members))
        for one in topology.fabrics
    )
    topology = replace(topology, links=links, fabrics=fabrics)
    ends = [node.name for node in topology.active_nodes][::2][:3]
    answers = plan(topology, itertools.permutations(ends, 2))
    with boot(topology, answers) as lab:
        for name in (WIRE_NAME, *(one.id for one in topology.fabrics)):
            widen(lab.namespace(name), CABLE_BYTES)
        for router, ports in topology.interfaces.items():
            for port in ports:
                run(lab, router, "ip", "link", "set", port.name, "mtu", str(mtu_bytes))
        for router in lab.blueprint.hosts:
            run(lab, router, "ip", "link", "set", CUSTOMER_INTERFACE, "mtu", str(customer_bytes))
            widen(lab.host_namespace(router), customer_bytes)
        yield lab, answers, mtu_bytes, customer_bytes


def widen(namespace: Namespace, mtu_bytes: int) -> None:
    """All ports of a namespace take packets of that size."""
    with namespace.entered():
        listed = subprocess.run(["ip", "-j", "link"], check=True, capture_output=True, text=True)
        for one in json.loads(listed.stdout):
            if one["ifname"] != "lo":
                command = ["ip", "link", "set", one["ifname"], "mtu", str(mtu_bytes)]
                subprocess.run(command, check=True)


def run(lab: Lab, router: str, *command: str) -> str:
    with lab.namespace(router).entered():
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def pinged(lab: Lab, targets: Mapping[Pair, object], *words: str) -> dict[Pair, str]:
    """What ping prints, answered or not, of each policy's target from its headend's host; all at
    once, as who is not there is waited for."""
    running = {}
    for (src, dst), target in targets.items():
        command = ["ping", "-6", "-c", "1", "-W", "8", *words, str(target)]
        with lab.host_namespace(src).entered():
            running[src, dst] = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    return {pair: process.communicate()[0] for pair, process in running.items()}


def policies(answers: Plan) -> list[Pair]:
    return [
        (pair.demand.src, pair.demand.dst) for pair in answers.pairs if pair.primary is not None
    ]


def host(lab: Lab, router: str) -> str:
    return str(lab.topology.addresses.customer_host(lab.topology.node[router].sid_index))


def test_a_megabyte_of_tcp_passes_every_policy(booted: Booted) -> None:
    lab, answers, *_ = booted
    assert policies(answers)
    for src, dst in policies(answers):
        assert transferred(lab, src, dst) == MEGABYTE, (src, dst)


def transferred(lab: Lab, src: str, dst: str) -> int:
    with lab.host_namespace(dst).entered():
        listening = socket.create_server((host(lab, dst), PORT), family=socket.AF_INET6)
    got = []

    def receive() -> None:
        peer, _ = listening.accept()
        with peer:
            peer.settimeout(60)
            while data := peer.recv(1 << 16):
                got.append(len(data))

    with lab.host_namespace(src).entered():
        sending = socket.socket(socket.AF_INET6)
    thread = threading.Thread(target=receive)
    with listening, sending:
        thread.start()
        sending.settimeout(60)
        sending.connect((host(lab, dst), PORT))
        sending.sendall(bytes(MEGABYTE))
        sending.shutdown(socket.SHUT_WR)
        thread.join()
    return sum(got)


def test_a_packet_is_answered_or_told_what_passes(booted: Booted) -> None:
    lab, answers, mtu_bytes, customer_bytes = booted
    hosts = {(src, dst): host(lab, dst) for src, dst in policies(answers)}
    told = {}
    for pair, said in pinged(lab, hosts, "-M", "do", "-s", str(customer_bytes - 48)).items():
        found = re.search(r"Packet too big: mtu=(\d+)", said)
        assert found or " 0% packet loss" in said, (pair, said)
        if found:
            told[pair] = int(found[1])
    fits = mtu_bytes >= customer_bytes + MOST_HEADERS_BYTES
    assert len(told) == (0 if fits else len(hosts))
    for size in set(told.values()):
        assert size < mtu_bytes
        own = {pair: hosts[pair] for pair in told if told[pair] == size}
        for pair, said in pinged(lab, own, "-M", "do", "-s", str(size - 48)).items():
            assert " 0% packet loss" in said, (pair, said)


def test_routers_answer_and_tell_of_hosts_and_ports(booted: Booted) -> None:
    lab, answers, *_ = booted
    addresses, index = lab.topology.addresses, lab.topology.node
    pairs = policies(answers)
    gateways = {pair: addresses.customer_gateway(index[pair[1]].sid_index) for pair in pairs}
    nobody = {pair: addresses.customer_prefix(index[pair[1]].sid_index)[99] for pair in pairs}
    for pair, said in pinged(lab, gateways).items():
        assert " 0% packet loss" in said, pair
    for pair, said in pinged(lab, nobody).items():
        assert "unreachable" in said, pair
    for src, dst in pairs:
        with lab.host_namespace(src).entered():
            asking = socket.socket(socket.AF_INET6)
        asking.settimeout(60)
        with asking, pytest.raises(ConnectionRefusedError):
            asking.connect((host(lab, dst), PORT + 1))


def test_a_router_answers_by_a_list_that_begins_with_a_sid_of_its_own() -> None:
    """Also where no link states its MTU: Linux processes SIDs of packets that come in alone."""
    topology = load_topology(ROOT / "topologies" / "lab-metro.yaml")
    answers = plan(topology, itertools.permutations(topology.node, 2))
    with boot(topology, answers) as lab:
        gateways = {
            pair: topology.addresses.customer_gateway(topology.node[pair[1]].sid_index)
            for pair in policies(answers)
        }
        assert len(gateways) == 20
        for pair, said in pinged(lab, gateways).items():
            assert " 0% packet loss" in said, pair
