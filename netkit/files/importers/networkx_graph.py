"""A networkx graph of one's own as a topology, and a topology as a networkx graph.

A node is named by ``str(node)`` where that can be a name; what cannot is made one, as importers do
with the labels of files, and is kept as the node's label. Attributes that are read, all optional,
with the meaning, limits and defaults that docs/topology-format.md gives the fields of the same
name:

- nodes: ``role`` (here ``city`` by default), ``operator``, ``place``, ``hub``, ``coordinates`` as
  (latitude, longitude) or ``lat`` and ``lon``, ``sid_index``, ``status``;
- edges: ``id``, ``delay_us``, ``basis``, ``length_km``, ``route_factor``, ``equipment_us``,
  ``metric``, ``capacity_bps``, ``capacity_gbps``, ``srlgs``, ``admin_groups``, ``kind``,
  ``status``, ``jitter_us``, ``loss_percent``, ``te_metric``, ``cost``, ``mtu_bytes``.

Attributes of other names are left alone. A missing value is an absent attribute or None. An edge of
an undirected graph is a link whose both directions are alike. In a directed graph an edge and its
reverse are one link; they may differ in ``delay_us``, ``metric``, ``jitter_us``, ``loss_percent``,
``te_metric`` and, in a graph without parallel edges, ``id`` only. In a multigraph the two are
matched by ``id``, else by edge key. An edge without a reverse is a one-way link. A key that is text
serves as ``id``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import Any

import networkx as nx
import yaml

from netkit.files.native.link_quality import LINK_KEYS
from netkit.files.native.nodes import FORMAT, LONGEST_NODE_NAME, NODE_NAME
from netkit.files.native.topology import topology_of
from netkit.files.reading.findings import Findings
from netkit.files.reading.labels import one_line, unique_names
from netkit.files.reading.yaml_sections import Document, Section
from netkit.model.network.elements import Role
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand

_NODE_KEYS = ("role", "operator", "place", "hub", "coordinates", "sid_index", "status")
_EDGE_KEYS = (
    "id", "delay_us", "basis", "length_km", "route_factor", "equipment_us", "metric",
    "capacity_bps", "capacity_gbps", "srlgs", "admin_groups", "kind", "status", *LINK_KEYS,
)  # fmt: skip
_DIRECTED_KEYS = ("delay_us", "metric", "id")
_STATED_KEYS = ("jitter_us", "loss_percent", "te_metric")
_FILE = "graph"
_MAP, _STR = "tag:yaml.org,2002:map", "tag:yaml.org,2002:str"
_Plain = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Edge:
    a: str
    b: str
    mark: Hashable
    fields: _Plain

    @property
    def words(self) -> str:
        return f"edge {self.a} -> {self.b}"


def as_graph(topology: Topology) -> nx.MultiDiGraph[str]:
    """The active part of ``topology``: nodes by name with their :class:`Node` under ``node``.

    Edges are keyed by link id and carry ``adjacency``, and for networkx's own algorithms
    ``metric`` and ``delay_us``. The graph carries ``flex_algos``, the definitions of its planes.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=topology.name)
    graph.graph["flex_algos"] = topology.flex_algos
    for node in topology.active_nodes:
        graph.add_node(node.name, node=node)
    for adjacency in topology.adjacencies:
        graph.add_edge(
            adjacency.src,
            adjacency.dst,
            key=adjacency.link_id,
            adjacency=adjacency,
            metric=adjacency.metric,
            delay_us=adjacency.delay_us,
        )
    return graph


def topology_from_networkx(graph: nx.Graph[Any], name: str = "graph") -> Topology:
    """Make a topology of a (multi)(di)graph, under every check that files get.

    Raises:
        InputError: every problem of the graph.
    """
    findings = Findings(_FILE)
    names = node_names(graph)
    edges = list(_edges(graph, names))
    if graph.is_directed():
        edges = _matched(edges, findings)
    content = {
        "netkit": FORMAT,
        "name": name,
        "nodes": [_node(node, names[node], data) for node, data in graph.nodes(data=True)],
        "links": [{"a": edge.a, "b": edge.b, **edge.fields} for edge in edges],
    }
    root = Section(_Representer().represent_mapping(_MAP, content), "", findings)
    return topology_of(Document(root, findings))


def node_names(graph: nx.Graph[Any]) -> dict[Hashable, str]:
    """What :func:`topology_from_networkx` calls each node of ``graph``."""
    spare = [f"node-{number}" for number in range(1, len(graph) + 1)]
    names = unique_names([str(node) for node in graph], NODE_NAME, LONGEST_NODE_NAME, spare)
    return dict(zip(graph, names, strict=True))


def in_topology(
    network: Topology | nx.Graph[Any], pairs: Iterable[tuple[Hashable, Hashable] | Demand]
) -> tuple[Topology, list[tuple[str, str] | Demand]]:
    """A topology as it is, or that of a graph; pairs and demands between nodes of ``network`` by
    what the topology calls these. What is no node of a graph stays as it is."""
    if isinstance(network, Topology):
        topology, names = network, dict[Hashable, str]()
    else:
        topology, names = topology_from_networkx(network), node_names(network)

    def named(src: Hashable, dst: Hashable) -> tuple[Any, Any]:
        return names.get(src, src), names.get(dst, dst)

    found: list[tuple[str, str] | Demand] = []
    for pair in pairs:
        if isinstance(pair, Demand):
            src, dst = named(pair.src, pair.dst)
            found.append(replace(pair, src=src, dst=dst))
        else:
            found.append(named(*pair))
    return topology, found


class _Representer(yaml.representer.SafeRepresenter):
    """Values as YAML nodes. Text is marked as quoted, so that it never counts as a number."""

    def represent_text(self, data: object) -> yaml.ScalarNode:
        return self.represent_scalar(_STR, str(data), style='"')

    def represent_any(self, data: object) -> yaml.Node:
        """Numbers of other libraries by their value; anything else as the text it prints."""
        if isinstance(data, Integral):
            return self.represent_int(int(data))
        if isinstance(data, Real):
            return self.represent_float(float(data))
        return self.represent_text(data)


_Representer.add_representer(str, _Representer.represent_text)
_Representer.add_multi_representer(object, _Representer.represent_any)


def _node(node: Hashable, name: str, data: Mapping[str, object]) -> _Plain:
    found = {"name": name, "role": Role.CITY.value, **_present(data, _NODE_KEYS)}
    if "coordinates" not in found and "lat" in data and "lon" in data:
        found["coordinates"] = [data["lat"], data["lon"]]
    if name != str(node):
        found["label"] = one_line(str(node))
    return found


def _present(data: Mapping[str, object], keys: Iterable[str]) -> _Plain:
    return {key: _plain(data[key]) for key in keys if data.get(key) is not None}


def _plain(value: object) -> object:
    if isinstance(value, AbstractSet):
        return sorted(str(item) for item in value)
    return list(value) if isinstance(value, tuple) else value


def _edges(graph: nx.Graph[Any], names: Mapping[Hashable, str]) -> Iterator[_Edge]:
    if not isinstance(graph, nx.MultiGraph):
        for a, b, data in graph.edges(data=True):
            yield _Edge(names[a], names[b], None, _present(data, _EDGE_KEYS))
        return
    for a, b, key, data in graph.edges(keys=True, data=True):
        fields = _present(data, _EDGE_KEYS)
        if isinstance(key, str):
            fields.setdefault("id", key)
        yield _Edge(names[a], names[b], fields.get("id", key), fields)


def _matched(edges: list[_Edge], findings: Findings) -> list[_Edge]:
    """Each edge and its reverse as one link, in the place of the first of the two."""
    links: dict[tuple[str, str, Hashable], _Edge] = {}
    alone: dict[tuple[str, str, Hashable], _Edge] = {}
    for edge in edges:
        first = alone.pop((edge.b, edge.a, edge.mark), None)
        if first is not None:
            links[first.a, first.b, first.mark] = _both(first, edge, findings)
        else:
            links[edge.a, edge.b, edge.mark] = edge
            if edge.a != edge.b:
                alone[edge.a, edge.b, edge.mark] = edge
    for key, edge in alone.items():
        links[key] = replace(edge, fields={**edge.fields, "one_way": True})
    return list(links.values())


def _both(ab: _Edge, ba: _Edge, findings: Findings) -> _Edge:
    fields = dict(ab.fields)
    for key in _EDGE_KEYS:
        ways = ab.fields.get(key), ba.fields.get(key)
        if ways[0] == ways[1]:
            continue
        if key in _DIRECTED_KEYS and None not in ways:
            fields[key] = {"ab": ways[0], "ba": ways[1]}
        elif key in _STATED_KEYS:
            named = zip(("ab", "ba"), ways, strict=True)
            fields[key] = {way: value for way, value in named if value is not None}
        else:
            what = f"{ab.words} and its reverse differ in {key}"
            findings.problem(None, what, f"{ways[0]} and {ways[1]}", "the same")
    return _Edge(ab.a, ab.b, ab.mark, fields)
