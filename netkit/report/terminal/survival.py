"""What single failures do to a plan: who keeps the tier, and the worst offenders."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from netkit.language.words import counted, marked, say
from netkit.model.planning.survival import (
    FailureKind,
    Phase,
    Survival,
)
from netkit.report.kind_words import failure_word
from netkit.report.terminal.plan import add_figures, left_out, new_table, spaced
from netkit.report.words.text import visible
from netkit.report.words.units import percent_text

_PHASES = {
    Phase.REPAIR: marked("local repair"),
    Phase.BACKUP: marked("backup path"),
    Phase.RECONVERGED: marked("reconverged"),
}


def survival_table(survival: Survival, *, width: int, limit: int | None = None) -> RenderableType:
    """The worst offenders; then, a row a kind of failure, who keeps the tier."""
    return spaced([*_offenders(survival, width, limit), *_shares(survival, width)])


def _shares(survival: Survival, width: int) -> Iterator[RenderableType]:
    title = say("{topology}: pairs that keep their tier, one-way, through a failure",
                topology=survival.topology)  # fmt: skip
    table = new_table(title, width)
    table.add_column(say("Failure of any one"))
    add_figures(table, "Tried", *_PHASES.values())
    for kind in (*FailureKind, None):
        tried = sum(kind is None or failure.kind is kind for failure in survival.failures)
        kept = [survival.keep(phase, kind) for phase in Phase]
        shares = [percent_text(keep / len(survival.pairs) if survival.pairs else None)
                  for keep in kept]  # fmt: skip
        table.add_row(
            say("any of these") if kind is None else failure_word(kind), str(tried), *shares
        )
    yield table
    planned, without = counted(len(survival.pairs), "pair"), survival.unplanned
    if without:
        yield Text(say("{pairs} with a list; {count} more without one even before failures",
                       pairs=planned, count=without))  # fmt: skip
    else:
        yield Text(say("{pairs} with a list", pairs=planned))


def _offenders(survival: Survival, width: int, limit: int | None) -> Iterator[RenderableType]:
    if not survival.offenders:
        return
    table = new_table(say("Worst offenders: pairs that lose their tier"), width)
    table.add_column(say("Failure"), ratio=1, overflow="fold")
    add_figures(table, *_PHASES.values())
    for failure, broken in survival.offenders[:limit]:
        name = Text(visible(f"{failure_word(failure.kind)} {failure.name}"))
        table.add_row(name, *(str(broken[phase]) for phase in Phase))
    yield table
    if limit is not None:
        yield from left_out(len(survival.offenders[limit:]), "more failure")
