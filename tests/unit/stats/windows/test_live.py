"""A window that is made part by part says what the summary of its samples says."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from examples import examples
from fleet_twins import MS, Twins, agent_flow
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netkit.model.measurement.sample import Outcome, Sample, StampSource
from netkit.model.measurement.window import WindowKey
from netkit.model.verdict import Verdict
from netkit.stats.sample_arrays import SAMPLES, SOURCE_CODE, as_samples
from netkit.stats.summary import summarize
from netkit.stats.windows.counts import sketch_of
from netkit.stats.windows.live import Ends, LiveWindow

KEY = WindowKey("mesh", "a", "a", "b", "be", 0, 60 * 10**9)
END_NS = 90_000 * MS


def rows_of(seed: int, trouble: float) -> np.ndarray:
    """Samples of a flow over a bad path, in order."""
    twins = Twins([agent_flow(seed, 100 * MS)], seed, trouble)
    for now_ns in range(0, 9000 * MS, 50 * MS):
        twins.send(now_ns)
        twins.deliver(now_ns)
    for now_ns in range(9000 * MS, 12_000 * MS, 100 * MS):
        twins.deliver(now_ns)
    twins.settle(END_NS, last=True)
    return np.concatenate([np.zeros(0, SAMPLES), *(rows for _, rows in twins.rows)])


def window_of(rows: np.ndarray, cuts: list[int], **how):
    live = LiveWindow()
    for part in np.split(rows, sorted(cuts)):
        if len(part):
            live.add(part)
    return live.window(KEY, Ends(0.0, None, 0, 1000.0), **how)


@settings(max_examples=examples(100, one_in=3))
@given(
    st.integers(0, 10**4),
    st.sampled_from((0.0, 0.1, 0.3)),
    st.lists(st.integers(0, 90), max_size=3),
)
@example(828, 0.3, [])  # noise that looks like a step of the peer's clock, to the summary as well
@example(3326, 0.1, [46])  # and only to those who see the second part by itself
def test_cut_anywhere_a_window_is_as_the_summary_of_its_samples(seed, trouble, cuts):
    rows = rows_of(seed, trouble)
    window, told = window_of(rows, cuts, bound_us=100_000), list(as_samples(rows))
    summary = summarize(told, 100_000, 1.0)
    assert window.outcomes == Counter(sample.outcome for sample in told)
    # Steps are told from the samples at hand, and who sees one believes no clock.
    stepped = (window.reflector_clock.steps > 0, summary.refuted is not None)
    if stepped[0] == stepped[1]:
        assert window.verdict is summary.verdict
    else:
        assert (window.verdict, summary.verdict)[stepped.index(True)] is Verdict.INCONCLUSIVE
    # A window keeps delays of probes that were late, too; figures of a session leave them out.
    summary = summarize([in_time(one) for one in told], 100_000, 1.0)
    for ours, theirs in ((window.forward, summary.forward), (window.backward, summary.backward)):
        assert ours.duplicates == theirs.duplicates
        assert ours.uncertainty_ns == 1000
        assert (ours.delay is None) == (theirs.delay is None)
        if ours.delay is None or theirs.delay is None:
            continue
        exact = theirs.delay
        assert (ours.delay.count, ours.delay.min_ns, ours.delay.max_ns) == (
            exact.count, exact.min_ns, exact.max_ns,
        )  # fmt: skip
        assert ours.delay.sum_ns == pytest.approx(exact.mean_ns * exact.count)
        assert sketch_of(ours.delay).percentile(50) == pytest.approx(exact.p50_ns, rel=0.0011)
        assert ours.ipdv is None or ours.ipdv.count == exact.count - 1


def in_time(sample: Sample) -> Sample:
    late = sample.outcome is Outcome.LATE
    return replace(sample, outcome=Outcome.RECEIVED) if late else sample


@settings(max_examples=examples(100, one_in=3))
@given(st.integers(0, 10**4))
def test_of_each_direction_packets_are_accounted_for_where_that_can_be(seed):
    window = window_of(rows_of(seed, 0.3), [])
    forward, backward, ended = window.forward, window.backward, window.outcomes
    assert forward.sent == sum(ended.values()) - ended.get(Outcome.NOT_SENT, 0)
    if ended.get(Outcome.LOST, 0):
        assert forward.lost is forward.received is backward.sent is backward.lost is None
        return
    refused = ended.get(Outcome.REFUSED, 0)
    assert forward.sent == forward.received + forward.lost + refused
    assert backward.sent == forward.received == backward.received + backward.lost


def test_what_one_window_ends_with_the_next_begins_with():
    rows = rows_of(3, 0.0)
    whole, first = LiveWindow(), LiveWindow()
    whole.add(rows)
    first.add(rows[:40])
    second = LiveWindow(first.last)
    second.add(rows[40:])
    parts = [one.window(KEY, Ends()) for one in (first, second)]
    both = whole.window(KEY, Ends())
    for way in ("forward", "backward"):
        counts = [getattr(part, way).ipdv.count for part in parts]
        assert sum(counts) == getattr(both, way).ipdv.count
        reordered = [getattr(part, way).reordered for part in parts]
        assert sum(reordered) == getattr(both, way).reordered


def test_replies_that_this_host_dropped_are_no_loss_of_the_path():
    rows = rows_of(5, 0.3)
    lost = np.flatnonzero(_is(rows, Outcome.LOST_BACKWARD))
    assert len(lost) >= 2
    dropped = np.zeros(len(rows), np.bool_)
    dropped[lost[:2]] = True
    live = LiveWindow()
    live.add(rows, dropped)
    window = live.window(KEY, Ends())
    assert window.dropped_here == 2
    assert window.outcomes[Outcome.LOST_BACKWARD] == len(lost)
    if window.backward.lost is not None:
        assert window.backward.lost == len(lost) - 2


def _is(rows: np.ndarray, outcome: Outcome) -> np.ndarray:
    return np.array([sample.outcome is outcome for sample in as_samples(rows)])


@pytest.mark.parametrize(("ppm", "apart", "verdict"), [
    (0, False, Verdict.PASS), (550, True, Verdict.INCONCLUSIVE),
])  # fmt: skip
@pytest.mark.parametrize("cuts", [[], [45]])
def test_a_clock_that_runs_away_decides_nothing_and_is_noted_where_no_crystal_runs_so(
    ppm: int, apart: bool, verdict: Verdict, cuts: list[int]
) -> None:
    rows = rows_of(3, 0.0)
    waits_ns = np.arange(len(rows)) * 7919 % 200_000
    rows["t1_ns"] += np.arange(len(rows)) * 900 * MS  # one a second
    gained_ns = (rows["t1_ns"] - rows["t1_ns"][0]) * ppm // 1_000_000
    rows["t2_ns"] = rows["t1_ns"] + 60 * MS + waits_ns + gained_ns
    rows["t3_ns"] = rows["t2_ns"] + 50_000
    rows["t4_ns"] = rows["t3_ns"] + 60 * MS + waits_ns[::-1] - gained_ns
    live = LiveWindow()
    for part in np.split(rows, cuts):
        live.add(part)
    window = live.window(KEY, Ends(0.0, None, 0, 100_000.0), bound_us=100_000)
    assert (window.verdict, window.ran_apart) == (verdict, apart)


@pytest.mark.parametrize(("longer_ns", "unknown"), [(0, 0), (30 * MS, 1)])
def test_what_is_left_out_and_longer_than_all_that_is_not_is_noted(
    longer_ns: int, unknown: int
) -> None:
    rows = rows_of(3, 0.0)
    rows["t3_source"][7] = SOURCE_CODE[StampSource.USERSPACE]
    rows["t4_ns"][7] += longer_ns
    window = window_of(rows, [20, 50])
    assert window.unknown_delays == unknown


@pytest.mark.parametrize(("set_ns", "verdict"), [(9 * MS, Verdict.PASS), (11 * MS, "refuted")])
def test_a_step_after_its_last_probe_refutes_what_the_clock_stated(set_ns, verdict):
    """Twice the 5 ms that it stated are possible, more is not: no sample of the window shows it."""
    live = LiveWindow()
    live.add(rows_of(4, 0.0))
    window = live.window(KEY, Ends(5 * MS, None, 0, 0.0, None, set_ns), bound_us=1_000_000)
    refuted = verdict == "refuted"
    assert window.verdict is (Verdict.INCONCLUSIVE if refuted else Verdict.PASS)
    assert window.sender_clock.max_error_ns == (None if refuted else 5 * MS)
    assert window.sender_clock.steps == 0
