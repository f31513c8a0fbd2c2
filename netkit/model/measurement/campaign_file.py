"""A campaign as its file has it: selectors of sites, before they come to flows.

What a file says is kept with its lines, so that whoever resolves it can say where a name stands
that the topology does not have. What the selectors come to is in
:mod:`netkit.model.measurement.campaign`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from netkit.model.measurement.campaign import Site
from netkit.model.planning.tier import PROFILES, Scope, TierProfile
from netkit.model.units import NS_PER_MS, NS_PER_S


@dataclass(frozen=True, slots=True)
class SiteSet:
    """Some sites: those of ``names``, those whose node has all of ``attributes``, or all if both
    are None.

    ``attributes`` holds the values allowed for ``role``, ``operator``, ``hub`` and ``place``.
    ``line`` is where it stands.
    """

    names: tuple[str, ...] | None = None
    attributes: Mapping[str, frozenset[str]] | None = None
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Pairs:
    """(src, dst), each named by hand; ``lines`` says where each stands."""

    pairs: tuple[tuple[str, str], ...]
    lines: tuple[int | None, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Mesh:
    """Every site with every other, each pair once."""

    sites: SiteSet


@dataclass(frozen=True, slots=True)
class Cross:
    """Every site of ``senders`` with every one of ``reflectors``, as hubs with cities; a star is
    one of a single sender."""

    senders: SiteSet
    reflectors: SiteSet


@dataclass(frozen=True, slots=True)
class Rings:
    """``rings`` rings through all ``sites``, no two of which share a pair."""

    sites: SiteSet
    rings: int = 1


@dataclass(frozen=True, slots=True)
class Cover:
    """A smallest set of pairs of ``sites`` whose probes cross every link that any pair crosses."""

    sites: SiteSet


Selector = Pairs | Mesh | Cross | Rings | Cover

IGP, PRIMARY, BACKUP = "igp", "primary", "backup"
"""Ways that a probe can take: by the IGP, or over the lists of a candidate path of the plan."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How the probes of a flow are sent.

    ``path`` is IGP, PRIMARY, BACKUP or SIDs in the order visited; ``return_path`` likewise, for the
    replies. ``request_bytes`` is the UDP payload, None for as small as what is asked for allows.
    ``unread`` are keys of the file that could not be read, so that the usual stands in their place:
    none in a file that can be used.
    """

    count: int = 100
    interval_ns: int = 200 * NS_PER_MS
    poisson: bool = False
    timeout_ns: int = NS_PER_S
    request_bytes: int | None = None
    dscp: int = 0
    path: str | tuple[str, ...] = IGP
    return_path: str | tuple[str, ...] = IGP
    unread: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Measurement:
    """Who measures whom, how, and against which tier; ``name`` is that of its flows."""

    selector: Selector
    schedule: Schedule = Schedule()
    name: str = "main"
    scope: Scope | None = None
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that may be sent while a campaign runs; None is without limit.

    Packets and bits of IP a second: by a site, its replies counted, and over a link in a direction.
    """

    site_pps: float | None = None
    site_bps: float | None = None
    link_pps: float | None = None
    link_bps: float | None = None


@dataclass(frozen=True, slots=True)
class CampaignFile:
    """A campaign file, read and checked for all that can be told without its topology.

    ``topology`` and ``plan`` are paths. Without ``sites`` every node in service is one, as in the
    lab. ``site_lines`` says where each site stands in ``file``, ``key_lines`` where the keys of the
    top level and of the budget do.
    """

    name: str
    measurements: tuple[Measurement, ...]
    topology: Path | None = None
    plan: Path | None = None
    profile: TierProfile = PROFILES["2023"]
    sites: tuple[Site, ...] = ()
    budget: Budget = Budget()
    window_ns: int = 60 * NS_PER_S
    round_ns: int | None = None
    seed: int = 0
    description: str = ""
    file: str = field(default="campaign", compare=False)
    site_lines: tuple[int | None, ...] = field(default=(), compare=False)
    key_lines: Mapping[str, int | None] = field(default_factory=dict, compare=False)
