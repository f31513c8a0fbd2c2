"""A whole drill in a booted lab: probes run both ways, things break, and what came is laid beside
the certificates."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from netkit.emit.linux.ip_batch import RouterConfig
from netkit.errors import InputError, Problem
from netkit.lab.drills.analysis.figures import direction_of
from netkit.lab.drills.analysis.legs import Leg, legs_of
from netkit.lab.drills.analysis.windows import Moment, windows
from netkit.lab.drills.expected import Expectation, expectation, failed
from netkit.lab.drills.grey import ailing_expectation, ailing_igp
from netkit.lab.drills.headends import headend
from netkit.lab.drills.operator import Ends, Operator, Orders
from netkit.lab.drills.repair_routes import local_repairs
from netkit.lab.drills.schedule import schedule
from netkit.lab.drills.strike import Struck, struck_by
from netkit.lab.igp.backend import IgpName
from netkit.lab.lab import Lab
from netkit.lab.measure import Bench
from netkit.lab.truth.probe_key import ProbeKey
from netkit.lab.truth.records import ProbeTruth
from netkit.lab.truth.traced import Measurement
from netkit.model.drills.result import Degraded, DirectionDrill, DrillResult, HappenedAt
from netkit.model.drills.scenario import Scenario
from netkit.model.measurement.sample import Outcome
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.progress import Progress
from netkit.model.units import MS_PER_S, NS_PER_MS
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.protection.phases import Phases
from netkit.probe.sender.session import SenderSession

_LOST = frozenset({Outcome.LOST, Outcome.LOST_FORWARD, Outcome.LOST_BACKWARD})


@dataclass(frozen=True)
class Preparation:
    """Everything that is worked out before the first probe: what goes with each event, and what
    each direction is expected to show."""

    struck: tuple[Struck, ...]
    phases: Mapping[Struck, Phases]
    expected: Mapping[Struck, Mapping[Ends, Expectation]]


def prepare(topology: Topology, plan: Plan, scenario: Scenario) -> Preparation:
    """Resolve the events and certify every phase of every pair.

    Raises:
        InputError: names that the topology does not have, pairs without a list both ways.
    """
    struck = struck_by(topology, scenario.events, scenario.file, scenario.seed)
    pairs = both_ways(plan, scenario)
    igp = Igp.of(Network.of(topology))
    phases = {one: Phases(ailing_igp(igp, one), failed(igp, one)) for one in dict.fromkeys(struck)}
    repairs = scenario.reaction.repair_ms is not None
    expected = {
        one: {
            ends: ailing_expectation(own.igp, pair, one) if one.ailing
            else expectation(own, pair, repairs=repairs)
            for ends, pair in pairs.items()
        }
        for one, own in phases.items()
    }  # fmt: skip
    return Preparation(tuple(struck), phases, expected)


def both_ways(plan: Plan, scenario: Scenario) -> dict[Ends, PairPlan]:
    """The answers of all pairs, there and back.

    Raises:
        InputError: those that have no list.
    """
    found, problems = {}, []
    lines = scenario.pair_lines or (None,) * len(scenario.pairs)
    for pair, line in zip(scenario.pairs, lines, strict=True):
        for ends in (pair, pair[::-1]):
            answer = plan.pair.get(ends)
            if answer is None or answer.primary is None:
                remedy = f"`netkit explain TOPOLOGY {ends[0]} {ends[1]}` says why"
                what = "no list keeps the tier of a pair"
                words = " to ".join(ends)
                problems.append(Problem(scenario.file, line, what, words, None, remedy))
            else:
                found[ends] = answer
    if problems:
        raise InputError(problems)
    return found


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
        InputError: pairs without a customer host in the lab, local repair where IS-IS routes.
        LabError: something could not be broken, changed over or mended.
    """
    _check(lab, scenario)
    pairs = both_ways(plan, scenario)
    orders = _orders(lab, configs, scenario, prepared)
    ways = {ends: headend(lab.topology, configs, ends, lab.namespace(ends[0])) for ends in pairs}
    operator = Operator(lab, schedule(scenario), orders, ways)
    asked = [pair for pair in scenario.pairs for _ in range(scenario.flows)]
    count = max(2, round(scenario.length_s * MS_PER_S / scenario.interval_ms))
    with Bench(
        lab, asked, count=count, interval_ms=scenario.interval_ms, timeout_ms=scenario.timeout_ms,
        seed=scenario.seed,
    ) as bench:  # fmt: skip
        since, start_ns = lab.mark(), time.time_ns()
        operator.begin()
        try:
            watch = _Watch(scenario, bench.sessions, operator, on_progress)
            measured = bench.run(watch.look)
        finally:
            operator.finish()
    truth = lab.truth(since)
    flows = _flows(lab, measured, truth)
    end_ns = time.time_ns()
    directions = [
        _direction(ends, pair, operator.moments, prepared, flows.get(ends, []), start_ns, end_ns)
        for ends, pair in pairs.items()
    ]
    return _result(lab, plan, scenario, prepared, operator.moments, directions, start_ns)


def _check(lab: Lab, scenario: Scenario) -> None:
    if scenario.reaction.repair_ms is not None and lab.igp.name is IgpName.FRR:
        raise InputError.single(
            "local repair is netkit's own, beside its own routes", file=scenario.file,
            value=f"repair_ms: {scenario.reaction.repair_ms:g}", expected="repair_ms: never",
            remedy="IS-IS of FRR fills the tables by itself; or choose the staged IGP",
        )  # fmt: skip


def _orders(
    lab: Lab, configs: Mapping[str, RouterConfig], scenario: Scenario, prepared: Preparation
) -> list[Orders]:
    repairs = scenario.reaction.repair_ms is not None
    return [
        Orders(
            cut_ids(lab.topology, struck),
            local_repairs(lab.blueprint, prepared.phases[struck], configs) if repairs else (),
            prepared.expected[struck],
            struck.ailing,
            struck.ailment,
        )
        for struck in prepared.struck
    ]


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


class _Watch:
    """The headends' own liveness: so many probes lost in a row."""

    def __init__(
        self,
        scenario: Scenario,
        sessions: Sequence[SenderSession],
        operator: Operator,
        on_progress: Progress | None,
    ) -> None:
        self._lost = scenario.reaction.lost_in_a_row
        self._pairs = [pair for pair in scenario.pairs for _ in range(scenario.flows)]
        self._sessions, self._operator, self._on_progress = sessions, operator, on_progress

    def look(self, sent: int, all_: int) -> None:
        """Called while probes run, some four times a second."""
        if self._on_progress is not None:
            self._on_progress(sent, all_)
        if self._lost is None:
            return
        now_ns = time.monotonic_ns()
        for pair, session in zip(self._pairs, self._sessions, strict=True):
            last = session.result(now_ns).samples[-self._lost :]
            if len(last) == self._lost and all(sample.outcome in _LOST for sample in last):
                self._operator.lost(pair)


def _flows(
    lab: Lab, measured: Measurement, truth: Mapping[ProbeKey, ProbeTruth]
) -> dict[Ends, list[list[Leg]]]:
    found: dict[Ends, list[list[Leg]]] = {}
    for pair in measured.pairs:
        there, back = legs_of(lab.topology, pair, truth)
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
        tuple(lab.not_emulated), degraded,
    )  # fmt: skip
