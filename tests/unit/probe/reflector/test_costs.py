"""What one datagram can make a reflector do and send, counted and not timed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from ipaddress import IPv6Address, ip_network
from random import Random
from types import FrameType

import pytest
from hostile import (
    ALLOWED,
    HEADERS_BYTES,
    LOCAL,
    SOURCE,
    Wire,
    costly,
    datagram,
    hostile_request,
)
from stamp_path import EPOCH_NS, kernel

from netkit.probe.reflector.egress import send_answer
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.policy import ReflectorPolicy
from netkit.probe.reflector.replies import Reply
from netkit.wire.return_path import ReturnPath
from netkit.wire.stamp import ReflectorPacket, SenderPacket
from netkit.wire.timestamps import ErrorEstimate
from netkit.wire.tlv import Tlv, TlvType, extra_padding

KEY = bytes(range(32))
MOST_CALLS = 1500
"""The worst takes 0.12 ms; an ordinary first probe has 170, 2200 empty TLVs once had 46,000."""

OPEN = ReflectorPolicy(returns=(ip_network(ALLOWED),), micro_session_id=3)


def calls(work: Callable[[], object]) -> int:
    """How many functions are called, of Python and of C."""
    count = 0

    def seen(_frame: FrameType, event: str, _what: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def answer(reflector: Reflector, data: bytes) -> Reply | None:
    return reflector.reflect(
        data, SOURCE, kernel(EPOCH_NS), 64, now_ns=0, wall_ns=EPOCH_NS,
        traffic_class=0, local=LOCAL,
    )  # fmt: skip


def reflect(reflector: Reflector, data: bytes) -> ReflectorPacket | None:
    reply = answer(reflector, data)
    return None if reply is None else ReflectorPacket.parse(reply.data)


@pytest.mark.parametrize("options", [{}, {"key": KEY}, {"tlv_key": KEY}])
@pytest.mark.parametrize("tlvs", costly().values(), ids=costly())
def test_no_datagram_costs_much(tlvs: bytes, options: dict[str, bytes]) -> None:
    base = SenderPacket(1, 2, ErrorEstimate(), 5).to_bytes(options.get("key"))
    reflector = Reflector(policy=OPEN, **options)
    assert calls(lambda: answer(reflector, (base + tlvs)[:9216])) < MOST_CALLS


def test_no_hostile_datagram_costs_much() -> None:
    random, reflector = Random(4), Reflector(policy=OPEN)
    for number in range(500):
        data = hostile_request(random, number)
        assert calls(lambda data=data: answer(reflector, data)) < MOST_CALLS


def test_what_is_too_many_comes_back_unread() -> None:
    follow_up = Tlv(TlvType.FOLLOW_UP_TELEMETRY, bytes(16))
    data = SenderPacket(1, 2, ErrorEstimate(), 5, (follow_up,) * 20).to_bytes()
    packet = reflect(Reflector(), data)
    assert packet is not None
    assert [tlv.flags for tlv in packet.tlvs] == [0] * 12
    rest = follow_up.to_bytes() * 8
    assert packet.trailing == bytes([rest[0] | 0x40]) + rest[1:]


def whole_packets(reflector: Reflector, data: bytes) -> list[int]:
    """The bytes of what is sent for a request, IPv6 and routing headers included."""
    request, wire = datagram(data, kernel(EPOCH_NS)), Wire()
    reply = answer(reflector, data)
    if reply is not None:
        send_answer(reflector, wire, reply, request)  # type: ignore[arg-type]
    return wire.sent


@pytest.mark.parametrize("policy", [OPEN, ReflectorPolicy()])
def test_no_reply_is_longer_than_its_request_headers_and_all(policy: ReflectorPolicy) -> None:
    random, reflector, routed = Random(5), Reflector(policy=policy), 0
    for number in range(3000):
        data = hostile_request(random, number)
        before = reflector.counters["return_path_refused"]
        sent = whole_packets(reflector, data)
        assert len(sent) <= 1
        assert sum(sent) <= HEADERS_BYTES + len(data)
        routed += sent != [] and reflector.counters["return_path_refused"] == before
    assert routed > 100


def over(*names: str) -> Tlv:
    segments = tuple(IPv6Address(name) for name in names)
    return Tlv(TlvType.RETURN_PATH, ReturnPath(segments=segments).to_value())


@pytest.mark.parametrize(
    ("segments", "policy", "taken"),
    [
        (("5f00::1", "5f00::2"), OPEN, True),
        (("5f00::1", "5f00::2", "5f00::1", SOURCE[0]), OPEN, True),
        ((SOURCE[0],) * 16, OPEN, False),
        ((SOURCE[0],) * 16, ReflectorPolicy(), False),
        ((SOURCE[0],), ReflectorPolicy(), False),
        ((SOURCE[0], "5f00::1"), OPEN, False),
        (("5f00::1", "5f00::1"), OPEN, False),
        (("5f00::1", "5f00::2") * 3, OPEN, False),
        (("5f00::1", "2001:db8:9::1"), OPEN, False),
    ],
)
def test_ways_back_that_go_round(
    segments: tuple[str, ...], policy: ReflectorPolicy, taken: bool
) -> None:
    data = SenderPacket(1, 2, ErrorEstimate(), 5, (over(*segments), extra_padding(400))).to_bytes()
    reflector = Reflector(policy=policy)
    packet = reflect(reflector, data)
    assert packet is not None
    assert packet.tlvs[0].taken == taken
    assert whole_packets(reflector, data) == [HEADERS_BYTES + len(data)]


@pytest.mark.parametrize("padding_bytes", [0, 39, 40, 99])
def test_a_routing_header_takes_the_place_of_padding_or_is_not_sent(padding_bytes: int) -> None:
    """Two segments and the destination: a header of 56 bytes; of one segment, 40."""
    padding = (extra_padding(4 + padding_bytes),) if padding_bytes else ()
    data = SenderPacket(1, 2, ErrorEstimate(), 5, (over("5f00::1"), *padding)).to_bytes()
    reflector = Reflector(policy=OPEN)
    assert whole_packets(reflector, data) == [HEADERS_BYTES + len(data)]
    assert reflector.counters["return_path_refused"] == (padding_bytes < 40)


@pytest.mark.parametrize("address", ["ff02::1", "::", "ff3e::8000:1"])
def test_no_reply_to_many(address: str) -> None:
    everything = ReflectorPolicy(returns=(ip_network("::/0"),))
    asked = Tlv(TlvType.RETURN_PATH, ReturnPath(address=IPv6Address(address)).to_value())
    packet = reflect(
        Reflector(policy=everything), SenderPacket(1, 2, ErrorEstimate(), 5, (asked,)).to_bytes()
    )
    assert packet is not None
    assert not packet.tlvs[0].taken
