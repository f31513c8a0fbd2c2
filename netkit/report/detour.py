"""Detours on the terminal: delay against light, worst first, and what would fix each."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from netkit.model.building import Detour
from netkit.model.tier import BASIS
from netkit.report.advice_words import title_of
from netkit.report.document import ms
from netkit.report.terminal import WIDE, add_figures, left_out, new_table, verdict_text
from netkit.report.words import MISSING, ms_text, visible


def detour_table(name: str, detours: Sequence[Detour], *, pairs: int, width: int) -> RenderableType:
    """A row a pair; ``pairs`` counts all that there are."""
    wide = width >= WIDE
    table = new_table(f"{name}: detours, {BASIS}, ms; worst first", width)
    table.add_column("Pair", ratio=1, overflow="fold")
    add_figures(table, "Floor", "Best", "Ratio", "Extra km")
    if wide:
        add_figures(table, "Guaranteed")
        table.add_column("By", no_wrap=True)
        table.add_column("Verdict", no_wrap=True)
    table.add_column("What would fix it", ratio=1, overflow="fold")
    add_figures(table, "Then")
    for detour in detours:
        table.add_row(*_row(detour, wide=wide))
    return Group(table, *left_out(pairs - len(detours)))


def _row(detour: Detour, *, wide: bool) -> list[RenderableType]:
    demand, fix = detour.demand, detour.fix
    cells: list[RenderableType] = [
        Text(visible(f"{demand.src} → {demand.dst}")),
        ms_text(ms(detour.floor_us)),
        "no path" if detour.best_us is None else ms_text(ms(detour.best_us)),
        MISSING if detour.ratio is None else f"{detour.ratio:.2f}",
        MISSING if detour.extra_km is None else f"{detour.extra_km:.0f}",
    ]
    if wide:
        by = detour.guaranteed_by
        cells += [ms_text(ms(detour.guaranteed_us)), MISSING if by is None else by.value]
        cells.append(verdict_text(detour.verdict))
    cells.append(Text("nothing does" if fix is None else visible(title_of(fix.addition))))
    cells.append(MISSING if fix is None else _then(fix.delay_us, inside=fix.inside))
    return cells


def _then(delay_us: int, *, inside: bool) -> Text:
    return Text(ms_text(ms(delay_us)), "green" if inside else "red")
