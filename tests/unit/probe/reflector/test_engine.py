"""The reflector: its own count a session, follow-ups, TLVs, limits."""

from __future__ import annotations

import pytest
from stamp_path import EPOCH_NS, kernel

from netkit.model.measurement.sample import Stamp, StampSource
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.replies import Reply, Reserved
from netkit.probe.reflector.sessions import CROWDED_NS, PAUSE_NS, REFWAIT_NS
from netkit.wire.stamp import ReflectorPacket, SenderPacket
from netkit.wire.timestamps import ErrorEstimate, TimestampFormat, encode_timestamp
from netkit.wire.tlv import FollowUpTelemetry, TimestampInformation, Tlv, TlvType, extra_padding

HOST = ("2001:db8::1", 40000)
ASK_FOLLOW_UP = Tlv(TlvType.FOLLOW_UP_TELEMETRY, bytes(16))
ASK_TIMESTAMPS = Tlv(TlvType.TIMESTAMP_INFORMATION, bytes(4))


def request(
    sequence: int = 0, ssid: int = 5, tlvs: tuple[Tlv, ...] = (), tail: bytes = b""
) -> bytes:
    estimate = ErrorEstimate(True, TimestampFormat.PTP, 3, 9)
    return SenderPacket(sequence, 0x1122, estimate, ssid, tlvs, tail).to_bytes()


def reflect(
    reflector: Reflector, data: bytes, source: tuple[str, int] = HOST, now_ns: int = 0
) -> Reply | None:
    return reflector.reflect(
        data, source, kernel(EPOCH_NS), 61, now_ns=now_ns, wall_ns=EPOCH_NS + 10
    )


def answer(reflector: Reflector, data: bytes, **more: object) -> ReflectorPacket:
    reply = reflect(reflector, data, **more)  # type: ignore[arg-type]
    assert reply is not None
    assert len(reply.data) == len(data)
    return ReflectorPacket.parse(reply.data)


def test_what_is_copied_and_what_is_its_own() -> None:
    own = ErrorEstimate(True, TimestampFormat.NTP, 20, 100)
    packet = answer(Reflector(error_estimate=own), request(sequence=41))
    assert (packet.sender_sequence, packet.sender_timestamp) == (41, 0x1122)
    assert packet.sender_error_estimate == ErrorEstimate(True, TimestampFormat.PTP, 3, 9)
    assert (packet.sequence, packet.ssid, packet.sender_ttl) == (0, 5, 61)
    assert (packet.receive_timestamp_ns, packet.timestamp_ns) == (EPOCH_NS, EPOCH_NS + 10)
    # in the format that the sender reads
    assert packet.error_estimate == ErrorEstimate(True, TimestampFormat.PTP, 20, 100)


@pytest.mark.parametrize("form", TimestampFormat)
def test_timestamps_are_answered_in_kind(form: TimestampFormat) -> None:
    """By the pattern of the request before as well, and whatever format this clock is told in."""
    reflector = Reflector(error_estimate=ErrorEstimate(True, TimestampFormat.NTP, 20, 100))
    for number in range(3):
        estimate = ErrorEstimate(True, form, 3, 9)
        follow_up = (ASK_FOLLOW_UP,)
        reply = reflect(reflector, SenderPacket(number, 1, estimate, 5, follow_up).to_bytes())
        assert reply is not None
        packet = ReflectorPacket.parse(reply.data)
        told = FollowUpTelemetry.parse(packet.tlvs[0].value)
        assert packet.error_estimate.form is form
        assert packet.timestamp == encode_timestamp(EPOCH_NS + 10, form)
        assert packet.receive_timestamp == encode_timestamp(EPOCH_NS, form)
        assert told.timestamp == (encode_timestamp(EPOCH_NS + 20, form) if number else 0)
        reflector.transmitted(reply.key, reply.sequence, EPOCH_NS + 20)


def test_sessions_are_told_apart_by_address_port_and_ssid() -> None:
    reflector = Reflector()
    others = [("2001:db8::2", 40000), ("2001:db8::1", 40001)]
    assert [answer(reflector, request(n)).sequence for n in (3, 9)] == [0, 1]
    assert [answer(reflector, request(0), source=source).sequence for source in others] == [0, 0]
    assert answer(reflector, request(0, ssid=6)).sequence == 0
    assert answer(reflector, request(12)).sequence == 2
    assert reflector.counters == {"reflected": 6}


def test_the_follow_up_is_that_of_the_reply_before() -> None:
    reflector = Reflector()
    data = request(tlvs=(ASK_FOLLOW_UP,))
    replies = []
    for number in range(3):
        reply = reflect(reflector, data)
        assert reply is not None
        replies.append(FollowUpTelemetry.parse(ReflectorPacket.parse(reply.data).tlvs[0].value))
        if number != 1:  # the stamp of reply 1 never comes
            reflector.transmitted(reply.key, reply.sequence, EPOCH_NS + number)
    stamp = encode_timestamp(EPOCH_NS, TimestampFormat.PTP)
    assert replies == [FollowUpTelemetry(), FollowUpTelemetry(0, stamp, 2), FollowUpTelemetry()]


def test_a_stamp_that_comes_too_late_or_for_nobody_is_dropped() -> None:
    reflector = Reflector()
    data = request(tlvs=(ASK_FOLLOW_UP,))
    first = reflect(reflector, data)
    assert first is not None
    reflect(reflector, data)
    reflector.transmitted(first.key, first.sequence, EPOCH_NS)
    reflector.transmitted(("::9", 1, 1), 0, EPOCH_NS)
    assert answer(reflector, data).tlvs[0].value == bytes(16)


@pytest.mark.parametrize(
    ("source", "method"), [(StampSource.KERNEL, 2), (StampSource.USERSPACE, 3)]
)
def test_it_says_who_stamped_the_arrival(source: StampSource, method: int) -> None:
    reply = Reflector().reflect(
        request(tlvs=(ASK_TIMESTAMPS,)),
        HOST,
        Stamp(EPOCH_NS, source),
        None,
        now_ns=0,
        wall_ns=EPOCH_NS,
    )
    assert reply is not None
    packet = ReflectorPacket.parse(reply.data)
    assert TimestampInformation.parse(packet.tlvs[0].value).method_in == method
    assert packet.sender_ttl == 0


def test_flags_of_tlvs() -> None:
    """Known: U cleared. Unknown: U set. Malformed: M set, and from there on nothing is touched."""
    cut = Tlv(TlvType.FOLLOW_UP_TELEMETRY, bytes(15))
    unknown = Tlv(200, b"abc", flags=0)
    packet = answer(
        Reflector(), request(tlvs=(extra_padding(9), unknown, cut, ASK_TIMESTAMPS), tail=b"\x01")
    )
    assert [tlv.flags for tlv in packet.tlvs] == [0x00, 0x80, 0xC0, 0x80]
    assert packet.tlvs[1].value == b"abc"
    assert packet.tlvs[3].value == bytes(4)
    assert packet.trailing == b"\x01"


def test_bytes_too_few_for_a_tlv_are_marked() -> None:
    assert answer(Reflector(), request(tail=b"\x80\x01\x00")).trailing == b"\xc0\x01\x00"


def test_the_table_is_bounded_and_forgets_the_idle() -> None:
    reflector = Reflector(max_sessions=2)
    for ssid in (1, 2):
        answer(reflector, request(ssid=ssid))
    answer(reflector, request(ssid=1), now_ns=REFWAIT_NS)
    answer(reflector, request(ssid=2), now_ns=REFWAIT_NS + 1)
    assert answer(reflector, request(ssid=1), now_ns=REFWAIT_NS + 1).sequence == 2
    assert answer(reflector, request(ssid=2), now_ns=REFWAIT_NS + 1).sequence == 1


def test_a_full_table_answers_without_a_place_and_gives_those_of_the_silent_away() -> None:
    """Running sessions keep their places; of the silent, the one silent the longest goes first."""
    reflector = Reflector(max_sessions=2)
    answer(reflector, request(ssid=1))
    answer(reflector, request(ssid=2), now_ns=1)
    answer(reflector, request(ssid=1), now_ns=2)
    assert answer(reflector, request(41, ssid=3), now_ns=CROWDED_NS + 1).sequence == 41
    assert reflector.counters["table_full"] == 1
    assert answer(reflector, request(42, ssid=3), now_ns=CROWDED_NS + 2).sequence == 0
    assert answer(reflector, request(ssid=1), now_ns=CROWDED_NS + 2).sequence == 2
    assert answer(reflector, request(7, ssid=2), now_ns=CROWDED_NS + 2).sequence == 7


def test_two_reflectors_cannot_be_made_to_answer_each_other() -> None:
    reflector = Reflector()
    assert reflect(reflector, request(), ("2001:db8::1", 862)) is None
    assert reflect(reflector, b"short") is None
    assert reflector.counters == {"from_reflector_port": 1, "too_short": 1}


@pytest.mark.parametrize("with_tlvs", [False, True])
def test_a_second_run_from_the_same_port_is_a_session_of_its_own(with_tlvs: bool) -> None:
    """It counts from 0, and is told of no reply of the first."""
    reflector = Reflector()
    tlvs = (ASK_FOLLOW_UP,) if with_tlvs else ()
    for number in range(3):
        assert answer(reflector, request(number, tlvs=tlvs)).sequence == number
    reflector.transmitted((*HOST, 5), 2, EPOCH_NS)
    later_ns = PAUSE_NS + 1
    again = answer(reflector, request(0, tlvs=tlvs), now_ns=later_ns)
    assert again.sequence == 0
    assert [tlv.value for tlv in again.tlvs] == [bytes(16)] * with_tlvs
    assert answer(reflector, request(1, tlvs=tlvs), now_ns=10 * PAUSE_NS).sequence == 1


def test_a_second_run_of_many_bare_requests_is_one_too() -> None:
    reflector = Reflector()
    assert reflector.reserve(HOST, 5, 100, now_ns=0, sequence=0) == Reserved(100, 0)
    assert reflector.reserve(HOST, 5, 100, now_ns=10, sequence=100) == Reserved(100, 100)
    assert reflector.reserve(HOST, 5, 9, now_ns=2 * PAUSE_NS, sequence=0) == Reserved(9, 0)
    # The run before was a single burst.
    assert reflector.reserve(HOST, 5, 9, now_ns=4 * PAUSE_NS, sequence=0) == Reserved(9, 0)
