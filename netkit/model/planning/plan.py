"""The plan: the answer for each demand, with the lists it may use or the reason why there is none.

All delays are one-way, in whole µs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from netkit.model.planning.absent_lists import (
    AlternativesReason,
    BackupReason,
    DisjointPairReason,
)
from netkit.model.planning.demand import Demand
from netkit.model.planning.reason import Margin, Reason
from netkit.model.planning.reservation import Reservation
from netkit.model.srv6.segment_list import CandidatePath, DisjointPair, Path, Share
from netkit.model.verdict import Verdict


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
    backup_reason: BackupReason | None = None
    unsteered: CandidatePath | None = None
    disjoint_pair: DisjointPair | None = None
    disjoint_pair_reason: DisjointPairReason | None = None
    alternatives: tuple[CandidatePath, ...] = ()
    alternatives_reason: AlternativesReason | None = None
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
