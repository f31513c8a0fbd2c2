"""A stream makes the packets and the samples that a plain session makes of the same events."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from netkit.errors import InputError
from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.policy import ReflectorPolicy
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.result import SessionResult, Snapshot
from netkit.probe.sender.session import SenderSession
from netkit.probe.stream.result import StreamResult
from netkit.probe.stream.session import StreamSession
from netkit.stats.sample_arrays import SAMPLES, UNKNOWN, OutcomeCount, as_samples
from netkit.wire.arrays import SENDER
from netkit.wire.timestamps import UNSYNCHRONISED, ErrorEstimate, TimestampFormat

MS = 1_000_000
EPOCH_NS = 1_700_000_000 * 10**9
CLOCKS = [ErrorEstimate(True, scale=scale) for scale in (10, 20)] + [UNSYNCHRONISED]
SENDER_ADDRESS = ("2001:db8::1", 40000)


class Twins:
    """A plain session and a stream that live through the same things."""

    def __init__(self, config: SessionConfig, window: int) -> None:
        self.config = config
        self.rows: list[np.ndarray] = []
        self.plain = SenderSession(config)
        self.stream = StreamSession(
            config, lambda rows: self.rows.append(rows.copy()), window=window
        )
        self.plain.begin(0)
        self.stream.begin(0)
        self.packets = np.tile(self.stream.template, (16, 1))

    def send(self, now_ns: int) -> list[bytes]:
        """All that is due; both must make the same bytes."""
        assert self.stream.due_ns(now_ns) == self.plain.due_ns(now_ns)
        base = self.packets[:, :44].view(SENDER)[:, 0]
        first, count = self.stream.next_requests(now_ns, EPOCH_NS + now_ns, base)
        made = [self.packets[row].tobytes() for row in range(count)]
        for number, data in enumerate(made, first):
            request = self.plain.next_request(now_ns, EPOCH_NS + now_ns)
            assert request is not None
            assert (request.sequence, request.data) == (number, data)
        return made

    def transmitted(self, sequence: int, time_ns: int) -> None:
        self.plain.transmitted(sequence, time_ns)
        self.stream.transmitted(np.array([sequence]), np.array([time_ns]))

    def receive(self, datagrams: list[tuple[bytes, Stamp]]) -> None:
        size = max(len(self.stream.template), *(len(data) for data, _ in datagrams))
        data = np.zeros((len(datagrams), size), np.uint8)
        for row, (content, stamp) in enumerate(datagrams):
            data[row, : len(content)] = np.frombuffer(content, np.uint8)
            self.plain.received(content, stamp, 60)
        kernel = [s.time_ns if s.source is StampSource.KERNEL else UNKNOWN for _, s in datagrams]
        lengths = np.array([len(content) for content, _ in datagrams], np.uint32)
        hops = np.full(len(datagrams), 60)
        self.stream.received(data, lengths, np.array(kernel), hops, datagrams[0][1].time_ns)

    def end(self, now_ns: int) -> tuple[SessionResult, StreamResult, list[Sample]]:
        assert self.stream.finished(now_ns) == self.plain.finished(now_ns)
        plain, stream = self.plain.result(now_ns), self.stream.finish(now_ns)
        rows = np.concatenate(self.rows) if self.rows else np.zeros(0, SAMPLES)
        return plain, stream, list(as_samples(rows))


def in_any_order(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, round_trips_ns=tuple(sorted(snapshot.round_trips_ns)))


def reflecting() -> Reflector:
    return Reflector(policy=ReflectorPolicy(sync_source=2))


def live(
    seed: int, config: SessionConfig, window: int, trouble: float, restarts: float = 0
) -> Twins:
    """A path that loses, copies, delays and garbles; a host that refuses; replies in batches.

    And a reflector that begins anew, with numbers that it has used already.
    """
    random, twins, reflector = Random(seed), Twins(config, window), reflecting()
    returning: list[tuple[int, bytes]] = []
    now_ns = 0
    while twins.plain.sent <= config.count and (due := twins.plain.due_ns(now_ns)) is not None:
        now_ns = max(now_ns, due) + random.randrange(3) * config.interval_ns // 2
        if random.random() < restarts:
            reflector = reflecting()
        sequence = len(twins.plain._exchanges)
        for data in twins.send(now_ns):
            _one(random, twins, reflector, returning, sequence, data, now_ns, trouble)
            sequence += 1
        returning.sort()
        arrived = [item for item in returning if item[0] <= now_ns]
        returning = returning[len(arrived) :]
        _deliver(random, twins, arrived, trouble)
        if window >= 1000:  # of a smaller one fewer are known
            ends = twins.stream, twins.plain
            assert len({in_any_order(end.snapshot(now_ns)) for end in ends}) == 1
        twins.stream.settle(now_ns)
        if sequence > config.count:
            break
    _deliver(random, twins, returning, trouble)
    return twins


def _one(random, twins, reflector, returning, sequence, data, now_ns, trouble) -> None:
    """One probe's life."""
    if random.random() < trouble / 8:
        twins.plain.not_sent(sequence, "No route to host")
        twins.stream.not_sent(sequence, "No route to host")
        return
    if random.random() < 0.9:
        twins.transmitted(sequence, EPOCH_NS + now_ns + 20_000)
    if random.random() < trouble / 8:
        twins.plain.refused(data[:20], "Connection refused")
        twins.stream.refused(data[:20], "Connection refused")
    for _ in range(_copies(random, trouble)):
        at_ns = now_ns + random.randrange(MS, 4 * MS)
        stamp = Stamp(EPOCH_NS + at_ns, StampSource.KERNEL)
        reflector.error_estimate = random.choice(CLOCKS)
        reply = reflector.reflect(
            data, SENDER_ADDRESS, stamp, 250, now_ns=at_ns, wall_ns=EPOCH_NS + at_ns + 5000
        )
        assert reply is not None
        if random.random() < 0.8:
            reflector.transmitted(reply.key, reply.sequence, EPOCH_NS + at_ns + 9000)
        for _ in range(_copies(random, trouble)):
            returning.append((at_ns + random.randrange(MS, 12 * MS), reply.data))


def _copies(random: Random, trouble: float) -> int:
    return random.choices((1, 0, 2), (1 - trouble, trouble * 2 / 3, trouble / 3))[0]


def _deliver(
    random: Random, twins: Twins, arrived: list[tuple[int, bytes]], trouble: float
) -> None:
    batch = []
    for at_ns, data in arrived:
        garbled = random.random() < trouble / 10
        content = bytes([*data[:10], data[10] ^ 1, *data[11:]]) if garbled else data
        content = content[: random.randrange(60)] if random.random() < trouble / 10 else content
        batch.append((content, Stamp(EPOCH_NS + at_ns, StampSource.KERNEL)))
    if batch:
        twins.receive(batch)


@settings(max_examples=examples(100, one_in=3))
@given(
    st.integers(0, 2**32),
    st.sampled_from((0.0, 0.05, 0.5)),
    st.sampled_from((44, 72, 76, 120)),
    st.sampled_from(TimestampFormat),
    st.sampled_from((0.0, 0.03, 0.3)),
)
def test_samples_are_those_of_a_plain_session(
    seed: int, trouble: float, size: int, form: TimestampFormat, restarts: float
) -> None:
    estimate = ErrorEstimate(True, form, 2, 5)
    config = SessionConfig(
        count=60, interval_ns=MS, timeout_ns=9 * MS, request_bytes=size, seed=seed % 7,
        error_estimate=estimate,
    )  # fmt: skip
    twins = live(seed, config, 1 << 10, trouble, restarts)
    plain, stream, samples = twins.end(10**12)
    assert samples == list(plain.samples)
    assert (stream.stateful, stream.undecided) == (plain.stateful, plain.undecided)
    assert stream.reflector_error == plain.reflector_error
    assert stream.clock_source == plain.path.clock_source
    assert dict(stream.notes) == dict(plain.notes)


def test_kernel_stamps_are_not_mixed_up_when_a_reflector_is_started_again() -> None:
    """The numbers of the second are those of the first, within a second of them."""
    config = SessionConfig(count=40, interval_ns=MS, timeout_ns=9 * MS)
    twins, reflectors, replies = Twins(config, 1 << 10), (Reflector(), Reflector()), []
    for number in range(41):
        now_ns = twins.plain.due_ns(0) or 0
        (data,) = twins.send(now_ns)
        t2_ns = EPOCH_NS + now_ns + MS
        reflector = reflectors[number >= 20]
        stamp = Stamp(t2_ns, StampSource.KERNEL)
        reply = reflector.reflect(
            data, SENDER_ADDRESS, stamp, 64, now_ns=now_ns, wall_ns=t2_ns + 5000
        )
        assert reply is not None
        reflector.transmitted(reply.key, reply.sequence, t2_ns + 9000)
        replies.append((reply.data, Stamp(t2_ns + 2 * MS, StampSource.KERNEL)))
    twins.receive(replies)
    plain, _, samples = twins.end(10**12)
    assert samples == list(plain.samples)
    stamped = [s for s in samples if s.t3 is not None and s.t3.source is StampSource.KERNEL]
    assert [s.sequence for s in stamped] == [n for n in range(40) if n != 19]
    assert {s.backward_owd_ns for s in stamped} == {2 * MS - 9000}


def test_a_run_broken_off_leaves_the_same_samples() -> None:
    config = SessionConfig(count=50, interval_ns=MS, timeout_ns=9 * MS)
    twins = live(3, config, 1 << 10, 0.3)
    now_ns = 55 * MS
    plain, stream, samples = twins.end(now_ns)
    assert samples == list(plain.samples)
    assert stream.undecided == plain.undecided > 0


def test_a_small_window_moves_on_and_loses_no_probe() -> None:
    """Decided probes leave on the way; each is in the sink exactly once, in order."""
    config = SessionConfig(count=3000, interval_ns=MS, timeout_ns=20 * MS)
    twins = live(5, config, 256, 0.02)
    assert len(twins.rows) > 10
    plain, stream, samples = twins.end(10**13)
    assert [sample.sequence for sample in samples] == list(range(3000))
    assert samples == list(plain.samples)
    assert stream.sent == 3000


def test_an_outage_longer_than_the_window_does_not_stop_the_stream() -> None:
    config = SessionConfig(count=2000, interval_ns=MS, timeout_ns=5 * MS)
    counted = OutcomeCount()
    stream = StreamSession(config, counted.add, window=256)
    stream.begin(0)
    packets = np.tile(stream.template, (8, 1))[:, :44].view(SENDER)[:, 0]
    now_ns = 0
    while not stream.finished(now_ns):
        now_ns = max(now_ns, stream.due_ns(now_ns) or 0)
        stream.next_requests(now_ns, EPOCH_NS + now_ns, packets)
        stream.settle(now_ns)
    stream.finish(now_ns)
    assert counted.outcomes == {Outcome.LOST: 2000}


def test_a_stream_sends_plain_periodic_probes() -> None:
    config = SessionConfig(count=1, interval_ns=MS)
    for unfit in ({"poisson": True}, {"burst": 2}, {"key": b"k" * 16}):
        with pytest.raises(InputError, match="expected a periodic schedule"):
            StreamSession(replace(config, **unfit), lambda _rows: None)
