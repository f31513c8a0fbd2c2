"""Link-state PDUs as records, whoever printed them (ISO 10589, RFC 5305, RFC 9352)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import IPv6Network

from netkit.model.network.advertised import AdvertisedSid

SYSTEM_ID = re.compile(r"[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}")
LSP_ID = re.compile(
    r"(?P<system>.{1,255})\.(?P<circuit>[0-9a-fA-F]{2})(?:-(?P<fragment>[0-9a-fA-F]{2}))?"
)
ROUTER = "00"
"""The circuit of a router's own LSPs; others are pseudonodes, which stand for LANs."""

STANDARD, IPV6_UNICAST = 0, 2
"""Topologies (RFC 5120 §7.5)."""

Pair = tuple[str | None, str | None]
"""Of the near end and of the far end."""


@dataclass(slots=True)
class Traffic:
    """What TE sub-TLVs say of one adjacency (RFC 5305, 8570, 8919); units as in the model."""

    delay_min_us: int | None = None
    delay_avg_us: int | None = None
    delay_max_us: int | None = None
    anomalous: bool = False
    jitter_us: int | None = None
    loss_ppb: int | None = None
    te_metric: int | None = None
    capacity_bps: int | None = None
    admin_groups: frozenset[str] = frozenset()
    srlgs: frozenset[str] = frozenset()

    def fill(self, other: Traffic) -> None:
        """Take from another what is not stated here; a figure of 0 is stated."""
        for name in Traffic.__slots__:
            own = getattr(self, name)
            if own is None or own is False or own == frozenset():
                setattr(self, name, getattr(other, name))


@dataclass(slots=True)
class Reach:
    """A neighbour as one end lists it, in one topology; ``circuit`` tells a LAN from a router."""

    system: str
    circuit: str
    metric: int
    topology: int = STANDARD
    narrow: bool = False
    ipv4: Pair = (None, None)
    ipv6: Pair = (None, None)
    ids: Pair = (None, None)
    traffic: Traffic = field(default_factory=Traffic)
    sids: tuple[AdvertisedSid, ...] = ()
    lan_sids: dict[str, tuple[AdvertisedSid, ...]] | None = None


@dataclass(slots=True)
class LocatorRecord:
    """An SRv6 locator with the End SIDs in it (RFC 9352 §7.1)."""

    prefix: IPv6Network
    topology: int = STANDARD
    algorithm: int = 0
    sids: tuple[AdvertisedSid, ...] = ()


@dataclass(slots=True)
class SrlgRecord:
    """Risks of one adjacency (RFC 5307 §1.4, RFC 6119 §4.4), named apart from it.

    ``circuit`` tells a LAN from a router. Of an unnumbered link ``ends`` are link ids, in dots or
    as numbers.
    """

    system: str
    circuit: str
    ends: Pair
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class FlexRecord:
    """A definition of a Flexible Algorithm as one router advertises it (RFC 9350 §5.1, RFC 9351
    §3). ``unread`` names what it says beyond this."""

    algorithm: int
    metric_type: int = 0
    calculation: int = 0
    priority: int = 0
    include_any: frozenset[str] = frozenset()
    include_all: frozenset[str] = frozenset()
    exclude_any: frozenset[str] = frozenset()
    exclude_srlgs: frozenset[str] = frozenset()
    unread: tuple[str, ...] = ()


@dataclass(slots=True)
class Lsp:
    """One LSP; ``name`` is how its system is printed, a system id or a host name cut short;
    ``by_id`` says so where it is an id of another kind, as of OSPF. ``printout`` counts the lists
    of LSPs in a file: no list holds an LSP twice.

    ``topologies`` holds the overload bit of each topology that a multi-topology router takes part
    in. ``protocols`` is None where nothing is said of them. ``ipv6_topologies`` are those that its
    IPv6 prefixes are in. ``algorithms`` are those that the router takes part in (RFC 8667 §3.2),
    ``flex_algos`` what it says of their meaning.
    """

    name: str
    circuit: str
    fragment: int
    sequence: str = ""
    checksum: str = ""
    alive: bool = True
    overload: bool = False
    attached: bool = False
    hostname: str | None = None
    protocols: frozenset[str] | None = None
    topologies: dict[int, bool] = field(default_factory=dict)
    ipv6_topologies: frozenset[int] = frozenset()
    reaches: list[Reach] = field(default_factory=list)
    locators: list[LocatorRecord] = field(default_factory=list)
    srlgs: list[SrlgRecord] = field(default_factory=list)
    algorithms: frozenset[int] = frozenset()
    flex_algos: list[FlexRecord] = field(default_factory=list)
    by_id: bool = False
    printout: int = 0


@dataclass
class Database:
    """All LSPs that were printed, by instance and level; ``counts`` is how many there are in truth,
    where that is said."""

    levels: dict[tuple[str, int], list[Lsp]] = field(default_factory=dict)
    counts: dict[tuple[str, int], int] = field(default_factory=dict)
