"""Indented configuration text as a tree of statements, and back: what stands deeper is in the view
of the line above it, as Huawei VRP and Cisco IOS XR print it.

Lines that begin with ``#`` or ``!`` part views or comment, and say nothing. A tab stands for blanks
up to the next eighth column, as a terminal shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netkit.emit.common.tree import Statement

_SILENT = ("#", "!")


def read_indented(text: str) -> Statement:
    """A statement that holds those of the outermost view; each has its first word as its name."""
    top = Statement("")
    views = [(-1, top)]
    for number, line in enumerate(text.expandtabs().splitlines(), start=1):
        name, _, rest = line.strip().partition(" ")
        if not name or name.startswith(_SILENT):
            continue
        depth = len(line) - len(line.lstrip())
        while views[-1][0] >= depth:
            views.pop()
        one = Statement(name, " ".join(rest.split()) or None, line=number)
        views[-1][1].inside.append(one)
        views.append((depth, one))
    return top


def indented_lines(statements: Iterable[Statement], depth: int = 0) -> Iterator[str]:
    """The lines of statements, a blank deeper for each view."""
    for one in statements:
        yield " " * depth + one.head
        yield from indented_lines(one.inside, depth + 1)
