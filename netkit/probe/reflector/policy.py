"""What one request asks of a reflector, what its policy allows, and how the reply then leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv6Address

from netkit.model.measurement.sample import StampSource
from netkit.probe.reflector.admission.access import IpNetwork
from netkit.wire.location import MAX_SUB_TLVS
from netkit.wire.return_path import IpAddress
from netkit.wire.timestamps import TimestampFormat
from netkit.wire.tlv import UNRECOGNIZED, Tlv


@dataclass(frozen=True, slots=True)
class ReflectorPolicy:
    """What a sender may ask for. The defaults let nobody send replies to or through others.

    ``returns``: prefixes that return addresses other than the sender's own and the segments of
    return paths must lie in. ``dscps``: what replies may be marked with, besides 0 and what the
    request was marked with. ``addresses``: the node's own, besides the one that was asked.
    ``micro_session_id`` is the number of this end's member link (RFC 9534), None for none.
    ``sync_source`` says how the clock is disciplined (RFC 8972 §4.3), 0 if unknown. Without
    ``tells_location`` zeros stand for addresses and ports (§4.2.2).
    """

    returns: tuple[IpNetwork, ...] = ()
    dscps: frozenset[int] = frozenset()
    addresses: frozenset[IpAddress] = frozenset()
    micro_session_id: int | None = None
    sync_source: int = 0
    tells_location: bool = True


@dataclass(frozen=True, slots=True)
class Egress:
    """How a reply leaves: None and empty mean the plain way, back to where the request came from.

    ``address`` replaces the destination (its port stays); ``segments`` are visited in order
    before it; ``source`` replaces the address that was asked; ``same_link``: out by the interface
    that the request came in by; ``traffic_class`` is the whole octet.
    """

    traffic_class: int | None = None
    segments: tuple[IPv6Address, ...] = ()
    address: IpAddress | None = None
    source: IpAddress | None = None
    same_link: bool = False

    @property
    def detour(self) -> bool:
        """Whether a Return Path TLV leads it elsewhere than the plain way."""
        return bool(self.segments) or self.address is not None or self.same_link


PLAIN = Egress()


@dataclass(slots=True)
class RequestContext:
    """One request as far as TLVs care, and what comes of it.

    ``follow_up`` is the number and the time of the reply before, ``counts`` the session's requests
    received and replies sent, this one included; both are None from a stateless reflector.
    ``vouched``: the HMAC TLV was right. ``path_read``: a Return Path TLV has been read, and others
    are ignored (RFC 9503 §4). ``sub_tlvs`` of Location may still be answered. ``dropped`` says why
    there is to be no reply.
    """

    source: tuple[str, int]
    local: tuple[str, int] | None
    traffic_class: int | None
    received_by: StampSource
    form: TimestampFormat
    follow_up: tuple[int, int] | None
    counts: tuple[int, int] | None
    vouched: bool = False
    path_read: bool = False
    sub_tlvs: int = MAX_SUB_TLVS
    egress: Egress = PLAIN
    dropped: str | None = None
    refusals: list[str] = field(default_factory=list)

    def refuse(self, tlv: Tlv, reason: str) -> Tlv:
        """``tlv`` as it came, with U set; the reason is kept, to be counted."""
        self.refusals.append(reason)
        return tlv.flagged(UNRECOGNIZED)
