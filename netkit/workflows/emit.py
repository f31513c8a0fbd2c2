"""From a plan to the configurations of every router, and to their files."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from netkit.emit.linux.ip_batch import RouterConfig, emit_linux
from netkit.emit.network import RouterFiles, desired_network, network_files, targets_of
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.store.output_folder import OutputFolder

_SUFFIXES = (".ip", ".nft")


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
    network = desired_network(topology, plan, usid=usid)
    return tuple(network_files(network, targets_of(topology, target), sids_by_hand=sids_by_hand))


def write_configs(
    folder: OutputFolder, configs: Mapping[str, RouterConfig], inside: str = ""
) -> None:
    """Write both files of every router into a folder ``inside``."""
    for router, config in configs.items():
        for suffix, text in zip(_SUFFIXES, (config.ip_batch, config.nft), strict=True):
            folder.write(f"{inside}{router}{suffix}", text)
