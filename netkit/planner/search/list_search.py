"""What the searches for lists have in common: what they are asked, and what they give back.

There are four: fewest SIDs, fewest uSID containers, lists cut by binding SIDs inside an operator,
and lists that the next operator's border takes over. Which one serves is chosen by options, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from netkit.model.srv6.segment_list import Binding, Segment
from netkit.planner.search.segment_costs import SteeringCosts


@dataclass(frozen=True, slots=True)
class CutList:
    """A list without its service SID, and where it is cut, if it is."""

    segments: tuple[Segment, ...]
    bindings: tuple[Binding, ...] = ()


class ListSearch(Protocol):
    """An exact search for the best list."""

    def found(
        self, costs: SteeringCosts, src: int, dst: int, bound_us: float, max_sids: int | None
    ) -> CutList | None:
        """The best list that guarantees ``bound_us`` and keeps all limits, those of the platforms
        and ``max_sids`` included; None where there is none."""


class UncutSearch(ListSearch, Protocol):
    """One for lists that the headend pushes whole."""

    def least_us(
        self, costs: SteeringCosts, src: int, dst: int, max_sids: int | None = None
    ) -> float:
        """The least delay that any list within the platforms' limits guarantees, other limits
        aside; infinite where there is none."""
