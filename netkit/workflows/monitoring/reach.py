"""From when on windows are read for an evaluation of alarms: as little as misses none."""

from __future__ import annotations

from collections.abc import Mapping

from netkit.model.monitoring.alarm import State, Subject
from netkit.model.monitoring.rules import AlarmRules, Condition
from netkit.model.units import NS_PER_S
from netkit.monitor.changes.compare import FlowKey
from netkit.workflows.monitoring.mesh import MeshReader

HOUR_NS = 3600 * NS_PER_S
LOOKS_BACK_NS = 24 * HOUR_NS
"""Windows that are older than this, or than two rounds, are not evaluated any more."""


def begins_of(
    reader: MeshReader, states: Mapping[Subject, State], rules: AlarmRules, now_ns: int
) -> tuple[int, int]:
    """From when on windows are evaluated, and from when on they are read: further back for what
    may have been silent."""
    period_ns = 0 if reader.expected is None else reader.expected.period_ns
    since_ns = _since(states, now_ns, period_ns)
    read_ns = _since_silent(states, rules, since_ns, max(LOOKS_BACK_NS, 2 * period_ns))
    begin_ns = now_ns - _behind_ns(period_ns)
    if _has_new_flow(reader, states, rules, begin_ns, read_ns):
        return begin_ns, begin_ns
    return since_ns, read_ns


def _since(states: Mapping[Subject, State], now_ns: int, period_ns: int) -> int:
    """Where the flow that is furthest behind has come to, if it is no more than an hour or two
    rounds behind the others: what a site delivers late counts, as each does when its round ends,
    and a site that is gone holds up nobody. At first an hour before now, or where windows may be as
    long as that, so long before that one is over."""
    seen = [one.last_ns for one in states.values() if one.last_ns is not None]
    if not seen:
        return now_ns - min(max(HOUR_NS, 2 * period_ns), 2 * HOUR_NS)
    behind_ns = _behind_ns(period_ns)
    late = min(last_ns for last_ns in seen if last_ns >= max(seen) - behind_ns)
    return max(now_ns - max(LOOKS_BACK_NS, behind_ns), late)


def _behind_ns(period_ns: int) -> int:
    return max(HOUR_NS, 2 * period_ns)


def _has_new_flow(
    reader: MeshReader,
    states: Mapping[Subject, State],
    rules: AlarmRules,
    begin_ns: int,
    until_ns: int,
) -> bool:
    """Whether a flow that was never evaluated has windows in that time: of a site that is new and
    always delivers later than the others none would ever be read."""
    silent = {one.name for one in rules.rules if one.condition is Condition.SILENT}
    if reader.expected is None or not states or until_ns <= begin_ns:
        return False
    known = {FlowKey(one.src, one.dst, one.flow) for one in states if one.rule not in silent}
    new = reader.expected.flows - known
    found = (reader.of_flow(key, begin_ns, until_ns) for key in sorted(new))
    # What a reflector alone saw is no window of a flow here, and leaves no state.
    return any(
        some is None or any(one.key.observer == one.key.src for one in some) for some in found
    )


def _since_silent(
    states: Mapping[Subject, State], rules: AlarmRules, since_ns: int, reach_ns: int
) -> int:
    """Whether a flow was silent is judged late: what counts for it is read from further back, but
    not from before ``reach_ns``."""
    names = {rule.name for rule in rules.rules if rule.condition is Condition.SILENT}
    seen = [one.last_ns for subject, one in states.items()
            if subject.rule in names and one.last_ns is not None]  # fmt: skip
    return min([since_ns, *(last_ns for last_ns in seen if last_ns > since_ns - reach_ns)])
