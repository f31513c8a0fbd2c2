"""One answer after a change of delays: what of it stands by bounds alone, and the rest anew.

Lists are the best of all that keep the bound, by number of segments, metric, delay and order; delay
counts last. So where links only got slower, the best list still is the best as long as it crosses
none of them: it takes what it took, and the others no less. And whether links got slower or faster,
no list or path over them counts where even the least delay over them, before or after, exceeds the
bound. Both say nothing of which path comes first of equally good ones: optimum paths are all
searched again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from netkit.model.planning.absent_lists import BackupObstacle, BackupReason, PairObstacle
from netkit.model.planning.plan import PairPlan
from netkit.model.srv6.segment_list import CandidatePath, Certificate, DisjointPair, Path
from netkit.planner.pair import PairPlanner, backup_of, disjoint_pair, protected
from netkit.planner.replan.delay_change import DelayChange
from netkit.planner.search.candidate_path import PathComputation


@dataclass(frozen=True, slots=True)
class Touched:
    """How a change meets a pair: the least delay over what changed, and whether any branch of the
    IGP by itself crosses it."""

    through_us: float
    by_igp: bool


def answered_again(
    planner: PairPlanner, change: DelayChange, old: PairPlan, optimum: Path | None, touched: Touched
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
    asked: PathComputation, change: DelayChange, old: CandidatePath, touched: Touched
) -> CandidatePath | None:
    if touched.through_us > asked.demand.bound_us or (not old.segments and not touched.by_igp):
        return old
    if change.slower and change.keys.isdisjoint(old.certificate.links):
        return old
    return asked.certified_list()


def _protected_again(
    asked: PathComputation, change: DelayChange, answer: PairPlan, primary: CandidatePath,
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
    asked: PathComputation, change: DelayChange, answer: PairPlan, primary: Certificate,
    touched: Touched,
) -> bool:  # fmt: skip
    """Is the backup, or the reason for none, what it was?"""
    reason = answer.backup_reason
    disjoint = reason is None or reason.obstacle is BackupObstacle.DELAY
    if _all_barred(asked, change, primary, disjoint=disjoint):
        return True
    if reason is not None:
        return _reason_stands(reason, change, touched, asked.demand.bound_us)
    if touched.through_us > asked.demand.bound_us:
        return True
    return (
        change.slower
        and answer.backup is not None
        and change.keys.isdisjoint(answer.backup.certificate.links)
    )


def _reason_stands(
    reason: BackupReason, change: DelayChange, touched: Touched, bound_us: int
) -> bool:
    """A reason tells the nearest list: that of least delay, or a less disjoint one inside the
    bound; or that there is none, for want of links."""
    if reason.obstacle is BackupObstacle.DELAY and reason.best_us is not None:
        return touched.through_us > max(bound_us, reason.best_us)
    if reason.obstacle is BackupObstacle.SHARED_RISK:
        return touched.through_us > bound_us
    if reason.obstacle is BackupObstacle.LINKS:
        return change.slower or touched.through_us > bound_us
    return False


def _pair_stands(
    asked: PathComputation, change: DelayChange, answer: PairPlan, touched: Touched
) -> bool:
    """Are two lists chosen together, or the proof that there are none, what they were?"""
    if touched.through_us > asked.demand.bound_us:
        return True
    why = answer.disjoint_pair_reason
    return change.slower and why is not None and why.obstacle is PairObstacle.PROVED_ABSENT


def _all_barred(
    asked: PathComputation, change: DelayChange, primary: Certificate, *, disjoint: bool
) -> bool:
    """Must no list that shares no link with the primary, and if ``disjoint`` no node between the
    ends, cross anything that changed?"""
    network, demand = asked.costs.igp.network, asked.demand
    links = {link for link, _ in primary.links}
    inner = set(primary.nodes) - {demand.src, demand.dst} if disjoint else set()
    for number in change.arcs.tolist():
        arc = network.arcs[number]
        if asked.costs.allowed[number] and not (
            arc.link_id in links or arc.src in inner or arc.dst in inner
        ):
            return False
    return True
