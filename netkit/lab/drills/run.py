"""A whole drill in a booted lab: probes run both ways, things break, and what came is laid beside
the certificates."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

from netkit.emit.linux.ip_batch import RouterConfig
from netkit.lab.clocks.kept import KeptClock
from netkit.lab.drills.analysis.clocked import clocks_of
from netkit.lab.drills.analysis.figures import direction_of
from netkit.lab.drills.analysis.legs import Leg, legs_of
from netkit.lab.drills.analysis.reconvergence import reconvergences
from netkit.lab.drills.analysis.windows import NOBODY, Moment, by_changes, in_time, windows
from netkit.lab.drills.changes import Orders
from netkit.lab.drills.headends import headend
from netkit.lab.drills.liveness import Liveness
from netkit.lab.drills.operator import Operator
from netkit.lab.drills.preparation import Ends, Preparation, both_ways, sessions_of
from netkit.lab.drills.repair_routes import local_repairs
from netkit.lab.drills.schedule import Step, schedule
from netkit.lab.drills.strike import Struck
from netkit.lab.igp.backend import IgpName
from netkit.lab.lab import Lab
from netkit.lab.measure import Bench, Clocks
from netkit.lab.truth.traced import Measurement
from netkit.model.drills.clocked import ClocksOfDrill
from netkit.model.drills.result import (
    Degraded,
    DirectionDrill,
    DrillResult,
    HappenedAt,
    Reconvergence,
)
from netkit.model.drills.scenario import ClockFault, Scenario, probe_count
from netkit.model.measurement.host_clock import HostClock
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.progress import Progress
from netkit.model.units import MS_PER_S, NS_PER_MS
from netkit.probe.sender.result import RunEnd


def run_drill(
    lab: Lab,
    plan: Plan,
    configs: Mapping[str, RouterConfig],
    scenario: Scenario,
    prepared: Preparation,
    on_progress: Progress | None = None,
) -> DrillResult:
    """Drill; afterwards the lab is as it was before.

    Raises:
        InputError: pairs without a customer host in the lab.
        LabError: something could not be broken, changed over or mended.
        KeyboardInterrupt: Ctrl-C; what is half a drill shows nothing.
    """
    pairs = both_ways(plan, scenario)
    orders = _orders(lab, configs, scenario, prepared)
    ways = {ends: headend(lab.topology, configs, ends, lab.namespace(ends[0])) for ends in pairs}
    faults = _faults(scenario)
    clocks = {host: KeptClock(HostClock()) for fault in faults.values() for host in fault.hosts}
    steps = schedule(scenario)
    operator = Operator(lab, steps, orders, ways, clocks)
    start_ns, measured = _probed(lab, scenario, operator, clocks, on_progress)
    flows = _flows(lab, measured)
    changes = [(one.at_ns, one.router) for one in lab.igp.changes]
    moments = operator.moments
    end_ns = over_ns((leg for own in flows.values() for flow in own for leg in flow), moments)
    if lab.igp.name is not IgpName.STATIC:
        at_once = lab.igp.name is IgpName.FRR
        moments = by_changes(moments, [at_ns for at_ns, _ in changes], at_once=at_once)
    seen = in_time(moments) if lab.igp.name is IgpName.STAGED else moments
    all_moments = [*seen, *never_begun(steps, seen, end_ns)]
    directions = [
        _direction(ends, pair, all_moments, prepared, flows.get(ends, []), start_ns, end_ns)
        for ends, pair in pairs.items()
    ]
    learnt = tuple(reconvergences(moments, changes, operator.tables, time.time_ns()))
    phases = windows(moments, NOBODY, end_ns)
    told = clocks_of(lab.topology, measured, faults, phases, start_ns) if faults else None
    return _result(lab, plan, scenario, prepared, moments, directions, learnt, told, start_ns)


def _probed(
    lab: Lab,
    scenario: Scenario,
    operator: Operator,
    clocks: Clocks,
    on_progress: Progress | None,
) -> tuple[int, Measurement]:
    """All probes, and when they began (ns since 1970); meanwhile the operator does its work."""
    asked = sessions_of(scenario)
    count = probe_count(scenario.length_s, scenario.interval_ms)
    with Bench(
        lab, asked, count=count, interval_ms=scenario.interval_ms, timeout_ms=scenario.timeout_ms,
        seed=scenario.seed, clocks=clocks,
    ) as bench:  # fmt: skip
        lost = scenario.reaction.lost_in_a_row
        watch = Liveness(lost, asked, bench.sessions, operator, on_progress)
        start_ns = time.time_ns()
        operator.begin(
            lambda: min(session.sent for session in bench.sessions),
            scenario.interval_ms / MS_PER_S,
        )
        try:
            measured = bench.run(watch.look)
        except BaseException:
            operator.finish(given_up=True)
            raise
        given_up = measured.end is RunEnd.INTERRUPTED
        operator.finish(given_up=given_up)
        if given_up:
            raise KeyboardInterrupt
        return start_ns, measured


def over_ns(legs: Iterable[Leg], moments: Iterable[Moment]) -> int:
    """When nothing was under way any more: what is waited for later, as for replies that do not
    come, belongs to no phase."""
    ends_ns = [max(leg.sent_ns, leg.over_ns) for leg in legs]
    return 1 + max([*ends_ns, *(one.done_ns for one in moments)], default=0)


def never_begun(steps: Iterable[Step], moments: Iterable[Moment], end_ns: int) -> Iterator[Moment]:
    """The phases that the machine was too late for before the last probe was over: each begins, and
    ends, with the drill, so that nothing is shown of it."""
    begun = {(one.phase, one.event) for one in moments if one.only is None}
    for step in steps:
        if step.begins and (step.phase, step.event) not in begun:
            yield Moment(step.phase, step.event, end_ns, end_ns)


def _faults(scenario: Scenario) -> dict[int, ClockFault]:
    """What happens to clocks, by the number of the event."""
    return {
        number: event.clock
        for number, event in enumerate(scenario.events)
        if event.clock is not None
    }


def _orders(
    lab: Lab, configs: Mapping[str, RouterConfig], scenario: Scenario, prepared: Preparation
) -> list[Orders]:
    repairs, ahead = scenario.reaction.repair_ms is not None, lab.igp.name is IgpName.FRR
    return [
        Orders(
            cut_ids(lab.topology, struck),
            local_repairs(lab.blueprint, prepared.phases[struck], configs, ahead=ahead)
            if repairs else (),
            prepared.expected[struck],
            struck.ailing,
            struck.ailment,
            event.clock,
        )
        for event, struck in zip(scenario.events, prepared.struck, strict=True)
    ]  # fmt: skip


def cut_ids(topology: Topology, struck: Struck) -> tuple[str, ...]:
    """What the lab cuts: links; of an exchange all of whose links are gone, the exchange itself,
    and of a router that was hit its leg there."""
    found = []
    for fabric in topology.fabrics:
        own = [link for link in topology.all_links if link.fabric == fabric.id]
        gone = [link.id for link in own if link.id in struck.links]
        found += [fabric.id] if own and len(gone) == len(own) else gone
    trunks = [id_ for id_ in struck.links if topology.link[id_].fabric is None]
    return tuple(sorted([*found, *trunks]))


def _flows(lab: Lab, measured: Measurement) -> dict[Ends, list[list[Leg]]]:
    found: dict[Ends, list[list[Leg]]] = {}
    for pair in measured.pairs:
        there, back = legs_of(lab.topology, pair)
        found.setdefault((pair.src, pair.dst), []).append(there)
        found.setdefault((pair.dst, pair.src), []).append(back)
    return found


def _direction(
    ends: Ends,
    pair: PairPlan,
    moments: Sequence[Moment],
    prepared: Preparation,
    flows: Sequence[Sequence[Leg]],
    start_ns: int,
    end_ns: int,
) -> DirectionDrill:
    expected = [prepared.expected[struck][ends] for struck in prepared.struck]
    own = windows(moments, ends, end_ns)
    return direction_of(pair.demand, expected, flows, own, start_ns)


def _result(
    lab: Lab,
    plan: Plan,
    scenario: Scenario,
    prepared: Preparation,
    moments: Sequence[Moment],
    directions: Sequence[DirectionDrill],
    learnt: tuple[Reconvergence, ...],
    clocks: ClocksOfDrill | None,
    start_ns: int,
) -> DrillResult:
    happened = tuple(
        HappenedAt(
            one.phase, one.event, (one.start_ns - start_ns) / NS_PER_MS,
            (one.done_ns - start_ns) / NS_PER_MS, None if one.only is None else len(one.only),
        )
        for one in sorted(moments, key=lambda moment: moment.start_ns)
    )  # fmt: skip
    cut = {
        number: cut_ids(lab.topology, prepared.struck[number])
        for number, event in enumerate(scenario.events)
        if event.strike is not None and event.ailment is None
    }
    degraded = {
        number: Degraded(tuple(sorted({link for link, _ in struck.ailing})), struck.ailment)
        for number, struck in enumerate(prepared.struck)
        if struck.ailment is not None
    }
    return DrillResult(
        scenario.name, scenario.title or scenario.name, scenario.description, lab.topology.name,
        plan.profile, str(lab.igp.name), str(lab.backend), scenario.length_s * MS_PER_S,
        scenario.interval_ms, scenario.flows, cut, happened, tuple(directions),
        tuple(lab.not_emulated), degraded, learnt, clocks,
    )  # fmt: skip
