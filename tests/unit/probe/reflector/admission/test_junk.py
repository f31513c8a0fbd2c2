"""With a key, what proves nothing takes nothing from what does."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from stamp_path import EPOCH_NS, MS, kernel

from netkit.probe.reflector.admission.access import AccessList
from netkit.probe.reflector.engine import Reflector
from netkit.probe.sender.request import request_tlvs
from netkit.wire.authentication import seal_tlvs
from netkit.wire.stamp import ReflectorPacket, SenderPacket
from netkit.wire.timestamps import ErrorEstimate

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
HONEST, JUNK = ("192.0.2.1", 40000), ("192.0.2.1", 40001)


def packet(sequence: int, key: bytes, *, whole: bool) -> bytes:
    """Authenticated as a ``whole`` or by its TLVs only."""
    tlvs = seal_tlvs(
        request_tlvs(160 if whole else 92, authenticated=whole, vouched=True), key, sequence
    )
    stamp = (EPOCH_NS // 10**9 << 32) + sequence
    return SenderPacket(sequence, stamp, ErrorEstimate(), 5, tlvs).to_bytes(key if whole else None)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("source", [HONEST, JUNK])
def test_junk_beside_authenticated_probes(whole: bool, source: tuple[str, int]) -> None:
    """2000 a second of junk, from the very port too; 20 probes at 20 a second, 20 allowed."""
    admission = AccessList(source_rate=20, total_rate=25)
    reflector = Reflector(admission=admission, **{"key" if whole else "tlv_key": KEY})
    answered = junk_answered = 0
    for number in range(20):
        now_ns = number * 50 * MS
        for step in range(100):
            data = packet(10_000 + 100 * number + step, OTHER, whole=whole)
            junk_answered += ask(reflector, data, source, now_ns) is not None
        reply = ask(reflector, packet(number, KEY, whole=whole), HONEST, now_ns)
        answered += reply is not None and (whole or reply.tlvs[0].taken)
    assert answered == 20
    # what proves nothing is answered where there is a key for TLVs only, at the same rate
    assert junk_answered == (0 if whole else 39)
    assert reflector.counters["not_authentic"] == (2000 if whole else 0)


def ask(
    reflector: Reflector, data: bytes, source: tuple[str, int], now_ns: int
) -> ReflectorPacket | None:
    wall_ns = EPOCH_NS + now_ns
    reply = reflector.reflect(data, source, kernel(wall_ns), 64, now_ns=now_ns, wall_ns=wall_ns)
    if reply is None:
        return None
    return ReflectorPacket.parse(reply.data, KEY if len(data) == 160 else None)


def test_bare_probes_pay_what_proves_nothing_pays() -> None:
    reflector = Reflector(admission=AccessList(source_rate=20), tlv_key=KEY)
    assert reflector.reserve(HONEST, 5, 50, now_ns=0).taken == 20
    assert ask(reflector, packet(1, KEY, whole=False), HONEST, 0) is not None


def test_requests_without_padding_are_for_peers_allowed_by_their_own_address() -> None:
    """RFC 5357 §4.1.2: 14 bytes; the reply has 41, so it must not go to just anybody."""
    head = bytes.fromhex("00000009 0102030405060708 8a07")
    for allowed, size in (("192.0.2.1/32", 41), ("192.0.2.0/24", None), ("0.0.0.0/0", None)):
        reflector = Reflector(admission=AccessList([ip_network(allowed)]))
        reply = reflector.reflect(head, HONEST, kernel(EPOCH_NS), 61, now_ns=0, wall_ns=EPOCH_NS)
        assert (None if reply is None else len(reply.data)) == size
    reply = Reflector(admission=AccessList([ip_network("192.0.2.1/32")])).reflect(
        head + b"\1", HONEST, kernel(EPOCH_NS), 61, now_ns=0, wall_ns=EPOCH_NS
    )
    assert reply is not None
    told = ReflectorPacket.parse(reply.data)
    assert (told.sender_sequence, told.receive_timestamp_ns) == (9, EPOCH_NS)
