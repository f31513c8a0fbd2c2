"""A drill from its file: plan the pairs, boot the backbone, break it, say what packets showed."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path

from netkit.errors import InputError
from netkit.files.drills.scenario import read_scenario
from netkit.files.native.topology import load_topology
from netkit.files.shipped_files import shipped
from netkit.lab.blueprint import draw
from netkit.lab.delay.choice import choose_backend
from netkit.lab.drills.calm import calm
from netkit.lab.drills.grey import require_able
from netkit.lab.drills.run import Preparation, cut_ids, prepare, run_drill
from netkit.lab.igp.backend import IgpBackend, IgpName
from netkit.lab.igp.flooding import FloodingTimers, left_of, without
from netkit.lab.igp.staged import StagedIgp
from netkit.lab.igp.static import StaticIgp
from netkit.lab.lab import Lab
from netkit.model.drills.result import DrillResult
from netkit.model.drills.scenario import Scenario
from netkit.model.network.topology import Topology
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan import Plan
from netkit.model.planning.tier import bounded
from netkit.model.progress import Steps, silent
from netkit.planner.network.igp import routing_tables
from netkit.workflows.boot import LabOptions, igp_backend
from netkit.workflows.emit import router_configs
from netkit.workflows.plan import make_plan


def scenario_file(word: str | os.PathLike[str]) -> Path:
    """The file of that name, or the scenario that ships under it, as ``national/srlg-longhai``."""
    given = Path(word)
    own = shipped("drills") / f"{word}.yaml"
    if given.exists() or not own.is_file():
        return given
    return own


def shipped_scenarios() -> list[str]:
    """The names of all scenarios that ship."""
    folder = shipped("drills")
    return sorted(str(file.relative_to(folder).with_suffix("")) for file in folder.rglob("*.yaml"))


def load_drill(
    word: str | os.PathLike[str], topology: str | os.PathLike[str] | None = None
) -> tuple[Scenario, Topology]:
    """A scenario, and the topology that it names unless another is given.

    Raises:
        InputError: everything that is wrong in the files.
    """
    file = scenario_file(word)
    if not file.exists():
        raise InputError.single(
            "no such scenario", value=str(word),
            expected="a file, or one of " + ", ".join(shipped_scenarios()),
        )  # fmt: skip
    scenario = read_scenario(file)
    place = scenario.topology if topology is None else Path(topology)
    if place is None:
        raise InputError.single(
            "a drill needs a topology", file=scenario.file, expected="topology: a file"
        )
    return scenario, load_topology(place)


def plan_drill(scenario: Scenario, topology: Topology) -> Plan:
    """The policies of all pairs, both ways, by the tiers of the scenario's profile."""
    both = list(chain.from_iterable((pair, pair[::-1]) for pair in scenario.pairs))
    demands = bounded(topology, both, scenario.profile)
    if scenario.scope is not None:
        tier = scenario.profile.tiers[scenario.scope]
        node = topology.node
        demands = tuple(
            replace(one, tier=tier.name, bound_us=tier.bound_for(node[one.src], node[one.dst])
                    or one.bound_us)
            for one in demands
        )  # fmt: skip
    return make_plan(DemandSet(topology, demands, scenario.profile.name))


def drill(
    scenario: Scenario,
    topology: Topology,
    options: LabOptions | None = None,
    progress: Steps = silent,
) -> DrillResult:
    """Plan, boot, drill. Unless ``options`` say otherwise the IGP is staged.

    Raises:
        InputError: the scenario asks for what there is not.
        LabError: the lab cannot be booted, or breaks.
    """
    options = LabOptions(igp=IgpName.STAGED) if options is None else options
    progress("planning", 0, 1)
    plan = plan_drill(scenario, topology)
    prepared = prepare(topology, plan, scenario)
    progress("planning", 1, 1)
    customers = sorted({end for pair in scenario.pairs for end in pair})
    configs = router_configs(topology, plan, customers)
    backend = choose_backend(options.backend)
    require_able(
        draw(calm(topology), customers), backend, scenario.events, prepared.struck, scenario.file
    )
    with Lab.boot(
        calm(topology), routing_tables(topology), configs, hosts=customers, backend=backend,
        igp=_igp(scenario, topology, prepared, options), label=scenario.name,
        on_progress=lambda part, done, all_: progress(f"booting: {part}", done, all_),
    ) as lab:  # fmt: skip
        return run_drill(lab, plan, configs, scenario, prepared, partial(progress, "drilling"))


def _igp(
    scenario: Scenario, topology: Topology, prepared: Preparation, options: LabOptions
) -> IgpBackend:
    """A staged IGP spreads when the scenario says, and has its tables ready by then."""
    wait_ms = scenario.reaction.reconverge_ms
    if wait_ms is None:
        return StaticIgp()
    if options.igp != IgpName.STAGED:
        return igp_backend(options)
    quiet = calm(topology)  # the tables are asked for by the topology that the lab boots
    usual = FloodingTimers()
    spf_ms = max(0.0, wait_ms - usual.detect_ms - usual.fib_ms)
    routes_of = lru_cache(maxsize=None)(routing_tables)
    for struck in prepared.struck:
        routes_of(left_of(quiet, without(quiet, cut_ids(quiet, struck))))
    return StagedIgp(routes_of, replace(usual, spf_ms=spf_ms))
