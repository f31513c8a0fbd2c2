"""How a reflector answers TLVs: each in the same size, and by its policy (RFC 8972, 9503, 9534).

U cleared: understood and done. U set: unknown, or not done; the reply then takes the plain way.
M: malformed; from there on TLVs go back as they came. I: no HMAC TLV vouches for them; then none
of them is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from ipaddress import IPv6Address, ip_address

from netkit.model.sample import StampSource
from netkit.probe.admission import IpNetwork
from netkit.wire.errors import WireError
from netkit.wire.location import Location, answer_location, hide_location
from netkit.wire.return_path import (
    NO_REPLY,
    SAME_LINK,
    IpAddress,
    ReturnPath,
    answer_return_path,
    parse_node_address,
)
from netkit.wire.timestamps import TimestampFormat, encode_timestamp
from netkit.wire.tlv import (
    MALFORMED,
    UNRECOGNIZED,
    FollowUpTelemetry,
    TimestampInformation,
    TimestampMethod,
    Tlv,
    TlvType,
)
from netkit.wire.tlv_values import (
    ACCESS_IDS,
    AccessReport,
    ClassOfService,
    DirectMeasurement,
    MicroSessionId,
)

MAX_RETURN_SEGMENTS = 16

_FOLLOWED_BYTES = 12
"""Sequence Number and timestamp of a Follow-Up Telemetry TLV."""

# Looking up a member of an enumeration costs more than all else of a follow-up.
_SOFTWARE = TimestampMethod.SOFTWARE
_METHODS = {
    StampSource.HARDWARE: TimestampMethod.HARDWARE,
    StampSource.KERNEL: TimestampMethod.SOFTWARE,
    StampSource.USERSPACE: TimestampMethod.CONTROL_PLANE,
}


@dataclass(frozen=True, slots=True)
class Policy:
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
class Asked:
    """One request as far as TLVs care, and what comes of it.

    ``follow_up`` is the number and the time of the reply before, ``counts`` the session's requests
    received and replies sent, this one included; both are None from a stateless reflector.
    ``vouched``: the HMAC TLV was right. ``path_read``: a Return Path TLV has been read, and others
    are ignored (RFC 9503 §4). ``dropped`` says why there is to be no reply.
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
    egress: Egress = PLAIN
    dropped: str | None = None
    refusals: list[str] = field(default_factory=list)


def answer_tlvs(
    tlvs: tuple[Tlv, ...], asked: Asked, policy: Policy
) -> tuple[tuple[Tlv, ...], bool]:
    """The TLVs of the reply, each as long as the one asked, and whether all were well formed."""
    answered: list[Tlv] = []
    for position, tlv in enumerate(tlvs):
        try:
            answer = _answer(tlv, asked, policy) if tlv.well_formed else _malformed(tlv)
        except WireError:
            answer = _malformed(tlv)
        answered.append(answer)
        if answer.malformed:
            # What follows goes back as it came (RFC 8972 §4).
            return (*answered, *tlvs[position + 1 :]), False
    return tuple(answered), True


def _malformed(tlv: Tlv) -> Tlv:
    """As it came, but for a follow-up, of which nothing may be taken for one (RFC 8972 §4.7)."""
    value = tlv.value
    if tlv.type == TlvType.FOLLOW_UP_TELEMETRY:
        told = min(len(value), _FOLLOWED_BYTES)
        value = bytes(told) + value[told:]
    return replace(tlv, value=value, flags=UNRECOGNIZED | MALFORMED)


def _answer(tlv: Tlv, asked: Asked, policy: Policy) -> Tlv:
    match tlv.type:
        case TlvType.EXTRA_PADDING:
            return replace(tlv, flags=0)
        case TlvType.HMAC if asked.vouched:
            return replace(tlv, flags=0)
        case TlvType.LOCATION:
            where = Location.parse(tlv.value)
            if policy.tells_location:
                told = answer_location(where, local=asked.local, source=asked.source)
            else:
                told = hide_location(where)
            return _done(tlv, told.to_value())
        case TlvType.TIMESTAMP_INFORMATION:
            clock = _timestamp_information(asked, policy).to_value()
            return _done(tlv, clock + tlv.value[len(clock) :])
        case TlvType.CLASS_OF_SERVICE:
            return _class_of_service(tlv, asked, policy)
        case TlvType.DIRECT_MEASUREMENT if asked.counts is not None:
            sender_sent = DirectMeasurement.parse(tlv.value).sender_sent
            counts = (count % (1 << 32) for count in asked.counts)
            return _done(tlv, DirectMeasurement(sender_sent, *counts).to_value())
        case TlvType.ACCESS_REPORT:
            known = AccessReport.parse(tlv.value).access_id in ACCESS_IDS
            return replace(tlv, flags=0 if known else UNRECOGNIZED)
        case TlvType.FOLLOW_UP_TELEMETRY:
            return _done(tlv, follow_up_telemetry(asked.follow_up, asked.form).to_value())
        case TlvType.DESTINATION_NODE_ADDRESS:
            return _destination_node(tlv, asked, policy)
        case TlvType.RETURN_PATH if not asked.path_read:
            asked.path_read = True
            return _return_path(tlv, asked, policy)
        case TlvType.MICRO_SESSION_ID if policy.micro_session_id is not None:
            return _micro_session(tlv, asked, policy.micro_session_id)
        case _:
            return replace(tlv, flags=UNRECOGNIZED)


def _done(tlv: Tlv, value: bytes) -> Tlv:
    return Tlv(tlv.type, value, flags=0)


def _refused(tlv: Tlv, asked: Asked, reason: str) -> Tlv:
    asked.refusals.append(reason)
    return replace(tlv, flags=UNRECOGNIZED)


def _timestamp_information(asked: Asked, policy: Policy) -> TimestampInformation:
    """T3 in the reply itself is always the program's; the kernel's follows one reply later."""
    return TimestampInformation(
        policy.sync_source,
        _METHODS.get(asked.received_by, 0),
        policy.sync_source,
        TimestampMethod.CONTROL_PLANE,
    )


def follow_up_telemetry(
    follow_up: tuple[int, int] | None, form: TimestampFormat
) -> FollowUpTelemetry:
    """What is told of the reply before: its number and when the kernel sent it, if known."""
    if follow_up is None:
        return FollowUpTelemetry()
    sequence, time_ns = follow_up
    timestamp = encode_timestamp(time_ns, form)
    return FollowUpTelemetry(sequence, timestamp, _SOFTWARE)


def _class_of_service(tlv: Tlv, asked: Asked, policy: Policy) -> Tlv:
    if asked.traffic_class is None:
        return _refused(tlv, asked, "traffic_class_unknown")
    wanted = ClassOfService.parse(tlv.value).dscp
    dscp, ecn = asked.traffic_class >> 2, asked.traffic_class & 3
    allowed = wanted in (0, dscp) or wanted in policy.dscps
    if not allowed:
        asked.refusals.append("dscp_refused")
    used = wanted if allowed else dscp
    asked.egress = replace(asked.egress, traffic_class=used << 2)
    return _done(tlv, ClassOfService(wanted, dscp, ecn, 0 if allowed else 1).to_value())


def _destination_node(tlv: Tlv, asked: Asked, policy: Policy) -> Tlv:
    node = parse_node_address(tlv.value)
    local = None if asked.local is None else ip_address(asked.local[0].partition("%")[0])
    if node != local and node not in policy.addresses:
        return _refused(tlv, asked, "not_this_node")
    if node != local:
        asked.egress = replace(asked.egress, source=node)
    return replace(tlv, flags=0)


def _return_path(tlv: Tlv, asked: Asked, policy: Policy) -> Tlv:
    path = ReturnPath.parse(tlv.value)
    if path.control_code == NO_REPLY:
        asked.dropped = "no_reply_asked"
    elif path.control_code == SAME_LINK:
        asked.egress = replace(asked.egress, same_link=True)
    elif _may_return(path, asked, policy):
        # The sender's own address is kept as it came: a link-local one has its interface with it.
        address = None if path.address == _source_of(asked) else path.address
        asked.egress = replace(asked.egress, segments=path.segments, address=address)
    else:
        return _refused(tlv, asked, "return_path_refused")
    return _done(tlv, answer_return_path(tlv.value))


def _may_return(path: ReturnPath, asked: Asked, policy: Policy) -> bool:
    """Whether this node can send so, and may send to all whom the path names."""
    source = _source_of(asked)
    possible = (
        not path.labels
        and not path.unknown
        and len(path.segments) <= MAX_RETURN_SEGMENTS
        and (not path.segments or source.version == 6)
        and (path.address is None or path.address.version == source.version)
    )
    third_parties = [path.address] if path.address not in (None, source) else []
    third_parties += [segment for segment in path.segments if segment != source]
    return possible and all(
        any(party in network for network in policy.returns) for party in third_parties
    )


def _source_of(asked: Asked) -> IpAddress:
    return ip_address(asked.source[0].partition("%")[0])


def _micro_session(tlv: Tlv, asked: Asked, own: int) -> Tlv:
    told = MicroSessionId.parse(tlv.value)
    if told.reflector not in (0, own):
        asked.dropped = "wrong_micro_session"
    return _done(tlv, MicroSessionId(told.sender, own).to_value())
