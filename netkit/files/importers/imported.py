"""What an importer is told beside the file, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from netkit.errors import Problem
from netkit.model.network.derive import DelayRule
from netkit.model.network.elements import Link
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import LOWEST_PRIORITY


class DelayUnit(StrEnum):
    """What the delays of a file are counted in that does not say so itself."""

    US = "us"
    MS = "ms"


class DelayFigure(StrEnum):
    """Which of the delays that an IGP advertises is planned with (RFC 8570 §4.1, §4.2)."""

    MIN = "min"
    AVG = "avg"
    MAX = "max"


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may add to a file that leaves things open.

    ``level`` is the IS-IS level to read, where a file holds both.
    """

    delay_unit: DelayUnit = DelayUnit.US
    rule: DelayRule = field(default_factory=DelayRule)
    delay: DelayFigure = DelayFigure.MAX
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A demand as a file states it, between nodes of the topology.

    ``reserve``: the file asks for its bandwidth. Matrices of other projects only say what traffic
    there was.
    """

    src: str
    dst: str
    bound_us: int | None = None
    bandwidth_bps: int | None = None
    label: str | None = None
    priority: int = LOWEST_PRIORITY
    reserve: bool = False


@dataclass(frozen=True)
class Imported:
    """A topology, what there is to say of it, and the nodes by what the file calls them.

    ``undelayed`` are links that are left out because nobody knows their delay, all zeros here: a
    file of measured delays brings them in. ``routed``: the file is what routers route by, so that a
    plan without those links would not be what the network does. ``unused`` says in words what
    else of the file is not in the topology.
    """

    topology: Topology
    notes: tuple[Problem, ...] = ()
    undelayed: tuple[Link, ...] = ()
    node_of: Mapping[str, str] = field(default_factory=dict)
    wishes: tuple[Wish, ...] = ()
    routed: bool = False
    unused: tuple[str, ...] = ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """In words what is in the file and not in the topology, most important first."""
        count = len(self.undelayed)
        return (*((f"{count} links without a delay",) if count else ()), *self.unused)

    @property
    def known(self) -> dict[str, str]:
        """Every word that means one node: its name, its label, its key in the file."""
        nodes = self.topology.nodes
        labels = {node.label: node.name for node in reversed(nodes) if node.label is not None}
        return {**self.node_of, **labels, **{node.name: node.name for node in nodes}}
