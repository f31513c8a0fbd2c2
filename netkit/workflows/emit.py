"""From a plan to the configurations of every router, and to their files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from netkit.emit.linux.ip_batch import RouterConfig, emit_linux
from netkit.emit.network import RouterFiles, network_files, targets_of
from netkit.emit.targets import dialect
from netkit.model.network.topology import Topology
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.progress import Progress
from netkit.model.verdict import Verdict
from netkit.store.output_folder import OutputFolder, output_folder
from netkit.workflows.plan import make_plan

_SUFFIXES = (".ip", ".nft")


@dataclass(frozen=True, slots=True)
class Emitted:
    """The ``files`` of all ``routers`` that run ``plan``, in order; pairs ``without_policy`` have
    no list to configure."""

    plan: Plan
    files: tuple[Path, ...]
    routers: tuple[RouterFiles, ...]
    without_policy: tuple[PairPlan, ...]


def router_configs(
    topology: Topology, plan: Plan, customers: Collection[str] | None = None
) -> dict[str, RouterConfig]:
    """The configuration of every active router for Linux, by name.

    ``customers`` are the routers with a customer interface; unless given, the ends of all pairs.
    """
    return emit_linux(topology, plan, customers)


def router_files(
    topology: Topology,
    plan: Plan,
    target: str | None = None,
    *,
    usid: bool = False,
    sids_by_hand: bool = False,
) -> tuple[RouterFiles, ...]:
    """The files of every active router: for ``target``, or each for its own platform; ``usid`` and
    ``sids_by_hand`` as :func:`~netkit.emit.network.network_files` takes them.

    Raises as :func:`~netkit.emit.network.targets_of` and
    :func:`~netkit.emit.network.network_files` do.
    """
    return tuple(
        network_files(
            topology, plan, targets_of(topology, target), usid=usid, sids_by_hand=sids_by_hand
        )
    )


def emit(
    asked: DemandSet,
    options: PlanOptions,
    folder: Path,
    target: str | None = None,
    progress: Progress | None = None,
    *,
    sids_by_hand: bool = False,
) -> Emitted:
    """Plan what is asked and write the configurations to ``folder``: all of them or none.

    ``target`` is that of all routers; unless given, each has its platform's. What is in the way
    there is told before the work; ``sids_by_hand`` is as
    :func:`~netkit.emit.network.network_files` takes it. Raises as
    :func:`~netkit.workflows.plan.make_plan`, :func:`~netkit.emit.network.network_files` and
    :func:`~netkit.store.output_folder.output_folder` do.
    """
    targets = targets_of(asked.topology, target)
    wanted = [name for router, own in targets.items() for name in _names(router, own)]
    of = asked.topology.name
    with output_folder(folder, wanted, kind="configurations", of=of) as made:
        plan = make_plan(asked, options, progress)
        routers = tuple(network_files(
            asked.topology, plan, targets, usid=options.usid, sids_by_hand=sids_by_hand
        ))  # fmt: skip
        written = []
        for one in routers:
            for suffix, text in one.files.items():
                made.write(f"{one.router}{suffix}", text)
                written.append(made.folder / f"{one.router}{suffix}")
    without = tuple(pair for pair in plan.pairs if pair.verdict is not Verdict.PASS)
    return Emitted(plan, tuple(written), routers, without)


def write_configs(
    folder: OutputFolder, configs: Mapping[str, RouterConfig], inside: str = ""
) -> None:
    """Write both files of every router into a folder ``inside``."""
    for router, config in configs.items():
        for suffix, text in zip(_SUFFIXES, (config.ip_batch, config.nft), strict=True):
            folder.write(f"{inside}{router}{suffix}", text)


def _names(router: str, target: str) -> tuple[str, ...]:
    return tuple(f"{router}{suffix}" for suffix in dialect(target).suffixes)
