"""A drill: what is cut when in a booted backbone, what the network does about it, who is probed.

Moments are seconds since probing began.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from netkit.model.network.geo import Coordinates
from netkit.model.planning.tier import PROFILES, Scope, TierProfile
from netkit.model.units import MS_PER_S

INTERVAL_MS = 20.0
"""Between the probes of a flow, unless a scenario says otherwise."""


class DrillPhase(StrEnum):
    """What carries the packets of a pair, in the order in which a network gets there.

    ``outage``: links are cut, and nothing has been done about it yet. ``repair``: their neighbours
    repair locally by TI-LFA (RFC 9855). ``backup``: headends have taken the backup candidate path
    (RFC 9256 §2.9). ``reconverged``: the IGP knows. ``restored``: links are whole and the IGP too.
    ``degraded``: links are up and do worse than the file states, or clocks of hosts are wrong;
    no IGP notices.
    """

    BEFORE = "before"
    DEGRADED = "degraded"
    OUTAGE = "outage"
    REPAIR = "repair"
    BACKUP = "backup"
    RECONVERGED = "reconverged"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Strike:
    """What one event hits: names of things, or a piece of the map.

    With two points or more in ``along`` every link whose straight line comes within ``radius_km``
    of the line through them (a flood); with one, of that point (an earthquake). ``random`` further
    links are drawn of those that exist.
    """

    links: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    srlgs: tuple[str, ...] = ()
    exchanges: tuple[str, ...] = ()
    along: tuple[Coordinates, ...] = ()
    radius_km: float = 0.0
    random: int = 0


@dataclass(frozen=True, slots=True)
class Ailment:
    """How links that stay up do worse, a grey failure; all of it grows from nothing in ``over_s``.

    ``delay_us`` is added to that of the file, ``jitter_us`` varies it further. ``loss`` and
    ``duplicate`` are shares of packets, lost in runs of ``loss_run`` on average (None: each by
    itself). With a ``headend`` only what enters the links there is hit, else both directions.
    """

    headend: str | None = None
    delay_us: int = 0
    jitter_us: int = 0
    loss: float = 0.0
    loss_run: float | None = None
    duplicate: float = 0.0
    over_s: float = 0.0


@dataclass(frozen=True, slots=True)
class ClockFault:
    """What happens to the clocks of ``hosts``, by their routers: each is set by ``offset_us`` and
    gains ``drift_ppb`` on true time from then on; a slow one has a negative drift."""

    hosts: tuple[str, ...]
    offset_us: int = 0
    drift_ppb: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """At ``at_s`` what the strike hits is cut, or has the ``ailment``; or clocks have a fault. With
    none of them everything is restored. ``line`` is its place."""

    at_s: float
    strike: Strike | None
    line: int | None = field(default=None, compare=False)
    ailment: Ailment | None = None
    clock: ClockFault | None = None

    @property
    def restores(self) -> bool:
        """Whether it puts everything back."""
        return self.strike is None and self.clock is None


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the network does after a cut, in ms since it.

    ``repair_ms``: neighbours have repaired; None: there is no local repair. ``switch_ms``: headends
    take their backups; None: by liveness, after ``lost_in_a_row`` of their own STAMP probes; if
    that is None too, never. ``reconverge_ms``: how long routers wait before they compute new
    routes, once they know; None: the IGP never learns.
    """

    repair_ms: float | None = 50.0
    switch_ms: float | None = None
    lost_in_a_row: int | None = None
    reconverge_ms: float | None = 1500.0


def probe_count(length_s: float, interval_ms: float) -> int:
    """So many probes of a flow fill that time, two at the least."""
    return max(2, round(length_s * MS_PER_S / interval_ms))


@dataclass(frozen=True, slots=True)
class Scenario:
    """``flows`` sessions from each end of a pair, each of its own ports, spread over equal paths; a
    probe of each every ``interval_ms``, for ``length_s``. With a ``scope`` every pair has the
    profile's tier of that scope, else that of its two nodes. ``seed`` is for what is drawn by lot.
    """

    name: str
    topology: Path | None
    pairs: tuple[tuple[str, str], ...]
    events: tuple[Event, ...]
    length_s: float
    reaction: Reaction = Reaction()
    profile: TierProfile = PROFILES["2023"]
    flows: int = 1
    interval_ms: float = INTERVAL_MS
    timeout_ms: float = 200.0
    seed: int = 0
    title: str = ""
    description: str = ""
    scope: Scope | None = None
    file: str = field(default="drill", compare=False)
    pair_lines: tuple[int | None, ...] = field(default=(), compare=False)
    topology_line: int | None = field(default=None, compare=False)
