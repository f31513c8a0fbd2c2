"""Why a measured pair is not decided, and what the ledger of its run found, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator

from netkit.errors import counted
from netkit.model.units import us_to_ms
from netkit.model.verdict import Verdict
from netkit.report.ledger_line import CertainDelay, LedgerCause, LedgerFinding, LedgerLine
from netkit.report.results import DirectionMeasured, LoopResults, PairResult
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


_SAID = {
    LedgerCause.OFF_CERTIFICATE: "crossed a link that the certificate does not list",
    LedgerCause.OVER_CERTIFIED: "took links that are together slower than the certified worst",
    LedgerCause.TOO_FAST: "held for less than planned, all of them",
    LedgerCause.TOO_SLOW: "held for longer than planned, all of them",
    LedgerCause.LOST: "lost on a link that states no loss",
    LedgerCause.UNDER_TRUTH: "measured as faster than the links held them",
    LedgerCause.OVER_TRUTH: "held outside the links, by hosts or routers, all of them",
    LedgerCause.NO_TRUTH: "without a record of the links: nothing to compare with",
    LedgerCause.FEW_PROBES: "are too few to tell a stall from a wrong delay",
    LedgerCause.FEW_LOST: "lost on a link that states no loss, so few that the machine may be why",
    LedgerCause.VANISHED: "lost, and on no link: by a router or a host of this machine",
    LedgerCause.OUTSIDE_CERTAIN: "whose true delay is outside of what is certified",
    LedgerCause.IMPOSSIBLE_CLOCKS: "on a cycle that is faster than light whatever the clocks say",
    LedgerCause.BEYOND_CLAIM: "measured further off than both clocks claim to be",
    LedgerCause.DOUBTFUL_CLOCK: "of which nothing is certain: a clock was set unseen, or one lies",
}


def finding_text(one: LedgerFinding) -> str:
    """What was found, on which link, and by how much."""
    where = "" if one.link is None else f"{one.link} from {one.headend}: "
    by = "" if one.by_us is None else f", by {ms_text(us_to_ms(one.by_us))} ms"
    return f"{where}{counted(one.probes, 'probe')} {_SAID[one.cause]}{by}"


def ledger_lines(results: LoopResults, *, contradicted: bool) -> Iterator[str]:
    """All contradictions of a run, or all that is inconclusive in it, a line each."""
    for (src, dst), line in results.ledger.items():
        found = line.contradictions if contradicted else line.inconclusive
        for one in found:
            yield f"{src} to {dst}: {finding_text(one)}"


def ledger_word(line: LedgerLine) -> str:
    """What a table says of a direction in a word."""
    if line.contradictions:
        return "refuted"
    return "open" if line.inconclusive else "agrees"


def truth_word(certain: CertainDelay) -> str:
    """Whether an interval has the truth in it, in a word or two."""
    holds = certain.contains_truth
    return "nothing certain" if holds is None else ("yes" if holds else "no")
