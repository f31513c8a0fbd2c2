"""One answer after a change of the network: what of it stands by bounds alone, and the rest anew.

No list or path over what changed counts where even the least delay over it, before or after,
exceeds the bound; nor does a node segment that is another one count where no list inside the bound
could come to its ends. Where that holds of all that changed, every search inside the bound would
find what it found.

Lists are the best of all that keep the bound, by number of segments, metric, delay and order; delay
counts last. So where links only got slower, the best list still is the best as long as it crosses
none of them: it takes what it took, and the others no less. Neither says which path comes first of
equally good ones: optimum paths are all searched again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from netkit.model.planning.absent_lists import BackupObstacle, BackupReason, PairObstacle
from netkit.model.planning.plan import PairPlan
from netkit.model.srv6.segment_list import CandidatePath, Certificate, DisjointPair, Path
from netkit.planner.arrays import BoolArray, FloatArray
from netkit.planner.pair import PairPlanner
from netkit.planner.protection.protected import backup_of, disjoint_pair, protected
from netkit.planner.replan.change import Change
from netkit.planner.search.candidate_path import PathComputation


@dataclass(frozen=True, slots=True)
class Touched:
    """How a change meets a pair: the least delay over what changed; whether any branch of the IGP
    by itself crosses it; the least delay over each node, (n,); and between which nodes the IGP may
    take other paths, (n, n), None for none."""

    through_us: float
    by_igp: bool
    over_us: FloatArray
    rerouted: BoolArray | None

    def beyond(self, bound_us: float) -> bool:
        """Is all that changed out of reach within ``bound_us``, before and after?"""
        if self.through_us <= bound_us:
            return False
        if self.rerouted is None:
            return True
        near = np.flatnonzero(self.over_us <= bound_us)
        return not self.rerouted[np.ix_(near, near)].any()


def spared(change: Change, old: PairPlan, touched: Touched) -> bool:
    """Does a glance tell that no list of ``old`` has to be looked for again? Not all are told."""
    if touched.beyond(old.demand.bound_us):
        return True
    lists = [one for one in (old.primary, old.backup) if one is not None]
    return (
        change.slower
        and len(lists) == 2
        and all(change.keys.isdisjoint(one.certificate.links) for one in lists)
    )


def answered_again(
    planner: PairPlanner, change: Change, old: PairPlan, optimum: Path | None, touched: Touched
) -> PairPlan:
    """The answer to the demand of ``old`` that is given afresh; ``optimum`` is its path now."""
    if old.primary is None:
        return planner.answer(old.demand)
    asked = planner.asked(old.demand)
    unsteered = planner.unsteered(old.demand) if touched.by_igp else old.unsteered
    primary = _primary(asked, change, old.primary, touched)
    if primary is None:
        return planner.answer(old.demand)
    answer = old
    if (optimum, unsteered, primary) != (old.optimum, old.unsteered, old.primary):
        answer = replace(old, optimum=optimum, unsteered=unsteered, primary=primary)
    if not asked.options.backups:
        return answer
    if not _as_before(primary.certificate, old.primary.certificate):
        bare = replace(answer, backup=None, backup_reason=None, disjoint_pair=None)
        return protected(asked, replace(bare, disjoint_pair_reason=None), primary)
    return _protected_again(asked, change, answer, primary, touched)


def _as_before(now: Certificate, before: Certificate) -> bool:
    """Is what backups must keep clear of the same?"""
    return now.links == before.links and now.nodes == before.nodes


def _primary(
    asked: PathComputation, change: Change, old: CandidatePath, touched: Touched
) -> CandidatePath | None:
    if (not old.segments and not touched.by_igp) or touched.beyond(asked.demand.bound_us):
        return old
    if change.slower and change.keys.isdisjoint(old.certificate.links):
        return old
    return asked.certified_list()


def _protected_again(
    asked: PathComputation, change: Change, answer: PairPlan, primary: CandidatePath,
    touched: Touched,
) -> PairPlan:  # fmt: skip
    """``answer`` with the backup, or with what there is instead, of a primary that is where it
    was."""
    if not _backup_stands(asked, change, answer, primary.certificate, touched):
        backup = backup_of(asked, primary.certificate)
        if isinstance(backup, CandidatePath):
            bare = replace(answer, backup=backup, backup_reason=None)
            return replace(bare, disjoint_pair=None, disjoint_pair_reason=None)
        answer = replace(answer, backup=None, backup_reason=backup)
    if answer.backup is not None or not asked.options.joint:
        return answer
    if _pair_stands(asked, change, answer, touched):
        return answer
    pair = disjoint_pair(asked)
    if isinstance(pair, DisjointPair):
        return replace(answer, disjoint_pair=pair, disjoint_pair_reason=None)
    return replace(answer, disjoint_pair=None, disjoint_pair_reason=pair)


def _backup_stands(
    asked: PathComputation, change: Change, answer: PairPlan, primary: Certificate,
    touched: Touched,
) -> bool:  # fmt: skip
    """Is the backup, or the reason for none, what it was?"""
    reason, bound_us = answer.backup_reason, asked.demand.bound_us
    disjoint = reason is None or reason.obstacle is BackupObstacle.DELAY
    if not change.reroutes and _all_barred(asked, change, primary, disjoint=disjoint):
        return True
    if reason is not None:
        return _reason_stands(reason, change, touched, bound_us)
    if touched.beyond(bound_us):
        return True
    return (
        change.slower
        and answer.backup is not None
        and change.keys.isdisjoint(answer.backup.certificate.links)
    )


def _reason_stands(reason: BackupReason, change: Change, touched: Touched, bound_us: int) -> bool:
    """A reason tells the nearest list: that of least delay, or a less disjoint one inside the
    bound; or that there is none, for want of links."""
    if reason.obstacle is BackupObstacle.DELAY and reason.best_us is not None:
        return touched.beyond(max(bound_us, reason.best_us))
    if change.reroutes:
        return False
    if reason.obstacle is BackupObstacle.SHARED_RISK:
        return touched.beyond(bound_us)
    if reason.obstacle is BackupObstacle.LINKS:
        return change.slower or touched.beyond(bound_us)
    return False


def _pair_stands(
    asked: PathComputation, change: Change, answer: PairPlan, touched: Touched
) -> bool:
    """Are two lists chosen together, or the proof that there are none, what they were?"""
    if touched.beyond(asked.demand.bound_us):
        return True
    why = answer.disjoint_pair_reason
    return change.slower and why is not None and why.obstacle is PairObstacle.PROVED_ABSENT


def _all_barred(
    asked: PathComputation, change: Change, primary: Certificate, *, disjoint: bool
) -> bool:
    """Must no list that shares no link with the primary, and if ``disjoint`` no node between the
    ends, cross anything that changed?"""
    network, demand = asked.costs.igp.network, asked.demand
    links = {link for link, _ in primary.links}
    inner = set(primary.nodes) - {demand.src, demand.dst} if disjoint else set()
    for number in map(network.arc_index.__getitem__, change.keys):
        arc = network.arcs[number]
        if asked.costs.allowed[number] and not (
            arc.link_id in links or arc.src in inner or arc.dst in inner
        ):
            return False
    return True
