"""Why a measured pair is not decided, and what the ledger of its run found, in words."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.language.words import counted, marked, say
from netkit.model.units import us_to_ms
from netkit.model.verdict import Verdict
from netkit.report.ledger_line import LedgerCause, LedgerFinding
from netkit.report.results import DirectionMeasured, LoopResults, PairResult
from netkit.report.words.units import ms_text


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
            yield say(
                "{src} to {dst}: {doubt} (attempt {attempt})",
                src=src,
                dst=dst,
                doubt=said,
                attempt=measured.attempts,
            )


def _doubt(way: DirectionMeasured, bound_ms: float) -> str | None:
    """Why one direction is not decided; None of one that is."""
    from netkit.stats.judgement import MIN_SAMPLES  # numpy, which no document needs

    least, most = way.judged_least_ms, way.judged_most_ms
    if least is None:
        return None
    if len(way.delays_ms) < MIN_SAMPLES:
        return say("too few probes to judge by ({count})", count=len(way.delays_ms))
    if most is None:
        return say(
            "{least} ms or more against {bound} ms, for of some probes nobody saw how long the "
            "links held them",
            least=ms_text(least), bound=ms_text(bound_ms),
        )  # fmt: skip
    if not least <= bound_ms < most:
        return None
    return say(
        "{least} to {most} ms against {bound} ms, for the machine held probes in the lab's hosts",
        least=ms_text(least), most=ms_text(most), bound=ms_text(bound_ms),
    )  # fmt: skip


_SAID = {
    LedgerCause.OFF_CERTIFICATE: marked("crossed a link that the certificate does not list"),
    LedgerCause.OVER_CERTIFIED: marked(
        "took links that are together slower than the certified worst"
    ),
    LedgerCause.TOO_FAST: marked("held for less than planned, all of them"),
    LedgerCause.TOO_SLOW: marked("held for longer than planned, all of them"),
    LedgerCause.LOST: marked("lost on a link that is to lose fewer"),
    LedgerCause.SWALLOWED: marked("that a router or host kept, and sent on over no link"),
    LedgerCause.UNDER_TRUTH: marked("measured as faster than the links held them"),
    LedgerCause.OVER_TRUTH: marked("held outside the links, by hosts or routers, all of them"),
    LedgerCause.NO_TRUTH: marked("without a record of the links: nothing to compare with"),
    LedgerCause.FEW_PROBES: marked("are too few to tell a stall from a wrong delay"),
    LedgerCause.FEW_LOST: marked(
        "lost on a link that states no loss, so few that the machine may be why"
    ),
    LedgerCause.CROWDED: marked("lost on a link whose queue the probes alone may have filled"),
    LedgerCause.VANISHED: marked("lost, and on no link: by a router or a host of this machine"),
    LedgerCause.OUTSIDE_CERTAIN: marked("whose true delay is outside of what is certified"),
    LedgerCause.IMPOSSIBLE_CLOCKS: marked(
        "on a cycle that is faster than light whatever the clocks say"
    ),
    LedgerCause.BEYOND_CLAIM: marked("measured further off than both clocks claim to be"),
    LedgerCause.DOUBTFUL_CLOCK: marked(
        "of which nothing is certain: a clock was set unseen, or one lies"
    ),
}


def finding_text(one: LedgerFinding) -> str:
    """What was found, on which link, and by how much."""
    text = say(
        "{probes} {finding}", probes=counted(one.probes, "probe"), finding=say(_SAID[one.cause])
    )
    if one.by_us is not None:
        text += say(", by {ms} ms", ms=ms_text(us_to_ms(one.by_us)))
    if one.link is None:
        return text
    return say("{link} from {node}: ", link=one.link, node=one.headend) + text


def ledger_lines(results: LoopResults, *, contradicted: bool) -> Iterator[str]:
    """All contradictions of a run, or all that is inconclusive in it, a line each."""
    for (src, dst), line in results.ledger.items():
        found = line.contradictions if contradicted else line.inconclusive
        for one in found:
            yield say("{src} to {dst}: {finding}", src=src, dst=dst, finding=finding_text(one))


_STATES = {"refuted": marked("refuted"), "open": marked("open"), "agrees": marked("agrees")}


def ledger_word(state: str) -> str:
    """What a table says of a direction in a word."""
    return say(_STATES[state])


def ledger_state(*, contradicted: bool, inconclusive: bool) -> str:
    """``refuted``, ``open`` or ``agrees``."""
    if contradicted:
        return "refuted"
    return "open" if inconclusive else "agrees"


def truth_word(holds: bool | None) -> str:
    """Whether an interval has the truth in it, in a word or two."""
    return say("nothing certain") if holds is None else say("yes" if holds else "no")
