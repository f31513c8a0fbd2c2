"""What ``netkit topo`` shows people: a table for each part of a topology, lines of a difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from netkit.model.network.topology import Topology
from netkit.report.documents.topology import Rows, parts, plain
from netkit.report.terminal.plan import add_figures, left_out, new_table, spaced
from netkit.report.words.text import visible

if TYPE_CHECKING:
    from netkit.files.compare import Difference

_TITLES = {
    "nodes": "Nodes",
    "links": "Links, by where their delay comes from",
    "srlgs": "Shared risks (SRLGs)",
    "figures": "What else adjacencies state",
    "exchanges": "Exchange centres",
    "flex_algos": "Flexible Algorithms",
    "anycasts": "Anycast SIDs, each of the nearest of its members",
}
_ROWS_SHOWN = 20


def topology_tables(topology: Topology, *, width: int) -> RenderableType:
    """Name and description, then a table for each part that there is."""
    about = f": {topology.description}" if topology.description else ""
    tables = [_table(_TITLES[part], rows, width) for part, rows in parts(topology).items() if rows]
    return spaced([Text(visible(f"{topology.name}{about}")), *chain(*tables)])


def _table(title: str, rows: Rows, width: int) -> list[RenderableType]:
    table = new_table(title, width)
    for name, value in rows[0].items():
        heading = "SRLG" if name == "srlg" else name.replace("_", " ").capitalize()
        if isinstance(value, int):
            add_figures(table, heading)
        else:
            ratio = 1 if name in ("members", "rules", "srlg") else None
            table.add_column(heading, ratio=ratio, overflow="fold")
    for row in rows[:_ROWS_SHOWN]:
        table.add_row(*(Text(visible(str(value))) for value in row.values()))
    return [table, *left_out(len(rows[_ROWS_SHOWN:]), "row")]


def difference_lines(found: Mapping[str, Difference]) -> Iterator[str]:
    """A line for each thing that is more, less, or otherwise; or that there is none."""
    for kind, difference in found.items():
        noun = kind.removesuffix("s")
        for name in difference.added:
            yield f"+ {noun} {name}"
        for name in difference.removed:
            yield f"- {noun} {name}"
        for change in difference.changed:
            what = f"~ {noun} {change.part}: {change.field}"
            yield f"{what}: {plain(change.old)} -> {plain(change.new)}"
    if all(difference.none for difference in found.values()):
        yield "no difference"
