"""Datagrams that ask a reflector for as much as they can: every TLV, as often as it fits."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv6Address
from random import Random
from socket import AF_INET6

from netkit.probe.kernel.addresses import Address
from netkit.probe.kernel.datagrams import AnswerFrom, Datagram
from netkit.wire.srh import source_route
from netkit.wire.stamp import SenderPacket
from netkit.wire.timestamps import ErrorEstimate
from netkit.wire.tlv import Tlv, TlvType, extra_padding, tlvs_to_bytes

HEADERS_BYTES = 40 + 8
"""IPv6 and UDP, which a reply has as its request does."""

SOURCE, LOCAL = ("2001:db8::1", 40000), ("2001:db8::2", 862)
ALLOWED = "5f00::/16"
EMPTY = b"\x80\x01\x00\x00"
SUB = b"\x80\x04\x00\x10" + bytes(16)
_FIXED = {1: 8, 3: 4, 4: 4, 5: 12, 6: 4, 7: 16, 8: 16, 11: 4, 200: 9}


@dataclass
class Wire:
    """In the place of a StampSocket: what leaves, with the bytes of its routing header."""

    family: int = AF_INET6
    header_bytes: int = 0
    sent: list[int] = field(default_factory=list)

    def route_over(self, segments: tuple[IPv6Address, ...]) -> None:
        self.header_bytes = len(source_route(segments)) if segments else 0

    def send(
        self, data: bytes, _to: Address, _token: object, _control: AnswerFrom = ()
    ) -> str | None:
        self.sent.append(HEADERS_BYTES + self.header_bytes + len(data))
        return None


def costly() -> dict[str, bytes]:
    """TLVs that once cost milliseconds, and the worst of those that are still read."""
    segments = b"".join(IPv6Address(f"5f00::{n + 1:x}").packed for n in range(450))
    node = Tlv(TlvType.DESTINATION_NODE_ADDRESS, IPv6Address(LOCAL[0]).packed).to_bytes()
    location = Tlv(TlvType.LOCATION, bytes(4) + SUB * 8).to_bytes()
    path = Tlv(TlvType.RETURN_PATH, Tlv(4, segments[:256]).to_bytes()).to_bytes()
    return {
        "2200 empty TLVs": EMPTY * 2200,
        "2000 sub-TLVs": Tlv(TlvType.LOCATION, bytes(4) + EMPTY * 2000).to_bytes(),
        "400 sub-TLVs that ask": Tlv(TlvType.LOCATION, bytes(4) + SUB * 400).to_bytes(),
        "2000 sub-TLVs of a path": Tlv(TlvType.RETURN_PATH, EMPTY * 2000).to_bytes(),
        "450 segments": Tlv(TlvType.RETURN_PATH, Tlv(4, segments).to_bytes()).to_bytes(),
        "2000 labels": Tlv(TlvType.RETURN_PATH, Tlv(3, bytes(8000)).to_bytes()).to_bytes(),
        "nodes": node * 400,
        "locations": location * 40,
        "paths": path * 30,
        "all": location + path + node * 14 + bytes(8000),
        "zeros": bytes(9000),
        "noise": b"\xff" * 9000,
    }


def hostile_request(random: Random, number: int) -> bytes:
    """A base packet with TLVs of all types in any order, often with a way back over segments."""
    tlvs = [_any_tlv(random) for _ in range(random.choice((1, 2, 4, 9, 30)))]
    if random.random() < 0.4:
        tlvs.append(extra_padding(random.choice((4, 28, 44, 76, 300, 1000))))
    data = SenderPacket(number, number, ErrorEstimate(), 5).to_bytes() + tlvs_to_bytes(tuple(tlvs))
    return data[: random.choice((len(data), len(data), random.randrange(44, len(data) + 1)))]


def _any_tlv(random: Random) -> Tlv:
    type_ = random.choice((2, 9, 10, 10, 10, *_FIXED))
    if type_ == TlvType.LOCATION:
        return Tlv(type_, bytes(4) + SUB * random.randrange(10))
    if type_ == TlvType.DESTINATION_NODE_ADDRESS:
        return Tlv(type_, IPv6Address(random.choice((LOCAL[0], "::7"))).packed)
    if type_ == TlvType.RETURN_PATH:
        return Tlv(type_, _any_path(random))
    return Tlv(type_, random.randbytes(_FIXED[type_]))


def _any_path(random: Random) -> bytes:
    """Segments in and outside the allowed prefix, the sender itself, repeats; or an address."""
    if random.random() < 0.2:
        return Tlv(2, IPv6Address(random.choice((SOURCE[0], "5f00::9", "::9"))).packed).to_bytes()
    near = [f"5f00::{n:x}" for n in range(1, 18)]
    names = random.choice((near, near, [SOURCE[0]], [*near, SOURCE[0]], ["2001:db8:9::1"]))
    chosen = random.choices(names, k=random.choice((1, 2, 3, 8, 16, 17)))
    if random.random() < 0.5:
        chosen = list(dict.fromkeys(chosen))
    return Tlv(4, b"".join(IPv6Address(one).packed for one in chosen)).to_bytes()


def datagram(data: bytes, stamp: object) -> Datagram:
    """As it comes from a socket; the interface is that of the loopback."""
    return Datagram(data, (*SOURCE, 0, 0), stamp, 64, traffic_class=0)  # type: ignore[arg-type]
