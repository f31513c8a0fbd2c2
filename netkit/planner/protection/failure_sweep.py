"""Every single link, node and SRLG failure, in three phases: does each pair keep its tier?

A failure that no branch of the primary crosses changes nothing: no old shortest path that a packet
takes goes away, and no shorter one appears. The others are replayed.

The phases are those of :mod:`netkit.planner.protection.phases`. One failure costs a Dijkstra for
each target asked for after it, and a walk over the branches of each pair concerned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.survival import (
    Effect,
    Failure,
    FailureKind,
    PairSurvival,
    Survival,
)
from netkit.model.progress import Progress
from netkit.planner.compiled import compiler
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.parallel import COMPILED_SHARE, spread
from netkit.planner.protection.phases import Phases
from netkit.planner.protection.ti_lfa import Failed

if TYPE_CHECKING:
    from netkit.planner.protection.swept_lists import SweptLists


def survival(igp: Igp, plan: Plan, *, progress: Progress | None = None) -> Survival:
    """Try every single failure of the network of ``igp`` on every pair of ``plan`` with a list.

    Pairs come in the order of the plan, effects in the order of failures: links, nodes, SRLGs.
    ``progress`` is told how many of the failures that concern a pair are done, of how many.
    """
    pairs = [pair for pair in plan.pairs if pair.primary is not None]
    failures = tuple(single_failures(igp.network))
    concerned = _concerned(igp.network, pairs, failures)
    work = [(failures[number], rows) for number, rows in concerned.items()]
    effects: list[list[Effect]] = [[] for _ in pairs]
    cost = sum(len(hit) for _, hit in work) * len(igp.network.nodes)
    igp = _as_compiled(igp, cost)
    if igp.network.compiled:
        cost //= COMPILED_SHARE
    found = spread(partial(_effects_of_chunk, igp, pairs, _swept(igp, pairs)), work, cost)
    for done, (rows, answers) in enumerate(zip(concerned.values(), found, strict=True), start=1):
        for row, effect in zip(rows, answers, strict=True):
            effects[row].append(effect)
        if progress is not None:
            progress(done, len(work))
    return Survival(
        plan.topology,
        plan.profile,
        failures,
        tuple(
            PairSurvival(pair.demand, len(failures) - 2, tuple(own))
            for pair, own in zip(pairs, effects, strict=True)
        ),
        len(plan.pairs) - len(pairs),
    )


def _as_compiled(igp: Igp, cost: int) -> Igp:
    """The same figures for machine code, where so much work repays loading it."""
    if igp.network.compiled or not compiler.repays(cost):
        return igp
    algorithms = [plane.network.algorithm for plane in igp.flex]
    return Igp.of(replace(igp.network, compiled=True), algorithms)


def single_failures(network: Network) -> Iterator[Failure]:
    """Every link, every node, every SRLG, each sorted by name."""
    for name in sorted(network.arcs_of_link):
        yield Failure(FailureKind.LINK, name)
    for name in sorted(network.index):
        yield Failure(FailureKind.NODE, name)
    for name in network.arcs_of_srlg:
        yield Failure(FailureKind.SRLG, name)


def _concerned(
    network: Network, pairs: Sequence[PairPlan], failures: Iterable[Failure]
) -> dict[int, list[int]]:
    """For each failure, by number, the pairs whose primary may cross it; only where there are."""
    rows: dict[Failure, list[int]] = {}
    for row, pair in enumerate(pairs):
        if pair.primary is None:
            continue
        certificate = pair.primary.certificate
        arcs = [network.arcs[network.arc_index[key]] for key in certificate.links]
        inner = set(certificate.nodes) - {pair.demand.src, pair.demand.dst}
        hit = {Failure(FailureKind.LINK, arc.link_id) for arc in arcs}
        hit |= {Failure(FailureKind.NODE, name) for name in inner}
        hit |= {Failure(FailureKind.SRLG, risk) for arc in arcs for risk in arc.srlgs}
        for failure in hit:
            rows.setdefault(failure, []).append(row)
    return {n: rows[failure] for n, failure in enumerate(failures) if failure in rows}


def _swept(igp: Igp, pairs: Sequence[PairPlan]) -> SweptLists | None:
    """The lists for machine code, where that can answer for all of them."""
    if not igp.network.compiled:
        return None
    from netkit.planner.protection.swept_lists import SweptLists

    return SweptLists.of(igp, pairs)


def _effects_of_chunk(
    igp: Igp,
    pairs: Sequence[PairPlan],
    swept: SweptLists | None,
    work: Sequence[tuple[Failure, list[int]]],
) -> list[list[Effect]]:
    if swept is not None:
        return [swept.effects(failure, rows) for failure, rows in work]
    return [effects(igp, failure, [pairs[row] for row in rows]) for failure, rows in work]


def effects(igp: Igp, failure: Failure, pairs: Sequence[PairPlan]) -> list[Effect]:
    """What ``failure`` does to each of ``pairs``, all of which have a primary."""
    phases = Phases(igp, Failed.by(failure, igp.network))
    return [
        Effect(
            failure,
            phases.repaired(pair).outcome(),
            phases.switched(pair),
            phases.reconverged(pair),
        )
        for pair in pairs
    ]
