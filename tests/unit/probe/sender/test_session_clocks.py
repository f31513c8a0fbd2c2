"""Clocks that step while a session runs, numbers that begin anew, and stamps of nobody."""

from __future__ import annotations

import pytest
from session_exchanges import CONFIG, HOST
from stamp_path import EPOCH_NS, MS, kernel

from netkit.model.measurement.sample import Stamp, StampSource
from netkit.probe.reflector.engine import Reflector
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.exchanges import Answer, FollowUps
from netkit.probe.sender.session import SenderSession
from netkit.stats.summary import summarize
from netkit.wire.stamp import ReflectorPacket
from netkit.wire.timestamps import (
    UNSYNCHRONISED,
    TimestampFormat,
    encode_timestamp,
)
from netkit.wire.tlv import FollowUpTelemetry, Tlv, TlvType

PTP = TimestampFormat.PTP


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
