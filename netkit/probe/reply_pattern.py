"""The like answer to a like request, at a tenth of the work of making it anew.

The requests of a session mostly differ in their number and timestamp alone, and so their replies
in little: number, T3, T2, what they copy, and the follow-up. The rest can be kept.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from netkit.probe.tlv_answers import Egress, follow_up_telemetry
from netkit.wire.stamp import BASE_BYTES, SenderPacket
from netkit.wire.timestamps import TimestampFormat, encode_timestamp
from netkit.wire.tlv import HEADER_BYTES, TlvType

LONGEST = 1500
"""Longer requests are not worth the memory that a full table of sessions would take for them."""

_NUMBERED = struct.Struct("!IQ")
_RECEIVED_AT, _COPIED_AT = 16, 24
_TIMESTAMP = struct.Struct("!Q")

Circumstances = tuple[object, ...]
"""Everything beside its bytes that the answer to a request depends on, but times and counts."""


@dataclass(frozen=True, slots=True)
class ReplyPattern:
    """``request`` without number and timestamp, met under ``circumstances``, and its ``reply``.

    ``egress`` is how that left, ``form`` the format of its timestamps, ``follow_up_at`` where in
    it the value of the Follow-Up Telemetry starts, if it has one.
    """

    request: bytes
    circumstances: Circumstances
    reply: bytes
    egress: Egress
    form: TimestampFormat
    follow_up_at: int | None

    @classmethod
    def of(
        cls,
        data: bytes,
        request: SenderPacket,
        circumstances: Circumstances,
        reply: bytes,
        egress: Egress,
    ) -> ReplyPattern | None:
        """What the unauthenticated STAMP request ``data`` and its reply teach; None if nothing.

        Nothing, if a TLV counts requests or is malformed, or more than one asks for a follow-up.
        """
        types = [tlv.type for tlv in request.tlvs]
        if (
            len(data) > LONGEST
            or not all(tlv.well_formed for tlv in request.tlvs)
            or TlvType.DIRECT_MEASUREMENT in types
            or types.count(TlvType.FOLLOW_UP_TELEMETRY) > 1
        ):
            return None
        at, follow_up_at = BASE_BYTES, None
        for tlv in request.tlvs:
            if tlv.type == TlvType.FOLLOW_UP_TELEMETRY:
                follow_up_at = at + HEADER_BYTES
            at += HEADER_BYTES + len(tlv.value)
        form = request.error_estimate.form
        return cls(data[_NUMBERED.size :], circumstances, reply, egress, form, follow_up_at)

    def fits(self, data: bytes, circumstances: Circumstances) -> bool:
        """Whether ``data`` under these circumstances gets the like reply."""
        return self.circumstances == circumstances and self.request == data[_NUMBERED.size :]

    def answer(
        self,
        data: bytes,
        sequence: int,
        wall_ns: int,
        received_ns: int,
        follow_up: tuple[int, int] | None,
    ) -> bytes:
        """The reply to ``data``. ``follow_up`` is the number and the time of the one before."""
        made = bytearray(self.reply)
        _NUMBERED.pack_into(made, 0, sequence, encode_timestamp(wall_ns, self.form))
        _TIMESTAMP.pack_into(made, _RECEIVED_AT, encode_timestamp(received_ns, self.form))
        made[_COPIED_AT : _COPIED_AT + _NUMBERED.size] = data[: _NUMBERED.size]
        if self.follow_up_at is not None:
            value = follow_up_telemetry(follow_up, self.form).to_value()
            made[self.follow_up_at : self.follow_up_at + len(value)] = value
        return bytes(made)
