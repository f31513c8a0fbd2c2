"""The closed loop in the world: windows from a store, lines in the audit trail, routers changed.

Each step is written down before its next: what was announced, who is in danger, the plan that
follows, that it is applied, and whether it was confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from netkit.emit.network_diff import NetworkDiff, Side, compare
from netkit.errors import NetkitError
from netkit.model.measurement.window import Window, WindowKey, WindowSelection
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.units import NS_PER_S
from netkit.monitor.alarms.silence import Expected
from netkit.monitor.loop.actions import Action, Confirmed, NotConfirmed, PlanChange
from netkit.monitor.loop.state import Loop, LoopState, applied_at, not_applied
from netkit.monitor.loop.step import step
from netkit.report.documents.monitoring.watch_actions import facts_of
from netkit.report.watch_told import Told
from netkit.workflows.monitoring.loop.kept import Kept
from netkit.workflows.routers.audit import plan_digest, record
from netkit.workflows.routers.diff import planned_side

ACTION = "watch"

Windows = Callable[[WindowSelection], Iterable[Window]]
"""A store, as far as the loop asks it."""


def _forgotten(_kept: Kept) -> None:
    """Nobody keeps anything."""


class Routers(Protocol):
    """Routers that can be made to hold a plan."""

    def hold(self, topology: Topology, plan: Plan, routers: Sequence[str]) -> None:
        """Make each of ``routers`` hold its part of a plan, or raise NetkitError."""

    def keep(self) -> None:
        """What they were made to hold was confirmed, and stands."""


@dataclass
class Watch:
    """The loop between a store and routers; :meth:`turn` is called every so often.

    ``now_ns`` tells the time (UTC); ``audit`` is the folder of the audit trail. ``expected`` says
    which windows the campaign asks for, None if nobody knows. ``keep`` is told what whoever starts
    the loop again goes on from.
    """

    loop: Loop
    state: LoopState
    windows: Windows
    routers: Routers
    audit: Path
    now_ns: Callable[[], int]
    campaign: str | None = None
    expected: Expected | None = None
    keep: Callable[[Kept], object] = _forgotten
    _given: set[WindowKey] = field(default_factory=set)

    def turn(self) -> Iterator[Told]:
        """Take one step, and carry out what it comes to; yields each action once it is done.

        What is to be in force is kept before routers are changed, and that they are once they are.
        """
        now_ns, before = self.now_ns(), self.state
        stepped, actions = step(self.loop, before, self._new(now_ns), now_ns)
        if actions:
            self.keep(_between(before, stepped))
        self.state, whole = stepped, True
        for action in actions:
            told = self._carried_out(action)
            whole = whole and told.failed is None
            yield told
        if actions and whole:
            self.keep(_between(self.state, self.state))

    def leave(self) -> Told | None:
        """What is on probation is taken back: nobody would confirm it any more."""
        probation = self.state.probation
        if probation is None:
            return None
        after, measured = self.state.plan, self.state.topology
        self.state = not_applied(self.state)
        pairs = tuple(sorted(probation.waiting))
        why = "the loop was ended"
        told = self._changed(NotConfirmed(pairs, why, probation.before, after, measured))
        if told.failed is None:
            self.keep(Kept(self.state))
        return told

    def _new(self, now_ns: int) -> list[Window]:
        """The windows that are over and were not given before, as far as the loop looks back; again
        those of which a delay is not bounded, as the mesh may be whole only once other sites have
        delivered theirs. Windows of a round are stored when it ends, and may be of its begin."""
        since_ns = now_ns - 2 * self.loop.damping.interval_ns
        far_ns = now_ns - self.loop.reach_ns
        found = self._over(since_ns, now_ns)
        if far_ns < since_ns and self._has_rounds(found):
            since_ns, found = far_ns, self._over(far_ns, now_ns)
        self._given = {
            key
            for key in self._given.union(one.key for one in found if _is_bounded(one))
            if key.start_ns + 2 * key.length_ns > since_ns
        }
        return found

    def _over(self, since_ns: int, now_ns: int) -> list[Window]:
        selection = WindowSelection(self.campaign, until_ns=now_ns, fresh_since_ns=since_ns)
        found = [one for one in self.windows(selection) if one.key not in self._given]
        return [one for one in found if one.key.start_ns + one.key.length_ns <= now_ns]

    def _has_rounds(self, found: Iterable[Window]) -> bool:
        """Whether a flow comes in rounds, or none has come of late: an agent's windows follow each
        other, and to read an hour of them at every turn would take long."""
        if self.expected is None:
            return False
        starts: dict[tuple[str, ...], list[int]] = {}
        lengths: dict[tuple[str, ...], int] = {}
        for key in (*self._given, *(one.key for one in found)):
            flow = key.src, key.dst, key.flow
            starts.setdefault(flow, []).append(key.start_ns)
            lengths[flow] = key.length_ns
        apart = (self.expected.apart_ns(some, lengths[flow]) > lengths[flow]
                 for flow, some in starts.items())  # fmt: skip
        return not starts or any(apart)

    def _carried_out(self, action: Action) -> Told:
        match action:
            case PlanChange() | NotConfirmed():
                return self._changed(action)
            case Confirmed():
                self.routers.keep()
        self._record(action)
        return Told(action)

    def _changed(self, action: PlanChange | NotConfirmed) -> Told:
        """A plan that is to be put in force, or back: written down, done, and how it ended."""
        old, new = action.before, action.after
        back = isinstance(action, NotConfirmed)
        if back:
            old, new = new, old
        diff = _difference(action.measured, old, new)
        names = sorted({*diff[2].changes})
        try:
            self._record(action)
        except (NetkitError, OSError):
            if back:  # what was not confirmed does not stand because a disk is full
                self._hold(action.measured, old, new, names)
            raise
        if isinstance(action, PlanChange) and not action.apply:
            return Told(action, diff)
        try:
            self._hold(action.measured, old, new, names)
        except NetkitError as error:
            self.state = self.state if back else not_applied(self.state)
            self._write("failed", {"routers": names, "why": str(error)})
            return Told(action, diff, str(error))
        self.state = applied_at(self.state, self.now_ns())
        self._write("undone" if back else "applied", {"routers": names})
        return Told(action, diff)

    def _hold(self, topology: Topology, old: Plan, new: Plan, names: Sequence[str]) -> None:
        """All routers, or none: those that were changed before one fails are changed back."""
        for place, name in enumerate(names):
            try:
                self.routers.hold(topology, new, [name])
            except NetkitError:
                self.routers.hold(topology, old, names[:place])
                raise

    def _record(self, action: Action) -> None:
        outcome, facts = facts_of(action)
        if isinstance(action, PlanChange | NotConfirmed):
            plans = {"plan_before": plan_digest(action.before), "plan": plan_digest(action.after)}
            facts |= {"topology": action.measured.name, **plans}
        self._write(outcome, facts)

    def _write(self, outcome: str, facts: Mapping[str, object]) -> None:
        now = datetime.fromtimestamp(self.now_ns() / NS_PER_S, UTC)
        record(self.audit, ACTION, {"campaign": self.campaign, **facts}, now=now, outcome=outcome)


def _between(before: LoopState, after: LoopState) -> Kept:
    """What holds while a step is carried out: a plan on probation is in force for nobody else."""
    waiting = after.probation
    state = after if waiting is None else replace(after, plan=waiting.before, probation=None)
    found = {id(one): one for one in (*_plans(before), *_plans(after)) if one is not state.plan}
    return Kept(state, tuple(found.values()))


def _plans(state: LoopState) -> tuple[Plan, ...]:
    """Those that routers may hold."""
    probation = state.probation
    return (state.plan,) if probation is None else (state.plan, probation.before)


def _is_bounded(window: Window) -> bool:
    """Whether of all its delays is known how far they are off, by clocks or by the mesh."""
    return not any(
        one.delay is not None and one.uncertainty_ns is None and one.certified_ns is None
        for one in (window.forward, window.backward)
    )


def _difference(topology: Topology, old: Plan, new: Plan) -> tuple[Side, Side, NetworkDiff]:
    before = planned_side("plan in force", topology, old)
    after = planned_side("plan on the network as measured", topology, new)
    return before, after, compare(before, after)
