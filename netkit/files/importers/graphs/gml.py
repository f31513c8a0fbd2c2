"""GML, as networkx, igraph, Gephi and topohub write it and the Internet Topology Zoo has it.

A node goes by its ``label`` and has ``Latitude``/``lat`` and ``Longitude``/``lon``; of an edge,
what :mod:`.words` knows. ``directed 1`` in the graph, or in an edge of a mixed one, makes edges one
way. ``graphics`` is a place on a drawing and is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from netkit.errors import InputError, shown
from netkit.files.importers.graphs.assemble import assemble, refuse_repeated
from netkit.files.importers.graphs.gml_source import GmlList, parse_gml
from netkit.files.importers.graphs.values.parts import Graph, GraphEdge, GraphNode, Part
from netkit.files.importers.imported import Imported, Options, by_name, one_network
from netkit.files.reading.findings import Findings

_ABOUT = ("Network", "GeoLocation", "Layer", "DateYear")
_LIST_START = "_networkx_list_start"
"""What networkx writes before the only element of a list."""

_LISTS = frozenset({"node", "edge", "graphics", "stats", "demands"})
_ONCE = frozenset({"id", "source", "target"})
_OF_THE_FORMAT = frozenset({"directed", "value", "fill", "graphics"})


def parse_gml_graph(text: str, file: str, options: Options) -> Imported:
    """Read a GML file.

    Raises:
        InputError: no GML, no graph or several of which none is chosen, and every problem of it.
    """
    root = parse_gml(text, file)
    graphs = root.lists("graph")
    if not graphs:
        raise InputError.single("no graph", file=file, line=1, expected="graph [ … ]")
    named = by_name(
        file, "graph", ((_name(graph, at), graph) for at, graph in enumerate(graphs, start=1))
    )
    findings = Findings(file)
    chosen = one_network(findings, named, options, "graph")
    nodes = [_node(findings, node) for node in chosen.lists("node")]
    findings.note_counts("lists of the graph that are not read", _lists(chosen, beside=_LISTS))
    outside = _lists(root, beside=frozenset({"graph"}))
    findings.note_counts("lists outside the graph that are not read", outside)
    directed = chosen.word("directed") == "1"
    graph = Graph(
        PurePath(file).stem,
        ", ".join(word for name in _ABOUT if (word := chosen.word(name))),
        refuse_repeated(findings, [node for node in nodes if node is not None]),
        [_edge(findings, edge, directed=directed) for edge in chosen.lists("edge")],
        length_unit="km" if _is_topohub(chosen) else None,
        ignored=_OF_THE_FORMAT,
    )
    return assemble(findings, graph, options)


def _lists(of: GmlList, beside: frozenset[str]) -> Iterator[str]:
    return (key for key, value in of.pairs if isinstance(value, GmlList) and key not in beside)


def _name(graph: GmlList, number: int) -> str:
    return graph.word("name") or graph.word("label") or str(number)


def _is_topohub(graph: GmlList) -> bool:
    """Whether topohub wrote the file, whose ``dist`` is in km: nobody else adds these figures."""
    return any(stats.word("avg_link_len") is not None for stats in graph.lists("stats"))


def _node(findings: Findings, node: GmlList) -> GraphNode | None:
    key = node.word("id")
    if key is None:
        findings.problem(node.line, "a node without an id")
        return None
    _refuse_repeats(findings, node, f"node {shown(key)}:")
    return GraphNode(key, _part(node))


def _edge(findings: Findings, edge: GmlList, *, directed: bool) -> GraphEdge:
    _refuse_repeats(findings, edge, "one edge:")
    own = edge.word("directed")
    ends = edge.word("source") or "", edge.word("target") or ""
    id_ = edge.word("id") or edge.word("key") or edge.word("label")
    return GraphEdge(*ends, directed if own is None else own == "1", id_, _part(edge))


def _refuse_repeats(findings: Findings, of: GmlList, what: str) -> None:
    findings.refuse_repeats(of.line, what, [name for name, _ in of.pairs if name in _ONCE])


def _part(of: GmlList) -> Part:
    """Words by key. Of a key that repeats, the values together: that is how lists are written."""
    data: dict[str, str] = {}
    for name, value in of.pairs:
        if isinstance(value, str) and value != _LIST_START:
            data[name] = f"{data[name]} {value}" if name in data else value
        elif not isinstance(value, str):
            data.setdefault(name, "")
    return Part(of.line, data)
