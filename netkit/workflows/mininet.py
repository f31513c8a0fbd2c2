"""From a topology file to what ``mn --custom`` boots: every two hosts get a planned SRv6 policy."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from itertools import permutations
from pathlib import Path

from netkit.errors import InputError, counted
from netkit.files.native.topology import load_topology
from netkit.files.tier_profiles import profile_named
from netkit.lab.check.requirements import require_lab
from netkit.lab.mininet_nodes import BackboneTopo
from netkit.model.network.elements import Role
from netkit.model.network.topology import Topology
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan import Plan
from netkit.model.planning.tier import bounded
from netkit.report.words.reasons import reason_text
from netkit.workflows.boot import lab_plant
from netkit.workflows.plan import make_plan

Tell = Callable[[str], object]
"""Takes a line for whoever watches Mininet start."""

HOSTS: Mapping[str, Collection[Role]] = {
    "all": tuple(Role),
    "cities": (Role.CLUSTER, Role.CITY),
    "clusters": (Role.CLUSTER,),
}
"""Which routers get a customer host ``h-NAME``, by the word for it."""


def named_topologies(
    folder: Path, files: Mapping[str, tuple[str, str]], tell: Tell
) -> dict[str, Callable[..., BackboneTopo]]:
    """For Mininet's ``topos``: a function for each name, from (file, which routers get hosts).

    What follows the name, as in ``NAME,hosts=all,backend=wire,profile=2023``, overrides what is
    given here; a profile is one that ships, or a file. ``backbone,FILE`` takes any file.
    """
    named = {
        name: partial(backbone, folder / file, hosts=hosts, tell=tell)
        for name, (file, hosts) in files.items()
    }
    return {"backbone": partial(backbone, tell=tell), **named}


def backbone(
    file: Path | str,
    hosts: str = "clusters",
    backend: str = "auto",
    profile: str = "2023",
    *,
    tell: Tell,
) -> BackboneTopo:
    """A whole backbone with its IGP, and a planned SRv6 policy between each two hosts.

    Raises:
        InputError: the file or a word is wrong.
        PrivilegeError, LabError: this machine cannot run it.
    """
    require_lab()
    topology = load_topology(file)
    customers = _customers(topology, hosts)
    tiers = profile_named(str(profile))
    demands = bounded(topology, permutations(customers, 2), tiers)
    tell(f"*** Planning {counted(len(demands), 'policy')}\n")
    plan = make_plan(DemandSet(topology, demands, tiers.name))
    for line in _unplanned(plan):
        tell(line)
    return BackboneTopo(lab_plant(topology, plan, customers, backend))


def _customers(topology: Topology, hosts: str) -> list[str]:
    roles = HOSTS.get(hosts)
    if roles is None:
        raise InputError.single("hosts", value=hosts, expected=", ".join(HOSTS))
    return [node.name for node in topology.active_nodes if node.role in roles]


def _unplanned(plan: Plan) -> list[str]:
    return [
        f"*** No policy {pair.demand.src} -> {pair.demand.dst}"
        + ("\n" if pair.reason is None else f": {reason_text(pair.reason.evidence)}\n")
        for pair in plan.pairs
        if pair.primary is None
    ]
