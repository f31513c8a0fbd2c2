"""The plan: the answer for each demand, with the lists it may use or the reason why there is none.

All delays are one-way, in whole µs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from netkit.model.network.elements import CapacityPool
from netkit.model.planning.demand import Demand
from netkit.model.planning.relaxation import Relaxation
from netkit.model.srv6.segment_list import CandidatePath, DisjointPair, Path, Share
from netkit.model.verdict import Verdict


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
    then the first of them, and ``backup_shares`` are the lists of its backup, each disjoint from
    all of ``shares``.
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
    backup_shares: tuple[Share, ...] = ()
    margin: Margin | None = None

    @property
    def configured(self) -> tuple[CandidatePath, ...]:
        """Every list that the headend is given: the primary or its shares, and the backup or its
        shares."""
        primary = () if self.primary is None else (self.primary,)
        lists = tuple(share.candidate for share in self.shares) or primary
        backups = () if self.backup is None else (self.backup,)
        return (*lists, *backups, *(share.candidate for share in self.backup_shares))

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
