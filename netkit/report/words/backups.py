"""Why lists that were asked for beside the primary are not there, or are the faster ones."""

from __future__ import annotations

from netkit.language.words import counted, say
from netkit.model.planning.absent_lists import (
    AlternativesObstacle,
    AlternativesReason,
    BackupObstacle,
    BackupReason,
    Disjointness,
    DisjointPairReason,
    PairObstacle,
)
from netkit.model.planning.plan import PairPlan
from netkit.report.words.capacity import split_text
from netkit.report.words.units import delay_text, gbps_text


def backup_text(why: BackupReason) -> str:
    """What keeps a fully disjoint backup away, and the nearest thing that exists."""
    text = _backup(why)
    if why.bandwidth_bps is None:
        return text
    return text + say(", on links with room for {room}", room=gbps_text(why.bandwidth_bps))


def _backup(why: BackupReason) -> str:
    bound, best = delay_text(why.bound_us), delay_text(why.best_us)
    match why.obstacle:
        case BackupObstacle.CONSTRAINTS:
            return say("no disjoint list keeps all constraints within {bound}", bound=bound)
        case BackupObstacle.BINDING_SID:
            return say(
                "no disjoint list leaves the rest to the neighbour's binding SID as limits ask"
            )
        case BackupObstacle.DELAY:
            return say("the best disjoint list takes {best}, the bound is {bound}",
                       best=best, bound=bound)  # fmt: skip
        case BackupObstacle.SHARED_RISK:
            full, weaker = _apart(Disjointness()), _apart(why.weaker or Disjointness())
            return say(
                "no list is disjoint in {full}; disjoint in {weaker} one exists, {best}",
                full=full, weaker=weaker, best=best,
            )  # fmt: skip
        case BackupObstacle.LINKS:
            return say("no list avoids every link of the primary within {bound}", bound=bound)
        case BackupObstacle.SPLIT:
            none = say("there is none") if why.split is None else split_text(why.split)
            return say("of lists disjoint from all {shares} that it is split over, {none}",
                       shares=why.shares, none=none)  # fmt: skip


def _apart(kind: Disjointness) -> str:
    """What two lists do not share."""
    if kind.nodes and kind.srlgs:
        return say("links, nodes and SRLGs")
    if kind.nodes or kind.srlgs:
        return say("links and nodes" if kind.nodes else "links and SRLGs")
    return say("links")


def disjoint_pair_text(why: DisjointPairReason) -> str:
    """Why two disjoint lists were not found together."""
    match why.obstacle:
        case PairObstacle.PROVED_ABSENT:
            bound = delay_text(why.bound_us)
            return say("proved: no two disjoint paths are both within {bound}", bound=bound)
        case PairObstacle.UNDECIDED:
            return say("not decided within {steps} steps of the solver", steps=why.steps)
        case PairObstacle.SID_LIMIT:
            return say(
                "two disjoint paths exist, but the platforms' SID limits allow no lists for them"
            )


def alternatives_text(why: AlternativesReason) -> str:
    """Why there are fewer alternatives than asked for."""
    match why.obstacle:
        case AlternativesObstacle.WAYPOINTS:
            return say("alternatives are not looked for where waypoints are asked")
        case AlternativesObstacle.SID_LIMIT:
            return say(
                "SID limits allow lists for {found} of the {tried} best paths; no more were tried",
                found=why.found, tried=why.tried,
            )  # fmt: skip
        case AlternativesObstacle.PATHS:
            paths = counted(why.tried, "loopless path")
            text = say("{paths} in all within {bound}",
                       paths=paths, bound=delay_text(why.bound_us))  # fmt: skip
            few = why.found < why.tried
            return text + say(", SID limits allow lists for {found}", found=why.found) * few


def faster_backup_text(pair: PairPlan) -> str | None:
    """Why the slower list is the primary where the backup guarantees less delay; None elsewhere."""
    primary, backup = pair.primary, pair.backup
    if primary is None or backup is None or pair.shares:
        return None
    gain_us = primary.certificate.guaranteed_us - backup.certificate.guaranteed_us
    if gain_us <= 0:
        return None
    gain = delay_text(gain_us)
    if primary.sid_count < backup.sid_count:
        return say(
            "by {gain}; inside the bound the list with the fewest SIDs is primary ({primary} "
            "against {backup})",
            gain=gain, primary=primary.sid_count, backup=backup.sid_count,
        )  # fmt: skip
    if primary.path.cost < backup.path.cost:
        return say(
            "by {gain}; of lists with as few SIDs that of the least metric is primary ({primary} "
            "against {backup})",
            gain=gain, primary=primary.path.cost, backup=backup.path.cost,
        )  # fmt: skip
    return say(
        "by {gain}; both were chosen to be disjoint, by SIDs and metric and not by delay", gain=gain
    )
