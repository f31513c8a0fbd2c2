"""From a plan to a running lab: routing tables and configurations into an emulated backbone."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from netkit.emit.linux.ip_batch import RouterConfig
from netkit.lab.blueprint import draw
from netkit.lab.delay.choice import BackendName, choose_backend
from netkit.lab.lab import BACKENDS, Lab
from netkit.lab.plant import Plant
from netkit.lab.truth.file import open_truth
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.progress import Steps, silent
from netkit.planner.network.igp import routing_tables
from netkit.workflows.emit import router_configs


def boot_lab(
    topology: Topology,
    plan: Plan,
    *,
    configs: Mapping[str, RouterConfig] | None = None,
    backend: str = "auto",
    progress: Steps = silent,
) -> Lab:
    """Boot the backbone with the policies of ``plan``; a customer host at each end of a pair.

    ``configs`` are those of the plan unless given. Raises what
    :meth:`~netkit.lab.lab.Lab.boot` raises.
    """
    ends = sorted({end for pair in plan.pairs for end in (pair.demand.src, pair.demand.dst)})
    return Lab.boot(
        topology,
        routing_tables(topology),
        router_configs(topology, plan) if configs is None else configs,
        hosts=ends,
        backend=backend,
        on_progress=progress,
    )


def lab_plant(topology: Topology, plan: Plan, customers: Collection[str], backend: str) -> Plant:
    """The same, not booted but for Mininet to boot; customer hosts behind ``customers``."""
    return Plant(
        draw(topology, customers),
        routing_tables(topology),
        router_configs(topology, plan, customers),
        BACKENDS[BackendName(choose_backend(backend))](open_truth()),
    )
