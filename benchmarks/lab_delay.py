"""How exactly links hold packets: the kernel beside the wire. ``-m benchmarks.lab_delay [RATE …]``

Both backends in one run, a chain of 5 ms links, beside whatever else the machine does; a sender
with the highest ordinary priority sends STAMP-like packets through it. The figures are of the lab's
own truth, of all links but the last: the kernel tells entry to exit of a link, the wire entry to
entry of the next, which is what it aims at and does not know of a last one. CPU time is that of the
processes of the lab that delay packets.

A row a line, as JSON: ``|held - asked|`` at p50, p99 and p99.9 in µs, over all packets, how many
packets were sent and are whole in the truth, and what the backend counts as lost or unrecorded.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import time
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np

from netkit.lab.kernel.marks import marked_processes, own_mark
from netkit.lab.lab import Lab
from netkit.lab.truth.records import ProbeTruth
from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.topology import Topology
from netkit.planner.network.igp import routing_tables
from netkit.probe.kernel.mmsg import SendRing

BACKENDS = ("htb", "wire")
DELAY_US = 5_000
CAPACITY_BPS = 100 * 10**9
LOW_RATE, LOW_COUNT = 200, 1_000
HOPS = (1, 8)
RATES = (5_000, 10_000, 20_000, 30_000, 60_000)
LOAD_S = 1.0
_SETTLE_S = 1.0
_SLEEP_FROM_NS = 1_000_000
_FIRST = -20
_SO_SNDBUFFORCE = 32
_ON_ITS_WAY_BYTES = 64 << 20
PACKET_BYTES = 44
_MOST_AT_ONCE = 32
_COUNTED = ("lost", "refused", "unrecorded", "dropped", "late")
"""Of what a backend counts: whatever went less than well."""


def backbone(hops: int) -> Topology:
    """Routers in a row, with links of 5 ms and 100 Gbit/s."""
    nodes = tuple(Node(f"r{i}", Role.CITY, i + 1) for i in range(hops + 1))
    links = tuple(
        Link(f"l{i}", a.name, b.name, DELAY_US, DELAY_US, 10, 10, capacity_bps=CAPACITY_BPS)
        for i, (a, b) in enumerate(pairwise(nodes))
    )
    return Topology("delays", nodes, links)


def send(lab: Lab, last: str, count: int, rate: int) -> float:
    """Send at a rate; how many seconds it took.

    A sender that the machine has held up does not catch up: a burst is another load. What a socket
    may have on its way is raised: with the usual 208 KiB it is the socket that paces, as lines of
    5 ms hold more than that from 20,000 packets a second on.
    """
    addresses = [
        str(lab.topology.addresses.loopback(lab.topology.node[name].sid_index))
        for name in ("r0", last)
    ]
    with lab.namespace(last).entered():
        sink = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    with lab.namespace("r0").entered():
        sender = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    with sink, sender:
        sender.setsockopt(socket.SOL_SOCKET, _SO_SNDBUFFORCE, _ON_ITS_WAY_BYTES)
        sink.bind((addresses[1], 862))
        sender.bind((addresses[0], 0))
        sender.connect((addresses[1], 862))
        return pace(sender, count, 10**9 // rate)


def pace(sender: socket.socket, count: int, pause_ns: int) -> float:
    """Numbered packets, one each ``pause_ns``; those that are due by now in one system call."""
    ring = SendRing(_MOST_AT_ONCE, PACKET_BYTES)
    ring.shape(PACKET_BYTES, 0, 0)
    numbers, sent = ring.data[:, :4], 0
    began_ns = due_ns = time.monotonic_ns()
    while sent < count:
        if pause_ns > _SLEEP_FROM_NS:
            time.sleep(max(0, due_ns - time.monotonic_ns()) / 1e9)
        now_ns = time.monotonic_ns()
        due = min(_MOST_AT_ONCE, count - sent, (now_ns - due_ns) // pause_ns + 1)
        if due > 0:
            following = np.arange(sent, sent + due).astype(">u4")
            numbers[:due] = following.view(np.uint8).reshape(-1, 4)
            sent += ring.send(sender.fileno(), 0, due)[0]
            due_ns = max(due_ns, now_ns - due * pause_ns) + due * pause_ns
    return (time.monotonic_ns() - began_ns) / 1e9


def be_first() -> None:
    """Before whatever else the machine does, in this session and among sessions (sched(7))."""
    os.setpriority(os.PRIO_PROCESS, 0, _FIRST)
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(_FIRST))


def cpu_s(lab: Lab) -> float:
    """CPU time of the processes in the wire's namespace; Mininet's shell there does nothing."""
    ticks = 0
    inside = lab.net["wire"].pid if lab.net is not None else 0
    namespace = Path(f"/proc/{inside}/ns/net").stat().st_ino
    for process in marked_processes():
        if process.mark == own_mark() and process.namespace == namespace:
            fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def figures(truth: Iterable[ProbeTruth], hops: int) -> dict[str, object]:
    """What the links but the last held against what they should have."""
    whole = [p for p in truth if len(p.hops) == hops + 1 and p.held_ns is not None]
    off_us = sorted(
        abs(hop.held_ns - 1_000 * DELAY_US) / 1_000
        for probe in whole
        for hop in probe.hops[:-1]
        if hop.held_ns is not None
    )
    at = {
        f"p{share:g}_us": round(off_us[min(len(off_us) - 1, int(share / 100 * len(off_us)))], 1)
        for share in (50, 99, 99.9)
        if off_us
    }
    return {**at, "whole": len(whole)}


def measure(lab: Lab, hops: int, count: int, rate: int) -> dict[str, object]:
    """One row."""
    since, before_s, before = lab.mark(), cpu_s(lab), lab.stats()
    took_s = send(lab, f"r{hops + 1}", count, rate)
    time.sleep(_SETTLE_S)
    used_s, after = cpu_s(lab) - before_s, lab.stats()
    worse = {f"{name}_frames": after[name] - before[name] for name in _COUNTED if name in after}
    return {
        "backend": str(lab.backend), "links": hops, "asked_per_s": rate,
        "sent_per_s": round(count / took_s), "sent": count,
        **figures(lab.truth(since).values(), hops), **worse,
        "cpu_percent": round(100 * used_s / took_s, 1),
    }  # fmt: skip


def main(arguments: list[str]) -> None:
    """Measure, and print a row a line."""
    be_first()
    rates = [int(word) for word in arguments] or RATES
    for hops in HOPS:
        topology = backbone(hops + 1)
        for backend in BACKENDS:
            with Lab.boot(topology, routing_tables(topology), backend=backend) as lab:
                print(json.dumps(measure(lab, hops, LOW_COUNT, LOW_RATE)), flush=True)
                for rate in rates if hops == 1 else ():
                    row = measure(lab, hops, int(LOAD_S * rate), rate)
                    print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
