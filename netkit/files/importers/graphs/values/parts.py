"""A graph as its file has it: nodes and edges with words by attribute name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from netkit.files.importers.drafts import LinkDraft
from netkit.files.importers.graphs.values.words import key_of


@dataclass(frozen=True, slots=True)
class Part:
    """The attributes of a node or an edge, as words; their names as the file spells them."""

    line: int | None
    data: Mapping[str, str]

    def first(self, *names: str) -> str | None:
        """The first attribute of these names that says something; they are plain keys."""
        found = {key_of(name): word for name, word in self.data.items()}
        return next((found[name] for name in names if found.get(name)), None)


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A node under the key that edges call it by."""

    key: str
    part: Part


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """An edge between two keys; ``id`` is what the file tells it from others by."""

    src: str
    dst: str
    directed: bool
    id: str | None
    part: Part


@dataclass(frozen=True)
class Graph:
    """One graph of a file. ``more`` are links that are no edges of two ends; ``length_unit`` is the
    unit that the format's own documentation gives a bare length."""

    title: str
    about: str
    nodes: Sequence[GraphNode]
    edges: Sequence[GraphEdge]
    more: Sequence[LinkDraft] = ()
    length_unit: str | None = None
    ignored: frozenset[str] = field(default_factory=frozenset)
