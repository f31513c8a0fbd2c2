"""What an UPDATE says of a candidate path, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address

from netkit.model.network.advertised import SidStructure


class BindingSidForm(IntEnum):
    """The sub-TLVs that an SRv6 binding SID can stand in; RFC 9830 §2.4.2 recommends the second."""

    BINDING_SID = 13
    SRV6_BINDING_SID = 20


@dataclass(frozen=True, slots=True, order=True)
class Nlri:
    """What names a candidate path among all of BGP (RFC 9830 §2.1).

    ``distinguisher`` keeps apart what has the same color and endpoint, and says nothing else.
    """

    distinguisher: int
    color: int
    endpoint: IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Behavior:
    """The endpoint behavior of a SID, by its number at IANA, and the lengths of the SID's parts
    (RFC 9830 §2.4.4.2.4); they stand together or not at all."""

    code_point: int
    structure: SidStructure


@dataclass(frozen=True, slots=True)
class LabelSegment:
    """A segment of Type A: an SR-MPLS label of 20 bits, with the traffic class and the TTL of its
    entry (RFC 9830 §2.4.4.2.1)."""

    label: int
    traffic_class: int = 0
    ttl: int = 0


@dataclass(frozen=True, slots=True)
class SidSegment:
    """A segment of Type B: an SRv6 SID (RFC 9830 §2.4.4.2.2)."""

    sid: IPv6Address
    behavior: Behavior | None = None


Segment = LabelSegment | SidSegment


@dataclass(frozen=True, slots=True)
class SegmentList:
    """``segments`` in order of travel; ``weight`` None where none is stated, which counts as 1."""

    segments: tuple[Segment, ...]
    weight: int | None = None


@dataclass(frozen=True, slots=True)
class BindingSid:
    """The binding SID of a candidate path, and the sub-TLV that it is in."""

    sid: IPv6Address
    form: BindingSidForm = BindingSidForm.SRV6_BINDING_SID
    behavior: Behavior | None = None


@dataclass(frozen=True, slots=True)
class CandidatePath:
    """What the tunnel of type 15 says (RFC 9830 §2.4); None is what is not said.

    Without a preference it is 100, without a priority 128 (RFC 9256 §2.7, §2.12). ``unknown`` are
    sub-TLVs that netkit does not read, as type and value.
    """

    lists: tuple[SegmentList, ...]
    preference: int | None = None
    binding_sid: BindingSid | None = None
    priority: int | None = None
    path_name: str | None = None
    policy_name: str | None = None
    unknown: tuple[tuple[int, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Announcement:
    """A candidate path under its name. ``headend`` is the BGP Identifier of the router that is to
    install it, its route target; None: whoever receives it, and nobody further (§4.1, §4.2.1)."""

    nlri: Nlri
    path: CandidatePath
    headend: IPv4Address | None = None
