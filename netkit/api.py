"""The loop from Python: load a topology, plan, ask what to build, emit, boot the lab, measure."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from netkit.emit.linux.ip_batch import RouterConfig
from netkit.emit.network import RouterFiles
from netkit.files.importers.formats import read_topology
from netkit.files.importers.networkx_graph import as_graph, in_topology, topology_from_networkx
from netkit.files.native.topology import dump_topology, load_topology
from netkit.files.tier_profiles import profile_named, read_profile
from netkit.model.measurement.clock import CRYSTAL_DRIFT_PPM
from netkit.model.measurement.sample_row import Row
from netkit.model.network.topology import Topology
from netkit.model.planning.augmentation import Advice, BuildRule, Detour
from netkit.model.planning.demand import Demand, bound_us_of
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.sr_policy import PolicyPath, policy_paths
from netkit.model.planning.tier import TierProfile, bounded
from netkit.model.progress import Steps, silent
from netkit.model.srv6.segment_list import Stitch
from netkit.planner.augment.advise import AdviceOptions
from netkit.planner.augment.detour import fixing_links
from netkit.planner.replan.replanner import Replanner
from netkit.workflows.augment import advice_for, detours_for
from netkit.workflows.campaigns.lab_campaign import Campaign, load_campaigns
from netkit.workflows.campaigns.lab_wishes import LabWishes
from netkit.workflows.emit import router_configs
from netkit.workflows.emit import router_files as files_of
from netkit.workflows.place import Places, places
from netkit.workflows.plan import make_plan, replanned

if TYPE_CHECKING:
    import networkx as nx

    Network = Topology | nx.Graph[str]
    Pairs = Iterable[tuple[str, str] | Demand]
    Tiers = str | os.PathLike[str] | TierProfile

    from netkit.lab.lab import Lab
    from netkit.lab.truth.traced import Measurement
    from netkit.stats.clocks.certify import CertifiedMesh
    from netkit.workflows.campaigns.loop import CampaignRun

__all__ = [
    "Advice",
    "AdviceOptions",
    "BuildRule",
    "Campaign",
    "Demand",
    "Detour",
    "Places",
    "Plan",
    "PlanOptions",
    "PolicyPath",
    "Replanner",
    "RouterConfig",
    "RouterFiles",
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
    "load_campaigns",
    "load_topology",
    "measure",
    "places",
    "plan",
    "policy_paths",
    "read_profile",
    "read_topology",
    "replan",
    "router_files",
    "run_campaign",
    "topology_from_networkx",
]


def plan(
    network: Network,
    pairs: Pairs,
    options: PlanOptions | None = None,
    *,
    profile: Tiers = "2023",
    **changes: object,
) -> Plan:
    """Plan (src, dst) pairs under a tier profile, or demands with bounds of their own.

    ``profile`` is the name of one that ships, a file, or what
    :func:`~netkit.files.tier_profiles.read_profile` has read. ``network`` is a topology, or a
    networkx (multi)graph as :func:`~netkit.files.importers.networkx_graph.topology_from_networkx`
    takes it; pairs are of its own nodes. What may be asked for beyond that is in ``options``;
    ``changes`` are fields of :class:`~netkit.model.planning.plan_options.PlanOptions` to set in
    them, as in ``plan(network, pairs, protect=True)``. Demands with a ``bandwidth_bps`` hold it on
    what those of higher priority left. :func:`policy_paths` puts all lists of a pair in
    order. Raises :class:`~netkit.errors.InputError` for what cannot be used.

    >>> topology = load_topology("topologies/lab-region.yaml")
    >>> (pair,) = plan(topology, [("qingpu-dc", "wuhu-dc")]).pairs
    >>> pair.primary.certificate.guaranteed_us, [segment.link for segment in pair.primary.segments]
    (2524, ['suzhou~nanjing'])
    """
    asked = replace(options or PlanOptions(), **changes)  # type: ignore[arg-type]
    return make_plan(_demands(network, pairs, profile), asked)


def replan(old: Plan, before: Network, after: Network, options: PlanOptions | None = None) -> Plan:
    """The plan of the same demands on the network as it is ``after`` a change, byte for byte the
    one made afresh. ``old`` was made on ``before`` with the same options. After other delays,
    metrics or capacities, and with links or nodes up or down, answers that nothing of it can reach
    are not computed again. To follow one change after the other, keep a :class:`Replanner`.
    Raises :class:`~netkit.errors.InputError` for what cannot be used.

    >>> from dataclasses import replace
    >>> topology = load_topology("topologies/lab-region.yaml")
    >>> link, *others = topology.links
    >>> slower = replace(topology, links=(replace(link, delay_ab_us=9_000), *others))
    >>> old = plan(topology, [("qingpu-dc", "wuhu-dc")])
    >>> replan(old, topology, slower) == plan(slower, [("qingpu-dc", "wuhu-dc")])
    True
    """
    known, changed = (in_topology(network, ())[0] for network in (before, after))
    return replanned(old, known, changed, options)


def advise(
    network: Network,
    pairs: Pairs,
    options: AdviceOptions | None = None,
    *,
    profile: Tiers = "2023",
) -> Advice:
    """What to build so that more pairs keep their bounds; arguments as those of :func:`plan`.

    The answer has the ranking of single things, the best set of ``options.k`` with the proof of it,
    the topology with that set built, and the plan on it: docs/advise.md. Raises
    :class:`~netkit.errors.InputError` for what cannot be used.

    >>> backbone = load_topology("topologies/lab-two-operators.yaml")
    >>> advice = advise(backbone, [("shanghai-ct", "shanghai-cm")])
    >>> [addition.name for addition in advice.best.additions]
    ['new:shanghai-ct~shanghai-cm']
    """
    return advice_for(_demands(network, pairs, profile), options)


def detours(
    network: Network, pairs: Pairs, rule: BuildRule | None = None, *, profile: Tiers = "2023"
) -> tuple[Detour, ...]:
    """Pairs against light, with what would fix each; arguments as those of :func:`plan`.

    National pairs first, then those of a region, then inside a city, the worst of each scope first.
    ``rule`` says how what is built gets its delay. Raises :class:`~netkit.errors.InputError`.

    >>> backbone = load_topology("topologies/lab-two-operators.yaml")
    >>> (pair,) = detours(backbone, [("shanghai-ct", "shanghai-cm")])
    >>> pair.best_us, pair.fix.addition.name, pair.fix.delay_us
    (2743, 'new:shanghai-ct~shanghai-cm', 120)
    """
    _, found = detours_for(_demands(network, pairs, profile), rule)
    return found


def _demands(network: Network, pairs: Pairs, profile: Tiers) -> DemandSet:
    tiers = profile_named(profile)
    topology, asked = in_topology(network, pairs)
    return DemandSet(topology, bounded(topology, asked, tiers), tiers.name)


def emit(topology: Topology, answers: Plan) -> dict[str, RouterConfig]:
    """Linux configurations of all routers: ``ip_batch`` for ip -batch, ``nft`` for nft -f.

    Pairs without a list get no policy. Routers are taken to hold nothing yet, as in the lab.

    >>> topology = load_topology("topologies/lab-region.yaml")
    >>> configs = emit(topology, plan(topology, [("qingpu-dc", "wuhu-dc")]))
    >>> print(configs["qingpu-dc"].ip_batch)
    # qingpu-dc: SRv6; apply once with: ip -batch FILE
    ...
    route add 2001:db8:6::/48 encap seg6 mode encap.red segs 5f00:0:4:e003::,... metric 100 proto 93
    ...
    """
    return router_configs(topology, answers)


def router_files(
    topology: Topology, answers: Plan, target: str | None = None
) -> tuple[RouterFiles, ...]:
    """What ``netkit emit`` writes: the files of every router for ``target``, or for its platform.

    Raises :class:`~netkit.errors.InputError` for all that exceeds a limit of a platform.

    >>> topology = load_topology("topologies/lab-region.yaml")
    >>> first, *_ = router_files(topology, plan(topology, [("qingpu-dc", "wuhu-dc")]), "json")
    >>> first.router, first.target, list(first.files)
    ('shanghai', 'json', ['.json'])
    """
    return files_of(topology, answers, target)


def boot(topology: Topology, answers: Plan, *, backend: str = "auto") -> Lab:
    """Boot the backbone with the policies of ``answers``; a customer host at each end of a pair.

    Use it in a ``with`` block. Needs root and the extra ``lab``; raises
    :class:`~netkit.errors.PrivilegeError` or :class:`~netkit.errors.LabError`.
    """
    from netkit.workflows.boot import LabOptions, boot_lab

    return boot_lab(topology, answers, options=LabOptions(backend=backend))


def measure(
    lab: Lab, pairs: Sequence[tuple[str, str]], *, count: int = 20, interval_ms: int = 100
) -> Measurement:
    """Probe pairs of a booted lab both ways, each probe with the links it really crossed."""
    from netkit.lab import measure as lab_measure

    return lab_measure.measure(lab, pairs, count=count, interval_ms=interval_ms)


def run_campaign(
    campaign: str | os.PathLike[str] | Campaign,
    *,
    out: str | os.PathLike[str] | None = None,
    lab: bool = True,
    backend: str = "auto",
    igp: str = "static",
    progress: Steps = silent,
) -> CampaignRun:
    """Run a campaign in one call: plan its pairs, emit, boot the lab, measure, judge, report.

    ``campaign`` is a file, or pairs of nodes as a value. With ``out`` everything is
    written into that folder: plan, configurations, samples, summary and report. Without ``lab``,
    or where this machine cannot run one, only what needs none is done; ``results.lab`` says why.
    ``igp`` fills the routing tables: ``static``, ``staged`` or ``frr``. ``progress`` is called with
    (step, done, all). A run that breaks half-way returns what there is,
    with ``error`` or ``interrupted``. Raises :class:`~netkit.errors.InputError` for a campaign that
    cannot be used, OSError where ``out`` cannot be written.
    """
    from netkit.workflows.campaigns.loop import identity, results_folder, run_campaigns

    asked = (campaign,) if isinstance(campaign, Campaign) else load_campaigns([campaign])
    with nullcontext() if out is None else results_folder(Path(out), identity(asked[0])) as folder:
        wishes = LabWishes(lab, backend, igp)
        run = run_campaigns(asked, out=folder, lab=wishes, progress=progress)
        if folder is not None:
            run.write(folder)
    return run


def certify(
    samples: Iterable[str | os.PathLike[str] | Row],
    topology: Topology,
    *,
    profile: Tiers = "2023",
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
    from netkit.workflows.certify import certified_mesh

    return certified_mesh(
        samples,
        topology,
        profile_named(profile),
        bound_us=None if bound_ms is None else bound_us_of(bound_ms),
        clock_error_ms=clock_error_ms,
        drift_ppm=drift_ppm,
        position_error_km=position_error_km,
    )
