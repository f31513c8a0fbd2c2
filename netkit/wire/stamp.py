"""The STAMP test packets (RFC 8762 §4.2, §4.3; SSID of RFC 8972 §3), with and without a key.

Timestamps are kept raw, as 64 bits, so that what came in can be sent back unchanged; the ``_ns``
properties read them in the format that the Error Estimate beside them names. MBZ fields are zero
when written and ignored when read. Both packets have the same size, and a reply carries the TLVs of
its request, so that the two directions of a path see packets of equal length.

With a key a packet has the authenticated layout, 112 bytes that end in an HMAC; reading it checks
the HMAC, and writing it makes one. TLVs are vouched for by a TLV of their own (``authentication``).
TWAMP Light (RFC 5357 appendix I) has the same fields, without SSID, TLVs and authentication.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from netkit.errors import AuthenticationError, WireError
from netkit.wire.authentication import HMAC_BYTES, digest, same
from netkit.wire.timestamps import ErrorEstimate, decode_timestamp, is_time
from netkit.wire.tlv import Tlv, parse_tlvs, tlvs_to_bytes

BASE_BYTES = 44
"""Size of either packet without TLVs."""

AUTHENTICATED_BYTES = 112
"""Size of either packet without TLVs in authenticated mode."""

PACKET_HMAC = slice(AUTHENTICATED_BYTES - HMAC_BYTES, AUTHENTICATED_BYTES)
"""Where the HMAC of an authenticated packet is."""

LIGHT_BYTES = 41
"""A TWAMP reply without padding (RFC 5357 §4.2.1); a request may be padded to this size."""

BARE_LIGHT_BYTES = 14
"""A TWAMP request without padding (RFC 5357 §4.1.2)."""

STAMPED_BYTES = 38
"""Some TWAMP responders stop behind the sender's Error Estimate: all stamps are there by then."""

_SENDER = struct.Struct("!IQHH28x")
_REFLECTOR = struct.Struct("!IQHHQIQHxxB3x")
_AUTHENTICATED_SENDER = struct.Struct("!I12xQHH68x")
_AUTHENTICATED_REFLECTOR = struct.Struct("!I12xQHH4xQ8xI12xQH6xB15x")
_LIGHT_SENDER = struct.Struct("!IQH")
UNUSED = slice(16, BASE_BYTES)
"""MBZ of an unauthenticated request."""

_ZEROS = bytes(28)


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
    def parse(cls, data: bytes, key: bytes | None = None) -> SenderPacket:
        """Read a test packet; :class:`WireError` if there is no whole base packet.

        With a ``key`` it must be an authenticated one; :class:`AuthenticationError` if its HMAC
        is wrong.
        """
        layout, size = _layout(key, _SENDER, _AUTHENTICATED_SENDER)
        _check(data, size, key)
        sequence, timestamp, error, ssid = layout.unpack_from(data)
        tlvs, trailing = parse_tlvs(data[size:])
        return cls(sequence, timestamp, ErrorEstimate.parse(error), ssid, tlvs, trailing)

    @classmethod
    def parse_light(cls, data: bytes, least: int = LIGHT_BYTES) -> SenderPacket:
        """Read the test packet of a TWAMP Light sender: 14 bytes and padding.

        Padding may be anything, so it is no SSID and no TLV. Raises :class:`WireError` for less
        than ``least`` bytes: under 41 the reply is longer than its request.
        """
        _check(data, least, None)
        sequence, timestamp, error = _LIGHT_SENDER.unpack_from(data)
        estimate = ErrorEstimate.parse(error)
        return cls(sequence, timestamp, estimate, 0, trailing=data[BASE_BYTES:])

    def to_bytes(self, key: bytes | None = None) -> bytes:
        """The UDP payload; :class:`WireError` if a value does not fit its field."""
        layout, _ = _layout(key, _SENDER, _AUTHENTICATED_SENDER)
        try:
            base = layout.pack(
                self.sequence, self.timestamp, self.error_estimate.to_int(), self.ssid
            )
        except struct.error as error:
            raise WireError(f"a field of the sender packet is out of range: {error}") from error
        return _sealed(base, key) + tlvs_to_bytes(self.tlvs, self.trailing)

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
    def parse(cls, data: bytes, key: bytes | None = None) -> ReflectorPacket:
        """Read a reply; :class:`WireError` if there is no whole base packet.

        With a ``key`` it must be an authenticated one; :class:`AuthenticationError` if its HMAC
        is wrong. Without, 41 bytes are enough: a TWAMP reflector sends no more.
        """
        layout, size = _layout(key, _REFLECTOR, _AUTHENTICATED_REFLECTOR)
        _check(data, size if key else LIGHT_BYTES, key)
        (
            sequence, timestamp, error, ssid, received,
            sender_sequence, sender_timestamp, sender_error, ttl,
        ) = layout.unpack_from(data.ljust(size, b"\0"))  # fmt: skip
        tlvs, trailing = parse_tlvs(data[size:])
        return cls(
            sequence, timestamp, ErrorEstimate.parse(error), ssid, received,
            sender_sequence, sender_timestamp, ErrorEstimate.parse(sender_error), ttl,
            tlvs, trailing,
        )  # fmt: skip

    def to_bytes(self, key: bytes | None = None) -> bytes:
        """The UDP payload; :class:`WireError` if a value does not fit its field."""
        layout, _ = _layout(key, _REFLECTOR, _AUTHENTICATED_REFLECTOR)
        try:
            base = layout.pack(
                self.sequence, self.timestamp, self.error_estimate.to_int(), self.ssid,
                self.receive_timestamp, self.sender_sequence, self.sender_timestamp,
                self.sender_error_estimate.to_int(), self.sender_ttl,
            )  # fmt: skip
        except struct.error as error:
            raise WireError(f"a field of the reflector packet is out of range: {error}") from error
        return _sealed(base, key) + tlvs_to_bytes(self.tlvs, self.trailing)

    @property
    def timestamp_ns(self) -> int:
        """T3 as the reflector's program took it, ns since 1970."""
        return decode_timestamp(self.timestamp, self.error_estimate.form)

    @property
    def receive_timestamp_ns(self) -> int:
        """T2, ns since 1970."""
        return decode_timestamp(self.receive_timestamp, self.error_estimate.form)

    @property
    def reflected_ns(self) -> int | None:
        """T3 as the program took it, None where 64 bits state none."""
        known = is_time(self.timestamp, self.error_estimate.form)
        return self.timestamp_ns if known else None

    @property
    def received_ns(self) -> int | None:
        """T2, None where 64 bits state none."""
        known = is_time(self.receive_timestamp, self.error_estimate.form)
        return self.receive_timestamp_ns if known else None


def is_light(data: bytes) -> bool:
    """Whether an unauthenticated request is a TWAMP Light sender's.

    Bytes 16 to 43 are zero in every STAMP request and padding in TWAMP ones; where that padding is
    zero as well, all of the rest is, which is no TLV that a STAMP sender sends.
    """
    if len(data) < BASE_BYTES or data[UNUSED] != _ZEROS:
        return True
    padding = data[BARE_LIGHT_BYTES:]
    return len(data) > BASE_BYTES and padding == bytes(len(padding))


def _layout(
    key: bytes | None, plain: struct.Struct, authenticated: struct.Struct
) -> tuple[struct.Struct, int]:
    return (plain, BASE_BYTES) if key is None else (authenticated, AUTHENTICATED_BYTES)


def _check(data: bytes, size: int, key: bytes | None) -> None:
    if len(data) < size:
        raise WireError(f"{len(data)} bytes are no STAMP packet; expected at least {size}")
    if key is not None:
        covered = size - HMAC_BYTES
        if not same(data[covered:size], digest(key, data[:covered])):
            raise AuthenticationError("the HMAC of the packet is wrong")


def _sealed(base: bytes, key: bytes | None) -> bytes:
    return base if key is None else base + digest(key, base)
