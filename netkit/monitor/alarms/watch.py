"""New windows through the rules: which alarms are raised and cleared, and what is undecided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from netkit.model.measurement.window import Window
from netkit.model.monitoring.alarm import Reading, State, Subject, Way
from netkit.model.monitoring.rules import Condition, Rule
from netkit.monitor.alarms.closing import (
    Moved,
    Undecided,
    Watched,
    close_forgotten,
    close_left,
    close_unruled,
    close_untiered,
)
from netkit.monitor.alarms.machine import step
from netkit.monitor.alarms.readings import (
    Read,
    by_change,
    by_loss,
    by_silence,
    by_tier,
)
from netkit.monitor.alarms.silence import Expected
from netkit.monitor.changes.compare import Series, compare
from netkit.monitor.changes.judge import USUAL, Sensitivity
from netkit.monitor.locate.evidence import Quantity

_QUANTITY = {Condition.DELAY: Quantity.DELAY, Condition.JITTER: Quantity.JITTER}


def watch(
    campaign: str,
    rules: Sequence[Rule],
    states: Mapping[Subject, State],
    baseline: Series,
    new: Series,
    sensitivity: Sensitivity = USUAL,
    *,
    expected: Expected | None = None,
    now_ns: int = 0,
    since_ns: int = 0,
    kept_ns: int = 0,
) -> Watched:
    """Take every new window through every rule of its campaign.

    ``baseline`` is what conditions of change compare with, ``expected`` which flows are silent if
    they have none from ``since_ns``, where ``new`` begins, to ``now_ns``; an alarm of a flow that
    is not among them is closed once nobody measures it any more, and one of a change once windows
    from before it are not kept, as those before ``kept_ns`` are not. Windows that were seen before
    do not count again: the same call twice moves nothing twice. Linear in windows times rules.
    """
    found = Watched(dict(states))
    holding = [one for one in rules if one.holds(campaign)]
    for rule in holding:
        if rule.condition is Condition.SILENT:
            if expected is not None:
                _listen(found, campaign, rule, new, expected, (since_ns, now_ns))
            continue
        for key, windows in sorted(new.items()):
            about = partial(Subject, campaign, rule.name, key.src, key.dst, key.flow)
            last_ns = found.states.get(about(Way.FORWARD), State()).last_ns
            unseen = [one for one in windows if last_ns is None or one.key.start_ns > last_ns]
            before = {key: baseline.get(key, [])}
            reads: dict[Way, list[_Timed]] = {}
            for one in unseen:
                for way, read in _read(rule, before, {key: [one]}, sensitivity):
                    reads.setdefault(way, []).append((one.key.start_ns, read))
            for way, some in reads.items():
                apart_ns = _apart_ns(found, about(way), windows, expected)
                _follow(found, about(way), rule, some, apart_ns)
    if expected is not None:
        close_left(found, states, new, expected, now_ns)
    close_untiered(found, states, holding, new, now_ns)
    close_forgotten(found, states, holding, kept_ns, now_ns)
    close_unruled(found, states, holding, now_ns)
    found.moved.sort(key=lambda one: (one.transition.at_ns, one.subject))
    return found


def _listen(
    found: Watched,
    campaign: str,
    rule: Rule,
    new: Series,
    expected: Expected,
    span_ns: tuple[int, int],
) -> None:
    """Which flows say nothing: it is about the flow, and so about the way there and back."""
    for key in sorted(expected.flows):
        subject = Subject(campaign, rule.name, key.src, key.dst, key.flow, Way.ROUND_TRIP)
        last_ns = found.states.get(subject, State()).last_ns
        since_ns, now_ns = span_ns
        judged = expected.judged(new.get(key, []), last_ns, now_ns, since_ns)
        reads = [(at_ns, Read(reading)) for at_ns, reading in judged]
        if reads:
            _follow(found, subject, rule, reads, expected.period_ns)


_Timed = tuple[int, Read]


def _read(
    rule: Rule, baseline: Series, now: Series, sensitivity: Sensitivity
) -> Iterator[tuple[Way, Read]]:
    """What a rule makes of one window, way by way: both directions, and the round trip of a change
    that clocks hide, or of losses of which nobody knows the direction."""
    ((window,),) = now.values()
    if rule.condition is Condition.TIER:
        yield Way.FORWARD, by_tier(window.forward)
        yield Way.BACKWARD, by_tier(window.backward)
    elif rule.condition is Condition.LOSS:
        yield Way.FORWARD, by_loss(window.forward, rule.over or 0.0)
        yield Way.BACKWARD, by_loss(window.backward, rule.over or 0.0)
        yield Way.ROUND_TRIP, by_silence(window, rule.over or 0.0)
    else:
        for change in compare(baseline, now, _QUANTITY[rule.condition], sensitivity):
            yield change.way, by_change(change, rule)


def _apart_ns(
    found: Watched, subject: Subject, windows: Sequence[Window], expected: Expected | None
) -> int:
    """How often a flow should have windows: what lies between two rounds is not missing."""
    length_ns = windows[-1].key.length_ns
    if expected is None:
        return length_ns
    recent = found.states.get(subject, State()).recent
    before = [at_ns for at_ns, reading in recent if reading is not Reading.MISSING]
    return expected.apart_ns([*before, *(one.key.start_ns for one in windows)], length_ns)


def _follow(
    found: Watched, subject: Subject, rule: Rule, reads: Sequence[_Timed], apart_ns: int
) -> None:
    """Step by step, with windows that are missing in between as such."""
    state = found.states.get(subject, State())
    for start_ns, read in reads:
        for gap_ns in _gaps(state, start_ns, apart_ns, max(rule.raises.of, rule.clears.of)):
            state, _ = step(state, rule, gap_ns, Reading.MISSING)
        state, transition = step(state, rule, start_ns, read.reading)
        if transition is not None:
            found.moved.append(Moved(subject, transition))
    found.states[subject] = state
    start_ns, read = reads[-1]
    if read.reading is Reading.INCONCLUSIVE and read.wanted is not None:
        found.undecided.append(Undecided(subject, start_ns, read.wanted))


def _gaps(state: State, start_ns: int, apart_ns: int, most: int) -> list[int]:
    """Starts of the times between that of the last window and that of this, the latest ``most``."""
    if state.last_ns is None:
        return []
    first_ns, this_ns = (at_ns // apart_ns * apart_ns for at_ns in (state.last_ns, start_ns))
    return list(range(first_ns + apart_ns, this_ns, apart_ns)[-most:])
