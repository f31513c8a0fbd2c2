"""What to build, on the terminal: the set, what it brings, and the rankings behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from rich.console import RenderableType
from rich.text import Text

from netkit.language.words import counted, marked, say
from netkit.model.planning.augmentation import Advice, Ranked
from netkit.model.units import us_to_ms
from netkit.report.advice_rows import delay_us_of, scope_rows, shown
from netkit.report.documents.document import ms
from netkit.report.kind_words import scope_word
from netkit.report.terminal.plan import add_figures, left_out, new_table, spaced
from netkit.report.terminal.screen import WIDE
from netkit.report.words.advice import inside_text, kind_text, proof_text, title_of
from netkit.report.words.text import bounds_words, list_text, visible
from netkit.report.words.units import MISSING, bound_text, ms_text


def advice_tables(advice: Advice, *, width: int, limit: int | None = None) -> RenderableType:
    """What could be built, pairs by name, what changes, and last the set; ``limit`` rows each."""
    parts = chain(
        [_assumptions(advice)],
        _rankings(advice, width, limit),
        _rescued(advice, width, limit),
        [_before_after(advice, width)],
        _set(advice, width),
    )
    return spaced(parts)


def _set(advice: Advice, width: int) -> Iterator[RenderableType]:
    best = advice.best
    if not best.additions:
        yield from _others(advice)
        yield Text(visible(advice.topology.name) + say(": ") + _nothing(advice), "bold")
        return
    alone = {entry.addition.name: len(entry.rescued) for entry in advice.ranking}
    count = len(best.additions)
    title = say("{topology}: build this" if count == 1 else "{topology}: build these",
                topology=advice.topology.name)  # fmt: skip
    table = new_table(title, width)
    table.add_column(say("What"), ratio=2, overflow="fold")
    table.add_column(say("Kind"), no_wrap=True)
    add_figures(table, "Fibre, km", "Delay, ms", "Rescues alone")
    for addition in best.additions:
        table.add_row(
            Text(visible(title_of(addition))),
            kind_text(addition.kind),
            _km_text(addition.km),
            ms_text(ms(delay_us_of(addition))),
            str(alone[addition.name]),
        )
    yield table
    yield from _others(advice)
    rescued = sum(change.rescued for change in advice.changes)
    words = say(
        "{pairs} rescued by one of them alone, {together} by all together, {certified} with a "
        "certified list; {proof}",
        pairs=counted(best.covered, "pair"), together=best.together, certified=rescued,
        proof=proof_text(best),
    )  # fmt: skip
    yield Text(words)


def _nothing(advice: Advice) -> str:
    if not advice.considered:
        return say("nothing could be built: new links need coordinates, new sites a place")
    if advice.out_of_reach:
        return say("no single thing to build brings a pair inside its bound")
    return say("nothing to build for delay")


def _others(advice: Advice) -> Iterator[Text]:
    """Pairs outside their bounds that the candidates do not help, and why."""
    for count, words in (
        (advice.out_of_reach, marked("{pairs} outside the bound: rescued by no single candidate")),
        (advice.beyond_light, marked("{pairs} outside the bound: light itself is too slow")),
        (
            advice.not_for_delay,
            marked(
                "{pairs} outside the bound: a path is fast enough, another limit forbids it "
                "(netkit explain)"
            ),
        ),
    ):
        if count:
            yield Text(say(words, pairs=counted(count, "pair")), "dim")


def _before_after(advice: Advice, width: int) -> RenderableType:
    table = new_table(
        say("Before and after, one-way; {bounds}", bounds=bounds_words(advice.profile)), width
    )
    table.add_column(say("Pairs"), ratio=1, no_wrap=True)
    wide = width >= WIDE
    add_figures(table, "All", "Inside now", "Then")
    if wide:
        add_figures(table, "Median now, ms", "Then", "Worst now, ms", "Then")
    for row in scope_rows(advice):
        figures = (row.median_before_us, row.median_after_us, row.worst_before_us,
                   row.worst_after_us)  # fmt: skip
        table.add_row(
            scope_word("all" if row.scope is None else row.scope.value),
            str(row.pairs),
            inside_text(row.inside_before, row.pairs),
            inside_text(row.inside_after, row.pairs),
            *(ms_text(ms(us)) for us in figures if wide),
        )
    return table


def _rescued(advice: Advice, width: int, limit: int | None) -> Iterator[RenderableType]:
    rescued = [change for change in advice.changes if change.rescued]
    lost = [one for one in advice.changes if one.lost]
    if rescued:
        table = new_table(say("Pairs rescued, delays in ms"), width)
        table.add_column(say("Pair"), ratio=3, overflow="fold")
        add_figures(table, "Bound", "Best now", "Guaranteed", "SIDs")
        table.add_column(say("Over"), ratio=2, overflow="fold")
        title = {one.name: title_of(one) for one in advice.best.additions}
        for change in rescued[:limit]:
            table.add_row(
                Text(visible(f"{change.demand.src} → {change.demand.dst}")),
                bound_text(us_to_ms(change.demand.bound_us)),
                ms_text(ms(change.before_us)),
                ms_text(ms(change.guaranteed_us)),
                MISSING if change.sids is None else str(change.sids),
                Text(visible(", ".join(title[name] for name in change.uses))),
            )
        yield table
        yield from left_out(0 if limit is None else len(rescued[limit:]), "more pair")
    if lost:
        names = [f"{change.demand.src} → {change.demand.dst}" for change in lost]
        yield Text(
            say("These lose their list: {pairs}", pairs=visible(list_text(names, 5))), "bold red"
        )


def _rankings(advice: Advice, width: int, limit: int | None) -> Iterator[RenderableType]:
    links, sites = (kind[:limit] for kind in shown(advice))
    if links:
        yield _ranking(say("Links, by pairs rescued per 1000 km of new fibre"), links, width)
    if sites:
        yield _ranking(say("Sites, by pairs rescued per site"), sites, width)
    more = len(advice.ranking) - len(links) - len(sites)
    words = say(
        "{candidates}, of which a pair is rescued by {count}",
        candidates=counted(advice.considered, "candidate"), count=len(advice.ranking),
    )  # fmt: skip
    yield Text(words + say("; not shown: {count}", count=more) if more else words, "dim")


def _ranking(title: str, entries: Sequence[Ranked], width: int) -> RenderableType:
    table = new_table(title, width)
    sites = entries[0].addition.km is None
    table.add_column(say("What"), ratio=1, overflow="fold")
    if sites:
        table.add_column(say("Kind"), no_wrap=True)
    else:
        add_figures(table, "Fibre, km", "Delay, ms")
    add_figures(table, "Pairs", "Certified")
    if not sites:
        add_figures(table, "Per 1000 km")
    for entry in entries:
        addition = entry.addition
        figures = [_km_text(addition.km), ms_text(ms(delay_us_of(addition)))]
        table.add_row(
            Text(visible(title_of(addition))),
            *([kind_text(addition.kind)] if sites else figures),
            str(len(entry.rescued)),
            MISSING if entry.certified is None else str(entry.certified),
            *([] if sites else [f"{entry.worth:.1f}"]),
        )
    return table


def _assumptions(advice: Advice) -> Text:
    rule = advice.rule
    return Text(
        say(
            "New fibre: great circle x {factor} x {per_km} µs/km + {equipment} µs; a hand-over: "
            "{hand_over} µs",
            factor=f"{rule.delay.route_factor:g}",
            per_km=rule.delay.fibre_us_per_km,
            equipment=rule.delay.equipment_us,
            hand_over=rule.hand_over_us,
        ),
        "dim",
    )


def _km_text(km: float | None) -> str:
    return MISSING if km is None else f"{km:.0f}"
