"""From the nodes and edges of a graph file to a topology; see :mod:`.words` for what is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from netkit.errors import shown
from netkit.files.importers.build import build
from netkit.files.importers.drafts import LinkDraft
from netkit.files.importers.graphs.links import arcs_of, links_of
from netkit.files.importers.graphs.values.edge_values import EdgeValues, Vocabulary, unread
from netkit.files.importers.graphs.values.lengths import settled
from netkit.files.importers.graphs.values.node_values import NODE_KEYS, node_drafts
from netkit.files.importers.graphs.values.parts import Graph, GraphEdge, GraphNode
from netkit.files.importers.imported import Imported, Options
from netkit.files.reading.findings import Findings

_CHINESE = ("labelzh", "namezh", "labelcn", "namecn", "chinese")
_NODE_KEYS = NODE_KEYS | frozenset(_CHINESE)
_EDGE_KEYS = frozenset({"id", "key", "source", "target", "srlg", "srlgs", "admingroups"})


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
    nodes = node_drafts(findings, graph.nodes, edges)
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
        findings.note_counts(f"{what} attributes that are not used", counts.elements())
