"""The planner against brute force on random small multigraphs with every constraint there is.

``python -m benchmarks.planner_exact 10000`` tries so many; a run of all benchmarks fewer. Every
list that the routers accept is enumerated, so the best is known, and so is that there is none.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter

from exhaustive import Exhaustive, faults
from random_cases import random_case

from netkit.errors import ReplayError
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.plan import plan_demands

SHORT = 500

Row = dict[str, object]


def run(graphs: int = SHORT, seed: int = 1) -> list[Row]:
    """Count faults of each kind, and of what kind the cases were; the faults named are few."""
    count: Counter[str] = Counter()
    shown: list[str] = []
    start = time.perf_counter()
    for number in range(seed, seed + graphs):
        for fault in _tried(number, count):
            count[fault.partition(":")[0]] += 1
            shown.append(f"seed {number}: {fault}")
    return [
        {
            "what": f"{graphs} random multigraphs with every constraint, against brute force",
            "optimality_gaps": count["gap"],
            "false_none": count["false none"],
            "certificate_violations": count["certificate"],
            "lists": count["lists"],
            "backups": count["backups"],
            "joint_pairs": count["pairs"],
            "proved_none": count["none"],
            "lists_tried_by_brute_force": count["tried"],
            "seconds": round(time.perf_counter() - start, 1),
            "faults": shown[:20],
        }
    ]


def _tried(seed: int, count: Counter[str]) -> list[str]:
    topology, demand = random_case(random.Random(seed))
    case = Exhaustive(topology, demand)
    algorithms = tuple(flex.algorithm for flex in topology.flex_algos)
    try:
        answer = plan_demands(topology, [demand], PlanOptions(algorithms=algorithms)).pairs[0]
    except ReplayError as error:
        return [f"certificate: {error}"]
    count["lists"] += answer.primary is not None
    count["backups"] += answer.backup is not None
    count["pairs"] += answer.disjoint_pair is not None
    count["none"] += answer.primary is None
    found = list(faults(case, answer))
    count["tried"] += len(case.lists)
    return found


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else SHORT
    print(json.dumps(run(wanted), indent=2))
