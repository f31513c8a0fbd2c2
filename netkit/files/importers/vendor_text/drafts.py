"""LSPs, neighbours and locators while their lines are still being read."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network

from netkit.files.importers.link_state.records import LocatorRecord, Lsp, Reach, Traffic
from netkit.model.network.advertised import AdvertisedSid, SidStructure

SR_POLICY, FLEX_ALGO = 0x40, 0x10
"""Applications that attributes may be meant for (RFC 8919 §4.1, RFC 9350 §12)."""


@dataclass(slots=True)
class SidDraft:
    """A SID; what it says of its parts stands on a later line. ``lan`` is whom it leads to on a
    LAN; ``backed_up``: the router would reroute it."""

    sid: IPv6Address
    algorithm: int = 0
    next_csid: bool = False
    backed_up: bool = False
    lan: str | None = None
    structure: SidStructure | None = None

    def made(self) -> AdvertisedSid:
        """The value."""
        return AdvertisedSid(self.sid, self.algorithm, self.next_csid, self.structure)


@dataclass(slots=True)
class NeighbourDraft:
    """A neighbour; ``applications`` are attributes by the bits of whom they are meant for."""

    reach: Reach
    sids: list[SidDraft] = field(default_factory=list)
    applications: list[tuple[int, Traffic]] = field(default_factory=list)

    def made(self) -> Reach:
        """The record: SIDs that the router would not reroute first, and of attributes those that
        are meant for all; what these do not say, those for SR policies, for Flex-Algo, for others.
        """
        ordered = sorted(self.sids, key=lambda one: one.backed_up)
        self.reach.sids = tuple(one.made() for one in ordered if one.lan is None)
        to_lan: dict[str, tuple[AdvertisedSid, ...]] = {}
        for one in ordered:
            if one.lan is not None:
                to_lan[one.lan] = (*to_lan.get(one.lan, ()), one.made())
        self.reach.lan_sids = to_lan or None
        for _, own in sorted(self.applications, key=lambda one: _rank(one[0])):
            self.reach.traffic.fill(own)
        return self.reach


@dataclass(slots=True)
class LocatorDraft:
    """A locator; ``leaked`` where the router only passes it on, which its flags or its metric
    say."""

    prefix: IPv6Network
    topology: int
    algorithm: int
    metric: int
    leaked: bool = False
    sids: list[SidDraft] = field(default_factory=list)

    def made(self) -> LocatorRecord:
        """The record."""
        sids = tuple(one.made() for one in self.sids)
        return LocatorRecord(self.prefix, self.topology, self.algorithm, sids)


@dataclass(slots=True)
class LspDraft:
    """An LSP, with how many lines there are inside it."""

    lsp: Lsp
    neighbours: list[NeighbourDraft] = field(default_factory=list)
    locators: list[LocatorDraft] = field(default_factory=list)
    lines: int = 0

    def speaks(self, protocol: str) -> None:
        """The router states a protocol (RFC 1195 §3.1)."""
        self.lsp.protocols = (self.lsp.protocols or frozenset()) | {protocol}

    def has_ipv6(self, topology: int) -> None:
        """The router has an IPv6 prefix in a topology."""
        self.lsp.ipv6_topologies |= {topology}


def _rank(bits: int) -> int:
    return 0 if bits & SR_POLICY else 1 if bits & FLEX_ALGO else 2
