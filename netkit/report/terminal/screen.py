"""The terminal that results are printed on: rich's, with lines that end where people would."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from netkit.report.terminal.fold import folded

WIDE = 110
"""From this many columns on, tables show segment lists and more figures."""

FULL = 100_000
"""The width where nothing is to be cut or folded: a pipe, or ``--plain``."""


class Screen(Console):
    """A console whose texts are folded by :mod:`netkit.report.terminal.fold`.

    What is printed is what it says. rich would take ``[fd00::1]`` for a style, and of an address
    like ``2001:db8:0:a::1`` make a picture of the ``:a:``.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        super().__init__(markup=False, emoji=False, **options)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """As rich does, but for where lines end."""
        width = (options or self.options).max_width
        if isinstance(renderable, Text) and not renderable.no_wrap and renderable.cell_len > width:
            renderable = in_lines(renderable, width)
        return super().render(renderable, options)


def in_lines(text: Text, width: int) -> Text:
    """The same text with a line feed wherever a line of it ends."""
    lines = []
    for line in text.split("\n", allow_blank=True):
        for begin, end, by in folded(line.plain, width):
            part = line[begin:end]
            part.pad_left(by)
            lines.append(part)
    whole = Text("\n", style=text.style, justify=text.justify, overflow=text.overflow).join(lines)
    whole.end = text.end
    return whole
