"""The advance follows what forwarding costs, and only that."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkit.lab.delay.delay_line import MAX_ADVANCE_NS, STEP_NS, AdvanceTracker


@pytest.mark.parametrize("start_ns", [0, 15_000, 60_000])
def test_it_settles_at_the_median_cost_whatever_stalls_there_are(start_ns):
    dice = random.Random(7)
    tracker, advance_ns = AdvanceTracker(), start_ns
    for number in range(3000):
        key = number.to_bytes(4, "big")
        cost_ns = 22_000 + dice.randrange(-3000, 3000)
        stall_ns = dice.choice([0] * 40 + [5_000_000])
        tracker.left(key, 1_000_000)
        arrival_ns = 1_000_000 - advance_ns + cost_ns + stall_ns
        advance_ns = tracker.entered(key, arrival_ns, advance_ns)
    assert abs(advance_ns - 22_000) < 1500


@given(st.lists(st.integers(-(10**9), 10**9), max_size=50), st.integers(0, MAX_ADVANCE_NS))
def test_it_moves_by_small_steps_inside_its_bounds(errors_ns, advance_ns):
    tracker = AdvanceTracker()
    for error_ns in errors_ns:
        tracker.left(b"key", 0)
        then = tracker.entered(b"key", error_ns, advance_ns)
        assert abs(then - advance_ns) <= STEP_NS
        assert 0 <= then <= MAX_ADVANCE_NS
        advance_ns = then


def test_a_first_cable_says_nothing_and_forgotten_probes_cost_no_memory():
    tracker = AdvanceTracker()
    assert tracker.entered(b"new", 5, 1000) == 1000
    for number in range(100_000):
        tracker.left(number.to_bytes(4, "big"), 0)
    assert len(tracker._due_ns) <= 4096
