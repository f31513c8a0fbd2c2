"""The wire spins less the busier it is, and never comes near the kernel's real-time limit."""

import random

import pytest

from netkit.lab.delay.pace import WINDOW_NS, Pace

RT_LIMIT = 0.95


@pytest.mark.parametrize(
    ("share", "early_ns", "realtime"),
    [(0.0, 150_000, True), (0.6, 40_000, True), (0.8, 0, True), (0.9, 0, True)],
)
def test_the_share_of_a_window_sets_the_pace_of_the_next(share, early_ns, realtime):
    pace = Pace(1_000, 500)
    assert not pace.due(1_000 + WINDOW_NS - 1)
    assert pace.due(1_000 + WINDOW_NS)
    pace.look(1_000 + WINDOW_NS, 500 + int(share * WINDOW_NS))
    assert (pace.early_ns, pace.realtime) == (early_ns, realtime)


def test_priority_goes_only_where_spinning_less_was_not_enough():
    pace = Pace(0, 0)
    for number, expected in enumerate((True, False, False, False), start=1):
        pace.look(number * WINDOW_NS, number * WINDOW_NS)
        assert pace.realtime == expected
    pace.look(5 * WINDOW_NS, 4 * WINDOW_NS)
    assert pace.realtime


def test_whatever_the_load_no_second_is_full_of_real_time():
    dice = random.Random(1)
    pace, realtime_ns, cpu_ns = Pace(0, 0), [], 0
    for number in range(1, 2_000):
        used_ns = int(WINDOW_NS * dice.choice((0.1, 0.84, 1.0, 1.0)))
        realtime_ns.append(used_ns if pace.realtime else 0)
        cpu_ns += used_ns
        pace.look(number * WINDOW_NS, cpu_ns)
    windows = 1_000_000_000 // WINDOW_NS
    fullest = max(sum(realtime_ns[at : at + windows]) for at in range(len(realtime_ns)))
    assert fullest < RT_LIMIT * windows * WINDOW_NS
