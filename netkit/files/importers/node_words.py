"""Every word that a node may be called by: its name, its label, its key in the file, its place.

A place will do where one router of the topology is there, in Chinese as well; where several are,
the word is refused with their names.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from netkit.errors import InputError, either
from netkit.files.importers.imported import Imported
from netkit.files.place_names import by_other_names
from netkit.model.network.elements import Node, Status


@dataclass(frozen=True)
class NodeWords:
    """Words that mean one node, and those that would mean several, with the names of these."""

    known: dict[str, str]
    ambiguous: dict[str, tuple[str, ...]]

    def node(self, word: str, option: str) -> str:
        """The node of that word; an unknown word as it is, for who knows better what it may be.

        Raises:
            InputError: the word that stands with ``option`` would mean several.
        """
        if word in self.ambiguous:
            names = either(self.ambiguous[word])
            raise InputError.single(option, value=word, expected=f"one of its nodes, {names}")
        return self.known.get(word, word)


def node_words(imported: Imported) -> NodeWords:
    """The words of a topology. What the file itself says goes before the names of places."""
    known, labels = imported.known, imported.ambiguous
    places = _places(imported.topology.nodes)
    groups = {
        word: names
        for word, names in by_other_names(places).items()
        if word not in known and word not in labels
    }
    one = {word: names[0] for word, names in groups.items() if len(names) == 1}
    several = {word: names for word, names in groups.items() if len(names) > 1}
    words = by_other_names(known)
    own = {word: name for word, name in words.items() if word not in groups and word not in labels}
    return NodeWords({**one, **own}, {**several, **labels})


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
