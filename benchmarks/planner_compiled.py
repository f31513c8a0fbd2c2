"""Compiled code against the plain code that is its reference, on random multigraphs.

``python -m benchmarks.planner_compiled 10000`` tries so many, with every constraint and option;
whole plans are compared. A run of all benchmarks tries fewer.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from unittest.mock import patch

from compiled_twins import twins

from benchmarks.planner import Row
from netkit.model.planning.plan import Plan
from netkit.planner.search import cspf
from netkit.planner.warm_up import warm_up

SHORT = 200


def run(graphs: int = SHORT, seed: int = 1) -> list[Row]:
    """Plans that differ, which are to be none, and what the others held.

    In every second one the multiplier is asked for at once: small networks would hardly need it.
    """
    warm_up()
    count: Counter[str] = Counter()
    different: list[int] = []
    start = time.process_time()
    for number in range(seed, seed + graphs):
        with patch.object(cspf, "PATIENCE", 0 if number % 2 else cspf.PATIENCE):
            plain, fast = twins(random.Random(number))
        if plain != fast:
            different.append(number)
        _count(plain, count)
    return [
        {
            "what": f"{graphs} random multigraphs with every constraint, compiled against plain",
            "different_plans": len(different),
            **count,
            "cpu_s": round(time.process_time() - start, 1),
            "different_seeds": different[:20],
        }
    ]


def _count(plan: Plan | str, count: Counter[str]) -> None:
    if isinstance(plan, str):
        count[plan.partition(":")[0]] += 1
        return
    for pair in plan.pairs:
        count["demands"] += 1
        count["lists"] += pair.primary is not None
        count["lists_of_segments"] += pair.primary is not None and bool(pair.primary.segments)
        count["backups"] += pair.backup is not None
        count["joint_pairs"] += pair.disjoint_pair is not None


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else SHORT
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    print(json.dumps(run(wanted, first), indent=2))
