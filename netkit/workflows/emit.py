"""From a plan to the configurations of every router, and to their files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from netkit.emit.linux.ip_batch import RouterConfig, emit_linux
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.verdict import Verdict
from netkit.store.text_files import write_text

_SUFFIXES = (".ip", ".nft")


@dataclass(frozen=True, slots=True)
class Emitted:
    """The ``files`` of so many ``routers``; pairs ``without_policy`` have no list to configure."""

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


def emit(topology: Topology, plan: Plan, folder: Path) -> Emitted:
    """Write the configurations of ``plan`` to ``folder``."""
    configs = router_configs(topology, plan)
    without = tuple(pair for pair in plan.pairs if pair.verdict is not Verdict.PASS)
    return Emitted(write_configs(folder, configs), len(configs), without)


def write_configs(folder: Path, configs: Mapping[str, RouterConfig]) -> tuple[Path, ...]:
    """Write both files of every router; returns them in order.

    Files of routers that are not in ``configs`` are of another plan, and are removed.
    """
    wanted = {folder / f"{name}{suffix}" for name in configs for suffix in _SUFFIXES}
    for suffix in _SUFFIXES:
        for old in folder.glob(f"*{suffix}"):
            if old not in wanted:
                old.unlink()
    written = []
    for name, config in configs.items():
        for suffix, text in zip(_SUFFIXES, (config.ip_batch, config.nft), strict=True):
            written.append(folder / f"{name}{suffix}")
            write_text(written[-1], text)
    return tuple(written)
