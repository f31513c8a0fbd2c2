"""The TLVs of STAMP in segment routing networks (RFC 9503): where to, and which way back.

An SRv6 segment list is in the order in which its segments are visited, the first one first
(RFC 9503 §4.1.3), unlike in a segment routing header. Label stack entries are kept as 32 bits.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address

from netkit.wire.errors import WireError
from netkit.wire.tlv import HEADER_BYTES, UNRECOGNIZED, Tlv

IpAddress = IPv4Address | IPv6Address

NO_REPLY = 0
"""Control code: the sender wants no reply."""

SAME_LINK = 1
"""Control code: reply over the link that the request came in by."""

_HEADER = struct.Struct("!BBH")
_ENTRY_BYTES = 4
_SEGMENT_BYTES = 16


class ReturnPathType(IntEnum):
    """Sub-TLVs of the Return Path TLV (RFC 9503 §6.2)."""

    CONTROL_CODE = 1
    RETURN_ADDRESS = 2
    MPLS_LABELS = 3
    SRV6_SEGMENTS = 4


def parse_node_address(value: bytes) -> IpAddress:
    """The value of a Destination Node Address TLV; :class:`WireError` if it is no address."""
    if len(value) == 4:
        return IPv4Address(value)
    if len(value) == 16:
        return IPv6Address(value)
    raise WireError(f"the value has {len(value)} bytes; expected 4 or 16")


@dataclass(frozen=True, slots=True)
class ReturnPath:
    """How the reply shall come back: what is None or empty is not asked for."""

    control_code: int | None = None
    address: IpAddress | None = None
    labels: tuple[int, ...] = ()
    segments: tuple[IPv6Address, ...] = ()

    @classmethod
    def parse(cls, value: bytes) -> ReturnPath:
        """Take the value apart.

        Raises :class:`WireError` for sub-TLVs that are unknown, not whole, of a wrong length or
        there twice: a path understood by half is not the path asked for.
        """
        found: dict[int, bytes] = {}
        at = 0
        while at < len(value):
            if len(value) - at < HEADER_BYTES:
                raise WireError(f"{len(value) - at} bytes are no sub-TLV")
            _, type_, length = _HEADER.unpack_from(value, at)
            at += HEADER_BYTES
            if type_ in found or at + length > len(value):
                raise WireError(f"sub-TLV {type_} is there twice or cut short")
            found[type_] = value[at : at + length]
            at += length
        return _path_of(found)

    def to_value(self, flags: int = UNRECOGNIZED) -> bytes:
        """The value of the TLV; ``flags`` go into each sub-TLV."""
        parts = {
            ReturnPathType.CONTROL_CODE: b""
            if self.control_code is None
            else self.control_code.to_bytes(4, "big"),
            ReturnPathType.RETURN_ADDRESS: b"" if self.address is None else self.address.packed,
            ReturnPathType.MPLS_LABELS: b"".join(
                entry.to_bytes(_ENTRY_BYTES, "big") for entry in self.labels
            ),
            ReturnPathType.SRV6_SEGMENTS: b"".join(segment.packed for segment in self.segments),
        }
        return b"".join(Tlv(type_, part, flags).to_bytes() for type_, part in parts.items() if part)


def _path_of(found: dict[int, bytes]) -> ReturnPath:
    unknown = sorted(set(found) - set(ReturnPathType))
    if unknown:
        raise WireError(f"unknown sub-TLV {unknown[0]}")
    code = found.get(ReturnPathType.CONTROL_CODE)
    address = found.get(ReturnPathType.RETURN_ADDRESS)
    if code is not None and len(code) != 4:
        raise WireError(f"the control code has {len(code)} bytes; expected 4")
    return ReturnPath(
        None if code is None else int.from_bytes(code, "big"),
        None if address is None else parse_node_address(address),
        tuple(
            int.from_bytes(entry, "big")
            for entry in _pieces(found, ReturnPathType.MPLS_LABELS, _ENTRY_BYTES)
        ),
        tuple(
            IPv6Address(segment)
            for segment in _pieces(found, ReturnPathType.SRV6_SEGMENTS, _SEGMENT_BYTES)
        ),
    )


def _pieces(found: dict[int, bytes], type_: ReturnPathType, size: int) -> list[bytes]:
    """The pieces of a list, which has at least one if it is there at all."""
    value = found.get(type_)
    if value is None:
        return []
    if not value or len(value) % size:
        raise WireError(f"{len(value)} bytes are no list of {size}-byte entries")
    return [value[at : at + size] for at in range(0, len(value), size)]
