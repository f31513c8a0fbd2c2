"""Node-link JSON: what networkx, D3 and topohub write.

``{"directed": …, "multigraph": …, "graph": {…}, "nodes": [{"id": …}], "edges": [{"source": …}]}``;
networkx before 3.6 calls the edges ``links``, and before 2.0 their ends are places in the list of
nodes. A node goes by its ``name`` or ``label``, else its id; of an edge, what :mod:`.words` knows.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from netkit.errors import InputError, shown
from netkit.files.importers.graphs.assemble import assemble, refuse_repeated
from netkit.files.importers.graphs.topohub import is_topohub, placed, wishes_of
from netkit.files.importers.graphs.values.parts import Graph, GraphEdge, GraphNode, Part
from netkit.files.importers.imported import Imported, Options
from netkit.files.reading.findings import Findings
from netkit.files.reading.json_source import Object, parse_json

MAX_PARTS = 1_000_000

_EDGES = ("edges", "links")


def parse_node_link(text: str, file: str, options: Options) -> Imported:
    """Read node-link JSON.

    Raises:
        InputError: no JSON, no lists of nodes and edges, and every problem of them.
    """
    root = parse_json(text, file)
    if not isinstance(root, Object) or not isinstance(root.get("nodes"), list):
        expected = "an object with lists nodes and edges, or links"
        raise InputError.single("no node-link JSON", file=file, expected=expected)
    findings = Findings(file)
    findings.refuse_repeats(None, "the file: key", [key for key, _ in root.pairs])
    lists = [key for key, value in root.pairs if isinstance(value, list) and value]
    edges_in = next((key for key in _EDGES if key in lists), None)
    others = (key for key in lists if key not in ("nodes", edges_in))
    findings.note_counts("lists that are not read", others)
    of_topohub = is_topohub(root)
    nodes = _nodes(findings, root)
    directed = root.get("directed") is True
    edges = _edges(findings, root, [node.key for node in nodes], directed=directed)
    about = root.section("graph")
    title = about.text("name") or PurePath(file).stem
    graph = Graph(
        title, "", refuse_repeated(findings, nodes), edges,
        length_unit="km" if of_topohub else None,
        ignored=frozenset({"ecmpfwd", "ecmpbwd", "pos"} if of_topohub else ()),
    )  # fmt: skip
    if not of_topohub:
        return assemble(findings, graph, options)
    imported = assemble(findings, replace(graph, nodes=placed(graph.nodes)), options)
    wishes = wishes_of(findings, about, imported.node_of)
    return replace(imported, notes=findings.notes, wishes=wishes)


def _listed(root: Object, file: str, *keys: str) -> list[object]:
    """The list under the first of ``keys`` that has one."""
    found = next((value for key in keys if isinstance(value := root.get(key), list) and value), [])
    if len(found) > MAX_PARTS:
        what, count = f"too many {keys[0]}", str(len(found))
        raise InputError.single(what, file=file, value=count, expected=f"at most {MAX_PARTS}")
    return found


def _nodes(findings: Findings, root: Object) -> list[GraphNode]:
    nodes = []
    for place, value in enumerate(_listed(root, findings.file, "nodes")):
        if isinstance(value, Object):
            own = value.get("id")
            key = str(place) if own is None else _word(own)
            findings.refuse_repeats(
                None, f"node {shown(key)}: key", [name for name, _ in value.pairs]
            )
            nodes.append(GraphNode(key, _part(value, skip="id")))
        else:
            what = f"node {place + 1} is no object"
            findings.problem(None, what, shown(_word(value)), '{"id": …}')
    return nodes


def _edges(
    findings: Findings, root: Object, keys: Sequence[str], *, directed: bool
) -> list[GraphEdge]:
    objects = []
    for place, value in enumerate(_listed(root, findings.file, *_EDGES), start=1):
        if isinstance(value, Object):
            findings.refuse_repeats(None, f"edge {place}: key", [name for name, _ in value.pairs])
            objects.append(value)
        else:
            what = f"edge {place} is no object"
            findings.problem(None, what, shown(_word(value)), '{"source": …, "target": …}')
    ends = [(_word(one.get("source")), _word(one.get("target"))) for one in objects]
    if _are_places(objects, set(keys), len(keys)):
        findings.note(None, "ends of edges are places in the list of nodes, as in networkx 1")
        ends = [(keys[int(src)], keys[int(dst)]) for src, dst in ends]
    many = root.get("multigraph") is True
    found = []
    for one, (src, dst) in zip(objects, ends, strict=True):
        key = one.get("id") if one.get("id") is not None or not many else one.get("key")
        part = _part(one, skip="source target key id")
        found.append(GraphEdge(src, dst, directed, None if key is None else _word(key), part))
    return found


def _are_places(edges: Sequence[Object], keys: set[str], count: int) -> bool:
    """Whether ends are numbers of which some is no id, and all are places."""
    ends = [one.get(way) for one in edges for way in ("source", "target")]
    known = all(_word(end) in keys for end in ends)
    return not known and all(type(end) is int and 0 <= end < count for end in ends)


def _part(value: Object, *, skip: str) -> Part:
    """The attributes as words; what is None says nothing."""
    skipped = skip.split()
    data = {
        name: _word(each) for name, each in value.pairs if each is not None and name not in skipped
    }
    return Part(None, data)


def _word(value: object) -> str:
    """A value as text: a list has its words side by side, an object is JSON again."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return " ".join(_word(item) for item in value)
    if isinstance(value, Object):
        return "{…}"
    return json.dumps(value)
