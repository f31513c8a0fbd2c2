"""What an importer is told beside the file, and what it gives back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from netkit.errors import InputError, Problem, counted
from netkit.files.reading.findings import Findings
from netkit.model.network.derive import DelayRule
from netkit.model.network.elements import Link
from netkit.model.network.topology import Topology
from netkit.model.planning.wanted import Wish

_Network = TypeVar("_Network")
_MOST_NAMED = 10
_DELAYS_REMEDY = "Measured delays bring them in"


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

    ``delay_unit`` is None where nobody has said it. ``network`` names one of several that a file
    holds, ``level`` the IS-IS level to read of a file with both.
    """

    delay_unit: DelayUnit | None = None
    rule: DelayRule = field(default_factory=DelayRule)
    network: str | None = None
    delay: DelayFigure = DelayFigure.MAX
    level: int | None = None


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
        return (*((f"{counted(count, 'link')} without a delay",) if count else ()), *self.unused)

    @property
    def known(self) -> dict[str, str]:
        """Every word that means one node: its name, its label, its key in the file."""
        nodes = self.topology.nodes
        labels = {node.label: node.name for node in nodes if node.label is not None}
        found = {**self.node_of, **labels, **{node.name: node.name for node in nodes}}
        several = self.ambiguous
        return {word: name for word, name in found.items() if word not in several}

    @property
    def ambiguous(self) -> dict[str, tuple[str, ...]]:
        """Labels that several nodes of the file have, and for each of them a word that says which:
        its name, or its key in the file where the label became its name."""
        labelled: dict[str, list[str]] = defaultdict(list)
        for node in self.topology.nodes:
            labelled[node.label or node.name].append(node.name)
        key_of = {name: key for key, name in reversed(tuple(self.node_of.items()))}
        return {
            label: tuple(key_of.get(name, name) if name == label else name for name in names)
            for label, names in labelled.items()
            if len(names) > 1 and label not in self.node_of
        }

    def with_links(self, file: str) -> Imported:
        """The same, unless there is no link between its nodes.

        Raises:
            InputError: none is left, and what became of them.
        """
        topology = self.topology
        if not topology.links and (self.left_out or len(topology.nodes) > 1):
            raise InputError.single(
                "no link is left" if self.left_out else "no link between the nodes",
                file=file, value=", ".join(self.left_out) or None,
                remedy=_DELAYS_REMEDY if self.undelayed else None, field="delays",
            )  # fmt: skip
        return self

    def planned_on(self, file: str) -> Imported:
        """The same, if a plan on it would hold.

        Raises:
            InputError: no link is left, or routers route over links whose delay nobody states: a
                plan without them would not be what the network does.
        """
        if self.undelayed and not self.routed:
            return self  # Delays that are measured later may bring its links in.
        self.with_links(file)
        if self.undelayed:
            ids = [link.id for link in self.undelayed]
            names = " ".join(ids[:5]) + (" …" if len(ids) > 5 else "")
            what = f"no delay of {counted(len(ids), 'link')} that the IGP routes over"
            raise InputError.single(
                what, file=file, value=names, remedy=_DELAYS_REMEDY, field="delays"
            )
        return self


def by_name(file: str, kind: str, found: Iterable[tuple[str, _Network]]) -> dict[str, _Network]:
    """Networks of a file by their names.

    Raises:
        InputError: two have one name, so that no option could choose.
    """
    named: dict[str, _Network] = {}
    for name, network in found:
        if name in named:
            raise InputError.single(
                f"two {kind}s of one name", file=file, value=name, expected="a name for each"
            )
        named[name] = network
    return named


def one_network(
    findings: Findings, named: Mapping[str, _Network], options: Options, kind: str
) -> _Network:
    """The network that is meant of those that a file holds, by name.

    Raises :class:`~netkit.errors.InputError` where several are there and none is chosen: what they
    are to each other is not netkit's to guess.
    """
    names = ", ".join(list(named)[:_MOST_NAMED]) + (" …" if len(named) > _MOST_NAMED else "")
    if options.network is not None and options.network not in named:
        raise InputError.single(
            f"no {kind} of that name",
            file=findings.file,
            value=options.network,
            expected=names,
        )
    if options.network is None and len(named) > 1:
        raise InputError.single(
            f"{len(named)} {kind}s in one file", file=findings.file, value=names,
            expected=f"one {kind}", remedy="Name it", field="network",
        )  # fmt: skip
    chosen = options.network if options.network is not None else next(iter(named))
    others = ", ".join(name for name in named if name != chosen)
    if others:
        findings.note(None, f"{kind}s of the file that are left out", others)
    return named[chosen]
