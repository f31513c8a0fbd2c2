"""A certified primary and its disjoint backup, both together where that fails, or why not.

Each list is found and replayed as any other; disjoint is disjoint on every branch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from netkit.model.planning.absent_lists import (
    BackupObstacle,
    BackupReason,
    Disjointness,
    DisjointPairReason,
    PairObstacle,
)
from netkit.model.planning.plan import PairPlan
from netkit.model.srv6.segment_list import CandidatePath, Certificate, DisjointPair
from netkit.planner.protection.known_pair import known_pairs
from netkit.planner.search.candidate_path import PathComputation


def protected(asked: PathComputation, answer: PairPlan, primary: CandidatePath) -> PairPlan:
    """``answer`` with the primary's backup, the list of fewest SIDs that shares nothing with it; or
    why there is none, and what there is instead."""
    backup = backup_of(asked, primary.certificate)
    if isinstance(backup, CandidatePath):
        return replace(answer, backup=backup)
    answer = replace(answer, backup_reason=backup)
    if not asked.options.joint:
        return answer
    pair = disjoint_pair(asked)
    if not isinstance(pair, DisjointPair):
        return replace(answer, disjoint_pair_reason=pair)
    answer = replace(answer, disjoint_pair=pair)
    if not asked.options.protect:
        return answer
    return replace(answer, primary=pair.primary, backup=pair.backup, backup_reason=None)


def backup_of(asked: PathComputation, primary: Certificate) -> CandidatePath | BackupReason:
    """The list of fewest SIDs that shares nothing with the primary; or why there is none."""
    clear = asked.clear_of(primary)
    return clear.certified_list() or _no_backup(asked, primary, clear)


_WEAKER = (Disjointness(srlgs=False), Disjointness(nodes=False), Disjointness(False, False))


def _no_backup(
    asked: PathComputation, primary: Certificate, clear: PathComputation
) -> BackupReason:
    """What keeps a backup ``clear`` of the primary away, and the nearest thing that exists."""
    bound_us = asked.demand.bound_us
    if not asked.costs.plain:
        return BackupReason(BackupObstacle.CONSTRAINTS, bound_us)
    best_us = clear.least_us()
    if best_us <= bound_us:
        return BackupReason(BackupObstacle.BINDING_SID, bound_us, int(best_us))
    if np.isfinite(best_us):
        return BackupReason(BackupObstacle.DELAY, bound_us, int(best_us))
    for kind in _WEAKER:
        found = asked.clear_of(primary, kind).certified_list()
        if found is not None:
            took_us = found.certificate.guaranteed_us
            return BackupReason(BackupObstacle.SHARED_RISK, bound_us, took_us, kind)
    return BackupReason(BackupObstacle.LINKS, bound_us)


def disjoint_pair(asked: PathComputation) -> DisjointPair | DisjointPairReason:
    """The pair of least total delay as lists of fewest SIDs, or why there is none.

    Of equally good pairs that one is taken whose lists have the fewest SIDs, then the least
    guaranteed delays, then the first names. Where they are too many to be known, or limits and
    waypoints are to be kept, it is whichever the solver comes by.
    """
    known = known_pairs(asked.costs, asked.demand)
    if known is None:
        from netkit.planner.protection.disjoint_pair import disjoint_paths

        legs = disjoint_paths(asked.costs, asked.demand)
        if isinstance(legs, DisjointPairReason):
            return legs
        known = [legs]
    if not known:
        return DisjointPairReason(PairObstacle.PROVED_ABSENT, asked.demand.bound_us)
    found = list(_held(asked, known))
    if not found:
        return DisjointPairReason(PairObstacle.SID_LIMIT, asked.demand.bound_us)
    return min(found, key=_rank)


def _held(
    asked: PathComputation, known: Sequence[tuple[Certificate, Certificate]]
) -> Iterator[DisjointPair]:
    """For each two paths, if there are any: a list that keeps clear of one of them, the slower if
    possible, and one that keeps clear of that list."""
    made: dict[Certificate, DisjointPair | None] = {}
    for legs in sorted(known, key=lambda legs: [leg.links for leg in legs]):
        for other in reversed(legs):
            if other not in made:
                made[other] = _clear_of(asked, other)
            pair = made[other]
            if pair is not None:
                yield pair
                break


def _clear_of(asked: PathComputation, other: Certificate) -> DisjointPair | None:
    primary = asked.clear_of(other).certified_list()
    if primary is None:
        return None
    backup = asked.clear_of(primary.certificate).certified_list()
    return None if backup is None else DisjointPair(primary, backup)


def _rank(pair: DisjointPair) -> tuple[object, ...]:
    lists = pair.primary, pair.backup
    return (
        sum(one.sid_count for one in lists),
        *(one.certificate.guaranteed_us for one in lists),
        [(step.node, step.link or "", step.algorithm) for one in lists for step in one.segments],
    )
