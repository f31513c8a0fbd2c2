"""Why a pair cannot have its tier: what binds, as figures and names; and what binds one that can.

Each cause has its evidence, a value that holds all that there is to say of it: words are the
business of whoever shows it. All delays are one-way, in whole µs but for floors.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from netkit.model.planning.relaxation import Relaxation
from netkit.model.planning.reservation import Shortage, SplitRefusal


class Cause(StrEnum):
    """Why a pair cannot have its tier, in the order in which netkit looks."""

    FLOOR = "floor"
    DISCONNECTED = "disconnected"
    DELAY = "delay"
    CONSTRAINTS = "constraints"
    NO_SID = "no_sid"
    SID_LIMIT = "sid_limit"
    CAPACITY = "capacity"


@dataclass(frozen=True, slots=True)
class FloorOverBound:
    """Light in fibre alone takes longer than the bound; ``best_us`` is the fastest path, if any."""

    cause: ClassVar[Cause] = Cause.FLOOR
    bound_us: int
    floor_us: float
    best_us: int | None


@dataclass(frozen=True, slots=True)
class NoPath:
    """There is no path: inside an operator, or with one direct hand-over between two."""

    cause: ClassVar[Cause] = Cause.DISCONNECTED
    best_us: ClassVar[None] = None
    src_operator: str
    dst_operator: str


@dataclass(frozen=True, slots=True)
class TooSlow:
    """The fastest path, of ``best_us``, exceeds the bound; ``slowest`` are its slowest links with
    their delays, the slowest first. ``floor_us`` is None without coordinates."""

    cause: ClassVar[Cause] = Cause.DELAY
    bound_us: int
    best_us: int
    slowest: tuple[tuple[str, int], ...]
    floor_us: float | None


@dataclass(frozen=True, slots=True)
class ConstraintsBind:
    """No path keeps constraints and bound: the fastest that keeps the former takes ``best_us``, the
    fastest without any ``free_us``.

    ``enough`` are the constraints any one of which could be given up, by their fields, each with
    the fastest path then. ``unstated`` tells how many of all ``adjacencies`` do not state the
    measure of a limit, and so cannot serve.
    """

    cause: ClassVar[Cause] = Cause.CONSTRAINTS
    best_us: int | None
    free_us: int
    enough: tuple[tuple[str, int], ...]
    unstated: tuple[tuple[str, int], ...]
    adjacencies: int


@dataclass(frozen=True, slots=True)
class NotAdvertised:
    """A path of ``best_us`` is inside the bound, and the routers do not advertise the SIDs for it.

    ``missing`` are those that the shortest list would need: of a node, over a link or None for its
    ``End``. ``endpoint`` is the one that has no locator for a list to end in, if that is what is
    missing. ``routers`` of ``all_routers`` have no ``End``, ``adjacencies`` of ``all_adjacencies``
    no ``End.X``. ``nothing``: nobody advertises any locator or SID at all.
    """

    cause: ClassVar[Cause] = Cause.NO_SID
    best_us: int
    endpoint: str | None
    missing: tuple[tuple[str, str | None], ...]
    routers: int
    all_routers: int
    adjacencies: int
    all_adjacencies: int
    nothing: bool = False


class SteeringOption(StrEnum):
    """What of :class:`~netkit.model.planning.plan_options.PlanOptions` would let a list fit."""

    BINDING_SIDS = "binding_sids"
    STITCH_BORDER = "stitch_border"


@dataclass(frozen=True, slots=True)
class OtherSteering:
    """With ``option`` there is a list, cut by binding SIDs of the nodes ``cut_at``, if any."""

    option: SteeringOption
    cut_at: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TooManySids:
    """A path of ``best_us`` is inside the bound, and SID limits allow no list for any that is.

    ``least_us`` is the least that a list within the limits guarantees, None where there is no such
    list at all; inside the bound where a list is there that cannot be left to the neighbour's
    binding SID. ``sids_needed`` would do, were there no limits.
    """

    cause: ClassVar[Cause] = Cause.SID_LIMIT
    bound_us: int
    best_us: int
    least_us: int | None
    sids_needed: int | None
    other: OtherSteering | None = None


@dataclass(frozen=True, slots=True)
class NoRoom:
    """No list has room for ``bandwidth_bps``. The demand had one of ``best_us`` were there room:
    ``shortages`` are what that one lacks. ``fits_bps`` is the most that fits now, None if nothing
    does; ``split`` tells why no several lists carry it, None where that was not asked for.
    """

    cause: ClassVar[Cause] = Cause.CAPACITY
    bandwidth_bps: int
    best_us: int
    fits_bps: int | None
    shortages: tuple[Shortage, ...]
    split: SplitRefusal | None = None


Evidence = (
    FloorOverBound | NoPath | TooSlow | ConstraintsBind | NotAdvertised | TooManySids | NoRoom
)
"""What binds, one class a cause."""


@dataclass(frozen=True, slots=True)
class Reason:
    """The binding constraint by its figures, and the nearest things that would work.

    ``relaxations`` is None where nobody has looked for any.
    """

    evidence: Evidence
    relaxations: tuple[Relaxation, ...] | None = None

    @property
    def cause(self) -> Cause:
        """What binds."""
        return self.evidence.cause

    @property
    def best_us(self) -> int | None:
        """The fastest there is, by a path; for lack of capacity, what the list guarantees that the
        demand had were there room."""
        return self.evidence.best_us

    @property
    def sids_needed(self) -> int | None:
        """How many SIDs would do; None where another cause binds, or no number would."""
        return self.evidence.sids_needed if isinstance(self.evidence, TooManySids) else None

    @property
    def fits_bps(self) -> int | None:
        """The most that fits now; None where another cause binds, or nothing fits."""
        return self.evidence.fits_bps if isinstance(self.evidence, NoRoom) else None

    @property
    def shortages(self) -> tuple[Shortage, ...]:
        """What the demand lacks of capacity; nothing where another cause binds."""
        return self.evidence.shortages if isinstance(self.evidence, NoRoom) else ()


@dataclass(frozen=True, slots=True)
class RoomLacking:
    """A list exists, and these pools lack the room for it."""

    cause: ClassVar[Cause] = Cause.CAPACITY
    shortages: tuple[Shortage, ...]


@dataclass(frozen=True, slots=True)
class Margin:
    """How far the primary is under its bound, the least that some list guarantees with all else
    kept, and what binds ``below`` that."""

    margin_us: int
    least_us: int
    below: Evidence | RoomLacking

    @property
    def next_cause(self) -> Cause:
        """What binds below the least bound."""
        return self.below.cause
