"""Why lists that were asked for beside the primary are not there, as figures.

The backup, two disjoint lists chosen together, and the best alternatives. All delays are one-way,
in whole µs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from netkit.model.planning.reservation import SplitRefusal


@dataclass(frozen=True, slots=True)
class Disjointness:
    """What primary and backup must not share; links are always kept apart."""

    nodes: bool = True
    srlgs: bool = True


class BackupObstacle(StrEnum):
    """What keeps a fully disjoint backup away, in the order in which netkit looks.

    ``constraints``: none keeps all of them and the bound. ``binding_sid``: none within the limits
    leaves the rest to the neighbour's binding SID. ``delay``: the best exceeds the bound.
    ``shared_risk``: only weaker ones exist. ``links``: none avoids the primary's links.
    ``split``: the lists of a split have no second split beside them.
    """

    CONSTRAINTS = "constraints"
    BINDING_SID = "binding_sid"
    DELAY = "delay"
    SHARED_RISK = "shared_risk"
    LINKS = "links"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class BackupReason:
    """Why there is no backup within ``bound_us``, and the nearest thing that exists.

    ``best_us`` is the least that a disjoint list guarantees, or one as disjoint as ``weaker`` says.
    Links had to have room for ``bandwidth_bps`` where that is given. ``shares`` counts the lists of
    a split, which ``split`` says why there is no other beside.
    """

    obstacle: BackupObstacle
    bound_us: int
    best_us: int | None = None
    weaker: Disjointness | None = None
    bandwidth_bps: int | None = None
    shares: int | None = None
    split: SplitRefusal | None = None


class PairObstacle(StrEnum):
    """Why two disjoint lists are not found together: proved that no two paths are inside the bound;
    not decided within the solver's steps; or two paths are, and SID limits allow no lists."""

    PROVED_ABSENT = "proved_absent"
    UNDECIDED = "undecided"
    SID_LIMIT = "sid_limit"


@dataclass(frozen=True, slots=True)
class DisjointPairReason:
    """Why there is no pair within ``bound_us``; ``steps`` is where the solver gave up."""

    obstacle: PairObstacle
    bound_us: int
    steps: int | None = None


class AlternativesObstacle(StrEnum):
    """Why there are fewer alternatives than asked for: not looked for beside waypoints; SID limits
    allow lists for hardly any of the paths tried; or there are no more paths inside the bound."""

    WAYPOINTS = "waypoints"
    SID_LIMIT = "sid_limit"
    PATHS = "paths"


@dataclass(frozen=True, slots=True)
class AlternativesReason:
    """``found`` of the ``tried`` best loopless paths within ``bound_us`` have a list."""

    obstacle: AlternativesObstacle
    bound_us: int
    tried: int = 0
    found: int = 0
