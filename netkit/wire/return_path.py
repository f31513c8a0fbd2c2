"""The TLVs of STAMP in segment routing networks (RFC 9503): where to, and which way back.

An SRv6 segment list is in the order in which its segments are visited, Segment(1) first and the
bottom of the stack last (RFC 9503 §4.1.3.2), unlike in a segment routing header. Label stack
entries are kept as 32 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

from netkit.errors import WireError
from netkit.wire.tlv import UNRECOGNIZED, Tlv, parse_tlvs, tlvs_to_bytes

IpAddress = IPv4Address | IPv6Address

NO_REPLY = 0
"""Control code: the sender wants no reply."""

SAME_LINK = 1
"""Control code: reply over the link that the request came in by."""

MAX_SUB_TLVS = 8
"""So many are read: there are four to ask with."""

MAX_ENTRIES = 32
"""No list is longer: a segment routing header of so many segments takes 520 bytes."""

_REPLY_REQUEST = 0x1
_CODE_BYTES = 4
_ENTRY_BYTES = 4
_SEGMENT_BYTES = 16


class ReturnPathType(IntEnum):
    """Sub-TLVs of the Return Path TLV (RFC 9503 §4.1)."""

    CONTROL_CODE = 1
    RETURN_ADDRESS = 2
    MPLS_LABELS = 3
    SRV6_SEGMENTS = 4


_LISTS = frozenset({ReturnPathType.MPLS_LABELS, ReturnPathType.SRV6_SEGMENTS})


def parse_node_address(value: bytes) -> IpAddress:
    """The value of a Destination Node Address TLV; :class:`WireError` if it is no address."""
    if len(value) == 4:
        return IPv4Address(value)
    if len(value) == 16:
        return IPv6Address(value)
    raise WireError(f"the value has {len(value)} bytes; expected 4 or 16")


@dataclass(frozen=True, slots=True)
class ReturnPath:
    """How the reply shall come back: what is None or empty is not asked for.

    ``unknown`` are the types of sub-TLVs that RFC 9503 does not define: a path understood by half
    is not the path asked for.
    """

    control_code: int | None = None
    address: IpAddress | None = None
    labels: tuple[int, ...] = ()
    segments: tuple[IPv6Address, ...] = ()
    unknown: tuple[int, ...] = ()

    @classmethod
    def parse(cls, value: bytes) -> ReturnPath:
        """Take the value apart; :class:`WireError` for sub-TLVs that are not whole or too many.

        Of a control code only its lowest bit means anything, and beside one all else is ignored
        (§4.1.1); of segment lists only the first counts (§4.1.3).
        """
        subs = _sub_tlvs(value)
        return _path_of([subs[place] for place in _used(subs)])

    def to_value(self, flags: int = UNRECOGNIZED) -> bytes:
        """The value of the TLV; ``flags`` go into each sub-TLV."""
        parts = {
            ReturnPathType.CONTROL_CODE: b""
            if self.control_code is None
            else self.control_code.to_bytes(_CODE_BYTES, "big"),
            ReturnPathType.RETURN_ADDRESS: b"" if self.address is None else self.address.packed,
            ReturnPathType.MPLS_LABELS: b"".join(
                entry.to_bytes(_ENTRY_BYTES, "big") for entry in self.labels
            ),
            ReturnPathType.SRV6_SEGMENTS: b"".join(segment.packed for segment in self.segments),
        }
        return b"".join(Tlv(type_, part, flags).to_bytes() for type_, part in parts.items() if part)


def answer_return_path(value: bytes) -> bytes:
    """The value of a Return Path TLV that is taken: U cleared in the sub-TLVs that it rests on."""
    subs = list(_sub_tlvs(value))
    for place in _used(subs):
        subs[place] = subs[place].flagged(0)
    return tlvs_to_bytes(tuple(subs))


def is_refused_in_part(value: bytes) -> bool:
    """Of a TLV that is taken: whether a sub-TLV that it rests on is not, or cannot be read."""
    try:
        subs = _sub_tlvs(value)
    except WireError:
        return True
    return not all(subs[place].taken for place in _used(subs))


@lru_cache(maxsize=16)  # a path that is taken is read twice
def _sub_tlvs(value: bytes) -> tuple[Tlv, ...]:
    subs, rest = parse_tlvs(value, {}, MAX_SUB_TLVS)
    if rest or any(sub.length is not None for sub in subs):
        raise WireError("a sub-TLV is cut short, or one too many")
    return subs


def _used(subs: Sequence[Tlv]) -> list[int]:
    """The places of those that count."""
    codes = [place for place, sub in enumerate(subs) if sub.type == ReturnPathType.CONTROL_CODE]
    if codes:
        return codes
    lists = [place for place, sub in enumerate(subs) if sub.type in _LISTS]
    return [place for place in range(len(subs)) if place not in lists[1:]]


def _path_of(used: Sequence[Tlv]) -> ReturnPath:
    found = {sub.type: sub.value for sub in used}
    if len(found) < len(used):
        raise WireError("a sub-TLV is there twice")
    code = found.get(ReturnPathType.CONTROL_CODE)
    if code is not None and len(code) != _CODE_BYTES:
        raise WireError(f"the control code has {len(code)} bytes; expected {_CODE_BYTES}")
    address = found.get(ReturnPathType.RETURN_ADDRESS)
    labels = _pieces(found.get(ReturnPathType.MPLS_LABELS), _ENTRY_BYTES)
    segments = _pieces(found.get(ReturnPathType.SRV6_SEGMENTS), _SEGMENT_BYTES)
    return ReturnPath(
        None if code is None else int.from_bytes(code, "big") & _REPLY_REQUEST,
        None if address is None else parse_node_address(address),
        tuple(int.from_bytes(entry, "big") for entry in labels),
        tuple(IPv6Address(segment) for segment in segments),
        tuple(sorted(set(found) - set(ReturnPathType))),
    )


def _pieces(value: bytes | None, size: int) -> list[bytes]:
    """The pieces of a list, which has at least one if it is there at all."""
    if value is None:
        return []
    if not value or len(value) % size:
        raise WireError(f"{len(value)} bytes are no list of {size}-byte entries")
    if len(value) > MAX_ENTRIES * size:
        raise WireError(f"a list of {len(value) // size} entries; expected at most {MAX_ENTRIES}")
    return [value[at : at + size] for at in range(0, len(value), size)]
