"""Windows of a finished run: every probe in exactly one, by when it was sent."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkit.model.measurement.refutation import ClockStep
from netkit.model.measurement.return_path import NOT_TAKEN, ReturnTaken
from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.measurement.window import UNKNOWN_DELAYS, DirectionWindow, WindowKey
from netkit.model.verdict import Verdict
from netkit.stats.windows.certified import certified_windows
from netkit.stats.windows.counts import sketch_of
from netkit.stats.windows.from_samples import FinishedRun, windows_of

KERNEL = StampSource.KERNEL
S, MS = 10**9, 10**6
KEY = WindowKey("daily", "a", "a", "b", "main", 0, 60 * S)
BEGIN = 1_800_000_000 * S  # a multiple of a minute


def received(sequence: int, sent_ns: int, forward_ns: int = MS, backward_ns: int = MS) -> Sample:
    times = (sent_ns, sent_ns + forward_ns, sent_ns + forward_ns + 5_000)
    stamps = [Stamp(time_ns, KERNEL) for time_ns in (*times, times[-1] + backward_ns)]
    return Sample(sequence, Outcome.RECEIVED, *stamps, reflector_sequence=sequence)


def lost(sequence: int, sent_ns: int, outcome: Outcome = Outcome.LOST_FORWARD) -> Sample:
    return Sample(sequence, outcome, Stamp(sent_ns, KERNEL))


@given(
    st.lists(st.tuples(st.integers(0, 40 * S), st.sampled_from(list(Outcome))), max_size=30),
    st.integers(0, 5),
)
def test_every_probe_is_in_one_window(of: list[tuple[int, Outcome]], dropped: int) -> None:
    now_ns, samples = BEGIN, []
    for sequence, (gap_ns, outcome) in enumerate(of):
        now_ns += gap_ns
        if outcome is Outcome.RECEIVED:
            samples.append(received(sequence, now_ns))
        elif outcome is Outcome.NOT_SENT:
            samples.append(Sample(sequence, outcome))
        else:
            samples.append(lost(sequence, now_ns, outcome))
    found = windows_of(KEY, FinishedRun(samples, 5000, (0.0, 0.0), dropped_here=dropped))
    total: Counter[Outcome] = Counter()
    for window in found:
        assert window.key.start_ns % window.key.length_ns == 0
        total.update(window.outcomes)
    assert total == Counter(sample.outcome for sample in samples)
    assert sum(window.dropped_here for window in found) <= dropped
    starts = [window.key.start_ns for window in found]
    assert starts == sorted(set(starts))


def test_boundaries_are_by_send_time_and_each_window_is_judged_by_itself() -> None:
    samples = [received(n, BEGIN + n * S, 30 * MS if n >= 60 else MS) for n in range(120)]
    run = FinishedRun(samples, 20_000, (50_000.0, 50_000.0), notes={"2 rounds skipped": 2})
    first, second = windows_of(KEY, run)
    assert (first.key.start_ns, second.key.start_ns) == (BEGIN, BEGIN + 60 * S)
    assert (first.verdict, second.verdict) == (Verdict.PASS, Verdict.BREACH)
    assert (second.forward.verdict, second.backward.verdict) == (Verdict.BREACH, Verdict.PASS)
    assert first.forward.delay is not None
    assert (first.forward.delay.count, first.forward.delay.min_ns) == (60, MS)
    assert sketch_of(first.forward.delay).percentile(100) == MS
    assert (first.forward.sent, first.forward.received, first.forward.lost) == (60, 60, 0)
    assert first.forward.uncertainty_ns == first.backward.uncertainty_ns == 100_000
    assert first.sender_clock.max_error_ns == 50_000
    assert (first.notes, second.notes) == ({"2 rounds skipped": 2}, {})


def test_missing_is_not_zero() -> None:
    samples = [received(0, BEGIN), lost(1, BEGIN + S, Outcome.LOST)]
    (window,) = windows_of(KEY, FinishedRun(samples, None, (math.inf, 0.0), cut_short=True))
    assert (window.forward.sent, window.forward.received, window.forward.lost) == (2, None, None)
    assert (window.backward.sent, window.backward.received) == (None, 1)
    assert window.forward.uncertainty_ns is None
    assert window.sender_clock.max_error_ns is None
    assert window.verdict is Verdict.UNKNOWN
    assert window.incomplete


def test_clocks_that_are_refuted_anywhere_decide_nothing_anywhere() -> None:
    samples = [received(n, BEGIN + n * S) for n in range(60)]
    samples += [received(n, BEGIN + n * S, -50 * MS) for n in range(60, 120)]
    windows = windows_of(KEY, FinishedRun(samples, 20_000, (50_000.0, 50_000.0)))
    assert [window.verdict for window in windows] == [Verdict.INCONCLUSIVE, Verdict.UNKNOWN]


def test_nothing_sent_is_no_window() -> None:
    assert windows_of(KEY, FinishedRun((), 20_000, (0.0, 0.0))) == ()


def test_replies_that_took_another_way_back_are_noted_in_their_window_which_says_nothing_of_it():
    samples = [received(n, BEGIN + n * S) for n in range(120)]
    ways = {60: ReturnTaken.REFUSED, 61: ReturnTaken.REFUSED, 119: ReturnTaken.IGNORED}
    run = FinishedRun(
        samples, 20_000, (0.0, 0.0), notes={"refused: by a port": 1}, other_ways=ways
    )  # fmt: skip
    first, second = windows_of(KEY, run)
    assert first.notes == {"refused: by a port": 1}
    assert (first.verdict, first.backward.received) == (Verdict.PASS, 60)
    assert second.notes == {NOT_TAKEN[ReturnTaken.REFUSED]: 2, NOT_TAKEN[ReturnTaken.IGNORED]: 1}
    assert (second.backward, second.round_trip) == (DirectionWindow(), None)
    assert (second.verdict, second.forward.verdict) == (Verdict.UNKNOWN, Verdict.PASS)


def test_a_step_of_the_far_clock_is_one_of_its_window_where_nothing_is_certain_then() -> None:
    """The least delay there is from before the step, the least back from after it: together they
    would exclude the truth."""
    steps = [800_000 if n >= 90 else 0 for n in range(120)]
    samples = [
        received(n, BEGIN + n * S, 2 * MS + step, 2 * MS - step) for n, step in enumerate(steps)
    ]
    run = FinishedRun(samples, 20_000, (math.inf, math.inf))
    first, second = certified_windows(windows_of(KEY, run), lambda *_: 1_500_000, 1.0).windows
    assert (first.reflector_clock.steps, second.reflector_clock.steps) == (0, 1)
    assert first.forward.certified_ns is not None
    assert first.forward.certified_ns[0] <= 2 * MS <= first.forward.certified_ns[1]
    assert (first.forward.verdict, second.forward.verdict) == (
        Verdict.PASS,
        Verdict.INCONCLUSIVE,
    )
    assert second.forward.certified_ns is None


@pytest.mark.parametrize("ppm", [-170, 90, 170])
def test_nothing_is_certain_of_a_window_whose_clocks_ran_apart(ppm: int) -> None:
    """Slewed by 10 ms, over a path of 5 ms and one back of 25: whatever moved by no more than
    crystals do is certain."""
    gained = [n * ppm * 1000 for n in range(60)]
    there, back = (5 * MS, 25 * MS) if ppm > 0 else (25 * MS, 5 * MS)
    samples = [
        received(n, BEGIN + n * S, there + gain + n * 7919 % 50_000, back - gain)
        for n, gain in enumerate(gained)
    ]
    run = FinishedRun(samples, 8_000, (math.inf, math.inf))
    (one,) = certified_windows(windows_of(KEY, run), lambda *_: 5 * MS - 100_000).windows
    assert one.ran_apart == (abs(ppm) > 100)
    way, true_ns = (one.forward, there) if ppm > 0 else (one.backward, back)
    assert (way.certified_ns is None) == one.ran_apart
    assert way.verdict is not (Verdict.BREACH if true_ns <= 8 * MS else Verdict.PASS)


def test_delays_that_are_not_known_are_noted_and_may_have_been_anything() -> None:
    samples = [received(n, BEGIN + n * S, 2 * MS, 2 * MS) for n in range(60)]
    samples[7] = replace(samples[7], t2=None)
    run = FinishedRun(samples, 20_000, (math.inf, math.inf))
    (window,) = certified_windows(windows_of(KEY, run), lambda *_: 1_500_000, 1.0).windows
    assert (window.unknown_delays, window.notes) == (1, {UNKNOWN_DELAYS: 1})
    assert window.forward.certified_ns is not None
    assert window.forward.verdict is Verdict.INCONCLUSIVE
    assert window.backward.verdict is Verdict.INCONCLUSIVE


def test_stamps_that_cannot_all_be_true_are_noted_and_bound_no_clock() -> None:
    samples = [received(n, BEGIN + n * S, 2 * MS, 2 * MS) for n in range(60)]
    samples[7] = replace(samples[7], t3=Stamp(BEGIN, KERNEL))
    run = FinishedRun(samples, 20_000, (math.inf, math.inf))
    (window,) = certified_windows(windows_of(KEY, run), lambda *_: 1_500_000, 1.0).windows
    assert window.notes == {"impossible stamps: t3_before_t2": 1, UNKNOWN_DELAYS: 1}
    assert window.forward.certified_ns is None


@pytest.mark.parametrize(("slow_ns", "unknown"), [(30 * MS, 1), (2 * MS, 0)])
def test_a_delay_without_kernel_stamps_that_is_longer_than_all_others_is_not_known(
    slow_ns: int, unknown: int
) -> None:
    """The reply after it was lost, and with it the kernel's T3: it is in no figure then."""
    samples = [received(n, BEGIN + n * S, 2 * MS, slow_ns if n == 7 else 2 * MS) for n in range(60)]
    t3 = samples[7].t3
    assert t3
    samples[7] = replace(samples[7], t3=replace(t3, source=StampSource.USERSPACE))
    run = FinishedRun(samples, 20_000, (math.inf, math.inf))
    (found,) = certified_windows(windows_of(KEY, run), lambda *_: 1_500_000, 1.0).windows
    assert found.unknown_delays == unknown
    assert found.backward.delay is not None
    assert found.backward.delay.max_ns == 2 * MS
    expected = Verdict.INCONCLUSIVE if unknown else Verdict.PASS
    assert (found.forward.verdict, found.backward.verdict) == (expected, expected)


def test_a_step_after_the_last_probe_had_left_is_in_the_last_window() -> None:
    samples = [received(n, BEGIN + n * S) for n in range(80)]
    run = FinishedRun(
        samples, 20_000, (50_000.0, 50_000.0), steps=(ClockStep("sender", 80, 8_000_000),)
    )
    windows = windows_of(KEY, run)
    assert [window.sender_clock.steps for window in windows] == [0, 1]
    assert {window.verdict for window in windows} == {Verdict.INCONCLUSIVE}
