"""What a lab adds to delays, by link and by pair, where nothing of it is by chance."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from itertools import permutations
from statistics import median_low

from lab_probes import send, settled

from netkit.files.native.topology import load_topology
from netkit.lab.drills.calm import calm
from netkit.lab.lab import Lab
from netkit.lab.measure import measure
from netkit.model.planning.demand import Demand
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan_options import PlanOptions
from netkit.workflows.boot import LabOptions, boot_lab
from netkit.workflows.lab_backbone import HOSTS
from netkit.workflows.lab_verdict import asked_ns
from netkit.workflows.plan import make_plan

MOST_PAIRS = 12
APART_S = 0.05
BOUND_US = 50_000
"""More than any path of a small lab takes."""


def planned(file, options=PlanOptions()):  # noqa: B008 - it is frozen
    """The topology without losses and variation, and a plan of both directions of up to so many
    pairs of its clusters and cities."""
    topology = calm(load_topology(file))
    names = [node.name for node in topology.active_nodes if node.role in HOSTS["cities"]]
    chosen = [pair for pair in permutations(names, 2) if pair[0] < pair[1]]
    step = max(1, len(chosen) // MOST_PAIRS)
    pairs = [way for pair in chosen[::step][:MOST_PAIRS] for way in (pair, pair[::-1])]
    demands = tuple(Demand(src, dst, BOUND_US) for src, dst in pairs)
    return topology, make_plan(DemandSet(topology, demands), options)


def measured(topology, plan, backend, count):
    """All pairs that have a list both ways, measured in a lab that is gone afterwards."""
    listed = {(p.demand.src, p.demand.dst) for p in plan.pairs if p.primary is not None}
    pairs = [(src, dst) for src, dst in sorted(listed) if src < dst and (dst, src) in listed]
    with boot_lab(topology, plan, options=LabOptions(backend)) as lab:
        return measure(lab, pairs, count=count, interval_ms=50).pairs


def ways(pairs):
    """Of every direction: its ends, and (delay, truth) of each probe, all of which arrived."""
    for pair in pairs:
        for back in (False, True):
            probes = [
                (
                    one.sample.backward_owd_ns if back else one.sample.forward_owd_ns,
                    one.backward if back else one.forward,
                )
                for one in pair.traced
            ]
            yield ((pair.dst, pair.src) if back else (pair.src, pair.dst)), probes


def link_errors(topology, tables, backend, count):
    """Held minus asked in ns, by link and headend, of probes over each link alone, one after the
    other: what does not depend on which of equal paths a kernel takes."""
    found = defaultdict(list)
    with Lab.boot(topology, tables, backend=backend) as lab:
        ends = [
            (one, a, b) for one in topology.all_links for a, b in ((one.a, one.b), (one.b, one.a))
        ]
        for number, (link, src, dst) in enumerate(ends):
            numbers = range(number * count, (number + 1) * count)
            send(lab, src, dst, numbers, APART_S, over=link.fabric or link.id)
        for probe in settled(lab, len(ends) * count, 1).values():
            (hop,) = probe.hops
            asked_ns = 1000 * topology.adjacency[hop.link, hop.headend].delay_us
            found[hop.link, hop.headend].append(hop.held_ns - asked_ns)
    assert len(found) == len(ends)
    return dict(sorted(found.items()))


def pair_errors(topology, pairs):
    """By direction: the delay measured minus that of the links it took, as it is; and without what
    links held too long, what routers between them took, and what hosts and the routers at both ends
    take, at the median over all probes of the lab. That median comes last. All in ns."""
    spent = {
        ends: [(delay_ns, truth.carried_ns, asked_ns(topology, truth)[0]) for delay_ns, truth in of]
        for ends, of in ways(pairs)
    }
    in_hosts_ns = median_low(delay - carried for of in spent.values() for delay, carried, _ in of)
    errors = {
        ends: (
            [delay - asked for delay, _, asked in of],
            [delay - carried - in_hosts_ns for delay, carried, _ in of],
        )
        for ends, of in sorted(spent.items())
    }
    return errors, in_hosts_ns


def at(values: Sequence[int], share: float) -> float:
    """The quantile by nearest rank, in µs."""
    return sorted(values)[math.ceil(share * len(values)) - 1] / 1000
