"""NLRI, path attributes and whole UPDATE messages of SAFI 73 (RFC 9830 §2.1, RFC 4760, RFC 4271).

The attributes are those of a path that starts here: ORIGIN IGP, an AS_PATH that the speaker who
sends it fills, and a next hop; SR Policies are not looked up by it (RFC 9830 §2.1).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address

from netkit.errors import WireError
from netkit.wire.bgp_sr_policy.sub_tlvs import fits
from netkit.wire.bgp_sr_policy.tunnel import tunnel_from_bytes, tunnel_to_bytes
from netkit.wire.bgp_sr_policy.values import Announcement, Nlri

SAFI = 73
TUNNEL_ENCAPSULATION = 23
"""The attribute's type (RFC 9012)."""

MAX_MESSAGE_BYTES = 4096
"""Of a BGP message (RFC 4271 §4.1)."""

_ORIGIN, _AS_PATH, _COMMUNITIES, _MP_REACH, _MP_UNREACH, _EXTENDED = 1, 2, 8, 14, 15, 16
_TRANSITIVE, _OPTIONAL, _LONG = 0x40, 0x80, 0x10
_NO_ADVERTISE = bytes.fromhex("ffffff02")
_ROUTE_TARGET = bytes.fromhex("0102")
"""IPv4-address-specific (RFC 4360 §3.2, §4)."""

_HEAD = struct.Struct("!BII")
_MARKER = b"\xff" * 16
_UPDATE = 2


def family(nlri: Nlri) -> int:
    """The AFI of an NLRI, that of its endpoint."""
    return 1 if isinstance(nlri.endpoint, IPv4Address) else 2


def nlri_to_bytes(nlri: Nlri) -> bytes:
    """An NLRI with its length in bits; :class:`WireError` for what does not fit its fields."""
    endpoint = nlri.endpoint.packed
    distinguisher = fits(nlri.distinguisher, 32, "distinguisher")
    color = fits(nlri.color, 32, "color")
    return _HEAD.pack(8 * (8 + len(endpoint)), distinguisher, color) + endpoint


def nlri_from_bytes(data: bytes) -> Nlri:
    """Read one NLRI; :class:`WireError` if ``data`` is not just that."""
    if len(data) not in (13, 25) or data[0] != 8 * (len(data) - 1):
        raise WireError(f"NLRI of {len(data)} bytes; expected 13 or 25, its length in bits first")
    _, distinguisher, color = _HEAD.unpack_from(data)
    endpoint = IPv4Address(data[9:]) if len(data) == 13 else IPv6Address(data[9:])
    return Nlri(distinguisher, color, endpoint)


def tunnel_attribute(announcement: Announcement) -> bytes:
    """The Tunnel Encapsulation attribute whole, header and value."""
    flags = _OPTIONAL | _TRANSITIVE
    return _attribute(flags, TUNNEL_ENCAPSULATION, tunnel_to_bytes(announcement.path))


def attributes(announcement: Announcement, next_hop: IPv4Address | IPv6Address) -> list[bytes]:
    """All path attributes, each whole, by rising type."""
    return [
        _attribute(_TRANSITIVE, _ORIGIN, b"\0"),
        _attribute(_TRANSITIVE, _AS_PATH, b""),
        *([] if announcement.headend else [_no_advertise()]),
        _attribute(_OPTIONAL, _MP_REACH, _reach(announcement.nlri, next_hop)),
        *([_route_target(announcement.headend)] if announcement.headend else []),
        tunnel_attribute(announcement),
    ]


def announcement_from_attributes(nlri: bytes, found: Iterable[bytes]) -> Announcement:
    """An NLRI and its path attributes, each whole, as a table of BGP holds them.

    Raises :class:`WireError` if one is not whole or there is no Tunnel Encapsulation.
    """
    own = dict(map(_split, found))
    if TUNNEL_ENCAPSULATION not in own:
        raise WireError("an SR Policy without a Tunnel Encapsulation attribute")
    headend = _headend(own.get(_EXTENDED, b""))
    return Announcement(
        nlri_from_bytes(nlri), tunnel_from_bytes(own[TUNNEL_ENCAPSULATION]), headend
    )


def update(announcement: Announcement, next_hop: IPv4Address | IPv6Address) -> bytes:
    """The UPDATE that announces it; :class:`WireError` if it is larger than a message may be."""
    return _message(b"".join(attributes(announcement, next_hop)))


def withdrawal(nlri: Nlri) -> bytes:
    """The UPDATE that withdraws it."""
    value = struct.pack("!HB", family(nlri), SAFI) + nlri_to_bytes(nlri)
    return _message(_attribute(_OPTIONAL, _MP_UNREACH, value))


def update_from_bytes(message: bytes) -> Announcement | Nlri:
    """Read an UPDATE of one NLRI back: what it announces, or the name that it withdraws."""
    own = dict(map(_split, _attributes_of(message)))
    if _MP_UNREACH in own:
        return nlri_from_bytes(_of_family(own[_MP_UNREACH])[3:])
    reach = _of_family(own.get(_MP_REACH, b""))
    length = reach[3] if len(reach) > 3 else 0
    whole = [_attribute(_OPTIONAL, kind, value) for kind, value in own.items()]
    return announcement_from_attributes(reach[5 + length :], whole)


def _attributes_of(message: bytes) -> Iterable[bytes]:
    if len(message) < 23 or message[:16] != _MARKER or message[18] != _UPDATE:
        raise WireError("the bytes are no UPDATE")
    length, withdrawn = struct.unpack_from("!H", message, 16)[0], message[19:21]
    size = int.from_bytes(message[21:23], "big")
    if withdrawn != b"\0\0" or length != len(message) or size != length - 23:
        raise WireError("the bytes are no whole UPDATE of SR Policies alone")
    data = message[23:]
    while data:
        end = _end(data)
        yield data[:end]
        data = data[end:]


def _end(data: bytes) -> int:
    long = bool(data[0] & _LONG)
    begin = 4 if long else 3
    end = begin + int.from_bytes(data[2:begin], "big")
    if len(data) < begin or len(data) < end:
        raise WireError("a path attribute is cut off")
    return end


def _split(data: bytes) -> tuple[int, bytes]:
    if len(data) < 3 or _end(data) != len(data):
        raise WireError("a path attribute is not whole")
    return data[1], data[4 if data[0] & _LONG else 3 :]


def _of_family(value: bytes) -> bytes:
    if len(value) < 3 or value[0] or value[1] not in (1, 2) or value[2] != SAFI:
        raise WireError("the bytes announce and withdraw no SR Policy")
    return value


def _attribute(flags: int, kind: int, value: bytes) -> bytes:
    if len(value) < 1 << 8:
        return bytes([flags, kind, len(value)]) + value
    return bytes([flags | _LONG, kind]) + fits(len(value), 16, "bytes").to_bytes(2, "big") + value


def _reach(nlri: Nlri, next_hop: IPv4Address | IPv6Address) -> bytes:
    head = struct.pack("!HBB", family(nlri), SAFI, len(next_hop.packed))
    return head + next_hop.packed + b"\0" + nlri_to_bytes(nlri)


def _no_advertise() -> bytes:
    return _attribute(_OPTIONAL | _TRANSITIVE, _COMMUNITIES, _NO_ADVERTISE)


def _route_target(headend: IPv4Address) -> bytes:
    value = _ROUTE_TARGET + headend.packed + b"\0\0"
    return _attribute(_OPTIONAL | _TRANSITIVE, _EXTENDED, value)


def _headend(value: bytes) -> IPv4Address | None:
    """The first route target of the form IPv4 address."""
    for at in range(0, len(value) - 7, 8):
        if value[at : at + 2] == _ROUTE_TARGET:
            return IPv4Address(value[at + 2 : at + 6])
    return None


def _message(path_attributes: bytes) -> bytes:
    body = b"\0\0" + struct.pack("!H", fits(len(path_attributes), 16, "bytes")) + path_attributes
    length = len(_MARKER) + 3 + len(body)
    if length > MAX_MESSAGE_BYTES:
        raise WireError(f"an UPDATE of {length} bytes; expected {MAX_MESSAGE_BYTES} at most")
    return _MARKER + struct.pack("!HB", length, _UPDATE) + body
