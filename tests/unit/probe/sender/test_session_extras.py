"""What a session can do beside its probes: TWAMP, bursts, snapshots, sizes."""

from __future__ import annotations

import itertools
from dataclasses import replace

from session_exchanges import CONFIG, HOST, received
from stamp_path import EPOCH_NS, MS, Path, kernel, run

from netkit.model.measurement.sample import StampSource
from netkit.probe.reflector.engine import Reflector
from netkit.probe.sender.request import request_tlvs, smallest_request
from netkit.probe.sender.schedule import bursts
from netkit.probe.sender.session import SenderSession
from netkit.wire.stamp import ReflectorPacket, SenderPacket
from netkit.wire.timestamps import (
    ErrorEstimate,
    TimestampFormat,
)
from netkit.wire.tlv import Tlv, TlvType

PTP = TimestampFormat.PTP


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
