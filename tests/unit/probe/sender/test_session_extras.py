"""Sessions that ask for more: a key, TLVs, TWAMP Light, bursts; and how they stand meanwhile."""

from __future__ import annotations

import itertools
from dataclasses import replace
from ipaddress import IPv6Address, ip_network

import pytest
from stamp_path import EPOCH_NS, MS, Path, kernel, run

from netkit.model.measurement.return_path import ReturnTaken
from netkit.model.measurement.sample import Outcome, Stamp, StampSource
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.policy import ReflectorPolicy
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.exchanges import Answer, FollowUps, understood
from netkit.probe.sender.packets import ProbePackets, UnreadableError
from netkit.probe.sender.request import request_tlvs, smallest_request
from netkit.probe.sender.result import SessionResult
from netkit.probe.sender.schedule import bursts
from netkit.probe.sender.session import SenderSession
from netkit.probe.sender.way_back import WayBack
from netkit.stats.summary import summarize
from netkit.wire.location import Location
from netkit.wire.return_path import ReturnPath, answer_return_path
from netkit.wire.srh import SegmentRoutingHeader
from netkit.wire.stamp import ReflectorPacket, SenderPacket
from netkit.wire.timestamps import (
    UNSYNCHRONISED,
    ErrorEstimate,
    TimestampFormat,
    encode_timestamp,
)
from netkit.wire.tlv import FollowUpTelemetry, TimestampInformation, Tlv, TlvType
from netkit.wire.tlv_values import ClassOfService, DirectMeasurement

KEY = bytes(range(32))
PTP = TimestampFormat.PTP
HOST, LOCAL = ("2001:db8::1", 40000), ("2001:db8::2", 862)
A, B = IPv6Address("5f00:0:1:1::"), IPv6Address("5f00:0:2:1::")
CONFIG = SessionConfig(count=6, interval_ns=20 * MS, timeout_ns=500 * MS, ssid=77, seed=3)


def with_tlvs(*tlvs: Tlv, key: bytes | None = None, **more: object) -> SessionConfig:
    size = smallest_request(tlvs, authenticated=key is not None, vouched="tlv_key" in more)
    return replace(CONFIG, tlvs=tlvs, key=key, request_bytes=size, **more)  # type: ignore[arg-type]


def exchange(
    config: SessionConfig,
    reflector: Reflector,
    *,
    traffic_class: int = 0,
    route: bytes | None = None,
    damage: int | None = None,
) -> SessionResult:
    """Every probe answered 2 ms later, 1 ms of it inside; the reply damaged at one byte."""
    session = SenderSession(config)
    session.begin(0)
    for _ in range(config.count + 1):
        now_ns = session.due_ns(0) or 0
        request = session.next_request(now_ns, EPOCH_NS + now_ns)
        assert request is not None
        t2_ns = EPOCH_NS + now_ns + MS
        reply = reflector.reflect(
            request.data, HOST, kernel(t2_ns), 64, now_ns=now_ns, wall_ns=t2_ns + MS,
            traffic_class=traffic_class, local=LOCAL,
        )  # fmt: skip
        if reply is None:
            continue
        reflector.transmitted(reply.key, reply.sequence, t2_ns + MS + 1)
        data = bytearray(reply.data)
        if damage is not None:
            data[damage] ^= 1
        back = 0 if reply.egress.traffic_class is None else reply.egress.traffic_class
        session.received(bytes(data), kernel(t2_ns + 2 * MS), 64, traffic_class=back, route=route)
    return session.result(10**12)


def received(result: SessionResult) -> int:
    return sum(sample.outcome is Outcome.RECEIVED for sample in result.samples)


def test_with_a_key_everything_is_as_without() -> None:
    config = replace(CONFIG, request_bytes=200)
    plain = run(config, Path(forward_copies={2: 0}, backward_copies={4: 0}))
    authentic = run(
        replace(config, key=KEY), Path(forward_copies={2: 0}, backward_copies={4: 0}),
        Reflector(key=KEY),
    )  # fmt: skip
    assert authentic.samples == plain.samples
    assert dict(authentic.notes) == {}


@pytest.mark.parametrize(
    ("theirs", "note"),
    [(bytes(32), None), (KEY, "ignored: not authentic")],
)
def test_what_is_not_authentic_is_no_answer(theirs: bytes, note: str | None) -> None:
    """With another key the reflector answers nothing; a damaged answer is none."""
    config = with_tlvs(key=KEY)
    result = exchange(config, Reflector(key=theirs), damage=40)
    assert received(result) == 0
    assert dict(result.notes) == ({} if note is None else {note: 7})


def test_tlvs_of_a_reply_that_nobody_vouches_for_are_not_believed() -> None:
    config = with_tlvs(Tlv(TlvType.LOCATION, Location.asking().to_value()), key=KEY)
    good, bad = (exchange(config, Reflector(key=KEY), damage=damage) for damage in (None, 112 + 4))
    assert good.path.seen_as == HOST
    assert {s.t3.source for s in good.samples if s.t3} == {StampSource.KERNEL}
    assert received(bad) == 6
    assert bad.path.seen_as is None
    assert {s.t3.source for s in bad.samples if s.t3} == {StampSource.USERSPACE}
    assert dict(bad.notes) == {"TLVs ignored: not authentic": 7}


def test_tlvs_alone_may_be_vouched_for() -> None:
    """RFC 8972 §4.8: an HMAC TLV in unauthenticated packets."""
    config = with_tlvs(Tlv(TlvType.LOCATION, Location.asking().to_value()), tlv_key=KEY)
    good = exchange(config, Reflector(tlv_key=KEY))
    assert (good.path.seen_as, good.path.refused) == (HOST, {})
    assert {s.t3.source for s in good.samples if s.t3} == {StampSource.KERNEL}
    damaged = exchange(config, Reflector(tlv_key=KEY), damage=44 + 4)
    assert dict(damaged.notes) == {"TLVs ignored: not authentic": 7}
    for other in (Reflector(tlv_key=bytes(32)), Reflector()):
        result = exchange(config, other)
        assert received(result) == 6
        assert result.path.seen_as is None
    plain = exchange(with_tlvs(), Reflector(tlv_key=KEY))
    assert plain.path.refused == {"timestamp_information": 7, "follow_up_telemetry": 7}


@pytest.mark.parametrize(
    ("flags", "believed"), [(0x10, True), (0x40, False), (0x20, False), (0x80, True)]
)
def test_a_flag_of_one_tlv_may_condemn_others(flags: int, believed: bool) -> None:
    """RFC 8972 §4: M ends the reading, I makes all worthless; U and reserved flags do neither."""
    envelope = ProbePackets(SessionConfig(1, 1, request_bytes=44))
    told = TimestampInformation(1, 2, 3, 4).to_value()
    tlvs = (Tlv(TlvType.LOCATION, bytes(4), flags), Tlv(TlvType.TIMESTAMP_INFORMATION, told, 0))
    packet = ReflectorPacket(0, 1, UNSYNCHRONISED, 1, 2, 0, 3, UNSYNCHRONISED, 64, tlvs)
    reply, _ = envelope.reply(packet.to_bytes())
    assert (understood(reply, TlvType.TIMESTAMP_INFORMATION) is not None) == believed


@pytest.mark.parametrize(
    ("need", "ssid", "taken"),
    [
        (False, 1, True),
        (False, 0, True),
        (True, 1, True),
        (True, 0, False),
        (False, 2, False),
    ],
)
def test_whose_answers_are_taken(need: bool, ssid: int, taken: bool) -> None:
    envelope = ProbePackets(SessionConfig(1, 1, request_bytes=44, need_ssid=need))
    packet = ReflectorPacket(0, 1, UNSYNCHRONISED, ssid, 2, 0, 3, UNSYNCHRONISED, 64)
    if taken:
        assert envelope.reply(packet.to_bytes())[0] == packet
    else:
        with pytest.raises(UnreadableError):
            envelope.reply(packet.to_bytes())


def test_icmp_errors_quote_authenticated_probes_as_well() -> None:
    session = SenderSession(with_tlvs(key=KEY))
    session.begin(0)
    request = session.next_request(session.due_ns(0) or 0, EPOCH_NS)
    assert request is not None
    session.refused(request.data[:20], "x")
    assert session.snapshot(0).answered == 0
    assert session.result(10**12).samples[0].outcome is Outcome.LOST
    session.refused(request.data[:24], "x")
    assert session.result(10**12).samples[0].outcome is Outcome.REFUSED


def test_counts_of_both_ends() -> None:
    asked = Tlv(TlvType.DIRECT_MEASUREMENT, DirectMeasurement(0).to_value())
    path = exchange(with_tlvs(asked), Reflector()).path
    assert path.direct == DirectMeasurement(7, 7, 7)
    assert path.answers == 7


@pytest.mark.parametrize(
    ("wanted", "arrives", "back", "refused"),
    [(46, 46, 46, {}), (46, 10, 10, {"dscp": 7}), (0, 10, 0, {})],
)
def test_markings_there_and_back(
    wanted: int, arrives: int, back: int, refused: dict[str, int]
) -> None:
    asked = Tlv(TlvType.CLASS_OF_SERVICE, ClassOfService(wanted).to_value())
    path = exchange(with_tlvs(asked), Reflector(), traffic_class=arrives << 2 | 1).path
    assert (path.forward_dscp, path.forward_ecn) == ({arrives: 7}, {1: 7})
    assert (path.backward_dscp, path.refused) == ({back: 7}, refused)


def srh(*visited: IPv6Address) -> bytes:
    return SegmentRoutingHeader((*visited, IPv6Address(HOST[0])), 0).to_bytes()


@pytest.mark.parametrize(
    ("allowed", "route", "taken"),
    [
        (True, srh(A, B), ReturnTaken.TAKEN),
        (True, srh(B, A), ReturnTaken.OTHER),
        (True, srh(A), ReturnTaken.OTHER),
        (True, b"\0\0\0\0", ReturnTaken.OTHER),
        (True, None, ReturnTaken.UNSEEN),
        (False, None, ReturnTaken.REFUSED),
        (False, srh(A, B), ReturnTaken.REFUSED),
    ],
)
def test_the_way_back(allowed: bool, route: bytes | None, taken: ReturnTaken) -> None:
    asked = Tlv(TlvType.RETURN_PATH, ReturnPath(segments=(A, B)).to_value())
    policy = ReflectorPolicy(returns=(ip_network("5f00::/16"),)) if allowed else ReflectorPolicy()
    result = exchange(with_tlvs(asked), Reflector(policy=policy), route=route)
    assert result.path.return_path == {taken: 7}
    assert result.path.refused == ({} if allowed else {"return_path": 7})


def test_a_reply_of_any_length_tells_its_way_back_and_a_short_one_that_it_says_none() -> None:
    asked = Tlv(TlvType.RETURN_PATH, ReturnPath(segments=(A, B)).to_value())
    taken = Tlv(TlvType.RETURN_PATH, answer_return_path(asked.value), flags=0)
    way, whole = WayBack((asked,)), bytes(44) + taken.to_bytes()
    told = [way.told(whole[:end]) for end in range(38, len(whole) + 1)]
    assert told[:7] == [ReturnTaken.IGNORED] * 7
    assert set(told[11:-1]) == {ReturnTaken.REFUSED}, "cut short, it is malformed"
    assert told[-1] is ReturnTaken.UNSEEN


def test_a_list_that_ends_at_the_sender_itself() -> None:
    segments = (A, IPv6Address(HOST[0]))
    asked = Tlv(TlvType.RETURN_PATH, ReturnPath(segments=segments).to_value())
    reflector = Reflector(policy=ReflectorPolicy(returns=(ip_network("5f00::/16"),)))
    assert exchange(with_tlvs(asked), reflector, route=srh(A)).path.return_path == {
        ReturnTaken.TAKEN: 7
    }


def test_against_a_twamp_light_reflector() -> None:
    """It knows neither SSID nor TLVs: 41 bytes, or all of ours behind them as they were.

    Some stop after 38, where all stamps are there: those tell no hop limit.
    """
    session = SenderSession(CONFIG)
    session.begin(0)
    for number in range(7):
        now_ns = session.due_ns(0) or 0
        request = session.next_request(now_ns, EPOCH_NS + now_ns)
        assert request is not None
        asked = SenderPacket.parse(request.data)
        t2_ns = EPOCH_NS + now_ns + MS
        reply = ReflectorPacket(
            number, t2_ns // 10**9 << 32 | (t2_ns + 1) % 10**9, ErrorEstimate(), 0,
            t2_ns // 10**9 << 32 | t2_ns % 10**9,
            asked.sequence, asked.timestamp, asked.error_estimate, 60, asked.tlvs,
        )  # fmt: skip
        data = reply.to_bytes()
        session.received(data[: (None, 41, 38)[number % 3]], kernel(t2_ns + MS), 64)
    result = session.result(10**12)
    assert received(result) == 6
    assert not result.stateful
    assert {sample.forward_owd_ns for sample in result.samples} == {MS}
    assert {s.t3.source for s in result.samples if s.t3} == {StampSource.USERSPACE}
    assert [s.forward_ttl for s in result.samples] == [60, 60, None] * 2


def test_bursts() -> None:
    offsets = bursts(10, 100 * MS, 5, 4)
    assert len(offsets) == 10
    starts = sorted(set(offsets))
    assert [offsets.count(start) for start in starts] == [4, 4, 2]
    assert {b - a for a, b in itertools.pairwise(starts)} == {100 * MS}
    result = run(replace(CONFIG, burst=3), Path())
    assert received(result) == 6


def test_a_snapshot_tells_the_overdue_from_those_under_way() -> None:
    session = SenderSession(replace(CONFIG, timeout_ns=50 * MS))
    session.begin(0)
    reflector = Reflector()
    for number in range(6):
        now_ns = session.due_ns(0) or 0
        request = session.next_request(now_ns, EPOCH_NS + now_ns)
        assert request is not None
        if number % 2 == 0:
            t2_ns = EPOCH_NS + now_ns + MS
            reply = reflector.reflect(
                request.data, HOST, kernel(t2_ns), 64, now_ns=now_ns, wall_ns=t2_ns
            )
            assert reply is not None
            for _ in range(2):
                session.received(reply.data, kernel(t2_ns + 2 * MS), 64)
    snapshot = session.snapshot(now_ns)
    assert (snapshot.sent, snapshot.answered) == (6, 3)
    # 1 has timed out; 3 and 5 were sent 40 ms ago and now
    assert snapshot.overdue == 1
    assert snapshot.round_trips_ns == (3 * MS,) * 3
    assert session.snapshot(10**12).overdue == 3


def test_sizes_with_what_is_asked_for() -> None:
    asked = (Tlv(TlvType.DIRECT_MEASUREMENT, bytes(12)),)
    assert smallest_request() == 72
    assert smallest_request(asked) == 88
    assert smallest_request(asked, authenticated=True) == 112 + 28 + 16 + 20
    assert request_tlvs(44) == ()
    assert request_tlvs(112, authenticated=True) == ()
    types = [tlv.type for tlv in request_tlvs(200, asked, authenticated=True)]
    assert types == [3, 7, 5, 8, 1]


@pytest.mark.parametrize("step_ns", [-(10**9), 10**9])
def test_a_clock_that_steps_is_seen_and_not_hidden(step_ns: int) -> None:
    """The reflector's clock steps before probe 3: one-way delays jump, the round trip does not."""
    session, reflector = SenderSession(CONFIG), Reflector()
    session.begin(0)
    for number in range(7):
        now_ns = session.due_ns(0) or 0
        request = session.next_request(now_ns, EPOCH_NS + now_ns)
        assert request is not None
        t2_ns = EPOCH_NS + now_ns + MS + (step_ns if number >= 3 else 0)
        reply = reflector.reflect(
            request.data, HOST, kernel(t2_ns), 64, now_ns=now_ns, wall_ns=t2_ns + MS
        )
        assert reply is not None
        reflector.transmitted(reply.key, reply.sequence, t2_ns + MS)
        session.received(reply.data, kernel(EPOCH_NS + now_ns + 3 * MS), 64)
    samples = session.result(10**12).samples
    assert {sample.round_trip_ns for sample in samples} == {2 * MS}
    forward = [sample.forward_owd_ns for sample in samples]
    backward = [sample.backward_owd_ns for sample in samples]
    assert forward == [MS] * 3 + [MS + step_ns] * 3
    assert backward == [MS] * 3 + [MS - step_ns] * 3
    assert {s.t3.source for s in samples if s.t3} == {StampSource.KERNEL}
    # Nothing came out of order, whatever the stamps say.
    summary = summarize(samples, None, 0)
    assert (summary.forward.reordered, summary.backward.reordered) == (0, 0)
    assert summary.counts.received == 6


def test_a_clock_that_steps_while_a_reply_leaves() -> None:
    """The kernel's T3 lies before the program's: it belongs to another time, and is not used."""
    session, reflector = SenderSession(CONFIG), Reflector()
    session.begin(0)
    for number in range(7):
        now_ns = session.due_ns(0) or 0
        request = session.next_request(now_ns, EPOCH_NS + now_ns)
        assert request is not None
        t2_ns = EPOCH_NS + now_ns + MS
        reply = reflector.reflect(
            request.data, HOST, kernel(t2_ns), 64, now_ns=now_ns, wall_ns=t2_ns
        )
        assert reply is not None
        left_ns = t2_ns + (-(10**9) if number == 2 else 1000)
        reflector.transmitted(reply.key, reply.sequence, left_ns)
        session.received(reply.data, kernel(t2_ns + MS), 64)
    sources = [s.t3.source for s in session.result(10**12).samples if s.t3]
    assert sources == [
        StampSource.USERSPACE if number == 2 else StampSource.KERNEL for number in range(6)
    ]


def told(number: int, probe: int, t3_ns: int, follow_up: tuple[int, int] | None) -> ReflectorPacket:
    """A reply: its number, and what it says of an earlier one."""
    value = FollowUpTelemetry()
    if follow_up is not None:
        value = FollowUpTelemetry(follow_up[0], encode_timestamp(follow_up[1], PTP), 2)
    tlv = Tlv(TlvType.FOLLOW_UP_TELEMETRY, value.to_value(), flags=0)
    return ReflectorPacket(
        number, encode_timestamp(t3_ns, PTP), UNSYNCHRONISED, 1, 0, probe, 0, UNSYNCHRONISED, 0,
        (tlv,),
    )  # fmt: skip


def test_one_number_for_all_replies_costs_no_more_than_one_each() -> None:
    """20,000 of them: to go through all for each would take minutes."""
    known, count = FollowUps(), 20_000
    base_ns = 1_800_000_000 * 10**9
    for probe in range(count):
        before = (0, base_ns + (probe - 1) * MS + 9_000) if probe else None
        known.learn(told(0, probe, base_ns + probe * MS, before))
    for probe in range(count):
        t3 = Stamp(base_ns + probe * MS, StampSource.USERSPACE)
        found = known.t3(probe, Answer(0, t3, t3, t3, None, None))
        assert found is not None
        assert found.time_ns == t3.time_ns + (9_000 if probe < count - 1 else 0)


def test_a_transmit_stamp_from_before_the_probe_is_none_of_its() -> None:
    """After a failed send the kernel counts anew, and an earlier datagram's stamp may come late."""
    session = SenderSession(SessionConfig(2, MS, ssid=7))
    session.begin(0)
    wall_ns = 1_800_000_000 * 10**9
    request = session.next_request(MS, wall_ns)
    assert request is not None
    session.transmitted(request.sequence, wall_ns - 5 * MS)
    (sample,) = session.result(10**12).samples
    assert sample.t1 == Stamp(wall_ns, StampSource.USERSPACE)
    session.transmitted(request.sequence, wall_ns + 9_000)
    (sample,) = session.result(10**12).samples
    assert sample.t1 == Stamp(wall_ns + 9_000, StampSource.KERNEL)
