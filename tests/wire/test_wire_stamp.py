"""Wire vectors of both packets and their TLVs, in both directions; Scapy's second opinion."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scapy.contrib import stamp as scapy_stamp

from netkit.errors import WireError
from netkit.wire.stamp import ReflectorPacket, SenderPacket
from netkit.wire.timestamps import ErrorEstimate, TimestampFormat
from netkit.wire.tlv import (
    FollowUpTelemetry,
    TimestampInformation,
    Tlv,
    TlvType,
    extra_padding,
    parse_tlvs,
    tlvs_to_bytes,
)

PTP = ErrorEstimate(True, TimestampFormat.PTP, 5, 17)
NTP = ErrorEstimate(False, TimestampFormat.NTP, 0, 1)

SENDER = SenderPacket(
    sequence=0x01020304,
    timestamp=0x6553F100_00000007,
    error_estimate=PTP,
    ssid=0xBEEF,
    tlvs=(Tlv(TlvType.FOLLOW_UP_TELEMETRY, FollowUpTelemetry().to_value()), extra_padding(6)),
)
SENDER_BYTES = bytes.fromhex(
    "01020304 6553f100 00000007 c511 beef" + "00" * 28
    + "80 07 0010" + "00" * 16
    + "80 01 0002 0000"
)  # fmt: skip

REFLECTOR = ReflectorPacket(
    sequence=9,
    timestamp=0x83AA7E80_80000000,
    error_estimate=NTP,
    ssid=0xBEEF,
    receive_timestamp=0x83AA7E80_40000000,
    sender_sequence=0x01020304,
    sender_timestamp=0x6553F100_00000007,
    sender_error_estimate=PTP,
    sender_ttl=251,
    tlvs=(
        Tlv(TlvType.TIMESTAMP_INFORMATION, TimestampInformation(1, 2, 3, 4).to_value(), flags=0),
        Tlv(TlvType.FOLLOW_UP_TELEMETRY, FollowUpTelemetry(8, 0xAB, 2).to_value(), flags=0),
    ),
)
REFLECTOR_BYTES = bytes.fromhex(
    "00000009 83aa7e8080000000 0001 beef 83aa7e8040000000"
    "01020304 6553f10000000007 c511 0000 fb 000000"
    "00 03 0004 01020304"
    "00 07 0010 00000008 00000000000000ab 02 000000"
)


def test_vectors_both_ways() -> None:
    assert SENDER.to_bytes() == SENDER_BYTES
    assert SenderPacket.parse(SENDER_BYTES) == SENDER
    assert REFLECTOR.to_bytes() == REFLECTOR_BYTES
    assert ReflectorPacket.parse(REFLECTOR_BYTES) == REFLECTOR


def test_instants_are_read_in_the_format_beside_them() -> None:
    assert SENDER.timestamp_ns == 1_700_000_000_000_000_007
    assert REFLECTOR.timestamp_ns == 500_000_000
    assert REFLECTOR.receive_timestamp_ns == 250_000_000


@pytest.mark.parametrize(
    ("kind", "size"),
    [(SenderPacket, size) for size in range(44)] + [(ReflectorPacket, size) for size in range(41)],
)
def test_less_than_a_base_packet_is_refused(kind: type, size: int) -> None:
    with pytest.raises(WireError, match=f"^{size} bytes"):
        kind.parse(REFLECTOR_BYTES[:size])


@pytest.mark.parametrize("size", range(41, 44))
def test_a_twamp_reply_ends_with_the_ttl(size: int) -> None:
    reply = ReflectorPacket.parse(REFLECTOR_BYTES[:size])
    assert reply == replace(REFLECTOR, tlvs=())


@pytest.mark.parametrize("size", range(44, len(SENDER_BYTES)))
def test_cut_anywhere_behind_the_base_packet(size: int) -> None:
    """Whole TLVs before the cut are as they were; the one cut is marked; no byte is lost."""
    cut = SenderPacket.parse(SENDER_BYTES[:size])
    whole = [tlv for tlv in cut.tlvs if tlv.well_formed]
    assert tuple(whole) == SENDER.tlvs[: len(whole)]
    assert all(tlv.malformed for tlv in cut.tlvs[len(whole) :])
    assert len(cut.to_bytes()) == size


def test_trailing_bytes_that_hold_no_tlv_header_are_kept() -> None:
    for garbage in (b"\x01", b"\x01\x02", b"\x01\x02\x03"):
        packet = SenderPacket.parse(SENDER_BYTES + garbage)
        assert packet.trailing == garbage
        assert packet.to_bytes() == SENDER_BYTES + garbage


def test_mbz_is_ignored_on_receipt_and_zero_on_send() -> None:
    dirty = SENDER_BYTES[:16] + b"\xff" * 28 + SENDER_BYTES[44:]
    assert SenderPacket.parse(dirty) == SENDER
    dirty = bytearray(REFLECTOR_BYTES)
    dirty[38:40], dirty[41:44] = b"\xff\xff", b"\xff\xff\xff"
    assert ReflectorPacket.parse(bytes(dirty)).to_bytes() == REFLECTOR_BYTES


@pytest.mark.parametrize(
    ("raw", "tlv"),
    [
        ("80 fa 0003 010203", Tlv(250, b"\x01\x02\x03")),
        ("80 07 000f" + "00" * 15, Tlv(7, bytes(15), flags=0xC0)),
        ("00 04 0005" + "00" * 5, Tlv(4, bytes(5), flags=0x40)),
        ("80 01 0005 0102", Tlv(1, b"\x01\x02", flags=0xC0, length=5)),
        ("a0 01 0000", Tlv(1, b"", flags=0xA0)),
    ],
)
def test_tlvs_unknown_or_malformed(raw: str, tlv: Tlv) -> None:
    (found,), rest = parse_tlvs(bytes.fromhex(raw))
    assert found == tlv
    assert rest == b""
    assert parse_tlvs(tlvs_to_bytes((found,))) == ((tlv,), b"")


def test_values_that_fit_no_field() -> None:
    with pytest.raises(WireError, match="out of range"):
        SenderPacket(1 << 32, 0, PTP, 0).to_bytes()
    with pytest.raises(WireError, match="at least 4"):
        extra_padding(3)
    with pytest.raises(WireError, match="expected 16"):
        FollowUpTelemetry.parse(bytes(15))


def test_scapy_reads_the_same_base_packets() -> None:
    theirs = scapy_stamp.STAMPSessionSenderTestUnauthenticated(SENDER_BYTES[:44])
    assert (theirs.seq, theirs.ts, theirs.ssid) == (0x01020304, SENDER.timestamp, 0xBEEF)
    estimate = theirs.err_estimate
    assert (estimate.S, estimate.Z, estimate.scale, estimate.multiplier) == (1, 1, 5, 17)
    theirs = scapy_stamp.STAMPSessionReflectorTestUnauthenticated(REFLECTOR_BYTES[:44])
    assert (theirs.seq, theirs.seq_sender, theirs.ttl_sender) == (9, 0x01020304, 251)
    assert theirs.ts_sender == SENDER.timestamp
    # Scapy counts NTP in seconds since 1900.
    assert theirs.ts == pytest.approx(REFLECTOR.timestamp / 2**32)
    assert theirs.ts_rx == pytest.approx(REFLECTOR.receive_timestamp / 2**32)


def test_we_read_what_scapy_writes() -> None:
    theirs = scapy_stamp.STAMPSessionSenderTestUnauthenticated(
        seq=7, ts=0x83AA7E80 + 0.5, ssid=3,
        err_estimate=scapy_stamp.ErrorEstimate(S=0, Z=0, scale=0, multiplier=1),
    )  # fmt: skip
    assert SenderPacket.parse(bytes(theirs)) == SenderPacket(7, 0x83AA7E80_80000000, NTP, 3)
