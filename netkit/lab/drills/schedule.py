"""When what happens in a drill: its events, and after each cut what the network does about it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from netkit.model.drills.scenario import DrillPhase, Reaction, Scenario
from netkit.model.units import MS_PER_S

_STEP_S = 0.05
_MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Step:
    """At ``at_s`` phase ``phase`` begins to be brought about; ``event`` is the number of the event
    that it follows from. ``share``: how much of an ailment there is from then on; of what grows
    only the first step ``begins`` a phase. ``reacts``: the network does so about a cut, as long
    after it as is planned, whenever that really was."""

    at_s: float
    phase: DrillPhase
    event: int
    share: float = 1.0
    begins: bool = True
    reacts: bool = False


def schedule(scenario: Scenario) -> tuple[Step, ...]:
    """All steps in order of time; what an event brings about ends with the next one."""
    found = [Step(0.0, DrillPhase.BEFORE, -1)]
    ends = [*(event.at_s for event in scenario.events[1:]), scenario.length_s]
    for number, (event, end_s) in enumerate(zip(scenario.events, ends, strict=True)):
        if event.restores:
            found.append(Step(event.at_s, DrillPhase.RESTORED, number))
            continue
        if event.clock is not None:
            found.append(Step(event.at_s, DrillPhase.DEGRADED, number))
            continue
        if event.ailment is not None:
            found += _growing(number, event.at_s, event.ailment.over_s, end_s)
            continue
        found.append(Step(event.at_s, DrillPhase.OUTAGE, number))
        for phase, after_ms in _reactions(scenario.reaction):
            at_s = event.at_s + after_ms / MS_PER_S
            if at_s < end_s:
                found.append(Step(at_s, phase, number, reacts=True))
    return tuple(found)


def _growing(event: int, at_s: float, over_s: float, end_s: float) -> Iterator[Step]:
    """Up to 200 steps from nothing to everything, one if it is there at once."""
    steps = min(_MOST_STEPS, math.ceil(over_s / _STEP_S))
    yield Step(at_s, DrillPhase.DEGRADED, event, 0.0 if steps else 1.0)
    for number in range(1, steps + 1):
        share = number / steps
        if at_s + share * over_s < end_s:
            yield Step(at_s + share * over_s, DrillPhase.DEGRADED, event, share, begins=False)


def _reactions(reaction: Reaction) -> Iterator[tuple[DrillPhase, float]]:
    moments = (
        (DrillPhase.REPAIR, reaction.repair_ms),
        (DrillPhase.BACKUP, reaction.switch_ms),
        (DrillPhase.RECONVERGED, reaction.reconverge_ms),
    )
    yield from ((phase, after_ms) for phase, after_ms in moments if after_ms is not None)
