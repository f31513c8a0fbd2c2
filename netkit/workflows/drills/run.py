"""A drill from its file: plan the pairs, boot the backbone, break it, say what packets showed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path

from netkit.errors import InputError, Problem, did_you_mean
from netkit.files.drills.scenario import read_scenario
from netkit.files.native.topology import load_topology
from netkit.files.shipped_files import shipped
from netkit.lab.blueprint import draw
from netkit.lab.delay.choice import choose_backend
from netkit.lab.drills.calm import calm
from netkit.lab.drills.grey import require_able
from netkit.lab.drills.preparation import Preparation, prepare, require_nodes
from netkit.lab.drills.run import cut_ids, run_drill
from netkit.lab.igp.backend import IgpBackend, IgpName
from netkit.lab.igp.flooding import FloodingTimers, left_of, without
from netkit.lab.igp.frr.backend import FrrIgp
from netkit.lab.igp.frr.release import release_of
from netkit.lab.igp.staged import RoutesOf, StagedIgp
from netkit.lab.lab import Lab
from netkit.lab.not_emulated import left_out
from netkit.model.drills.result import DrillResult
from netkit.model.drills.scenario import Scenario
from netkit.model.network.topology import Topology
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan import Plan
from netkit.model.planning.tier import bounded
from netkit.model.progress import Steps, silent
from netkit.model.units import MS_PER_S
from netkit.model.verdict import Verdict
from netkit.planner.network.igp import routing_tables
from netkit.workflows.boot import LabOptions, igp_backend
from netkit.workflows.emit import router_configs
from netkit.workflows.plan import make_plan

_FRR_NEWS_MS = 100.0
"""What IS-IS takes from a cut until its routers wait before they compute, about."""

_AGAIN = 2
"""So often a drill is repeated, each time with twice the time, before a phase without a probe
is left at that."""

_FRR_SETTLES_S = 5.0
"""Beside that wait: adjacencies that come up, and the time in which nothing may change."""

_FRR_LONGEST_MS = 30_000 + _FRR_NEWS_MS
"""Twice what they wait is their ``holddown``, of a minute at the most (``isisd/isis_cli.c``)."""


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
            remedy=did_you_mean(str(word), shipped_scenarios()),
        )  # fmt: skip
    scenario = read_scenario(file)
    if topology is not None:
        return scenario, load_topology(topology)
    if scenario.topology is None:
        raise InputError.single(
            "a drill needs a topology", file=scenario.file, expected="topology: a file"
        )
    try:
        return scenario, load_topology(scenario.topology)
    except InputError as error:
        raise InputError(_as_named(scenario, problem) for problem in error.problems) from error


def _as_named(scenario: Scenario, problem: Problem) -> Problem:
    """What is wrong with the topology as such, said where the scenario names it."""
    if problem.line is not None:
        return problem
    return replace(
        problem, file=scenario.file, line=scenario.topology_line,
        what=f"topology: {problem.what}", value=problem.value or problem.file,
    )  # fmt: skip


def plan_drill(scenario: Scenario, topology: Topology) -> Plan:
    """The policies of all pairs, both ways, by the tiers of the scenario's profile.

    Raises:
        InputError: nodes that the topology does not have.
    """
    both = list(chain.from_iterable((pair, pair[::-1]) for pair in scenario.pairs))
    require_nodes(scenario, topology)
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
    """Plan, boot, drill; again, with more time, if a phase had no probe. Unless ``options`` say
    otherwise the IGP is staged.

    Raises:
        InputError: the scenario asks for what there is not.
        LabError: the lab cannot be booted, or breaks.
    """
    options = LabOptions(igp=IgpName.STAGED) if options is None else options
    scenario = for_igp(scenario, options.igp)
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
        told = partial(progress, "drilling")
        result = until_tested(
            lambda one: run_drill(lab, plan, configs, one, prepared, told), scenario,
            lab.igp.settle,
        )  # fmt: skip
    return replace(result, not_emulated=(*result.not_emulated, *left_out(topology)))


def until_tested(
    run: Callable[[Scenario], DrillResult], scenario: Scenario, settle: Callable[[], None]
) -> DrillResult:
    """Drill; again, with more time, as long as a phase had no probe, up to :data:`_AGAIN` times. A
    contradiction is evidence, and stays. Before each repetition wait for the IGP: what the drill
    before broke last may be whole only now."""
    result = run(scenario)
    for _ in range(_AGAIN):
        if not result.untested or result.verdict is Verdict.BREACH:
            break
        settle()
        scenario = with_more_time(scenario)
        result = run(scenario)
    return result


def with_more_time(scenario: Scenario) -> Scenario:
    """The same with twice the time before and between its events, and after the last: for where a
    machine was so late that a phase was over before a probe had been sent in it. What the network
    does about a cut takes no longer."""
    events = tuple(replace(one, at_s=2 * one.at_s) for one in scenario.events)
    return replace(scenario, events=events, length_s=2 * scenario.length_s)


def for_igp(scenario: Scenario, igp: str) -> Scenario:
    """The scenario as it goes with an IGP: over static tables nothing reconverges.

    Raises:
        InputError: no such IGP, or real IS-IS, which always learns and takes its time, is not to
            learn, or is given too little.
    """
    if igp not in set(IgpName):
        raise InputError.single("IGP of a drill", value=igp, expected=", ".join(IgpName))
    if igp == IgpName.STATIC:
        return replace(scenario, reaction=replace(scenario.reaction, reconverge_ms=None))
    if igp == IgpName.FRR:
        problems = list(_not_for_frr(scenario))
        if problems:
            raise InputError(problems)
    return scenario


def _not_for_frr(scenario: Scenario) -> Iterator[Problem]:
    wait_ms = scenario.reaction.reconverge_ms
    if wait_ms is None:
        yield Problem(
            scenario.file, None, "real IS-IS learns of every cut", "reconverge_ms: never",
            "reconverge_ms in ms", "Or let nothing reconverge: netkit lab drill --igp static",
        )  # fmt: skip
        return
    if wait_ms > _FRR_LONGEST_MS:
        yield Problem(
            scenario.file, None, "longer than real IS-IS waits", f"reconverge_ms: {wait_ms:g}",
            f"{_FRR_LONGEST_MS:g} or less", "Or netkit lab drill --igp staged",
        )  # fmt: skip
    least_s = wait_ms / MS_PER_S + _FRR_SETTLES_S
    ends = [*(event.at_s for event in scenario.events[1:]), scenario.length_s]
    for event, end_s in zip(scenario.events, ends, strict=True):
        quiet = event.ailment is not None or event.clock is not None
        if not quiet and end_s - event.at_s < least_s:
            yield Problem(
                scenario.file, event.line, "too short for real IS-IS, until the next event or end",
                f"{end_s - event.at_s:g} s", f"{least_s:g} s or more",
                "Or netkit lab drill --igp staged; region/real-isis has the time",
            )  # fmt: skip


def _igp(
    scenario: Scenario, topology: Topology, prepared: Preparation, options: LabOptions
) -> IgpBackend:
    """A staged IGP spreads when the scenario says, and has its tables ready by then."""
    wait_ms = scenario.reaction.reconverge_ms
    if options.igp == IgpName.FRR and wait_ms is not None:
        return FrrIgp(
            release_of(options.frr), multi_topology=options.multi_topology,
            spf_wait_ms=max(0.0, wait_ms - _FRR_NEWS_MS),
        )  # fmt: skip
    if wait_ms is None or options.igp != IgpName.STAGED:
        return igp_backend(replace(options, igp=IgpName.STATIC))
    usual = FloodingTimers()
    spf_ms = max(0.0, wait_ms - usual.detect_ms - usual.fib_ms)
    routes_of = lru_cache(maxsize=None)(routing_tables)
    make_ready(routes_of, topology, prepared)
    return StagedIgp(routes_of, replace(usual, spf_ms=spf_ms))


def make_ready(routes_of: RoutesOf, topology: Topology, prepared: Preparation) -> None:
    """Have the tables after each event computed, by a function that remembers them: computing them
    in the midst of a drill would hold up its probes."""
    quiet = calm(topology)  # they are asked for by the topology that the lab boots
    for struck in prepared.struck:
        routes_of(left_of(quiet, without(quiet, cut_ids(quiet, struck))))
