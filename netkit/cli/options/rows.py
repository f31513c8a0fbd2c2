"""``--top`` and ``--all``: how many rows of a table a terminal is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import typer

from netkit.cli.options.groups import OptionGroup

TopOption = Annotated[
    int | None,
    typer.Option(min=1, help="Only so many rows: the worst, or the latest; a screen unless given."),
]
AllOption = Annotated[bool, typer.Option("--all", help="Every row.")]


@dataclass(frozen=True, slots=True)
class RowOptions(OptionGroup):
    """Few rows, so that the answer stands on one screen; more where somebody asks."""

    PANEL: ClassVar[str] = "Rows"

    top: TopOption = None
    whole: AllOption = False

    def most(self, usual: int) -> int | None:
        """How many rows to show, ``usual`` if nobody has said; None for all."""
        return None if self.whole else self.top or usual
