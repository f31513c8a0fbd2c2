"""What a rule makes of a window: bad, good, or what would have to be known to say so."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import DirectionWindow, Window
from netkit.model.monitoring.alarm import Reading
from netkit.model.monitoring.rules import Condition, Rule
from netkit.model.verdict import Verdict
from netkit.monitor.changes.compare import FlowChange, Why
from netkit.monitor.locate.evidence import Shift, Statement
from netkit.stats.judgement import MIN_SAMPLES

_SURE_Z = 2.576
"""99 % of a normal distribution lie within so many standard deviations."""


class Wanted(StrEnum):
    """What would decide an inconclusive window."""

    MORE_PROBES = "more_probes"
    BETTER_CLOCKS = "better_clocks"
    OTHER_END = "other_end"
    LONGER_BASELINE = "longer_baseline"


@dataclass(frozen=True, slots=True)
class Read:
    """A reading, and of an inconclusive one what would decide it."""

    reading: Reading
    wanted: Wanted | None = None


MISSING = Read(Reading.MISSING)


def by_tier(window: DirectionWindow) -> Read:
    """The verdict of a direction against its tier."""
    if window.verdict is Verdict.PASS:
        return Read(Reading.GOOD)
    if window.verdict is Verdict.BREACH:
        return Read(Reading.BAD)
    if window.verdict is Verdict.UNKNOWN:
        return MISSING
    few = window.delay is None or window.delay.count < MIN_SAMPLES
    wanted = Wanted.MORE_PROBES if few else Wanted.BETTER_CLOCKS
    return Read(Reading.INCONCLUSIVE, wanted)


def by_loss(window: DirectionWindow, over: float) -> Read:
    """Bad where more than ``over`` is lost for certain (99 %), good where less is."""
    if window.sent is None or not window.sent:
        return MISSING
    if window.lost is None:
        return Read(Reading.INCONCLUSIVE, Wanted.OTHER_END)
    low, high = wilson(window.lost, window.sent, _SURE_Z)
    if low > over:
        return Read(Reading.BAD)
    return (
        Read(Reading.GOOD)
        if high <= over or not window.lost
        else Read(Reading.INCONCLUSIVE, Wanted.MORE_PROBES)
    )


def by_silence(window: Window, over: float) -> Read:
    """Loss that nobody knows the direction of, as of a link or a reflector that is down.

    Bad where one of the directions loses more than ``over`` for certain (99 %), whichever that is;
    good where so little has no answer that neither can. Where directions are known they say more.
    """
    counts = Counter(window.outcomes)
    hidden = counts[Outcome.LOST] + counts[Outcome.REFUSED]
    silent = hidden + counts[Outcome.LOST_FORWARD] + counts[Outcome.LOST_BACKWARD]
    sent = counts.total() - counts[Outcome.NOT_SENT]
    if not sent:
        return MISSING
    low, high = wilson(silent, sent, _SURE_Z)
    if high <= over or not silent:
        return Read(Reading.GOOD)
    both = 1 - (1 - over) ** 2
    return Read(Reading.BAD) if hidden and low > both else MISSING


def by_change(change: FlowChange | None, rule: Rule) -> Read:
    """Bad where a flow is slower, or varies more, than before by more than the rule allows."""
    if change is None or change.why in (Why.NONE_NOW, Why.NOT_COUNTED):
        return MISSING
    if change.statement is Statement.UNCHANGED:
        return Read(Reading.GOOD)
    if change.statement is Statement.CHANGED and isinstance(change.seen, Shift):
        return Read(Reading.BAD if change.seen.value > (rule.over or 0.0) else Reading.GOOD)
    few = change.why is Why.FEW_BEFORE
    return Read(Reading.INCONCLUSIVE, Wanted.LONGER_BASELINE if few else Wanted.BETTER_CLOCKS)


def wilson(count: int, of: int, z: float) -> tuple[float, float]:
    """Where the true share lies if ``count`` of ``of`` were seen (Wilson 1927).

    >>> [round(end, 3) for end in wilson(0, 100, 2.576)]
    [0.0, 0.062]
    """
    share, slack = count / of, z * z / of
    middle = (share + slack / 2) / (1 + slack)
    reach = z * math.sqrt(share * (1 - share) / of + slack / (4 * of)) / (1 + slack)
    return max(0.0, middle - reach), min(1.0, middle + reach)


CHANGES = frozenset({Condition.DELAY, Condition.JITTER})
"""Conditions that need a baseline."""
