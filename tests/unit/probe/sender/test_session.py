"""The sender session: follow-ups, losses, repeats, order, time. No socket, no sleep."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from stamp_path import EPOCH_NS, MS, Path, kernel, run

from netkit.errors import InputError
from netkit.model.measurement.sample import Outcome, StampSource
from netkit.probe.reflector.engine import Reflector
from netkit.probe.sender.config import CLOSING_GAP_NS, SessionConfig
from netkit.probe.sender.session import SenderSession
from netkit.stats.summary import summarize
from netkit.wire.stamp import ReflectorPacket, SenderPacket
from netkit.wire.timestamps import ErrorEstimate, TimestampFormat, encode_timestamp

CONFIG = SessionConfig(count=6, interval_ns=20 * MS, timeout_ns=500 * MS, ssid=77, seed=3)


def outcomes(path: Path) -> dict[int, Outcome]:
    return {sample.sequence: sample.outcome for sample in run(CONFIG, path).samples}


@pytest.mark.parametrize("form", TimestampFormat)
def test_four_kernel_stamps_on_a_clean_path(form: TimestampFormat) -> None:
    config = SessionConfig(
        count=6, interval_ns=20 * MS, error_estimate=ErrorEstimate(form=form), request_bytes=200
    )
    result = run(config, Path())
    assert [sample.sequence for sample in result.samples] == [0, 1, 2, 3, 4, 5]
    for sample in result.samples:
        assert sample.outcome is Outcome.RECEIVED
        assert (sample.forward_owd_ns, sample.backward_owd_ns) == (3 * MS, 4 * MS)
        stamps = (sample.t1, sample.t2, sample.t3, sample.t4)
        assert {stamp and stamp.source for stamp in stamps} == {StampSource.KERNEL}
        assert sample.t1 is not None
        assert sample.t1.time_ns - (sample.t1_userspace_ns or 0) == 50_000
        assert (sample.forward_ttl, sample.reply_ttl) == (250, 249)
        assert sample.reflector_sequence == sample.sequence
        assert sample.send_error_ns == 0
    assert result.stateful
    assert (result.undecided, dict(result.notes)) == (0, {})


def test_the_closing_probe_brings_the_last_follow_up_and_is_in_no_count() -> None:
    lossy = run(CONFIG, Path(backward_copies={6: 0}))
    sources = [sample.t3.source for sample in lossy.samples if sample.t3]
    assert sources == [StampSource.KERNEL] * 5 + [StampSource.USERSPACE]
    summary = summarize(lossy.samples, None, 0)
    assert (summary.counts.sent, summary.counts.received) == (6, 6)
    assert summary.backward.left_out == 1


def test_the_follow_up_is_merged_into_the_reply_it_is_about() -> None:
    """Reply 2 is lost: nobody brings the stamp of reply 1, and reply 3 brings that of 2."""
    result = run(CONFIG, Path(backward_copies={2: 0}))
    by_number = {sample.sequence: sample for sample in result.samples}
    assert by_number[1].t3 is not None
    assert by_number[1].t3.source is StampSource.USERSPACE
    assert by_number[1].backward_owd_ns == 4 * MS + 50_000
    assert by_number[2].t3 is None
    assert by_number[3].backward_owd_ns == 4 * MS


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (Path(forward_copies={2: 0, 3: 0}), {2: Outcome.LOST_FORWARD, 3: Outcome.LOST_FORWARD}),
        (Path(backward_copies={2: 0, 3: 0}), {2: Outcome.LOST_BACKWARD, 3: Outcome.LOST_BACKWARD}),
        (Path(forward_copies={0: 0}), {0: Outcome.LOST_FORWARD}),
        (Path(backward_copies={0: 0}), {0: Outcome.LOST_BACKWARD}),
        (Path(forward_copies={5: 0}), {5: Outcome.LOST_FORWARD}),
        (Path(backward_copies={5: 0}), {5: Outcome.LOST_BACKWARD}),
        (
            Path(forward_copies={1: 0}, backward_copies={4: 0}),
            {1: Outcome.LOST_FORWARD, 4: Outcome.LOST_BACKWARD},
        ),
        # one each way, side by side: the counts are known, which is which is not
        (Path(forward_copies={2: 0}, backward_copies={3: 0}), {2: Outcome.LOST, 3: Outcome.LOST}),
        # the closing probe is lost too: the last losses have no direction
        (Path(forward_copies={4: 0, 5: 0, 6: 0}), {4: Outcome.LOST, 5: Outcome.LOST}),
        (Path(forward_copies=dict.fromkeys(range(7), 0)), dict.fromkeys(range(6), Outcome.LOST)),
    ],
)
def test_losses_have_a_direction(path: Path, expected: dict[int, Outcome]) -> None:
    found = outcomes(path)
    assert found == {number: expected.get(number, Outcome.RECEIVED) for number in range(6)}


def test_duplicates_keep_the_first_stamps_and_tell_their_direction() -> None:
    result = run(CONFIG, Path(forward_copies={1: 3}, backward_copies={4: 2}))
    by_number = {sample.sequence: sample for sample in result.samples}
    assert Counter(sample.outcome for sample in result.samples) == {
        Outcome.DUPLICATE: 2, Outcome.RECEIVED: 4,
    }  # fmt: skip
    assert (by_number[1].forward_duplicates, by_number[1].backward_duplicates) == (2, 0)
    assert (by_number[4].forward_duplicates, by_number[4].backward_duplicates) == (0, 1)
    assert by_number[1].forward_owd_ns == 3 * MS
    assert by_number[1].backward_owd_ns == 4 * MS


def test_late_is_later_than_the_timeout_by_the_stamps() -> None:
    result = run(CONFIG, Path(backward_extra_ns={2: 500 * MS}))
    late = result.samples[2]
    assert late.outcome is Outcome.LATE
    assert late.backward_owd_ns == 504 * MS
    assert result.samples[3].outcome is Outcome.RECEIVED


@pytest.mark.parametrize(
    ("path", "reordered"),
    [
        (Path(forward_extra_ns={1: 50 * MS}), (1, 0)),
        (Path(backward_extra_ns={1: 50 * MS}), (0, 1)),
    ],
)
def test_reordering_loses_nothing(path: Path, reordered: tuple[int, int]) -> None:
    result = run(CONFIG, path)
    assert {sample.outcome for sample in result.samples} == {Outcome.RECEIVED}
    summary = summarize(result.samples, None, 0)
    assert (summary.forward.reordered, summary.backward.reordered) == reordered
    assert all(sample.t3 and sample.t3.source is StampSource.KERNEL for sample in result.samples)


def test_the_schedule_starts_at_random_from_the_seed() -> None:
    def sends(seed: int) -> list[int]:
        config = SessionConfig(count=3, interval_ns=500 * MS, seed=seed)
        return list(config.schedule())

    first = sends(1)
    assert first == sends(1)
    assert first != sends(2)
    assert 0 <= first[0] < 500 * MS
    gaps = [b - a for a, b in itertools.pairwise(first)]
    assert gaps == [500 * MS, 500 * MS, CLOSING_GAP_NS]


def test_poisson_gaps_have_the_mean_asked_for() -> None:
    schedule = SessionConfig(count=4000, interval_ns=10 * MS, poisson=True).schedule()
    gaps = [b - a for a, b in itertools.pairwise(schedule[:-1])]
    assert all(gap >= 0 for gap in gaps)
    assert sum(gaps) / len(gaps) == pytest.approx(10 * MS, rel=0.05)


def test_nothing_is_sent_before_its_time_and_lateness_is_recorded() -> None:
    session = SenderSession(CONFIG)
    session.begin(1000)
    due_ns = session.due_ns(1000)
    assert due_ns is not None
    assert session.next_request(due_ns - 1, EPOCH_NS) is None
    assert session.next_request(due_ns + 7 * MS, EPOCH_NS) is not None
    session.not_sent(0, "Network is unreachable")
    (sample,) = session.result(due_ns + 7 * MS).samples
    assert (sample.outcome, sample.send_error_ns, sample.t1) == (Outcome.NOT_SENT, 7 * MS, None)


def test_a_run_broken_off_leaves_open_probes_out() -> None:
    session = SenderSession(CONFIG)
    session.begin(0)
    now_ns = CONFIG.interval_ns * 2
    requests = list(iter(lambda: session.next_request(now_ns, EPOCH_NS + now_ns), None))
    session.refused(requests[0].data[:20], "Connection refused")
    session.refused(b"\0\0\0\1" + bytes(40), "Connection refused")  # not our timestamp
    session.refused(requests[1].data[:8], "Connection refused")  # too little to tell
    result = session.result(now_ns)
    assert [sample.outcome for sample in result.samples] == [Outcome.REFUSED]
    assert result.undecided == session.sent - 1 > 0
    later = session.result(now_ns + CONFIG.timeout_ns)
    assert (len(later.samples), later.undecided) == (session.sent, 0)
    nameless = "ICMP error that names no probe of this run: Connection refused"
    assert later.notes == {"refused: Connection refused": 1, nameless: 2}


def test_notes_count_probes_and_the_closing_probe_is_none() -> None:
    session = SenderSession(CONFIG)
    session.begin(0)
    now_ns = CONFIG.interval_ns * (CONFIG.count + 2)
    requests = list(iter(lambda: session.next_request(now_ns, EPOCH_NS + now_ns), None))
    assert len(requests) == CONFIG.count + 1
    for request in (requests[0], requests[0], requests[-1]):
        session.refused(request.data, "Connection refused")
    session.not_sent(requests[1].sequence, "Network is unreachable")
    session.not_sent(requests[-1].sequence, "Network is unreachable")
    result = session.result(now_ns + CONFIG.timeout_ns)
    assert result.notes == {
        "not sent: Network is unreachable": 1, "refused: Connection refused": 1
    }  # fmt: skip


def test_only_answers_to_what_was_sent_count() -> None:
    session = SenderSession(CONFIG)
    session.begin(0)
    request = session.next_request(20 * MS, EPOCH_NS)
    assert request is not None
    asked = SenderPacket.parse(request.data)
    wrong = [
        SenderPacket(0, asked.timestamp, asked.error_estimate, 78),
        SenderPacket(1, asked.timestamp, asked.error_estimate, 77),
        SenderPacket(0, asked.timestamp + 1, asked.error_estimate, 77),
    ]
    for packet in wrong:
        reply = Reflector().reflect(
            packet.to_bytes(), ("::1", 9000), kernel(EPOCH_NS), None, now_ns=0, wall_ns=EPOCH_NS
        )
        assert reply is not None
        session.received(reply.data, kernel(EPOCH_NS), None)
    session.received(b"junk", kernel(EPOCH_NS), None)
    result = session.result(10**12)
    assert result.notes == {
        "ignored: not a STAMP packet": 1,
        "ignored: not an answer to this session": 3,
    }
    assert [sample.outcome for sample in result.samples] == [Outcome.LOST]


@pytest.mark.parametrize("size", [0, 71, 73, 75, 9001])
def test_sizes_that_no_probe_can_have(size: int) -> None:
    with pytest.raises(InputError, match=f"{size} bytes; expected 44 .no TLVs., 72, or 76 to 9000"):
        SenderSession(SessionConfig(count=1, interval_ns=1, request_bytes=size))


def test_a_plain_rfc_8762_reflector_is_understood() -> None:
    """No SSID, no TLV read, numbers copied: delays come, losses have no direction."""
    session = SenderSession(CONFIG)
    session.begin(0)
    for _ in range(7):
        now_ns = session.due_ns(0)
        assert now_ns is not None
        request = session.next_request(now_ns, EPOCH_NS + now_ns)
        assert request is not None
        asked = SenderPacket.parse(request.data)
        if asked.sequence == 3:
            continue
        at = encode_timestamp(EPOCH_NS + now_ns + MS, TimestampFormat.NTP)
        ntp = ErrorEstimate(form=TimestampFormat.NTP)
        reply = ReflectorPacket(
            asked.sequence, at, ntp, 0, at, asked.sequence, asked.timestamp, asked.error_estimate,
            64, asked.tlvs,
        )  # fmt: skip
        session.received(reply.to_bytes(), kernel(EPOCH_NS + now_ns + 2 * MS), None)
    result = session.result(10**12)
    assert not result.stateful
    assert [sample.outcome for sample in result.samples].count(Outcome.RECEIVED) == 5
    assert result.samples[3].outcome is Outcome.LOST
    first = result.samples[0]
    assert (first.forward_owd_ns, first.backward_owd_ns) == (MS, MS)
    assert first.t2 is not None
    assert first.t2.source is StampSource.USERSPACE
