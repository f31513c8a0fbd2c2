"""What customers hear through every policy, whatever the core takes: TCP passes, packets that are
too big are told so, and so are closed ports, hosts that are not there, and pings of routers."""

from __future__ import annotations

import itertools
import os
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from goldens import ROOT

from netkit.api import boot, load_topology, plan
from netkit.lab.lab import Lab
from netkit.model.planning.plan import Plan

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the lab makes network namespaces: needs root"),
]
Booted = tuple[Lab, Plan, int]
MEGABYTE = 1_000_000
PORT = 5001
CASES = list(itertools.product(["lab-two-operators", "lab-region"], [1400, 1500, 1700]))


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def booted(request: pytest.FixtureRequest) -> Iterator[Booted]:
    """A lab whose core ports take what the topology says that its links do."""
    name, mtu_bytes = request.param
    topology = load_topology(ROOT / "topologies" / f"{name}.yaml")
    links = tuple(replace(one, mtu_bytes=mtu_bytes) for one in topology.links)
    fabrics = tuple(
        replace(one, members=tuple(replace(m, mtu_bytes=mtu_bytes) for m in one.members))
        for one in topology.fabrics
    )
    topology = replace(topology, links=links, fabrics=fabrics)
    ends = [node.name for node in topology.active_nodes][:3]
    answers = plan(topology, itertools.permutations(ends, 2))
    with boot(topology, answers) as lab:
        for router, ports in topology.interfaces.items():
            for port in ports:
                run(lab, router, "ip", "link", "set", port.name, "mtu", str(mtu_bytes))
        yield lab, answers, mtu_bytes


def run(lab: Lab, router: str, *command: str) -> str:
    with lab.namespace(router).entered():
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def pinged(lab: Lab, src: str, target: object, *words: str) -> str:
    """What ping from the host behind ``src`` prints, answered or not."""
    command = ["ping", "-6", "-c", "1", "-W", "8", *words, str(target)]
    with lab.host_namespace(src).entered():
        return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def policies(answers: Plan) -> list[tuple[str, str]]:
    return [
        (pair.demand.src, pair.demand.dst) for pair in answers.pairs if pair.primary is not None
    ]


def host(lab: Lab, router: str) -> str:
    return str(lab.topology.addresses.customer_host(lab.topology.node[router].sid_index))


def test_a_megabyte_of_tcp_passes_every_policy(booted: Booted) -> None:
    lab, answers, _ = booted
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
    lab, answers, mtu_bytes = booted
    told = 0
    for src, dst in policies(answers):
        said = pinged(lab, src, host(lab, dst), "-M", "do", "-s", "1452")
        found = re.search(r"Packet too big: mtu=(\d+)", said)
        if found is None:
            assert " 0% packet loss" in said, (src, dst, said)
            continue
        told += 1
        fits = pinged(lab, src, host(lab, dst), "-M", "do", "-s", str(int(found[1]) - 48))
        assert " 0% packet loss" in fits, (src, dst, said, fits)
        assert int(found[1]) < mtu_bytes
    assert told == (0 if mtu_bytes >= 1700 else len(policies(answers)))


def test_routers_answer_and_tell_of_hosts_and_ports(booted: Booted) -> None:
    lab, answers, _ = booted
    topology = lab.topology
    for src, dst in policies(answers):
        index = topology.node[dst].sid_index
        gateway = topology.addresses.customer_gateway(index)
        assert " 0% packet loss" in pinged(lab, src, gateway), (src, dst)
        nobody = topology.addresses.customer_prefix(index)[99]
        assert "unreachable" in pinged(lab, src, nobody), (src, dst)
        with lab.host_namespace(src).entered():
            asking = socket.socket(socket.AF_INET6)
        asking.settimeout(60)
        with asking, pytest.raises(ConnectionRefusedError):
            asking.connect((host(lab, dst), PORT + 1))
