"""Each TLV type inside each packet: both ways, cut at every byte, with bytes behind; and answered.

Layouts of RFC 8972 §4, RFC 9503 §3 and §4, RFC 9534 §3.1, written out by hand.
"""

from __future__ import annotations

import pytest

from netkit.model.measurement.sample import Stamp, StampSource
from netkit.probe.reflector.engine import Reflector
from netkit.wire.authentication import HMAC_TLV, seal_tlvs, tlvs_vouched_for
from netkit.wire.stamp import ReflectorPacket, SenderPacket
from netkit.wire.timestamps import ErrorEstimate
from netkit.wire.tlv import MALFORMED, UNRECOGNIZED, Tlv, TlvType, extra_padding, parse_tlvs

KEY = bytes(range(32))
SENDER = SenderPacket(7, 0x1122, ErrorEstimate(), 5)
REFLECTOR = ReflectorPacket(9, 1, ErrorEstimate(), 5, 2, 7, 0x1122, ErrorEstimate(), 255)
SOURCE, LOCAL = ("2001:db8::1", 40000), ("2001:db8::2", 862)
NODE = "20010db8" + "00" * 11 + "02"

TLVS = {
    TlvType.EXTRA_PADDING: "80 01 0003 aabbcc",
    TlvType.LOCATION: "80 02 0018 0000 0000 80040010" + "00" * 16,
    TlvType.TIMESTAMP_INFORMATION: "80 03 0004 00000000",
    TlvType.CLASS_OF_SERVICE: "80 04 0004 b800 0000",  # DSCP1 46
    TlvType.DIRECT_MEASUREMENT: "80 05 000c 00000008 00000000 00000000",
    TlvType.ACCESS_REPORT: "80 06 0004 10 01 0000",
    TlvType.FOLLOW_UP_TELEMETRY: "80 07 0010 00000000 0000000000000000 00 000000",
    TlvType.HMAC: "80 08 0010" + "00" * 16,
    TlvType.DESTINATION_NODE_ADDRESS: "80 09 0010" + NODE,
    TlvType.RETURN_PATH: "80 0a 0008 80010004 00000001",
    TlvType.MICRO_SESSION_ID: "80 0b 0004 0003 0000",
}
EACH = [(type_, bytes.fromhex(raw)) for type_, raw in TLVS.items()]
PACKETS = [(SENDER, key) for key in (None, KEY)] + [(REFLECTOR, key) for key in (None, KEY)]


def test_no_type_is_left_out() -> None:
    assert set(TLVS) == set(TlvType) == set(range(1, 12))


@pytest.mark.parametrize(("packet", "key"), PACKETS)
@pytest.mark.parametrize(("type_", "raw"), EACH)
def test_whole_cut_at_every_byte_and_with_bytes_behind(
    type_: TlvType, raw: bytes, packet: SenderPacket | ReflectorPacket, key: bytes | None
) -> None:
    base = packet.to_bytes(key)
    (tlv,) = type(packet).parse(base + raw, key).tlvs
    assert (tlv.type, tlv.value, tlv.flags) == (type_, raw[4:], 0x80)
    assert tlv.well_formed
    for size in range(len(raw)):
        cut = type(packet).parse(base + raw[:size], key)
        found = [(one.type, one.value, one.flags) for one in cut.tlvs]
        assert found == ([(type_, raw[4:size], 0xC0)] if size >= 4 else [])
        assert cut.trailing == (raw[:size] if size < 4 else b"")
    for garbage in (b"\x80", b"\x80\x01", b"\x80\x01\x00", b"\x80\xfa\x00\x01\x00"):
        behind = type(packet).parse(base + raw + garbage, key)
        assert behind.tlvs[0] == tlv
        assert behind.to_bytes(key) == base + raw + garbage


@pytest.mark.parametrize(("type_", "raw"), EACH)
def test_each_is_answered_in_its_size_and_never_past_a_cut(type_: TlvType, raw: bytes) -> None:
    """RFC 8972 §4: M is set in the TLV that is cut short, and what follows goes back as it came."""
    for size in range(1, len(raw) + 1):
        reply = reflect(SENDER.to_bytes() + raw[:size])
        if size < 4:
            assert reply.trailing == bytes([raw[0] | MALFORMED]) + raw[1:size]
        else:
            (tlv,) = reply.tlvs
            assert (tlv.type, tlv.malformed) == (type_, size < len(raw))
    known = type_ not in (TlvType.HMAC, TlvType.MICRO_SESSION_ID)  # no key, no member links
    assert bool(tlv.flags & UNRECOGNIZED) == (not known)


def reflect(data: bytes, key: bytes | None = None) -> ReflectorPacket:
    stamp = Stamp(1_700_000_000 * 10**9, StampSource.KERNEL)
    reply = Reflector(key=key).reflect(
        data, SOURCE, stamp, 255, now_ns=0, wall_ns=stamp.time_ns, traffic_class=0, local=LOCAL
    )
    assert reply is not None
    assert len(reply.data) == len(data)
    return ReflectorPacket.parse(reply.data, key)


@pytest.mark.parametrize("padding", [0, 4, 9])
def test_the_hmac_tlv_stands_behind_all_but_padding(padding: int) -> None:
    """RFC 8972 §4.8; anywhere else it is as if it were wrong, and I is set in every TLV."""
    asked = Tlv(TlvType.TIMESTAMP_INFORMATION, bytes(4))
    behind = (extra_padding(padding),) if padding else ()
    sealed = seal_tlvs((asked, HMAC_TLV, *behind), KEY, SENDER.sequence)
    reply = reflect(_with(sealed), KEY)
    assert [tlv.flags for tlv in reply.tlvs] == [0] * len(sealed)
    assert tlvs_vouched_for(reply.tlvs, KEY, reply.sequence)
    early = seal_tlvs((HMAC_TLV, asked, *behind), KEY, SENDER.sequence)
    assert all(tlv.flags & 0x20 for tlv in reflect(_with(early), KEY).tlvs)


def test_padding_alone_needs_nobody_to_vouch_for_it() -> None:
    (tlv,) = reflect(_with((extra_padding(20),)), KEY).tlvs
    assert (tlv.type, tlv.flags) == (TlvType.EXTRA_PADDING, 0)


def _with(tlvs: tuple[Tlv, ...]) -> bytes:
    base = SENDER.to_bytes(KEY)
    assert parse_tlvs(b"".join(tlv.to_bytes() for tlv in tlvs)) == (tlvs, b"")
    return base + b"".join(tlv.to_bytes() for tlv in tlvs)
