"""Every list that the routers accept, tried one after the other, and the planner held against it.

Written from the definitions: walks are enumerated and looked at one by one, with exact fractions
for loss. Nothing here knows how the planner searches.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cached_property

from small_topologies import BruteForce, Walk, allowed, cost, delay_us

from netkit.model.network.topology import Topology
from netkit.model.planning.absent_lists import PairObstacle
from netkit.model.planning.demand import Demand, Metric
from netkit.model.planning.plan import PairPlan
from netkit.model.srv6.segment_list import CandidatePath, Path, Segment

PPB = 10**9

OBJECTIVE: dict[Metric, Callable[[Walk], int]] = {
    Metric.IGP: cost,
    Metric.TE: lambda walk: sum(a.metric if a.te_metric is None else a.te_metric for a in walk),
    Metric.DELAY: delay_us,
    Metric.HOPS: len,
    Metric.COST: lambda walk: sum(arc.cost or 0 for arc in walk),
}

Lists = dict[tuple[Segment, ...], list[Walk]]


class Exhaustive:
    """All walks and lists that keep one demand, on one topology."""

    def __init__(self, topology: Topology, demand: Demand) -> None:
        self.topology, self.demand, self.brute = topology, demand, BruteForce(topology)
        asked = demand.constraints
        self.measure = OBJECTIVE[asked.metric]
        self.shut = {
            node.name
            for node in topology.nodes
            if node.name in asked.exclude_nodes
            or node.operator in asked.exclude_operators
            or {node.hub, node.place} & asked.avoid_regions
        } - {demand.src, demand.dst}

    def inside(self, walk: Walk) -> bool:
        """Is nothing crossed that must not be, and no limit exceeded so far?"""
        asked = self.demand.constraints
        return (
            delay_us(walk) <= self.demand.bound_us
            and (asked.max_hops is None or len(walk) <= asked.max_hops)
            and within(asked.max_jitter_us, [arc.jitter_us for arc in walk])
            and left_over(asked.max_loss_ppb, [arc.loss_ppb for arc in walk])
            and all(
                not {arc.src, arc.dst} & self.shut
                and (not asked.include_any or arc.admin_groups & asked.include_any)
                and asked.include_all <= arc.admin_groups
                and not arc.admin_groups & asked.exclude_any
                and not arc.srlgs & asked.exclude_srlgs
                for arc in walk
            )
        )

    def keeps(self, walk: Walk) -> bool:
        """Does a whole walk keep all that is asked?"""
        demand = self.demand
        nodes = iter([demand.src, *(arc.dst for arc in walk)])
        visits = all(any(n == wanted for n in nodes) for wanted in demand.constraints.waypoints)
        return visits and self.inside(walk) and allowed(self.topology, demand.src, demand.dst, walk)

    @cached_property
    def walks(self) -> list[Walk]:
        """All that keep the demand: simple from waypoint to waypoint, not always as a whole."""
        stops = [self.demand.src, *self.demand.constraints.waypoints, self.demand.dst]
        legs = [self.brute.walks(a, b, igp_only=False) for a, b in itertools.pairwise(stops)]
        whole = (sum(choice, ()) for choice in itertools.product(*legs))
        return [walk for walk in whole if self.keeps(walk)]

    @cached_property
    def lists(self) -> Lists:
        """Every accepted list all branches of which keep the demand, with its branches."""
        return dict(self._grown((), self.demand.src, [()]))

    def _grown(
        self, segments: tuple[Segment, ...], at: str, sofar: list[Walk]
    ) -> Iterator[tuple[tuple[Segment, ...], list[Walk]]]:
        src, dst, brute = self.demand.src, self.demand.dst, self.brute
        whole = [a + b for a in sofar for b in brute.shortest(at, dst)]
        if whole and brute.accepted(src, segments, dst) and all(map(self.keeps, whole)):
            yield segments, whole
        if len(segments) + 1 >= self.topology.node[src].sid_limits.max_h_encaps:
            return
        for step in self._steps:
            to, arc = step.node, self.topology.adjacency.get((step.link or "", step.node))
            more = [a + b for a in sofar for b in brute.shortest(at, step.node, step.algorithm)]
            if arc is not None:
                more, to = [(*walk, arc) for walk in more], arc.dst
            if more and all(map(self.inside, more)):
                yield from self._grown((*segments, step), to, more)

    @cached_property
    def _steps(self) -> list[Segment]:
        return [step for (step,) in self.brute.lists(1)[1:]]

    def key(self, segments: tuple[Segment, ...], walks: list[Walk]) -> tuple[int, int, int]:
        """What the planner minimises, in this order."""
        return len(segments), max(map(self.measure, walks)), max(map(delay_us, walks))

    def apart(self, one: Walk, other: Walk) -> bool:
        """No link, node between or shared risk in common; waypoints may be."""
        shared = {self.demand.src, self.demand.dst, *self.demand.constraints.waypoints}
        inner = [{n for arc in walk for n in (arc.src, arc.dst)} - shared for walk in (one, other)]
        risks = [{risk for arc in walk for risk in arc.srlgs} for walk in (one, other)]
        links = [{arc.link_id for arc in walk} for walk in (one, other)]
        return all(first.isdisjoint(second) for first, second in (inner, risks, links))

    def all_apart(self, some: list[Walk], others: list[Walk]) -> bool:
        """The same of every branch of one list and every branch of another."""
        return all(self.apart(*both) for both in itertools.product(some, others))


def within(most: int | None, figures: list[int | None]) -> bool:
    """Is the sum within the limit, where there is one?"""
    stated = [figure for figure in figures if figure is not None]
    return most is None or (len(stated) == len(figures) and sum(stated) <= most)


def left_over(most_ppb: int | None, figures: list[int | None]) -> bool:
    """Is enough of the traffic left, link after link?"""
    if most_ppb is None or None in figures:
        return most_ppb is None
    return delivered(figures) >= 1 - Fraction(most_ppb, PPB)


def delivered(figures: list[int | None]) -> Fraction:
    """The share of packets that gets through."""
    return math.prod((Fraction(PPB - (ppb or 0), PPB) for ppb in figures), start=Fraction(1))


def faults(case: Exhaustive, answer: PairPlan) -> Iterator[str]:
    """What is wrong with the planner's answer: ``kind: words``, for each fault."""
    yield from _path_faults(case, answer.optimum)
    best = min((case.key(*found) for found in case.lists.items()), default=None)
    primary = answer.primary
    if primary is None:
        if best is not None:
            yield f"false none: a list of {best} exists"
        if answer.reason is None:
            yield "reason: none given"
        return
    own = case.brute.branches(case.demand.src, primary.segments, case.demand.dst)
    yield from _certificate_faults(case, primary, own)
    if own and case.key(primary.segments, own) != best:
        yield f"gap: {case.key(primary.segments, own)} instead of {best}"
    yield from _backup_faults(case, answer, own)


def _path_faults(case: Exhaustive, path: Path | None) -> Iterator[str]:
    best = min(((case.measure(walk), delay_us(walk)) for walk in case.walks), default=None)
    if path is None:
        if best is not None:
            yield f"false none: a path of {best} exists"
        return
    found = tuple(case.topology.adjacency[key] for key in zip(path.links, path.nodes, strict=False))
    if not case.keeps(found):
        yield "certificate: the path breaks what it must keep"
    elif (case.measure(found), delay_us(found)) != best:
        yield f"gap: the path takes {case.measure(found)}, {delay_us(found)} instead of {best}"


def _certificate_faults(case: Exhaustive, list_: CandidatePath, own: list[Walk]) -> Iterator[str]:
    if not own or not all(map(case.keeps, own)):
        yield f"certificate: {list_.segments} breaks what it must keep"
        return
    stated, lost = list_.certificate, [arc.loss_ppb for walk in own for arc in walk]
    links = sorted({arc.key for walk in own for arc in walk})
    figures = (stated.guaranteed_us, stated.best_us, stated.branches, stated.hops, stated.links)
    delays = [delay_us(walk) for walk in own]
    if figures != (max(delays), min(delays), len(own), max(map(len, own)), tuple(links)):
        yield f"certificate: {list_.segments} has other figures"
    jitters = [[arc.jitter_us for arc in walk] for walk in own]
    unknown = any(None in walk for walk in jitters)
    if stated.jitter_us != (None if unknown else max(map(sum, jitters))):
        yield f"certificate: {list_.segments} has another jitter"
    worst = max(1 - delivered([arc.loss_ppb for arc in walk]) for walk in own)
    known = None not in lost
    if known != (stated.loss_ppb is not None) or (
        stated.loss_ppb is not None and abs(stated.loss_ppb - worst * PPB) > 1
    ):
        yield f"certificate: {list_.segments} has another loss"


def _backup_faults(case: Exhaustive, answer: PairPlan, own: list[Walk]) -> Iterator[str]:
    src, dst = case.demand.src, case.demand.dst
    clear = {
        segments: walks for segments, walks in case.lists.items() if case.all_apart(own, walks)
    }
    best = min((case.key(*found) for found in clear.items()), default=None)
    if answer.backup is not None:
        walks = case.brute.branches(src, answer.backup.segments, dst)
        yield from _certificate_faults(case, answer.backup, walks)
        if answer.backup.segments not in clear:
            yield "certificate: the backup is not disjoint"
        elif case.key(answer.backup.segments, walks) != best:
            yield f"gap: a backup of {case.key(answer.backup.segments, walks)} instead of {best}"
        return
    if best is not None:
        yield f"false none: a backup of {best} exists"
    yield from _pair_faults(case, answer)


def _pair_faults(case: Exhaustive, answer: PairPlan) -> Iterator[str]:
    """Of the pair that is decided where there is no backup: paths decide, SID limits aside."""
    src, dst, pair = case.demand.src, case.demand.dst, answer.disjoint_pair
    why = None if answer.disjoint_pair_reason is None else answer.disjoint_pair_reason.obstacle
    exists = any(case.apart(*both) for both in itertools.combinations(case.walks, 2))
    if pair is not None:
        lists = (pair.primary, pair.backup)
        both = [case.brute.branches(src, list_.segments, dst) for list_ in lists]
        for list_, walks in zip(lists, both, strict=True):
            yield from _certificate_faults(case, list_, walks)
        if not case.all_apart(*both):
            yield "certificate: the pair is not disjoint"
    elif why is PairObstacle.PROVED_ABSENT and exists:
        yield "false none: two disjoint paths exist"
    elif why is PairObstacle.SID_LIMIT and not exists:
        yield "certificate: no two disjoint paths exist"
