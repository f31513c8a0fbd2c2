"""Which interfaces and addresses the network namespace of this thread has, asked over rtnetlink."""

from __future__ import annotations

import os
import socket
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address

from netkit.errors import ProbeError

_GET_LINK, _GET_ADDRESS, _DONE, _ERROR = 18, 22, 3, 2
_REQUEST_DUMP = 0x301
_HEADER, _LINK = struct.Struct("=IHHII"), struct.Struct("=BxHiII")
_ADDRESS, _ATTRIBUTE = struct.Struct("=BBBBI"), struct.Struct("=HH")
_IFLA_ADDRESS, _IFLA_NAME, _IFLA_LINK, _IFLA_MASTER, _IFLA_LINKINFO, _IFLA_XDP = 1, 3, 5, 10, 18, 43
_INFO_KIND, _XDP_PROGRAM = 1, 4
_NESTED = 0x8000
_CODE_BYTES = 4
_IFA_ADDRESS, _IFA_LOCAL, _IFA_BROADCAST = 1, 2, 4
_NO_BROADCAST = 31  # bits: of two addresses, or one, none is left (RFC 3021)
_UNUSABLE = 0x08 | 0x40  # IFA_F_DADFAILED, IFA_F_TENTATIVE
_ETHERNET = 1  # ARPHRD_ETHER
_ROOM = 1 << 18


@dataclass(frozen=True, slots=True)
class Interface:
    """``ethernet``: its frames begin with that header. ``enslaved``: to a bridge, bond or VRF.

    ``kind`` is what software it is, such as "veth", empty for hardware; ``below`` the index of the
    interface that carries it; ``xdp_program`` the number of the program that it has there.
    """

    index: int
    name: str
    ethernet: bool
    enslaved: bool
    address: bytes
    kind: str
    below: int | None
    xdp_program: int | None


def interfaces() -> list[Interface]:
    """All interfaces; :class:`ProbeError` if the kernel does not tell."""
    found: list[Interface] = []
    for body in _dump(_GET_LINK, _LINK.size):
        _, kind, index, _, _ = _LINK.unpack_from(body)
        attributes = dict(_attributes(body[_LINK.size :]))
        found.append(Interface(
            index, _text(attributes[_IFLA_NAME]), kind == _ETHERNET, _IFLA_MASTER in attributes,
            attributes.get(_IFLA_ADDRESS, b""),
            _text(_inside(attributes, _IFLA_LINKINFO).get(_INFO_KIND, b"")),
            _number(attributes.get(_IFLA_LINK)),
            _number(_inside(attributes, _IFLA_XDP).get(_XDP_PROGRAM)),
        ))  # fmt: skip
    return found


def _text(value: bytes) -> str:
    return value.rstrip(b"\0").decode(errors="surrogateescape")


def _number(value: bytes | None) -> int | None:
    return None if value is None else int.from_bytes(value, sys.byteorder)


def _inside(attributes: dict[int, bytes], number: int) -> dict[int, bytes]:
    """The attributes that one of them is made of."""
    return dict(_attributes(attributes.get(number, b"")))


def addresses_by_interface() -> list[tuple[int, IPv4Address | IPv6Address]]:
    """Interface index and address of each that can be used; :class:`ProbeError` as above."""
    found: list[tuple[int, IPv4Address | IPv6Address]] = []
    for body in _dump(_GET_ADDRESS, _ADDRESS.size):
        _, _, flags, _, index = _ADDRESS.unpack_from(body)
        attributes = dict(_attributes(body[_ADDRESS.size :]))
        # On a point-to-point link ADDRESS is the peer's.
        packed = attributes.get(_IFA_LOCAL, attributes.get(_IFA_ADDRESS))
        if packed is not None and not flags & _UNUSABLE:
            found.append((index, ip_address(packed)))
    return found


def broadcast_addresses() -> list[IPv4Address]:
    """Those that mean every host of a link of this one; :class:`ProbeError` as above."""
    found: set[IPv4Address] = set()
    for body in _dump(_GET_ADDRESS, _ADDRESS.size):
        family, length, _, _, _ = _ADDRESS.unpack_from(body)
        attributes = dict(_attributes(body[_ADDRESS.size :]))
        if family != socket.AF_INET:
            continue
        if _IFA_BROADCAST in attributes:
            found.add(IPv4Address(attributes[_IFA_BROADCAST]))
        # The kernel takes the last address of a network for one whether it was named or not.
        if _IFA_ADDRESS in attributes and length < _NO_BROADCAST:
            address = IPv4Address(attributes[_IFA_ADDRESS])
            found.add(IPv4Network((address, length), strict=False).broadcast_address)
    return sorted(found)


def _dump(what: int, body_bytes: int) -> Iterator[bytes]:
    """The bodies of all messages of one kind."""
    ask = _HEADER.pack(_HEADER.size + body_bytes, what, _REQUEST_DUMP, 1, 0) + bytes(body_bytes)
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as route:
            route.send(ask)
            while True:
                data = route.recv(_ROOM)
                while data:
                    size, kind, _, _, _ = _HEADER.unpack_from(data)
                    if kind in (_DONE, _ERROR):
                        _require_whole(data[_HEADER.size : size])
                        return
                    yield data[_HEADER.size : size]
                    data = data[(size + 3) & ~3 :]
    except OSError as error:
        raise ProbeError(f"the kernel does not tell its interfaces: {error.strerror}") from error


def _require_whole(code: bytes) -> None:
    """Raise OSError if the kernel ended with an error; what came before is not all then."""
    error = int.from_bytes(code[:_CODE_BYTES], sys.byteorder, signed=True)
    if error < 0:
        raise OSError(-error, os.strerror(-error))


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= _ATTRIBUTE.size:
        size, kind = _ATTRIBUTE.unpack_from(data)
        yield kind & ~_NESTED, data[_ATTRIBUTE.size : size]
        data = data[(max(size, _ATTRIBUTE.size) + 3) & ~3 :]
