"""Route messages of rtnetlink with their SRv6 part, as bytes both ways (linux/seg6*.h).

pyroute2 knows neither the mode ``encap.red`` nor flavors, and reads the one as ``encap`` and drops
the others: what the kernel holds could not be told from what it should hold. So these messages are
made here; all others are pyroute2's.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Address, IPv6Network

from netkit.apply.objects import NextHop, Route, Seg6, Seg6Local
from netkit.emit.linux.words import PROTOCOL

AF_INET, AF_INET6 = 2, 10
RTN_UNICAST, RTN_LOCAL, RTN_BLACKHOLE = 1, 2, 6
RTM_BYTES = 12

_RTMSG = struct.Struct("=BBBBBBBBI")
_ATTRIBUTE = struct.Struct("=HH")
_HOP = struct.Struct("=HBBi")
_SRH = struct.Struct("=BBBBBBH")
_U32 = struct.Struct("=I")
_ENCAP_SEG6, _ENCAP_SEG6_LOCAL = 5, 7
_DST, _OIF, _GATEWAY, _PRIORITY, _METRICS, _MULTIPATH, _TABLE, _VIA = 1, 4, 5, 6, 8, 9, 15, 18
_ENCAP_TYPE, _ENCAP = 21, 22
_METRICS_LOCK, _METRICS_MTU = 1, 2
_SRH_TYPE = 4
_NESTED_MASK = 0x3FFF
_CLONED = 0x200
"""RTM_F_CLONED (linux/rtnetlink.h)."""

_MODES = {"inline": 0, "encap": 1, "l2encap": 2, "encap.red": 3, "l2encap.red": 4}
_ACTIONS = {
    "End": 1, "End.X": 2, "End.T": 3, "End.DX2": 4, "End.DX6": 5, "End.DX4": 6, "End.DT6": 7,
    "End.DT4": 8, "End.B6": 9, "End.B6.Encaps": 10, "End.BM": 11, "End.S": 12, "End.AS": 13,
    "End.AM": 14, "End.BPF": 15, "End.DT46": 16,
}  # fmt: skip
_FLAVORS = {"psp": 1, "usp": 2, "usd": 3, "next-csid": 4}
_L_ACTION, _L_SRH, _L_TABLE, _L_NH6, _L_VRF_TABLE, _L_FLAVORS = 1, 2, 3, 5, 9, 11
_F_OPERATION, _F_BLOCK, _F_NODE_FUNCTION = 1, 2, 3


def family_of(route: Route) -> int:
    """The address family of a route's destination."""
    return AF_INET6 if route.prefix.version == 6 else AF_INET


def encoded(route: Route, devices: dict[str, int]) -> bytes:
    """The body of RTM_NEWROUTE or RTM_DELROUTE; ``devices`` are the indexes of interfaces.

    Raises KeyError for a device that is not there.
    """
    kind = RTN_BLACKHOLE if route.blackhole else RTN_LOCAL if route.local else RTN_UNICAST
    head = _RTMSG.pack(
        family_of(route), route.prefix.prefixlen, 0, 0, min(route.table, 252), PROTOCOL,
        0, kind, 0,
    )  # fmt: skip
    return head + b"".join(_attributes_of(route, devices))


def lookup(address: IPv6Address) -> bytes:
    """The body of RTM_GETROUTE that asks which way packets to ``address`` leave."""
    head = _RTMSG.pack(AF_INET6, address.max_prefixlen, 0, 0, 0, 0, 0, 0, 0)
    return head + _attribute(_DST, address.packed)


def every(family: int, protocol: int) -> bytes:
    """The body of RTM_GETROUTE that asks for all routes of a family, or those of a protocol."""
    return _RTMSG.pack(family, 0, 0, 0, 0, protocol, 0, 0, 0)


def is_cached(message: bytes) -> bool:
    """Is a route what the kernel has learned of one destination, as from a Packet Too Big? It has
    the protocol of the route that it is an exception from, and nobody made it."""
    return bool(_RTMSG.unpack_from(message)[-1] & _CLONED)


def _attributes_of(route: Route, devices: dict[str, int]) -> Iterator[bytes]:
    yield _attribute(_DST, route.prefix.network_address.packed)
    yield _attribute(_TABLE, _U32.pack(route.table))
    yield _attribute(_PRIORITY, _U32.pack(route.metric))
    if route.mtu is not None:
        lock = _attribute(_METRICS_LOCK, _U32.pack(1 << _METRICS_MTU))
        yield _attribute(_METRICS, lock + _attribute(_METRICS_MTU, _U32.pack(route.mtu)))
    if route.via is not None:
        yield _gateway(route.via, family_of(route))
    if route.device is not None:
        yield _attribute(_OIF, _U32.pack(devices[route.device]))
    if route.encap is not None:
        yield _encap(route.encap)
    if route.next_hops:
        hops = b"".join(_next_hop(hop, family_of(route), devices) for hop in route.next_hops)
        yield _attribute(_MULTIPATH, hops)


def _next_hop(hop: NextHop, family: int, devices: dict[str, int]) -> bytes:
    body = b"" if hop.via is None else _gateway(hop.via, family)
    body += _encap(hop.encap)
    return _HOP.pack(_HOP.size + len(body), 0, hop.weight - 1, devices[hop.device]) + body


def _gateway(via: IPv6Address, family: int) -> bytes:
    if family == AF_INET6:
        return _attribute(_GATEWAY, via.packed)
    return _attribute(_VIA, struct.pack("=H", AF_INET6) + via.packed)


def _encap(encap: Seg6 | Seg6Local) -> bytes:
    if isinstance(encap, Seg6):
        mode = struct.pack("=i", _MODES[encap.mode])
        inner, kind = _attribute(1, mode + _srh(encap.segments)), _ENCAP_SEG6
    else:
        inner, kind = b"".join(_local(encap)), _ENCAP_SEG6_LOCAL
    return _attribute(_ENCAP_TYPE, struct.pack("=H", kind)) + _attribute(_ENCAP, inner)


def _local(encap: Seg6Local) -> Iterator[bytes]:
    yield _attribute(_L_ACTION, _U32.pack(_ACTIONS[encap.action]))
    if encap.segments:
        yield _attribute(_L_SRH, _srh(encap.segments))
    if encap.table is not None:
        yield _attribute(_L_TABLE, _U32.pack(encap.table))
    if encap.next_hop is not None:
        yield _attribute(_L_NH6, encap.next_hop.packed)
    if encap.vrf_table is not None:
        yield _attribute(_L_VRF_TABLE, _U32.pack(encap.vrf_table))
    if encap.flavors:
        yield _attribute(_L_FLAVORS, b"".join(_flavors(encap)))


def _flavors(encap: Seg6Local) -> Iterator[bytes]:
    yield _attribute(_F_OPERATION, _U32.pack(sum(1 << _FLAVORS[one] for one in encap.flavors)))
    if encap.block_bits is not None:
        yield _attribute(_F_BLOCK, bytes([encap.block_bits]))
    if encap.node_function_bits is not None:
        yield _attribute(_F_NODE_FUNCTION, bytes([encap.node_function_bits]))


def _srh(segments: tuple[IPv6Address, ...]) -> bytes:
    """A routing header (RFC 8754 §2); the kernel fills in the next header."""
    last = len(segments) - 1
    head = _SRH.pack(0, 2 * len(segments), _SRH_TYPE, last, last, 0, 0)
    return head + b"".join(one.packed for one in reversed(segments))


def _attribute(kind: int, body: bytes) -> bytes:
    padding = -len(body) % 4
    return _ATTRIBUTE.pack(_ATTRIBUTE.size + len(body), kind) + body + b"\0" * padding


def decoded(message: bytes, names: dict[int, str]) -> tuple[int, Route]:
    """The protocol and the route of the body of RTM_NEWROUTE; ``names`` are those of interfaces.

    Raises ValueError for a message that is cut.
    """
    family, bits, _, _, table, protocol, _, kind, _ = _RTMSG.unpack_from(message)
    own = _attributes(message[RTM_BYTES:])
    size, network = (16, IPv6Network) if family == AF_INET6 else (4, IPv4Network)
    prefix = network((own.get(_DST, b"\0" * size), bits))
    hops = own.get(_MULTIPATH, b"")
    metrics = _attributes(own.get(_METRICS, b""))
    return protocol, Route(
        prefix, _u32(own, _TABLE) or table, _u32(own, _PRIORITY) or 0,
        None if kind == RTN_BLACKHOLE or hops else names.get(_u32(own, _OIF) or 0),
        _encap_of(own), tuple(_hops(hops, names)), kind == RTN_BLACKHOLE,
        _u32(metrics, _METRICS_MTU), _via(own), kind == RTN_LOCAL,
    )  # fmt: skip


def _attributes(body: bytes) -> dict[int, bytes]:
    found, at = {}, 0
    while at + _ATTRIBUTE.size <= len(body):
        length, kind = _ATTRIBUTE.unpack_from(body, at)
        if not _ATTRIBUTE.size <= length <= len(body) - at:
            raise ValueError(f"attribute {kind} of {length} bytes in {len(body) - at}")
        found[kind & _NESTED_MASK] = body[at + _ATTRIBUTE.size : at + length]
        at += length + -length % 4
    return found


def _u32(attributes: dict[int, bytes], kind: int) -> int | None:
    body = attributes.get(kind)
    return None if body is None else int(_U32.unpack(body)[0])


def _hops(body: bytes, names: dict[int, str]) -> Iterator[NextHop]:
    at = 0
    while at + _HOP.size <= len(body):
        length, _, hops, device = _HOP.unpack_from(body, at)
        if not _HOP.size <= length <= len(body) - at:
            raise ValueError(f"next hop of {length} bytes in {len(body) - at}")
        own = _attributes(body[at + _HOP.size : at + length])
        encap = _encap_of(own)
        known = encap if isinstance(encap, Seg6) else Seg6((), "")
        yield NextHop(known, hops + 1, names.get(device, str(device)), _via(own))
        at += length + -length % 4


def _via(attributes: dict[int, bytes]) -> IPv6Address | None:
    via = attributes.get(_GATEWAY) or attributes.get(_VIA, b"")[2:]
    return IPv6Address(via) if len(via) == 16 else None


def _encap_of(attributes: dict[int, bytes]) -> Seg6 | Seg6Local | None:
    kind, inner = attributes.get(_ENCAP_TYPE), _attributes(attributes.get(_ENCAP, b""))
    number = 0 if kind is None else struct.unpack("=H", kind)[0]
    if number == _ENCAP_SEG6:
        mode = struct.unpack_from("=i", inner[1])[0]
        return Seg6(_segments(inner[1][4:]), _word(_MODES, mode))
    return _local_of(inner) if number == _ENCAP_SEG6_LOCAL else None


def _local_of(inner: dict[int, bytes]) -> Seg6Local:
    flavors = _attributes(inner.get(_L_FLAVORS, b""))
    operation = _u32(flavors, _F_OPERATION) or 0
    next_hop = inner.get(_L_NH6)
    return Seg6Local(
        _word(_ACTIONS, _u32(inner, _L_ACTION) or 0),
        None if next_hop is None else IPv6Address(next_hop),
        _u32(inner, _L_TABLE), _u32(inner, _L_VRF_TABLE), _segments(inner.get(_L_SRH, b"")),
        frozenset(word for word, bit in _FLAVORS.items() if operation >> bit & 1),
        _u8(flavors, _F_BLOCK), _u8(flavors, _F_NODE_FUNCTION),
    )  # fmt: skip


def _u8(attributes: dict[int, bytes], kind: int) -> int | None:
    body = attributes.get(kind)
    return None if body is None else body[0]


def _segments(srh: bytes) -> tuple[IPv6Address, ...]:
    packed = srh[_SRH.size :]
    return tuple(IPv6Address(packed[at : at + 16]) for at in range(len(packed) - 16, -1, -16))


def _word(words: dict[str, int], number: int) -> str:
    return next((word for word, one in words.items() if one == number), str(number))
