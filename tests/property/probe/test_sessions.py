"""A reflector under any bytes; losses under any path."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from stamp_path import EPOCH_NS, MS, Path, kernel, run

from netkit.model.measurement.sample import Outcome
from netkit.probe.reflector.engine import Reflector
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.session import SenderSession
from netkit.stats.summary import summarize

COUNT = 12
COPIES = st.dictionaries(st.integers(0, COUNT), st.sampled_from([0, 0, 0, 2]), max_size=8)
EXTRA_NS = st.dictionaries(st.integers(0, COUNT), st.integers(0, 90 * MS), max_size=3)


@given(st.lists(st.binary(min_size=30, max_size=120), max_size=6))
def test_a_reflector_survives_any_bytes_and_never_amplifies(datagrams: list[bytes]) -> None:
    reflector = Reflector(max_sessions=3)
    for data in datagrams:
        reflected = reflector.counters["reflected"]
        reply = reflector.reflect(
            data, ("::1", 5000), kernel(EPOCH_NS), 64, now_ns=0, wall_ns=EPOCH_NS
        )
        assert (reply is not None) == (reflector.counters["reflected"] > reflected)
        if reply is not None:
            assert len(reply.data) == len(data)
            reflector.transmitted(reply.key, reply.sequence, EPOCH_NS)
        else:
            assert len(data) < 41
    counted = reflector.counters.total() - reflector.counters["table_full"]
    assert counted == len(datagrams)


@given(st.lists(st.binary(max_size=120), max_size=6))
def test_a_sender_survives_any_bytes(datagrams: list[bytes]) -> None:
    session = SenderSession(SessionConfig(count=1, interval_ns=1))
    session.begin(0)
    session.next_request(0, EPOCH_NS)
    for data in datagrams:
        session.received(data, kernel(EPOCH_NS), None)
    result = session.result(10**12)
    assert sum(result.notes.values()) == len(datagrams)
    assert [sample.outcome for sample in result.samples] == [Outcome.LOST]


@settings(max_examples=150)
@given(COPIES, COPIES)
def test_no_loss_is_given_the_wrong_direction(
    forward: dict[int, int], backward: dict[int, int]
) -> None:
    """Truth: lost forward with no copy forward; else lost backward with no copy backward."""
    config = SessionConfig(count=COUNT, interval_ns=20 * MS)
    path = Path(forward_copies=forward, backward_copies=backward)
    result = run(config, path)
    assert [sample.sequence for sample in result.samples] == list(range(COUNT))
    doubled = any(forward.get(number) == 2 for number in range(COUNT + 1))
    for sample in result.samples:
        number = sample.sequence
        if forward.get(number) == 0:
            truth = Outcome.LOST_FORWARD
        elif backward.get(number) == 0:
            truth = Outcome.LOST_BACKWARD
        elif 2 in (forward.get(number), backward.get(number)):
            truth = Outcome.DUPLICATE
        else:
            truth = Outcome.RECEIVED
        lost = truth in (Outcome.LOST_FORWARD, Outcome.LOST_BACKWARD)
        allowed = {truth, Outcome.LOST} if lost else {truth}
        # copies of a probe whose replies are all lost look like so many lost replies
        assert sample.outcome in allowed or (doubled and lost)


@settings(max_examples=50)
@given(COPIES, EXTRA_NS, EXTRA_NS)
def test_every_delay_is_the_path_s_own(
    copies: dict[int, int], forward_ns: dict[int, int], backward_ns: dict[int, int]
) -> None:
    config = SessionConfig(count=COUNT, interval_ns=20 * MS)
    path = Path(forward_copies=copies, forward_extra_ns=forward_ns, backward_extra_ns=backward_ns)
    result = run(config, path)
    for sample in result.samples:
        if sample.forward_owd_ns is not None:
            assert sample.forward_owd_ns == 3 * MS + forward_ns.get(sample.sequence, 0)
        if sample.backward_owd_ns is not None:
            extra_ns = 4 * MS + backward_ns.get(sample.sequence, 0)
            assert sample.backward_owd_ns in (extra_ns, extra_ns + 50_000)
    counts = summarize(result.samples, None, 0).counts
    whole = counts.received + counts.lost_forward + counts.lost_backward + counts.lost_unknown
    assert counts.sent == COUNT == whole
