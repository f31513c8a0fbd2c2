"""Every single link and SRLG failure of a backbone, told by packets. ``-m benchmarks.lab_drills``

``[FILE] [--pairs N] [--flows N] [--most N] [--backend NAME] [--region N] [--stretch F]
[--only ID,ID]``. One lab is booted; each failure is cut, repaired, switched, reconverged and
restored while all pairs are probed, and the verdict and the worst delay of every phase are laid
beside the certificate of that phase. ``--region N`` generates a ring of rings with N routers
instead of reading a file. ``--stretch`` has each failure and each phase last longer, for where many
routers change over; a failure of which a phase had no probe all the same is drilled again with
twice the time. Of ``--most`` failures those that hit a pair come first; ``--only`` these links and
SRLGs of them. Both hosts of a pair probe, so that a direction is probed while nothing arrives the
other way. A certificate is the worst of all equal paths, which is seen only if some flow takes it.
Printed as JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from itertools import combinations
from pathlib import Path

from netkit.files.native.topology import load_topology
from netkit.lab.drills.calm import calm
from netkit.lab.drills.preparation import prepare
from netkit.lab.drills.run import run_drill
from netkit.lab.drills.strike import struck_by
from netkit.lab.igp.flooding import FloodingTimers
from netkit.lab.igp.staged import StagedIgp
from netkit.lab.lab import Lab
from netkit.model.drills.result import Contradiction, DirectionDrill, PhaseFigures
from netkit.model.drills.scenario import DrillPhase, Event, Reaction, Scenario, Strike
from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.verdict import Verdict
from netkit.planner.network.igp import routing_tables
from netkit.workflows.drills.run import make_ready, plan_drill
from netkit.workflows.emit import router_configs

_REPAIR_MS, _SWITCH_MS, _RECONVERGE_MS = 40.0, 700.0, 1400.0
_PHASES = (DrillPhase.REPAIR, DrillPhase.BACKUP, DrillPhase.RECONVERGED)


def region(routers: int, seed: int = 1) -> Topology:
    """Rings of five routers on a core ring, with chords; links of a ring share a risk in pairs."""
    dice = random.Random(seed)
    names = [f"r{number:02}" for number in range(routers)]
    core = names[::5]
    ends = [*zip(core, (*core[1:], core[0]), strict=True)]
    for at in range(0, routers, 5):
        ring = names[at : at + 5]
        ends += [*zip(ring, (*ring[1:], core[(at // 5 + 1) % len(core)]), strict=True)]
    ends += [(core[at], core[(at + 2) % len(core)]) for at in range(0, len(core) - 2, 2)]
    nodes = tuple(Node(name, Role.CITY, i, hub="h") for i, name in enumerate(names, start=1))
    links = []
    for number, (a, b) in enumerate(ends):
        delay_us, metric = dice.randrange(100, 900), dice.randrange(8, 14)
        risks = frozenset({f"duct{number // 2}"}) if number % 7 < 2 else frozenset[str]()
        links.append(Link(f"{a}~{b}", a, b, delay_us, delay_us, metric, metric, srlgs=risks))
    return Topology(f"region-{routers}", nodes, tuple(links))


def failures(topology: Topology) -> list[Strike]:
    """Every link, every SRLG."""
    srlgs = {srlg for link in topology.all_links for srlg in link.srlgs}
    links = [Strike(links=(link.id,)) for link in topology.all_links]
    return links + [Strike(srlgs=(srlg,)) for srlg in sorted(srlgs)]


def chosen_failures(topology: Topology, plan: Plan, most: int) -> list[Strike]:
    """In an order drawn by lot, those that hit the primary of a pair first."""
    used = {
        link for pair in plan.pairs if pair.primary for link, _ in pair.primary.certificate.links
    }
    every = random.Random(2).sample(failures(topology), len(failures(topology)))
    events = [Event(0.0, strike) for strike in every]
    hit = [not used.isdisjoint(struck_by(topology, [one], "", 0)[0].links) for one in events]
    return sorted(every, key=lambda one: not hit[every.index(one)])[:most]


def timers(stretch: float) -> FloodingTimers:
    """Such that the first router sets new routes when the scenario says."""
    usual = FloodingTimers()
    return replace(usual, spf_ms=_RECONVERGE_MS * stretch - usual.detect_ms - usual.fib_ms)


def chosen_pairs(topology: Topology, most: int) -> tuple[tuple[str, str], ...]:
    """Pairs with a list both ways, spread over all."""
    names = [node.name for node in topology.active_nodes]
    every = tuple(combinations(names, 2))
    every = tuple(random.Random(1).sample(every, min(len(every), 4 * most)))
    plan = plan_drill(_scenario(Strike(), every), topology)
    both = [p for p in every if plan.pair[p].primary and plan.pair[p[::-1]].primary]
    return tuple(both[:most])


def _scenario(
    strike: Strike, pairs: tuple[tuple[str, str], ...], flows: int = 1, stretch: float = 1.0
) -> Scenario:
    events = (Event(0.4, strike), Event(0.4 + 2.2 * stretch, None))
    both = (*pairs, *(pair[::-1] for pair in pairs))
    reaction = Reaction(_REPAIR_MS, _SWITCH_MS * stretch, None, _RECONVERGE_MS * stretch)
    length_s = 0.4 + 4.2 * stretch
    return Scenario("failure", None, both, events, length_s, reaction, flows=flows, interval_ms=50)


def main() -> None:
    """Drill all of them in one lab."""
    asked = arguments()
    topology = region(asked.region) if asked.region else load_topology(asked.file)
    pairs = chosen_pairs(topology, asked.pairs)
    plan = plan_drill(_scenario(Strike(), pairs), topology)
    strikes = chosen_failures(topology, plan, asked.most)
    if asked.only:
        strikes = [one for one in strikes if not asked.only.isdisjoint((*one.links, *one.srlgs))]
    ends = sorted({end for pair in pairs for end in pair})
    configs = router_configs(topology, plan, ends)
    routes_of = lru_cache(maxsize=4)(routing_tables)
    igp = StagedIgp(routes_of)
    seen: Counter[str] = Counter()
    differences: list[str] = []
    with Lab.boot(
        calm(topology), routing_tables(topology), configs, hosts=ends, igp=igp,
        backend=asked.backend,
    ) as lab:  # fmt: skip
        for number, strike in enumerate(strikes, start=1):
            prepared = prepare(topology, plan, _scenario(strike, pairs))
            make_ready(routes_of, topology, prepared)
            for stretch in (asked.stretch, 2 * asked.stretch, 4 * asked.stretch):
                igp.timers = timers(stretch)
                scenario = _scenario(strike, pairs, asked.flows, stretch)
                result = run_drill(lab, plan, configs, scenario, prepared)
                if not result.untested or result.verdict is Verdict.BREACH:
                    break
                seen["drilled_again"] += 1
            for one in result.directions:
                note(strike, one, seen, differences)
            print(f"{number}/{len(strikes)} {strike.links or strike.srlgs} {dict(seen)}",
                  file=sys.stderr)  # fmt: skip
    figures = {"topology": topology.name, "pairs": len(pairs), "failures": len(strikes), **seen}
    print(json.dumps({**figures, "differences": differences}, indent=2))


def note(strike: Strike, one: DirectionDrill, seen: Counter[str], differences: list[str]) -> None:
    """Count what one direction shows in the three phases, where a failure hits it."""
    for phase in one.phases:
        if not one.hit or phase.phase not in _PHASES or phase.certified is None:
            continue
        seen["phases"] += 1
        if not phase.sent:
            seen["without_a_probe"] += 1
            differences.append(f"{strike.links or strike.srlgs} {one.src} to {one.dst} {phase}")
            continue
        verdict = phase.verdict is phase.certified.verdict
        delay = _within(phase)
        seen["verdict_equal"] += verdict
        seen["delay_within_0.3_ms"] += delay
        seen["slower_than_certified"] += Contradiction.SLOWER in phase.contradictions
        seen["strayed_probes"] += phase.strayed
        seen["contradicted"] += bool(phase.contradictions)
        if not verdict or not delay or phase.strayed:
            differences.append(f"{strike.links or strike.srlgs} {one.src} to {one.dst} {phase}")


def _within(phase: PhaseFigures) -> bool:
    """Worst delay seen and certified at most 0.3 ms apart; or lost, as certified."""
    certified = None if phase.certified is None else phase.certified.worst_us
    if certified is None or phase.worst_us is None:
        return certified is None and phase.lost > 0
    return abs(phase.worst_us - certified) <= 300


def arguments() -> argparse.Namespace:
    """What to drill."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=Path("topologies/lab-region.yaml"))
    parser.add_argument("--pairs", type=int, default=12)
    parser.add_argument("--flows", type=int, default=1)
    parser.add_argument("--most", type=int, default=1000)
    parser.add_argument("--region", type=int)
    parser.add_argument("--stretch", type=float, default=1.0)
    parser.add_argument("--only", type=lambda words: frozenset(words.split(",")), default=None)
    parser.add_argument("--backend", default="auto")
    return parser.parse_args()


if __name__ == "__main__":
    main()
