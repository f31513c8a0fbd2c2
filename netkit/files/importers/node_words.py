"""Every word that a node may be called by: its name, its label, its key in the file, its place.

A place will do where one router of the topology is there, in Chinese as well; where several are,
the word is refused with their names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from netkit.errors import InputError, either, shown
from netkit.files.importers.imported import Imported
from netkit.files.place_names import also_called, place_meant
from netkit.files.reading.findings import Findings
from netkit.model.network.elements import Node, Status
from netkit.model.network.topology import Topology
from netkit.model.planning.wanted import NamedBy, Wish

_DIGITS = 9


@dataclass(frozen=True)
class NodeWords:
    """What words mean on one topology: ``known`` to a name, ``labels`` to the names of several
    nodes, ``places`` to those of the routers there; ``in_order`` are the names by number in the
    topology's file."""

    known: Mapping[str, str]
    labels: Mapping[str, tuple[str, ...]]
    places: Mapping[str, tuple[str, ...]]
    in_order: tuple[str, ...] = ()

    def nodes(self, word: str) -> tuple[str, ...]:
        """The names of all nodes that the word means, none if it means none.

        What the file itself says goes before the names of places, and these before other names of
        the place that a node is named after.
        """
        if word in self.known:
            return (self.known[word],)
        if word in self.labels:
            return self.labels[word]
        if word in self.places:
            return self.places[word]
        others = also_called(word)
        there = {self.places[other] for other in others if other in self.places}
        if len(there) == 1:
            return there.pop()
        alike = {self.known[other] for other in others if other in self.known}
        return tuple(alike) if len(alike) == 1 else ()

    def node(self, word: str, option: str, field: str | None = None) -> str:
        """The node of that word; an unknown word as it is, for who knows better what it may be.

        Raises:
            InputError: the word that stands with ``option``, or is the argument ``field``, would
                mean several.
        """
        names = self.nodes(word) or (word,)
        if len(names) > 1:
            expected = f"one of its nodes, {either(names)}"
            raise InputError.single(option, value=word, expected=expected, field=field)
        return names[0]

    def found(self, word: str, key: str, line: int | None, findings: Findings) -> str | None:
        """The node that the word in column ``key`` means; any other word is a problem, and one that
        means several."""
        names = self.nodes(word)
        if len(names) == 1:
            return names[0]
        if names:
            what = f"{key}: {len(names)} nodes are called that"
            findings.problem(line, what, shown(word), either(names))
            return None
        what, expected = f"{key}: unknown node", "a node of the topology"
        words = (*self.known, *(place for place, there in self.places.items() if len(there) == 1))
        remedy = None if findings.full else place_meant(word, words)
        findings.problem(line, what, shown(word), expected, remedy)
        return None

    def meant(self, word: str) -> str | None:
        """ "Did you mean …?" for what is near, or what a place that is near would be called."""
        return place_meant(word, (*self.known, *self.places))

    def numbered(self, word: str, key: str, line: int | None, findings: Findings) -> str | None:
        """The node of that number; any other word is a problem."""
        count = len(self.in_order)
        if word.isascii() and word.isdigit() and len(word) <= _DIGITS and int(word) < count:
            return self.in_order[int(word)]
        findings.problem(line, key, shown(word), f"a node number below {count}")
        return None

    def understood(
        self, wishes: Iterable[Wish], named_by: NamedBy, findings: Findings
    ) -> tuple[Wish, ...]:
        """Wishes between nodes by their names; one from a node to itself is left out and noted."""
        if named_by is NamedBy.NAME:
            return tuple(wishes)
        by_number = named_by is NamedBy.NUMBER
        node, last = (self.numbered, "dest") if by_number else (self.found, "dst")
        found = []
        for wish in wishes:
            src = node(wish.src, "src", wish.line, findings)
            dst = node(wish.dst, last, wish.line, findings)
            if src is None or dst is None:
                continue
            if src == dst:
                of = f"demand {shown(wish.label or '')}" if by_number else "a demand"
                what = f"{of} from a node to itself is left out"
                findings.note(wish.line, what, None if by_number else src)
                continue
            found.append(replace(wish, src=src, dst=dst, line=None))
        return tuple(found)


def node_words(imported: Imported) -> NodeWords:
    """The words of a topology."""
    topology = imported.topology
    places = _places(topology.nodes)
    return NodeWords(imported.known, imported.ambiguous, places, names_in_order(topology))


def names_in_order(topology: Topology) -> tuple[str, ...]:
    """The names of the nodes by their number in the file, from 0."""
    return tuple(node.name for node in topology.nodes)


def _places(nodes: tuple[Node, ...]) -> dict[str, tuple[str, ...]]:
    """The routers at each place; those that are only planned where there are no others."""
    found: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        if node.place is not None:
            found[node.place].append(node)
    return {
        place: tuple(
            node.name
            for node in there
            if node.status is Status.ACTIVE or all(one.status is not Status.ACTIVE for one in there)
        )
        for place, there in found.items()
    }
