"""From a plan to the configurations of every router, and to their files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from netkit.emit.linux.ip_batch import RouterConfig, emit_linux
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.plan_request import PlanRequest
from netkit.model.progress import Progress
from netkit.model.verdict import Verdict
from netkit.store.output_folder import OutputFolder, output_folder
from netkit.workflows.plan import make_plan

_SUFFIXES = (".ip", ".nft")


@dataclass(frozen=True, slots=True)
class Emitted:
    """The ``files`` of so many ``routers`` that run ``plan``; pairs ``without_policy`` have no list
    to configure."""

    plan: Plan
    files: tuple[Path, ...]
    routers: int
    without_policy: tuple[PairPlan, ...]


def router_configs(
    topology: Topology, plan: Plan, customers: Collection[str] | None = None
) -> dict[str, RouterConfig]:
    """The configuration of every active router, by name.

    ``customers`` are the routers with a customer interface; unless given, the ends of all pairs.
    """
    return emit_linux(topology, plan, customers)


def emit(request: PlanRequest, folder: Path, progress: Progress | None = None) -> Emitted:
    """Plan what is asked and write the configurations to ``folder``: all of them or none.

    What is in the way there is told before the work. Raises as
    :func:`~netkit.workflows.plan.make_plan` and
    :func:`~netkit.store.output_folder.output_folder` do.
    """
    routers = [node.name for node in request.topology.active_nodes]
    wanted = [name for router in routers for name in _files(router)]
    of = request.topology.name
    with output_folder(folder, wanted, kind="configurations", of=of) as made:
        plan = make_plan(request, progress)
        configs = router_configs(request.topology, plan)
        written = write_configs(made, configs)
    without = tuple(pair for pair in plan.pairs if pair.verdict is not Verdict.PASS)
    return Emitted(plan, written, len(configs), without)


def write_configs(
    folder: OutputFolder, configs: Mapping[str, RouterConfig], inside: str = ""
) -> tuple[Path, ...]:
    """Write both files of every router, into a folder ``inside``; returns them in order."""
    written = []
    for router, config in configs.items():
        for name, text in zip(_files(router), (config.ip_batch, config.nft), strict=True):
            folder.write(f"{inside}{name}", text)
            written.append(folder.folder / inside / name)
    return tuple(written)


def _files(router: str) -> tuple[str, ...]:
    return tuple(f"{router}{suffix}" for suffix in _SUFFIXES)
