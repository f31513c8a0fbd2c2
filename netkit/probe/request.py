"""The TLVs that a netkit sender asks with."""

from __future__ import annotations

from netkit.errors import InputError
from netkit.wire.stamp import BASE_BYTES
from netkit.wire.tlv import (
    HEADER_BYTES,
    FollowUpTelemetry,
    TimestampInformation,
    Tlv,
    TlvType,
    extra_padding,
)

_ASKED = (
    Tlv(TlvType.TIMESTAMP_INFORMATION, TimestampInformation().to_value()),
    Tlv(TlvType.FOLLOW_UP_TELEMETRY, FollowUpTelemetry().to_value()),
)

MIN_REQUEST_BYTES = BASE_BYTES + sum(len(tlv.to_bytes()) for tlv in _ASKED)
"""The smallest UDP payload of a probe: 72 bytes."""

MAX_REQUEST_BYTES = 9000
"""The largest: more would be fragmented even on jumbo-frame links."""


def request_tlvs(request_bytes: int) -> tuple[Tlv, ...]:
    """Timestamp Information, Follow-Up Telemetry, and the padding up to ``request_bytes``.

    Raises :class:`InputError` for a size that no combination of TLVs has.
    """
    rest = request_bytes - MIN_REQUEST_BYTES
    if rest == 0:
        return _ASKED
    if rest < HEADER_BYTES or request_bytes > MAX_REQUEST_BYTES:
        raise InputError.single(
            "probe size",
            value=f"{request_bytes} bytes",
            expected=f"{MIN_REQUEST_BYTES}, or {MIN_REQUEST_BYTES + HEADER_BYTES}"
            f" to {MAX_REQUEST_BYTES} bytes of UDP payload",
        )
    return (*_ASKED, extra_padding(rest))
