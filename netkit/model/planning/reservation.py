"""Capacity that demands hold, what pools lack for one more, and why a demand is not split.

All bandwidths are in bit/s.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from netkit.model.network.elements import CapacityPool


@dataclass(frozen=True, slots=True)
class Reservation:
    """What all demands together hold of one pool of capacity."""

    pool: CapacityPool
    reserved_bps: int
    demands: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """A pool of capacity that has less left than a demand needs.

    ``missing_bps`` is None where nobody states the capacity. ``holders`` are the demands that hold
    the most of it, with their bandwidths, the largest first.
    """

    pool: CapacityPool
    reserved_bps: int
    missing_bps: int | None
    holders: tuple[tuple[str, str, int], ...] = ()


class SplitObstacle(StrEnum):
    """Why a demand is not split over weighted lists.

    ``waypoints``: it has some, and such demands are not split. ``lists``: it takes more lists than
    allowed. ``capacity``: no number of lists can carry all of it. ``disjoint``: of lists that must
    keep clear of others there is none.
    """

    WAYPOINTS = "waypoints"
    LISTS = "lists"
    CAPACITY = "capacity"
    DISJOINT = "disjoint"


@dataclass(frozen=True, slots=True)
class SplitRefusal:
    """``lists`` would carry the demand where ``most_lists`` are allowed; or ``carried_bps`` is the
    most that any number of them carries. None where that is not what stands in the way."""

    obstacle: SplitObstacle
    most_lists: int
    lists: int | None = None
    carried_bps: int | None = None
