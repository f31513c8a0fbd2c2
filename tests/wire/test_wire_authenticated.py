"""Authenticated packets and the HMAC TLV: vectors, and every byte that is changed is noticed."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from netkit.errors import AuthenticationError, WireError
from netkit.wire.authentication import HMAC_TLV, seal_tlvs, tlvs_vouched_for
from netkit.wire.stamp import ReflectorPacket, SenderPacket
from netkit.wire.timestamps import ErrorEstimate, TimestampFormat
from netkit.wire.tlv import Tlv, TlvType, extra_padding

KEY = bytes(range(32))
PTP = ErrorEstimate(True, TimestampFormat.PTP, 5, 17)
NTP = ErrorEstimate(False, TimestampFormat.NTP, 0, 1)


def sealed(base: str) -> bytes:
    covered = bytes.fromhex(base)
    return covered + hmac.new(KEY, covered, hashlib.sha256).digest()[:16]


SENDER = SenderPacket(0x01020304, 0x6553F100_00000007, PTP, 0xBEEF)
SENDER_BYTES = sealed(
    "01020304" + "00" * 12 + "6553f100 00000007 c511 beef" + "00" * 68
)  # fmt: skip

REFLECTOR = ReflectorPacket(9, 0xA1, NTP, 0xBEEF, 0xA2, 0x01020304, 0xA3, PTP, 251)
REFLECTOR_BYTES = sealed(
    "00000009" + "00" * 12 + "00000000000000a1 0001 beef 00000000"
    "00000000000000a2" + "00" * 8 + "01020304" + "00" * 12
    + "00000000000000a3 c511" + "00" * 6 + "fb" + "00" * 15
)  # fmt: skip

PACKETS = [(SENDER, SENDER_BYTES), (REFLECTOR, REFLECTOR_BYTES)]


@pytest.mark.parametrize(("packet", "data"), PACKETS)
def test_vectors_both_ways(packet: SenderPacket | ReflectorPacket, data: bytes) -> None:
    assert len(data) == 112
    assert packet.to_bytes(KEY) == data
    assert type(packet).parse(data, KEY) == packet


@pytest.mark.parametrize(("packet", "data"), PACKETS)
def test_cut_at_every_byte(packet: SenderPacket | ReflectorPacket, data: bytes) -> None:
    for size in range(112):
        with pytest.raises(WireError, match=f"^{size} bytes"):
            type(packet).parse(data[:size], KEY)


@pytest.mark.parametrize(("packet", "data"), PACKETS)
def test_one_changed_byte_anywhere_is_noticed(
    packet: SenderPacket | ReflectorPacket, data: bytes
) -> None:
    for at in range(112):
        damaged = bytearray(data)
        damaged[at] ^= 1
        with pytest.raises(AuthenticationError):
            type(packet).parse(bytes(damaged), KEY)
    with pytest.raises(AuthenticationError):
        type(packet).parse(data, KEY[:-1])


TLVS = (Tlv(TlvType.CLASS_OF_SERVICE, b"\xb8\0\0\0"), HMAC_TLV, extra_padding(8))


def test_the_hmac_tlv_vouches_for_number_and_tlvs_before_it() -> None:
    done = seal_tlvs(TLVS, KEY, 7)
    covered = bytes.fromhex("00000007 80040004 b8000000")
    assert done[1].value == hmac.new(KEY, covered, hashlib.sha256).digest()[:16]
    assert (done[0], done[2]) == (TLVS[0], TLVS[2])
    assert tlvs_vouched_for(done, KEY, 7) is True
    assert tlvs_vouched_for(done, KEY, 8) is False
    assert tlvs_vouched_for((Tlv(4, b"\xb9\0\0\0"), *done[1:]), KEY, 7) is False
    assert tlvs_vouched_for((*done[:2], Tlv(1, b"any")), KEY, 7) is True


def test_only_padding_may_follow_it() -> None:
    done = seal_tlvs((HMAC_TLV, TLVS[0]), KEY, 7)
    assert tlvs_vouched_for(done, KEY, 7) is False
    assert tlvs_vouched_for((TLVS[0],), KEY, 7) is None
    assert seal_tlvs((TLVS[0],), KEY, 7) == (TLVS[0],)
