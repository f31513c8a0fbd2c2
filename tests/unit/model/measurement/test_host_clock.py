"""A wrong clock is exact: whole ns, monotone but for its steps, and off by what is stated."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netkit.model.measurement.host_clock import ClockSet, HostClock

S = 1_000_000_000
START_NS = 1_700_000_000 * S
DRIFTS = st.integers(-1_000_000, 1_000_000)
SINCE = st.integers(0, 86_400 * S)


@given(st.integers(-86_400 * S, 86_400 * S), DRIFTS, SINCE, SINCE)
def test_between_steps_it_never_goes_back(
    offset_ns: int, drift_ppb: int, one_ns: int, other_ns: int
) -> None:
    clock = HostClock(offset_ns, drift_ppb, start_ns=START_NS)
    first, second = sorted((one_ns, other_ns))
    assert clock.read(START_NS + first) <= clock.read(START_NS + second)


@given(DRIFTS, SINCE)
def test_its_error_is_the_drift_rounded_down_by_less_than_a_nanosecond(
    drift_ppb: int, since_ns: int
) -> None:
    error_ns = HostClock(0, drift_ppb, start_ns=START_NS).read(START_NS + since_ns) - START_NS
    assert 0 <= since_ns * drift_ppb - (error_ns - since_ns) * S < S


@given(st.lists(st.tuples(SINCE, st.integers(-S, S)), max_size=5), SINCE)
def test_steps_count_from_the_moment_they_are_made(
    steps: list[tuple[int, int]], since_ns: int
) -> None:
    clock = HostClock(steps=tuple(ClockSet(*step) for step in steps), start_ns=START_NS)
    set_ns = sum(by_ns for at_ns, by_ns in steps if at_ns <= since_ns)
    assert clock.read(START_NS + since_ns) == START_NS + since_ns + set_ns


def test_half_a_second_fast_and_set_back() -> None:
    clock = HostClock(S // 2, 50_000, (ClockSet(10 * S, -S // 5),), start_ns=START_NS)
    assert clock.read(START_NS) == START_NS + S // 2
    assert clock.read(START_NS + 10 * S - 1) == START_NS + 10 * S - 1 + S // 2 + 499_999
    assert clock.read(START_NS + 10 * S) == START_NS + 10 * S + S // 2 + 500_000 - S // 5
