"""One evaluation of the alarms of a campaign: windows since the last one, through the rules.

What agents and cron call. Run twice, or by two at once, it records nothing twice: alarms and what
is told of them have ids that follow from what they are about and when it began.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from netkit.errors import InputError, did_you_mean
from netkit.model.measurement.window import Window
from netkit.model.monitoring.alarm import Alarm, Event, Move, State, Subject
from netkit.model.monitoring.rules import AlarmRules, Condition, Rule
from netkit.model.units import NS_PER_S
from netkit.monitor.alarms.closing import Moved
from netkit.monitor.alarms.machine import come_back
from netkit.monitor.alarms.readings import CHANGES
from netkit.monitor.alarms.watch import watch
from netkit.monitor.changes.compare import FEWEST_BEFORE, FlowKey, Series, by_flow
from netkit.monitor.locate.evidence import Quantity
from netkit.monitor.locate.location import Location
from netkit.monitor.outcomes import Evaluation
from netkit.report.documents.document import to_text
from netkit.report.documents.monitoring.alarms import event_to_json, evidence_to_json
from netkit.store.alarms.store import AlarmStore
from netkit.workflows.monitoring.locate import FlowRoutes, located
from netkit.workflows.monitoring.mesh import MeshReader
from netkit.workflows.monitoring.reach import HOUR_NS, begins_of

BASELINE_NS = HOUR_NS // 2
"""At least so long before what is judged, or before an alarm began, is what changes are told
against."""

_BASELINE_WINDOWS = FEWEST_BEFORE + 1
"""Of windows that come more rarely it is as many as tell something."""

_BY_THEMSELVES = 20

AROUND_NS = 600 * NS_PER_S
"""Windows from so long before the first bad one are kept with an alarm."""

_QUANTITIES = {
    Condition.TIER: (Quantity.DELAY, Quantity.JITTER),
    Condition.DELAY: (Quantity.DELAY,),
    Condition.JITTER: (Quantity.JITTER,),
    Condition.LOSS: (Quantity.LOSS,),
    Condition.SILENT: (),
}


def evaluate(
    reader: MeshReader, rules: AlarmRules, routes: FlowRoutes | None, now_ns: int
) -> Evaluation:
    """Take what the store has of a campaign through ``rules`` and record what moved.

    ``routes`` are those of :func:`~.locate.flow_routes`; without them no links are named. Raises
    :class:`~netkit.errors.StoreError` with nothing recorded, and
    :class:`~netkit.errors.InputError` where no rule holds for the campaign.
    """
    campaign, kept = reader.campaign, AlarmStore(reader.store)
    _require_rule(campaign, rules)
    states = {one: come_back(state, now_ns) for one, state in kept.states(campaign).items()}
    since_ns, read_ns = begins_of(reader, states, rules, now_ns)
    certified = reader.certified(read_ns, now_ns)
    new = by_flow(certified.windows)
    compared = any(rule.condition in CHANGES for rule in rules.rules)
    baseline = _baseline(reader, states, since_ns, now_ns) if compared else {}
    found = watch(
        campaign, rules.rules, states, baseline, new, expected=reader.expected, now_ns=now_ns,
        since_ns=read_ns, kept_ns=reader.store.kept_since_ns() if compared else 0,
    )  # fmt: skip
    rule_of = {rule.name: rule for rule in rules.rules}
    begun = [one for one in found.moved if one.transition.move is Move.RAISED]
    if begun and not compared:
        baseline = _baseline(reader, states, since_ns, now_ns)
    places = _locations(routes, baseline, new, begun, rule_of)
    alarms = _alarms(begun, reader, rule_of, places, now_ns)
    ended = {
        m.alarm_id: m.transition.at_ns for m in found.moved if m.transition.move is Move.CLEARED
    }
    before = {one.id: one for one in (*kept.alarms(campaign, active=True), *alarms)}
    closed = {one.alarm_id: one.transition.reason for one in found.moved if one.transition.reason}
    for alarm_id, reason in closed.items():
        if alarm_id in before:
            before[alarm_id] = _closed(before[alarm_id], reason)
    events = [
        _event(before[one.alarm_id], one, rules) for one in found.moved if one.alarm_id in before
    ]
    rewritten = {name: before[name].evidence for name in closed if name in before}
    kept.record(found.states, alarms, ended, events, now_ns, rewritten)
    active = kept.alarms(campaign, active=True)
    against = certified.contradictions
    return Evaluation(
        tuple(alarms), tuple(ended), tuple(found.undecided), tuple(active),
        against[max(against)] if against else None,
    )  # fmt: skip


def _require_rule(campaign: str, rules: AlarmRules) -> None:
    """What no rule is for would never raise anything: its name is another one, or they name it
    wrong."""
    if not any(one.holds(campaign) for one in rules.rules):
        named = sorted({name for one in rules.rules for name in one.campaigns or ()})
        raise InputError.single(
            "no rule holds for this campaign", value=campaign,
            expected=f"a rule without campaigns, or with it among them: {', '.join(named)}",
            remedy=did_you_mean(campaign, named),
        )  # fmt: skip


def _baseline(
    reader: MeshReader, states: Mapping[Subject, State], since_ns: int, now_ns: int
) -> Series:
    """Windows before what is judged; of a flow with an alarm those before it began: what is wrong
    for long does not become usual."""
    found = by_flow(_far_enough(reader, reader.read, since_ns) or ())
    begun: dict[FlowKey, int] = {}
    for subject, state in states.items():
        if state.since_ns is not None and state.since_ns <= now_ns:
            key = FlowKey(subject.src, subject.dst, subject.flow)
            begun[key] = min(state.since_ns, begun.get(key, state.since_ns))
    for at_ns in sorted(set(begun.values())):
        found |= _before(reader, [key for key, began in begun.items() if began == at_ns], at_ns)
    return found


Read = Callable[[int, int], tuple[Window, ...] | None]


def _far_enough(reader: MeshReader, read: Read, at_ns: int) -> tuple[Window, ...] | None:
    """What there was before a moment, twice as far back each time until some flow has enough
    windows: how often they come the campaign does not say, an agent may have more than its rounds.
    """
    period_ns = 0 if reader.expected is None else reader.expected.period_ns
    span_ns, longest_ns = BASELINE_NS, _BASELINE_WINDOWS * period_ns
    while True:
        found = read(at_ns - span_ns, at_ns)
        if found is None or span_ns >= longest_ns:
            return found
        if max(map(len, by_flow(found).values()), default=0) >= _BASELINE_WINDOWS:
            return found
        span_ns = min(2 * span_ns, longest_ns)


def _before(reader: MeshReader, keys: Sequence[FlowKey], at_ns: int) -> Series:
    """The windows of these flows before a moment. Of a few they are read by themselves: alarms that
    stand for months began at many moments, and the mesh of each would take a second or two."""
    if len(keys) <= _BY_THEMSELVES:
        alone = {key: _far_enough(reader, partial(reader.of_flow, key), at_ns) for key in keys}
        if None not in alone.values():
            return {key: by_flow(alone[key] or ()).get(key, []) for key in keys}
    then = by_flow(_far_enough(reader, reader.read, at_ns) or ())
    return {key: then.get(key, []) for key in keys}


def _locations(
    routes: FlowRoutes | None,
    baseline: Series,
    new: Series,
    begun: Sequence[Moved],
    rule_of: Mapping[str, Rule],
) -> Mapping[Quantity, Location]:
    """Where what was raised comes from: all flows since the first bad window, against before."""
    if routes is None or not begun:
        return {}
    since_ns = min(one.transition.since_ns for one in begun)
    wanted = [q for one in begun for q in _QUANTITIES[rule_of[one.subject.rule].condition]]
    now = [w for windows in new.values() for w in windows if w.key.start_ns >= since_ns]
    before = [w for windows in (*baseline.values(), *new.values()) for w in windows
              if w.key.start_ns < since_ns]  # fmt: skip
    found = located(routes, before, now, tuple(dict.fromkeys(wanted)))
    return {one.location.quantity: one.location for one in found}


def _alarms(
    begun: Sequence[Moved],
    reader: MeshReader,
    rule_of: Mapping[str, Rule],
    places: Mapping[Quantity, Location],
    now_ns: int,
) -> list[Alarm]:
    """Alarms with their evidence; the windows around the first of them are read once for all."""
    if not begun:
        return []
    around = {one: one.transition.since_ns - AROUND_NS for one in begun}
    series = by_flow(reader.read(min(around.values()), now_ns))
    found = []
    for one, since_ns in around.items():
        subject, moved = one.subject, one.transition
        key = FlowKey(subject.src, subject.dst, subject.flow)
        windows = [one for one in series.get(key, []) if one.key.start_ns >= since_ns]
        mine = [places[q] for q in _QUANTITIES[rule_of[subject.rule].condition] if q in places]
        text = to_text(evidence_to_json(windows, subject.way, moved.since_ns, mine))
        found.append(Alarm(one.alarm_id, subject, moved.since_ns, moved.at_ns, text))
    return found


def _closed(alarm: Alarm, reason: str) -> Alarm:
    """With the reason beside its evidence, as no window says it."""
    return replace(alarm, evidence=to_text({**json.loads(alarm.evidence), "closed": reason}))


def _event(alarm: Alarm, moved: Moved, rules: AlarmRules) -> Event:
    move, at_ns = moved.transition.move, moved.transition.at_ns
    if move is Move.CLEARED:
        alarm = replace(alarm, cleared_ns=at_ns)
    name = f"{alarm.id}-{move.value}"
    told = [
        one.name for one in rules.targets if one.rules is None or alarm.subject.rule in one.rules
    ]
    text = to_text(event_to_json(name, move, at_ns, alarm))
    return Event(name, alarm.id, move, at_ns, text, tuple(told))
