"""The plan as a table for a terminal of a given width, and what all such tables share.

Names come from files of others: they are shown as plain text, never as markup.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from netkit.language.words import counted, say
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.units import us_to_ms
from netkit.model.verdict import Verdict
from netkit.report.documents.document import ms
from netkit.report.results import planned_us
from netkit.report.segments import hand_over, steering_names
from netkit.report.terminal.screen import FULL, WIDE
from netkit.report.words.backups import faster_backup_text
from netkit.report.words.reasons import reason_text
from netkit.report.words.text import bounds_words, list_text, verdict_word, visible, worth_showing
from netkit.report.words.units import MISSING, bound_text, ms_text

REASONS_SHOWN = 3

VERDICT_STYLE = {
    Verdict.PASS: "green",
    Verdict.BREACH: "bold red",
    Verdict.INCONCLUSIVE: "yellow",
    Verdict.UNKNOWN: "magenta",
}


def plan_table(
    plan: Plan, topology: Topology, *, width: int, limit: int | None = None
) -> RenderableType:
    """The plan, a row a pair; of more than ``limit`` pairs those first that do not pass.

    With a limit, why pairs have no list is said of the first few. What it all comes to:
    :func:`~netkit.report.terminal.plan_answer.plan_answer`.
    """
    wide = width >= WIDE
    table = new_table(
        say(
            "{topology}: planned delay, one-way, ms; {bounds}",
            topology=plan.topology,
            bounds=bounds_words(plan.profile),
        ),
        width,
    )
    table.add_column(say("Pair"), ratio=3, overflow="fold")
    add_figures(table, "Floor", "Planned", "Bound")
    if wide:
        table.add_column(say("Segment list"), ratio=4, overflow="fold")
    else:
        add_figures(table, "SIDs")
    add_figures(table, "Backup")
    table.add_column(say("Verdict"), no_wrap=True)
    shown = worth_showing(plan.pairs, limit, lambda pair: pair.verdict)
    over = [_hand_over_text(pair, topology) for pair in shown]
    across = wide and any(over)
    if across:
        table.add_column(say("Hand-over"), ratio=2, overflow="fold")
    for pair, where in zip(shown, over, strict=True):
        row = _row(pair, topology, wide=wide)
        table.add_row(*row, *([Text(where or MISSING)] if across else []))
    more = left_out(len(plan.pairs) - len(shown), "more pair")
    most = None if limit is None else REASONS_SHOWN
    return Group(table, *more, *_about_pairs(shown), *reasons(shown, most))


def _row(pair: PairPlan, topology: Topology, *, wide: bool) -> Iterator[RenderableType]:
    demand, primary = pair.demand, pair.primary
    yield Text(visible(f"{demand.src} → {demand.dst}"))
    yield ms_text(ms(pair.floor_us))
    yield ms_text(ms(planned_us(pair)))
    yield bound_text(us_to_ms(demand.bound_us))
    if wide:
        yield Text(segments_text(pair, topology, most=3))
    else:
        yield MISSING if primary is None else str(primary.sid_count)
    yield _backup_text(pair)
    yield verdict_text(pair.verdict)


def _hand_over_text(pair: PairPlan, topology: Topology) -> str | None:
    """The direct connect or the exchange that the primary crosses; None inside one operator."""
    over = None if pair.primary is None else hand_over(pair.primary, topology)
    return None if over is None else visible(topology.link[over.link_id].fabric or over.label)


def _backup_text(pair: PairPlan) -> str:
    """What the backup guarantees; or the slower of two disjoint lists chosen together."""
    if pair.backup is not None:
        return ms_text(ms(pair.backup.certificate.guaranteed_us))
    if pair.backup_shares:
        worst_us = max(one.candidate.certificate.guaranteed_us for one in pair.backup_shares)
        return ms_text(ms(worst_us))
    if pair.disjoint_pair is None:
        return say("none")
    both = pair.disjoint_pair.primary, pair.disjoint_pair.backup
    slower_us = max(one.certificate.guaranteed_us for one in both)
    return say("pair {delay}", delay=ms_text(ms(slower_us)))


def _about_pairs(pairs: Sequence[PairPlan]) -> Iterator[Text]:
    """What the backup column means where it says ``pair``, or less than the primary takes."""
    faster = sum(faster_backup_text(pair) is not None for pair in pairs)
    if faster:
        rule = say(
            "{backups} faster than the primary: inside the bound the list with the fewest SIDs is "
            "primary, then the least metric",
            backups=counted(faster, "backup"),
        )
        yield Text(rule, "dim")
    if any(pair.backup is None and pair.disjoint_pair is not None for pair in pairs):
        words = say("pair: two disjoint lists chosen together, the slower; see --protect")
        yield Text(words, "dim")


def new_table(title: str, width: int) -> Table:
    """An empty table in the house style, never wider than ``width`` columns.

    Of full width it is as wide as its longest row, and each row is one line.
    """
    full = width >= FULL
    return Table(
        title=Text(visible(title), "bold", no_wrap=full, overflow="ignore" if full else None),
        title_justify="left", width=None if full else width,
        box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, expand=not full,
    )  # fmt: skip


def add_figures(table: Table, *headers: str) -> None:
    """Add columns of figures, headed by messages: to the right, never broken."""
    for header in headers:
        table.add_column(say(header), justify="right", no_wrap=True)


def verdict_text(verdict: Verdict) -> Text:
    """The verdict as a coloured word; the word says it without the colour too."""
    return Text(verdict_word(verdict), VERDICT_STYLE[verdict])


def segments_text(plan: PairPlan | None, topology: Topology, *, most: int) -> str:
    """The primary list in words, without its service SID and shortened in its middle."""
    if plan is None or plan.primary is None:
        return MISSING
    names = steering_names(plan.primary, topology)
    return visible(list_text(names, most)) if names else say("by IGP alone")


def left_out(count: int, what: str) -> Iterator[Text]:
    """A line that says how many there are that the table does not show, if any: ``more pair``."""
    if count:
        yield Text(say("… and {more}", more=counted(count, what)), "dim")


def reasons(pairs: Iterable[PairPlan], limit: int | None = None) -> Iterator[Text]:
    """A line for each of the first ``limit`` pairs that cannot have their tier, saying why."""
    failed = [(pair, pair.reason) for pair in pairs if pair.reason is not None]
    for pair, why in failed[:limit]:
        text = verdict_text(pair.verdict)
        text.append(visible(f" {pair.demand.src} → {pair.demand.dst}{say(': ')}"), "default")
        yield text.append(visible(reason_text(why.evidence)), "dim")
    yield from left_out(len(failed[limit:]) if limit is not None else 0, "more pair")


def spaced(parts: Iterable[RenderableType]) -> Group:
    """The parts, with a blank line wherever a table follows a text; tables end in one."""
    found: list[RenderableType] = []
    for part in parts:
        if isinstance(part, Table) and found and isinstance(found[-1], Text) and found[-1]:
            found.append(Text())
        found.append(part)
    return Group(*found)


def tally(verdicts: Iterable[Verdict], what: str = "pair") -> Text:
    """How many there are of each verdict: ``42 pairs: 40 pass, 2 breach``."""
    count = Counter(verdicts)
    text = Text(counted(count.total(), what) + say(": "))
    for number, verdict in enumerate(verdict for verdict in Verdict if count[verdict]):
        text.append(say(", ") if number else "").append(f"{count[verdict]} ")
        text.append_text(verdict_text(verdict))
    return text


def lines(texts: Iterable[str]) -> Text:
    """Several lines in one cell."""
    return Text("\n".join(texts))
