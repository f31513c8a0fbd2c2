"""What ``netkit topo`` shows people: a table for each part of a topology, lines of a difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from netkit.language.words import counted, marked, say
from netkit.model.network.topology import Topology
from netkit.report.difference_words import PARTS, difference_text
from netkit.report.documents.topology import Rows, parts, plain, summary
from netkit.report.place_words import place_text
from netkit.report.terminal.plan import add_figures, left_out, new_table, spaced
from netkit.report.words.text import visible

if TYPE_CHECKING:
    from netkit.files.compare import Difference

_TITLES = {
    "nodes": marked("Nodes"),
    "links": marked("Links, by where their delay comes from"),
    "srlgs": marked("Shared risks (SRLGs)"),
    "figures": marked("What else adjacencies state"),
    "exchanges": marked("Exchange centres"),
    "flex_algos": marked("Flexible Algorithms"),
    "anycasts": marked("Anycast SIDs, each of the nearest of its members"),
}
_HEADINGS = {
    "operator": marked("Operator"),
    "role": marked("Role"),
    "status": marked("Status"),
    "nodes": marked("Nodes"),
    "kind": marked("Kind"),
    "basis": marked("Basis"),
    "links": marked("Links"),
    "srlg": marked("SRLG"),
    "figure": marked("Figure"),
    "adjacencies": marked("Adjacencies"),
    "of": marked("Of"),
    "exchange": marked("Exchange"),
    "place": marked("Place"),
    "members": marked("Members"),
    "algorithm": marked("Algorithm"),
    "metric": marked("Metric"),
    "rules": marked("Rules"),
    "anycast": marked("Anycast"),
    "sid": marked("Sid"),
}


def topology_tables(topology: Topology, *, width: int, limit: int | None = None) -> RenderableType:
    """Name and description, a table for each part that there is, and last how much it is."""
    about = say(": ") + topology.description if topology.description else ""
    tables = [
        _table(say(_TITLES[part]), rows, width, limit)
        for part, rows in parts(topology).items()
        if rows
    ]
    name = Text(visible(f"{topology.name}{about}"))
    counts = Text(visible(topology.name + say(": ") + counts_text(topology)))
    return spaced([name, *chain(*tables), counts])


def counts_text(topology: Topology) -> str:
    """How many there are of what: ``18 nodes, 27 links, …``."""
    facts = summary(topology)
    return say(", ").join(
        (
            counted(facts["nodes"], "node"),
            counted(facts["links"], "link"),
            counted(facts["adjacencies"], "adjacency"),
            counted(facts["exchanges"], "exchange centre"),
            counted(facts["operators"], "operator"),
        )
    )


def _table(title: str, rows: Rows, width: int, limit: int | None) -> list[RenderableType]:
    table = new_table(title, width)
    for name, value in rows[0].items():
        if isinstance(value, int):
            add_figures(table, _HEADINGS[name])
        else:
            ratio = 1 if name in ("members", "rules", "srlg") else None
            table.add_column(say(_HEADINGS[name]), ratio=ratio, overflow="fold")
    for row in rows[:limit]:
        table.add_row(*(Text(visible(_cell(name, value))) for name, value in row.items()))
    return [table, *left_out(0 if limit is None else len(rows[limit:]), "more row")]


def _cell(name: str, value: object) -> str:
    """A place by its name in the language that is spoken; all else as the file has it."""
    return place_text(str(value)) if name == "place" and value else str(value)


def difference_lines(found: Mapping[str, Difference]) -> Iterator[str]:
    """How much differs, in a sentence; then a line for each thing that is more, less, or
    otherwise."""
    yield difference_text(found)
    for kind, difference in found.items():
        noun = say(PARTS[kind])
        for name in difference.added:
            yield f"+ {noun} {name}"
        for name in difference.removed:
            yield f"- {noun} {name}"
        for change in difference.changed:
            what = f"~ {noun} {change.part}: {change.field}"
            yield f"{what}: {plain(change.old)} -> {plain(change.new)}"
