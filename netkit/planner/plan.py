"""From demands to a plan: the one entry to the planner.

What is asked is checked, every demand is answered, and the binding SIDs of the whole plan get their
numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.progress import Progress
from netkit.planner.admission import Admission, in_order
from netkit.planner.binding_numbers import numbered
from netkit.planner.checks import checked
from netkit.planner.compiled import compiler
from netkit.planner.network.asked_rows import few
from netkit.planner.network.igp import Igp
from netkit.planner.pair import PairPlanner
from netkit.planner.parallel import COMPILED_SHARE, spread
from netkit.planner.warm_up import warm_up

LONE = 2_000
"""With more nodes than these for each demand machine code, which has all rows made, takes longer
than those alone that are asked for."""


def plan_demands(
    topology: Topology,
    demands: Sequence[Demand],
    options: PlanOptions | None = None,
    *,
    profile: str = "",
    progress: Progress | None = None,
) -> Plan:
    """Plan every demand on a topology, its planned nodes and links aside.

    Demands with a bandwidth come one after the other, by priority and then in their order; all
    others are independent of each other and of them.
    ``progress`` is called with (done, all). Raises :class:`~netkit.errors.InputError` for demands
    between unknown or equal nodes, out of range or without sense, for algorithms that the graph
    does not define, for nodes whose numbers no uSID can carry, and where cost is to be minimised
    but some link states none. The same input gives the same plan.
    """
    options = options or PlanOptions()
    network = checked(topology, demands, options)
    if _compiles(len(network.nodes), len(demands)):
        warm_up()
        network = replace(network, compiled=True)
    igp = Igp.of(network, options.algorithms, asked=few(len(network.nodes), len(demands)))
    order, answers = in_order(demands), dict[int, PairPlan]()
    admission = Admission(igp, options) if order else None
    for number, answer in _answers(igp, demands, options, admission):
        answers[number] = answer
        if progress is not None:
            progress(len(answers), len(demands))
    if admission is not None and options.repack:
        moved = admission.again([answers[number] for number in order])
        answers.update(zip(order, moved, strict=True))
    pairs = tuple(numbered(answers[number] for number in range(len(demands))))
    held = None if admission is None else admission.ledger.reservations()
    return Plan(network.name, profile, pairs, held)


def by_rows(nodes: int, demands: int) -> bool:
    """Does a plan of so many demands on so many nodes make those rows of the IGP alone that it asks
    for?"""
    return few(nodes, demands) and not _compiles(nodes, demands)


def _compiles(nodes: int, demands: int) -> bool:
    return nodes <= LONE * demands and compiler.repays(demands * nodes)


def _answers(
    igp: Igp, demands: Sequence[Demand], options: PlanOptions, admission: Admission | None
) -> Iterator[tuple[int, PairPlan]]:
    free = [number for number, demand in enumerate(demands) if demand.bandwidth_bps is None]
    free.sort(key=lambda number: demands[number].src)  # what a source's demands share is made once
    yield from zip(
        free, plan_pairs(igp, [demands[number] for number in free], options), strict=True
    )
    if admission is not None:
        for number in in_order(demands):
            yield number, admission.answer(demands[number])


_JOINT_WEIGHT = 10

_THREADED = 500
"""Nodes from which on about half of a demand is machine code, and threads, which need no other
code and no other tables, are sooner done than processes."""


def plan_pairs(igp: Igp, demands: Sequence[Demand], options: PlanOptions) -> Iterator[PairPlan]:
    """Answers in the order of ``demands``, as they come."""
    nodes = len(igp.network.nodes)
    cost = len(demands) * nodes
    if options.joint and options.backups:
        cost *= _JOINT_WEIGHT
    threads = igp.network.compiled and nodes >= _THREADED
    if igp.network.compiled and not threads:
        cost //= COMPILED_SHARE
    return spread(partial(_plan_chunk, igp, options), demands, cost, threads=threads)


def _plan_chunk(igp: Igp, options: PlanOptions, demands: Sequence[Demand]) -> list[PairPlan]:
    return list(PairPlanner(igp, options).answers(demands))
