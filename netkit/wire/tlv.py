"""STAMP TLVs (RFC 8972 §4): generic reading and writing, and those about timestamps.

The values of the other types are in ``tlv_values``, ``location`` and ``return_path``.

A TLV whose Length reaches past the end of the packet keeps what is there as its value and is
marked malformed; the wrong Length is kept too, so that it can be sent back as it came. One to
three bytes at the end that cannot hold a TLV header are returned as they are, and so is all that
follows the first 12 TLVs: each costs whoever reads it, and no sender has a use for more.
"""

from __future__ import annotations

import struct
from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from netkit.errors import WireError

UNRECOGNIZED = 0x80
MALFORMED = 0x40
INTEGRITY_FAILED = 0x20

HEADER_BYTES = 4
_HEADER = struct.Struct("!BBH")
_FOLLOW_UP = struct.Struct("!IQB3x")
_TIMESTAMP_INFORMATION = struct.Struct("!BBBB")


class TlvType(IntEnum):
    """The types of RFC 8972 §5.1, RFC 9503 §7 and RFC 9534 §5."""

    EXTRA_PADDING = 1
    LOCATION = 2
    TIMESTAMP_INFORMATION = 3
    CLASS_OF_SERVICE = 4
    DIRECT_MEASUREMENT = 5
    ACCESS_REPORT = 6
    FOLLOW_UP_TELEMETRY = 7
    HMAC = 8
    DESTINATION_NODE_ADDRESS = 9
    RETURN_PATH = 10
    MICRO_SESSION_ID = 11


MAX_TLVS = 12
"""So many are read of one packet: one more than there are types."""

MAX_VALUE_BYTES = 0xFFFF

VALUE_BYTES: dict[int, Container[int]] = {
    TlvType.LOCATION: range(4, MAX_VALUE_BYTES + 1),
    # Sub-TLVs may follow (RFC 8972 §4.3), though none are defined.
    TlvType.TIMESTAMP_INFORMATION: range(_TIMESTAMP_INFORMATION.size, MAX_VALUE_BYTES + 1),
    TlvType.CLASS_OF_SERVICE: frozenset({4}),
    TlvType.DIRECT_MEASUREMENT: frozenset({12}),
    TlvType.ACCESS_REPORT: frozenset({4}),
    TlvType.FOLLOW_UP_TELEMETRY: frozenset({_FOLLOW_UP.size}),
    TlvType.HMAC: frozenset({16}),
    TlvType.DESTINATION_NODE_ADDRESS: frozenset({4, 16}),
    TlvType.MICRO_SESSION_ID: frozenset({4}),
}
"""The valid Lengths of the types that do not take just any."""


class TimestampMethod(IntEnum):
    """Who took a timestamp (RFC 8972 §4.3); other values are kept as plain numbers."""

    HARDWARE = 1
    SOFTWARE = 2
    CONTROL_PLANE = 3


class Tlv(NamedTuple):
    """One TLV. ``length`` is what its header says; it differs from the value's if malformed.

    A tuple, as a frozen dataclass takes twice the time to make, and a packet may hold a dozen.
    """

    type: int
    value: bytes
    flags: int = UNRECOGNIZED
    length: int | None = None

    @property
    def malformed(self) -> bool:
        """The M flag."""
        return bool(self.flags & MALFORMED)

    @property
    def taken(self) -> bool:
        """In a reply: the reflector understood it, believed it and did it."""
        return not self.flags & (UNRECOGNIZED | MALFORMED | INTEGRITY_FAILED)

    @property
    def well_formed(self) -> bool:
        """Whole, and of a Length that its type allows; says nothing of the M flag."""
        return self.length is None and _fits(self.type, len(self.value))

    def flagged(self, flags: int) -> Tlv:
        """The same with these flags; ``_replace`` would take three times as long."""
        return Tlv(self.type, self.value, flags, self.length)

    def to_bytes(self) -> bytes:
        """Header and value."""
        length = len(self.value) if self.length is None else self.length
        return _HEADER.pack(self.flags, self.type, length) + self.value


def parse_tlvs(
    data: bytes, lengths: Mapping[int, Container[int]] = VALUE_BYTES, most: int = MAX_TLVS
) -> tuple[tuple[Tlv, ...], bytes]:
    """The first ``most`` TLVs of the bytes after the base packet, and the bytes that are left.

    Those are 0 to 3, or begin with a TLV too many. Never refuses: a TLV that is cut short, or whose
    Length its type does not allow by ``lengths``, comes back with its M flag set.
    """
    found: list[Tlv] = []
    at, end = 0, len(data)
    while end - at >= HEADER_BYTES and len(found) < most:
        flags, type_, length = _HEADER.unpack_from(data, at)
        at += HEADER_BYTES
        value = data[at : at + length]
        if len(value) < length:
            found.append(Tlv(type_, value, flags | MALFORMED, length))
        elif not _fits(type_, length, lengths):
            found.append(Tlv(type_, value, flags | MALFORMED))
        else:
            found.append(Tlv(type_, value, flags))
        at += len(value)
    return tuple(found), data[at:]


def tlvs_to_bytes(tlvs: tuple[Tlv, ...], trailing: bytes = b"") -> bytes:
    """The bytes after the base packet: the inverse of :func:`parse_tlvs`."""
    return b"".join([tlv.to_bytes() for tlv in tlvs]) + trailing


def extra_padding(total_bytes: int) -> Tlv:
    """An Extra Padding TLV that takes ``total_bytes`` on the wire, header included.

    The value is zeros: what fills it is free (RFC 8972 §4.1), and zeros keep runs reproducible.
    """
    if total_bytes < HEADER_BYTES:
        raise WireError(f"an Extra Padding TLV takes at least 4 bytes, not {total_bytes}")
    return Tlv(TlvType.EXTRA_PADDING, bytes(total_bytes - HEADER_BYTES))


class FollowUpTelemetry(NamedTuple):
    """When the reflector's previous reply of the session really left (RFC 8972 §4.7).

    ``timestamp`` is raw, in the format that the reply's Error Estimate names. All zeros: nothing
    is known (a sender's request, a stateless reflector, or no earlier reply).
    """

    sequence: int = 0
    timestamp: int = 0
    method: int = 0

    @classmethod
    def parse(cls, value: bytes) -> FollowUpTelemetry:
        """Take the 16-byte value apart; :class:`WireError` if it is not 16 bytes."""
        return cls(*_unpack(_FOLLOW_UP, value))

    def to_value(self) -> bytes:
        """The value of the TLV."""
        return _FOLLOW_UP.pack(self.sequence, self.timestamp, self.method)


@dataclass(frozen=True, slots=True)
class TimestampInformation:
    """How the reflector's clock is disciplined and who takes its stamps (RFC 8972 §4.3)."""

    sync_in: int = 0
    method_in: int = 0
    sync_out: int = 0
    method_out: int = 0

    @classmethod
    def parse(cls, value: bytes) -> TimestampInformation:
        """The fields at its beginning; :class:`WireError` if there are less than 4 bytes."""
        return cls(*_unpack(_TIMESTAMP_INFORMATION, value[: _TIMESTAMP_INFORMATION.size]))

    def to_value(self) -> bytes:
        """The value of the TLV, without sub-TLVs."""
        return _TIMESTAMP_INFORMATION.pack(
            self.sync_in, self.method_in, self.sync_out, self.method_out
        )


def _fits(type_: int, length: int, lengths: Mapping[int, Container[int]] = VALUE_BYTES) -> bool:
    allowed = lengths.get(type_)
    return allowed is None or length in allowed


def _unpack(layout: struct.Struct, value: bytes) -> tuple[int, ...]:
    if len(value) != layout.size:
        raise WireError(f"the value has {len(value)} bytes; expected {layout.size}")
    return layout.unpack(value)
