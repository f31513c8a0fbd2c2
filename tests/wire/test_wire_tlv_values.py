"""Wire vectors of the values of TLVs in both directions: whole, cut at every byte, and too long."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest

from netkit.errors import WireError
from netkit.model.measurement.clock import SyncSource
from netkit.wire.location import Location, LocationType, answer_location
from netkit.wire.return_path import ReturnPath, parse_node_address
from netkit.wire.srh import SegmentRoutingHeader, source_route
from netkit.wire.tlv import FollowUpTelemetry, TimestampInformation, TimestampMethod, Tlv
from netkit.wire.tlv_values import AccessReport, ClassOfService, DirectMeasurement, MicroSessionId

A, B, C = (IPv6Address(f"5f00:0:{n}:1::") for n in (1, 2, 3))
A_HEX, B_HEX, C_HEX = (f"5f000000000{n}00010000000000000000" for n in (1, 2, 3))

FIXED = [
    (ClassOfService(46, 10, 2, 1), "b8a9 0000"),
    (ClassOfService(63, 63, 3, 3), "ffff 0000"),
    (DirectMeasurement(1, 2, 0xFFFFFFFF), "00000001 00000002 ffffffff"),
    (AccessReport(2, 1), "20 01 0000"),
    (FollowUpTelemetry(8, 0xAB, 2), "00000008 00000000000000ab 02 000000"),
    (MicroSessionId(0x0102, 0xFFFF), "0102 ffff"),
]
LISTS = [
    (Location(862, 40000), "035e 9c40"),
    (Location.asking(), "0000 0000 80040010" + "00" * 16 + "80070010" + "00" * 16),
    (
        Location(862, 9, (Tlv(8, bytes([192, 0, 2, 1]) + bytes(12), 0), Tlv(6, A.packed, 0))),
        "035e 0009 00080010 c0000201" + "00" * 12 + "00060010" + A_HEX,
    ),
    (ReturnPath(control_code=0), "80010004 00000000"),
    (ReturnPath(control_code=1), "80010004 00000001"),
    (ReturnPath(address=IPv4Address("192.0.2.1")), "80020004 c0000201"),
    (ReturnPath(address=A, segments=(B,)), "80020010" + A_HEX + "80040010" + B_HEX),
    (ReturnPath(labels=(0x00010140,)), "80030004 00010140"),
    # Segment(1) first, bottom of the stack last (RFC 9503 §4.1.3.2): in the order visited
    (ReturnPath(segments=(A, B, C)), "80040030" + A_HEX + B_HEX + C_HEX),
]


@pytest.mark.parametrize(("value", "raw"), FIXED + LISTS)
def test_vectors_both_ways(value: ClassOfService, raw: str) -> None:
    data = bytes.fromhex(raw)
    assert value.to_value() == data
    assert type(value).parse(data) == value


@pytest.mark.parametrize(("value", "raw"), FIXED)
def test_fixed_values_of_any_other_length_are_refused(value: ClassOfService, raw: str) -> None:
    data = bytes.fromhex(raw) + b"\0"
    for size in [*range(len(data) - 1), len(data)]:
        with pytest.raises(WireError, match=f"{size} bytes"):
            type(value).parse(data[:size])


@pytest.mark.parametrize(("value", "raw"), LISTS)
def test_lists_cut_inside_a_part_are_refused(value: Location | ReturnPath, raw: str) -> None:
    data = bytes.fromhex(raw)
    whole = {0: 0, 4: 0} if isinstance(value, Location) else {0: 0}
    for size in range(len(data)):
        try:
            cut = type(value).parse(data[:size])
        except WireError:
            continue
        assert size in whole or size in (24, 20), size
        assert cut != value
    for more in (b"\1", b"\1\2\3"):
        with pytest.raises(WireError):
            type(value).parse(data + more)


def test_timestamp_information() -> None:
    """RFC 8972 §4.3, the numbers of its tables 7 and 9; sub-TLVs may follow."""
    information = TimestampInformation(1, 2, 3, 4)
    assert information.to_value() == bytes.fromhex("01 02 03 04")
    for behind in (b"", b"\x80", b"\x80\x01\0\0"):
        assert TimestampInformation.parse(information.to_value() + behind) == information
    for size in range(4):
        with pytest.raises(WireError, match=f"{size} bytes"):
            TimestampInformation.parse(bytes(size))
    assert [source.name for source in SyncSource] == [
        "NTP",
        "PTP",
        "SSU_BITS",
        "GNSS",
        "FREE_RUNNING",
    ]
    assert [source.value for source in SyncSource] == [1, 2, 3, 4, 5]
    methods = {method.name: method.value for method in TimestampMethod}
    assert methods == {"HARDWARE": 1, "SOFTWARE": 2, "CONTROL_PLANE": 3}


def test_class_of_service_has_its_bits_where_figure_12_draws_them() -> None:
    """RFC 8972 §4.4: DSCP1 6, DSCP2 6, ECN 2, RP 2; ECN is filled in by erratum 8199."""
    for value, raw in (
        (ClassOfService(0x3F), "fc00 0000"),
        (ClassOfService(0, 0x3F), "03f0 0000"),
        (ClassOfService(0, 0, 3), "000c 0000"),
        (ClassOfService(0, 0, 0, 1), "0001 0000"),
    ):
        assert value.to_value() == bytes.fromhex(raw)


def test_reserved_bits_are_ignored() -> None:
    assert ClassOfService.parse(bytes.fromhex("b8a9ffff")) == ClassOfService(46, 10, 2, 1)
    assert AccessReport.parse(bytes.fromhex("2f01ffff")) == AccessReport(2, 1)


@pytest.mark.parametrize(
    "raw",
    [
        "80010002 0000",  # a short control code
        "80040008" + "00" * 8,  # half a segment
        "80040000",  # no segment
        "80030003 000000",
        "80020005 0000000000",
        "80010004 00000000 80010004 00000000",  # twice
    ],
)
def test_return_paths_understood_by_half_are_refused(raw: str) -> None:
    with pytest.raises(WireError):
        ReturnPath.parse(bytes.fromhex(raw))


@pytest.mark.parametrize(
    "value",
    [ClassOfService(64), DirectMeasurement(1 << 32), AccessReport(16, 0), MicroSessionId(1 << 16)],
)
def test_values_that_fit_no_field(value: ClassOfService) -> None:
    with pytest.raises(WireError, match="out of range"):
        value.to_value()


def test_node_addresses() -> None:
    assert parse_node_address(A.packed) == A
    assert parse_node_address(b"\xc0\0\2\1") == IPv4Address("192.0.2.1")
    for size in (0, 3, 5, 15, 17):
        with pytest.raises(WireError, match=f"{size} bytes"):
            parse_node_address(bytes(size))


def test_a_location_is_answered_in_the_same_size() -> None:
    asked = Location(sub_tlvs=(*Location.asking().sub_tlvs, Tlv(LocationType.SOURCE_MAC, bytes(8))))
    for local, source, families in (
        (("2001:db8::2", 862), ("2001:db8::1", 4000), (6, 9)),
        (("192.0.2.2", 862), ("192.0.2.1", 4000), (5, 8)),
        (("fe80::2%eth0", 862), ("fe80::1%eth0", 4000), (6, 9)),
    ):
        answer = answer_location(asked, local=local, source=source)
        assert len(answer.to_value()) == len(asked.to_value())
        assert (answer.destination_port, answer.source_port) == (862, 4000)
        assert str(answer.source) == source[0].partition("%")[0]
        assert str(answer.destination) == local[0].partition("%")[0]
        assert [sub.type for sub in answer.sub_tlvs[:2]] == list(families)
        assert [sub.flags for sub in answer.sub_tlvs] == [0, 0, 0]
        # no hardware address is seen: EUI-64 of zeros (RFC 8972 §4.2.2)
        assert answer.sub_tlvs[2] == Tlv(LocationType.SOURCE_EUI64, bytes(8), flags=0)
    unknown = answer_location(asked, local=None, source=("192.0.2.1", 4000))
    assert (unknown.destination, unknown.destination_port) == (None, 0)
    assert unknown.source == IPv4Address("192.0.2.1")


SRH = SegmentRoutingHeader((A, B, C), left=2, next_header=17)
SRH_BYTES = bytes.fromhex("11 06 04 02 02 00 0000" + C_HEX + B_HEX + A_HEX)


def test_segment_routing_headers_both_ways() -> None:
    assert SRH.to_bytes() == SRH_BYTES
    assert SegmentRoutingHeader.parse(SRH_BYTES) == SRH
    assert SegmentRoutingHeader.parse(SRH_BYTES + b"payload") == SRH
    for size in range(len(SRH_BYTES)):
        with pytest.raises(WireError):
            SegmentRoutingHeader.parse(SRH_BYTES[:size])
    with pytest.raises(WireError, match="0 segments"):
        SegmentRoutingHeader((), 0).to_bytes()


def test_a_source_route_leaves_room_for_the_destination() -> None:
    assert source_route([A, B]) == bytes.fromhex(
        "00 06 04 02 02 00 0000" + "00" * 16 + B_HEX + A_HEX
    )
