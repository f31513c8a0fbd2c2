"""One step of the loop: windows in, what is to be done out, and the state to go on from.

States of the plan::

    in force ──a pair in danger, a better list──> changed ──apply allowed──> on probation
       ^  ^                                           └── not allowed ──> in force, the change told
       │  └────── every pair inside its tier ──────── on probation
       └───────── a breach, or nothing in time ────── on probation: the plan before is put back
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from netkit.model.measurement.window import Window
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.units import NS_PER_S
from netkit.model.upkeep import Danger, Pair, Replanned
from netkit.model.verdict import Verdict
from netkit.monitor.loop.actions import (
    Action,
    Confirmed,
    LinksAnnounced,
    NoBetterList,
    NotConfirmed,
    PairsInDanger,
    PlanChange,
)
from netkit.monitor.loop.advertising import Announced, Damping, announcements
from netkit.monitor.loop.link_delays import LinkKey, link_delays
from netkit.monitor.loop.observed import FlowKey, Seen, SurveyedPaths, least_delays, seen_in
from netkit.monitor.loop.overlay import with_delays


@dataclass(frozen=True, slots=True)
class Limits:
    """How far the loop may go by itself: nowhere without ``apply``.

    At most ``pairs`` change at once, on at most ``routers``, all of them in ``reachable`` (None is
    any); after a change nothing is looked at for ``gap_ns``. What is applied has ``probation_ns``
    to be seen inside its tiers.
    """

    apply: bool = False
    pairs: int = 10
    routers: int = 5
    gap_ns: int = 600 * NS_PER_S
    probation_ns: int = 600 * NS_PER_S
    reachable: frozenset[str] | None = None


class Planner(Protocol):
    """Who knows what lists hold, and finds others."""

    def in_danger(self, plan: Plan, measured: Topology) -> tuple[Danger, ...]:
        """The pairs that have too little left of their bound."""

    def replanned(self, plan: Plan, measured: Topology, pairs: Collection[Pair]) -> Replanned:
        """The plan with new lists for ``pairs``, and all others as they are."""


@dataclass(frozen=True)
class Loop:
    """What stays as it is: who plans, the survey, which flows measure which pair, and the terms."""

    planner: Planner
    surveyed: Mapping[FlowKey, SurveyedPaths]
    measures: Mapping[FlowKey, Pair] = field(default_factory=dict)
    damping: Damping = field(default_factory=Damping)
    limits: Limits = field(default_factory=Limits)


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

    ``due``: links have been announced since the plan was last looked at.
    """

    plan: Plan
    topology: Topology
    announced: Mapping[LinkKey, Announced]
    seen: tuple[Seen, ...] = ()
    probation: Probation | None = None
    changed_ns: int | None = None
    due: bool = False


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
    """The routers could not be changed, and hold the plan before."""
    if state.probation is None:
        return state
    return replace(state, plan=state.probation.before, probation=None)


def step(loop: Loop, state: LoopState, windows: Sequence[Window], now_ns: int) -> Stepped:
    """Go on with new windows; one that is given again counts once."""
    state, confirmed = _confirm(loop, state, windows, now_ns)
    state, links = _announce(loop, state, windows, now_ns)
    if not state.due or state.probation is not None or _too_soon(loop, state, now_ns):
        return state, (*confirmed, *links)
    state, changes = _change(loop, replace(state, due=False), now_ns)
    return state, (*confirmed, *links, *changes)


def _too_soon(loop: Loop, state: LoopState, now_ns: int) -> bool:
    """Not for a change by a clock that was ahead: that time may never come."""
    return state.changed_ns is not None and 0 <= now_ns - state.changed_ns < loop.limits.gap_ns


def _announce(loop: Loop, state: LoopState, windows: Iterable[Window], now_ns: int) -> Stepped:
    seen = (*state.seen, *seen_in(windows, loop.surveyed))
    seen = tuple(one for one in dict.fromkeys(seen) if one.counts(now_ns, loop.damping.interval_ns))
    believed = {link: float(one.delay_us) for link, one in state.announced.items()}
    measured = link_delays(least_delays(seen), believed)
    told = announcements(measured, state.announced, loop.damping, now_ns)
    state = replace(state, seen=seen)
    if not told:
        return state, ()
    new = {one.link: Announced(one.delay_us, now_ns) for one in told}
    day = datetime.fromtimestamp(now_ns / NS_PER_S, UTC).date().isoformat()
    topology = with_delays(state.topology, {key: one.delay_us for key, one in new.items()}, day)
    known = {**state.announced, **new}
    return replace(state, announced=known, topology=topology, due=True), (LinksAnnounced(told),)


def _change(loop: Loop, state: LoopState, now_ns: int) -> Stepped:
    danger = loop.planner.in_danger(state.plan, state.topology)
    if not danger:
        return state, ()
    pairs = [one.pair for one in danger]
    found = loop.planner.replanned(state.plan, state.topology, pairs)
    actions: list[Action] = [PairsInDanger(danger)]
    if found.left:
        actions.append(NoBetterList(found.left))
    if not found.changed:
        return state, tuple(actions)
    why = _forbidden(loop, found.changed)
    actions.append(
        PlanChange(state.plan, found.plan, state.topology, found.changed, why is None, why)
    )
    if why is None:
        probation = Probation(state.plan, frozenset(found.changed), now_ns)
        state = replace(state, plan=found.plan, probation=probation, changed_ns=now_ns)
    return state, tuple(actions)


def _forbidden(loop: Loop, pairs: Sequence[Pair]) -> str | None:
    """What keeps a change from being applied; the first that does."""
    limits, headends = loop.limits, {src for src, _ in pairs}
    if not limits.apply:
        return "it was not asked to apply"
    if len(pairs) > limits.pairs:
        return f"it would change {len(pairs)} pairs, and {limits.pairs} is the limit"
    if len(headends) > limits.routers:
        return f"it would change {len(headends)} routers, and {limits.routers} is the limit"
    beyond = headends - limits.reachable if limits.reachable is not None else set()
    if beyond:
        return f"{', '.join(sorted(beyond))} cannot be changed from here"
    measured = {ends for pair in loop.measures.values() for ends in (pair, pair[::-1])}
    unmeasured = set(pairs) - measured
    if unmeasured:
        return f"no flow of the campaign measures {_named(unmeasured)}, so nothing could confirm it"
    return None


def _confirm(loop: Loop, state: LoopState, windows: Sequence[Window], now_ns: int) -> Stepped:
    probation = state.probation
    if probation is None:
        return state, ()
    if probation.since_ns > now_ns:  # by a clock that was ahead: it begins now
        probation = replace(probation, since_ns=now_ns)
    verdicts = list(_verdicts(loop, windows, probation))
    broken = sorted({pair for pair, verdict in verdicts if verdict is Verdict.BREACH})
    passed = {pair for pair, verdict in verdicts if verdict is Verdict.PASS}
    probation = replace(probation, seen=probation.seen | passed)
    missing = sorted(probation.waiting - probation.seen)
    late = now_ns - probation.since_ns > loop.limits.probation_ns
    if broken or (missing and late):
        why = "it breaks its tier" if broken else "nothing has shown it inside its tier in time"
        pairs = tuple(broken or missing)
        told = NotConfirmed(pairs, why, probation.before, state.plan, state.topology)
        return replace(state, plan=probation.before, probation=None, changed_ns=now_ns), (told,)
    if missing:
        return replace(state, probation=probation), ()
    return replace(state, probation=None), (Confirmed(tuple(sorted(probation.waiting))),)


def _verdicts(
    loop: Loop, windows: Iterable[Window], probation: Probation
) -> Iterator[tuple[Pair, Verdict]]:
    """Of the pairs on probation, by whole windows since the change: each direction is a pair."""
    for window in windows:
        key = window.key
        pair = loop.measures.get((key.src, key.dst, key.flow))
        if pair is None or key.observer != key.src or key.start_ns < probation.since_ns:
            continue
        for ends, one in ((pair, window.forward), (pair[::-1], window.backward)):
            if ends in probation.waiting:
                yield ends, one.verdict


def _named(pairs: Iterable[Pair]) -> str:
    return ", ".join(f"{src} to {dst}" for src, dst in sorted(pairs))
