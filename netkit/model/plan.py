"""Demands, segment lists, their certificates, and the plan that holds them.

All delays are one-way, in whole µs. A segment list is written without its final service SID: the
endpoint's End.DT6 always ends it and takes the packet on from the last segment by IGP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property
from typing import Any

from netkit.model.relaxation import Relaxation
from netkit.model.topology import CapacityPool
from netkit.model.usid import END_SLOTS, END_X_SLOTS, SERVICE_SLOTS, packed
from netkit.model.verdict import Verdict


class Metric(StrEnum):
    """What paths and lists minimise within their bounds."""

    IGP = "igp"
    TE = "te"
    DELAY = "delay"
    HOPS = "hops"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Constraints:
    """What paths and lists must keep beside the bound, on every branch; nothing by default.

    Links: at least one of the admin groups ``include_any``, all of ``include_all``, none of
    ``exclude_any`` (RFC 9256 §2.2, RFC 3209 §4.7.4), none of the risks ``exclude_srlgs``. Nodes
    between the ends: none of ``exclude_nodes``, of ``exclude_operators``, or with a hub or a place
    in ``avoid_regions``. At most ``max_hops`` links, ``max_jitter_us`` of delay variation and
    ``max_loss_ppb`` of packets lost in all, where a link that does not state its own cannot serve.
    ``waypoints`` are visited in this order; primary and backup may share them like the ends.
    ``metric`` is what is minimised.
    """

    max_hops: int | None = None
    max_jitter_us: int | None = None
    max_loss_ppb: int | None = None
    include_any: frozenset[str] = frozenset()
    include_all: frozenset[str] = frozenset()
    exclude_any: frozenset[str] = frozenset()
    exclude_srlgs: frozenset[str] = frozenset()
    exclude_nodes: frozenset[str] = frozenset()
    exclude_operators: frozenset[str] = frozenset()
    avoid_regions: frozenset[str] = frozenset()
    waypoints: tuple[str, ...] = ()
    metric: Metric = Metric.IGP

    @property
    def given(self) -> dict[str, Any]:
        """Only what is asked for, by field."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value not in _NOT_ASKED}

    def without(self, name: str) -> Constraints:
        """The same with one field given up."""
        return Constraints(**{key: value for key, value in self.given.items() if key != name})


_NOT_ASKED: tuple[object, ...] = (None, frozenset(), (), Metric.IGP)


LOWEST_PRIORITY = 7
"""Priorities are 0, which reserves first, to 7: setup priorities of RFC 3209 §4.7.1."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Traffic from ``src`` to ``dst`` that must keep one-way delay at or under ``bound_us``, and
    ``constraints``, all on every ECMP branch.

    ``bandwidth_bps`` is reserved on whatever any branch may cross; None reserves nothing.
    """

    src: str
    dst: str
    bound_us: int
    tier: str = ""
    constraints: Constraints = Constraints()
    bandwidth_bps: int | None = None
    priority: int = LOWEST_PRIORITY


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
    others are those of :class:`~netkit.model.flex_algo.FlexAlgo`.
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
    """SIDs that the headend pushes for a list that is not cut, the service SID counted."""
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


class Cause(StrEnum):
    """Why a pair cannot have its tier, in the order in which netkit looks."""

    FLOOR = "floor"
    DISCONNECTED = "disconnected"
    DELAY = "delay"
    CONSTRAINTS = "constraints"
    SID_LIMIT = "sid_limit"
    CAPACITY = "capacity"


@dataclass(frozen=True, slots=True)
class Shortage:
    """A pool of capacity that has less left than a demand needs.

    ``missing_bps`` is None where nobody states the capacity. ``holders`` are the demands that hold
    the most of it, with their bandwidths, the largest first.
    """

    pool: CapacityPool
    reserved_bps: int
    missing_bps: int | None
    holders: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """The binding constraint, in words and figures, and the nearest thing that would work.

    For lack of capacity ``best_us`` is what the list would guarantee that the demand had were
    there room, ``shortages`` are what it lacks, and ``fits_bps`` is the most that fits now.
    ``relaxations`` is None where nobody has looked for any.
    """

    cause: Cause
    text: str
    best_us: int | None = None
    sids_needed: int | None = None
    relaxations: tuple[Relaxation, ...] | None = None
    fits_bps: int | None = None
    shortages: tuple[Shortage, ...] = ()


@dataclass(frozen=True, slots=True)
class Margin:
    """How far the primary is under its bound, the least that some list guarantees with all else
    kept, and what binds below that."""

    margin_us: int
    least_us: int
    next_cause: Cause
    text: str


@dataclass(frozen=True, slots=True)
class PairPlan:
    """The answer for one demand.

    ``optimum`` is the least-cost path under the bound; ``unsteered`` is where the IGP takes the
    packet by itself, None across operators, where no IGP reaches. ``disjoint_pair`` is looked for
    where the primary has no backup: two lists chosen together may exist all the same.
    ``alternatives`` are the best paths by the metric, each with a list that takes no other.
    ``shares``, heaviest first, are there where no single list can carry the demand; ``primary`` is
    then the first of them.
    """

    demand: Demand
    verdict: Verdict
    floor_us: float | None
    optimum: Path | None = None
    primary: CandidatePath | None = None
    backup: CandidatePath | None = None
    reason: Reason | None = None
    backup_reason: str | None = None
    unsteered: CandidatePath | None = None
    disjoint_pair: DisjointPair | None = None
    disjoint_pair_reason: str | None = None
    alternatives: tuple[CandidatePath, ...] = ()
    alternatives_reason: str | None = None
    shares: tuple[Share, ...] = ()
    margin: Margin | None = None

    @property
    def configured(self) -> tuple[CandidatePath, ...]:
        """Every list that the headend is given: the primary or its shares, and the backup."""
        primary = () if self.primary is None else (self.primary,)
        lists = tuple(share.candidate for share in self.shares) or primary
        return lists if self.backup is None else (*lists, self.backup)

    @property
    def margin_us(self) -> int | None:
        """What is left of the bound below the worst that the lists guarantee; None without any."""
        if self.primary is None:
            return None
        lists = (self.primary, *(share.candidate for share in self.shares))
        return self.demand.bound_us - max(one.certificate.guaranteed_us for one in lists)


@dataclass(frozen=True, slots=True)
class Reservation:
    """What all demands together hold of one pool of capacity."""

    pool: CapacityPool
    reserved_bps: int
    demands: int


@dataclass(frozen=True)
class Plan:
    """Answers in the order of the demands. ``topology`` names what they were planned on.

    ``reservations`` are the pools of which anything is held, None where no demand has a bandwidth.
    """

    topology: str
    profile: str
    pairs: tuple[PairPlan, ...]
    reservations: tuple[Reservation, ...] | None = None

    @cached_property
    def pair(self) -> dict[tuple[str, str], PairPlan]:
        """Answers by (src, dst)."""
        return {(pair.demand.src, pair.demand.dst): pair for pair in self.pairs}
