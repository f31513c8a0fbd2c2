"""What to build on the national backbone: how long the question takes, and what the answer is."""

from __future__ import annotations

import itertools

from benchmarks.planner import NATIONAL, Row, peak_mb, seconds
from netkit.files.native.topology import load_topology
from netkit.model.planning.augmentation import Advice, Detour
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.tier import PROFILES, tier_demands
from netkit.planner.augment.advise import AdviceOptions, advise
from netkit.planner.augment.detour import detours
from netkit.planner.plan import plan_demands


def all_pairs(k: int) -> Row:
    """Every ordered pair: candidates weighed, the best set proved, all planned before and after."""
    topology = load_topology(NATIONAL)
    names = [node.name for node in topology.active_nodes]
    pairs = tuple(itertools.permutations(names, 2))
    demands = tier_demands(topology, pairs, PROFILES["2023"])
    found: list[Advice] = []
    took = seconds(lambda: found.append(advise(topology, demands, AdviceOptions(k=k))))
    best = found[0].best
    return {
        "what": f"national backbone, {len(demands)} pairs: what to build, best set of {k}",
        "netkit_s": round(took, 2),
        "candidates": found[0].considered,
        "rescued": best.covered,
        "proved": best.proved,
        "together": best.together,
        "certified": sum(change.rescued for change in found[0].changes),
        **peak_mb(),
    }


def worst_detours(worst: int) -> Row:
    """Every ordered pair against light, and what would fix the worst."""
    topology = load_topology(NATIONAL)
    pairs = tuple(itertools.permutations([node.name for node in topology.active_nodes], 2))
    plan = plan_demands(
        topology, tier_demands(topology, pairs, PROFILES["2023"]), PlanOptions(backups=False)
    )
    found: list[tuple[Detour, ...]] = []
    took = seconds(lambda: found.append(detours(topology, plan, worst=worst)))
    return {
        "what": f"national backbone, {len(pairs)} pairs against light, fixes of the worst {worst}",
        "netkit_s_beside_the_plan": round(took, 2),
        "fixed": sum(row.fix is not None and row.fix.inside for row in found[0]),
    }


def run() -> list[Row]:
    """All rows."""
    return [all_pairs(3), worst_detours(1000)]


if __name__ == "__main__":
    for row in run():
        print(row, flush=True)
