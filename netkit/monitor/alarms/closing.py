"""What new windows come to, and alarms that no window will ever clear: closed, with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from netkit.model.monitoring.alarm import Move, State, Subject
from netkit.model.monitoring.rules import Condition, Rule
from netkit.model.units import NS_PER_S
from netkit.model.verdict import Verdict
from netkit.monitor.alarms.machine import Transition
from netkit.monitor.alarms.readings import CHANGES, Wanted
from netkit.monitor.alarms.silence import Expected
from netkit.monitor.changes.compare import FlowKey, Series

LEFT = "the flow is no longer in the campaign"
UNTIERED = "the flow has no tier any more"
FORGOTTEN = "what was before it is not kept any more"
UNRULED = "nobody has evaluated its rule for a day"

_UNRULED_NS = 24 * 3600 * NS_PER_S


@dataclass(frozen=True, slots=True)
class Moved:
    """An alarm that was raised or cleared."""

    subject: Subject
    transition: Transition

    @property
    def alarm_id(self) -> str:
        """Of the alarm that this begins or ends."""
        return self.subject.alarm_id(self.transition.alarm_ns)


@dataclass(frozen=True, slots=True)
class Undecided:
    """The last window of a subject was inconclusive; ``wanted`` would decide it."""

    subject: Subject
    start_ns: int
    wanted: Wanted


@dataclass
class Watched:
    """States after the new windows, what moved in order of time, and what is undecided."""

    states: dict[Subject, State] = field(default_factory=dict)
    moved: list[Moved] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)


def close_left(
    found: Watched, before: Mapping[Subject, State], new: Series, expected: Expected, now_ns: int
) -> None:
    """Alarms of flows that have left the campaign: no window will ever clear them."""
    for subject, state in before.items():
        key, last_ns = FlowKey(subject.src, subject.dst, subject.flow), state.last_ns
        if state.since_ns is None or last_ns is None or key in expected.flows:
            continue
        if not any(one.key.start_ns > last_ns for one in new.get(key, ())):
            _end(found, subject, state.since_ns, now_ns, LEFT)


def close_untiered(
    found: Watched,
    before: Mapping[Subject, State],
    holding: Sequence[Rule],
    new: Series,
    now_ns: int,
) -> None:
    """Alarms of tiers of flows that have none any more: no verdict will ever clear them."""
    of_tiers = {one.name for one in holding if one.condition is Condition.TIER}
    for subject in before:
        windows = new.get(FlowKey(subject.src, subject.dst, subject.flow), ())
        since_ns = found.states[subject].since_ns
        if since_ns is None or subject.rule not in of_tiers or not windows:
            continue
        last = max(windows, key=lambda one: one.key.start_ns)
        judged = {last.forward.verdict, last.backward.verdict} != {Verdict.UNKNOWN}
        if last.bound_us is None and not judged:
            _end(found, subject, since_ns, now_ns, UNTIERED)


def close_forgotten(
    found: Watched,
    before: Mapping[Subject, State],
    holding: Sequence[Rule],
    kept_ns: int,
    now_ns: int,
) -> None:
    """Alarms of changes against windows that are not kept any more: nobody can say whether it is as
    it was then, and another change would raise none. What is now is usual from here on."""
    of_changes = {one.name for one in holding if one.condition in CHANGES}
    for subject in before:
        since_ns = found.states[subject].since_ns
        if since_ns is not None and since_ns <= kept_ns and subject.rule in of_changes:
            _end(found, subject, since_ns, now_ns, FORGOTTEN)


def close_unruled(
    found: Watched, before: Mapping[Subject, State], holding: Sequence[Rule], now_ns: int
) -> None:
    """Alarms of rules that are gone or have another name: no window will ever clear them. They may
    be in another file, so that is said of a day in which nobody has evaluated any flow by the rule,
    and some by those that hold; not by those of silence, as they need no windows."""
    last: dict[str, int] = {}
    for subject, state in found.states.items():
        if state.last_ns is not None:
            last[subject.rule] = max(state.last_ns, last.get(subject.rule, state.last_ns))
    day_ns = now_ns - _UNRULED_NS
    by_windows = [one.name for one in holding if one.condition is not Condition.SILENT]
    if not any(last.get(name, day_ns) > day_ns for name in by_windows):
        return
    gone = {rule for rule, last_ns in last.items() if last_ns <= day_ns}
    gone -= {one.name for one in holding}
    for subject, state in before.items():
        stands = found.states[subject].since_ns is not None
        if state.since_ns is not None and stands and subject.rule in gone:
            _end(found, subject, state.since_ns, now_ns, UNRULED)


def _end(found: Watched, subject: Subject, since_ns: int, now_ns: int, reason: str) -> None:
    ended = Transition(Move.CLEARED, now_ns, now_ns, since_ns, reason)
    found.moved.append(Moved(subject, ended))
    found.states[subject] = State((), None, found.states[subject].last_ns)
