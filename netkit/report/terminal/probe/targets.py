"""Several targets at once, as people see them: one table, a line a target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from netkit.errors import counted
from netkit.model.planning.tier import BASIS
from netkit.model.units import ns_to_ms, us_to_ms
from netkit.report.documents.probe.send import total

if TYPE_CHECKING:
    from rich.table import Table

    from netkit.model.measurement.campaign import CampaignFlow
    from netkit.planner.coverage.load import Load, Rate
    from netkit.probe.run.flows import Measured
    from netkit.probe.run.many import TargetResult
    from netkit.probe.sender.result import Snapshot
    from netkit.stats.direction import DirectionSummary

_BUSIEST = 20
_NONE = "-"
_NAME_WIDTH = 14
_HEADINGS = ("back", "lost >/<", "forward", "backward", "rtt p50", "verdict")


def targets_table(title: str, rows: Sequence[tuple[str, TargetResult, Measured | None]]) -> Table:
    """A line a target: what came back, what is judged each way, the round trip, the verdict."""
    from rich import box
    from rich.table import Table

    table = Table(
        title=f"{title}, {BASIS} delay in ms", title_justify="left", box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0), pad_edge=False,
    )  # fmt: skip
    # Of a row that does not say whose it is the figures are of no use.
    table.add_column("", min_width=_NAME_WIDTH, overflow="fold")
    for heading in _HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for name, reached, found in rows:
        table.add_row(name, *_cells(reached, found))
    return table


def _cells(reached: TargetResult, found: Measured | None) -> list[str]:
    if found is None:
        return [*[_NONE] * (len(_HEADINGS) - 1), reached.error or "not probed"]
    counts = total([asdict(summary.counts) for summary in found.summaries])
    round_trip = found.summaries[0].round_trip
    lost = f"{counts['lost_forward']}/{counts['lost_backward']}"
    if counts["refused"]:
        lost = f"{counts['refused']} refused"
    return [
        f"{counts['received']} of {counts['sent']}",
        f"{counts['lost_unknown']} ?" if counts["lost_unknown"] else lost,
        _judged(found.forward),
        _judged(found.backward),
        _NONE if round_trip is None else f"{ns_to_ms(round_trip.p50_ns):.3f}",
        _NONE if found.bound_us is None else _verdict(found, found.bound_us),
    ]


def _verdict(found: Measured, bound_us: float) -> str:
    judged = "degraded" if found.degraded else str(found.verdict)
    return f"{us_to_ms(bound_us):g} ms {judged}"


def _judged(way: DirectionSummary) -> str:
    return _NONE if way.judged_us is None else f"{way.judged_on} {us_to_ms(way.judged_us):.3f}"


def live_table(title: str, rows: Sequence[tuple[str, Snapshot]]) -> Table:
    """How each target stands while a run goes on; the round trip is the median of the latest."""
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    table.add_column("")
    for heading in ("sent", "back", "overdue", "round trip p50 ms"):
        table.add_column(heading, justify="right")
    for name, one in rows:
        recent = sorted(one.round_trips_ns)
        p50 = f"{ns_to_ms(recent[(len(recent) - 1) // 2]):.3f}" if recent else _NONE
        table.add_row(name, str(one.sent), str(one.answered), str(one.overdue), p50)
    return table


def flow_lines(flows: Sequence[CampaignFlow]) -> Iterator[str]:
    """Who sends what to whom, a line each."""
    for flow in flows:
        way = flow.segment_list or ("segments" if flow.segments else "igp")
        back = " and back over segments" if flow.return_segments else ""
        spacing = "Poisson, mean" if flow.poisson else "every"
        tier = "no tier" if flow.bound_us is None else f"{flow.bound_us / 1000:g} ms"
        yield (
            f"{flow.src} > {flow.dst} {flow.name}: {counted(flow.count, 'probe')} of"
            f" {flow.request_bytes} bytes, {spacing} {ns_to_ms(flow.interval_ns):g} ms,"
            f" DSCP {flow.dscp}, over {way}{back}; {tier}"
        )


def load_lines(load: Load) -> Iterator[str]:
    """What each site sends while it does, and the busiest links."""
    for site, rate in load.sites.items():
        yield f"site {site}: {_rate(rate)}, replies counted"
    busiest = sorted(load.links.items(), key=lambda one: (-one[1].bps, one[0]))
    for (link, headend), rate in busiest[:_BUSIEST]:
        yield f"link {link} from {headend}: at most {_rate(rate)}"
    if len(busiest) > _BUSIEST:
        more = counted(len(busiest) - _BUSIEST, "link direction")
        yield f"{more} more, with less (--json has all)"
    if load.unplaced:
        yield f"{counted(load.unplaced, 'direction')} of flows over links that are not known"


def _rate(rate: Rate) -> str:
    return f"{rate.pps:g} packets/s, {rate.bps:g} bit/s"
