"""Faulty links in the national mesh, one to three at a time: are they named, is anyone accused?

Probes between every hub cluster and every other node of its operator, both ways, by IGP; each flow
takes one branch of the ECMP. Faults are in one direction of a link. Windows are of a minute with 60
packets, 30 before and 5 now; queues add to every packet, clocks wander by 15 µs, and 5 % of the
flows are not measured at all. Faults are on links that some flow measures.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path

import numpy as np
from faulty_mesh import Mesh, hub_city_mesh, measure

from netkit.files.native.topology import load_topology
from netkit.model.srv6.route import Arc
from netkit.monitor.changes.judge import Sensitivity
from netkit.monitor.locate.evidence import Quantity
from netkit.monitor.locate.locate import locate
from netkit.monitor.locate.location import Location

CASES, DISTURBED = 50, 200
MISSING = 0.05
TOPOLOGY = Path(__file__).parents[1] / "topologies" / "east-data-west-compute.yaml"

_SIZES = {Quantity.DELAY: (5e5, 2e7), Quantity.JITTER: (5e5, 2e7), Quantity.LOSS: (0.02, 0.2)}
"""Smallest and largest fault, drawn evenly in the logarithm: ns, and shares of 1."""


def run() -> list[dict[str, object]]:
    """50 cases of each number of faults, of delay, jitter and loss; more where few are accused."""
    mesh = hub_city_mesh(load_topology(TOPOLOGY))
    rows = [
        family(mesh, quantity, faults, elsewhere=0.0)
        for quantity in Quantity
        for faults in (1, 2, 3)
    ]
    # Two or three flows a case that changed for reasons of their own, and accuse nobody.
    return [*rows, family(mesh, Quantity.DELAY, 2, elsewhere=1e-3, cases=DISTURBED)]


def family(
    mesh: Mesh, quantity: Quantity, faults: int, elsewhere: float, cases: int = CASES
) -> dict[str, object]:
    """So many cases of one kind, each from a seed of its own."""
    named = accused = 0
    seconds = []
    for case in range(cases):
        random = np.random.default_rng([faults, case])
        some = mesh.without(MISSING, random)
        low, high = np.log(_SIZES[quantity])
        arcs = some.measured()
        chosen = [arcs[place] for place in random.choice(len(arcs), faults, replace=False)]
        truth = dict(zip(chosen, np.exp(random.uniform(low, high, faults)).tolist(), strict=True))
        evidence = measure(some, truth, quantity, random, elsewhere)
        start = time.perf_counter()
        found = locate(quantity, evidence, Sensitivity().of(quantity))
        seconds.append(time.perf_counter() - start)
        named += is_named(found, truth)
        accused += accuses_innocent(found, truth)
    what = f"{quantity}, {faults} faulty of {len(mesh.measured())} links, {len(mesh.routes)} flows"
    return {
        "what": what + (f", {elsewhere:.1%} disturbed elsewhere" if elsewhere else ""),
        "cases": cases,
        "named_percent": 100 * named / cases,
        "innocent_accused_percent": 100 * accused / cases,
        "median_s": round(float(np.median(seconds)), 3),
        "most_s": round(max(seconds), 3),
    }


def is_named(found: Location, truth: Collection[Arc]) -> bool:
    """The first explanation has every fault, each in a group that no measurement tells apart, and
    nothing else."""
    if not found.explanations:
        return False
    groups = [set(group) for group in found.explanations[0].faults]
    return set(truth) <= set().union(*groups) and all(group & set(truth) for group in groups)


def accuses_innocent(found: Location, truth: Collection[Arc]) -> bool:
    """Some group without any fault has a posterior over a half."""
    over = [one for one in found.suspects if one.posterior > 0.5]
    return any(not set(one.arcs) & set(truth) for one in over)


if __name__ == "__main__":
    for row in run():
        print(row, flush=True)
