#!/usr/bin/env python3
"""Failure drill: cut a trunk under a running pair and watch the planned backup take over.

    sudo .venv/bin/python mininet/drill_trunk_cut.py
    sudo .venv/bin/python mininet/drill_trunk_cut.py --topology topologies/lab-metro.yaml \
        --src xidan --dst tongzhou --srlg changan-avenue

Exit code 0 if every probe after the switch followed the certified backup, 2 otherwise.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from netkit.api import emit, load_topology, plan
from netkit.cli.common import run
from netkit.errors import ExitCode, InputError
from netkit.lab.drills.result import DrillResult, Route
from netkit.lab.drills.trunk_cut import drill
from netkit.lab.lab import Lab
from netkit.lab.truth.cuts import links_of_srlg
from netkit.planner.network.igp import routing_tables

TOPOLOGIES = Path(__file__).resolve().parent.parent / "topologies"


def main(**_: object) -> int:
    """Plan, boot, drill, report."""
    options = arguments()
    topology = load_topology(options.topology)
    pair = (options.src, options.dst)
    answers = plan(topology, [pair, pair[::-1]], profile=options.profile)
    configs = emit(topology, answers)
    cut = options.link or links_of_srlg(topology, options.srlg)
    routes = routing_tables(topology)
    say(f"booting {topology.name} …")
    with Lab.boot(topology, routes, configs, hosts=pair, backend=options.backend) as lab:
        say(f"{options.src} ↔ {options.dst}, a probe every 20 ms; to be cut: {', '.join(cut)}")
        result = drill(lab, answers, configs, pair, cut)
    for line in report(result):
        say(line)
    return ExitCode.OK if result.proven else ExitCode.BREACH


class Parser(argparse.ArgumentParser):
    """Usage errors as netkit's own: argparse would exit with 2, which here means a breach."""

    def error(self, message: str) -> NoReturn:
        """Raise what :func:`netkit.cli.common.run` reports."""
        raise InputError.single(message)


def arguments() -> argparse.Namespace:
    """What to drill."""
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--topology", type=Path, default=TOPOLOGIES / "lab-region.yaml")
    parser.add_argument("--src", default="qingpu-dc")
    parser.add_argument("--dst", default="wuhu-dc")
    parser.add_argument("--srlg", default="huning-trunk", help="cut all links of this SRLG")
    parser.add_argument("--link", action="append", help="cut this link instead; repeatable")
    parser.add_argument("--profile", default="2023")
    parser.add_argument("--backend", default="auto", choices=("auto", "wire", "htb", "netem"))
    return parser.parse_args()


def report(result: DrillResult) -> list[str]:
    """The drill's time line, and which way the probes went in each of its phases."""
    moments = (
        (0, "probing"),
        (result.cut_ns, "trunk cut"),
        (result.detected_ns, "loss detected by the probes"),
        (result.switched_ns, "headends switched to the backup"),
        (result.restored_ns, "trunk repaired, primary back"),
    )
    lines = ["", *(f"{seconds(at)}  {what}" for at, what in moments), ""]
    for phase, ways in result.phases():
        counts = ", ".join(
            f"{count} {route}" for route in Route if (count := ways.count(route)) > 0
        )
        lines.append(f"{phase:14} {counts}")
    lost = f"{result.lost} of {len(result.legs)} probes lost"
    return [*lines, "", f"outage {seconds(result.outage_ns).strip()}, {lost}"]


def seconds(moment_ns: int | None) -> str:
    """A moment or a time in seconds."""
    return "   never" if moment_ns is None else f"{moment_ns / 1e9:6.2f} s"


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    run(main)
