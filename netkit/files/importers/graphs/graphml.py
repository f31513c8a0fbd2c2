"""GraphML, above all that of the Internet Topology Zoo, whose files are drawn by hand.

Read of a node: ``label`` or ``name``, ``Latitude``/``lat``, ``Longitude``/``lon``; of an edge its
id and what :mod:`.words` knows. What a node or an edge does not say is the ``<default>`` of its
key. An undirected edge is a link; directed ones pair up with their reverse (but see :mod:`.yed`). A
hyperedge is a link between each two of its ends, all of one shared risk.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import PurePath

from netkit.errors import InputError, counted, shown
from netkit.files.importers.drafts import LinkDraft
from netkit.files.importers.graphs.assemble import assemble, refuse_repeated
from netkit.files.importers.graphs.values.node_values import LABEL
from netkit.files.importers.graphs.values.parts import Graph, GraphEdge, GraphNode, Part
from netkit.files.importers.graphs.yed import drawn_label, leads_both_ways
from netkit.files.importers.imported import Imported, Options, by_name, one_network
from netkit.files.reading.findings import Findings
from netkit.files.reading.xml_source import Element, parse_xml

MAX_HYPEREDGE_ENDS = 32

_OF_A_FILE = frozenset({"graph", "key", "data", "desc"})
_OF_A_GRAPH = frozenset({"node", "edge", "hyperedge", "data", "desc"})
_ABOUT = ("network", "geolocation", "layer", "dateyear")


def parse_graphml(text: str, file: str, options: Options) -> Imported:
    """Read a GraphML document.

    Raises:
        InputError: no XML that netkit takes, several graphs of which none is chosen, nodes without
            an id or with a repeated one, edges to nodes that do not exist, figures without a unit.
    """
    root = parse_xml(text, file)
    if root.tag != "graphml":
        raise InputError.single(
            f"the top element is <{root.tag}>", file=file, line=root.line, expected="<graphml>"
        )
    graphs = list(root.all("graph"))
    if not graphs:
        raise InputError.single(
            "no <graph>", file=file, line=root.line, expected="<graphml> with a <graph>"
        )
    named = by_name(
        file, "graph", ((_name(graph, at), graph) for at, graph in enumerate(graphs, start=1))
    )
    findings = Findings(file)
    return _Reader(root, one_network(findings, named, options, "graph"), findings, options).read()


def _name(graph: Element, number: int) -> str:
    return graph.attributes.get("id") or str(number)


class _Reader:
    """One graph of a document."""

    def __init__(self, root: Element, graph: Element, findings: Findings, options: Options) -> None:
        self._root, self._graph = root, graph
        self._options = options
        self._findings = findings
        self._names: dict[str, str] = {}
        self._defaults: dict[str, dict[str, str]] = {"node": {}, "edge": {}, "graph": {}}
        for key in root.all("key"):
            self._take_key(key)
        self._directed = graph.attributes.get("edgedefault") == "directed"

    def _take_key(self, key: Element) -> None:
        id_ = key.attributes.get("id", "")
        name = self._names[id_] = key.attributes.get("attr.name") or id_
        default = key.first("default")
        if default is not None and default.text:
            where = key.attributes.get("for", "all")
            for kind, values in self._defaults.items():
                if where in (kind, "all"):
                    values[name] = default.text

    def read(self) -> Imported:
        about = self._part(self._graph)
        self._note_others()
        nodes = refuse_repeated(self._findings, self._nodes())
        graph = Graph(
            PurePath(self._findings.file).stem,
            ", ".join(word for name in _ABOUT if (word := about.first(name))),
            nodes,
            [self._edge(element) for element in self._graph.all("edge")],
            self._hyperedges({node.key for node in nodes}),
            ignored=frozenset({"hyperedge"}),
        )
        return assemble(self._findings, graph, self._options)

    def _note_others(self) -> None:
        """Elements that nothing reads, by name: they may be edges that have slipped."""
        inside = (one.tag for one in self._graph.children if one.tag not in _OF_A_GRAPH)
        outside = (one.tag for one in self._root.children if one.tag not in _OF_A_FILE)
        self._findings.note_counts("elements of the graph that are not read", inside)
        self._findings.note_counts("elements outside the graph that are not read", outside)

    def _part(self, element: Element) -> Part:
        said = [
            (child.attributes.get("key", ""), child.text)
            for child in element.all("data")
            if child.text
        ]
        if element.text:
            what, words = f"text inside <{element.tag}>", shown(element.text)
            self._findings.problem(element.line, what, words, "elements only")
        what = f"one {element.tag}: the key"
        self._findings.refuse_repeats(element.line, what, [key for key, _ in said])
        own = {self._names.get(key) or key: text for key, text in said}
        return Part(element.line, {**self._defaults.get(element.tag, {}), **own})

    def _nodes(self) -> list[GraphNode]:
        nodes = []
        for element in self._graph.all("node"):
            key = element.attributes.get("id")
            if key:
                nodes.append(GraphNode(key, self._of_node(element)))
            else:
                self._findings.problem(element.line, "a node without an id")
            if element.first("graph") is not None:
                self._findings.note(element.line, f"the graph inside node {key} is left out")
        return nodes

    def _of_node(self, element: Element) -> Part:
        part = self._part(element)
        drawn = None if part.first(*LABEL) else drawn_label(element)
        return part if drawn is None else Part(part.line, {**part.data, "label": drawn})

    def _edge(self, element: Element) -> GraphEdge:
        attributes, part = element.attributes, self._part(element)
        way = attributes.get("directed", "")
        directed = self._directed if way not in ("true", "false") else way == "true"
        directed = directed and not leads_both_ways(element)
        id_ = part.first("id") or attributes.get("id") or None
        ends = attributes.get("source", ""), attributes.get("target", "")
        return GraphEdge(*ends, directed, id_, part)

    def _hyperedges(self, known: set[str]) -> list[LinkDraft]:
        links = []
        for number, element in enumerate(self._graph.all("hyperedge"), start=1):
            ends = [end.attributes.get("node", "") for end in element.all("endpoint")]
            if not self._are_known(element, ends, known):
                continue
            if len(ends) > MAX_HYPEREDGE_ENDS:
                expected = f"at most {MAX_HYPEREDGE_ENDS}"
                self._findings.note(
                    element.line, "a hyperedge is left out", counted(len(ends), "end"), expected
                )
                continue
            what = "a hyperedge is taken as links between each two of its ends"
            self._findings.note(element.line, what, counted(len(ends), "end"))
            risk = frozenset({f"hyperedge-{number}"})
            links += [
                LinkDraft(a, b, element.line, srlgs=risk)
                for a, b in combinations(dict.fromkeys(ends), 2)
            ]
        return links

    def _are_known(self, element: Element, ends: Sequence[str], known: set[str]) -> bool:
        unknown = [end for end in ends if end not in known]
        for end in unknown:
            what = f"<{element.tag}> with an unknown end"
            self._findings.problem(element.line, what, shown(end), "the id of a node")
        return not unknown
