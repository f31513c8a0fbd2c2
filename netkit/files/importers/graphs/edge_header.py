"""What the header of an edge list looks like, told without reading the list."""

from __future__ import annotations

from collections.abc import Sequence

from netkit.files.importers.graphs.values.units import Quantity
from netkit.files.importers.graphs.values.words import key_of, meaning_of
from netkit.files.reading.csv_rows import header_line, separator_of

_ENDS = (
    ("src", "dst"), ("source", "target"), ("source", "destination"), ("source", "dest"),
    ("src", "dest"), ("a", "b"), ("from", "to"), ("nodea", "nodeb"), ("node1", "node2"),
    ("a", "z"), ("anode", "znode"), ("u", "v"), ("源", "宿"), ("起点", "终点"), ("本端", "对端"),
    ("源端", "宿端"),
)  # fmt: skip
_TELLING = (Quantity.DELAY, Quantity.LENGTH, Quantity.METRIC)


def is_edge_list(head: str) -> bool:
    """Whether the first line of a text names two ends of links, and what paths are chosen by:
    tables of demands have ends too."""
    line = header_line(head)
    cells = [cell.strip(' "') for cell in line.split(separator_of(line))]
    told = {meaning.quantity for cell in cells if (meaning := meaning_of(cell)) is not None}
    return ends_of(cells) is not None and not told.isdisjoint(_TELLING)


def ends_of(cells: Sequence[str]) -> tuple[int, int] | None:
    """The columns of the two ends; None where a header names none."""
    keys = [key_of(cell) for cell in cells]
    for src, dst in _ENDS:
        if src in keys and dst in keys:
            return keys.index(src), keys.index(dst)
    return None
