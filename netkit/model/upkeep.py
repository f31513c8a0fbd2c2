"""A plan that is kept up while its network changes: pairs in danger, and what was planned for them.

All delays are one-way, in whole µs.
"""

from __future__ import annotations

from dataclasses import dataclass

from netkit.model.planning.plan import Plan

Pair = tuple[str, str]
"""Headend and endpoint."""


@dataclass(frozen=True, slots=True)
class Danger:
    """A pair one of whose lists has too little left of the bound; ``guaranteed_us`` is the worst
    that any of them now holds, None where one does not come through any more."""

    pair: Pair
    bound_us: int
    planned_us: int
    guaranteed_us: int | None

    @property
    def broken(self) -> bool:
        """Whether the bound itself is not kept any more."""
        return self.guaranteed_us is None or self.guaranteed_us > self.bound_us


@dataclass(frozen=True, slots=True)
class Replanned:
    """The plan with new lists for ``changed`` pairs; those ``left`` have none that keeps them."""

    plan: Plan
    changed: tuple[Pair, ...]
    left: tuple[Pair, ...]
