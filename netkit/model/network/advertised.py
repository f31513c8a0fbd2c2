"""SIDs, locators and ends of links as routers advertise them (RFC 9352 for IS-IS, RFC 9514 for
BGP-LS).

A topology that is read from a link-state database has these instead of those of an
:class:`~netkit.model.network.addressing.AddressPlan`.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network


@dataclass(frozen=True, slots=True)
class Locator:
    """A prefix that the IGP carries for a router, in one algorithm (RFC 9352 §7.1)."""

    prefix: IPv6Network
    algorithm: int = 0


@dataclass(frozen=True, slots=True)
class SidStructure:
    """Lengths of the parts of a SID, in bits (RFC 9352 §9)."""

    block_bits: int
    node_bits: int
    function_bits: int
    argument_bits: int = 0


@dataclass(frozen=True, slots=True)
class AdvertisedSid:
    """An ``End`` or ``End.X`` of a router; ``next_csid`` is the flavor of uN and uA (RFC 9800 §4).

    ``structure`` is what it says of its parts; None where it says nothing.
    """

    sid: IPv6Address
    algorithm: int = 0
    next_csid: bool = False
    structure: SidStructure | None = None


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """What a router says of its end of a link: addresses (RFC 5305 §3.2, RFC 6119 §4.2), the number
    of its interface (RFC 5307 §1.1), and its name there, which no IGP carries.

    What is not known is None. ``ipv6`` may be link-local, where a file of one's own says so.
    """

    ipv4: IPv4Address | None = None
    ipv6: IPv6Address | None = None
    link_id: int | None = None
    interface: str | None = None
