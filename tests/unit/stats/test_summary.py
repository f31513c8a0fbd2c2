"""Which samples count for what, and what the verdict rests on."""

from __future__ import annotations

import math

import pytest

from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.verdict import Verdict
from netkit.stats.direction import DirectionSummary
from netkit.stats.summary import summarize

KERNEL, USERSPACE = StampSource.KERNEL, StampSource.USERSPACE
MS = 1_000_000


def sample(
    sequence: int,
    forward_ns: int = 3 * MS,
    backward_ns: int = 4 * MS,
    t3_source: StampSource = KERNEL,
    outcome: Outcome = Outcome.RECEIVED,
    **more: int,
) -> Sample:
    t1 = 10**18 + sequence * 100 * MS
    t2 = t1 + forward_ns
    t3 = t2 + MS
    return Sample(
        sequence, outcome,
        Stamp(t1, KERNEL), Stamp(t2, KERNEL), Stamp(t3, t3_source), Stamp(t3 + backward_ns, KERNEL),
        **more,
    )  # fmt: skip


def test_figures_by_direction() -> None:
    summary = summarize([sample(n, 3 * MS + n, 4 * MS - n) for n in range(100)], 5_000, 0)
    forward, backward = summary.forward, summary.backward
    assert forward.delay is not None
    assert (forward.delay.min_ns, forward.delay.p50_ns) == (3 * MS, 3 * MS + 49)
    assert (forward.judged_on, forward.judged_us) == ("p99", (3 * MS + 98) / 1000)
    assert forward.ipdv is not None
    assert (forward.ipdv.min_ns, forward.ipdv.max_ns) == (1, 1)
    assert backward.ipdv is not None
    assert backward.ipdv.mean_ns == -1
    assert backward.pdv is not None
    assert backward.pdv.max_ns == 99
    assert summary.round_trip is not None
    assert summary.round_trip.min_ns == 7 * MS
    assert summary.verdict is Verdict.PASS


def test_stamps_by_the_kernel_are_not_mixed_with_others() -> None:
    mixed = [sample(n) for n in range(20)] + [sample(20, 3 * MS, 1, USERSPACE)]
    summary = summarize(mixed, 5_000, 0)
    backward = summary.backward
    assert summary.round_trip is not None
    assert (summary.round_trip.min_ns, summary.round_trip.count) == (7 * MS, 20)
    assert backward.delay is not None
    assert (backward.delay.min_ns, backward.delay.count) == (4 * MS, 20)
    assert backward.left_out == 1
    assert backward.sources == {"kernel+kernel": 20, "userspace+kernel": 1}
    none = summarize([sample(n, t3_source=USERSPACE) for n in range(20)], 5_000, 0)
    assert none.backward.delay is not None
    assert (none.backward.delay.count, none.backward.left_out) == (20, 0)
    assert none.round_trip is not None
    assert none.round_trip.count == 20


@pytest.mark.parametrize(
    ("count", "slowest_ns", "uncertainty_us", "judged_on", "verdict"),
    [
        (9, 3 * MS, 0, "max", Verdict.INCONCLUSIVE),  # too few, however good
        (9, 9 * MS, 0, "max", Verdict.INCONCLUSIVE),  # and however bad
        (10, 3 * MS, 0, "max", Verdict.PASS),
        (10, 9 * MS, 0, "max", Verdict.BREACH),
        (10, 9 * MS, 4_001, "max", Verdict.INCONCLUSIVE),
        (99, 9 * MS, 0, "max", Verdict.BREACH),
        (100, 9 * MS, 0, "p99", Verdict.PASS),  # one of a hundred is beyond p99
        (100, 3 * MS, 2_000, "p99", Verdict.PASS),
        (100, 3 * MS, 2_001, "p99", Verdict.INCONCLUSIVE),
        (100, 3 * MS, math.inf, "p99", Verdict.INCONCLUSIVE),
    ],
)
def test_verdict(
    count: int, slowest_ns: int, uncertainty_us: float, judged_on: str, verdict: Verdict
) -> None:
    samples = [sample(n) for n in range(count - 1)] + [sample(count, slowest_ns)]
    forward = summarize(samples, 5_000, uncertainty_us).forward
    assert (forward.judged_on, forward.verdict) == (judged_on, verdict)


def test_the_session_is_as_bad_as_its_worse_direction() -> None:
    summary = summarize([sample(n, backward_ns=6 * MS) for n in range(10)], 5_000, 0)
    assert (summary.forward.verdict, summary.backward.verdict) == (Verdict.PASS, Verdict.BREACH)
    assert summary.verdict is Verdict.BREACH


def test_nothing_measured_or_nothing_asked_is_unknown() -> None:
    lost = [Sample(n, Outcome.LOST, Stamp(n, KERNEL)) for n in range(20)]
    summary = summarize(lost, 5_000, 0)
    assert summary.verdict is Verdict.UNKNOWN
    assert summary.forward.delay is None
    assert summarize([], 5_000, 0).verdict is Verdict.UNKNOWN
    assert summarize([sample(n) for n in range(20)], None, 0).verdict is Verdict.UNKNOWN


def test_every_outcome_is_counted_once_and_late_ones_are_in_no_figure() -> None:
    samples = [
        sample(0),
        sample(1, outcome=Outcome.DUPLICATE, forward_duplicates=2, backward_duplicates=1),
        sample(2, forward_ns=900 * MS, outcome=Outcome.LATE),
        Sample(3, Outcome.LOST_FORWARD, Stamp(0, KERNEL)),
        Sample(4, Outcome.LOST_FORWARD, Stamp(0, KERNEL)),
        Sample(5, Outcome.LOST_BACKWARD, Stamp(0, KERNEL)),
        Sample(6, Outcome.LOST, Stamp(0, KERNEL)),
        Sample(7, Outcome.REFUSED, Stamp(0, KERNEL)),
        Sample(8, Outcome.NOT_SENT),
    ]
    summary = summarize(samples, 5_000, 0)
    counts, forward, backward = summary.counts, summary.forward, summary.backward
    assert (counts.sent, counts.received, counts.late, counts.not_sent) == (8, 2, 1, 1)
    assert (counts.lost_unknown, counts.refused, counts.duplicated) == (1, 1, 1)
    assert (forward.sent, forward.received, forward.lost, forward.duplicates) == (8, 4, 2, 2)
    assert (backward.sent, backward.received, backward.lost, backward.duplicates) == (4, 2, 1, 1)
    assert forward.delay is not None
    assert forward.delay.max_ns == 3 * MS


def test_reordering_is_seen_in_its_own_direction() -> None:
    overtaken = [
        sample(0, forward_ns=150 * MS),
        sample(1),
        sample(2, backward_ns=150 * MS),
        sample(3),
    ]
    summary = summarize(overtaken, None, 0)
    assert (summary.forward.reordered, summary.backward.reordered) == (1, 1)


def test_negative_delays_stay_negative() -> None:
    forward = summarize([sample(n, forward_ns=-2 * MS) for n in range(10)], 5_000, 0).forward
    assert forward.delay is not None
    assert (forward.delay.min_ns, forward.judged_us) == (-2 * MS, -2000)


def test_skew_is_told_and_removed_only_when_asked() -> None:
    drifting = [sample(n, 3 * MS + 1000 * n, 3 * MS - 1000 * n) for n in range(200)]
    kept = summarize(drifting, 5_000, 0)
    assert kept.forward.skew is not None
    assert kept.backward.skew is not None
    assert kept.forward.skew.ppm == pytest.approx(10, rel=1e-3)
    assert kept.backward.skew.ppm == pytest.approx(-10, rel=1e-3)
    assert not kept.forward.skew_removed
    assert kept.forward.delay is not None
    assert kept.forward.delay.max_ns == 3_199_000
    straight = summarize(drifting, 5_000, 0, skew_removed=True).forward
    assert straight.skew_removed
    assert straight.delay is not None
    assert straight.delay.max_ns - straight.delay.min_ns <= 1
    assert straight.skew == kept.forward.skew
    assert not summarize([sample(0)], None, 0, skew_removed=True).forward.skew_removed


def test_what_is_taken_for_skew_and_removed_may_have_been_delay() -> None:
    """A path that gets longer from probe to probe: its last probes took 15 ms."""
    slower = [sample(n, 5 * MS + 100_000 * n, 5 * MS) for n in range(100)]
    assert summarize(slower, 10_000, 100).forward.verdict is Verdict.BREACH
    straight = summarize(slower, 10_000, 100, skew_removed=True).forward
    assert straight.skew_removed
    assert straight.verdict is Verdict.INCONCLUSIVE
    assert straight.uncertainty_us == pytest.approx(10_000, rel=0.01)


def test_patterns_of_loss_need_a_direction() -> None:
    ended = [sample(0), Sample(1, Outcome.LOST_FORWARD), Sample(2, Outcome.LOST_FORWARD),
             Sample(3, Outcome.LOST_BACKWARD), Sample(4, Outcome.NOT_SENT), sample(5)]  # fmt: skip
    summary = summarize(ended, None, 0)
    forward, backward = summary.forward.losses, summary.backward.losses
    assert forward is not None
    assert backward is not None
    assert (forward.sent, forward.lost, forward.longest_run) == (5, 2, 2)
    assert (backward.sent, backward.lost, backward.longest_run) == (3, 1, 1)
    assert summarize([*ended, Sample(6, Outcome.LOST)], None, 0).forward.losses is None


def test_delays_that_programs_stamped_are_in_no_figure_but_in_the_verdict() -> None:
    """The reply after each slow one was lost, and with it the kernel's T3 of the slow one."""

    def backward(count: int, poor: int) -> DirectionSummary:
        slow = [n % 20 == 7 for n in range(count)]
        sources = [USERSPACE if n % 20 == poor else KERNEL for n in range(count)]
        made = [
            sample(n, backward_ns=30 * MS if slow[n] else 4 * MS, t3_source=sources[n])
            for n in range(count)
        ]
        return summarize(made, 20_000, 100.0).backward

    of_slow = backward(100, poor=7)
    assert of_slow.delay is not None
    assert (of_slow.left_out, of_slow.delay.max_ns) == (5, 4 * MS)
    assert of_slow.verdict is Verdict.INCONCLUSIVE
    assert backward(20, poor=7).verdict is Verdict.INCONCLUSIVE
    of_fast = backward(100, poor=8)
    assert (of_fast.left_out, of_fast.verdict) == (5, Verdict.BREACH)
    one_poor = [*(sample(n) for n in range(19)), sample(19, t3_source=USERSPACE)]
    assert summarize(one_poor, 20_000, 100.0).verdict is Verdict.PASS
