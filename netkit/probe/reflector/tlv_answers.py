"""How a reflector answers TLVs: each in the same size, and by its policy (RFC 8972, 9503, 9534).

U cleared: understood and done. U set: unknown, or not done; the reply then takes the plain way.
M: malformed; from there on TLVs go back as they came. I: no HMAC TLV vouches for them; then none
of them is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from netkit.errors import WireError
from netkit.model.measurement.sample import StampSource
from netkit.probe.reflector.admission.examination import Examined
from netkit.probe.reflector.policy import ReflectorPolicy, RequestContext
from netkit.probe.reflector.return_path_answers import answer_destination_node, answer_way_back
from netkit.wire.authentication import integrity_lost
from netkit.wire.location import Location, answer_location, hide_location
from netkit.wire.stamp import SenderPacket
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

_FOLLOWED_BYTES = 12
"""Sequence Number and timestamp of a Follow-Up Telemetry TLV."""

# Looking up a member of an enumeration costs more than all else of a follow-up.
_SOFTWARE = TimestampMethod.SOFTWARE
_METHODS = {
    StampSource.HARDWARE: TimestampMethod.HARDWARE,
    StampSource.KERNEL: TimestampMethod.SOFTWARE,
    StampSource.USERSPACE: TimestampMethod.CONTROL_PLANE,
}


def answer_request(found: Examined, asked: RequestContext, policy: ReflectorPolicy) -> SenderPacket:
    """The request with its TLVs answered; ``asked`` then says what comes of it."""
    request = found.packet
    if found.light or not (request.tlvs or request.trailing):
        return request
    if not found.believed:
        asked.refusals.append("tlvs_not_authentic")
        return replace(request, tlvs=integrity_lost(request.tlvs))
    tlvs, intact = _answer_tlvs(request.tlvs, asked, policy)
    trailing = request.trailing
    if trailing and intact:
        # Bytes that are no TLV, or TLVs too many, which go back as they came but for this.
        trailing = bytes([trailing[0] | MALFORMED]) + trailing[1:]
    same = (request.sequence, request.timestamp, request.error_estimate, request.ssid)
    return SenderPacket(*same, tlvs, trailing)


def _answer_tlvs(
    tlvs: tuple[Tlv, ...], asked: RequestContext, policy: ReflectorPolicy
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
    return Tlv(tlv.type, value, UNRECOGNIZED | MALFORMED, tlv.length)


def _answer(tlv: Tlv, asked: RequestContext, policy: ReflectorPolicy) -> Tlv:
    # A table: comparing with eleven members of an enumeration would take longer than most answers.
    answer = _ANSWERS.get(tlv.type)
    return tlv.flagged(UNRECOGNIZED) if answer is None else answer(tlv, asked, policy)


def _padding(tlv: Tlv, _asked: RequestContext, _policy: ReflectorPolicy) -> Tlv:
    return tlv.flagged(0)


def _hmac(tlv: Tlv, asked: RequestContext, _policy: ReflectorPolicy) -> Tlv:
    return tlv.flagged(0 if asked.vouched else UNRECOGNIZED)


def _location(tlv: Tlv, asked: RequestContext, policy: ReflectorPolicy) -> Tlv:
    where = Location.parse(tlv.value, asked.sub_tlvs)
    asked.sub_tlvs -= len(where.sub_tlvs)
    if not policy.tells_location:
        return _done(tlv, hide_location(where).to_value())
    return _done(tlv, answer_location(where, local=asked.local, source=asked.source).to_value())


def _timestamps(tlv: Tlv, asked: RequestContext, policy: ReflectorPolicy) -> Tlv:
    clock = _timestamp_information(asked, policy).to_value()
    return _done(tlv, clock + tlv.value[len(clock) :])


def _direct_measurement(tlv: Tlv, asked: RequestContext, _policy: ReflectorPolicy) -> Tlv:
    if asked.counts is None:
        return tlv.flagged(UNRECOGNIZED)
    sender_sent = DirectMeasurement.parse(tlv.value).sender_sent
    counts = (count % (1 << 32) for count in asked.counts)
    return _done(tlv, DirectMeasurement(sender_sent, *counts).to_value())


def _access_report(tlv: Tlv, _asked: RequestContext, _policy: ReflectorPolicy) -> Tlv:
    known = AccessReport.parse(tlv.value).access_id in ACCESS_IDS
    return tlv.flagged(0 if known else UNRECOGNIZED)


def _follow_up(tlv: Tlv, asked: RequestContext, _policy: ReflectorPolicy) -> Tlv:
    return _done(tlv, follow_up_telemetry(asked.follow_up, asked.form).to_value())


def _way_back(tlv: Tlv, asked: RequestContext, policy: ReflectorPolicy) -> Tlv:
    """Only the first Return Path TLV counts."""
    if asked.path_read:
        return tlv.flagged(UNRECOGNIZED)
    asked.path_read = True
    return answer_way_back(tlv, asked, policy)


def _done(tlv: Tlv, value: bytes) -> Tlv:
    return Tlv(tlv.type, value, flags=0)


def _timestamp_information(asked: RequestContext, policy: ReflectorPolicy) -> TimestampInformation:
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


def _class_of_service(tlv: Tlv, asked: RequestContext, policy: ReflectorPolicy) -> Tlv:
    if asked.traffic_class is None:
        return asked.refuse(tlv, "traffic_class_unknown")
    wanted = ClassOfService.parse(tlv.value).dscp
    dscp, ecn = asked.traffic_class >> 2, asked.traffic_class & 3
    allowed = wanted in (0, dscp) or wanted in policy.dscps
    if not allowed:
        asked.refusals.append("dscp_refused")
    used = wanted if allowed else dscp
    asked.egress = replace(asked.egress, traffic_class=used << 2)
    return _done(tlv, ClassOfService(wanted, dscp, ecn, 0 if allowed else 1).to_value())


def _micro_session(tlv: Tlv, asked: RequestContext, policy: ReflectorPolicy) -> Tlv:
    own = policy.micro_session_id
    if own is None:
        return tlv.flagged(UNRECOGNIZED)
    told = MicroSessionId.parse(tlv.value)
    if told.reflector not in (0, own):
        asked.dropped = "wrong_micro_session"
    return _done(tlv, MicroSessionId(told.sender, own).to_value())


_ANSWERS: Mapping[int, Callable[[Tlv, RequestContext, ReflectorPolicy], Tlv]] = {
    TlvType.EXTRA_PADDING: _padding,
    TlvType.LOCATION: _location,
    TlvType.TIMESTAMP_INFORMATION: _timestamps,
    TlvType.CLASS_OF_SERVICE: _class_of_service,
    TlvType.DIRECT_MEASUREMENT: _direct_measurement,
    TlvType.ACCESS_REPORT: _access_report,
    TlvType.FOLLOW_UP_TELEMETRY: _follow_up,
    TlvType.HMAC: _hmac,
    TlvType.DESTINATION_NODE_ADDRESS: answer_destination_node,
    TlvType.RETURN_PATH: _way_back,
    TlvType.MICRO_SESSION_ID: _micro_session,
}
"""How each type is answered; all others are unknown here."""
