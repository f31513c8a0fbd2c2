"""Steps found against all pairs of probes, one by one: two that no drift reconciles are a step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from netkit.stats.clocks.steps import StepFinder, idle_ns, jump_slack_ns, quiet_step_ns

LEAST_NS = 20_000
DRIFT_PPM = 100.0
probes = st.lists(
    st.tuples(
        st.integers(0, 20_000_000),  # since the one before
        st.integers(0, 400_000),  # waited there
        st.integers(0, 400_000),  # and back
    ),
    min_size=1,
    max_size=200,
)


def measured(
    waits: list[tuple[int, int, int]], gained_ppm: float, step_ns: int, at: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """When sent, and both delays by clocks that drift apart, and one of which steps at a probe."""
    gaps, there, back = (np.array(column, np.int64) for column in zip(*waits, strict=True))
    sent_ns = gaps.cumsum()
    apart_ns = np.rint(sent_ns * gained_ppm / 1e6).astype(np.int64)
    apart_ns[at:] += step_ns
    return sent_ns, 2_000_000 + there + apart_ns, 2_000_000 + back - apart_ns


def first_jump(sent_ns: np.ndarray, there_ns: np.ndarray, back_ns: np.ndarray) -> int | None:
    """The first probe that excludes one before it, however fast the clocks may have moved."""
    round_trips_ns = there_ns + back_ns
    slack_ns = jump_slack_ns(round_trips_ns, LEAST_NS)
    reach = (np.abs(round_trips_ns - idle_ns(round_trips_ns)) + slack_ns) / 2
    centre = (there_ns - back_ns) / 2
    for at in range(len(sent_ns)):
        room = reach[at] + reach[:at] + DRIFT_PPM / 1e6 * (sent_ns[at] - sent_ns[:at])
        if (np.abs(centre[at] - centre[:at]) > room + 1e-3).any():
            return at
    return None


@given(
    probes,
    st.sampled_from((-100.0, -80.0, 0.0, 81.0, 100.0)),
    st.one_of(st.just(0), st.integers(-2_000_000, 2_000_000)),
    st.integers(0, 200),
)
def test_the_first_step_is_where_some_pair_of_probes_excludes_the_other(
    waits: list[tuple[int, int, int]], gained_ppm: float, step_ns: int, at: int
) -> None:
    columns = measured(waits, gained_ppm, step_ns, at)
    finder = StepFinder(DRIFT_PPM)
    finder.add(*columns, LEAST_NS)
    assert next((jump.at for jump in finder.jumps), None) == first_jump(*columns)


def test_what_a_block_of_probes_has_in_common_is_known_for_its_end_only() -> None:
    """The first of it waited on the way back, the first of the next on the way there: with what
    the clocks gain in between that is as much as drift and slack explain."""
    waits = [(1_875_000, 10_000, 10_000)] * 65
    waits[0], waits[-1] = (0, 5_000, 15_000), (1_875_000, 15_000, 5_000)
    columns = measured(waits, 95.0, 0, 0)
    finder = StepFinder(DRIFT_PPM)
    finder.add(*columns, LEAST_NS)
    assert first_jump(*columns) is None
    assert finder.jumps == []


def waiting(
    noise: str, random: np.random.Generator, count: int
) -> Callable[[], NDArray[np.float64]]:
    """So many delays in ns of that kind at each call."""
    kinds: dict[str, Callable[[], NDArray[np.float64]]] = {
        "normal": lambda: np.abs(random.normal(5e6, 1e6, count)),
        "exponential": lambda: random.exponential(1e6, count),
        "gamma": lambda: random.gamma(4, 1e5, count),
        "uniform": lambda: random.uniform(0, 3e6, count),
        "pareto": lambda: random.pareto(1.5, count) * 1e5,
        "two": lambda: random.exponential(2e4, count) + 5e5 * (random.random(count) < 0.5),
    }
    return kinds[noise]


@pytest.mark.parametrize("count", [2, 3, 5, 10, 60, 600, 3000])
@pytest.mark.parametrize("noise", ["normal", "exponential", "gamma", "uniform", "pareto"])
def test_noise_is_no_step(noise: str, count: int) -> None:
    """Waiting that only adds, and variation about a mean as emulators and radio links have it."""
    random = np.random.default_rng(count)
    draw = waiting(noise, random, count)
    for _ in range(100):
        there_ns, back_ns = (draw().astype(np.int64) + 5_000_000 for _ in range(2))
        finder = StepFinder(DRIFT_PPM)
        finder.add(np.arange(count) * 1_000_000, there_ns, back_ns, LEAST_NS)
        assert finder.jumps == []
        assert finder.moved_ns == 0


@pytest.mark.parametrize("count", [24, 60, 200, 600])
@pytest.mark.parametrize("noise", ["normal", "exponential", "gamma", "uniform", "pareto", "two"])
def test_noise_is_no_step_among_the_least_delays(noise: str, count: int) -> None:
    random = np.random.default_rng(count)
    draw = waiting(noise, random, count)
    for _ in range(20):
        there_ns, back_ns = (draw().astype(np.int64) + 5_000_000 for _ in range(2))
        sent_ns = np.arange(count) * 1_000_000
        assert quiet_step_ns(sent_ns, there_ns, back_ns, DRIFT_PPM, LEAST_NS) is None


@pytest.mark.parametrize("step_ns", [-150_000, 150_000])
@pytest.mark.parametrize("at", [60, 150, 240])
def test_a_step_far_below_the_usual_waiting_shows_in_the_least_delays(
    step_ns: int, at: int
) -> None:
    random = np.random.default_rng(at)
    waits = [(1_000_000, *map(int, random.exponential(200_000, 2))) for _ in range(300)]
    columns = measured(waits, 0.0, step_ns, at)
    finder = StepFinder(DRIFT_PPM)
    finder.add(*columns, LEAST_NS)
    assert finder.jumps == []
    found_ns = quiet_step_ns(*columns, DRIFT_PPM, LEAST_NS)
    assert found_ns == pytest.approx(step_ns, abs=50_000)
    # A longer way there, or a shorter one back, is none.
    sent_ns, there_ns, back_ns = measured(waits, 0.0, 0, at)
    there_ns[at:] += step_ns
    assert quiet_step_ns(sent_ns, there_ns, back_ns, DRIFT_PPM, LEAST_NS) is None


def test_what_clocks_gain_on_each_other_is_no_step() -> None:
    random = np.random.default_rng(1)
    waits = [(10_000_000, *map(int, random.exponential(20_000, 2))) for _ in range(300)]
    for gained_ppm in (-DRIFT_PPM, DRIFT_PPM):
        columns = measured(waits, gained_ppm, 0, 0)
        assert quiet_step_ns(*columns, DRIFT_PPM, LEAST_NS) is None
