"""Steps, restarts and losses that only rare orders of events bring to light."""

from __future__ import annotations

import pytest
from stamp_path import EPOCH_NS, MS, Path, kernel, run

from netkit.model.measurement.sample import Outcome, Stamp, StampSource
from netkit.probe.reflector.engine import Reflector
from netkit.probe.sender.clock_watch import ClockReading
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.exchanges import Answer, FollowUps
from netkit.probe.sender.session import SenderSession
from netkit.wire.stamp import ReflectorPacket
from netkit.wire.timestamps import UNSYNCHRONISED, TimestampFormat, encode_timestamp
from netkit.wire.tlv import FollowUpTelemetry, Tlv, TlvType

TIMEOUT_NS = 100 * MS
CONFIG = SessionConfig(count=4, interval_ns=20 * MS, timeout_ns=TIMEOUT_NS, ssid=77, seed=3)
HOST = ("2001:db8::1", 40000)
S = 10**9


class Stepped:
    """A session on a host whose clock is set: by how much in all, from when on."""

    def __init__(self, *steps: tuple[int, int]) -> None:
        self.session, self.reflector, self.steps = SenderSession(CONFIG), Reflector(), steps
        self.session.begin(0)

    def wall_ns(self, now_ns: int) -> int:
        return EPOCH_NS + now_ns + sum(by_ns for at_ns, by_ns in self.steps if now_ns >= at_ns)

    def send(self) -> tuple[int, bytes]:
        now_ns = self.session.due_ns(0) or 0
        request = self.session.next_request(now_ns, self.wall_ns(now_ns), now_ns + 1)
        assert request is not None
        return now_ns, request.data

    def answer(self, sent: tuple[int, bytes], back_ns: int) -> None:
        """Reflected 1 ms after it was sent, and back at ``back_ns``."""
        t2_ns = EPOCH_NS + sent[0] + MS
        reply = self.reflector.reflect(
            sent[1], HOST, kernel(t2_ns), 64, now_ns=sent[0], wall_ns=t2_ns
        )
        assert reply is not None
        reading = ClockReading(back_ns, self.wall_ns(back_ns), back_ns + 1)
        self.session.received(reply.data, kernel(self.wall_ns(back_ns)), 64, reading=reading)


def test_the_round_trip_over_a_step_is_not_shown_while_the_run_goes_on() -> None:
    """The step is seen by the very reading that comes with the answer."""
    host = Stepped()
    first = host.send()
    host.answer(first, first[0] + 3 * MS)
    second = host.send()
    host.steps = ((second[0] + MS, 5 * S),)
    host.answer(second, second[0] + 3 * MS)
    assert host.session.snapshot(second[0] + 4 * MS).round_trips_ns == (3 * MS,)


def test_an_answer_that_nobody_waited_for_any_more_spans_the_step_before_it() -> None:
    """Two timeouts are over when the clock is set back by what the answer is late."""
    host = Stepped()
    sent = [host.send() for _ in range(CONFIG.count + 1)]
    late_ns = sent[0][0] + 3 * TIMEOUT_NS
    host.steps = ((sent[0][0] + 5 * TIMEOUT_NS // 2, 3 * MS - 3 * TIMEOUT_NS),)
    for number, one in enumerate(sent[1:], 1):
        host.answer(one, sent[0][0] + (5 * TIMEOUT_NS // 2) + number)
    host.answer(sent[0], late_ns)
    assert host.session.result(S).samples[0].spans_step


@pytest.mark.parametrize("second_ns", [3 * S, -2 * S])
def test_over_two_steps_a_probe_is_late_by_what_it_took(second_ns: int) -> None:
    host = Stepped()
    sent, other = host.send(), host.send()
    host.steps = ((sent[0] + MS, 5 * S), (other[0] + MS, second_ns))
    host.answer(other, other[0] + 2 * MS)
    host.answer(sent, other[0] + 3 * MS)
    first, _ = host.session.result(S).samples
    assert first.spans_step
    assert first.outcome is Outcome.RECEIVED


def test_the_stamp_of_another_life_of_the_reflector_is_not_that_of_this_answer() -> None:
    """Started twice: number 0 was given to three probes, and the answer to the second was lost."""
    known, base_ns = FollowUps(), 1_800_000_000 * S
    for probe, number, t3_ns, told_ns in (
        (0, 0, 0, None), (2, 1, 21 * S, 20 * S + 9000), (4, 0, 40 * S, None),
    ):  # fmt: skip
        known.learn(_reply(probe, number, base_ns + t3_ns, told_ns and base_ns + told_ns))
    t3 = Stamp(base_ns, StampSource.USERSPACE)
    assert known.t3(0, Answer(0, t3, t3, t3, None, None)) == t3


def _reply(probe: int, number: int, t3_ns: int, told_ns: int | None) -> ReflectorPacket:
    told = FollowUpTelemetry()
    if told_ns is not None:
        told = FollowUpTelemetry(0, encode_timestamp(told_ns, TimestampFormat.PTP), 2)
    tlv = Tlv(TlvType.FOLLOW_UP_TELEMETRY, told.to_value(), flags=0)
    t3 = encode_timestamp(t3_ns, TimestampFormat.PTP)
    return ReflectorPacket(number, t3, UNSYNCHRONISED, 1, 0, probe, 0, UNSYNCHRONISED, 0, (tlv,))


def test_the_closing_probe_may_have_got_the_number_that_is_missing() -> None:
    """It overtakes the last probe, as others did others, and its answer is lost; number 9 never
    arrived, and no answer to it was lost."""
    path = Path(
        forward_copies={9: 0}, backward_copies={14: 0},
        forward_extra_ns={1: 65 * MS, 10: 50 * MS, 11: 25 * MS, 13: 25 * MS},
    )  # fmt: skip
    samples = run(SessionConfig(count=14, interval_ns=20 * MS), path).samples
    assert samples[9].outcome is Outcome.LOST
