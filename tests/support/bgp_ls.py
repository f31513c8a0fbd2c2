"""A speaker of BGP-LS: OPEN, KEEPALIVE, one UPDATE a route (RFC 4271, RFC 9552, RFC 9514)."""

from __future__ import annotations

import socket
import struct
import threading
from ipaddress import IPv4Address, IPv6Address

AFI_LS, SAFI_LS = 16388, 71
ISIS_L1, ISIS_L2 = 1, 2
OPEN, UPDATE, KEEPALIVE = 1, 2, 4
END, END_X, UN, UA = 1, 5, 43, 52


def tlv(kind: int, value: bytes) -> bytes:
    """A TLV of BGP-LS."""
    return struct.pack("!HH", kind, len(value)) + value


def system(router: str) -> bytes:
    """``0000.0000.0001``, or ``0000.0000.0001-02`` of a LAN."""
    return bytes.fromhex(router.replace(".", "").replace("-", ""))


def node_descriptor(kind: int, asn: int, router: str) -> bytes:
    """A local (256) or remote (257) node descriptor."""
    inside = tlv(512, struct.pack("!I", asn)) + tlv(513, struct.pack("!I", 0))
    return tlv(kind, inside + tlv(515, system(router)))


def nlri(kind: int, protocol: int, body: bytes, identifier: int = 0) -> bytes:
    """A node (1), link (2), prefix (3, 4) or SRv6 SID (6) NLRI."""
    inside = struct.pack("!BQ", protocol, identifier) + body
    return struct.pack("!HH", kind, len(inside)) + inside


def node_nlri(asn: int, router: str, protocol: int = ISIS_L2, identifier: int = 0) -> bytes:
    return nlri(1, protocol, node_descriptor(256, asn, router), identifier)


def link_nlri(
    asn, local, remote, *, ipv4=None, ipv6=None, ids=None, mt=None, protocol=ISIS_L2, identifier=0
):
    body = node_descriptor(256, asn, local) + node_descriptor(257, asn, remote)
    if ids:
        body += tlv(258, struct.pack("!II", *ids))
    if ipv4:
        body += tlv(259, IPv4Address(ipv4[0]).packed) + tlv(260, IPv4Address(ipv4[1]).packed)
    if ipv6:
        body += tlv(261, IPv6Address(ipv6[0]).packed) + tlv(262, IPv6Address(ipv6[1]).packed)
    if mt is not None:
        body += tlv(263, struct.pack("!H", mt))
    return nlri(2, protocol, body, identifier)


def srv6_sid_nlri(asn, router, sid, *, mt=0, protocol=ISIS_L2):
    body = node_descriptor(256, asn, router) + tlv(263, struct.pack("!H", mt))
    return nlri(6, protocol, body + tlv(518, IPv6Address(sid).packed))


def structure(block=32, node=16, function=16, argument=0) -> bytes:
    return tlv(1252, bytes((block, node, function, argument)))


def node_attribute(name: str, *, overload=False, router_id=None) -> bytes:
    made = tlv(1024, bytes((0x80 if overload else 0,))) + tlv(1026, name.encode())
    return made + (tlv(1028, IPv4Address(router_id).packed) if router_id else b"")


def link_attribute(
    metric, *, te_metric=None, groups=None, bandwidth=None, srlgs=(), delay=None, least_most=None,
    variation=None, loss=None, end_x=None, behavior=UA,
) -> bytes:  # fmt: skip
    made = tlv(1095, metric.to_bytes(3, "big"))
    if groups is not None:
        made += tlv(1088, struct.pack("!I", groups))
    if bandwidth is not None:
        made += tlv(1089, struct.pack("!f", bandwidth))
        made += tlv(1090, struct.pack("!f", bandwidth))
        made += tlv(1091, struct.pack("!8f", *[bandwidth] * 8))
    if te_metric is not None:
        made += tlv(1092, struct.pack("!I", te_metric))
    if srlgs:
        made += tlv(1096, struct.pack(f"!{len(srlgs)}I", *srlgs))
    if delay is not None:
        made += tlv(1114, struct.pack("!I", delay))
    if least_most is not None:
        made += tlv(1115, struct.pack("!II", *least_most))
    if variation is not None:
        made += tlv(1116, struct.pack("!I", variation))
    if loss is not None:
        made += tlv(1117, struct.pack("!I", loss))
    if end_x is not None:
        inside = struct.pack("!HBBBB", behavior, 0, 0, 0, 0) + IPv6Address(end_x).packed
        made += tlv(1106, inside + structure())
    return made


def sid_attribute(behavior=UN, algorithm=0) -> bytes:
    return tlv(1250, struct.pack("!HBB", behavior, 0, algorithm)) + structure()


def attribute(flags: int, kind: int, value: bytes) -> bytes:
    """A path attribute, with the extended length."""
    return struct.pack("!BBH", flags | 0x10, kind, len(value)) + value


def update(route: bytes, state: bytes, next_hop: str) -> bytes:
    """One route with its BGP-LS attribute."""
    hop = IPv4Address(next_hop).packed
    reach = struct.pack("!HBB", AFI_LS, SAFI_LS, len(hop)) + hop + b"\0" + route
    attributes = attribute(0x40, 1, b"\0") + attribute(0x40, 2, b"")
    attributes += attribute(0x40, 5, struct.pack("!I", 100))
    attributes += attribute(0x80, 14, reach) + attribute(0x80, 29, state)
    return message(UPDATE, struct.pack("!HH", 0, len(attributes)) + attributes)


def message(kind: int, body: bytes = b"") -> bytes:
    return b"\xff" * 16 + struct.pack("!HB", 19 + len(body), kind) + body


def open_message(asn: int, router_id: str) -> bytes:
    capabilities = struct.pack("!BBHBB", 1, 4, AFI_LS, 0, SAFI_LS) + struct.pack("!BBI", 65, 4, asn)
    parameters = struct.pack("!BB", 2, len(capabilities)) + capabilities
    fixed = struct.pack("!BHH", 4, asn, 90) + IPv4Address(router_id).packed
    return message(OPEN, fixed + bytes((len(parameters),)) + parameters)


class Speaker(threading.Thread):
    """Sends ``routes`` (NLRI, attribute) to a peer of the same AS, and answers its keepalives."""

    def __init__(self, peer: str, asn: int, routes: list[tuple[bytes, bytes]], port: int = 179):
        super().__init__(daemon=True)
        self.sent = threading.Event()
        self._peer, self._asn, self._routes, self._port = peer, asn, routes, port
        self._stop_asked = threading.Event()

    def run(self) -> None:
        with socket.create_connection((self._peer, self._port), timeout=300) as link:
            link.settimeout(1)
            own = link.getsockname()[0]
            link.sendall(open_message(self._asn, "192.0.2.99"))
            buffer = b""
            while not self._stop_asked.is_set():
                try:
                    data = link.recv(65536)
                except TimeoutError:
                    continue
                if not data:
                    return
                buffer += data
                while len(buffer) >= 19:
                    length = struct.unpack("!H", buffer[16:18])[0]
                    if len(buffer) < length:
                        break
                    kind, buffer = buffer[18], buffer[length:]
                    if kind == OPEN:
                        link.sendall(message(KEEPALIVE))
                    elif kind == KEEPALIVE and not self.sent.is_set():
                        for route, state in self._routes:
                            link.sendall(update(route, state, own))
                        self.sent.set()
                    elif kind == KEEPALIVE:
                        link.sendall(message(KEEPALIVE))

    def stop(self) -> None:
        self._stop_asked.set()
