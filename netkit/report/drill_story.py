"""A drill told: what happened when, and what customers of each direction noticed."""

from __future__ import annotations

from netkit.language.words import say
from netkit.model.drills.result import DirectionDrill, DrillResult, HappenedAt
from netkit.model.drills.scenario import DrillPhase
from netkit.report.drill_words import moment_text, outages_text, reconvergence_text, slow_text


def happened_text(result: DrillResult, moment: HappenedAt) -> str:
    """What was brought about at a moment, and what routers did about it."""
    words = moment_text(result, moment)
    if moment.phase not in (DrillPhase.OUTAGE, DrillPhase.RESTORED):
        return words
    learnt = (one for one in result.reconvergences if one.event == moment.event)
    return say("; ").join([words, *map(reconvergence_text, learnt)])


def noticed_text(one: DirectionDrill) -> str:
    """One direction in one sentence: how long it was out, how slow it then was, whether it is
    back."""
    parts = outages_text(one) or [say("no probe was lost")]
    over = [text for phase in one.phases if (text := slow_text(one, phase)) is not None]
    if one.phases and one.phases[-1].phase is DrillPhase.RESTORED:
        over.append(say("all is as before at the end" if one.back else "it is not back at the end"))
    return say("; ").join([*parts, *over])
