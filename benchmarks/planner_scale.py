"""The planner on networks of a national operator's size: time, processor time and memory.

``python -m benchmarks.planner_scale`` tries all rows, ``python -m benchmarks.planner_scale 5000``
those whose name begins so; each has a process of its own, so that none has the memory of another.
The rows go to ``out/bench/planner_scale.json``.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.planner import NATIONAL, Row, asked, backbone
from benchmarks.process_cost import cost_of
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.network.network import Network
from netkit.planner.network.shortest_paths import LeastSums
from netkit.planner.plan import plan_demands
from netkit.planner.warm_up import warm_up

_ROOT = Path(__file__).parents[1]
_SMALL = _ROOT / "topologies" / "lab-metro.yaml"


def from_sources(
    topology: Topology, sources: int, targets: int | None, stretch: float = 1.2
) -> list[Demand]:
    """Demands from few sources to ``targets`` others each, all others if None."""
    network, rng = Network.of(topology), random.Random(2)
    least = LeastSums(network, network.delay_us, network.igp)
    names, found = sorted(network.index), []
    for src in rng.sample(names, sources):
        others = [name for name in names if name != src]
        row = least.from_node(network.index[src])
        found += [
            Demand(src, dst, int(row[network.index[dst]] * stretch) + 1)
            for dst in (others if targets is None else rng.sample(others, targets))
        ]
    return found


def planned(
    nodes: int, links: int, demands: Callable[[Topology], list[Demand]], options: PlanOptions
) -> Row:
    """The plan of some demands on a synthetic backbone."""
    topology = backbone(nodes, links)
    wanted, plans = demands(topology), list[Plan]()
    warm_up()
    cost = cost_of(lambda: plans.append(plan_demands(topology, wanted, options)))
    sids = Counter(len(pair.primary.segments) for pair in plans[0].pairs if pair.primary)
    backups = sum(pair.backup is not None for pair in plans[0].pairs)
    return {**cost._asdict(), "demands": len(wanted), "lists": sum(sids.values()),
            "segments": dict(sorted(sids.items())), "backups": backups}  # fmt: skip


def command(*arguments: str | Path, **environment: str) -> Row:
    """A command as typed."""
    program = Path(sys.executable).with_name("netkit")
    call = partial(
        subprocess.run, [program, *arguments], stdout=subprocess.DEVNULL, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip
    return dict(cost_of(call)._asdict())


def cold() -> Row:
    """A first plan with no machine code kept anywhere."""
    with tempfile.TemporaryDirectory() as folder:
        return command("plan", _SMALL, XDG_CACHE_HOME=folder, NUMBA_CACHE_DIR=folder)


LIST_ONLY, BACKUPS = PlanOptions(backups=False), PlanOptions(joint=False)

ROWS: dict[str, Callable[[], Row]] = {
    "1000 nodes, 3000 links, 10 sources x all targets, list": lambda: planned(
        1000, 3000, partial(from_sources, sources=10, targets=None), LIST_ONLY
    ),
    "1000 nodes, 3000 links, 1000 scattered demands, list and backup": lambda: planned(
        1000, 3000, partial(asked, count=1000), BACKUPS
    ),
    "5000 nodes, 15000 links, 10000 demands, list": lambda: planned(
        5000, 15000, partial(asked, count=10_000), LIST_ONLY
    ),
    "20000 nodes, 60000 links, 20 sources x 50 targets, list": lambda: planned(
        20_000, 60_000, partial(from_sources, sources=20, targets=50), LIST_ONLY
    ),
    "national plan as typed": lambda: command("plan", NATIONAL),
    "first plan of a small topology, cold": cold,
    "first plan of a small topology, warm": lambda: command("plan", _SMALL),
}


_ONE_ROW = """
import json, sys
from benchmarks.planner_scale import ROWS
print(json.dumps(ROWS[sys.argv[1]]()))
"""


def main(beginning: str) -> None:
    """Each row in a process of its own."""
    rows = []
    for name in ROWS:
        if name.startswith(beginning):
            made = subprocess.run(
                [sys.executable, "-c", _ONE_ROW, name],
                cwd=_ROOT, stdout=subprocess.PIPE, check=True,
            )  # fmt: skip
            rows.append({"what": name, **json.loads(made.stdout)})
            print(rows[-1], flush=True)
    out = _ROOT / "out" / "bench"
    out.mkdir(parents=True, exist_ok=True)
    document = {"schema": "netkit/bench/1", "benchmark": "planner_scale", "rows": rows}
    (out / "planner_scale.json").write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
