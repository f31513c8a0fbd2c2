"""Why a measured pair is not decided, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator

from netkit.model.units import us_to_ms
from netkit.model.verdict import Verdict
from netkit.report.results import DirectionMeasured, PairResult
from netkit.report.words.units import ms_text
from netkit.stats.judgement import MIN_SAMPLES


def doubt_lines(pair: PairResult) -> Iterator[str]:
    """A line for each direction whose bound lies in what the emulation leaves in doubt, or that has
    too few probes; nothing of a pair that is decided."""
    measured, demand = pair.measured, pair.plan.demand
    if measured is None or measured.verdict is not Verdict.INCONCLUSIVE:
        return
    there, back = (demand.src, demand.dst), (demand.dst, demand.src)
    ways = ((there, measured.forward, pair.plan), (back, measured.backward, pair.back))
    for (src, dst), way, plan in ways:
        said = None if plan is None else _doubt(way, us_to_ms(plan.demand.bound_us))
        if said is not None:
            yield f"{src} to {dst}: {said} (attempt {measured.attempts})"


def _doubt(way: DirectionMeasured, bound_ms: float) -> str | None:
    """Why one direction is not decided; None of one that is."""
    least, most = way.judged_least_ms, way.judged_most_ms
    if least is None or most is None:
        return None
    if len(way.delays_ms) < MIN_SAMPLES:
        return f"too few probes to judge by ({len(way.delays_ms)})"
    if not least <= bound_ms < most:
        return None
    if math.isinf(most):
        return (
            f"{ms_text(least)} ms or more against {ms_text(bound_ms)} ms, for of some probes "
            "nobody saw how long the links held them"
        )
    return (
        f"{ms_text(least)} to {ms_text(most)} ms against {ms_text(bound_ms)} ms, for the "
        "machine held probes in the lab's hosts"
    )
