"""Certified intervals of windows against the truth, over clocks that drift but do not lie."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from watched_windows import MINUTE_NS, one_way, window

from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import (
    UNKNOWN_DELAYS,
    ClockState,
    DirectionWindow,
    Window,
)
from netkit.model.verdict import Verdict
from netkit.stats.windows.certified import certified_windows
from netkit.stats.windows.counts import count_delays

DRIFT_PPM = 50.0
MOVES_NS = math.ceil(DRIFT_PPM * MINUTE_NS / 1_000_000 / 2)
SITES = "abcde"

Truth = dict[tuple[str, str], int]


def floor_ns(src: str, dst: str) -> int:
    return 2_000_000 * abs(ord(src) - ord(dst))


def mesh(seed: int, disciplined: int) -> tuple[list[Window], Truth]:
    """One minute of every pair; the first sites have clocks within 0.2 ms of UTC and say so."""
    random = Random(seed)
    held = SITES[:disciplined]
    theta = {site: random.randint(-(10**9), 10**9) for site in SITES}
    theta |= {site: random.randint(-100_000, 100_000) for site in held}
    moves = {site: 100_000 if site in held else MOVES_NS for site in SITES}

    def least(src: str, dst: str) -> tuple[int, int]:
        true_ns = floor_ns(src, dst) + random.randint(0, 3_000_000)
        clocks = (theta[one] + random.randint(-moves[one], moves[one]) for one in (dst, src))
        return true_ns, true_ns + next(clocks) - next(clocks)

    windows, truth = [], Truth()
    for src, dst in itertools.combinations(SITES, 2):
        measured = {}
        for way in ((src, dst), (dst, src)):
            truth[way], measured[way] = least(*way)
        one = window(
            0,
            one_way(measured[src, dst], uncertainty_ns=None),
            one_way(measured[dst, src], uncertainty_ns=None),
            src=src,
            dst=dst,
        )
        clocks = [ClockState(max_error_ns=200_000 if s in held else None) for s in (src, dst)]
        windows.append(replace(one, sender_clock=clocks[0], reflector_clock=clocks[1]))
    return windows, truth


@settings(deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 3))
def test_the_truth_is_inside_and_one_more_window_only_narrows(seed: int, disciplined: int) -> None:
    windows, truth = mesh(seed, disciplined)
    whole = certified_windows(windows, floor_ns, DRIFT_PPM)
    assert whole.contradictions == {}
    fewer = certified_windows(windows[:-1], floor_ns, DRIFT_PPM)
    for one, less in zip(whole.windows, fewer.windows, strict=False):
        src, dst = one.key.src, one.key.dst
        parts = ((one.forward, less.forward, (src, dst)), (one.backward, less.backward, (dst, src)))
        for part, before, way in parts:
            low, high = part.certified_ns
            assert low <= truth[way] <= high
            assert before.certified_ns[0] <= low
            assert high <= before.certified_ns[1]


def test_what_clocks_bound_is_left_alone_and_costs_nothing() -> None:
    windows = [window(0, one_way(1), one_way(2))]
    assert certified_windows(windows, floor_ns).windows == tuple(windows)


def test_a_mesh_that_beats_light_certifies_nothing_and_says_so() -> None:
    quick = window(
        0, one_way(1_000, uncertainty_ns=None), one_way(1_000, uncertainty_ns=None), dst="e"
    )
    found = certified_windows([quick], floor_ns)
    assert found.windows == (quick,)
    assert found.contradictions[0].shortfall_ns > 0


def test_a_clock_that_was_set_bounds_nothing() -> None:
    windows, _ = mesh(1, 0)
    stepped = [
        replace(one, sender_clock=ClockState(steps=1)) if one.key.src == "a" else one
        for one in windows
    ]
    found = certified_windows(stepped, floor_ns, DRIFT_PPM).windows
    assert {one.forward.certified_ns is None for one in found if one.key.src == "a"} == {True}
    assert {one.forward.certified_ns is None for one in found if one.key.src != "a"} == {False}


def test_a_tier_is_judged_by_the_interval_whatever_the_clocks() -> None:
    """Clocks a second apart, and a second pair that narrows nothing."""
    apart_ns = 10**9

    def minute(there_ns: int, back_ns: int, spread_ns: int = 60_000) -> Window:
        one = window(
            0,
            one_way(there_ns + apart_ns, over_ns=0, uncertainty_ns=None, verdict=Verdict.UNKNOWN),
            one_way(back_ns - apart_ns, over_ns=0, uncertainty_ns=None, verdict=Verdict.UNKNOWN),
        )
        there, back = (spread(part, spread_ns) for part in (one.forward, one.backward))
        return replace(one, forward=there, backward=back, bound_us=20_000)

    def spread(part: DirectionWindow, spread_ns: int) -> DirectionWindow:
        values_ns = part.delay.min_ns + np.arange(60) * spread_ns // 60
        return replace(part, delay=count_delays(values_ns, 0.001))

    def judged(one: Window) -> list[Verdict]:
        (found,) = certified_windows([one], floor_ns, 1.0).windows
        return [found.forward.verdict, found.backward.verdict]

    assert judged(minute(4_000_000, 5_000_000)) == [Verdict.PASS, Verdict.PASS]
    # 60 ms of round trip: one way at least is over 20 ms, and nobody can say which.
    assert judged(minute(30_000_000, 30_000_000)) == [Verdict.UNKNOWN, Verdict.UNKNOWN]
    # Some packets took 30 ms longer than others: these cannot have kept 20 ms.
    late = minute(4_000_000, 5_000_000, 30_000_000)
    assert judged(late) == [Verdict.BREACH, Verdict.BREACH]


def test_many_delays_pass_though_one_in_a_hundred_is_not_known() -> None:
    """What is judged is p99: whatever those few took."""
    for unknown, expected in ((10, Verdict.PASS), (11, Verdict.UNKNOWN)):
        ways = [
            replace(
                one_way(2_000_000, uncertainty_ns=None, verdict=Verdict.UNKNOWN),
                delay=count_delays(2_000_000 + np.arange(1000 - unknown), 0.001),
            )
            for _ in range(2)
        ]
        one = replace(window(0, *ways), bound_us=20_000, notes={UNKNOWN_DELAYS: unknown})
        (found,) = certified_windows([one], lambda *_: 1_900_000, 1.0).windows
        assert found.forward.certified_ns is not None
        assert (found.forward.verdict, found.backward.verdict) == (expected, expected)


def test_late_probes_may_have_taken_anything() -> None:
    """The counts of a window leave them out; a tenth of its probes makes no pass."""
    held = ClockState(None, 1_000_000)
    way = one_way(5_000_000, uncertainty_ns=None, verdict=Verdict.INCONCLUSIVE)
    flow = replace(window(0, way, way), bound_us=20_000, sender_clock=held, reflector_clock=held)
    for late, verdict in ((0, Verdict.PASS), (6, Verdict.INCONCLUSIVE)):
        flow = replace(flow, outcomes={Outcome.RECEIVED: 60, Outcome.LATE: late})
        (found,) = certified_windows([flow], floor_ns).windows
        assert (found.forward.verdict, found.backward.verdict) == (verdict, verdict)
