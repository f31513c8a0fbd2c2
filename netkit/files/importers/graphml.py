"""GraphML, above all that of the Internet Topology Zoo, whose files are drawn by hand.

Read of a node: ``label`` or ``name``, ``Latitude``/``lat``, ``Longitude``/``lon``. Of an edge:
``id``, ``delay_us`` or ``delay_ms``, ``length_km``, ``metric``, ``capacity_bps`` or
``LinkSpeedRaw``, in bit/s. Case does not matter. An undirected edge is a link; directed ones pair
up with their reverse. A hyperedge is a link between each two of its ends, all of one shared risk.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import PurePath

from netkit.errors import InputError, shown
from netkit.files.importers.build import build, position
from netkit.files.importers.drafts import ArcDraft, LinkDraft, NodeDraft, paired
from netkit.files.importers.imported import Imported, Options
from netkit.files.native.link_delays import MAX_DELAY_US, MAX_LENGTH_KM
from netkit.files.native.links import (
    MAX_CAPACITY_BPS,
    MAX_METRIC,
    MIN_METRIC,
)
from netkit.files.reading.findings import Findings
from netkit.files.reading.numbers import number_of
from netkit.files.reading.xml_source import Element, parse_xml
from netkit.model.network.geo import Coordinates
from netkit.model.units import ms_to_us

MAX_HYPEREDGE_ENDS = 32

_ABOUT = ("network", "geolocation", "layer", "dateyear")
_HIGHEST = {
    "delay_us": MAX_DELAY_US,
    "delay_ms": MAX_DELAY_US / 1000,
    "length_km": MAX_LENGTH_KM,
    "metric": MAX_METRIC,
    "capacity_bps": MAX_CAPACITY_BPS,
    "linkspeedraw": MAX_CAPACITY_BPS,
}


@dataclass(frozen=True, slots=True)
class _Part:
    """A node or an edge with its attributes by name, in lower case."""

    element: Element
    data: Mapping[str, str]

    def first(self, *names: str) -> str | None:
        return next((self.data[name] for name in names if self.data.get(name)), None)


def parse_graphml(text: str, file: str, options: Options) -> Imported:
    """Read a GraphML document; what is missing or odd in it is noted.

    Raises:
        InputError: no XML that netkit takes, no graph, nodes without ids, edges without ends.
    """
    root = parse_xml(text, file)
    graph = root.first("graph")
    if root.tag != "graphml" or graph is None:
        what = f"the top element is <{root.tag}>" if root.tag != "graphml" else "no <graph>"
        raise InputError.single(
            what, file=file, line=root.line, expected="<graphml> with a <graph>"
        )
    return _Reader(root, graph, file, options).read()


class _Reader:
    """One graph of a document."""

    def __init__(self, root: Element, graph: Element, file: str, options: Options) -> None:
        self._graph = graph
        self._options = options
        self._findings = Findings(file)
        self._names = {
            key.attributes.get("id", ""): key.attributes.get("attr.name", "").lower()
            for key in root.all("key")
        }
        self._directed = graph.attributes.get("edgedefault") == "directed"

    def read(self) -> Imported:
        nodes = self._nodes()
        known = {node.key for node in nodes}
        arcs, links = self._edges(known)
        links += paired(arcs)
        links += self._hyperedges(known)
        about = self._part(self._graph)
        words = ", ".join(about.data[name] for name in _ABOUT if about.data.get(name))
        title = PurePath(self._findings.file).stem
        return build(self._findings, title, words, nodes, links, self._options)

    def _part(self, element: Element) -> _Part:
        data = {}
        for child in element.all("data"):
            key = child.attributes.get("key", "")
            data[self._names.get(key) or key.lower()] = child.text
        return _Part(element, data)

    def _nodes(self) -> list[NodeDraft]:
        nodes: dict[str, NodeDraft] = {}
        for element in self._graph.all("node"):
            key = element.attributes.get("id")
            if not key:
                self._findings.problem(element.line, "a node without an id")
            elif key in nodes:
                where = f"first in line {nodes[key].line}"
                self._findings.problem(element.line, f"node id {shown(key)} again", where)
            else:
                part = self._part(element)
                label = part.first("label", "name") or key
                nodes[key] = NodeDraft(key, label, element.line, self._position(part, label))
            if element.first("graph") is not None:
                self._findings.note(element.line, f"the graph inside node {key} is left out")
        return list(nodes.values())

    def _position(self, part: _Part, label: str) -> Coordinates | None:
        words = part.first("latitude", "lat"), part.first("longitude", "lon", "lng", "long")
        values = [number_of(word) for word in words]
        where = None
        if values[0] is not None and values[1] is not None:
            where = position(values[0], values[1])
        if where is None:
            given = " ".join(word for word in words if word) or None
            what = f"node {shown(label)} has no coordinates"
            self._findings.note(part.element.line, what, given)
        return where

    def _edges(self, known: set[str]) -> tuple[list[ArcDraft], list[LinkDraft]]:
        parts = [self._part(element) for element in self._graph.all("edge")]
        labels = _edge_labels(parts)
        arcs: list[ArcDraft] = []
        links: list[LinkDraft] = []
        for part, label in zip(parts, labels, strict=True):
            attributes = part.element.attributes
            ends = attributes.get("source", ""), attributes.get("target", "")
            if not self._are_known(part.element, ends, known):
                continue
            way = attributes.get("directed", "")
            directed = self._directed if way not in ("true", "false") else way == "true"
            delay_us, metric = self._delay_us(part), self._metric(part)
            capacity_bps = self._capacity_bps(part)
            line, length_km = part.element.line, self._number(part, "length_km")
            if directed:
                arcs.append(
                    ArcDraft(
                        *ends, line, label, delay_us, metric, capacity_bps, length_km=length_km
                    )
                )
            else:
                links.append(
                    LinkDraft(
                        *ends, line, label, None, delay_us, delay_us, metric, metric, capacity_bps,
                        length_km,
                    )
                )  # fmt: skip
        return arcs, links

    def _hyperedges(self, known: set[str]) -> list[LinkDraft]:
        links = []
        for number, element in enumerate(self._graph.all("hyperedge"), start=1):
            ends = [end.attributes.get("node", "") for end in element.all("endpoint")]
            if not self._are_known(element, ends, known):
                continue
            if len(ends) > MAX_HYPEREDGE_ENDS:
                expected = f"at most {MAX_HYPEREDGE_ENDS}"
                self._findings.note(
                    element.line, "a hyperedge is left out", f"{len(ends)} ends", expected
                )
                continue
            what = "a hyperedge is taken as links between each two of its ends"
            self._findings.note(element.line, what, f"{len(ends)} ends")
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

    def _delay_us(self, part: _Part) -> int | None:
        us, ms = self._number(part, "delay_us"), self._number(part, "delay_ms")
        if us is not None:
            return math.floor(us + 0.5)
        return None if ms is None else ms_to_us(ms)

    def _metric(self, part: _Part) -> int | None:
        value = self._number(part, "metric", MIN_METRIC)
        if value is None or value.is_integer():
            return None if value is None else int(value)
        self._findings.note(part.element.line, "metric is not used", f"{value:g}", "a whole number")
        return None

    def _capacity_bps(self, part: _Part) -> int | None:
        for name in ("capacity_bps", "linkspeedraw"):
            value = self._number(part, name)
            if value:
                return round(value)
        return None

    def _number(self, part: _Part, name: str, low: float = 0) -> float | None:
        """A number that the rest can do without; one that is none is noted."""
        word = part.data.get(name)
        value = number_of(word)
        if word and (value is None or not low <= value <= _HIGHEST[name]):
            expected = f"a number from {low:g} to {_HIGHEST[name]:.10g}"
            self._findings.note(part.element.line, f"{name} is not used", shown(word), expected)
            return None
        return value


def _edge_labels(parts: Sequence[_Part]) -> list[str | None]:
    """Ids of edges, where no two edges have the same: some writers number parallel edges there."""
    labels = [part.first("id") or part.element.attributes.get("id") for part in parts]
    count = Counter(labels)
    return [label if label and count[label] == 1 else None for label in labels]
