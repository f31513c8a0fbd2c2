"""The loop from Python: load a topology, plan, ask what to build, emit, boot the lab, measure."""

from __future__ import annotations

import math
import os
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from netkit.emit.linux.ip_batch import RouterConfig, emit_linux
from netkit.errors import InputError, Problem
from netkit.files.importers.formats import read_topology
from netkit.files.importers.networkx_graph import node_names, topology_from_networkx
from netkit.files.native.topology import dump_topology, load_topology
from netkit.files.tier_profiles import profile_named, read_profile
from netkit.model.measurement.clock import CRYSTAL_DRIFT_PPM
from netkit.model.measurement.sample_row import Row
from netkit.model.network.topology import Topology
from netkit.model.planning.augmentation import Advice, BuildRule, Detour
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.sr_policy import PolicyPath, policy_paths
from netkit.model.planning.tier import TierProfile
from netkit.model.srv6.segment_list import Stitch
from netkit.model.units import NS_PER_MS, ms_to_us
from netkit.planner.augment.advise import AdviceOptions
from netkit.planner.augment.advise import advise as planner_advise
from netkit.planner.augment.detour import detours as planner_detours
from netkit.planner.augment.detour import fixing_links
from netkit.planner.network.igp import routing_tables
from netkit.planner.network.network import as_graph
from netkit.planner.plan import plan_demands, tier_demands
from netkit.workflows.place import Places, places

if TYPE_CHECKING:
    import networkx as nx

    from netkit.lab.lab import Lab
    from netkit.lab.truth.traced import Measurement
    from netkit.stats.clocks.certify import CertifiedMesh

__all__ = [
    "Advice",
    "AdviceOptions",
    "BuildRule",
    "Demand",
    "Detour",
    "Places",
    "Plan",
    "PolicyPath",
    "RouterConfig",
    "Stitch",
    "Topology",
    "advise",
    "as_graph",
    "boot",
    "certify",
    "detours",
    "dump_topology",
    "emit",
    "fixing_links",
    "load_topology",
    "measure",
    "places",
    "plan",
    "policy_paths",
    "read_profile",
    "read_topology",
    "topology_from_networkx",
]


def plan(
    network: Topology | nx.Graph[str],
    pairs: Iterable[tuple[str, str] | Demand],
    *,
    profile: str | os.PathLike[str] | TierProfile = "2023",
    max_sids: int | None = None,
    binding_sids: bool = False,
    stitch: Stitch = Stitch.BORDER,
    protect: bool = False,
    reserve_backups: bool = True,
    share: int = 1,
    repack: bool = False,
    alternatives: int = 0,
    algorithms: Sequence[int] = (),
    usid: bool = False,
) -> Plan:
    """Plan (src, dst) pairs under a tier profile, or demands with bounds of their own.

    ``profile`` is the name of one that ships, a file, or what
    :func:`~netkit.files.tier_profiles.read_profile` has read. ``network`` is a topology, or a
    networkx (multi)graph as :func:`~netkit.files.importers.networkx_graph.topology_from_networkx`
    takes it; pairs are of its own nodes. Demands with a ``bandwidth_bps`` hold it on what those of
    higher priority left; ``share`` lets one be split over so many weighted lists, and
    ``reserve_backups`` says whether backups hold it too. ``alternatives`` asks for so many of the
    best paths, each with a list; :func:`~netkit.model.planning.sr_policy.policy_paths` puts all of
    a pair in order. ``max_sids``, ``binding_sids``, ``stitch``, ``protect``, ``repack``,
    ``algorithms`` and ``usid`` as :class:`~netkit.model.planning.plan_options.PlanOptions` has
    them. Raises :class:`~netkit.errors.InputError` for what cannot be used.
    """
    topology, demands, named = _asked(network, pairs, profile)
    return plan_demands(
        as_graph(topology),
        demands,
        PlanOptions(
            max_sids=max_sids,
            binding_sids=binding_sids,
            stitch=stitch,
            protect=protect,
            reserve_backups=reserve_backups,
            share=share,
            repack=repack,
            alternatives=alternatives,
            algorithms=tuple(algorithms),
            usid=usid,
        ),
        profile=named,
    )


def advise(
    network: Topology | nx.Graph[str],
    pairs: Iterable[tuple[str, str] | Demand],
    options: AdviceOptions | None = None,
    *,
    profile: str | os.PathLike[str] | TierProfile = "2023",
) -> Advice:
    """What to build so that more pairs keep their bounds; arguments as those of :func:`plan`.

    The answer has the ranking of single things, the best set of ``options.k`` with the proof of it,
    the topology with that set built, and the plan on it: docs/advise.md. Raises
    :class:`~netkit.errors.InputError` for what cannot be used.
    """
    topology, demands, named = _asked(network, pairs, profile)
    return planner_advise(topology, demands, options, profile=named)


def detours(
    network: Topology | nx.Graph[str],
    pairs: Iterable[tuple[str, str] | Demand],
    rule: BuildRule | None = None,
    *,
    profile: str | os.PathLike[str] | TierProfile = "2023",
) -> tuple[Detour, ...]:
    """Pairs against light, with what would fix each; arguments as those of :func:`plan`.

    National pairs first, then those of a region, then those inside a city, the worst of each scope
    first. ``rule`` says how what is built gets its delay. Raises
    :class:`~netkit.errors.InputError` for what cannot be used.
    """
    topology, demands, named = _asked(network, pairs, profile)
    made = plan_demands(as_graph(topology), demands, PlanOptions(backups=False), profile=named)
    return planner_detours(topology, made, rule)


def _asked(
    network: Topology | nx.Graph[str],
    pairs: Iterable[tuple[str, str] | Demand],
    profile: str | os.PathLike[str] | TierProfile,
) -> tuple[Topology, list[Demand], str]:
    """The topology, the demands on it, and the name of the profile."""
    tiers = profile_named(profile)
    names: dict[Hashable, str] = {}
    if isinstance(network, Topology):
        topology = network
    else:
        topology, names = topology_from_networkx(network), node_names(network)
    asked = [_named(pair, names) for pair in pairs]
    open_ = [pair for pair in asked if not isinstance(pair, Demand)]
    bounded = iter(tier_demands(as_graph(topology), open_, tiers))
    demands = [pair if isinstance(pair, Demand) else next(bounded) for pair in asked]
    return topology, demands, tiers.name


def _named(
    asked: tuple[str, str] | Demand, names: Mapping[Hashable, str]
) -> tuple[str, str] | Demand:
    """Nodes of a graph by what the topology calls them."""
    if isinstance(asked, Demand):
        src, dst = names.get(asked.src, asked.src), names.get(asked.dst, asked.dst)
        return replace(asked, src=src, dst=dst)
    return names.get(asked[0], asked[0]), names.get(asked[1], asked[1])


def emit(topology: Topology, answers: Plan) -> dict[str, RouterConfig]:
    """Configurations of every router, by name: ``ip_batch`` for ip -batch, ``nft`` for nft -f.

    Pairs without a list get no policy.
    """
    return emit_linux(topology, answers)


def boot(topology: Topology, answers: Plan, *, backend: str = "auto") -> Lab:
    """Boot the backbone with the policies of ``answers``; a customer host at each end of a pair.

    Use it in a ``with`` block. Needs root and the extra ``lab``; raises
    :class:`~netkit.errors.PrivilegeError` or :class:`~netkit.errors.LabError`.
    """
    from netkit.lab.lab import Lab

    ends = {end for pair in answers.pairs for end in (pair.demand.src, pair.demand.dst)}
    configs = emit(topology, answers)
    return Lab.boot(
        topology, routing_tables(topology), configs, hosts=sorted(ends), backend=backend
    )


def measure(
    lab: Lab, pairs: Sequence[tuple[str, str]], *, count: int = 20, interval_ms: int = 100
) -> Measurement:
    """Probe pairs of a booted lab both ways, each probe with the links it really crossed."""
    from netkit.lab import measure as lab_measure

    return lab_measure.measure(lab, pairs, count=count, interval_ms=interval_ms)


def certify(
    samples: Iterable[str | os.PathLike[str] | Row],
    topology: Topology,
    *,
    profile: str | os.PathLike[str] | TierProfile = "2023",
    bound_ms: float | None = None,
    clock_error_ms: Mapping[str, float] = MappingProxyType({}),
    drift_ppm: float = CRYSTAL_DRIFT_PPM,
    position_error_km: float = 0.0,
) -> CertifiedMesh:
    """One-way delays of a mesh as they certainly are, whatever its clocks: docs/clocks.md.

    ``samples`` are files that ``probe send`` or campaigns wrote, or rows (src, dst, sample),
    between nodes of ``topology``. Each direction is judged against its tier, or against
    ``bound_ms``. Synchronised clocks are in ``clock_error_ms`` with what they may be off; none may
    drift by more than ``drift_ppm`` or step. Raises :class:`~netkit.errors.InputError` for what
    cannot be used, OSError for a file that cannot be read.
    """
    from netkit.stats.clocks.mesh import certify_sites
    from netkit.store.samples_csv import read_samples

    rows: list[Row] = []
    for some in samples:
        rows.extend([some] if isinstance(some, tuple) else read_samples(Path(some)))
    return certify_sites(
        rows,
        topology,
        profile_named(profile),
        bound_us=None if bound_ms is None else ms_to_us(bound_ms),
        drift_ppm=drift_ppm,
        max_error_ns=_errors_ns(clock_error_ms),
        position_error_km=position_error_km,
    )


def _errors_ns(stated_ms: Mapping[str, float]) -> dict[str, int]:
    wrong = [
        Problem("clock_error_ms", None, node, str(error_ms), "0 or more milliseconds")
        for node, error_ms in stated_ms.items()
        if not 0 <= error_ms < math.inf
    ]
    if wrong:
        raise InputError(wrong)
    return {node: math.ceil(error_ms * NS_PER_MS) for node, error_ms in stated_ms.items()}
