"""The TLVs that a netkit sender asks with, and how long a probe is with them."""

from __future__ import annotations

from collections.abc import Sequence

from netkit.errors import InputError
from netkit.wire.authentication import HMAC_TLV
from netkit.wire.return_path import ReturnPath
from netkit.wire.srh import source_route
from netkit.wire.stamp import AUTHENTICATED_BYTES, BASE_BYTES
from netkit.wire.tlv import (
    HEADER_BYTES,
    FollowUpTelemetry,
    TimestampInformation,
    Tlv,
    TlvType,
    extra_padding,
    tlvs_to_bytes,
)

_ASKED = (
    Tlv(TlvType.TIMESTAMP_INFORMATION, TimestampInformation().to_value()),
    Tlv(TlvType.FOLLOW_UP_TELEMETRY, FollowUpTelemetry().to_value()),
)

MIN_REQUEST_BYTES = BASE_BYTES + sum(len(tlv.to_bytes()) for tlv in _ASKED)
"""The smallest UDP payload of an ordinary probe: 72 bytes."""

MAX_REQUEST_BYTES = 9000
"""The largest: more would be fragmented even on jumbo-frame links."""


def smallest_request(
    extra: Sequence[Tlv] = (), *, authenticated: bool = False, vouched: bool = False
) -> int:
    """The UDP payload of a probe that asks for ``extra`` besides what every probe asks for.

    One that asks for a way back over segments has padding as long as the header that its reply
    then needs: a reflector in the open sends nothing longer than it was sent.
    """
    return (
        _base_bytes(authenticated)
        + len(tlvs_to_bytes(_asked(extra, authenticated or vouched)))
        + _header_room(extra)
    )


def request_tlvs(
    request_bytes: int,
    extra: Sequence[Tlv] = (),
    *,
    authenticated: bool = False,
    vouched: bool = False,
) -> tuple[Tlv, ...]:
    """Timestamp Information, Follow-Up Telemetry, ``extra``, and padding up to ``request_bytes``.

    A probe that is ``authenticated``, or of which only TLVs are ``vouched`` for, ends them with an
    HMAC TLV. A probe as short as the base packet asks for nothing. Raises :class:`InputError` for
    a size that no combination of TLVs has.
    """
    bare = _base_bytes(authenticated)
    if request_bytes == bare and not extra:
        return ()
    least = smallest_request(extra, authenticated=authenticated, vouched=vouched)
    asked = _asked(extra, authenticated or vouched)
    room = _header_room(extra)
    rest = request_bytes - least + room
    if rest == room == 0:
        return asked
    if rest < max(HEADER_BYTES, room) or request_bytes > MAX_REQUEST_BYTES:
        shorter = "" if extra else f"{bare} (no TLVs), "
        raise InputError.single(
            "probe size",
            value=f"{request_bytes} bytes",
            expected=f"{shorter}{least}, or {least + HEADER_BYTES}"
            f" to {MAX_REQUEST_BYTES} bytes of UDP payload",
        )
    return (*asked, extra_padding(rest))


def _asked(extra: Sequence[Tlv], vouched: bool) -> tuple[Tlv, ...]:
    return (*_ASKED, *extra, *((HMAC_TLV,) if vouched else ()))


def _header_room(extra: Sequence[Tlv]) -> int:
    """The bytes of an Extra Padding TLV whose value makes room for a segment routing header."""
    segments = [
        segment
        for tlv in extra
        if tlv.type == TlvType.RETURN_PATH
        for segment in ReturnPath.parse(tlv.value).segments
    ]
    return HEADER_BYTES + len(source_route(segments)) if segments else 0


def _base_bytes(authenticated: bool) -> int:
    return AUTHENTICATED_BYTES if authenticated else BASE_BYTES
