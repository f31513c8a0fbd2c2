"""Replies of a reflector, and what they are made of beside the TLVs that a request asked with."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from netkit.model.measurement.sample import StampSource
from netkit.probe.reflector.policy import PLAIN, Egress
from netkit.wire.authentication import seal_tlvs
from netkit.wire.stamp import AUTHENTICATED_BYTES, BASE_BYTES, ReflectorPacket, SenderPacket
from netkit.wire.timestamps import ErrorEstimate, encode_timestamp
from netkit.wire.tlv import UNRECOGNIZED, TlvType, parse_tlvs

SessionKey = tuple[str, int, int]
"""Source address, source port, SSID."""


class Reply(NamedTuple):
    """Bytes to send back, how, and what to hand to :meth:`Reflector.transmitted` once they left."""

    data: bytes
    key: SessionKey
    sequence: int
    egress: Egress = PLAIN


class Reserved(NamedTuple):
    """The replies to the first ``taken`` of some requests: numbered from ``first``, modulo 2^32.

    Without ``first`` they have the numbers of their requests.
    """

    taken: int
    first: int | None = None


class Circumstances(NamedTuple):
    """Everything beside its bytes that the answer to a request depends on, but times and counts.

    Who took T2; the hop limit, the marking and the local address and port that the request came
    with; what is said of this clock.
    """

    received_by: StampSource
    hop_limit: int | None
    traffic_class: int | None
    local: tuple[str, int] | None
    error_estimate: ErrorEstimate


def reply_packet(
    answer: SenderPacket, sequence: int, around: Circumstances, received_ns: int, wall_ns: int
) -> ReflectorPacket:
    """The packet of a reply: ``answer`` is its request, with TLVs answered."""
    form, estimate = answer.error_estimate.form, around.error_estimate
    return ReflectorPacket(
        sequence=sequence,
        timestamp=encode_timestamp(wall_ns, form),
        error_estimate=estimate if estimate.form is form else replace(estimate, form=form),
        ssid=answer.ssid,
        receive_timestamp=encode_timestamp(received_ns, form),
        sender_sequence=answer.sequence,
        sender_timestamp=answer.timestamp,
        sender_error_estimate=answer.error_estimate,
        sender_ttl=around.hop_limit or 0,
        tlvs=answer.tlvs,
        trailing=answer.trailing,
    )


def without_padding(reply: Reply, count: int, *, authenticated: bool) -> Reply | None:
    """The reply without the last ``count`` bytes of its padding; None if it has less of it.

    Only the Extra Padding TLV at its end is cut: no HMAC TLV vouches for that (RFC 8972 §4.8).
    """
    base = AUTHENTICATED_BYTES if authenticated else BASE_BYTES
    tlvs, trailing = parse_tlvs(reply.data[base:])
    last = tlvs[-1] if tlvs and not trailing else None
    if last is None or last.type != TlvType.EXTRA_PADDING or not last.well_formed:
        return None
    kept = len(last.value) - count
    if kept < 0:
        return None
    padding = last._replace(value=last.value[:kept]).to_bytes()
    return reply._replace(data=reply.data[: -len(last.to_bytes())] + padding)


def plain_way(reply: Reply, key: bytes | None, tlv_key: bytes | None) -> Reply:
    """The same reply without its detour, which it says; with the keys that it was made with."""
    packet = ReflectorPacket.parse(reply.data, key)
    tlvs = tuple(
        tlv.flagged(UNRECOGNIZED) if tlv.type == TlvType.RETURN_PATH else tlv for tlv in packet.tlvs
    )
    if tlv_key is not None:
        tlvs = seal_tlvs(tlvs, tlv_key, packet.sequence)
    data = replace(packet, tlvs=tlvs).to_bytes(key)
    egress = Egress(reply.egress.traffic_class, source=reply.egress.source)
    return reply._replace(data=data, egress=egress)
