"""The values of the STAMP TLVs of fixed size that are not about timestamps.

Class of Service (RFC 8972 §4.4), Direct Measurement (§4.5), Access Report (§4.6), Micro-session ID
(RFC 9534 §3.1). Reserved bits are zero when written and ignored when read.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from netkit.errors import WireError

_CLASS_OF_SERVICE = struct.Struct("!H2x")
_DIRECT_MEASUREMENT = struct.Struct("!III")
_ACCESS_REPORT = struct.Struct("!BB2x")
_MICRO_SESSION_ID = struct.Struct("!HH")

MAX_DSCP = 0x3F
MAX_ECN = 0x3

ACCESS_IDS = frozenset({1, 2})
"""3GPP and non-3GPP network: the only Access IDs there are (RFC 8972 §4.6)."""


@dataclass(frozen=True, slots=True)
class ClassOfService:
    """Does the path keep the DSCP, each way?

    ``dscp`` (DSCP1) is what the sender wants the reply to carry; the reflector fills in
    ``received_dscp`` (DSCP2) and ``received_ecn`` from the request's own header. ``reverse_path``
    (RP) is 1 in the reply if its policy did not allow ``dscp`` and it used ``received_dscp``.
    """

    dscp: int
    received_dscp: int = 0
    received_ecn: int = 0
    reverse_path: int = 0

    @classmethod
    def parse(cls, value: bytes) -> ClassOfService:
        """Take the 4-byte value apart; :class:`WireError` if it is not 4 bytes."""
        (bits,) = _unpack(_CLASS_OF_SERVICE, value)
        return cls(bits >> 10, bits >> 4 & MAX_DSCP, bits >> 2 & MAX_ECN, bits & 0x3)

    def to_value(self) -> bytes:
        """The value of the TLV; :class:`WireError` if a value does not fit its field."""
        within = (
            0 <= self.dscp <= MAX_DSCP
            and 0 <= self.received_dscp <= MAX_DSCP
            and 0 <= self.received_ecn <= MAX_ECN
            and 0 <= self.reverse_path <= 0x3
        )
        if not within:
            raise WireError(f"a field of {self} is out of range")
        bits = self.dscp << 10 | self.received_dscp << 4 | self.received_ecn << 2
        return _CLASS_OF_SERVICE.pack(bits | self.reverse_path)


@dataclass(frozen=True, slots=True)
class DirectMeasurement:
    """Counts of the session's packets: how many the sender has sent, the reflector has received
    and sent, each with the packet that carries the count.
    """

    sender_sent: int
    reflector_received: int = 0
    reflector_sent: int = 0

    @classmethod
    def parse(cls, value: bytes) -> DirectMeasurement:
        """Take the 12-byte value apart; :class:`WireError` if it is not 12 bytes."""
        return cls(*_unpack(_DIRECT_MEASUREMENT, value))

    def to_value(self) -> bytes:
        """The value of the TLV; :class:`WireError` for a count of over 32 bits."""
        counts = (self.sender_sent, self.reflector_received, self.reflector_sent)
        return _pack(_DIRECT_MEASUREMENT, *counts)


@dataclass(frozen=True, slots=True)
class AccessReport:
    """An event of the access network, told to the reflector: ``access_id`` 1 is 3GPP, 2 is not;
    ``return_code`` 1 is available, 2 unavailable.
    """

    access_id: int
    return_code: int

    @classmethod
    def parse(cls, value: bytes) -> AccessReport:
        """Take the 4-byte value apart; :class:`WireError` if it is not 4 bytes."""
        first, return_code = _unpack(_ACCESS_REPORT, value)
        return cls(first >> 4, return_code)

    def to_value(self) -> bytes:
        """The value of the TLV; :class:`WireError` if a value does not fit its field."""
        return _pack(_ACCESS_REPORT, self.access_id << 4, self.return_code)


@dataclass(frozen=True, slots=True)
class MicroSessionId:
    """Member links of a link aggregation group, as numbered by each end; 0 is unknown."""

    sender: int
    reflector: int = 0

    @classmethod
    def parse(cls, value: bytes) -> MicroSessionId:
        """Take the 4-byte value apart; :class:`WireError` if it is not 4 bytes."""
        return cls(*_unpack(_MICRO_SESSION_ID, value))

    def to_value(self) -> bytes:
        """The value of the TLV; :class:`WireError` for an identifier of over 16 bits."""
        return _pack(_MICRO_SESSION_ID, self.sender, self.reflector)


def _unpack(layout: struct.Struct, value: bytes) -> tuple[int, ...]:
    if len(value) != layout.size:
        raise WireError(f"the value has {len(value)} bytes; expected {layout.size}")
    return layout.unpack(value)


def _pack(layout: struct.Struct, *fields: int) -> bytes:
    try:
        return layout.pack(*fields)
    except struct.error as error:
        raise WireError(f"a field of the TLV is out of range: {error}") from error
