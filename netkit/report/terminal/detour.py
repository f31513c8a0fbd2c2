"""Detours on the terminal: delay against light, worst first, and what would fix each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.console import RenderableType
from rich.text import Text

from netkit.language.words import marked, say
from netkit.model.network.topology import Topology
from netkit.model.planning.augmentation import Detour, Guarantor
from netkit.model.planning.plan import Plan
from netkit.model.planning.tier import Scope, scope_of
from netkit.report.documents.document import ms
from netkit.report.kind_words import scope_word
from netkit.report.terminal.plan import (
    add_figures,
    left_out,
    new_table,
    spaced,
    tally,
    verdict_text,
)
from netkit.report.terminal.screen import WIDE
from netkit.report.words.advice import title_of
from netkit.report.words.text import visible
from netkit.report.words.units import MISSING, delay_text, ms_text

_BY = {Guarantor.PLAN: marked("plan"), Guarantor.IGP: marked("igp")}


def detour_table(
    topology: Topology, plan: Plan, detours: Sequence[Detour], *, width: int
) -> RenderableType:
    """A table a scope, a row a pair; ``detours`` are some of the pairs of ``plan``."""
    ends = ((topology.node[pair.demand.src], topology.node[pair.demand.dst]) for pair in plan.pairs)
    pairs = Counter(scope_of(src, dst) for src, dst in ends)
    parts: list[RenderableType] = []
    for scope in reversed(Scope):
        own = [one for one in detours if one.scope is scope]
        if own:
            parts += _table(topology.name, scope, own, width)
            parts += left_out(pairs[scope] - len(own), "more pair")
    words = say("Ratio: best to floor. Worst: most times the delay of a cable of their own.")
    return spaced(
        [*parts, Text(words, "dim"), *_worst(detours), tally(pair.verdict for pair in plan.pairs)]
    )


def _worst(detours: Sequence[Detour]) -> Iterator[Text]:
    """Of each scope the pair that is furthest from light, a line each."""
    for scope in reversed(Scope):
        first = next((one for one in detours if one.scope is scope), None)
        if first is not None:
            best = say("no path") if first.best_us is None else delay_text(first.best_us)
            words = say(
                "Worst, {scope}: {pair}, {best}; light takes {floor} ms",
                scope=scope_word(scope.value),
                pair=visible(f"{first.demand.src} → {first.demand.dst}"),
                best=best, floor=ms_text(ms(first.floor_us)),
            )  # fmt: skip
            yield Text(words)


def _table(
    name: str, scope: Scope, detours: Sequence[Detour], width: int
) -> Iterator[RenderableType]:
    wide = width >= WIDE
    table = new_table(
        say(
            "{topology}, {scope}: detours, one-way, ms; worst first",
            topology=name,
            scope=scope_word(scope.value),
        ),
        width,
    )
    table.add_column(say("Pair"), ratio=1, overflow="fold")
    add_figures(table, "Floor", "Best", "Ratio", "Extra km")
    if wide:
        add_figures(table, "Guaranteed")
        table.add_column(say("By"), no_wrap=True)
        table.add_column(say("Verdict"), no_wrap=True)
    table.add_column(say("What would fix it"), ratio=1, overflow="fold")
    add_figures(table, "Then")
    for detour, arrow in _both_ways(detours):
        table.add_row(*_row(detour, arrow, wide=wide))
    yield table


def _both_ways(detours: Sequence[Detour]) -> Iterator[tuple[Detour, str]]:
    """Two directions that differ in nothing make one row."""
    left: dict[tuple[str, str, int], list[Detour]] = {}
    for one in detours:
        left.setdefault((one.demand.src, one.demand.dst, one.demand.bound_us), []).append(one)
    for (src, dst, bound_us), ways in left.items():
        backs = left.get((dst, src, bound_us), [])
        while ways:
            one = ways.pop(0)
            same = next((back for back in backs if replace(back, demand=one.demand) == one), None)
            if same is not None:
                backs.remove(same)
            yield one, "→" if same is None else "↔"


def _row(detour: Detour, arrow: str, *, wide: bool) -> list[RenderableType]:
    demand, fix = detour.demand, detour.fix
    cells: list[RenderableType] = [
        Text(visible(f"{demand.src} {arrow} {demand.dst}")),
        ms_text(ms(detour.floor_us)),
        say("no path") if detour.best_us is None else ms_text(ms(detour.best_us)),
        MISSING if detour.ratio is None else f"{detour.ratio:.2f}",
        MISSING if detour.extra_km is None else f"{detour.extra_km:.0f}",
    ]
    if wide:
        by = detour.guaranteed_by
        cells += [ms_text(ms(detour.guaranteed_us)), MISSING if by is None else say(_BY[by])]
        cells.append(verdict_text(detour.verdict))
    cells.append(Text(say("nothing does") if fix is None else visible(title_of(fix.addition))))
    cells.append(MISSING if fix is None else _then(fix.delay_us, inside=fix.inside))
    return cells


def _then(delay_us: int, *, inside: bool) -> Text:
    return Text(ms_text(ms(delay_us)), "green" if inside else "red")
