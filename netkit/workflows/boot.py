"""From a plan to a running lab: routing tables and configurations into an emulated backbone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from netkit.emit.linux.ip_batch import RouterConfig
from netkit.errors import InputError
from netkit.lab.blueprint import draw
from netkit.lab.delay.choice import BackendName, choose_backend
from netkit.lab.igp.backend import IgpBackend, IgpName
from netkit.lab.igp.frr.backend import FrrIgp
from netkit.lab.igp.frr.release import INSTALLED, release_of
from netkit.lab.igp.staged import StagedIgp
from netkit.lab.igp.static import StaticIgp
from netkit.lab.lab import BACKENDS, Lab
from netkit.lab.plant import Plant
from netkit.lab.truth.file import open_truth
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.progress import Steps, silent
from netkit.planner.network.igp import routing_tables
from netkit.workflows.emit import router_configs
from netkit.workflows.lab_backbone import Backbone


@dataclass(frozen=True, slots=True)
class LabOptions:
    """How a lab is booted: what delays its links, what fills its routing tables, and which FRR
    that is."""

    backend: str = "auto"
    igp: str = IgpName.STATIC
    frr: str = INSTALLED
    multi_topology: bool = False


PLAIN = LabOptions()


def igp_backend(options: LabOptions) -> IgpBackend:
    """The IGP that ``options`` ask for; an FRR of another release is made ready.

    Raises:
        InputError: no such IGP, or no such FRR.
        LabError: there is no FRR.
    """
    if options.igp == IgpName.STATIC:
        return StaticIgp()
    if options.igp == IgpName.STAGED:
        return StagedIgp(routing_tables)
    if options.igp == IgpName.FRR:
        return FrrIgp(release_of(options.frr), multi_topology=options.multi_topology)
    raise InputError.single("IGP of the lab", value=options.igp, expected=", ".join(IgpName))


def boot_lab(
    topology: Topology,
    plan: Plan,
    *,
    configs: Mapping[str, RouterConfig] | None = None,
    customers: Collection[str] | None = None,
    options: LabOptions = PLAIN,
    label: str = "",
    progress: Steps = silent,
) -> Lab:
    """Boot the backbone with the policies of ``plan``; a customer host behind each of
    ``customers``, unless given at each end of a pair.

    ``configs`` are those of the plan unless given. Raises what
    :meth:`~netkit.lab.lab.Lab.boot` and :func:`igp_backend` raise.
    """
    if customers is None:
        customers = {end for pair in plan.pairs for end in (pair.demand.src, pair.demand.dst)}
    return Lab.boot(
        topology,
        routing_tables(topology),
        router_configs(topology, plan, sorted(customers)) if configs is None else configs,
        hosts=sorted(customers),
        backend=options.backend,
        on_progress=progress,
        igp=igp_backend(options),
        label=label,
    )


def lab_plant(planned: Backbone, backend: str, igp: str) -> Plant:
    """The same, not booted but for Mininet to boot."""
    topology, customers = planned.topology, planned.customers
    return Plant(
        draw(topology, customers),
        routing_tables(topology),
        router_configs(topology, planned.plan, customers),
        BACKENDS[BackendName(choose_backend(backend))](open_truth()),
        igp=igp_backend(LabOptions(igp=igp)),
    )
