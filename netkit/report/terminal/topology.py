"""What ``netkit topo`` shows people: a table for each part of a topology, lines of a difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from netkit.errors import counted
from netkit.model.network.topology import Topology
from netkit.report.documents.topology import Rows, parts, plain, summary
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
_COUNTED = {
    "nodes": "node",
    "links": "link",
    "adjacencies": "adjacency",
    "exchanges": "exchange centre",
    "operators": "operator",
}


def topology_tables(topology: Topology, *, width: int, limit: int | None = None) -> RenderableType:
    """Name and description, a table for each part that there is, and last how much it is."""
    about = f": {topology.description}" if topology.description else ""
    tables = [
        _table(_TITLES[part], rows, width, limit) for part, rows in parts(topology).items() if rows
    ]
    name = Text(visible(f"{topology.name}{about}"))
    counts = Text(visible(f"{topology.name}: {counts_text(topology)}"))
    return spaced([name, *chain(*tables), counts])


def counts_text(topology: Topology) -> str:
    """How many there are of what: ``18 nodes, 27 links, …``."""
    facts = summary(topology)
    return ", ".join(counted(facts[key], what) for key, what in _COUNTED.items())


def _table(title: str, rows: Rows, width: int, limit: int | None) -> list[RenderableType]:
    table = new_table(title, width)
    for name, value in rows[0].items():
        heading = "SRLG" if name == "srlg" else name.replace("_", " ").capitalize()
        if isinstance(value, int):
            add_figures(table, heading)
        else:
            ratio = 1 if name in ("members", "rules", "srlg") else None
            table.add_column(heading, ratio=ratio, overflow="fold")
    for row in rows[:limit]:
        table.add_row(*(Text(visible(str(value))) for value in row.values()))
    return [table, *left_out(0 if limit is None else len(rows[limit:]), "row")]


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
