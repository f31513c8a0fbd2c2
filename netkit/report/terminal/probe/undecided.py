"""What keeps the verdict on measured delays from being one, in a few words and in a sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

from netkit.language.words import counted, marked, say
from netkit.model.units import us_to_ms
from netkit.model.verdict import Verdict, judge

if TYPE_CHECKING:
    from netkit.probe.run.flows import Measured
    from netkit.stats.direction import DirectionSummary


class Undecided(StrEnum):
    """Why a direction is inconclusive: the first of these that holds."""

    REFUTED = "refuted"
    FEW = "few"
    FREE = "free"
    UNKNOWN = "unknown"
    LATE = "late"
    POOR = "poor"
    NEAR = "near"


_BRIEFLY = {
    Undecided.REFUTED: marked("the clocks are not what they claim"),
    Undecided.FEW: marked("{count} delays, {least} are needed"),
    Undecided.FREE: marked("a clock is not synchronised"),
    Undecided.UNKNOWN: marked("of {unknown} probes no delay is known"),
    Undecided.LATE: marked("{late} probes came back after the timeout"),
    Undecided.POOR: marked("{poor} delays have no kernel timestamps"),
    Undecided.NEAR: marked("clocks are good to ± {ms} ms"),
}
_OF_TARGETS = {
    Undecided.REFUTED: marked("{targets} inconclusive: stamps refute what clocks claim."),
    Undecided.FEW: marked("{targets} inconclusive: fewer than {least} delays."),
    Undecided.FREE: marked(
        "{targets} inconclusive: at least one clock is not synchronised, so that the error"
        " of one-way delays has no bound."
    ),
    Undecided.UNKNOWN: marked("{targets} inconclusive: too many delays are not known."),
    Undecided.LATE: marked(
        "{targets} inconclusive: too many probes came back after the timeout. Wait longer for each."
    ),
    Undecided.POOR: marked("{targets} inconclusive: too many delays have no kernel timestamps."),
    Undecided.NEAR: marked(
        "{targets} inconclusive: closer to the bound than the clocks are good to."
    ),
}


def why_undecided(found: Measured) -> str:
    """Why the verdict is ``inconclusive``; of the direction that it comes from."""
    from netkit.stats.judgement import MIN_SAMPLES

    kind, way = _undecided(found)
    return say(
        _BRIEFLY[kind],
        count=_known(way), least=MIN_SAMPLES,
        unknown=way.unknown, late=way.late, poor=way.left_out,
        ms=f"{us_to_ms(way.uncertainty_us):.3f}",
    )  # fmt: skip


def undecided_lines(measured: Iterable[Measured]) -> Iterator[str]:
    """A sentence for each kind of doubt among those that are inconclusive."""
    from netkit.stats.judgement import MIN_SAMPLES

    kinds = [_undecided(one)[0] for one in measured if one.verdict is Verdict.INCONCLUSIVE]
    for kind, words in _OF_TARGETS.items():
        if number := kinds.count(kind):
            yield say(words, targets=counted(number, "target"), least=MIN_SAMPLES)


def _undecided(found: Measured) -> tuple[Undecided, DirectionSummary]:
    from netkit.stats.judgement import MIN_SAMPLES

    way = next(
        way for way in (found.forward, found.backward) if way.verdict is Verdict.INCONCLUSIVE
    )
    if found.refuted:
        return Undecided.REFUTED, way
    if _known(way) < MIN_SAMPLES:
        return Undecided.FEW, way
    if math.isinf(way.uncertainty_us):
        return Undecided.FREE, way
    bound_us = math.inf if found.bound_us is None else found.bound_us
    near = judge(way.judged_us, way.uncertainty_us, bound_us) is Verdict.INCONCLUSIVE
    if near:
        return Undecided.NEAR, way
    kinds = (
        (way.unknown, Undecided.UNKNOWN), (way.left_out, Undecided.POOR), (way.late, Undecided.LATE)
    )  # fmt: skip
    return next((kind for number, kind in kinds if number), Undecided.NEAR), way


def _known(way: DirectionSummary) -> int:
    """How many delays a verdict rests on."""
    return way.late + (0 if way.delay is None else way.delay.count)
