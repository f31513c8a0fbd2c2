"""What boots and kills of labs leave behind. ``-m benchmarks.lab_boots COUNT [--frr VERSION]``

Every second lab is killed with SIGKILL while it runs, and cleared by ``netkit lab clean``; the
others are closed. Printed as JSON: how long a boot takes, what is left, and how memory moves.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from netkit.lab.kernel.cleaning import clean
from netkit.lab.kernel.marks import Mark, marked_processes, namespaces_in_use, start_ticks

_OWNER = """
import sys
from netkit.lab.lab import Lab
from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.topology import Topology
from netkit.planner.network.igp import routing_tables
from netkit.workflows.boot import LabOptions, igp_backend
nodes = tuple(Node(f"r{i}", Role.CITY, i + 1) for i in range(5))
links = tuple(Link(f"l{i}", f"r{i}", f"r{i + 1}", 500, 500, 10, 10) for i in range(4))
topology = Topology("boots", nodes, links)
igp = igp_backend(LabOptions(igp="frr", frr=sys.argv[1]) if sys.argv[1:] else LabOptions())
with Lab.boot(topology, routing_tables(topology), hosts=["r0"], igp=igp):
    print("up", flush=True)
    sys.stdin.read()
"""


def boot_once(*, kill: bool, version: str | None) -> dict[str, float | int]:
    """Boot, end, clear; what is left of it."""
    began = time.monotonic()
    words = [] if version is None else [version]
    owner = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _OWNER, *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert owner.stdout is not None
    assert owner.stdin is not None
    if owner.stdout.readline() != b"up\n":
        raise SystemExit("the lab did not come up")
    boot_s = time.monotonic() - began
    mark = Mark(owner.pid, start_ticks(owner.pid) or 0)
    namespaces = {p.namespace for p in marked_processes() if p.mark == mark}
    if kill:
        owner.kill()
    owner.stdin.close()
    owner.wait()
    owner.stdout.close()
    clean()
    left = [p for p in marked_processes() if p.mark == mark]
    print(f"booted in {boot_s:.1f} s, {len(left)} processes left", file=sys.stderr)
    return {
        "boot_s": round(boot_s, 2),
        "left_processes": len(left),
        "left_namespaces": len(namespaces & namespaces_in_use()),
    }


def used_mb() -> float:
    """Memory in use on this machine, by others too."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    kb = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return (kb["MemTotal"] - kb["MemAvailable"]) / 1024


def main() -> None:
    """Boot so many labs, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--frr")
    options = parser.parse_args()
    before_mb, mounts = used_mb(), len(Path("/proc/mounts").read_text().splitlines())
    rows = [boot_once(kill=n % 2 == 1, version=options.frr) for n in range(options.count)]
    print(
        json.dumps(
            {
                "boots": len(rows),
                "killed": len(rows) // 2,
                "boot_s": [min(r["boot_s"] for r in rows), max(r["boot_s"] for r in rows)],
                "left_processes": sum(r["left_processes"] for r in rows),
                "left_namespaces": sum(r["left_namespaces"] for r in rows),
                "more_mounts": len(Path("/proc/mounts").read_text().splitlines()) - mounts,
                "memory_mb": [round(before_mb), round(used_mb())],
            }
        )
    )


if __name__ == "__main__":
    if os.geteuid() != 0:
        raise SystemExit("labs need root")
    main()
