"""Constraints of a demand, by their fields and limits."""

from __future__ import annotations

from collections.abc import Sequence

from netkit.model.planning.relaxation import WaivedConstraint
from netkit.report.words.units import delay_text, loss_text

_LISTED = ("exclude", "include_all", "avoid", "waypoints")
"""Fields of which single names can be given up begin so."""


def constraint_text(field: str) -> str:
    """A field of :class:`~netkit.model.planning.demand.Constraints` as people say it."""
    return field.removesuffix("_us").removesuffix("_ppb").replace("_", " ")


def limit_text(field: str, limit: str | int | None) -> str:
    """A limit with its unit."""
    if field == "max_jitter_us" and isinstance(limit, int):
        return delay_text(limit)
    return loss_text(limit) if field == "max_loss_ppb" and isinstance(limit, int) else str(limit)


def give_up_text(waived: Sequence[WaivedConstraint]) -> str:
    """What is given up together."""
    return f"give up {' and '.join(map(_waived, waived))}"


def _waived(one: WaivedConstraint) -> str:
    words = constraint_text(one.constraint)
    return f"{words} {one.value}" if one.constraint.startswith(_LISTED) else words
