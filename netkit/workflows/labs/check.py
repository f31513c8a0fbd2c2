"""Can this machine run the lab? Each part is tried, and then two routers are booted."""

from __future__ import annotations

import shutil

from netkit.errors import NetkitError
from netkit.lab.check.machine import can_run, examine
from netkit.lab.check.requirements import Need
from netkit.lab.igp.frr.release import INSTALLED, release_of
from netkit.lab.lab import Lab
from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.topology import Topology
from netkit.planner.network.igp import routing_tables
from netkit.workflows.boot import LabOptions, igp_backend

BOOT = "a boot of two routers"
FRR, FRR_ROOT, FRR_BOOT = "FRR", "FRR of other releases", "a boot with FRR"
OPTIONAL = frozenset({FRR, FRR_ROOT, FRR_BOOT})
"""What only real IS-IS of FRR wants."""


def check() -> list[Need]:
    """Everything that a boot needs; the last is a boot, so that this is never green where it
    fails."""
    needs = examine()
    if can_run(needs):
        needs.append(_boot(BOOT, LabOptions(), "see the needs above, or report it with this text"))
    return needs


def diagnose() -> list[Need]:
    """The same, and what else labs can use: FRR here and of other releases, and a boot with it."""
    needs = check()
    found = _installed_frr()
    needs.append(found)
    tool = shutil.which("mmdebstrap")
    needs.append(
        Need(FRR_ROOT, tool is not None, tool or "mmdebstrap not found",
             "apt-get install mmdebstrap, for FRR 8.4 and 10.3")
    )  # fmt: skip
    if works(needs) and found.present:
        needs.append(_boot(FRR_BOOT, LabOptions(igp="frr"), "netkit lab up --frr 10.3 FILE"))
    return needs


def works(needs: list[Need]) -> bool:
    """Whether nothing is missing that a lab cannot do without."""
    return can_run([need for need in needs if need.name not in OPTIONAL])


def _installed_frr() -> Need:
    try:
        return Need(FRR, True, release_of(INSTALLED).version)
    except NetkitError as error:
        return Need(FRR, False, str(error), "apt-get install frr; or FRR 10.3 from a root tree")


def _boot(name: str, options: LabOptions, remedy: str) -> Need:
    nodes = tuple(Node(name, Role.CITY, index) for index, name in enumerate("ab", start=1))
    topology = Topology("check", nodes, (Link("a~b", "a", "b", 1000, 1000, 10, 10),))
    try:
        igp = igp_backend(options)
        with Lab.boot(topology, routing_tables(topology), hosts=("a",), igp=igp) as lab:
            return Need(name, True, f"{lab.boot_s:.1f} s, delays by {lab.backend}")
    except NetkitError as error:
        return Need(name, False, str(error), remedy)
