"""What the loop goes by, and where it has come to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.srv6.segment_list import Segment
from netkit.model.units import NS_PER_S
from netkit.model.upkeep import Danger, Pair, Replanned
from netkit.monitor.loop.actions import Action
from netkit.monitor.loop.advertising import Announced, Damping
from netkit.monitor.loop.link_delays import LinkKey
from netkit.monitor.loop.observed import FlowKey, Seen, SurveyedPaths

LEAST_PROBATION_NS = 600 * NS_PER_S
"""What is applied has so long to be seen inside its tiers, unless windows come too rarely."""

DELIVERY_NS = 120 * NS_PER_S
"""Windows are decided, written, and perhaps delivered to another database."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far the loop may go by itself: nowhere without ``apply``.

    At most ``pairs`` change at once, on at most ``routers``, all of them in ``reachable`` (None is
    any); after a change nothing is looked at for ``gap_ns``. What is applied has ``probation_ns``
    to be seen inside its tiers; None is ten minutes, or what two of the campaign's periods take.
    """

    apply: bool = False
    pairs: int = 10
    routers: int = 5
    gap_ns: int = 600 * NS_PER_S
    probation_ns: int | None = None
    reachable: frozenset[str] | None = None


PairLists = tuple[Pair, tuple[tuple[Segment, ...], ...]]
"""A pair, and the segments of each list that its headend is given."""


class Planner(Protocol):
    """Who knows what lists hold, and finds others."""

    def in_danger(self, plan: Plan, measured: Topology) -> tuple[Danger, ...]:
        """The pairs that have too little left of their bound."""

    def replanned(self, plan: Plan, measured: Topology, pairs: Collection[Pair]) -> Replanned:
        """The plan with new lists for ``pairs``, and all others as they are."""


@dataclass(frozen=True)
class Loop:
    """What stays as it is: who plans, the survey, which flows measure which pair, and the terms.

    ``period_ns`` is how often the campaign has windows of a flow: that of its rounds, or the length
    of its windows; 0 where nobody knows.
    """

    planner: Planner
    surveyed: Mapping[FlowKey, SurveyedPaths]
    measures: Mapping[FlowKey, Pair] = field(default_factory=dict)
    damping: Damping = field(default_factory=Damping)
    limits: Limits = field(default_factory=Limits)
    period_ns: int = 0

    @property
    def reach_ns(self) -> int:
        """The last window of a flow that is measured ended no longer ago: the next begins anywhere
        within the next period, and is stored when that is over."""
        return 2 * self.period_ns + DELIVERY_NS if self.period_ns else 0

    @property
    def probation_ns(self) -> int:
        """How long what is applied has to be seen inside its tiers."""
        stated_ns = self.limits.probation_ns
        return max(LEAST_PROBATION_NS, self.reach_ns) if stated_ns is None else stated_ns

    def of_late(self, seen: Iterable[Seen], now_ns: int) -> tuple[Seen, ...]:
        """What counts now: all over which the least delay is taken, and of a path that is measured
        more rarely than that the last."""
        last: dict[tuple[LinkKey, ...], Seen] = {}
        held = tuple(dict.fromkeys(seen))
        for one in held:
            known = last.get(one.links)
            if one.end_ns <= now_ns and (known is None or known.end_ns < one.end_ns):
                last[one.links] = one
        return tuple(
            one
            for one in held
            if one.counts(now_ns, self.damping.interval_ns)
            or (last.get(one.links) is one and now_ns - one.end_ns < self.reach_ns)
        )


@dataclass(frozen=True, slots=True)
class Probation:
    """A plan that was applied: which pairs have to be seen inside their tiers since when."""

    before: Plan
    waiting: frozenset[Pair]
    since_ns: int
    seen: frozenset[Pair] = frozenset()


@dataclass(frozen=True)
class LoopState:
    """The plan in force, on the network as it was last announced, and what was seen of late.

    ``due``: links have been announced since the plan was last looked at, or what came of that could
    not be applied. ``refuted`` are lists that were applied and not confirmed.
    """

    plan: Plan
    topology: Topology
    announced: Mapping[LinkKey, Announced]
    seen: tuple[Seen, ...] = ()
    probation: Probation | None = None
    changed_ns: int | None = None
    due: bool = False
    refuted: frozenset[PairLists] = frozenset()


Stepped = tuple[LoopState, tuple[Action, ...]]


def begun(plan: Plan, topology: Topology) -> LoopState:
    """The state before anything was measured."""
    announced = {arc.key: Announced(arc.delay_us) for arc in topology.adjacencies}
    return LoopState(plan, topology, announced)


def applied_at(state: LoopState, now_ns: int) -> LoopState:
    """The routers have the plan since now: windows that began before say nothing of it."""
    if state.probation is None:
        return state
    return replace(state, probation=replace(state.probation, since_ns=now_ns), changed_ns=now_ns)


def not_applied(state: LoopState) -> LoopState:
    """The routers could not be changed, and hold the plan before: after the gap, once more."""
    if state.probation is None:
        return state
    return replace(state, plan=state.probation.before, probation=None, due=True)


def lists_of(plan: Plan, pairs: Collection[Pair]) -> frozenset[PairLists]:
    """The lists that a plan has for these pairs, of each demand."""
    answers = ((one, (one.demand.src, one.demand.dst)) for one in plan.pairs)
    return frozenset(
        (ends, tuple(candidate.segments for candidate in one.configured))
        for one, ends in answers
        if ends in pairs
    )
