"""Network elements: nodes, links, and the adjacencies and ports they make.

Delays are one-way. A link has two directions, or one, and an :class:`Adjacency` is one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from netkit.model.network.advertised import AdvertisedSid, LinkEnd, Locator
from netkit.model.network.geo import Coordinates
from netkit.model.network.platform import Platform


class Role(StrEnum):
    """What a node is for."""

    CLUSTER = "cluster"
    CITY = "city"
    CORE = "core"
    BORDER = "border"


class Status(StrEnum):
    """Planned things are kept and shown, but nothing is routed over them."""

    ACTIVE = "active"
    PLANNED = "planned"


MAX_LINK_METRIC = 0xFF_FFFF
"""The metric of a direction that SPF does not use (RFC 5305 §3); TE may."""


class DelayBasis(StrEnum):
    """Where a delay comes from: stated, measured, advertised by an IGP (the least, the average or
    the most that it measured, RFC 8570), derived from a fibre length or coordinates."""

    GIVEN = "given"
    MEASURED = "measured"
    ADVERTISED_MIN = "advertised_min"
    ADVERTISED_AVG = "advertised_avg"
    ADVERTISED_MAX = "advertised_max"
    LENGTH = "length"
    COORDINATES = "coordinates"


class LinkKind(StrEnum):
    """An IGP link inside an operator, or one of the two ways across operators."""

    TRUNK = "trunk"
    DIRECT_CONNECT = "direct_connect"
    EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True)
class SidLimits:
    """What a node's hardware can do with segment lists (MSD types of RFC 9352 §4).

    ``max_h_encaps`` SIDs can be pushed by the headend, the service SID counted;
    ``max_segments_left`` can stand in a received header; ``max_end_pop`` and ``max_end_d`` bound
    the header of a packet whose last SID the node pops or decapsulates.
    """

    max_segments_left: int = 9
    max_end_pop: int = 9
    max_h_encaps: int = 10
    max_end_d: int = 9


@dataclass(frozen=True, slots=True)
class Node:
    """A router. ``sid_index`` is its number in the :class:`AddressPlan`.

    ``label`` is what the file that it comes from calls it, where that cannot be its name. An
    ``overload``ed router carries nothing for others: it still sends and receives (ISO 10589
    §7.2.8.1). ``locators`` and ``sids`` are what it advertises, if that is known; see
    :mod:`~netkit.model.srv6.sids`. ``platform`` is what it runs, where that is stated.
    """

    name: str
    role: Role
    sid_index: int
    operator: str = "default"
    place: str | None = None
    hub: str | None = None
    coordinates: Coordinates | None = None
    sid_limits: SidLimits = SidLimits()
    status: Status = Status.ACTIVE
    label: str | None = None
    overload: bool = False
    locators: tuple[Locator, ...] = ()
    sids: tuple[AdvertisedSid, ...] = ()
    platform: Platform | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A point-to-point link between ``a`` and ``b``; ``*_ab`` is the direction from a to b.

    A one-way link leads from a to b only: ``delay_ba_us`` and ``metric_ba`` are None. ``id_ba`` is
    the name of the direction from b to a, where the file names each direction. ``measured_on`` is
    the day of a measured delay, as 2026-11-22. Delay variation, share of packets lost (RFC 8570)
    and TE metric (RFC 5305 §3.7) of each direction, ``cost`` (what use of it costs, in the file's
    own unit) and ``mtu_bytes`` (of IPv6 packets) are None where nobody has stated them.

    ``min_delay_*`` is the least delay, where it is known beside the one that is planned with: what
    Flex-Algo takes (RFC 9350 §5.1). ``sids_ab`` are the End.X that ``a`` advertises. ``lan`` is the
    broadcast network that makes this link, and whose ports its capacity is taken of. ``end_a`` and
    ``end_b`` are what the two routers are known to say of their ends.
    """

    id: str
    a: str
    b: str
    delay_ab_us: int
    delay_ba_us: int | None
    metric_ab: int
    metric_ba: int | None
    basis: DelayBasis = DelayBasis.GIVEN
    kind: LinkKind = LinkKind.TRUNK
    capacity_bps: int | None = None
    length_km: float | None = None
    srlgs: frozenset[str] = frozenset()
    admin_groups: frozenset[str] = frozenset()
    fabric: str | None = None
    status: Status = Status.ACTIVE
    id_ba: str | None = None
    measured_on: str | None = None
    jitter_ab_us: int | None = None
    jitter_ba_us: int | None = None
    loss_ab_ppb: int | None = None
    loss_ba_ppb: int | None = None
    te_metric_ab: int | None = None
    te_metric_ba: int | None = None
    cost: int | None = None
    mtu_bytes: int | None = None
    min_delay_ab_us: int | None = None
    min_delay_ba_us: int | None = None
    sids_ab: tuple[AdvertisedSid, ...] = ()
    sids_ba: tuple[AdvertisedSid, ...] = ()
    lan: str | None = None
    end_a: LinkEnd | None = None
    end_b: LinkEnd | None = None

    @property
    def one_way(self) -> bool:
        """Whether nothing can go from b to a."""
        return self.delay_ba_us is None


@dataclass(frozen=True, slots=True)
class CapacityPool:
    """Bits a second that flows share: a link in one direction, or a router's port on a fabric.

    ``owner`` is the link or the fabric, ``node`` the headend of the direction or the router whose
    port it is. A port carries what all links over the fabric send; ``inward`` is its other
    direction. Without a stated capacity ``capacity_bps`` is None: nothing can be promised of it.
    """

    owner: str
    node: str
    capacity_bps: int | None
    inward: bool = False


@dataclass(frozen=True, slots=True)
class Adjacency:
    """One direction of a link, as an IGP advertises it and an End.X SID names it.

    ``number`` counts the adjacencies of ``src`` from 0 in file order; ``subnet`` is the number of
    the link or fabric in the :class:`AddressPlan`; ``igp`` is false across operators. ``label`` is
    what the file calls this direction; ``link_id`` is the same for both. A flow over it takes its
    bandwidth of every one of ``pools``. ``least_delay_us`` is the delay by which Flex-Algo routes.
    ``near`` and ``far`` are its two ends, if anything is known of them.
    """

    link_id: str
    src: str
    dst: str
    delay_us: int
    metric: int
    number: int
    subnet: int
    igp: bool
    srlgs: frozenset[str]
    admin_groups: frozenset[str]
    label: str
    pools: tuple[CapacityPool, ...] = ()
    jitter_us: int | None = None
    loss_ppb: int | None = None
    te_metric: int | None = None
    cost: int | None = None
    mtu_bytes: int | None = None
    min_delay_us: int | None = None
    sids: tuple[AdvertisedSid, ...] = ()
    near: LinkEnd | None = None
    far: LinkEnd | None = None

    @property
    def in_spf(self) -> bool:
        """Whether the shortest paths of algorithm 0 may use it (RFC 5305 §3)."""
        return self.igp and self.metric < MAX_LINK_METRIC

    @property
    def least_delay_us(self) -> int:
        """The least delay, as far as it is known apart from ``delay_us``."""
        return self.delay_us if self.min_delay_us is None else self.min_delay_us

    @property
    def key(self) -> tuple[str, str]:
        """What tells this adjacency from all others: its link and its headend."""
        return (self.link_id, self.src)


@dataclass(frozen=True, slots=True)
class Interface:
    """A router's port: on a link (``link_id``) or on a fabric (``fabric_id``), never both."""

    node: str
    name: str
    subnet: int
    link_id: str | None = None
    fabric_id: str | None = None
