"""The Location TLV (RFC 8972 §4.2): which addresses and ports the reflector saw.

The sender asks with the generic sub-TLVs, zeros inside; the reflector answers each with the
specific one of the same size. A difference from what the sender knows betrays a NAT.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from netkit.errors import WireError
from netkit.wire.tlv import UNRECOGNIZED, Tlv, parse_tlvs, tlvs_to_bytes

MAX_SUB_TLVS = 8
"""So many are read: there are three to ask with."""

_PORTS = struct.Struct("!HH")
_ADDRESS_BYTES = 16
_MAC_BYTES = 8


class LocationType(IntEnum):
    """Sub-TLVs: 1, 4 and 7 ask, the others answer (RFC 8972 §4.2.1)."""

    SOURCE_MAC = 1
    SOURCE_EUI48 = 2
    SOURCE_EUI64 = 3
    DESTINATION = 4
    DESTINATION_IPV4 = 5
    DESTINATION_IPV6 = 6
    SOURCE = 7
    SOURCE_IPV4 = 8
    SOURCE_IPV6 = 9


VALUE_BYTES: dict[int, frozenset[int]] = {
    type_: frozenset({_MAC_BYTES if type_ <= LocationType.SOURCE_EUI64 else _ADDRESS_BYTES})
    for type_ in LocationType
}
"""The valid Length of each sub-TLV."""


@dataclass(frozen=True, slots=True)
class Location:
    """Ports as the reflector saw them, and sub-TLVs."""

    destination_port: int = 0
    source_port: int = 0
    sub_tlvs: tuple[Tlv, ...] = ()

    @classmethod
    def asking(cls) -> Location:
        """What a sender asks: ports, and both addresses."""
        asked = (LocationType.DESTINATION, LocationType.SOURCE)
        return cls(sub_tlvs=tuple(Tlv(type_, bytes(_ADDRESS_BYTES)) for type_ in asked))

    @classmethod
    def parse(cls, value: bytes, most: int = MAX_SUB_TLVS) -> Location:
        """Take it apart; :class:`WireError` if it is not whole or has over ``most`` sub-TLVs."""
        if len(value) < _PORTS.size:
            raise WireError(f"the value has {len(value)} bytes; expected at least {_PORTS.size}")
        sub_tlvs, rest = parse_tlvs(value[_PORTS.size :], VALUE_BYTES, most)
        malformed = [sub for sub in sub_tlvs if sub.malformed]
        if malformed:
            raise WireError(f"sub-TLV {malformed[0].type} has {len(malformed[0].value)} bytes")
        if rest:
            raise WireError(f"{len(rest)} bytes are no sub-TLV, or one too many")
        destination_port, source_port = _PORTS.unpack_from(value)
        return cls(destination_port, source_port, sub_tlvs)

    def to_value(self) -> bytes:
        """The value of the TLV; :class:`WireError` for what is no port."""
        try:
            ports = _PORTS.pack(self.destination_port, self.source_port)
        except struct.error as error:
            raise WireError(f"a port is out of range: {error}") from error
        return ports + tlvs_to_bytes(self.sub_tlvs)

    @property
    def source(self) -> IPv4Address | IPv6Address | None:
        """The source address that the reflector saw, if it says."""
        return self._address(LocationType.SOURCE_IPV4, LocationType.SOURCE_IPV6)

    @property
    def destination(self) -> IPv4Address | IPv6Address | None:
        """The destination address that the reflector saw, if it says."""
        return self._address(LocationType.DESTINATION_IPV4, LocationType.DESTINATION_IPV6)

    def _address(self, ipv4: LocationType, ipv6: LocationType) -> IPv4Address | IPv6Address | None:
        for sub in self.sub_tlvs:
            if sub.type == ipv4:
                return IPv4Address(sub.value[:4])
            if sub.type == ipv6:
                return IPv6Address(sub.value)
        return None


def answer_location(
    asked: Location, *, local: tuple[str, int] | None, source: tuple[str, int]
) -> Location:
    """The reflector's answer, of the same size; what it does not know keeps U set.

    A socket does not see hardware addresses, for which zeros stand (RFC 8972 §4.2.2).
    """
    return Location(
        0 if local is None else local[1],
        source[1],
        tuple(_answer_sub(sub, local, source) for sub in asked.sub_tlvs),
    )


def hide_location(asked: Location) -> Location:
    """An answer of the same size that tells nothing: zeros all over (RFC 8972 §4.2.2)."""
    return Location(
        sub_tlvs=tuple(Tlv(sub.type, bytes(len(sub.value)), flags=0) for sub in asked.sub_tlvs)
    )


def _answer_sub(sub: Tlv, local: tuple[str, int] | None, source: tuple[str, int]) -> Tlv:
    if sub.type == LocationType.SOURCE_MAC:
        return Tlv(LocationType.SOURCE_EUI64, bytes(_MAC_BYTES), flags=0)
    if sub.type == LocationType.SOURCE:
        return _specific(LocationType.SOURCE, source[0])
    if sub.type == LocationType.DESTINATION and local is not None:
        return _specific(LocationType.DESTINATION, local[0])
    return Tlv(sub.type, sub.value, UNRECOGNIZED)


@lru_cache(maxsize=64)
def _specific(asked: LocationType, address: str) -> Tlv:
    """The sub-TLV for IPv4 or IPv6 that answers a generic one."""
    told = ip_address(address.partition("%")[0])
    type_ = asked + (1 if told.version == 4 else 2)
    return Tlv(type_, told.packed.ljust(_ADDRESS_BYTES, b"\0"), flags=0)
