"""The states of one alarm, and all that moves it from one to another::

    quiet ── n of the last m windows are bad ──> raised
      ^                                            │
      └──── k of the last l windows are good ──────┘

Windows that are inconclusive or missing count as neither. A transition forgets the windows before
it, so the next needs its own: what follows a clearing does not raise by what had raised before.
Windows come in order of time; one that is not after the last is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from netkit.model.monitoring.alarm import Move, Reading, State
from netkit.model.monitoring.rules import Rule
from netkit.model.units import NS_PER_S

_AGAIN_NS = 300 * NS_PER_S


@dataclass(frozen=True, slots=True)
class Transition:
    """``since_ns`` begins the first window that counted, ``at_ns`` the one that decided;
    ``alarm_ns`` is when the alarm that is raised or cleared began. ``reason`` is why it was closed
    without a window that decided."""

    move: Move
    since_ns: int
    at_ns: int
    alarm_ns: int
    reason: str | None = None


def step(
    state: State, rule: Rule, start_ns: int, reading: Reading
) -> tuple[State, Transition | None]:
    """One window more."""
    if state.last_ns is not None and start_ns <= state.last_ns:
        return state, None
    longest = max(rule.raises.of, rule.clears.of)
    recent = (*state.recent, (start_ns, reading))[-longest:]
    state = replace(state, recent=recent, last_ns=start_ns)
    quiet = state.since_ns is None
    wanted, count = (Reading.BAD, rule.raises) if quiet else (Reading.GOOD, rule.clears)
    counted = [at_ns for at_ns, one in recent[-count.of :] if one is wanted]
    if reading is not wanted or len(counted) < count.least:
        return state, None
    if state.since_ns is None:
        moved = Transition(Move.RAISED, counted[0], start_ns, counted[0])
        return State((), counted[0], start_ns), moved
    return State((), None, start_ns), Transition(Move.CLEARED, counted[0], start_ns, state.since_ns)


def come_back(state: State, now_ns: int) -> State:
    """The state without windows of times that have not come yet, as a clock that was ahead has left
    them: nothing would count until then. Of those before it the last five minutes may count."""
    if state.last_ns is None or state.last_ns <= now_ns:
        return state
    recent = tuple((at_ns, reading) for at_ns, reading in state.recent if at_ns <= now_ns)
    last_ns = recent[-1][0] if recent else now_ns - _AGAIN_NS
    if state.since_ns is not None and last_ns < state.since_ns <= now_ns:
        last_ns = state.since_ns
    return replace(state, recent=recent, last_ns=last_ns)
