"""What ``mn --custom`` needs of netkit: topologies by name, and a command line that fits them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from functools import partial
from itertools import permutations
from pathlib import Path
from typing import NoReturn

from mininet.cli import CLI
from mininet.log import info, warn

from netkit.emit.linux.ip_batch import emit_linux
from netkit.errors import ExitCode, InputError
from netkit.files.native.topology import load_topology
from netkit.files.tier_profiles import profile_named
from netkit.lab.blueprint import draw
from netkit.lab.check.requirements import require_lab
from netkit.lab.delay.choice import BackendName, choose_backend
from netkit.lab.kernel.cleaning import end_processes
from netkit.lab.kernel.marks import marked_processes, own_mark
from netkit.lab.lab import BACKENDS
from netkit.lab.mininet_nodes import BackboneTopo
from netkit.lab.plant import Plant
from netkit.lab.truth.file import open_truth
from netkit.model.network.elements import Role
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.planning.reason import Evidence
from netkit.planner.network.igp import routing_tables
from netkit.planner.network.network import as_graph
from netkit.planner.plan import plan_demands, tier_demands

HOSTS: Mapping[str, Collection[Role]] = {
    "all": tuple(Role),
    "cities": (Role.CLUSTER, Role.CITY),
    "clusters": (Role.CLUSTER,),
}
"""Which routers get a customer host ``h-NAME``, by the word for it."""


Words = Callable[[Evidence], str]
"""The sentence for what keeps a pair from its tier: the lab itself has no words for it."""


class AnyButSpace:
    """The characters that a word may have, for Python's :class:`cmd.Cmd`."""

    def __contains__(self, character: str) -> bool:
        return not character.isspace()


class BackboneCLI(CLI):  # type: ignore[misc]
    """Mininet's command line, for node names with hyphens, dots or Chinese characters in them."""

    identchars = AnyButSpace()


def leave() -> NoReturn:
    """Instead of Mininet's clean-up after an error, which ends the labs of others as well.

    Whatever this process has booted goes; then it ends with the code for errors.
    """
    end_processes(process for process in marked_processes() if process.mark == own_mark())
    sys.exit(ExitCode.UNKNOWN)


def named_topologies(
    folder: Path, files: Mapping[str, tuple[str, str]], words: Words
) -> dict[str, Callable[..., BackboneTopo]]:
    """For Mininet's ``topos``: a function for each name, from (file, which routers get hosts).

    ``--topo NAME,hosts=all,backend=wire,profile=2023`` overrides what is given here;
    a profile is one that ships, or a file. ``words`` say why a pair has no policy.
    """
    return {
        name: partial(backbone, folder / file, hosts=hosts, words=words)
        for name, (file, hosts) in files.items()
    }


def backbone(
    file: Path | str,
    hosts: str = "clusters",
    backend: str = "auto",
    profile: str = "2023",
    *,
    words: Words,
) -> BackboneTopo:
    """A whole backbone with its IGP, and a planned SRv6 policy between each two hosts.

    ``words`` say why a pair has no policy.

    Raises:
        InputError: the file or a word is wrong.
        PrivilegeError, LabError: this machine cannot run it.
    """
    require_lab()
    topology = load_topology(file)
    customers = _customers(topology, hosts)
    graph = as_graph(topology)
    tiers = profile_named(str(profile))
    demands = tier_demands(graph, permutations(customers, 2), tiers)
    info(f"*** Planning {len(demands)} policies\n")
    plan = plan_demands(graph, demands, profile=tiers.name)
    _tell_unplanned(plan, words)
    plant = Plant(
        draw(topology, customers),
        routing_tables(topology),
        emit_linux(topology, plan, customers),
        BACKENDS[BackendName(choose_backend(backend))](open_truth()),
    )
    return BackboneTopo(plant)


def _customers(topology: Topology, hosts: str) -> list[str]:
    roles = HOSTS.get(hosts)
    if roles is None:
        raise InputError.single("hosts", value=hosts, expected=", ".join(HOSTS))
    return [node.name for node in topology.active_nodes if node.role in roles]


def _tell_unplanned(plan: Plan, words: Words) -> None:
    without = [answer for answer in plan.pairs if answer.primary is None]
    for answer in without:
        why = "" if answer.reason is None else f": {words(answer.reason.evidence)}"
        warn(f"*** No policy {answer.demand.src} -> {answer.demand.dst}{why}\n")
