"""Any bytes, any value: nothing crashes, nothing is lost."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from netkit.errors import WireError
from netkit.wire.location import Location
from netkit.wire.return_path import ReturnPath, answer_return_path
from netkit.wire.srh import SegmentRoutingHeader
from netkit.wire.stamp import BASE_BYTES, LIGHT_BYTES, ReflectorPacket, SenderPacket
from netkit.wire.timestamps import (
    ErrorEstimate,
    TimestampFormat,
    decode_timestamp,
    encode_timestamp,
)
from netkit.wire.tlv import (
    FollowUpTelemetry,
    Tlv,
    parse_tlvs,
    tlvs_to_bytes,
)
from netkit.wire.tlv_values import AccessReport, ClassOfService, DirectMeasurement, MicroSessionId

U16, U32, U64 = (st.integers(0, 2**bits - 1) for bits in (16, 32, 64))
ESTIMATES = U16.map(ErrorEstimate.parse)


def asked(type_: int, value: bytes) -> Tlv:
    """A TLV as a sender makes it."""
    return Tlv(type_, value)


TLVS = st.lists(
    st.builds(asked, st.sampled_from([0, 1, 10, 12, 179, 255]), st.binary(max_size=40))
    | st.builds(asked, st.sampled_from([2, 3]), st.binary(min_size=4, max_size=40))
    | st.builds(asked, st.sampled_from([4, 6, 11]), st.binary(min_size=4, max_size=4))
    | st.builds(asked, st.sampled_from([7, 8, 9]), st.binary(min_size=16, max_size=16)),
    max_size=4,
).map(tuple)
KEYS = st.none() | st.binary(min_size=16, max_size=64)
SENDERS = st.builds(SenderPacket, U32, U64, ESTIMATES, U16, TLVS, st.binary(max_size=3))
REFLECTORS = st.builds(
    ReflectorPacket, U32, U64, ESTIMATES, U16, U64, U32, U64, ESTIMATES,
    st.integers(0, 255), TLVS, st.binary(max_size=3),
)  # fmt: skip


@given(SENDERS, KEYS)
def test_sender_packets_survive_the_wire(packet: SenderPacket, key: bytes | None) -> None:
    assert SenderPacket.parse(packet.to_bytes(key), key) == packet


@given(REFLECTORS, KEYS)
def test_reflector_packets_survive_the_wire(packet: ReflectorPacket, key: bytes | None) -> None:
    assert ReflectorPacket.parse(packet.to_bytes(key), key) == packet


@given(st.binary(max_size=160))
def test_any_bytes_are_a_packet_or_a_wire_error(data: bytes) -> None:
    for kind, least in ((SenderPacket, BASE_BYTES), (ReflectorPacket, LIGHT_BYTES)):
        try:
            packet = kind.parse(data)
        except WireError:
            assert len(data) < least
        else:
            assert len(packet.to_bytes()) == max(len(data), BASE_BYTES)


@given(st.binary(max_size=80))
def test_any_value_is_a_tlv_or_a_wire_error(data: bytes) -> None:
    """What is understood is understood whole: written again, it means the same."""
    for kind in (
        AccessReport, ClassOfService, DirectMeasurement, FollowUpTelemetry, Location,
        MicroSessionId,
    ):  # fmt: skip
        try:
            value = kind.parse(data)
        except WireError:
            continue
        assert kind.parse(value.to_value()) == value
        assert len(value.to_value()) == len(data)


SUB_TLVS = st.lists(
    st.builds(asked, st.integers(0, 5), st.sampled_from([b"", bytes(4), bytes(16), b"\xff" * 32])),
    max_size=4,
).map(lambda subs: tlvs_to_bytes(tuple(subs)))


@given(SUB_TLVS | st.binary(max_size=80))
def test_a_return_path_is_answered_in_its_own_size_and_means_the_same(data: bytes) -> None:
    try:
        path = ReturnPath.parse(data)
    except WireError:
        return
    answer = answer_return_path(data)
    assert len(answer) == len(data)
    assert ReturnPath.parse(answer) == path
    if not path.unknown:
        assert ReturnPath.parse(path.to_value()) == path


@given(st.binary(max_size=80))
def test_any_bytes_are_a_segment_routing_header_or_a_wire_error(data: bytes) -> None:
    try:
        header = SegmentRoutingHeader.parse(data)
    except WireError:
        return
    assert SegmentRoutingHeader.parse(header.to_bytes()) == header


@given(st.binary(max_size=120))
def test_no_tlv_byte_is_lost(data: bytes) -> None:
    tlvs, rest = parse_tlvs(data)
    again = tlvs_to_bytes(tlvs, rest)
    unmarked = [a for a, b in zip(again, data, strict=True) if a | 0x40 != b | 0x40]
    assert unmarked == []
    assert parse_tlvs(again) == (tlvs, rest)


@given(st.integers(0, 4_000_000_000 * 10**9), st.sampled_from(TimestampFormat))
def test_every_ns_survives_both_formats(time_ns: int, form: TimestampFormat) -> None:
    assert decode_timestamp(encode_timestamp(time_ns, form), form) == time_ns


@given(U64)
def test_ntp_is_read_to_the_nearest_ns(raw: int) -> None:
    seconds, fraction = raw >> 32, raw & 0xFFFFFFFF
    seconds += (1 << 32) * (seconds < 1 << 31) - 2_208_988_800
    exact = seconds * 10**9 + Fraction(fraction * 10**9, 1 << 32)
    assert abs(decode_timestamp(raw, TimestampFormat.NTP) - exact) <= Fraction(1, 2)


@given(st.integers(0, 10**18))
def test_an_error_estimate_never_understates_and_hardly_overstates(error_ns: int) -> None:
    estimate = ErrorEstimate.from_error_ns(error_ns, synchronised=True)
    assert estimate == ErrorEstimate.parse(estimate.to_int())
    assert estimate.error_ns is not None
    assert error_ns <= estimate.error_ns <= error_ns * 129 // 128 + 2
