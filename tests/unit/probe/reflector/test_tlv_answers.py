"""What the reflector makes of each TLV: values, flags, and how the reply leaves."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

import pytest
from stamp_path import EPOCH_NS, kernel

from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.policy import PLAIN, Egress, ReflectorPolicy
from netkit.probe.reflector.replies import Reply
from netkit.wire.authentication import HMAC_TLV, seal_tlvs, tlvs_vouched_for
from netkit.wire.location import Location
from netkit.wire.return_path import ReturnPath
from netkit.wire.stamp import ReflectorPacket, SenderPacket
from netkit.wire.timestamps import ErrorEstimate
from netkit.wire.tlv import TimestampInformation, Tlv, TlvType, extra_padding, parse_tlvs
from netkit.wire.tlv_values import AccessReport, ClassOfService, DirectMeasurement, MicroSessionId

HOST, LOCAL = ("2001:db8::1", 40000), ("2001:db8::2", 862)
KEY = bytes(range(32))
A, B, OTHER = (IPv6Address(a) for a in ("5f00:0:1:1::", "5f00:0:2:1::", "2001:db8:9::9"))
SIDS = ReflectorPolicy(returns=(ip_network("5f00::/16"),))


def ask(
    reflector: Reflector,
    *tlvs: Tlv,
    traffic_class: int | None = 0,
    local: tuple[str, int] | None = LOCAL,
    source: tuple[str, int] = HOST,
    key: bytes | None = None,
) -> tuple[tuple[Tlv, ...], Reply]:
    asked = tlvs if key is None else seal_tlvs(tlvs, key, 7)
    data = SenderPacket(7, 0x1122, ErrorEstimate(), 5, asked).to_bytes(key)
    reply = reflector.reflect(
        data, source, kernel(EPOCH_NS), 61, now_ns=0, wall_ns=EPOCH_NS,
        traffic_class=traffic_class, local=local,
    )  # fmt: skip
    assert reply is not None
    assert len(reply.data) == len(data)
    packet = ReflectorPacket.parse(reply.data, key)
    if key is not None and any(tlv.type == TlvType.HMAC for tlv in packet.tlvs):
        assert tlvs_vouched_for(packet.tlvs, key, packet.sequence)
    return packet.tlvs, reply


@pytest.mark.parametrize(
    ("wanted", "traffic_class", "allowed", "answer", "marked"),
    [
        (46, 46 << 2 | 1, (), ClassOfService(46, 46, 1, 0), 46 << 2),
        (0, 46 << 2, (), ClassOfService(0, 46, 0, 0), 0),
        (46, 10 << 2 | 3, (), ClassOfService(46, 10, 3, 1), 10 << 2),
        (46, 10 << 2, (46,), ClassOfService(46, 10, 0, 0), 46 << 2),
    ],
)
def test_class_of_service(
    wanted: int, traffic_class: int, allowed: tuple[int, ...], answer: ClassOfService, marked: int
) -> None:
    reflector = Reflector(policy=ReflectorPolicy(dscps=frozenset(allowed)))
    asked = Tlv(TlvType.CLASS_OF_SERVICE, ClassOfService(wanted).to_value())
    (tlv,), reply = ask(reflector, asked, traffic_class=traffic_class)
    assert (ClassOfService.parse(tlv.value), tlv.flags) == (answer, 0)
    assert reply.egress.traffic_class == marked
    assert reflector.counters["dscp_refused"] == answer.reverse_path


def test_class_of_service_that_is_not_known() -> None:
    asked = Tlv(TlvType.CLASS_OF_SERVICE, ClassOfService(46).to_value())
    (tlv,), reply = ask(Reflector(), asked, traffic_class=None)
    assert (tlv, reply.egress) == (asked, PLAIN)


def test_direct_measurement_counts_this_packet_too() -> None:
    reflector = Reflector()
    asked = Tlv(TlvType.DIRECT_MEASUREMENT, DirectMeasurement(9).to_value())
    dropped = Tlv(TlvType.RETURN_PATH, ReturnPath(control_code=0).to_value())
    ask(reflector)
    data = SenderPacket(7, 0, ErrorEstimate(), 5, (dropped,)).to_bytes()
    assert reflector.reflect(data, HOST, kernel(0), 1, now_ns=0, wall_ns=0) is None
    (tlv,), _ = ask(reflector, asked)
    assert DirectMeasurement.parse(tlv.value) == DirectMeasurement(9, 3, 2)
    assert reflector.counters == {"reflected": 2, "no_reply_asked": 1}


def test_a_stateless_reflector_counts_nothing_and_copies_numbers() -> None:
    reflector = Reflector(stateless=True)
    direct = Tlv(TlvType.DIRECT_MEASUREMENT, DirectMeasurement(9).to_value())
    follow_up = Tlv(TlvType.FOLLOW_UP_TELEMETRY, bytes(16))
    for _ in range(2):
        (counted, followed), reply = ask(reflector, direct, follow_up)
        assert (counted, followed.flags, followed.value) == (direct, 0, bytes(16))
        assert reply.sequence == 7
        reflector.transmitted(reply.key, reply.sequence, EPOCH_NS)
    assert not reflector.reserves


@pytest.mark.parametrize(("access_id", "flags"), [(1, 0), (2, 0), (0, 0x80), (3, 0x80)])
def test_access_report(access_id: int, flags: int) -> None:
    asked = Tlv(TlvType.ACCESS_REPORT, AccessReport(access_id, 1).to_value())
    (tlv,), _ = ask(Reflector(), asked)
    assert (tlv.value, tlv.flags) == (asked.value, flags)


def test_location_and_timestamp_information() -> None:
    tlvs, _ = ask(
        Reflector(policy=ReflectorPolicy(sync_source=2)),
        Tlv(TlvType.LOCATION, Location.asking().to_value()),
        Tlv(TlvType.TIMESTAMP_INFORMATION, bytes(4)),
        Tlv(TlvType.LOCATION, b"\0\0\0\0\x80"),
    )
    location = Location.parse(tlvs[0].value)
    assert (str(location.source), location.source_port) == HOST
    assert (str(location.destination), location.destination_port) == LOCAL
    assert TimestampInformation.parse(tlvs[1].value) == TimestampInformation(2, 2, 2, 3)
    assert [tlv.flags for tlv in tlvs] == [0, 0, 0xC0]


def test_a_location_that_is_not_to_be_told() -> None:
    asked = Tlv(TlvType.LOCATION, Location.asking().to_value())
    (tlv,), _ = ask(Reflector(policy=ReflectorPolicy(tells_location=False)), asked)
    location = Location.parse(tlv.value)
    assert (tlv.flags, len(tlv.value)) == (0, len(asked.value))
    assert (location.source, location.source_port, location.destination_port) == (None, 0, 0)
    assert not any(any(sub.value) or sub.flags for sub in location.sub_tlvs)


def test_timestamp_information_with_sub_tlvs_that_nobody_has_defined() -> None:
    """RFC 8972 §4.3: they may follow, so they go back as they came."""
    sub = bytes.fromhex("80 01 0002 abcd")
    (tlv,), _ = ask(Reflector(), Tlv(TlvType.TIMESTAMP_INFORMATION, bytes(4) + sub))
    assert (tlv.flags, tlv.value[4:]) == (0, sub)
    assert TimestampInformation.parse(tlv.value) == TimestampInformation(0, 2, 0, 3)


@pytest.mark.parametrize(
    ("address", "local", "flags"),
    [
        (LOCAL[0], LOCAL, 0),
        ("2001:db8::3", LOCAL, 0x80),
        ("2001:db8::7", LOCAL, 0),  # the node's other address
        (LOCAL[0], None, 0x80),
        ("192.0.2.1", LOCAL, 0x80),
    ],
)
def test_destination_node_address(address: str, local: tuple[str, int] | None, flags: int) -> None:
    own = ReflectorPolicy(addresses=frozenset({ip_address("2001:db8::7")}))
    asked = Tlv(TlvType.DESTINATION_NODE_ADDRESS, ip_address(address).packed)
    (tlv,), reply = ask(Reflector(policy=own), asked, local=local)
    assert (tlv.value, tlv.flags) == (asked.value, flags)
    other = ip_address(address) if address == "2001:db8::7" else None
    assert reply.egress == Egress(source=other)


@pytest.mark.parametrize(
    ("path", "policy", "taken"),
    [
        (ReturnPath(segments=(A, B)), SIDS, True),
        (ReturnPath(segments=(A, ip_address(HOST[0]))), SIDS, True),  # type: ignore[arg-type]
        (ReturnPath(segments=(A, OTHER)), SIDS, False),
        (ReturnPath(segments=(A,)), ReflectorPolicy(), False),
        (ReturnPath(segments=(A,) * 17), SIDS, False),
        (ReturnPath(address=ip_address(HOST[0])), ReflectorPolicy(), True),
        (ReturnPath(address=OTHER), SIDS, False),
        (
            ReturnPath(address=OTHER),
            ReflectorPolicy(returns=(ip_network("2001:db8:9::/48"),)),
            True,
        ),
        (ReturnPath(address=ip_address("192.0.2.1")), SIDS, False),
        (ReturnPath(labels=(16,)), SIDS, False),
        (ReturnPath(control_code=1), ReflectorPolicy(), True),
    ],
)
def test_return_path(path: ReturnPath, policy: ReflectorPolicy, taken: bool) -> None:
    reflector = Reflector(policy=policy)
    (tlv,), reply = ask(reflector, Tlv(TlvType.RETURN_PATH, path.to_value()))
    assert ReturnPath.parse(tlv.value) == path
    assert tlv.flags == (0 if taken else 0x80)
    assert reflector.counters["return_path_refused"] == (not taken)
    elsewhere = None if path.address == ip_address(HOST[0]) else path.address
    expected = (path.segments, elsewhere) if taken else ((), None)
    assert (reply.egress.segments, reply.egress.address) == expected
    assert reply.egress.same_link == (path.control_code == 1)


def test_what_may_be_asked_for_can_change_while_sessions_go_on() -> None:
    """Like requests of a session are answered by a pattern, which must not outlive it."""
    reflector = Reflector(policy=SIDS)
    asked = Tlv(TlvType.RETURN_PATH, ReturnPath(segments=(A,)).to_value())
    taken = []
    for returns in (SIDS.returns, SIDS.returns, (), (), SIDS.returns):
        reflector.allow_returns(returns)
        _, reply = ask(reflector, asked)
        taken.append(reply.egress.segments)
    assert taken == [(A,), (A,), (), (), (A,)]
    assert reflector.counters["return_path_refused"] == 2


ONE, OTHER_LIST = (ReturnPath(segments=(sid,)).to_value().hex() for sid in (A, B))
LABELS = ReturnPath(labels=(16,)).to_value().hex()


@pytest.mark.parametrize(
    ("raw", "flags", "sub_flags", "egress"),
    [
        (ONE + OTHER_LIST, 0, [0, 0x80], Egress(segments=(A,))),  # only the first list counts
        (ONE + LABELS, 0, [0, 0x80], Egress(segments=(A,))),
        (LABELS + ONE, 0x80, [0x80, 0x80], PLAIN),
        (ONE + "80090001 00 800100040000000f", 0, [0x80, 0x80, 0], Egress(same_link=True)),
        ("80090000" + ONE, 0x80, [0x80, 0x80], PLAIN),  # unknown, not malformed
    ],
)
def test_return_paths_with_more_than_a_sender_may_ask(
    raw: str, flags: int, sub_flags: list[int], egress: Egress
) -> None:
    """RFC 9503 §4.1: beside a control code, of which one bit counts, all else is ignored."""
    asked = Tlv(TlvType.RETURN_PATH, bytes.fromhex(raw))
    (tlv,), reply = ask(Reflector(policy=SIDS), asked)
    assert (tlv.flags, reply.egress) == (flags, egress)
    before, _ = parse_tlvs(asked.value, {})
    after, _ = parse_tlvs(tlv.value, {})
    assert [(sub.type, sub.value) for sub in after] == [(sub.type, sub.value) for sub in before]
    assert [sub.flags for sub in after] == sub_flags


def test_only_the_first_return_path_counts() -> None:
    paths = [Tlv(TlvType.RETURN_PATH, bytes.fromhex(raw)) for raw in (ONE, OTHER_LIST)]
    tlvs, reply = ask(Reflector(policy=SIDS), *paths)
    assert ([tlv.flags for tlv in tlvs], tlvs[1]) == ([0, 0x80], paths[1])
    assert reply.egress == Egress(segments=(A,))


@pytest.mark.parametrize("key", [None, KEY])
def test_a_way_back_that_the_host_cannot_take_is_refused_in_the_same_reply(
    key: bytes | None,
) -> None:
    reflector = Reflector(policy=SIDS, key=key)
    asked = (Tlv(TlvType.RETURN_PATH, bytes.fromhex(ONE)), Tlv(3, bytes(4)))
    sealed = (*asked, HMAC_TLV) if key else asked
    before, reply = ask(reflector, *sealed, key=key)
    plain = reflector.refuse_return_path(reply)
    packet = ReflectorPacket.parse(plain.data, key)
    assert (reply.egress.detour, plain.egress) == (True, PLAIN)
    assert [tlv.flags for tlv in packet.tlvs] == [0x80, *(0 for _ in before[1:])]
    assert (plain.sequence, len(plain.data)) == (reply.sequence, len(reply.data))
    assert packet.tlvs[1] == before[1]
    assert key is None or tlvs_vouched_for(packet.tlvs, key, packet.sequence)
    assert reflector.counters == {"reflected": 1, "return_path_refused": 1}


@pytest.mark.parametrize("code", ["00000000", "fffffffe"])
def test_no_reply_whatever_else_is_asked(code: str) -> None:
    reflector = Reflector(policy=SIDS)
    path = Tlv(TlvType.RETURN_PATH, bytes.fromhex(ONE + "80010004" + code))
    data = SenderPacket(7, 0, ErrorEstimate(), 5, (path,)).to_bytes()
    assert reflector.reflect(data, HOST, kernel(0), 1, now_ns=0, wall_ns=0) is None
    assert reflector.counters == {"no_reply_asked": 1}


def test_ipv4_has_no_segments() -> None:
    asked = Tlv(TlvType.RETURN_PATH, ReturnPath(segments=(A,)).to_value())
    (tlv,), _ = ask(Reflector(policy=SIDS), asked, source=("192.0.2.1", 4000))
    assert tlv.flags == 0x80


def test_a_return_path_that_is_not_whole_is_malformed() -> None:
    (tlv, after), reply = ask(
        Reflector(policy=SIDS), Tlv(TlvType.RETURN_PATH, b"\x80\x04\0\x08" + bytes(8)),
        extra_padding(8),
    )  # fmt: skip
    assert (tlv.flags, after.flags, reply.egress) == (0xC0, 0x80, PLAIN)


def test_micro_session_id() -> None:
    asked = Tlv(TlvType.MICRO_SESSION_ID, MicroSessionId(3).to_value())
    (tlv,), _ = ask(Reflector(), asked)
    assert tlv == asked
    reflector = Reflector(policy=ReflectorPolicy(micro_session_id=9))
    (tlv,), _ = ask(reflector, asked)
    assert (MicroSessionId.parse(tlv.value), tlv.flags) == (MicroSessionId(3, 9), 0)
    wrong = Tlv(TlvType.MICRO_SESSION_ID, MicroSessionId(3, 8).to_value())
    data = SenderPacket(7, 0, ErrorEstimate(), 5, (wrong,)).to_bytes()
    assert reflector.reflect(data, HOST, kernel(0), 1, now_ns=0, wall_ns=0) is None
    assert reflector.counters == {"reflected": 1, "wrong_micro_session": 1}


def test_with_a_key_only_what_is_authentic_is_answered() -> None:
    reflector = Reflector(key=KEY)
    plain = SenderPacket(7, 0, ErrorEstimate(), 5)
    for data in (plain.to_bytes(b"another key, as long"), plain.to_bytes(), bytes(112)):
        assert reflector.reflect(data, HOST, kernel(0), 1, now_ns=0, wall_ns=0) is None
    assert reflector.counters == {"not_authentic": 2, "too_short": 1}
    assert not reflector.reserves
    tlvs, _ = ask(reflector, Tlv(3, bytes(4)), HMAC_TLV, extra_padding(8), key=KEY)
    assert [tlv.flags for tlv in tlvs] == [0, 0, 0]


def test_tlvs_that_nobody_vouches_for_come_back_with_i() -> None:
    reflector = Reflector(key=KEY, policy=SIDS)
    path = Tlv(TlvType.RETURN_PATH, ReturnPath(segments=(A,)).to_value())
    forged = ((path,), (HMAC_TLV, path), (Tlv(TlvType.HMAC, bytes(16)), path))
    for sequence, tlvs in enumerate(forged):
        answered, reply = _unsealed(reflector, tlvs, sequence)
        assert all(tlv.flags & 0x20 for tlv in answered)
        assert reply.egress is PLAIN
    assert reflector.counters["tlvs_not_authentic"] == 3


def _unsealed(
    reflector: Reflector, tlvs: tuple[Tlv, ...], sequence: int
) -> tuple[tuple[Tlv, ...], Reply]:
    data = SenderPacket(sequence, 0, ErrorEstimate(), 5, tlvs).to_bytes(KEY)
    reply = reflector.reflect(data, HOST, kernel(EPOCH_NS), 61, now_ns=0, wall_ns=EPOCH_NS)
    assert reply is not None
    return ReflectorPacket.parse(reply.data, KEY).tlvs, reply


def test_without_a_key_an_hmac_tlv_cannot_be_vouched_for() -> None:
    (tlv,), _ = ask(Reflector(), HMAC_TLV)
    assert tlv.flags == 0x80


def test_twamp_light_senders_are_answered_in_their_own_size() -> None:
    """14 bytes and any padding: neither SSID nor TLVs are read out of it."""
    reflector = Reflector()
    head = bytes.fromhex("00000009 0102030405060708 8a07")
    for padding in (b"\xaa" * 27, b"\xff" * 50, bytes(range(1, 31)), bytes(40)):
        data = head + padding
        reply = reflector.reflect(data, HOST, kernel(EPOCH_NS), 61, now_ns=0, wall_ns=EPOCH_NS)
        assert reply is not None
        assert len(reply.data) == len(data)
        packet = ReflectorPacket.parse(reply.data)
        assert (packet.sender_sequence, packet.sender_timestamp) == (9, 0x0102030405060708)
        assert (packet.ssid, packet.sender_ttl) == (0, 61)
        assert reply.data[44:] == data[44:]
    assert packet.sequence == 3  # one session, whatever the padding
    assert reflector.reflect(head, HOST, kernel(0), 1, now_ns=0, wall_ns=0) is None
    assert reflector.counters == {"reflected": 4, "too_short": 1}
