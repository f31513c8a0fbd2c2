"""What would give a pair its tier: what to give up, to raise, to take or to shorten."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from netkit.model.planning.addition import Addition
from netkit.model.planning.reservation import Shortage


class RelaxationKind(StrEnum):
    """In the order in which they are named: what costs nobody anything comes first."""

    LIMIT = "limit"
    CONSTRAINTS = "constraints"
    SIDS = "sids"
    BOUND = "bound"
    TIER = "tier"
    BANDWIDTH = "bandwidth"
    CAPACITY = "capacity"
    SHORTEN = "shorten"
    BUILD = "build"


@dataclass(frozen=True, slots=True)
class WaivedConstraint:
    """One constraint by its field, and which of its names or what limit; None for all of it."""

    constraint: str
    value: str | int | None = None


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One thing that would be enough by itself: then some list guarantees ``guaranteed_us``.

    ``waived``: constraints to give up together; of kind ``limit`` one, that need only be raised to
    ``limit``. ``sids``: how many the routers would have to handle, the service SID counted; of kind
    ``constraints`` together with these. ``bandwidth_bps``: what to ask for.
    ``bound_us``: the bound, of ``tier`` where that is named. ``shortages``: what pools would have
    to be given. ``link`` (link id, headend), which the file calls ``label`` in that direction,
    would have to be as fast as ``delay_us`` instead of ``from_us``. ``addition``: what to build,
    with room for ``room_bps`` where that is given.
    """

    kind: RelaxationKind
    guaranteed_us: int
    waived: tuple[WaivedConstraint, ...] = ()
    limit: int | None = None
    sids: int | None = None
    bound_us: int | None = None
    tier: str | None = None
    link: tuple[str, str] | None = None
    delay_us: int | None = None
    bandwidth_bps: int | None = None
    shortages: tuple[Shortage, ...] = ()
    label: str | None = None
    from_us: int | None = None
    addition: Addition | None = None
    room_bps: int | None = None
