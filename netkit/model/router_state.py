"""What one router is to hold, in no vendor's words: made from topology and plan, rendered by
emitters, read back by parsers, compared by diff and apply.

Everything here is a value with one canonical form: tuples are in the order that their docstring
states, so that two states are equal if and only if the routers would forward alike. None and ()
say that nothing is stated. A dialect that cannot say a field states it as None.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Address, IPv6Network

from netkit.model.network.advertised import SidStructure


class EndpointBehavior(StrEnum):
    """Endpoint behaviours by their names in the IANA registry (RFC 8986 §4)."""

    END = "End"
    END_X = "End.X"
    END_DT6 = "End.DT6"
    END_DT46 = "End.DT46"


class Flavor(StrEnum):
    """Flavors of End and End.X (RFC 8986 §4.16, RFC 9800 §4)."""

    PSP = "PSP"
    USP = "USP"
    USD = "USD"
    NEXT_CSID = "NEXT-CSID"


@dataclass(frozen=True, slots=True, order=True)
class LocatorState:
    """A locator that the router configures and its IGP carries (RFC 9352 §7.1).

    ``structure`` gives the lengths of the parts of its SIDs; ``usid``: its SIDs are uSIDs, in
    containers of its block (RFC 9800 §4.1).
    """

    name: str
    prefix: IPv6Network
    structure: SidStructure
    algorithm: int = 0
    usid: bool = False


@dataclass(frozen=True, slots=True)
class LocalSid:
    """A SID that the router instantiates: ``prefix`` is what it matches, its parts' lengths long.

    An End.X has the ``interface`` and the neighbour's address that it leads to, as far as either is
    known; an End.DT6 or End.DT46 the ``vrf`` that it looks up in.
    """

    prefix: IPv6Network
    behavior: EndpointBehavior
    flavors: frozenset[Flavor] = frozenset()
    interface: str | None = None
    next_hop: IPv6Address | None = None
    vrf: str | None = None

    @property
    def sid(self) -> IPv6Address:
        """The address of the SID."""
        return self.prefix.network_address


@dataclass(frozen=True, slots=True)
class SegmentState:
    """One entry of a segment list: a SID, or a uSID container.

    ``behavior`` and ``structure`` are of its first SID, for platforms and protocols that ask for
    them (RFC 9830 §2.4.4.2.4); None where a dialect does not say them.
    """

    sid: IPv6Address
    behavior: EndpointBehavior | None = None
    flavors: frozenset[Flavor] = frozenset()
    structure: SidStructure | None = None


@dataclass(frozen=True, slots=True)
class WeightedList:
    """A segment list of a candidate path, ``segments`` in order of travel (RFC 9256 §2.11)."""

    name: str | None
    weight: int
    segments: tuple[SegmentState, ...]


@dataclass(frozen=True, slots=True)
class CandidatePathState:
    """A candidate path: its ``preference`` and its ``lists``, heaviest first, then by their SIDs.

    ``largest_packet_bytes`` is the largest packet that passes all its lists whole before they are
    pushed; None where no MTU is known.
    """

    preference: int
    lists: tuple[WeightedList, ...]
    largest_packet_bytes: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Steering:
    """A prefix whose packets enter a policy, in a customer's ``vrf`` or None for the router's own
    table."""

    prefix: IPv6Network | IPv4Network
    vrf: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyState:
    """An SR policy: what <color, endpoint> names at this headend (RFC 9256 §2.1).

    ``candidate_paths`` are by falling preference. ``binding_sid`` is a SID of this router that
    stands for the policy (§6). ``steering`` is what goes in by itself, sorted. ``encapsulates`` is
    H.Encaps.Red (RFC 8986 §5.2) in all of netkit.
    """

    name: str | None
    color: int
    endpoint: IPv6Address
    candidate_paths: tuple[CandidatePathState, ...]
    binding_sid: IPv6Address | None = None
    steering: tuple[Steering, ...] = ()

    @property
    def key(self) -> tuple[int, IPv6Address]:
        """What identifies it at its headend."""
        return (self.color, self.endpoint)


@dataclass(frozen=True, slots=True)
class CustomerPort:
    """An interface with customers behind it, in ``vrf``: the prefixes that are theirs, sorted, and
    the router's own address towards them."""

    interface: str
    vrf: str
    prefixes: tuple[IPv6Network | IPv4Network, ...]
    gateway: IPv6Address | None = None


@dataclass(frozen=True, slots=True)
class PeerPort:
    """An interface to another operator, and the SIDs that certified policies bring in over it,
    sorted; all others are dropped."""

    interface: str
    admitted: tuple[IPv6Address, ...]


@dataclass(frozen=True, slots=True)
class EdgeFilter:
    """The filter at the edge of the SRv6 domain (RFC 8754 §5.1).

    ``blocks`` hold all SIDs of the domain: customers may neither send to them nor from them.
    ``inside`` are the sources that local SIDs take packets from. ``protected`` are the router's
    own locators, ``reachable`` its addresses in them that stay open to the control plane. All are
    sorted; ``customers`` are names of interfaces.
    """

    blocks: tuple[IPv6Network, ...]
    inside: tuple[IPv6Network, ...]
    protected: tuple[IPv6Network, ...]
    reachable: tuple[IPv6Address, ...]
    customers: tuple[str, ...] = ()
    peers: tuple[PeerPort, ...] = ()


@dataclass(frozen=True, slots=True)
class StampReflector:
    """A STAMP Session-Reflector (RFC 8762): its address and port, and the senders it answers,
    sorted; platforms whose sessions name both ends have one for each sender."""

    address: IPv6Address
    port: int
    senders: tuple[IPv6Address, ...] = ()


@dataclass(frozen=True, slots=True)
class RouterState:
    """All of it for one router.

    ``source`` is the source address of what it encapsulates. ``locators`` are sorted, ``sids`` are
    sorted by prefix, ``policies`` by key, ``customers`` by interface.
    """

    router: str
    source: IPv6Address | None = None
    locators: tuple[LocatorState, ...] = ()
    sids: tuple[LocalSid, ...] = ()
    policies: tuple[PolicyState, ...] = ()
    customers: tuple[CustomerPort, ...] = ()
    edge: EdgeFilter | None = None
    reflectors: tuple[StampReflector, ...] = ()
