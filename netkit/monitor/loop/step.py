"""One step of the loop: windows in, what is to be done out, and the state to go on from.

States of the plan::

    in force ──a pair in danger, a better list──> changed ──apply allowed──> on probation
       ^  ^                                           └── not allowed ──> in force, the change told
       │  └────── every pair inside its tier ──────── on probation
       └───────── a breach, or nothing in time ────── on probation: the plan before is put back
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from netkit.model.measurement.window import Window
from netkit.model.planning.plan import Plan
from netkit.model.upkeep import Pair
from netkit.monitor.loop.actions import (
    Action,
    LinksAnnounced,
    NoBetterList,
    PairsInDanger,
    PlanChange,
)
from netkit.monitor.loop.advertising import Announced, announcements
from netkit.monitor.loop.confirm import confirmed
from netkit.monitor.loop.link_delays import link_delays
from netkit.monitor.loop.observed import least_delays, seen_in
from netkit.monitor.loop.overlay import with_announced
from netkit.monitor.loop.state import Loop, LoopState, Probation, Stepped, lists_of


def step(loop: Loop, state: LoopState, windows: Sequence[Window], now_ns: int) -> Stepped:
    """Go on with new windows; one that is given again counts once."""
    state, decided = confirmed(loop, state, windows, now_ns)
    state, links = _announce(loop, state, windows, now_ns)
    if not state.due or state.probation is not None or _too_soon(loop, state, now_ns):
        return state, (*decided, *links)
    state, changes = _change(loop, replace(state, due=False), now_ns)
    return state, (*decided, *links, *changes)


def _too_soon(loop: Loop, state: LoopState, now_ns: int) -> bool:
    """Not for a change by a clock that was ahead: that time may never come."""
    return state.changed_ns is not None and 0 <= now_ns - state.changed_ns < loop.limits.gap_ns


def _announce(loop: Loop, state: LoopState, windows: Iterable[Window], now_ns: int) -> Stepped:
    seen = loop.of_late((*state.seen, *seen_in(windows, loop.surveyed)), now_ns)
    believed = {link: float(one.delay_us) for link, one in state.announced.items()}
    measured = link_delays(least_delays(seen), believed)
    told = announcements(measured, state.announced, loop.damping, now_ns)
    state = replace(state, seen=seen)
    if not told:
        return state, ()
    new = {one.link: Announced(one.delay_us, now_ns) for one in told}
    topology = with_announced(state.topology, new)
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
    refuted = _refuted(state, found.plan, found.changed)
    if refuted and refuted < {*found.changed}:  # the others are helped without these
        rest = [pair for pair in pairs if pair not in refuted]
        found = loop.planner.replanned(state.plan, state.topology, rest)
        refuted = _refuted(state, found.plan, found.changed)
    if not found.changed:
        return state, tuple(actions)
    why = _forbidden(loop, found.changed, refuted)
    actions.append(
        PlanChange(state.plan, found.plan, state.topology, found.changed, why is None, why)
    )
    if why is None:
        probation = Probation(state.plan, frozenset(found.changed), now_ns)
        state = replace(state, plan=found.plan, probation=probation, changed_ns=now_ns)
    return state, tuple(actions)


def _refuted(state: LoopState, plan: Plan, pairs: Collection[Pair]) -> set[Pair]:
    """The pairs that would be given lists that were not confirmed before."""
    return {pair for pair, _ in lists_of(plan, pairs) & state.refuted}


def _forbidden(loop: Loop, pairs: Sequence[Pair], refuted: Collection[Pair]) -> str | None:
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
    if refuted:
        return f"the same lists of {_named(refuted)} were applied before and not confirmed"
    return None


def _named(pairs: Iterable[Pair]) -> str:
    return ", ".join(f"{src} to {dst}" for src, dst in sorted(pairs))
