"""What two topologies differ in: parts added, removed, changed, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from netkit.model.network.anycast import Anycast
from netkit.model.network.elements import Link, Node
from netkit.model.network.fabrics import Fabric
from netkit.model.network.flex_algo import FlexAlgo
from netkit.model.network.topology import Topology


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one part that both topologies have."""

    part: str
    field: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class Difference:
    """Parts of one kind, by name or id, in the order of their topology."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[Change, ...]

    @property
    def none(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.added or self.removed or self.changed)


def compare(old: Topology, new: Topology) -> dict[str, Difference]:
    """Differences in ``nodes``, ``links``, ``exchanges``, ``flex_algos`` and ``anycasts``; planned
    parts count as any other."""
    return {
        "nodes": _differ(_by_name(old.nodes), _by_name(new.nodes)),
        "links": _differ(_by_id(old.links), _by_id(new.links)),
        "exchanges": _differ(_by_id(old.fabrics), _by_id(new.fabrics)),
        "flex_algos": _differ(_by_algorithm(old), _by_algorithm(new)),
        "anycasts": _differ(old.anycast, new.anycast),
    }


def _by_name(nodes: Sequence[Node]) -> dict[str, Node]:
    return {node.name: node for node in nodes}


def _by_id(parts: Sequence[Link] | Sequence[Fabric]) -> dict[str, Link | Fabric]:
    return {part.id: part for part in parts}


def _by_algorithm(topology: Topology) -> dict[str, FlexAlgo]:
    return {str(flex.algorithm): flex for flex in topology.flex_algos}


_Part = Node | Link | Fabric | FlexAlgo | Anycast


def _differ(old: Mapping[str, _Part], new: Mapping[str, _Part]) -> Difference:
    return Difference(
        tuple(name for name in new if name not in old),
        tuple(name for name in old if name not in new),
        tuple(
            Change(name, field.name, getattr(part, field.name), getattr(new[name], field.name))
            for name, part in old.items()
            if name in new
            for field in fields(part)
            if getattr(part, field.name) != getattr(new[name], field.name)
        ),
    )
