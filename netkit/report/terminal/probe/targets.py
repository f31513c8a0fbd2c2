"""Several targets at once, as people see them: one table, a line a target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from netkit.errors import ExitCode
from netkit.language.words import counted, say
from netkit.model.units import ns_to_ms, us_to_ms
from netkit.model.verdict import Verdict
from netkit.report.documents.probe.send import total
from netkit.report.terminal.probe.send import judged_word
from netkit.report.terminal.probe.undecided import undecided_lines, why_undecided
from netkit.report.words.text import visible
from netkit.report.words.units import MISSING

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

    from netkit.model.measurement.campaign import CampaignFlow
    from netkit.planner.coverage.load import Load, Rate
    from netkit.probe.run.flows import Measured
    from netkit.probe.run.many import TargetResult
    from netkit.probe.sender.result import Snapshot
    from netkit.stats.direction import DirectionSummary

TARGETS_SHOWN = 20
"""On a screen, unless somebody asks for more."""
_NAME_WIDTH = 14


_Row = tuple[str, "TargetResult", "Measured | None"]


def targets_table(
    title: str, rows: Sequence[_Row], *, width: int, limit: int | None = None
) -> RenderableType:
    """A line a target: what came back, what is judged each way, the round trip, the verdict.

    Of more than ``limit`` targets the worst, in their order.
    """
    from rich.console import Group

    from netkit.report.terminal.plan import add_figures, left_out, new_table
    from netkit.report.terminal.screen import WIDE

    wide = width >= WIDE
    table = new_table(say("{title}, one-way delay in ms", title=title), width)
    # Of a row that does not say whose it is the figures are of no use.
    table.add_column(say("Target"), min_width=_NAME_WIDTH, overflow="fold")
    if wide:
        add_figures(table, "Replies")
    add_figures(table, "Lost >/<", "Forward", "Backward")
    if wide:
        add_figures(table, "RTT p50")
    table.add_column(say("Verdict"), overflow="fold")
    shown = _worst(rows, limit)
    for name, reached, found in shown:
        table.add_row(visible(name), *_cells(reached, found, wide=wide))
    return Group(table, *left_out(len(rows) - len(shown), "more target"), *_doubts(rows))


def reason(reached: TargetResult, found: Measured | None) -> str:
    """Why a target is not what it should be, in a few words; empty where it is."""
    if found is None:
        return reached.error or say("not probed")
    if found.silent:
        return _silence(reached)
    if reached.result is not None and found.verdict is Verdict.UNKNOWN:
        others = [one for one in reached.result.flows if one.session.path.other_ways]
        return say("replies took another way back than asked for") if others else ""
    if found.verdict is Verdict.INCONCLUSIVE:
        return say("inconclusive, {why}", why=why_undecided(found))
    return say("breach") if found.verdict is Verdict.BREACH else ""


def _silence(reached: TargetResult) -> str:
    """No answer at all, and what happened to probes and answers instead."""
    flows = () if reached.result is None else reached.result.flows
    notes = sum((Counter(flow.session.notes) for flow in flows), Counter[str]())
    return say("no answer") + "".join(f"; {note}" for note, _ in notes.most_common(1))


def _doubts(rows: Sequence[_Row]) -> Iterator[Text]:
    """What would decide the verdicts that are none, a line for each kind."""
    from rich.text import Text

    for line in undecided_lines(found for _, _, found in rows if found is not None):
        yield Text(line)


def _worst(rows: Sequence[_Row], limit: int | None) -> list[_Row]:
    """At most ``limit`` rows: without an answer, then by exit code, then as they stand."""

    def badness(number: int) -> tuple[int, int]:
        found = rows[number][2]
        return (-int(ExitCode.UNKNOWN if found is None else found.code), number)

    return [rows[number] for number in sorted(sorted(range(len(rows)), key=badness)[:limit])]


def _cells(reached: TargetResult, found: Measured | None, *, wide: bool) -> Iterator[str]:
    if found is None:
        yield from [MISSING] * (5 if wide else 3)
        yield reached.error or say("not probed")
        return
    counts = total([asdict(summary.counts) for summary in found.summaries])
    round_trip = found.summaries[0].round_trip
    lost = f"{counts['lost_forward']}/{counts['lost_backward']}"
    if counts["refused"]:
        lost = say("{count} refused", count=counts["refused"])
    if counts["not_sent"]:
        lost = say("{count} not sent", count=counts["not_sent"])
    if wide:
        yield say("{part} of {all}", part=counts["received"], all=counts["sent"])
    yield f"{counts['lost_unknown']} ?" if counts["lost_unknown"] else lost
    yield _judged(found.forward)
    yield _judged(found.backward)
    if wide:
        yield MISSING if round_trip is None else f"{ns_to_ms(round_trip.p50_ns):.3f}"
    yield MISSING if found.bound_us is None else _verdict(found, found.bound_us)


def _verdict(found: Measured, bound_us: float) -> str:
    return f"{us_to_ms(bound_us):g} ms {judged_word(found)}"


def _judged(way: DirectionSummary) -> str:
    return MISSING if way.judged_us is None else f"{way.judged_on} {us_to_ms(way.judged_us):.3f}"


def live_table(title: str, rows: Sequence[tuple[str, Snapshot]], *, width: int) -> Table:
    """How each target stands while a run goes on; the round trip is the median of the latest."""
    from netkit.report.terminal.plan import add_figures, new_table

    table = new_table(title, width)
    table.add_column(say("Target"), overflow="fold")
    add_figures(table, "Sent", "Replies", "Overdue", "Round trip p50, ms")
    for name, one in rows:
        recent = sorted(one.round_trips_ns)
        p50 = f"{ns_to_ms(recent[(len(recent) - 1) // 2]):.3f}" if recent else MISSING
        table.add_row(visible(name), str(one.sent), str(one.answered), str(one.overdue), p50)
    return table


def flow_lines(flows: Sequence[CampaignFlow], limit: int | None = None) -> Iterator[str]:
    """Who sends what to whom, a line each of the first ``limit``."""
    for flow in flows[:limit]:
        way = flow.segment_list or (say("segments") if flow.segments else "igp")
        yield say(
            "{src} > {dst} {flow}: {probes} of {bytes} bytes, {spacing} {ms} ms, DSCP {dscp}, "
            "over {way}{back}; {tier}",
            src=flow.src, dst=flow.dst, flow=flow.name, probes=counted(flow.count, "probe"),
            bytes=flow.request_bytes, spacing=say("Poisson, mean" if flow.poisson else "every"),
            ms=f"{ns_to_ms(flow.interval_ns):g}", dscp=flow.dscp, way=way,
            back=say(" and back over segments") if flow.return_segments else "",
            tier=say("no tier") if flow.bound_us is None else f"{flow.bound_us / 1000:g} ms",
        )  # fmt: skip
    if limit is not None and (more := len(flows[limit:])):
        yield say("{things} more", things=counted(more, "flow"))


def load_lines(load: Load, limit: int | None = None) -> Iterator[str]:
    """What each site sends while it does, and the busiest links; the ``limit`` first of each."""
    loudest = sorted(load.sites.items(), key=lambda one: (-one[1].bps, one[0]))
    for site, rate in loudest[:limit]:
        yield say("site {site}: {rate}, replies counted", site=site, rate=_rate(rate))
    if limit is not None and (more := len(loudest[limit:])):
        yield say("{things} more, with less", things=counted(more, "site"))
    busiest = sorted(load.links.items(), key=lambda one: (-one[1].bps, one[0]))
    for (link, headend), rate in busiest[:limit]:
        yield say(
            "link {link} from {node}: at most {rate}", link=link, node=headend, rate=_rate(rate)
        )
    if limit is not None and (more := len(busiest[limit:])):
        yield say("{things} more, with less", things=counted(more, "link direction"))
    if load.unplaced:
        unplaced = counted(load.unplaced, "direction")
        yield say(
            "{directions} of flows over links that are not known: between operators, of sites "
            "without a node, or over SIDs that the topology does not have",
            directions=unplaced,
        )


def _rate(rate: Rate) -> str:
    return say("{pps} packets/s, {bps} bit/s", pps=f"{rate.pps:g}", bps=f"{rate.bps:g}")
