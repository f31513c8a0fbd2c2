"""Why lists beside the primary are not there, by their figures, as ``plan.json`` writes them."""

from __future__ import annotations

from dataclasses import asdict

from netkit.model.planning.absent_lists import BackupReason, DisjointPairReason
from netkit.report.documents.document import Document, ms


def backup_absent_to_json(reason: BackupReason | None) -> Document | None:
    """What keeps a backup away; null where there is one, or nobody has looked."""
    if reason is None:
        return None
    return {
        "obstacle": reason.obstacle.value,
        "bound_ms": ms(reason.bound_us),
        "best_ms": ms(reason.best_us),
        "weaker": None if reason.weaker is None else asdict(reason.weaker),
    }


def disjoint_pair_absent_to_json(reason: DisjointPairReason | None) -> Document | None:
    """What keeps two lists chosen together away; null where nobody has looked for a pair."""
    if reason is None:
        return None
    return {
        "obstacle": reason.obstacle.value,
        "bound_ms": ms(reason.bound_us),
        "steps": reason.steps,
    }
