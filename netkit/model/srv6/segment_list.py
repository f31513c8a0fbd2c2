"""Segment lists, the paths they take, and the certificates that hold them to it.

All delays are one-way, in whole µs. A segment list is written without its final service SID: the
endpoint's End.DT6 always ends it and takes the packet on from the last segment by IGP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from netkit.model.srv6.usid import END_SLOTS, END_X_SLOTS, SERVICE_SLOTS, packed


class Stitch(StrEnum):
    """How traffic is steered in the operator that it is handed over to: by segments of its own
    that the headend pushes, or by one binding SID of its border router, which pushes the rest."""

    BORDER = "border"
    BINDING = "binding"


class Behavior(StrEnum):
    """SRv6 endpoint behaviours that the planner steers with (RFC 8986 §4.1, §4.2)."""

    END = "end"
    END_X = "end_x"


@dataclass(frozen=True, slots=True)
class Segment:
    """``End`` of ``node``; or ``End.X`` of ``node`` over ``link`` to the node at its far end.

    ``algorithm`` says by whose shortest paths the packet comes to ``node``: 0 is the IGP itself,
    others are those of :class:`~netkit.model.network.flex_algo.FlexAlgo`.
    """

    kind: Behavior
    node: str
    link: str | None = None
    algorithm: int = 0

    @property
    def slots(self) -> int:
        """Slots that it takes in a uSID container."""
        return END_SLOTS if self.kind is Behavior.END else END_X_SLOTS


@dataclass(frozen=True, slots=True)
class Path:
    """One path: ``links[i]`` leads from ``nodes[i]`` to ``nodes[i + 1]``."""

    nodes: tuple[str, ...]
    links: tuple[str, ...]
    cost: int
    delay_us: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """What replaying a list through the IGP over every ECMP branch has shown.

    ``links`` holds (link id, headend) of every adjacency that any branch crosses, and ``nodes``
    every node, both sorted; ``branches`` counts the paths that the packet may take. ``hops``,
    ``jitter_us``, ``loss_ppb``, ``te_metric`` and ``cost`` are the worst of all branches; None
    where some branch crosses a link that does not state its own. A link without a TE metric has its
    IGP metric; where no link has one, ``te_metric`` is None.
    """

    guaranteed_us: int
    best_us: int
    branches: int
    links: tuple[tuple[str, str], ...]
    nodes: tuple[str, ...]
    hops: int | None = None
    jitter_us: int | None = None
    loss_ppb: int | None = None
    te_metric: int | None = None
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """A binding SID of ``node``: there ``segments[first:end]`` of the list are pushed on top
    (End.B6.Encaps.Red, RFC 8986 §4.14).

    The packet is at ``node`` once ``segments[:first]`` are done. If the last of those is an ``End``
    of ``node`` that the headend pushes, the binding SID stands in its place; else it follows it.
    The last of the segments pushed takes the outer header off (USD, RFC 8986 §4.16.3).
    ``number`` tells it from the other binding SIDs of ``node``, from 0; ``algorithm`` is that of
    the segment in whose place it stands.
    """

    node: str
    first: int
    end: int
    number: int = 0
    algorithm: int = 0


@dataclass(frozen=True, slots=True)
class CandidatePath:
    """A segment list with its certificate (RFC 9256 §2.2); ``path`` is its least-delay branch.

    ``bindings``, in order of travel, are where it is cut: forwarding is that of the whole list.
    ``usid``: the headend pushes it as uSID containers, each of which is one SID; it is never cut.
    """

    segments: tuple[Segment, ...]
    path: Path
    certificate: Certificate
    bindings: tuple[Binding, ...] = ()
    usid: bool = False

    @property
    def pushed(self) -> tuple[Segment | Binding, ...]:
        """What the headend pushes before the service SID."""
        items: list[Segment | Binding] = []
        done = 0
        for binding in self.bindings:
            own = self.segments[done : binding.first]
            replaced = bool(own) and own[-1].kind is Behavior.END
            items += [*own[: len(own) - replaced], binding]
            done = binding.end
        return (*items, *self.segments[done:])

    @property
    def sid_count(self) -> int:
        """SIDs that the headend pushes, the service SID counted."""
        return len(self.containers) if self.usid else len(self.pushed) + 1

    @property
    def most_sids(self) -> int:
        """Most SIDs on a packet: the headend's, and the longest list that is pushed on top."""
        longest = max((binding.end - binding.first for binding in self.bindings), default=0)
        return self.sid_count + longest

    @property
    def containers(self) -> tuple[range, ...]:
        """The SIDs of each uSID container, by their places in the list; the service SID is last."""
        return containers(self.segments)


def sids_pushed(segments: Sequence[Segment], *, usid: bool = False) -> int:
    """SIDs that the headend pushes for a list that is not cut, the service SID counted.

    As uSIDs, two End.X and the service SID fill one container:

    >>> steps = (Segment(Behavior.END_X, "a", "a~b"), Segment(Behavior.END_X, "b", "b~c"))
    >>> sids_pushed(steps), sids_pushed(steps, usid=True)
    (3, 1)
    """
    return len(containers(segments)) if usid else len(segments) + 1


def containers(segments: Sequence[Segment]) -> tuple[range, ...]:
    """The uSID containers of a list, by places in it; the service SID comes last."""
    items = [(segment.algorithm, segment.slots) for segment in segments]
    return packed([*items, (0, SERVICE_SLOTS)])


@dataclass(frozen=True, slots=True)
class DisjointPair:
    """Two lists inside the bound that share no link, node (ends aside) or SRLG on any branch."""

    primary: CandidatePath
    backup: CandidatePath


@dataclass(frozen=True, slots=True)
class Share:
    """One of the lists over which a demand is split, by ``weight`` (RFC 9256 §2.11)."""

    weight: int
    candidate: CandidatePath
