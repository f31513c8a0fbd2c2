"""Edge lists in CSV: a header line, one row a link, or one row each direction.

Two columns name the ends (``src,dst``, ``source,target``, ``a,b``, ``from,to`` …), ``id`` or
``link`` the link; the others are what :mod:`.words` knows. A list that has no row from both ends of
anything holds links; one in which every row has its way back holds directions; of any other, a
column ``directed`` (``true`` or ``false``; Gephi's is ``Type``) must tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from netkit.errors import shown
from netkit.files.importers.graphs.assemble import assemble
from netkit.files.importers.graphs.edge_header import ends_of
from netkit.files.importers.graphs.values.parts import Graph, GraphEdge, GraphNode, Part
from netkit.files.importers.imported import Imported, Options
from netkit.files.reading.csv_rows import Row, table_rows
from netkit.files.reading.findings import Findings

MAX_ROWS = 300_000

_ID = ("id", "link", "linkid", "name", "label")
_WAY = ("directed", "oneway", "type")
_TRUE, _FALSE = ("true", "yes", "1", "directed"), ("false", "no", "0", "undirected")
_EXPECTED = "src,dst and what else links have"


def parse_edge_list(text: str, file: str, options: Options) -> Imported:
    """Read an edge list.

    Raises:
        InputError: no header, a row that does not fit it, ends that are missing, rows of which
            nobody can tell whether they are links or directions, figures without a unit.
    """
    findings = Findings(file)
    header = _Header(findings)
    rows = list(table_rows(text, findings, header.take, _EXPECTED))
    if len(rows) > MAX_ROWS:
        findings.problem(None, "too many rows", str(len(rows)), f"at most {MAX_ROWS}")
    if not header.has_ends:
        findings.check()
    edges = _edges(findings, rows)
    findings.check()
    ends = dict.fromkeys(end for edge in edges for end in (edge.src, edge.dst))
    nodes = [GraphNode(end, Part(None, {})) for end in ends]
    graph = Graph(PurePath(file).stem, "", nodes, edges, ignored=frozenset({*_ID, *_WAY}))
    return assemble(findings, graph, options)


class _Header:
    """Takes the header line; the columns of the two ends are ``src`` and ``dst`` from then on."""

    def __init__(self, findings: Findings) -> None:
        self.has_ends = False
        self._findings = findings

    def take(self, line: int, cells: list[str]) -> list[str]:
        ends = ends_of(cells)
        for name, count in Counter(cells).items():
            if count > 1:
                self._findings.problem(line, "column", shown(name), "each name once")
        if ends is None:
            self._findings.problem(line, "no ends", shown(",".join(cells)), _EXPECTED)
            return cells
        self.has_ends = True
        named = dict(zip(ends, ("src", "dst"), strict=True))
        return [named.get(place, cell) for place, cell in enumerate(cells)]


def _edges(findings: Findings, rows: Sequence[Row]) -> list[GraphEdge]:
    known = [(row, way) for row in rows if (way := _way(row)) is not None]
    ways = Counter((row.text("src"), row.text("dst")) for row, way in known if way == "")
    back = [ways[pair[1], pair[0]] for pair in ways if pair[0] != pair[1]]
    there = [count for pair, count in ways.items() if pair[0] != pair[1]]
    directed = bool(there) and there == back
    if any(back) and not directed:
        pair = next(pair for pair in ways if ways[pair[1], pair[0]] != ways[pair])
        findings.problem(
            None, "some rows have their way back, and some have none",
            shown(f"{pair[0]} and {pair[1]}"), "a column directed: true or false",
        )  # fmt: skip
    if directed:
        findings.note(None, "every row has its way back: rows are taken as directions")
    return [_edge(row, directed=directed if way == "" else way == "true") for row, way in known]


def _way(row: Row) -> str | None:
    """``true`` or ``false`` as the row states it, empty where it does not; None for a wrong row."""
    for end in ("src", "dst"):
        if row.text(end) is None:
            row.problem(f"no {end}", expected="the name of a node")
            return None
    word = Part(row.line, row.cells).first(*_WAY)
    if word is None or word.lower() in (*_TRUE, *_FALSE):
        return "" if word is None else str(word.lower() in _TRUE).lower()
    row.problem("directed", shown(word), "true or false")
    return None


def _edge(row: Row, *, directed: bool) -> GraphEdge:
    part = Part(row.line, {name: word for name, word in row.cells.items() if word})
    data = {name: word for name, word in part.data.items() if name not in ("src", "dst")}
    src, dst = row.cells["src"], row.cells["dst"]
    return GraphEdge(src, dst, directed, part.first(*_ID), Part(row.line, data))
