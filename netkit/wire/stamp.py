"""The STAMP test packets, unauthenticated (RFC 8762 §4.2.1, §4.3.1; SSID of RFC 8972 §3).

Timestamps are kept raw, as 64 bits, so that what came in can be sent back unchanged; the ``_ns``
properties read them in the format that the Error Estimate beside them names. MBZ fields are zero
when written and ignored when read. Both packets have the same size, and a reply carries the TLVs of
its request, so that the two directions of a path see packets of equal length.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from netkit.wire.errors import WireError
from netkit.wire.timestamps import ErrorEstimate, decode_timestamp
from netkit.wire.tlv import Tlv, parse_tlvs, tlvs_to_bytes

STAMP_PORT = 862
"""The port of a reflector unless another is agreed (RFC 8762 §4.1)."""

BASE_BYTES = 44
"""Size of either packet without TLVs."""

_SENDER = struct.Struct("!IQHH28x")
_REFLECTOR = struct.Struct("!IQHHQIQHxxB3x")


@dataclass(frozen=True, slots=True)
class SenderPacket:
    """What a Session-Sender sends."""

    sequence: int
    timestamp: int
    error_estimate: ErrorEstimate
    ssid: int
    tlvs: tuple[Tlv, ...] = ()
    trailing: bytes = b""

    @classmethod
    def parse(cls, data: bytes) -> SenderPacket:
        """Read a test packet; :class:`WireError` if there is no whole base packet."""
        _check_length(data)
        sequence, timestamp, error, ssid = _SENDER.unpack_from(data)
        tlvs, trailing = parse_tlvs(data[BASE_BYTES:])
        return cls(sequence, timestamp, ErrorEstimate.parse(error), ssid, tlvs, trailing)

    def to_bytes(self) -> bytes:
        """The UDP payload; :class:`WireError` if a value does not fit its field."""
        try:
            base = _SENDER.pack(
                self.sequence, self.timestamp, self.error_estimate.to_int(), self.ssid
            )
        except struct.error as error:
            raise WireError(f"a field of the sender packet is out of range: {error}") from error
        return base + tlvs_to_bytes(self.tlvs, self.trailing)

    @property
    def timestamp_ns(self) -> int:
        """T1 as the sender's program took it, ns since 1970."""
        return decode_timestamp(self.timestamp, self.error_estimate.form)


@dataclass(frozen=True, slots=True)
class ReflectorPacket:
    """What a Session-Reflector answers.

    ``sequence`` is its own count (stateful) or a copy of the sender's (stateless); ``sender_*``
    are copied from the request, ``sender_ttl`` is the hop limit that the request arrived with.
    """

    sequence: int
    timestamp: int
    error_estimate: ErrorEstimate
    ssid: int
    receive_timestamp: int
    sender_sequence: int
    sender_timestamp: int
    sender_error_estimate: ErrorEstimate
    sender_ttl: int
    tlvs: tuple[Tlv, ...] = ()
    trailing: bytes = b""

    @classmethod
    def parse(cls, data: bytes) -> ReflectorPacket:
        """Read a reply; :class:`WireError` if there is no whole base packet."""
        _check_length(data)
        (
            sequence, timestamp, error, ssid, received,
            sender_sequence, sender_timestamp, sender_error, ttl,
        ) = _REFLECTOR.unpack_from(data)  # fmt: skip
        tlvs, trailing = parse_tlvs(data[BASE_BYTES:])
        return cls(
            sequence, timestamp, ErrorEstimate.parse(error), ssid, received,
            sender_sequence, sender_timestamp, ErrorEstimate.parse(sender_error), ttl,
            tlvs, trailing,
        )  # fmt: skip

    def to_bytes(self) -> bytes:
        """The UDP payload; :class:`WireError` if a value does not fit its field."""
        try:
            base = _REFLECTOR.pack(
                self.sequence, self.timestamp, self.error_estimate.to_int(), self.ssid,
                self.receive_timestamp, self.sender_sequence, self.sender_timestamp,
                self.sender_error_estimate.to_int(), self.sender_ttl,
            )  # fmt: skip
        except struct.error as error:
            raise WireError(f"a field of the reflector packet is out of range: {error}") from error
        return base + tlvs_to_bytes(self.tlvs, self.trailing)

    @property
    def timestamp_ns(self) -> int:
        """T3 as the reflector's program took it, ns since 1970."""
        return decode_timestamp(self.timestamp, self.error_estimate.form)

    @property
    def receive_timestamp_ns(self) -> int:
        """T2, ns since 1970."""
        return decode_timestamp(self.receive_timestamp, self.error_estimate.form)

    @property
    def sender_timestamp_ns(self) -> int:
        """T1 as it stood in the request, ns since 1970."""
        return decode_timestamp(self.sender_timestamp, self.sender_error_estimate.form)


def _check_length(data: bytes) -> None:
    if len(data) < BASE_BYTES:
        raise WireError(f"{len(data)} bytes are no STAMP packet; expected at least {BASE_BYTES}")
