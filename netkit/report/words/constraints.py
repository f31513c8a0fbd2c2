"""Constraints of a demand, by their fields and limits."""

from __future__ import annotations

from collections.abc import Sequence

from netkit.language.words import marked, say
from netkit.model.planning.relaxation import WaivedConstraint
from netkit.report.words.units import delay_text, loss_text

_LISTED = ("exclude", "include_all", "avoid", "waypoints")
"""Fields of which single names can be given up begin so."""

_FIELDS = {
    "max_hops": marked("max hops"),
    "max_jitter_us": marked("max jitter"),
    "max_loss_ppb": marked("max loss"),
    "include_any": marked("include any"),
    "include_all": marked("include all"),
    "exclude_any": marked("exclude any"),
    "exclude_srlgs": marked("exclude srlgs"),
    "exclude_nodes": marked("exclude nodes"),
    "exclude_operators": marked("exclude operators"),
    "avoid_regions": marked("avoid regions"),
    "waypoints": marked("waypoints"),
    "metric": marked("metric"),
}
"""The fields of :class:`~netkit.model.planning.demand.Constraints`."""


def constraint_text(field: str) -> str:
    """A field of the constraints as people say it."""
    return say(_FIELDS[field])


def limit_text(field: str, limit: str | int | None) -> str:
    """A limit with its unit."""
    if field == "max_jitter_us" and isinstance(limit, int):
        return delay_text(limit)
    return loss_text(limit) if field == "max_loss_ppb" and isinstance(limit, int) else str(limit)


def give_up_text(waived: Sequence[WaivedConstraint]) -> str:
    """What is given up together."""
    return say("give up {constraints}", constraints=say(" and ").join(map(_waived, waived)))


def _waived(one: WaivedConstraint) -> str:
    words = constraint_text(one.constraint)
    return f"{words} {one.value}" if one.constraint.startswith(_LISTED) else words
