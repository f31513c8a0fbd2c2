"""What nodes of a graph say of themselves, as far as a node of the model has a place for it.

Role, status and overload are read where their words are the model's own; an operator where all
links between operators are at nodes that may hand over, for elsewhere the word means another thing.
What is said and not used is named and counted, once a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from netkit.errors import shown
from netkit.files.importers.build import position
from netkit.files.importers.drafts import NodeDraft
from netkit.files.importers.graphs.values.lengths import LATITUDE, LONGITUDE
from netkit.files.importers.graphs.values.parts import GraphEdge, GraphNode, Part
from netkit.files.native.checks import HANDOVER_ROLES
from netkit.files.native.nodes import LINE, NAME
from netkit.files.reading.findings import Findings
from netkit.files.reading.labels import fitting
from netkit.files.reading.numbers import number_of
from netkit.model.network.elements import Role, Status
from netkit.model.network.geo import Coordinates

_E = TypeVar("_E", bound=StrEnum)
LABEL = ("label", "name")
_OPERATOR = ("operator", "carrier", "运营商")
_PLACE = ("place", "city", "town", "地点", "城市")
_HUB = ("hub", "枢纽")
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no")
_LONGEST_OPERATOR = 32
NODE_KEYS = frozenset({
    *LATITUDE, *LONGITUDE, *LABEL, *_OPERATOR, *_PLACE, *_HUB, "id", "role", "status", "overload",
    "internal",
})  # fmt: skip


def node_drafts(
    findings: Findings, nodes: Sequence[GraphNode], edges: Sequence[GraphEdge]
) -> list[NodeDraft]:
    """The nodes, with what they say of themselves."""
    placed = any(node.part.first(*LATITUDE, *LONGITUDE) for node in nodes)
    if nodes and not placed:
        findings.note(None, "no node has coordinates")
    unused: Counter[str] = Counter()
    drafts = [_draft(findings, node, unused, placed=placed) for node in nodes]
    external = sum(node.part.first("internal") in _FALSE for node in nodes)
    if external:
        findings.note(
            None, "nodes of other networks (Internal 0), taken as any other", str(external)
        )
    for what, count in sorted(unused.items()):
        findings.note(None, f"{what} is not used", f"{count} nodes")
    return _with_operators(findings, drafts, nodes, edges)


def _draft(findings: Findings, node: GraphNode, unused: Counter[str], *, placed: bool) -> NodeDraft:
    part = node.part
    label = part.first(*LABEL) or node.key
    return NodeDraft(
        node.key, label, part.line, _position(findings, part, label) if placed else None,
        overload=_flag(part, "overload", unused),
        role=_choice(part, "role", Role, unused) or Role.CITY,
        place=_line(part, _PLACE), hub=_line(part, _HUB),
        status=_choice(part, "status", Status, unused) or Status.ACTIVE,
    )  # fmt: skip


def _choice(part: Part, name: str, kind: type[_E], unused: Counter[str]) -> _E | None:
    word = part.first(name)
    found = {str(one): one for one in kind}.get(word.strip().lower()) if word else None
    if word and found is None:
        unused[f"{name} {shown(word)}"] += 1
    return found


def _flag(part: Part, name: str, unused: Counter[str]) -> bool:
    word = (part.first(name) or "false").lower()
    if word not in (*_TRUE, *_FALSE):
        unused[f"{name} {shown(word)}"] += 1
    return word in _TRUE


def _line(part: Part, names: Sequence[str]) -> str | None:
    word = (part.first(*names) or "").strip()
    return word if LINE.fullmatch(word) else None


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


def _with_operators(
    findings: Findings,
    drafts: Sequence[NodeDraft],
    nodes: Sequence[GraphNode],
    edges: Iterable[GraphEdge],
) -> list[NodeDraft]:
    """The nodes with their operators, unless a link between two is where none may be."""
    words = [node.part.first(*_OPERATOR) for node in nodes]
    if not any(words):
        return list(drafts)
    named = [fitting(word.lower(), NAME, _LONGEST_OPERATOR) if word else "" for word in words]
    made = [
        replace(draft, operator=name) if name else draft
        for draft, name in zip(drafts, named, strict=True)
    ]
    of = {draft.key: draft for draft in made}
    across = [
        (of[edge.src], of[edge.dst]) for edge in edges
        if of[edge.src].operator != of[edge.dst].operator
    ]  # fmt: skip
    wrong = [pair for pair in across if not {pair[0].role, pair[1].role} <= HANDOVER_ROLES]
    if wrong:
        ends = f"{len(wrong)} links, the first between {wrong[0][0].label} and {wrong[0][1].label}"
        what = (
            "operators are not used: links between them at nodes that are neither border nor core"
        )
        findings.note(None, what, ends)
        return list(drafts)
    if across:
        findings.note(None, "links between operators are direct-connect links", str(len(across)))
    return made
