"""Probes leave while samples are made of earlier ones."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest
from numpy.typing import NDArray

from netkit.model.measurement.sample import Outcome
from netkit.model.units import NS_PER_MS, NS_PER_S
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.run.fast import long_sink
from netkit.probe.sender.clock_watch import ClockReading
from netkit.probe.sender.config import SessionConfig
from netkit.probe.stream import runner
from netkit.probe.stream.mirror import Mirror
from netkit.probe.stream.runner import StreamLoop
from netkit.probe.stream.session import StreamSession
from netkit.stats.running.session import StreamFigures
from netkit.stats.sample_arrays import OUTCOME_CODE, SAMPLES
from netkit.wire.arrays import REFLECTOR, SENDER

EPOCH_NS = 1_700_000_000 * NS_PER_S
STEP = 1024


class Clock:
    """Time that passes as it is told to, in the place of the module ``time``."""

    def __init__(self) -> None:
        self.now_ns = 0

    def monotonic_ns(self) -> int:
        self.now_ns += 1000
        return self.now_ns

    def sleep(self, seconds: float) -> None:
        self.now_ns += round(seconds * NS_PER_S)


def test_who_makes_samples_step_by_step_sends_between_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twenty steps of half a millisecond after each round; none is late by more than one, and no
    nap is as long as all of them."""
    clock = Clock()
    late_ns: list[int] = []

    class Slow(StreamSession):
        def settling(self, now_ns: int) -> Iterator[None]:
            for _ in range(20):
                clock.now_ns += NS_PER_MS // 2
                yield

        def next_requests(self, now_ns, wall_ns, packets, read_ns=None):  # type: ignore[no-untyped-def]
            first, count = super().next_requests(now_ns, wall_ns, packets, read_ns)
            late_ns.extend((now_ns - self._scheduled_ns(np.arange(first, first + count))).tolist())
            return first, count

    def read_clocks() -> ClockReading:
        now_ns = clock.monotonic_ns()
        return ClockReading(now_ns, time.time_ns(), now_ns)

    monkeypatch.setattr(runner, "time", clock)
    monkeypatch.setattr(runner, "read_clocks", read_clocks)
    config = SessionConfig(count=400, interval_ns=NS_PER_MS // 10, request_bytes=44)
    session = Slow(config, lambda _: None)
    with Mirror("::1", 44) as mirror, closing(open_stamp_socket("::1")) as socket:
        loop = StreamLoop(session, socket, mirror.address)
        loop.run(1.0, lambda: None)
    assert len(late_ns) == 401
    assert max(late_ns) <= NS_PER_MS


def test_what_leaves_and_comes_between_two_steps_is_sampled_like_all() -> None:
    """One in fifty is lost on its way there, another on its way back, also in long outages."""
    count = 30_000
    sequences = np.arange(count + 1)
    outages = (sequences // 3000 == 3), (sequences // 3000 == 6)
    ahead = ~outages[1] & ((sequences % 50 == 7) | outages[0])
    back = ~ahead & ((sequences % 50 == 31) | outages[1])
    kept: list[NDArray[np.void]] = []
    config = SessionConfig(
        count=count, interval_ns=10_000, timeout_ns=5 * NS_PER_MS, request_bytes=44
    )
    session = StreamSession(config, lambda rows: kept.append(rows.copy()), window=1 << 14)
    packets = np.tile(session.template, (256, 1)).view(SENDER)[:, 0]
    number = np.cumsum(~ahead) - 1
    now_ns = 0
    session.begin(now_ns)

    def go_on() -> None:
        nonlocal now_ns
        now_ns += 200_000
        first, sent = session.next_requests(now_ns, EPOCH_NS + now_ns, packets)
        asked = packets[:sent][~(ahead | back)[first : first + sent]]
        answers = np.zeros(len(asked), REFLECTOR)
        answers["sequence"] = number[asked["sequence"].astype(np.int64)]
        answers["sender_sequence"] = asked["sequence"]
        answers["sender_timestamp"] = asked["timestamp"]
        answers["ssid"] = asked["ssid"]
        data = answers.view(np.uint8).reshape(-1, 44)
        stamps = np.full(len(asked), EPOCH_NS + now_ns + 50_000)
        lengths = np.full(len(asked), 44, np.uint32)
        session.received(data, lengths, stamps, np.full(len(asked), 64), EPOCH_NS + now_ns)

    steps = 0
    while not session.finished(now_ns):
        go_on()
        for _ in session.settling(now_ns):
            steps += 1
            go_on()
    session.finish(now_ns + NS_PER_S)
    rows = np.concatenate(kept)
    assert steps > 4 * count // STEP
    assert max(len(part) for part in kept[:-1]) <= STEP
    assert np.array_equal(rows["sequence"], sequences[:count])
    told = np.full(count, OUTCOME_CODE[Outcome.RECEIVED], np.uint8)
    told[ahead[:count]] = OUTCOME_CODE[Outcome.LOST_FORWARD]
    told[back[:count]] = OUTCOME_CODE[Outcome.LOST_BACKWARD]
    assert np.array_equal(rows["outcome"], told)


def test_an_outage_is_told_by_more_than_the_first_answers_after_it() -> None:
    """Of the first probes that get there again, some answers come a round later than others."""
    count, outage = 12_000, range(4000, 7500)
    kept: list[NDArray[np.void]] = []
    config = SessionConfig(
        count=count, interval_ns=10_000, timeout_ns=5 * NS_PER_MS, request_bytes=44
    )
    session = StreamSession(config, lambda rows: kept.append(rows.copy()), window=1 << 16)
    packets = np.tile(session.template, (256, 1)).view(SENDER)[:, 0]
    slow, held = set(range(outage.stop, outage.stop + 3)), np.zeros(0, REFLECTOR)
    now_ns = 0
    session.begin(now_ns)
    while not session.finished(now_ns):
        now_ns += 200_000
        _, sent = session.next_requests(now_ns, EPOCH_NS + now_ns, packets)
        asked = [one for one in packets[:sent] if int(one["sequence"]) not in outage]
        answers = np.zeros(len(asked), REFLECTOR)
        for answer, one in zip(answers, asked, strict=True):
            number = int(one["sequence"])
            answer["sequence"] = number - len(outage) * (number >= outage.stop)
            answer["sender_sequence"], answer["ssid"] = one["sequence"], one["ssid"]
            answer["sender_timestamp"] = one["timestamp"]
        later = np.isin(answers["sender_sequence"], list(slow))
        came = np.concatenate([held, answers[~later]]).astype(REFLECTOR)
        held = answers[later]
        session.received(
            came.view(np.uint8).reshape(-1, 44),
            np.full(len(came), 44, np.uint32),
            np.full(len(came), EPOCH_NS + now_ns),
            np.full(len(came), 64),
            EPOCH_NS + now_ns,
        )
        session.settle(now_ns)
    session.finish(now_ns + NS_PER_S)
    ended = np.concatenate(kept)["outcome"]
    assert len(kept) > 2
    assert set(ended[outage.start : outage.stop]) == {OUTCOME_CODE[Outcome.LOST_FORWARD]}
    assert (ended == OUTCOME_CODE[Outcome.RECEIVED]).sum() == count - len(outage)


def test_the_samples_of_a_long_run_go_away_a_few_at_a_time() -> None:
    """Lines of CSV take as long as figures of a hundred times as many."""
    rows = np.zeros(STEP, SAMPLES)
    rows["sequence"] = np.arange(STEP)
    figures, parts = StreamFigures(), list[list[int]]()
    add = long_sink(figures, lambda some: parts.append([sample.sequence for sample in some]))
    before = 0
    steps = add(rows)
    assert isinstance(steps, Iterator)
    for _ in steps:
        assert len(parts) - before <= 1
        before = len(parts)
    assert [number for part in parts for number in part] == list(range(STEP))
    assert max(map(len, parts)) <= 16
    whole = StreamFigures()
    whole.add(rows)
    assert figures.outcomes == whole.outcomes
    assert figures.summary(None, 0.0) == whole.summary(None, 0.0)
