"""The like answer to a like request, at a tenth of the work of making it anew.

The requests of a session mostly differ in their number and timestamp alone, and so their replies
in little: number, T3, T2, what they copy, and the follow-up. The rest can be kept.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from netkit.probe.reflector.policy import Egress
from netkit.probe.reflector.replies import Circumstances
from netkit.probe.reflector.tlv_answers import follow_up_telemetry
from netkit.wire.stamp import BASE_BYTES, SenderPacket
from netkit.wire.timestamps import TimestampFormat, encode_timestamp
from netkit.wire.tlv import HEADER_BYTES, FollowUpTelemetry, TlvType, tlvs_to_bytes

LONGEST = 1500
"""Longer requests are not worth the memory that a full table of sessions would take for them."""

_NUMBERED_BYTES, _COPIED_END = 12, 36
_ESTIMATE = slice(_NUMBERED_BYTES, 16)
_FOLLOW_UP_BYTES = len(FollowUpTelemetry().to_value())


@dataclass(frozen=True, slots=True)
class ReplyPattern:
    """``request`` without number and timestamp, met under ``circumstances``, and its reply.

    ``egress`` is how that left, ``form`` the format of its timestamps, ``layout`` what it is put
    together by: number, T3, ``estimate`` with SSID, T2, what is copied, ``before`` and ``after``
    the value of the Follow-Up Telemetry, if it ``follows``.
    """

    request: bytes
    circumstances: Circumstances
    egress: Egress
    form: TimestampFormat
    follows: bool
    layout: struct.Struct
    estimate: bytes
    before: bytes
    after: bytes

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
        follows = TlvType.FOLLOW_UP_TELEMETRY in types
        start = end = len(reply)
        if follows:
            earlier = request.tlvs[: types.index(TlvType.FOLLOW_UP_TELEMETRY)]
            start = BASE_BYTES + len(tlvs_to_bytes(earlier)) + HEADER_BYTES
            end = start + _FOLLOW_UP_BYTES
        before, after = reply[_COPIED_END:start], reply[end:]
        layout = struct.Struct(f"!IQ4sQ12s{len(before)}s{end - start}s{len(after)}s")
        form = request.error_estimate.form
        return cls(
            data[_NUMBERED_BYTES:], circumstances, egress, form, follows,
            layout, reply[_ESTIMATE], before, after,
        )  # fmt: skip

    def fits(self, data: bytes, circumstances: Circumstances) -> bool:
        """Whether ``data`` under these circumstances gets the like reply."""
        return self.circumstances == circumstances and self.request == data[_NUMBERED_BYTES:]

    def answer(
        self,
        data: bytes,
        sequence: int,
        wall_ns: int,
        received_ns: int,
        follow_up: tuple[int, int] | None,
    ) -> bytes:
        """The reply to ``data``. ``follow_up`` is the number and the time of the one before."""
        form = self.form
        return self.layout.pack(
            sequence, encode_timestamp(wall_ns, form), self.estimate,
            encode_timestamp(received_ns, form), data[:_NUMBERED_BYTES], self.before,
            follow_up_telemetry(follow_up, form).to_value() if self.follows else b"", self.after,
        )  # fmt: skip
