"""Why lists that were asked for beside the primary are not there, or are the faster ones."""

from __future__ import annotations

from netkit.errors import counted
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
    return f"{text}, on links with room for {gbps_text(why.bandwidth_bps)}"


def _backup(why: BackupReason) -> str:
    bound, best = delay_text(why.bound_us), delay_text(why.best_us)
    match why.obstacle:
        case BackupObstacle.CONSTRAINTS:
            return f"no disjoint list keeps all constraints within {bound}"
        case BackupObstacle.BINDING_SID:
            return "no disjoint list leaves the rest to the neighbour's binding SID as limits ask"
        case BackupObstacle.DELAY:
            return f"the best disjoint list takes {best}, the bound is {bound}"
        case BackupObstacle.SHARED_RISK:
            full, weaker = _apart(Disjointness()), _apart(why.weaker or Disjointness())
            return f"no list is disjoint in {full}; disjoint in {weaker} one exists, {best}"
        case BackupObstacle.LINKS:
            return f"no list avoids every link of the primary within {bound}"
        case BackupObstacle.SPLIT:
            none = "there is none" if why.split is None else split_text(why.split)
            return f"of lists disjoint from all {why.shares} that it is split over, {none}"


def _apart(kind: Disjointness) -> str:
    """What two lists do not share."""
    if kind.nodes and kind.srlgs:
        return "links, nodes and SRLGs"
    also = [name for name, kept in (("nodes", kind.nodes), ("SRLGs", kind.srlgs)) if kept]
    return " and ".join(["links", *also])


def disjoint_pair_text(why: DisjointPairReason) -> str:
    """Why two disjoint lists were not found together."""
    match why.obstacle:
        case PairObstacle.PROVED_ABSENT:
            return f"proved: no two disjoint paths are both within {delay_text(why.bound_us)}"
        case PairObstacle.UNDECIDED:
            return f"not decided within {why.steps} steps of the solver"
        case PairObstacle.SID_LIMIT:
            return "two disjoint paths exist, but the platforms' SID limits allow no lists for them"


def alternatives_text(why: AlternativesReason) -> str:
    """Why there are fewer alternatives than asked for."""
    match why.obstacle:
        case AlternativesObstacle.WAYPOINTS:
            return "alternatives are not looked for where waypoints are asked"
        case AlternativesObstacle.SID_LIMIT:
            held = f"SID limits allow lists for {why.found} of the {why.tried} best paths"
            return f"{held}; no more were tried"
        case AlternativesObstacle.PATHS:
            paths = counted(why.tried, "loopless path")
            text = f"{paths} in all within {delay_text(why.bound_us)}"
            few = why.found < why.tried
            return f"{text}, SID limits allow lists for {why.found}" if few else text


def faster_backup_text(pair: PairPlan) -> str | None:
    """Why the slower list is the primary where the backup guarantees less delay; None elsewhere."""
    primary, backup = pair.primary, pair.backup
    if primary is None or backup is None or pair.shares:
        return None
    gain_us = primary.certificate.guaranteed_us - backup.certificate.guaranteed_us
    if gain_us <= 0:
        return None
    faster = f"by {delay_text(gain_us)}"
    if primary.sid_count < backup.sid_count:
        sids = f"{primary.sid_count} against {backup.sid_count}"
        return f"{faster}; inside the bound the list with the fewest SIDs is primary ({sids})"
    if primary.path.cost < backup.path.cost:
        costs = f"{primary.path.cost} against {backup.path.cost}"
        return f"{faster}; of lists with as few SIDs that of the least metric is primary ({costs})"
    return f"{faster}; both were chosen to be disjoint, by SIDs and metric and not by delay"
