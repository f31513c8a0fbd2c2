"""From the nodes and edges of a graph file to a topology; see :mod:`.words` for what is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from netkit.errors import shown
from netkit.files.importers.build import build, position
from netkit.files.importers.drafts import LinkDraft, NodeDraft
from netkit.files.importers.graphs.edge_values import EdgeValues, Vocabulary, unread
from netkit.files.importers.graphs.lengths import LATITUDE, LONGITUDE, settled
from netkit.files.importers.graphs.links import arcs_of, links_of
from netkit.files.importers.graphs.parts import Graph, GraphEdge, GraphNode, Part
from netkit.files.importers.imported import Imported, Options
from netkit.files.reading.findings import Findings
from netkit.files.reading.numbers import number_of
from netkit.model.network.geo import Coordinates

_LABEL = ("label", "name")
_CHINESE = ("labelzh", "namezh", "labelcn", "namecn", "chinese")
_NODE_KEYS = frozenset({*LATITUDE, *LONGITUDE, *_LABEL, *_CHINESE, "id"})
_EDGE_KEYS = frozenset({"id", "key", "source", "target", "srlg", "srlgs", "admingroups"})
_MOST_NAMED = 12


def assemble(findings: Findings, graph: Graph, options: Options) -> Imported:
    """Make a topology of a graph.

    Raises:
        InputError: every problem of ``findings`` and of the graph.
    """
    graph = settled(findings, graph)
    known = {node.key for node in graph.nodes}
    edges = [edge for edge in graph.edges if _are_known(findings, edge, known)]
    parts = [edge.part for edge in edges]
    words = Vocabulary(findings, parts, options.delay_unit, graph.length_unit)
    values = [words.read(edge.part) for edge in edges]
    nodes = _nodes(findings, graph.nodes)
    links = _links(findings, edges, values)
    words.finish()
    _name_unread(findings, graph)
    every = [*links, *graph.more]
    imported = build(findings, graph.title, graph.about, nodes, every, options)
    return replace(imported, node_of={**_chinese(graph.nodes, imported), **imported.node_of})


def _chinese(nodes: Sequence[GraphNode], imported: Imported) -> dict[str, str]:
    """Nodes by the Chinese names that files give them beside their labels, if no two share one."""
    named = [(word, node.key) for node in nodes if (word := node.part.first(*_CHINESE))]
    count = Counter(word for word, _ in named)
    return {word: imported.node_of[key] for word, key in named if count[word] == 1}


def refuse_repeated(findings: Findings, nodes: Sequence[GraphNode]) -> list[GraphNode]:
    """The nodes without those whose key is another's, which are problems."""
    first: dict[str, GraphNode] = {}
    for node in nodes:
        if node.key in first:
            line = first[node.key].part.line
            where = None if line is None else f"first in line {line}"
            findings.problem(node.part.line, f"node id {shown(node.key)} again", where)
        first.setdefault(node.key, node)
    return list(first.values())


def _nodes(findings: Findings, nodes: Sequence[GraphNode]) -> list[NodeDraft]:
    placed = any(node.part.first(*LATITUDE, *LONGITUDE) for node in nodes)
    if nodes and not placed:
        findings.note(None, "no node has coordinates")
    drafts = []
    for node in nodes:
        label = node.part.first(*_LABEL) or node.key
        where = _position(findings, node.part, label) if placed else None
        drafts.append(NodeDraft(node.key, label, node.part.line, where))
    return drafts


def _position(findings: Findings, part: Part, label: str) -> Coordinates | None:
    words = part.first(*LATITUDE), part.first(*LONGITUDE)
    values = [number_of(word) for word in words]
    where = None
    if values[0] is not None and values[1] is not None:
        where = position(values[0], values[1])
    if where is None:
        given = " ".join(word for word in words if word) or None
        findings.note(part.line, f"node {shown(label)} has no coordinates", given)
    return where


def _are_known(findings: Findings, edge: GraphEdge, known: set[str]) -> bool:
    unknown = [end for end in (edge.src, edge.dst) if end not in known]
    for end in unknown:
        what = "<edge> with an unknown end"
        findings.problem(edge.part.line, what, shown(end), "the id of a node")
    return not unknown


def _links(
    findings: Findings, edges: Sequence[GraphEdge], values: Sequence[EdgeValues]
) -> list[LinkDraft]:
    """Directed edges with their reverse, and behind those the others, each both ways."""
    both = list(zip(edges, values, strict=True))
    links = links_of(findings, [one for one in both if not one[0].directed])
    return links + arcs_of(findings, [one for one in both if one[0].directed])


def _name_unread(findings: Findings, graph: Graph) -> None:
    """One note for all attributes that nothing reads: what a file says is not lost in silence."""
    for what, parts, known in (
        ("node", [node.part for node in graph.nodes], _NODE_KEYS),
        ("edge", [edge.part for edge in graph.edges], _EDGE_KEYS),
    ):
        counts = unread((name for part in parts for name in part.data), known | graph.ignored)
        if counts:
            findings.note(None, f"{what} attributes that are not used", _listed(counts))


def _listed(counts: Mapping[str, int]) -> str:
    names = sorted(counts)
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
