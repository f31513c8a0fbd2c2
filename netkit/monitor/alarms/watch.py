"""New windows through the rules: which alarms are raised and cleared, and what is undecided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from netkit.model.measurement.window import Window
from netkit.model.monitoring.alarm import Reading, State, Subject, Way
from netkit.model.monitoring.rules import Condition, Rule
from netkit.monitor.alarms.machine import Transition, step
from netkit.monitor.alarms.readings import (
    CHANGES,
    MISSING,
    Read,
    Wanted,
    by_change,
    by_loss,
    by_tier,
)
from netkit.monitor.changes.compare import FlowKey, Series, compare
from netkit.monitor.changes.figures import direction
from netkit.monitor.changes.judge import USUAL, Sensitivity
from netkit.monitor.locate.evidence import Quantity

_QUANTITY = {Condition.DELAY: Quantity.DELAY, Condition.JITTER: Quantity.JITTER}


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


def watch(
    campaign: str,
    rules: Sequence[Rule],
    states: Mapping[Subject, State],
    baseline: Series,
    new: Series,
    sensitivity: Sensitivity = USUAL,
) -> Watched:
    """Take every new window through every rule of its campaign.

    ``baseline`` is what conditions of change compare with. Windows that were seen before do not
    count again: the same call twice moves nothing twice. Linear in windows times rules.
    """
    found = Watched(dict(states))
    for rule in rules:
        if rule.campaigns is not None and campaign not in rule.campaigns:
            continue
        for key, windows in sorted(new.items()):
            for way in _ways(rule, key, baseline, windows, sensitivity):
                subject = Subject(campaign, rule.name, key.src, key.dst, key.flow, way)
                reads = _reads(rule, key, way, baseline, windows, sensitivity)
                _follow(found, subject, rule, reads, windows[0].key.length_ns)
    found.moved.sort(key=lambda one: (one.transition.at_ns, one.subject))
    return found


def _ways(
    rule: Rule, key: FlowKey, baseline: Series, windows: Sequence[Window], fine: Sensitivity
) -> list[Way]:
    """Both directions; of a change that clocks hide, the round trip as well."""
    if rule.condition not in CHANGES:
        return [Way.FORWARD, Way.BACKWARD]
    quantity = _QUANTITY[rule.condition]
    return [one.way for one in compare(_only(baseline, key), {key: list(windows)}, quantity, fine)]


def _reads(
    rule: Rule,
    key: FlowKey,
    way: Way,
    baseline: Series,
    windows: Sequence[Window],
    fine: Sensitivity,
) -> Iterator[tuple[int, Read]]:
    for window in windows:
        if rule.condition is Condition.TIER:
            read = by_tier(direction(window, way))
        elif rule.condition is Condition.LOSS:
            read = by_loss(direction(window, way), rule.over or 0.0)
        else:
            quantity = _QUANTITY[rule.condition]
            changes = compare(_only(baseline, key), {key: [window]}, quantity, fine)
            read = by_change(next((one for one in changes if one.way is way), None), rule)
        yield window.key.start_ns, read


def _only(series: Series, key: FlowKey) -> Series:
    return {key: series[key]} if key in series else {}


def _follow(
    found: Watched,
    subject: Subject,
    rule: Rule,
    reads: Iterator[tuple[int, Read]],
    length_ns: int,
) -> None:
    """Step by step, with windows that are missing in between as such."""
    state, last = found.states.get(subject, State()), None
    for start_ns, read in reads:
        for gap_ns in _gaps(state, start_ns, length_ns, max(rule.raises.of, rule.clears.of)):
            state, _ = step(state, rule, gap_ns, MISSING.reading)
        before = state
        state, transition = step(state, rule, start_ns, read.reading)
        if transition is not None:
            found.moved.append(Moved(subject, transition))
        if state is not before:
            last = start_ns, read
    found.states[subject] = state
    if last is not None and last[1].reading is Reading.INCONCLUSIVE and last[1].wanted is not None:
        found.undecided.append(Undecided(subject, last[0], last[1].wanted))


def _gaps(state: State, start_ns: int, length_ns: int, most: int) -> list[int]:
    """Starts of windows that should lie between the last one and this, the latest ``most``."""
    if state.last_ns is None:
        return []
    return list(range(state.last_ns + length_ns, start_ns, length_ns))[-most:]
