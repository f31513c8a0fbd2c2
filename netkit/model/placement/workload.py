"""Where computing work may go: cities, sites, workload classes, and the answers for them.

A :class:`Site` is a city or a site of computing with its routers, at most one an operator. All
delays are one-way; what is judged is the worse of the two directions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from netkit.model.network.elements import Node
from netkit.model.planning.tier import Scope, TierProfile
from netkit.model.srv6.segment_list import CandidatePath


class Part(StrEnum):
    """The four parts of the country in official statistics."""

    EAST = "east"
    CENTRAL = "central"
    WEST = "west"
    NORTHEAST = "northeast"


PAIRED_PARTS = frozenset({Part.EAST, Part.CENTRAL})
"""Cities of these parts make pairs (结对子) with sites in the west."""


class Target(StrEnum):
    """What a class may name as its target beside a trait: where a site is, seen from the city.

    City and region mean clusters only; other sites are known by their traits.
    """

    CITY = "city"
    REGION = "region"
    ANY = "any"


class BackupNeed(StrEnum):
    """What a class asks of a second site: nothing, another place, a path that shares nothing."""

    NONE = "none"
    PLACE = "place"
    DISJOINT = "disjoint"


@dataclass(frozen=True, slots=True)
class WorkloadClass:
    """Work of one kind. ``targets`` are in order of preference: a :class:`Target` or a trait.

    The bound is ``bound_us``, or the profile's tier of ``scope``; with neither it is the tier that
    city and site fall under.
    """

    name: str
    targets: tuple[str, ...]
    scope: Scope | None = None
    bound_us: int | None = None
    backup: BackupNeed = BackupNeed.NONE
    description: str = ""

    def bound_for(self, profile: TierProfile, city: Node, site: Node) -> int | None:
        """The bound in µs; None where it rests on coordinates that are missing."""
        if self.bound_us is not None:
            return self.bound_us
        tier = profile.tier_for(city, site) if self.scope is None else profile.tiers[self.scope]
        return tier.bound_for(city, site)


@dataclass(frozen=True)
class Regions:
    """What policy says of hubs and places, by their names; a place goes before its hub.

    ``traits`` has every trait there is, with whom it is said of.
    """

    parts: Mapping[str, Part]
    traits: Mapping[str, frozenset[str]]

    def part_of(self, place: str | None, hub: str | None) -> Part | None:
        """The part of the country; None where nobody says."""
        return self.parts.get(place or "") or self.parts.get(hub or "")

    def traits_of(self, place: str | None, hub: str | None) -> frozenset[str]:
        """All that is said of the place or of its hub."""
        return frozenset(name for name, of in self.traits.items() if {place, hub} & of)


@dataclass(frozen=True, slots=True)
class Site:
    """A city, or a site with what it can take; None where no limit is known.

    ``cluster``: a data-centre cluster of the topology, and no site of the user's table.
    ``capacity`` is in the user's own unit, ``bandwidth_bps`` in all to and from the site.
    """

    name: str
    nodes: tuple[str, ...]
    place: str | None = None
    hub: str | None = None
    part: Part | None = None
    traits: frozenset[str] = frozenset()
    cluster: bool = False
    capacity: float | None = None
    bandwidth_bps: int | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """The certified lists of least guaranteed delay from a city to a site, and back.

    They are None where both are behind the same router: nothing of the backbone is between them.
    """

    city_node: str
    site_node: str
    there: CandidatePath | None = None
    back: CandidatePath | None = None

    @property
    def there_us(self) -> int:
        """What is guaranteed from the city to the site."""
        return 0 if self.there is None else self.there.certificate.guaranteed_us

    @property
    def back_us(self) -> int:
        """What is guaranteed from the site to the city."""
        return 0 if self.back is None else self.back.certificate.guaranteed_us

    @property
    def delay_us(self) -> int:
        """The worse of the two directions."""
        return max(self.there_us, self.back_us)


@dataclass(frozen=True, slots=True)
class BackupSite:
    """Another site, elsewhere, inside the bound too.

    ``disjoint``: its lists share no link, node or SRLG with those to the first site, on any branch,
    and the figures are those of such lists.
    """

    site: Site
    reach: Reach
    disjoint: bool


@dataclass(frozen=True, slots=True)
class Option:
    """A site that satisfies a class for a city. ``target`` is what lets it in.

    ``backup`` is the best there is, asked for or not.
    """

    site: Site
    target: str
    reach: Reach
    bound_us: int
    backup: BackupSite | None = None

    @property
    def margin_us(self) -> int:
        """What is left of the bound."""
        return self.bound_us - self.reach.delay_us


class Obstacle(StrEnum):
    """Why a city gets no site, or a demand no place, in the order in which netkit looks."""

    TARGET = "target"
    DISCONNECTED = "disconnected"
    DELAY = "delay"
    BACKUP = "backup"
    CAPACITY = "capacity"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What stands in the way, and the nearest thing that would work.

    ``site`` with ``delay_us`` is the allowed site that comes nearest; ``excess_us`` is what
    ``bound_us`` is short of that. ``targets`` are what the class may use, ``sites`` those of them
    that cannot be reached or have no room, for ``amount`` in one piece where that is given.
    ``backup`` is what no second site could give.
    """

    obstacle: Obstacle
    site: Site | None = None
    delay_us: int | None = None
    excess_us: int | None = None
    bound_us: int | None = None
    targets: tuple[str, ...] = ()
    sites: tuple[Site, ...] = ()
    amount: float | None = None
    backup: BackupNeed = BackupNeed.NONE


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one class may go from one city: ``options``, the preferred first, or why none."""

    city: Site
    workload: WorkloadClass
    options: tuple[Option, ...]
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest cluster of a city by guaranteed delay, and by distance over ground.

    Each is None where no site can be reached, or where coordinates are missing.
    """

    city: Site
    site: Site | None = None
    reach: Reach | None = None
    site_by_km: Site | None = None
    distance_km: float | None = None
