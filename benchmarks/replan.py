"""One link's delay changes: all pairs of the national plan again, against the plan made afresh.

``python -m benchmarks.replan 500`` tries so many random changes; of every tenth the bytes are
compared with those made afresh.
"""

from __future__ import annotations

import itertools
import random
import sys
import time
from dataclasses import replace

from benchmarks.planner import NATIONAL, Row
from netkit.files.native.topology import load_topology
from netkit.model.network.elements import Role
from netkit.model.network.topology import Topology
from netkit.model.planning.tier import PROFILES, tier_demands
from netkit.planner.compiled import compiler
from netkit.planner.plan import plan_demands
from netkit.planner.replan.replanner import Replanner
from netkit.planner.warm_up import warm_up

SHORT = 50


def run(changes: int = SHORT) -> list[Row]:
    """CPU time of each change from the same plan."""
    topology, rng = load_topology(NATIONAL), random.Random(4)
    clusters = [node.name for node in topology.active_nodes if node.role is Role.CLUSTER]
    pairs = list(itertools.permutations(clusters, 2))
    demands = tier_demands(topology, pairs, PROFILES["2023"])
    if compiler.available():
        warm_up()  # or else all of it would run plain where no machine code is kept
    plan_demands(topology, demands)  # machine code is loaded
    start = time.process_time()
    plan = plan_demands(topology, demands)
    afresh_s, took, wrong = time.process_time() - start, list[float](), 0
    for number in range(changes):
        following, changed = Replanner(topology, plan), _one_retimed(rng, topology)
        start = time.process_time()
        found = following.planned_on(changed)
        took.append(time.process_time() - start)
        wrong += number % 10 == 0 and found != plan_demands(changed, demands)
    took.sort()
    return [
        {
            "what": f"national backbone, {len(pairs)} pairs, one link's delay, {changes} changes",
            "afresh_cpu_s": round(afresh_s, 3),
            "p50_cpu_s": round(took[len(took) // 2], 3),
            "p95_cpu_s": round(took[int(0.95 * len(took))], 3),
            "differences": wrong,
        }
    ]


def _one_retimed(rng: random.Random, topology: Topology) -> Topology:
    """The delay of one link of the file, half to twice of what it was."""
    place, factor = rng.randrange(len(topology.links)), rng.choice((0.5, 0.8, 0.9, 1.1, 1.25, 2))
    link = topology.links[place]
    ways = (
        None if us is None else max(1, int(us * factor))
        for us in (link.delay_ab_us, link.delay_ba_us)
    )
    there, back = ways
    links = list(topology.links)
    links[place] = replace(link, delay_ab_us=there, delay_ba_us=back)
    return replace(topology, links=tuple(links))


if __name__ == "__main__":
    for row in run(int(sys.argv[1]) if len(sys.argv) > 1 else SHORT):
        print(row)
