"""A pair's lists beside primary and backup, as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from netkit.language.words import say
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.srv6.segment_list import CandidatePath
from netkit.report.documents.document import ms
from netkit.report.segments import steering_names
from netkit.report.terminal.plan import add_figures, left_out, new_table
from netkit.report.words.text import list_text, visible
from netkit.report.words.units import ms_text

_Row = tuple[str, int, CandidatePath]


def alternatives_table(
    plan: Plan, topology: Topology, *, width: int, limit: int | None = None
) -> Iterator[RenderableType]:
    """The alternatives of every pair, best first, a row a list; nothing without any."""
    rows = [
        (f"{pair.demand.src} → {pair.demand.dst}", number, candidate)
        for pair in plan.pairs
        for number, candidate in enumerate(pair.alternatives, start=1)
    ]
    title = say("Alternatives, best first by the metric")
    yield from _table(title, say("No."), rows, topology, width, limit)


def shares_table(
    plan: Plan, topology: Topology, *, width: int, limit: int | None = None
) -> Iterator[RenderableType]:
    """The weighted lists of every pair that is split, heaviest first; nothing without any."""
    rows = [
        (f"{pair.demand.src} → {pair.demand.dst}{role}", share.weight, share.candidate)
        for pair in plan.pairs
        for role, shares in (("", pair.shares), (say(", backup"), pair.backup_shares))
        for share in shares
    ]
    title = say("Split by weight, the heaviest list first")
    yield from _table(title, say("Weight"), rows, topology, width, limit)


def _table(
    title: str,
    figure: str,
    rows: Sequence[_Row],
    topology: Topology,
    width: int,
    limit: int | None,
) -> Iterator[RenderableType]:
    """A row a list, the pair's name on its first."""
    if not rows:
        return
    table = new_table(title, width)
    table.add_column(say("Pair"), ratio=2, overflow="fold")
    add_figures(table, figure, "Cost", "Planned", "SIDs")
    table.add_column(say("Segment list"), ratio=3, overflow="fold")
    last = ""
    for pair, number, candidate in rows[:limit]:
        name = "" if pair == last else visible(pair)
        table.add_row(Text(name), str(number), *_figures(candidate, topology))
        last = pair
    yield table
    if limit is not None:
        yield from left_out(len(rows[limit:]), "more list")


def _figures(candidate: CandidatePath, topology: Topology) -> Iterator[RenderableType]:
    yield str(candidate.path.cost)
    yield ms_text(ms(candidate.certificate.guaranteed_us))
    yield str(candidate.sid_count)
    names = steering_names(candidate, topology)
    yield Text(visible(list_text(names, 3)) if names else say("by IGP alone"))
