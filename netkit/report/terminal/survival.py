"""What single failures do to a plan: who keeps the tier, and the worst offenders."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from netkit.errors import counted
from netkit.model.planning.survival import (
    FailureKind,
    Phase,
    Survival,
)
from netkit.model.planning.tier import BASIS
from netkit.report.terminal.plan import add_figures, left_out, new_table, spaced
from netkit.report.words.text import visible
from netkit.report.words.units import percent_text

_PHASES = {
    Phase.REPAIR: "local repair",
    Phase.BACKUP: "backup path",
    Phase.RECONVERGED: "reconverged",
}


def survival_table(survival: Survival, *, width: int, limit: int | None = None) -> RenderableType:
    """The worst offenders; then, a row a kind of failure, who keeps the tier."""
    return spaced([*_offenders(survival, width, limit), *_shares(survival, width)])


def _shares(survival: Survival, width: int) -> Iterator[RenderableType]:
    title = f"{survival.topology}: pairs that keep their tier, {BASIS}, through a failure"
    table = new_table(title, width)
    table.add_column("Failure of any one")
    add_figures(table, "Tried", *_PHASES.values())
    for kind in (*FailureKind, None):
        tried = sum(kind is None or failure.kind is kind for failure in survival.failures)
        kept = [survival.keep(phase, kind) for phase in Phase]
        shares = [percent_text(keep / len(survival.pairs) if survival.pairs else None)
                  for keep in kept]  # fmt: skip
        table.add_row("any of these" if kind is None else kind.value, str(tried), *shares)
    yield table
    said = f"{counted(len(survival.pairs), 'pair')} with a list"
    without = survival.unplanned
    yield Text(f"{said}; {without} more without one even before failures" if without else said)


def _offenders(survival: Survival, width: int, limit: int | None) -> Iterator[RenderableType]:
    if not survival.offenders:
        return
    table = new_table("Worst offenders: pairs that lose their tier", width)
    table.add_column("Failure", ratio=1, overflow="fold")
    add_figures(table, *_PHASES.values())
    for failure, broken in survival.offenders[:limit]:
        name = Text(visible(f"{failure.kind.value} {failure.name}"))
        table.add_row(name, *(str(broken[phase]) for phase in Phase))
    yield table
    if limit is not None:
        yield from left_out(len(survival.offenders[limit:]), "failure")
